// A kernel under test: every step is checked for what must always hold. The fold of the commits, read back from their bytes, is the state; the
// invariants hold; an error has changed nothing; the log never saw a message's bytes.
import { expect } from 'vitest';
import { decodeMessage, KIND, PID, SYSCALL, type Kind, type Message } from '../../../src/supervisor/abi/index.js';
import {
  apply,
  decodeCommit,
  decodeState,
  emptyState,
  encodeCommit,
  encodeState,
  LIMITS,
  NO_ANSWER,
  perform,
  Step,
  violations,
  type Answer,
  type Commit,
  type Effect,
  type KernelState,
  type Limits,
  type Operation,
} from '../../../src/supervisor/kernel/index.js';

export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Whether two byte arrays are equal; `toEqual` takes its time over long ones. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** What one step did. */
export interface Done {
  /** Undefined: no answer yet. */
  readonly result: number | undefined;
  readonly data: Uint8Array;
  readonly answers: readonly Answer[];
  readonly effects: readonly Effect[];
  readonly commits: readonly Commit[];
}

export class Rig {
  readonly state: KernelState = emptyState();
  /** The same state, folded from bytes. */
  readonly shadow: KernelState = emptyState();
  readonly limits: Limits;
  /** Microseconds. */
  now = 0;
  wall = 1_700_000_000_000;
  /** Every commit so far. */
  readonly commits: Commit[] = [];
  /** Answers that came after their call, by pid. */
  readonly late = new Map<number, Answer[]>();
  last!: Done;

  constructor(
    limits: Partial<Limits> = {},
    /** False: `check` is called by hand. */
    readonly checked = true,
    /** Whether init runs already. */
    started = true,
  ) {
    this.limits = { ...LIMITS, ...limits };
    const genesis: Commit = { type: 'Genesis', epoch: 1, wall: this.wall, previous: new Uint8Array(32), note: '' };
    apply(this.state, genesis);
    apply(this.shadow, genesis);
    this.op(0, { kind: 'boot' });
    if (started) this.op(0, { kind: 'start', pid: PID.INIT });
  }

  op(origin: number, op: Operation): Done {
    const commits: Commit[] = [];
    const step = new Step(this.state, this.now, this.wall, this.limits, (commit) => {
      commits.push(commit);
      apply(this.shadow, decodeCommit(encodeCommit(commit)));
    });
    const outcome = perform(step, origin, op);
    const result = outcome === NO_ANSWER ? undefined : typeof outcome === 'number' ? outcome : outcome.result;
    const data = outcome === NO_ANSWER || typeof outcome === 'number' ? NO_BYTES : outcome.data;
    for (const answer of step.answers) this.late.set(answer.pid, [...(this.late.get(answer.pid) ?? []), answer]);
    this.commits.push(...commits);
    this.last = { result, data, answers: step.answers, effects: step.effects, commits };
    if (this.checked) this.check();
    return this.last;
  }

  /** @throws when the state is not what the commits say, or not as it must be */
  check(): void {
    const bytes = encodeState(this.state);
    if (!same(bytes, encodeState(this.shadow))) {
      expect(this.state, 'fold(commits) = state').toEqual(this.shadow);
      expect.fail('fold(commits) is not the state');
    }
    if (!same(bytes, encodeState(decodeState(bytes)))) expect.fail('the state read back from its bytes is another');
    expect(violations(this.state, this.limits, this.now)).toEqual([]);
  }

  /** A syscall by name; its result, undefined while it blocks. */
  sys(pid: number, name: keyof typeof SYSCALL, args: readonly number[] = [], data: Uint8Array = NO_BYTES): number | undefined {
    const [a = 0, b = 0, c = 0] = args;
    const due = this.state.alarm <= this.now;
    const done = this.op(pid, { kind: 'syscall', number: SYSCALL[name], args: [a >>> 0, b >>> 0, c >>> 0], data });
    if (done.result !== undefined && done.result < 0 && !due) expect(done.commits, `${name}: an error commits nothing`).toEqual([]);
    return done.result;
  }

  /** A process that runs. */
  spawn(name = 'process', kind: Kind = KIND.WASM, parent: number = PID.INIT): number {
    const { result } = this.op(0, { kind: 'create', name, parent, process: kind, console: true });
    if (result === undefined || result < 0) throw new Error(`create gave ${result}`);
    this.op(0, { kind: 'start', pid: result });
    return result;
  }

  /** Time passes; what is due is done. */
  wait(milliseconds: number): Done {
    this.now += milliseconds * 1000;
    return this.op(0, { kind: 'tick' });
  }

  /** The answer that came late to a blocked process. */
  answer(pid: number): Answer | undefined {
    return this.late.get(pid)?.shift();
  }

  /** The message RECEIVE or CALL gave, at once or late. */
  message(): Message {
    return decodeMessage(this.last.data);
  }
  lateMessage(pid: number): Message {
    const answer = this.answer(pid);
    if (!answer) throw new Error(`no answer came to process ${pid}`);
    expect(answer.result).toBe(1);
    return decodeMessage(answer.data);
  }

  /** Receives without waiting: everything that is there, from a slot. */
  drain(pid: number, slot: number): Message[] {
    const messages: Message[] = [];
    while (this.sys(pid, 'RECEIVE', [slot, 1]) === 1) messages.push(this.message());
    return messages;
  }

  slots(pid: number): number[] {
    return [...this.state.processes.get(pid)!.slots.keys()].sort((a, b) => a - b);
  }

  kill(pid: number): Done {
    return this.op(0, { kind: 'kill', pid });
  }
}

/** Two processes and a way from the first to the second: `slot` of `client` sends to what `server` receives from in slot 0. */
export function pair(rig: Rig): { readonly client: number; readonly server: number; readonly slot: number } {
  const [client, server] = [rig.spawn('client'), rig.spawn('server')];
  const slot = rig.sys(server, 'CAP_GRANT', [0, client, 2])!;
  return { client, server, slot };
}

export const text = (s: string): Uint8Array => new TextEncoder().encode(s);
export const ofText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
