// Which right a tool needs, and on what. One table: what a tool's annotations say, and the exceptions, by name.

import { RIGHT } from '../supervisor/abi/constants.js';
import type { ToolSpec } from './tools/specs.js';

/** What a principal may do with a machine: nothing, look at it (R), or everything (R and W). */
export type Access = 'none' | 'observe' | 'control';

/** The rights behind an access. */
export const RIGHTS_OF: Readonly<Record<Exclude<Access, 'none'>, number>> = { observe: RIGHT.READ, control: RIGHT.READ | RIGHT.WRITE };

/** The access that rights amount to. */
export function accessOf(rights: number): Access {
  return (rights & RIGHT.WRITE) !== 0 ? 'control' : (rights & RIGHT.READ) !== 0 ? 'observe' : 'none';
}

export interface Need {
  /**
   * `machine`: the one that is named. `bring`: the one that is named, or machines to come when it is not there yet. `end`: the one that is named, and the
   * supervisor ends it. `come`: machines to come. `all`: nothing but to be somebody; what may not be observed is left out of the result.
   */
  readonly on: 'machine' | 'bring' | 'end' | 'come' | 'all';
  /** abi RIGHT. */
  readonly rights: number;
}

const EXCEPTIONS: Readonly<Record<string, Need>> = {
  hypervisor_boot: { on: 'bring', rights: RIGHT.WRITE },
  hypervisor_restore: { on: 'bring', rights: RIGHT.WRITE },
  hypervisor_kill: { on: 'end', rights: RIGHT.WRITE },
  /** A saved machine is one that can come again. */
  hypervisor_delete_snapshot: { on: 'come', rights: RIGHT.WRITE },
  hypervisor_list: { on: 'all', rights: 0 },
};

/** What a call of `tool` needs: to observe for tools that change nothing, to control for all others. */
export function needOf({ name, annotations }: ToolSpec): Need {
  return EXCEPTIONS[name] ?? { on: 'machine', rights: annotations.readOnlyHint ? RIGHT.READ : RIGHT.WRITE };
}
