// Who acts on machines: principals, each a process without code, with capabilities on machines. What a person changes here is the supervisor's act.

import { GpuvisorError } from '../isa/errors.js';
import { ERROR, errorName, KIND, MACHINES_TO_COME, OBJECT, RIGHT } from '../supervisor/abi/constants.js';
import type { CapabilityView } from '../supervisor/axiom/view.js';
import type { VmProcess } from '../supervisor/hal/vm-process.js';
import type { VmProcesses } from '../supervisor/hal/vm-processes.js';
import { type Access, accessOf, RIGHTS_OF } from './rights.js';

/** What a principal is given by itself. */
export interface PrincipalPolicy {
  /** On every machine that comes. */
  readonly machines: Access;
  /** Whether it may boot machines that are not there yet. */
  readonly boot: boolean;
}

/** May do everything, as long as nobody takes it away. */
export const TRUSTED: PrincipalPolicy = { machines: 'control', boot: true };
/** May do nothing, until somebody allows it. */
export const STRANGER: PrincipalPolicy = { machines: 'none', boot: false };

/** A principal as a page lists it. */
export interface PrincipalRow {
  readonly name: string;
  /** Undefined once it has been ended. */
  readonly pid: number | undefined;
  readonly policy: PrincipalPolicy;
  readonly machines: readonly { readonly kernelId: string; readonly pid: number; readonly access: Access; readonly grant: boolean }[];
  /** Calls that are going on. */
  readonly uses: number;
}

export class Principals {
  readonly #known = new Map<string, { pid: number; policy: PrincipalPolicy }>();
  readonly #stop: () => void;

