// The processes as a page lists them.

import { PROCESS_STATE, KIND } from '../abi/index.js';
import type { KernelView } from '../axiom/view.js';
import type { WasmHal } from '../hal/wasm-hal.js';

export interface ProcessRow {
  readonly pid: number;
  /** Who asked for it; 0 the supervisor. */
  readonly parent: number;
  readonly name: string;
  readonly kind: 'supervisor' | 'wasm' | 'vm' | 'principal';
  readonly state: 'starting' | 'running' | 'blocked';
  /** Capabilities it holds, endpoints it owns, messages that wait in them. */
  readonly capabilities: number;
  readonly endpoints: number;
  readonly messages: number;
  /** Syscalls it has made and bytes it has written; 0 for what has no worker. */
  readonly calls: number;
  readonly written: number;
}

const KINDS = { [KIND.SUPERVISOR]: 'supervisor', [KIND.WASM]: 'wasm', [KIND.VM]: 'vm', [KIND.PRINCIPAL]: 'principal' } as const;
const STATES = { [PROCESS_STATE.STARTING]: 'starting', [PROCESS_STATE.RUNNING]: 'running', [PROCESS_STATE.BLOCKED]: 'blocked' } as const;

/** One row for each process, by pid. */
export function processRows(view: KernelView, hal: WasmHal): ProcessRow[] {
  const messages = new Map<number, number>();
  for (const { owner, messages: waiting } of view.endpoints()) messages.set(owner, (messages.get(owner) ?? 0) + waiting);
  return view
    .processes()
    .sort((a, b) => a.pid - b.pid)
    .map(({ pid, parent, name, kind, state, slots, endpoints }) => {
      const { calls = 0, written = 0 } = hal.meters(pid) ?? {};
      const counted = { capabilities: slots.length, endpoints: endpoints.length, messages: messages.get(pid) ?? 0 };
      return { pid, parent, name, kind: KINDS[kind], state: STATES[state], ...counted, calls, written };
    });
}
