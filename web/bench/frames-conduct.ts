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

/** A turn that takes less than this, ms, is made longer: about a frame, so that instructions fall to the frame in which they ran. */
const SHORT_MS = 12;
/** One that takes more is made shorter. Between the two lie browsers that look for results on a slow clock: there a short turn would be all waiting. */
const LONG_MS = 250;
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
      await system.run(Math.round(budget));
      const now = await count();
      tell({ retired: now - last });
      last = now;
      const ms = performance.now() - from;
      if (ms < SHORT_MS) budget = Math.min(MOST_BUDGET, budget * 2);
      else if (ms > LONG_MS) budget = Math.max(FIRST_BUDGET, budget / 2);
      // Lets a stop in.
      await new Promise<void>((resolve) => setTimeout(resolve));
    }
    return undefined;
  } finally {
    system.dispose();
  }
};
