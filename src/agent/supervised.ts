// Agents under a supervisor: the same calls, each an act of a principal. It stands at the caller's side: the gateway is asked here, the machines may be
// behind a worker. A call is `vm-begin`, the work, `vm-end`; when the right to it goes in between, the caller hears at once and the work is cancelled.

import { GpuvisorError } from '../isa/errors.js';
import { decodeCaps, ERROR, MACHINES_TO_COME, OBJECT, RIGHT, SLOT, SYSCALL } from '../supervisor/abi/index.js';
import type { VmProcess } from '../supervisor/hal/vm-process.js';
import { FIRST_VM, type VmProcesses } from '../supervisor/hal/vm-processes.js';
import type { Effect, ProcessOperation } from '../supervisor/kernel/index.js';
import { aborted, unlessAborted } from './abort.js';
import { unknownTool, type CalledProcess } from './agent.js';
import { busy, denied, ended } from './denials.js';
import type { Principals } from './principals.js';
import { type Failure, failure, success, type ToolResult } from './result.js';
import { accessOf, needOf, type Need } from './rights.js';
import { TOOLS, TOOL_BY_NAME, type ToolSpec } from './tools/specs.js';
import { checkInput } from './validate.js';

/** Carries a call out where the machines are, without asking anybody: `Agent.call`, or the engine's. Never rejects. */
export type InnerCall = (
  name: string,
  input: unknown,
  options: { readonly signal: AbortSignal; readonly principal: string; readonly process?: CalledProcess },
) => Promise<ToolResult>;

export interface SupervisedCallOptions {
  readonly signal?: AbortSignal;
  /** Who calls: a name that `Principals.add` has introduced. `agent` unless told. */
  readonly principal?: string;
}

/** A call while it is carried out. */
interface Going {
  readonly tool: ToolSpec;
  readonly who: string;
  readonly pid: number;
  readonly controller: AbortController;
  /** The machine it is about; undefined while it is to come. */
  vm: VmProcess | undefined;
  generation: number;
  /** Its use, while that is open. */
  use: number | undefined;
}

export class SupervisedAgent {
  readonly tools: readonly ToolSpec[] = TOOLS;
  readonly #uses = new Map<number, Going>();
  readonly #going = new Set<Going>();
  readonly #stops: (() => void)[];

  constructor(
    readonly vms: VmProcesses,
    readonly principals: Principals,
    private readonly inner: InnerCall,
  ) {
    this.#stops = [
      vms.dispatcher.onEffect((effect) => effect.kind === 'cancel' && this.#cancelled(effect)),
      vms.onEvent((event) => {
        if (event.kind !== 'ended') return;
        for (const going of this.#going) if (going.vm === event.vm) going.controller.abort(ended(event.vm.kernelId));
      }),
    ];
  }

  /** Calls in progress. */
  get working(): number {
    return this.#going.size;
  }

  /** Does what a tool does, as far as the principal may. Always resolves, with plain JSON (src/agent/result.ts). */
  async call(name: string, input: unknown = {}, options: SupervisedCallOptions = {}): Promise<ToolResult> {
    try {
      return await this.#call(name, input, options);
    } catch (e) {
      return failure(e);
    }
  }

  /** Lets go of the supervisor; calls in progress go on. */
  dispose(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  async #call(name: string, input: unknown, { signal, principal: who = 'agent' }: SupervisedCallOptions): Promise<ToolResult> {
    const pid = this.principals.pidOf(who);
    if (pid === undefined) {
      throw new GpuvisorError(
        'PERMISSION_DENIED',
        `there is no principal ${JSON.stringify(who.slice(0, 64))} here`,
        'ask the person in charge to let it in',
      );
    }
    const tool = typeof name === 'string' ? TOOL_BY_NAME.get(name) : undefined;
    if (!tool) {
      this.#begin(pid, { slot: SLOT.NONE, rights: RIGHT.READ, what: 'unknown tool' });
      throw unknownTool(name);
    }
    const going: Going = { tool, who, pid, controller: new AbortController(), vm: undefined, generation: 0, use: undefined };
    const abort = (): void => going.controller.abort(aborted());
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    this.#going.add(going);
    try {
      return await this.#carryOut(going, needOf(tool), input);
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#going.delete(going);
      this.#endUse(going);
    }
  }

  async #carryOut(going: Going, need: Need, input: unknown): Promise<ToolResult> {
    const { tool, pid } = going;
    if (need.on === 'all') return this.#list(going, input);
    if (need.on === 'come') {
      this.#beginUse(going, MACHINES_TO_COME, need.rights);
      return this.#work(going, input);
    }
    const id = kernelIdOf(input);
    const vm = (going.vm = this.vms.named(id));
    if (need.on === 'bring') return this.#bring(going, id, input);
    if (!vm) {
      this.#begin(pid, { slot: SLOT.NONE, rights: need.rights, what: tool.name });
      checkInput(tool, input);
      throw this.#missing(pid, id);
    }
    going.generation = vm.generation;
    this.#beginUse(going, vm.pid, need.rights);
    if (need.on === 'end') return this.#end(going, vm, input);
    const result = await this.#work(going, input, { pid: vm.pid, generation: vm.generation });
    // Which other machines there are is not for everybody.
    return isMissing(result) ? failure(this.#missing(pid, id)) : result;
  }

  #work(going: Going, input: unknown, process?: CalledProcess): Promise<ToolResult> {
    const { tool, who: principal, controller } = going;
    const work = this.inner(tool.name, input, { signal: controller.signal, principal, ...(process && { process }) });
    return unlessAborted(work, controller.signal);
  }

