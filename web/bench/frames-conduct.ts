// A machine that runs until it is told to stop, in short turns, and tells how far it came: the load of the frame measurement.

import { boot } from '../../bench/suite.js';
import { GPUExecutionSystem } from '../../src/gpu/executor.js';
import { W, read64 } from '../../src/isa/state.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';
import type { Work } from '../shared/work.js';

export interface LoadRequest {
  /** Wall time that one dispatch should take, ms: what a frame may wait for. */
  readonly dispatchMs: number;
}

/** Instructions retired since the last message; the first says that the machine is ready. */
export interface LoadProgress {
  readonly retired: number;
}

/** Wall time of one turn, ms: shorter than a frame, so that instructions fall to the frame in which they ran. */
const TURN_MS = 8;
const FIRST_BUDGET = 20_000;
const MOST_BUDGET = 100_000_000;

export const conduct: Work<LoadRequest, LoadProgress, undefined> = async ({ dispatchMs }, tell, signal) => {
  const system = await GPUExecutionSystem.create({ map: MEMORY_MAPS.visual, ramSize: 64 << 20, dispatchMs });
  try {
    await boot(system, 'mixed');
    const count = async (): Promise<number> => Number(read64(await system.readState(), W.retired));
    let budget = FIRST_BUDGET;
    let last = await count();
    tell({ retired: 0 });
    while (!signal.aborted) {
      const from = performance.now();
      await system.run(budget);
      const now = await count();
      tell({ retired: now - last });
      last = now;
      const factor = Math.min(2, Math.max(0.5, TURN_MS / Math.max(0.1, performance.now() - from)));
      budget = Math.round(Math.min(MOST_BUDGET, Math.max(1_000, budget * factor)));
      // Lets a stop in.
      await new Promise<void>((resolve) => setTimeout(resolve));
    }
    return undefined;
  } finally {
    system.dispose();
  }
};
