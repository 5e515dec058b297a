// The run loop: interrupts, breakpoint, fetch, execute, retire or trap, exits (docs/machine.md, Steps, retirement, time).

import { MENVCFGH } from '../isa/privilege.js';
import { EXIT, W } from '../isa/state.js';
import type { StepResult } from '../machine/executor.js';
import { retirementsUntil } from './counters.js';
import { execute } from './execute.js';
import { NO_CAUSE, type Hart } from './hart.js';
import { fetch, fetchCompressed } from './memory.js';
import { interruptDue, mipValue, takeTrap } from './trap.js';

const PC = W.pc;
const RETIRED = W.retired;

/** Runs until an exit or until `budget` steps are taken. */
export function run(h: Hart, budget: number): StepResult {
  const r = h.r;
  const compressed = h.compressed;
  const breakpoint = r[W.breakpoint]!;
  h.refresh();
  let steps = 0;
  /** At this step a timer can become due, or it is the end: look at interrupts again. */
  let horizon = 0;

  while (steps < budget) {
    if (h.attention || steps >= horizon) {
      h.attention = false;
      const interrupt = interruptDue(h.s);
      if (interrupt !== 0) {
        takeTrap(h, interrupt, 0);
        steps++;
        horizon = 0;
        continue;
      }
      horizon = steps + stepsToTimer(h.s);
    }
    const pc = r[PC]!;
    if (pc === breakpoint && steps > 0) return leave(h, EXIT.BREAKPOINT, steps);

    h.next = (pc + 4) | 0;
    const word = compressed ? fetchCompressed(h, pc) : fetch(h, pc);
    if (h.cause === NO_CAUSE) execute(h, word, pc);

    if (h.attention) {
      if (h.cause !== NO_CAUSE) {
        const cause = h.cause;
        h.cause = NO_CAUSE;
        takeTrap(h, cause, h.tval);
        steps++;
        continue;
      }
      if (h.exit === EXIT.MMIO) return leave(h, EXIT.MMIO, steps);
    }
    r[PC] = h.next;
    if ((r[RETIRED] = (r[RETIRED]! + 1) | 0) === 0) r[RETIRED + 1] = r[RETIRED + 1]! + 1;
    steps++;

    if (h.exit !== EXIT.BUDGET) {
      // A WFI that finds something pending and enabled goes on, whatever the global enables say (privileged manual, 3.3.3).
      if (h.exit === EXIT.WFI && (mipValue(h.s) & h.s[W.mie]!) !== 0) h.exit = EXIT.BUDGET;
      else return leave(h, h.exit, steps);
    }
  }
  return leave(h, EXIT.BUDGET, steps);
}

/** Retirements, and so at least steps, before mtimecmp or stimecmp can change what is pending. */
function stepsToTimer(s: Uint32Array): number {
  const machine = retirementsUntil(s, W.mtimecmp);
  if ((s[W.menvcfgh]! & MENVCFGH.STCE) === 0) return machine;
  return Math.min(machine, retirementsUntil(s, W.stimecmp));
}

function leave(h: Hart, exit: number, steps: number): StepResult {
  h.s[W.exit] = exit;
  return { exit, steps };
}
