// The last acts on machines, in sentences: of principals, and of the supervisor on rights and processes. Made of the two logs: the SysLog has who asked and
// what came of it, the CommitLog what a use was for.

import { ERROR, errorName, KIND, MACHINES_TO_COME, OBJECT, OPERATION, SYSCALL } from '../../src/supervisor/abi/constants.js';
import type { Gateway } from '../../src/supervisor/axiom/gateway.js';
import type { SysEvent, SysRequest } from '../../src/supervisor/axiom/syslog.js';
import type { Commit } from '../../src/supervisor/kernel/commit.js';

export interface Act {
  /** The request's number in the SysLog. */
  readonly id: number;
  /** Microseconds of the epoch. */
  readonly time: number;
  readonly text: string;
  readonly denied: boolean;
}

/** The supervisor's acts that are shown: the others are too many. */
const SUPERVISOR: ReadonlySet<number> = new Set([
  OPERATION.CREATE,
  OPERATION.KILL,
  OPERATION.FAULT,
  OPERATION.REVOKE,
  OPERATION.MINT,
  OPERATION.RENEW,
]);
/** Acts that are kept. */
const KEPT = 100;

export class ActLog {
  readonly #acts: Act[] = [];
  /** Names of processes that are gone too. */
  readonly #names = new Map<number, string>();
  readonly #principals = new Set<number>();
  #event: number;
  #commit: number;
  /** Requests whose answer has not come yet. */
  #open = new Map<number, SysRequest>();
  /** What commits said, by the request that caused them. */
  #commits = new Map<number, Commit[]>();

  /** Acts from now on. */
  constructor(private readonly gateway: Gateway) {
    this.#event = gateway.syslog.total + 1;
    this.#commit = gateway.commits.head.seq + 1;
  }

  /** The last `count` acts, newest first. */
  last(count: number): Act[] {
    this.#read();
    return this.#acts.slice(-count).reverse();
  }

  #read(): void {
    const { syslog, commits, view } = this.gateway;
    for (const { pid, name, kind } of view.processes()) {
      this.#names.set(pid, name);
      if (kind === KIND.PRINCIPAL) this.#principals.add(pid);
    }
    for (const { seq, causedBy, commit } of commits.since(this.#commit)) {
      this.#commit = seq + 1;
      this.#commits.set(causedBy, [...(this.#commits.get(causedBy) ?? []), commit]);
      if (commit.type === 'ProcessCreated') this.#names.set(commit.pid, commit.name);
    }
    const events = syslog.since(this.#event);
    this.#event = syslog.total + 1;
    for (const event of events) this.#take(event);
    this.#commits.clear();
    if (this.#acts.length > KEPT * 2) this.#acts.splice(0, this.#acts.length - KEPT);
  }

  #take(event: SysEvent): void {
    if (event.kind === 'request') {
      if (this.#principals.has(event.pid) || (event.pid === 0 && SUPERVISOR.has(event.number))) this.#open.set(event.id, event);
      return;
    }
    const request = this.#open.get(event.request);
    this.#open.delete(event.request);
    const text = request && this.#sentence(request, event.result);
    if (text === undefined) return;
    this.#acts.push({ id: event.request, time: request!.time, text, denied: event.result === -ERROR.PERM || event.result === -ERROR.BADF });
  }

  /** Undefined for what is not worth a line: the end of a use that began a line above. */
  #sentence({ id, pid, number, args }: SysRequest, result: number): string | undefined {
    const commits = this.#commits.get(id) ?? [];
    const who = pid === 0 ? 'supervisor' : this.#name(pid);
    const failed = result < 0 ? `: ${errorName(result)}` : '';
    switch (number) {
      case OPERATION.VM_BEGIN: {
        const use = commits.find((c) => c.type === 'UseBegan');
        const right = args[1] === 1 ? 'observe' : 'control';
        const machine = args[2] === MACHINES_TO_COME ? 'machines to come' : this.#name(args[2]);
        return use ? `${who} ${use.what} on ${machine}` : `${who} wanted to ${right} ${machine}${failed}`;
      }
      case SYSCALL.LIST_CAPS:
        return `${who} hypervisor_list`;
      case OPERATION.MINT:
        if (args[1] !== OBJECT.VM) return undefined;
        return `${who} gave ${this.#name(args[0])} a right on ${args[2] === MACHINES_TO_COME ? 'machines to come' : this.#name(args[2])}${failed}`;
      case OPERATION.REVOKE: {
        const cancelled = commits.filter((c) => c.type === 'UseEnded').length;
        return `${who} revoked a right of ${this.#name(args[0])}${cancelled > 0 ? `; ${cancelled} of its calls ended` : ''}${failed}`;
      }
      case OPERATION.CREATE: {
        const made = commits.find((c) => c.type === 'ProcessCreated');
        return made && `${this.#name(args[0])} made process ${made.name} (pid ${made.pid})`;
      }
      case OPERATION.KILL:
        return `${who} ended ${this.#name(args[0])}${failed}`;
      case OPERATION.FAULT:
        return `${this.#name(args[0])} failed`;
      case OPERATION.RENEW:
        return `another machine is ${this.#name(args[0])}`;
      default:
        return undefined;
    }
  }

  #name(pid: number): string {
    return `${this.#names.get(pid) ?? 'process'} (pid ${pid})`;
  }
}
