// A whole screen: one that is not in the middle of being drawn or moved up.

import { sleep } from './abort.js';
import type { Sight } from './view.js';
import type { Vm } from './vm.js';

/** Two looks are this far apart, ms. */
const APART_MS = 20;
/** And this many instructions of the guest: moving a screen up takes more than a million. */
const APART_INSTRUCTIONS = 100_000;

/**
 * Looks at a screen until two looks agree, for at most `ms`: then the last one, for a guest that draws without end. Undefined when the machine has no screen.
 */
export async function steady(vm: Vm, signal: AbortSignal, ms: number): Promise<Sight | undefined> {
  const see = (): Promise<Sight | undefined> => vm.read(signal, (machine) => vm.view.see(machine));
  let sight = await see();
  let since = vm.status.instret;
  let slept = vm.machine.idleMilliseconds;
  const end = performance.now() + ms;
  while (sight && vm.status.state === 'running' && performance.now() < end) {
    await sleep(APART_MS, signal);
    const again = await see();
    if (again?.picture !== sight.picture) {
      sight = again;
      since = vm.status.instret;
      slept = vm.machine.idleMilliseconds;
      continue;
    }
    // A guest that slept in between is done with what it drew.
    if (vm.status.instret - since >= APART_INSTRUCTIONS || vm.machine.idleMilliseconds > slept) break;
  }
  return sight;
}