  constructor(private readonly vms: VmProcesses) {
    this.#stop = vms.onEvent((event) => {
      if (event.kind !== 'created') return;
      for (const name of this.#known.keys()) this.#welcome(name, event.vm);
    });
  }

  /**
   * Introduces a principal; one that is known is given the new policy. Its pid.
   * @throws GpuvisorError TOO_LARGE when there is no room for another process, BAD_ARGUMENT for a name of more than 64 bytes
   */
  add(name: string, policy: PrincipalPolicy = STRANGER): number {
    const { dispatcher } = this.vms;
    let pid = this.pidOf(name);
    if (pid === undefined) {
      const { result = 0 } = dispatcher.asSupervisor({ kind: 'create', name, parent: 0, process: KIND.PRINCIPAL, console: false });
      if (result === -ERROR.NOMEM) throw new GpuvisorError('TOO_LARGE', `there is no room for another process (${name})`, 'end one first');
      if (result < 0)
        throw new GpuvisorError(
          'BAD_ARGUMENT',
          `${JSON.stringify(name.slice(0, 80))} is no name: ${errorName(result)}`,
          'use 1 to 64 bytes',
        );
      pid = result;
      dispatcher.asSupervisor({ kind: 'start', pid });
    }
    this.#known.set(name, { pid, policy: STRANGER });
    this.setPolicy(name, policy);
    for (const vm of this.vms.list()) this.#welcome(name, vm);
    return pid;
  }

  /** Its pid; undefined for one that is not known, or has been ended. */
  pidOf(name: string): number | undefined {
    const pid = this.#known.get(name)?.pid;
    return pid !== undefined && this.vms.dispatcher.gateway.view.process(pid)?.kind === KIND.PRINCIPAL ? pid : undefined;
  }

  /** What it may do with a machine. */
  access(name: string, vm: number): Access {
    const pid = this.pidOf(name);
    return pid === undefined ? 'none' : accessOf(this.rightsOf(pid, vm));
  }

  /** Gives or takes rights on one machine. What is taken is gone for the next call, and ends those that are going on through it. */
  setAccess(name: string, vm: number, access: Access): void {
    const pid = this.#must(name);
    const before = this.#held(name, vm);
    if (before.length === 1 && accessOf(before[0]!.rights) === access) return;
    if (access !== 'none') this.#mint(pid, vm, RIGHTS_OF[access]);
    for (const cap of before) this.#take(cap);
  }

  /** What it is given on machines that come, and whether it may bring them itself. */
  setPolicy(name: string, policy: PrincipalPolicy): void {
    const pid = this.#must(name);
    const before = this.#held(name, MACHINES_TO_COME);
    const may = before.some((cap) => (cap.rights & RIGHT.WRITE) !== 0);
    if (policy.boot && !may) this.#mint(pid, MACHINES_TO_COME, RIGHT.READ | RIGHT.WRITE);
    if (!policy.boot) for (const cap of before) this.#take(cap);
    this.#known.set(name, { pid, policy });
  }

  /** Takes everything: on machines that are there, and on machines to come. */
  revokeAll(name: string): void {
    this.setPolicy(name, STRANGER);
    for (const vm of this.vms.list()) this.setAccess(name, vm.pid, 'none');
  }

  /** The slot of `pid` that fits best for `rights` on a machine; undefined when it holds nothing on it. */
  slotOf(pid: number, vm: number, rights: number): number | undefined {
    const held = this.#capsOf(pid, vm);
    return (held.find((cap) => (rights & ~cap.rights) === 0) ?? held[0])?.holder!.slot;
  }

  /** The rights of process `pid` on a machine, all its capabilities together. */
  rightsOf(pid: number, vm: number): number {
    return this.#capsOf(pid, vm).reduce((rights, cap) => rights | cap.rights, 0);
  }

  rows(): PrincipalRow[] {
    const uses = this.vms.dispatcher.gateway.view.uses();
    return [...this.#known].map(([name, { policy }]) => {
      const pid = this.pidOf(name);
      const machines = this.vms.list().map((vm) => {
        const rights = pid === undefined ? 0 : this.rightsOf(pid, vm.pid);
        return { kernelId: vm.kernelId, pid: vm.pid, access: accessOf(rights), grant: (rights & RIGHT.GRANT) !== 0 };
      });
      return { name, pid, policy, machines, uses: uses.filter((use) => use.pid === pid).length };
    });
  }

  dispose(): void {
    this.#stop();
    this.#known.clear();
  }

  #must(name: string): number {
    const pid = this.pidOf(name);
    if (pid === undefined) throw new GpuvisorError('BAD_ARGUMENT', `there is no principal ${JSON.stringify(name)}`, 'introduce it first');
    return pid;
  }

  /** What it is given on a machine by itself; what it holds already stays. */
  #welcome(name: string, vm: VmProcess): void {
    const pid = this.pidOf(name);
    const { machines } = this.#known.get(name)!.policy;
    if (pid !== undefined && machines !== 'none' && this.#capsOf(pid, vm.pid).length === 0) this.#mint(pid, vm.pid, RIGHTS_OF[machines]);
  }

  #held(name: string, vm: number): CapabilityView[] {
    const pid = this.pidOf(name);
    return pid === undefined ? [] : this.#capsOf(pid, vm);
  }

  #capsOf(pid: number, vm: number): CapabilityView[] {
    return this.vms.dispatcher.gateway.view
      .capabilities()
      .filter((cap) => cap.holder?.pid === pid && cap.type === OBJECT.VM && cap.object === vm);
  }

  #mint(pid: number, object: number, rights: number): void {
    const { result = 0 } = this.vms.dispatcher.asSupervisor({ kind: 'mint', pid, type: OBJECT.VM, object, rights, lifetime: 0 });
    if (result < 0)
      throw new GpuvisorError('TOO_LARGE', `process ${pid} cannot hold another capability: ${errorName(result)}`, 'take one from it first');
  }

  #take({ holder }: CapabilityView): void {
    this.vms.dispatcher.asSupervisor({ kind: 'revoke', pid: holder!.pid, slot: holder!.slot });
  }
}
