// The freshly built guest on the reference hart, and a conversation with its shell over the serial line: for the steps that let it run.

import type { Machine } from '../../src/machine/machine.js';

/** What the shell says when it is ready, on the serial line and on the screen. */
export const PROMPT = 'gpuvisor:~# ';

const SLICE = 1_000_000;
const MAX_STEPS = 2_000_000_000;
const SETTLE_STEPS = 100_000_000;

/** Runs until the console holds `text` behind `from`; gives the position behind it. Throws with what came instead. */
export async function runUntil(machine: Machine, text: string, from = 0): Promise<number> {
  for (let steps = 0; steps < MAX_STEPS;) {
    const result = await machine.run(SLICE);
    steps += Math.max(result.steps, 1);
    const at = machine.console.text().indexOf(text, from);
    if (at >= 0) return at + text.length;
    if (result.exit !== 'budget') break;
  }
  throw new Error(`the guest did not say ${JSON.stringify(text)}; its last words:\n${machine.console.text().slice(-1500)}`);
}

/** Runs until nothing goes on any more. */
export async function settle(machine: Machine): Promise<void> {
  const { exit } = await machine.settle(SETTLE_STEPS);
  if (exit !== 'wfi') throw new Error(`the guest did not come to rest: ${exit}`);
}

/** Types a command and waits for the next prompt and for rest. */
export async function command(machine: Machine, line: string): Promise<void> {
  const before = machine.console.text().length;
  machine.send(`${line}\n`);
  await runUntil(machine, PROMPT, before);
  await settle(machine);
}
