// What a tool does, and what it is given to do it with.

import type { Hypervisor } from '../hypervisor.js';
import type { Lanes } from '../lanes.js';
import type { Limits } from '../limits.js';
import type { Fields } from '../result.js';
import type { VmIdentity } from '../sources.js';
import type { Vm } from '../vm.js';

/** One call, while it is carried out. */
export interface Context {
  readonly hypervisor: Hypervisor;
  /** Aborted when the caller gives up, time is over, or a machine the call is `on` is gone; the reason is a GpuvisorError. */
  readonly signal: AbortSignal;
  readonly lanes: Lanes;
  /** The process that a machine which the call brings is going to be. */
  readonly process?: VmIdentity | undefined;
  /** The machine a call is about; from now on the call ends when the machine does. @throws GpuvisorError NOT_BOOTED, UNKNOWN_VM */
  on(kernelId: string | undefined): Vm;
}

/** What a tool does. Inputs have been checked against its schema. */
export interface Handler<I = never> {
  /** `turn`: one at a time on each machine, in order. `beside`: at any time. */
  readonly order: 'turn' | 'beside';
  /** How long it may take once its turn has come, ms; `callMs` unless told otherwise. */
  readonly ms?: (input: I, limits: Limits) => number;
  /** Fields of the result after `success`. @throws GpuvisorError */
  act(input: I, context: Context): Promise<Fields>;
}

/** Input of tools that only name a machine. */
export interface OnMachine {
  readonly kernel_id?: string;
}

/** The lane of a machine. */
export const machineLane = (kernelId: string): string => `machine ${kernelId}`;
/** The lane of the shell on its serial console. */
export const shellLane = (kernelId: string): string => `shell ${kernelId}`;
