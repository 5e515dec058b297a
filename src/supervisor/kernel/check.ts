// The check before every act: does the caller hold, in this slot, a capability for this kind of object, for the object as it is today, with these
// rights? Capabilities whose time is over are gone before a step begins (process.ts, `due`).

import { RIGHT } from '../abi/index.js';
import { generationOf, type Capability, type KernelState, type Process } from './state.js';
import { err } from './step.js';

/** Whether it is about the object as it is today. */
export function isCurrent(state: KernelState, cap: Capability): boolean {
  return generationOf(state, cap.type, cap.object) === cap.generation;
}

/** The capability, or a negative result: BADF for an empty slot, another type, a stale generation; PERM for missing rights. */
export function check(
  state: KernelState,
  process: Process,
  slot: number,
  /** Undefined: any. */
  type: number | undefined,
  rights: number,
): Capability | number {
  const cap = process.slots.get(slot);
  if (!cap) return err('BADF');
  if (type !== undefined && cap.type !== type) return err('BADF');
  if (!isCurrent(state, cap)) return err('BADF');
  if ((rights & ~cap.rights) !== 0) return err('PERM');
  return cap;
}

/** Whether a rights argument is one: some of R, W, G, and nothing else. */
export function isRights(rights: number): boolean {
  return Number.isInteger(rights) && rights >= 1 && rights <= RIGHT.ALL;
}
