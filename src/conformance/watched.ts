// A fleet with a watchdog: a run that does not come back is an error, not a hang.

import { GpuvisorError } from '../isa/errors.js';
import type { Fleet, StepResult } from '../machine/executor.js';
import type { FleetFactory } from './programs/run.js';

class WatchedFleet implements Fleet {
  constructor(
    private readonly fleet: Fleet,
    private readonly milliseconds: number,
  ) {}

  get backend(): Fleet['backend'] {
    return this.fleet.backend;
  }
  get config(): Fleet['config'] {
    return this.fleet.config;
  }
  get size(): number {
    return this.fleet.size;
  }

  async run(budget: number): Promise<StepResult[]> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new GpuvisorError(
              'TIMEOUT',
              `a run of ${budget} steps on ${this.size} ${this.backend} machines has not come back after ${this.milliseconds} ms`,
            ),
          ),
        this.milliseconds,
      );
    });
    try {
      return await Promise.race([this.fleet.run(budget), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  readStates(): Promise<Uint32Array> {
    return this.fleet.readStates();
  }
  writeStates(states: Uint32Array): Promise<void> {
    return this.fleet.writeStates(states);
  }
  readMemories(): Promise<Uint8Array> {
    return this.fleet.readMemories();
  }
  writeMemories(bytes: Uint8Array): Promise<void> {
    return this.fleet.writeMemories(bytes);
  }
  dispose(): void {
    this.fleet.dispose();
  }
}

/** `factory`, whose fleets fail with TIMEOUT when a run takes longer than `milliseconds`. */
export function watched(factory: FleetFactory, milliseconds: number): FleetFactory {
  return async (config, size) => new WatchedFleet(await factory(config, size), milliseconds);
}
