// What may be seen of the kernel's state: copies, for the page, the floors above and the tests.

import type { Kind, ProcessState } from '../abi/index.js';
import { hashState, IN_FLIGHT, violations, type Ended, type KernelState, type Limits, type VmUse } from '../kernel/index.js';

export interface ProcessView {
  readonly pid: number;
  readonly parent: number;
  readonly kind: Kind;
  readonly name: string;
  readonly state: ProcessState;
  /** abi SLOT numbers and up. */
  readonly slots: readonly number[];
  readonly endpoints: readonly number[];
}

/** One node of the capability tree. */
export interface CapabilityView {
  readonly id: number;
  readonly type: number;
  readonly object: number;
  readonly rights: number;
  readonly generation: number;
  /** Microseconds of the epoch; 0 for ever. */
  readonly expiry: number;
  /** 0: hangs on its object. */
  readonly parent: number;
  readonly giver: number;
  /** Undefined while it travels in a message. */
  readonly holder: { readonly pid: number; readonly slot: number } | undefined;
}

export interface EndpointView {
  readonly id: number;
  readonly owner: number;
  readonly messages: number;
  readonly bytes: number;
  readonly waiters: readonly number[];
}

export class KernelView {
  readonly #state: KernelState;
  readonly #limits: Limits;

  constructor(state: KernelState, limits: Limits) {
    this.#state = state;
    this.#limits = limits;
  }

  get epoch(): number {
    return this.#state.epoch;
  }

  process(pid: number): ProcessView | undefined {
    const p = this.#state.processes.get(pid);
    if (!p) return undefined;
    const { parent, kind, name, state } = p;
    return { pid, parent, kind, name, state, slots: [...p.slots.keys()].sort((a, b) => a - b), endpoints: [...p.endpoints] };
  }

  processes(): ProcessView[] {
    return [...this.#state.processes.keys()].map((pid) => this.process(pid)!);
  }

  /** Every capability, oldest first: parents stand before what came of them. */
  capabilities(): CapabilityView[] {
    return [...this.#state.caps.values()].map(({ id, type, object, rights, generation, expiry, parent, giver, pid, slot }) => {
      const holder = pid === IN_FLIGHT ? undefined : { pid, slot };
      return { id, type, object, rights, generation, expiry, parent, giver, holder };
    });
  }

  endpoints(): EndpointView[] {
    return [...this.#state.endpoints.values()].map(({ id, owner, queue, bytes, waiters }) => {
      return { id, owner, messages: queue.length, bytes, waiters: [...waiters] };
    });
  }

  uses(): VmUse[] {
    return [...this.#state.uses.values()].map((use) => ({ ...use }));
  }

  /** The last processes that ended, oldest first. */
  ended(): Ended[] {
    return this.#state.ended.map((e) => ({ ...e }));
  }

  /**
   * When to make a step (`tick`) though nobody asks: a timeout or an expiry may be due. It may be too early, never too late. Microseconds of the epoch;
   * undefined: nothing waits for time.
   */
  nextDue(): number | undefined {
    const { alarm } = this.#state;
    return alarm === Infinity ? undefined : alarm;
  }

  /** SHA-256 of the whole state. */
  stateHash(): Uint8Array {
    return hashState(this.#state);
  }

  /** What is wrong with the state: nothing, always. `now` in microseconds of the epoch. */
  violations(now?: number): string[] {
    return violations(this.#state, this.#limits, now);
  }
}
