// Long work on the page's main thread, where consoles, people and the kernel are: cut into slices that leave every frame its time.

import { turn } from '../../../src/machine/turn.js';

/** How long a slice may be, ms: half a frame. */
const SLICE_MS = 8;

/** Does the work a step at a time, and lets everything else have its turn between slices. `each` hears of the last step of a slice. */
export async function inSlices<Step, Result>(work: Generator<Step, Result>, each?: (step: Step) => void): Promise<Result> {
  let until = performance.now() + SLICE_MS;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    each?.(step.value);
    await turn();
    until = performance.now() + SLICE_MS;
  }
}
