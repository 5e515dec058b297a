// A supervisor with real workers and binaries made by hand; what each process printed; and an end that leaves nothing.
import { expect, vi } from 'vitest';
import { Supervisor, type SupervisorEvent, type SupervisorOptions } from '../../../src/supervisor/index.js';
import { waits } from '../wasm.js';
import { worker } from '../workers.js';

/** On a machine where others work too. */
const PATIENCE = 60_000;

/** Waits until it holds. */
export async function until(holds: () => boolean, what = ''): Promise<void> {
  await vi.waitFor(() => expect(holds(), what).toBe(true), { timeout: PATIENCE, interval: 5 });
}

export class House {
  readonly events: SupervisorEvent[] = [];
  readonly #printed = new Map<number, string>();
  #name = 0;

  private constructor(
    readonly supervisor: Supervisor,
    /** By name; a function is asked each time; what is not there never comes. */
    readonly binaries: Record<string, Uint8Array | (() => unknown)>,
  ) {}

  /** Booted, unless told; init and the permission manager wait unless they are given. */
  static async boot(options: SupervisorOptions & { binaries?: House['binaries'] } = {}): Promise<House> {
    const { binaries, ...rest } = options;
    const house = new House(new Supervisor({ ...(worker && { worker }), ...rest }), {
      init: waits(),
      permission_manager: waits(),
      ...binaries,
    });
    houses.push(house);
    const { supervisor } = house;
    supervisor.onEvent((event) => house.events.push(event));
    supervisor.set_spawn_callback((_type, name) => {
      const given = house.binaries[name];
      const binary = typeof given === 'function' ? given() : given;
      if (binary instanceof Uint8Array) supervisor.complete_spawn(name, binary);
      return binary instanceof Uint8Array ? undefined : binary;
    });
    await supervisor.boot();
    return house;
  }

  /** Runs a binary; its pid. */
  async run(binary: Uint8Array): Promise<number> {
    const name = `made-${this.#name++}`;
    this.binaries[name] = binary;
    const pid = await this.supervisor.spawn(name);
    this.listen(pid);
    return pid;
  }

  listen(pid: number): void {
    this.supervisor.register_console_callback(pid, (text) => this.#printed.set(pid, this.printed(pid) + text));
  }

  /** All that was printed on the console of a process. */
  printed(pid: number): string {
    return this.#printed.get(pid) ?? '';
  }

  /** Waits for the end of a process. */
  async ended(pid: number): Promise<Extract<SupervisorEvent, { kind: 'ended' }>> {
    const find = () =>
      this.events.find((e) => e.kind === 'ended' && e.pid === pid) as Extract<SupervisorEvent, { kind: 'ended' }> | undefined;
    await until(() => find() !== undefined, `process ${pid} ends`);
    return find()!;
  }

  /** Everything that can be counted, once every process waits in the kernel. */
  async counted(): Promise<Record<string, number>> {
    await until(() => this.supervisor.processes().every(({ pid, state }) => pid === 0 || state === 'blocked'), 'every process waits');
    const { view } = this.supervisor.dispatcher.gateway;
    return {
      ...this.supervisor.counts(),
      processes: view.processes().length,
      capabilities: view.capabilities().length,
      endpoints: view.endpoints().length,
      uses: view.uses().length,
    };
  }

  /** What must hold at any moment. */
  sound(): void {
    expect(this.supervisor.dispatcher.gateway.view.violations()).toEqual([]);
  }
}

const houses: House[] = [];

/** For afterEach: disposes of every house, and counts what is left. */
export async function tearDown(): Promise<void> {
  for (const { supervisor } of houses.splice(0)) {
    await supervisor.dispose();
    expect(supervisor.counts()).toEqual({ workers: 0, mailboxes: 0, callbacks: 0, backlogs: 0, doorbells: 0, timers: 0, listeners: 0 });
  }
}