  /** hypervisor_list is LIST_CAPS: what one may observe. */
  async #list(going: Going, input: unknown): Promise<ToolResult> {
    const { pid } = going;
    const { result = 0, data } = this.vms.dispatcher.asProcess(pid, syscall(SYSCALL.LIST_CAPS));
    if (result < 0) throw busy(result);
    const caps = decodeCaps(data).filter((cap) => cap.type === OBJECT.VM && (cap.rights & RIGHT.READ) !== 0);
    const seen = new Set(caps.map((cap) => cap.object));
    const all = await this.#work(going, input);
    if (!all.success) return all;
    const kernels = (all['kernels'] as readonly { readonly pid: number }[]).filter((kernel) => seen.has(kernel.pid));
    const snapshots = seen.has(MACHINES_TO_COME) ? all['snapshots'] : [];
    return success({ ...all, kernels, count: kernels.length, snapshots });
  }

  /** Boots or restores. A machine that is not there yet is a process first, the caller's, and is killed again when it does not come. */
  async #bring(going: Going, id: string, input: unknown): Promise<ToolResult> {
    const { tool, pid } = going;
    this.#beginUse(going, going.vm?.pid ?? MACHINES_TO_COME, RIGHT.WRITE);
    checkInput(tool, input);
    const vm = (going.vm ??= this.vms.create(id, { parent: pid }));
    going.generation = vm.generation;
    const { signal } = going.controller;
    const process = { pid: vm.pid, memoryMb: vm.quota.memoryMb };
    const work = this.vms.bring(
      vm,
      () => this.inner(tool.name, input, { signal, principal: going.who, process }),
      // Why none came, the caller hears from the work.
      () => (going.vm = undefined),
    );
    return unlessAborted(work, signal);
  }

  /** hypervisor_kill is the supervisor's act, asked for by somebody who may. */
  async #end(going: Going, vm: VmProcess, input: unknown): Promise<ToolResult> {
    checkInput(going.tool, input);
    this.#endUse(going);
    going.vm = undefined;
    this.vms.kill(vm.pid);
    await this.vms.settled();
    return success({ kernel_id: vm.kernelId, pid: vm.pid, state: 'disposed', kernels: this.#observable(going.pid) });
  }

  /** Names of the machines that a process may observe. */
  #observable(pid: number): string[] {
    return this.vms.list().flatMap((vm) => (this.#accessOf(pid, vm.pid) === 'none' ? [] : [vm.kernelId]));
  }

  #accessOf(pid: number, vm: number): ReturnType<typeof accessOf> {
    return accessOf(this.principals.rightsOf(pid, vm));
  }

  /** Begins a use: the check, and its place in the log. The result is its number, or a negative error. */
  #begin(pid: number, what: Omit<Extract<ProcessOperation, { kind: 'vm-begin' }>, 'kind'>): number {
    return this.vms.dispatcher.asProcess(pid, { kind: 'vm-begin', ...what }).result ?? 0;
  }

  #beginUse(going: Going, object: number, rights: number): void {
    const { pid, tool } = going;
    const slot = this.principals.slotOf(pid, object, rights) ?? SLOT.NONE;
    const use = this.#begin(pid, { slot, rights, what: tool.name, vm: object });
    if (use === -ERROR.NOMEM || use === -ERROR.AGAIN) throw busy(use);
    if (use < 0) throw this.#denied(going, object, rights);
    going.use = use;
    this.#uses.set(use, going);
  }

  #endUse(going: Going): void {
    const { use, pid } = going;
    if (use === undefined) return;
    going.use = undefined;
    this.#uses.delete(use);
    // A principal that is gone has no uses either.
    if (this.vms.dispatcher.gateway.view.process(pid)) this.vms.dispatcher.asProcess(pid, { kind: 'vm-end', use });
  }

  #cancelled({ use, pid, vm }: Extract<Effect, { kind: 'cancel' }>): void {
    const going = this.#uses.get(use);
    if (!going) return;
    this.#uses.delete(use);
    going.use = undefined;
    const { view } = this.vms.dispatcher.gateway;
    const replaced = going.vm !== undefined && going.vm.pid === vm && going.vm.generation !== going.generation;
    if (vm !== MACHINES_TO_COME && !view.process(vm)) going.controller.abort(ended(going.vm?.kernelId ?? String(vm)));
    else if (!view.process(pid)) going.controller.abort(denied(`principal ${going.who} (pid ${pid}) was ended`));
    else if (!replaced)
      going.controller.abort(denied(`the right of ${going.who} (pid ${pid}) to ${nameOf(going)} was revoked during ${going.tool.name}`));
    else if (needOf(going.tool).on !== 'bring') going.controller.abort(ended(going.vm!.kernelId));
    else this.#beginAgain(going);
  }

  /** A call that brings a machine goes on when one has come: its right is looked at again. */
  #beginAgain(going: Going): void {
    going.generation = going.vm!.generation;
    try {
      this.#beginUse(going, going.vm!.pid, RIGHT.WRITE);
    } catch (e) {
      going.controller.abort(e);
    }
  }

  #denied({ who, pid, tool }: Going, object: number, rights: number): GpuvisorError {
    const wish = accessOf(rights);
    if (object === MACHINES_TO_COME) {
      return denied(`${who} (pid ${pid}) may not do ${tool.name}: it may not boot machines that are not there yet`);
    }
    const vm = this.vms.get(object);
    const has = this.#accessOf(pid, object);
    const held = has === 'none' ? 'it has no right to it' : `it may ${has} it, no more`;
    return denied(
      `${who} (pid ${pid}) may not ${wish} machine ${vm?.kernelId ?? object} (pid ${object}), which ${tool.name} needs: ${held}`,
    );
  }

  #missing(pid: number, id: string): GpuvisorError {
    const fault = this.vms.fault(id);
    if (fault !== undefined) {
      return new GpuvisorError(
        'GUEST_TRAPPED',
        `machine ${id} failed: ${fault}`,
        'call hypervisor_boot or hypervisor_restore to have a new one',
      );
    }
    const others = this.#observable(pid);
    if (others.length === 0) {
      return new GpuvisorError('NOT_BOOTED', 'no machine has been booted', 'call hypervisor_boot {"kernel_url":"linux"}');
    }
    return new GpuvisorError(
      'UNKNOWN_VM',
      `there is no machine ${id}`,
      `pass "kernel_id": there ${others.length === 1 ? 'is' : 'are'} ${others.join(', ')}`,
    );
  }
}

/** The name a call gives; what is none is left to the check of its input. */
function kernelIdOf(input: unknown): string {
  const id = typeof input === 'object' && input !== null ? (input as Record<string, unknown>)['kernel_id'] : undefined;
  return typeof id === 'string' ? id : FIRST_VM;
}

function isMissing(result: ToolResult): boolean {
  if (result.success) return false;
  const { code } = (result as Failure).error;
  return code === 'NOT_BOOTED' || code === 'UNKNOWN_VM';
}

const syscall = (number: number) => ({ kind: 'syscall', number, args: [0, 0, 0], data: new Uint8Array(0) }) as const;

const nameOf = ({ vm }: Going): string => (vm ? `machine ${vm.kernelId}` : 'machines to come');
