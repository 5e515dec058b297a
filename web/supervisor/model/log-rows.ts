// The rows of the two logs as a reader sees them: a system call with its answer, a commit with its cause.

import { OPERATION, SLOT, SYSCALL, syscallName } from '../../../src/supervisor/abi/index.js';
import { hex, type CommitRecord, type SysEvent, type SysRequest, type SysResponse } from '../../../src/supervisor/axiom/index.js';
import { commitFields, type Commit } from '../../../src/supervisor/kernel/index.js';
import { resultWord, rightsWord, shortHash, shownText } from './words.js';

/** How a call stands. */
export type Outcome = 'ok' | 'error' | 'waits' | 'lost';

/** What every row of a log has. */
export interface LogRow {
  /** Grows from row to row. */
  readonly id: number;
  /** Microseconds of the epoch. */
  readonly time: number;
  /** Whose it is. */
  readonly pid: number;
  /** Others it is about. */
  readonly about: readonly number[];
  /** The operation or the commit's type. */
  readonly name: string;
  readonly outcome: Outcome;
  /** What it was asked with. */
  readonly detail: string;
  /** What came of it. */
  readonly result: string;
}

/** What the arguments of a syscall or an operation are. */
const ARGUMENTS: Readonly<Record<number, readonly string[]>> = {
  [SYSCALL.LIST_CAPS]: ['from slot'],
  [SYSCALL.PS]: ['from pid'],
  [SYSCALL.CONSOLE_WRITE]: ['slot'],
  [SYSCALL.EXIT]: ['code'],
  [SYSCALL.SLEEP]: ['ms'],
  [SYSCALL.CAP_GRANT]: ['slot', 'to pid', 'rights'],
  [SYSCALL.CAP_REVOKE]: ['pid', 'slot'],
  [SYSCALL.CAP_DELETE]: ['slot'],
  [SYSCALL.CAP_INSPECT]: ['slot'],
  [SYSCALL.CAP_DERIVE]: ['slot', 'rights', 'ms'],
  [SYSCALL.SEND]: ['slot', 'tag'],
  [SYSCALL.RECEIVE]: ['slot', 'flags', 'ms'],
  [SYSCALL.CALL]: ['slot', 'tag', 'ms'],
  [SYSCALL.REPLY]: ['call', 'tag', 'high'],
  [SYSCALL.SEND_CAP]: ['slot', 'tag', 'counts'],
  [OPERATION.INPUT]: ['pid'],
  [OPERATION.REVOKE]: ['pid', 'slot'],
  [OPERATION.CREATE]: ['parent', 'kind', 'console'],
  [OPERATION.START]: ['pid'],
  [OPERATION.KILL]: ['pid'],
  [OPERATION.FAULT]: ['pid', 'reason'],
  [OPERATION.MINT]: ['pid', 'type', 'object'],
  [OPERATION.RENEW]: ['pid'],
  [OPERATION.VM_BEGIN]: ['slot', 'rights', 'on pid'],
  [OPERATION.VM_END]: ['use'],
};
/** Arguments that are left out when they are 0. */
const OPTIONAL = new Set(['ms', 'flags', 'high', 'from slot', 'from pid']);
/** Operations whose first argument is another process. */
const ABOUT = new Set<number>([
  OPERATION.INPUT,
  OPERATION.REVOKE,
  OPERATION.START,
  OPERATION.KILL,
  OPERATION.FAULT,
  OPERATION.MINT,
  OPERATION.RENEW,
  SYSCALL.CAP_REVOKE,
]);

function argument(name: string, value: number): string {
  if (name === 'rights') return `rights ${rightsWord(value)}`;
  if (name === 'tag') return `tag 0x${(value >>> 0).toString(16)}`;
  if (name.endsWith('slot') && value === SLOT.NONE) return `no ${name}`;
  if (name === 'code') return `code ${value | 0}`;
  return name === 'ms' ? `${value} ms` : `${name} ${value}`;
}

/** A request, and its response once there is one. */
export class CallRow implements LogRow {
  readonly about: readonly number[];
  #response: SysResponse | undefined;

  constructor(readonly request: SysRequest) {
    const { number, args } = request;
    if (ABOUT.has(number)) this.about = [args[0]];
    else if (number === SYSCALL.CAP_GRANT) this.about = [args[1]];
    else this.about = number === OPERATION.VM_BEGIN ? [args[2]] : [];
  }

  get id(): number {
    return this.request.id;
  }
  get time(): number {
    return this.request.time;
  }
  get pid(): number {
    return this.request.pid;
  }
  get name(): string {
    return syscallName(this.request.number);
  }
  get response(): SysResponse | undefined {
    return this.#response;
  }
  answer(response: SysResponse): void {
    this.#response = response;
  }
  get outcome(): Outcome {
    const r = this.#response;
    if (!r) return 'waits';
    if (r.result < 0) return 'error';
    return r.delivered ? 'ok' : 'lost';
  }
  get detail(): string {
    const { number, args, length } = this.request;
    const names = ARGUMENTS[number] ?? [];
    const given = names
      .map((name, i) => (OPTIONAL.has(name) && args[i] === 0 ? '' : argument(name, args[i]!)))
      .filter((text) => text !== '');
    if (length > 0) given.push(`${length} ${length === 1 ? 'byte' : 'bytes'}`);
    return given.join(', ');
  }
  get result(): string {
    const r = this.#response;
    if (!r) return 'waits';
    const data = r.length > 0 ? `, ${r.length} bytes` : '';
    return r.delivered || r.result < 0 ? resultWord(r.result) + data : 'no one to tell';
  }
}

/** Joins responses to their requests. What answers a request that was dropped is dropped too. */
export class CallJoiner {
  readonly #open = new Map<number, CallRow>();

  /** The rows of new requests; answers go to rows given before. `touched`: whether any did. */
  add(events: readonly SysEvent[]): { readonly rows: CallRow[]; readonly touched: boolean } {
    const rows: CallRow[] = [];
    let touched = false;
    for (const event of events) {
      if (event.kind === 'request') {
        const row = new CallRow(event);
        rows.push(row);
        this.#open.set(event.id, row);
      } else {
        const row = this.#open.get(event.request);
        this.#open.delete(event.request);
        row?.answer(event);
        touched ||= row !== undefined;
      }
    }
    return { rows, touched };
  }
}

/** One field of a commit for a reader. */
function field(name: string, value: unknown): string {
  if (value instanceof Uint8Array) return `${name} ${shortHash(hex(value))}`;
  if (Array.isArray(value)) return `${name} ${value.join(' ') || '–'}`;
  if (typeof value === 'string') return value === '' ? '' : `${name} “${shownText(value, 60)}”`;
  if (name === 'rights') return `rights ${rightsWord(Number(value))}`;
  if (name === 'tag') return `tag 0x${Number(value).toString(16)}`;
  return `${name === 'objectType' ? 'type' : name} ${String(value)}`;
}

/** Fields that say nothing when they are 0. */
const SILENT = new Set(['expiry', 'deadline', 'call', 'endpoint', 'cap']);

/** What a commit says, without its type. */
export function commitDetail(commit: Commit): string {
  const values = commit as unknown as Readonly<Record<string, unknown>>;
  return Object.keys(commitFields(commit.type))
    .filter((name) => !(SILENT.has(name) && values[name] === 0))
    .map((name) => field(name, values[name]))
    .filter((text) => text !== '')
    .join(', ');
}

const PIDS = ['pid', 'owner', 'from', 'giver', 'parent'] as const;

/** A commit. */
export class CommitRow implements LogRow {
  readonly outcome = 'ok';
  readonly pid: number;
  readonly about: readonly number[];

  constructor(readonly record: CommitRecord) {
    const values = record.commit as unknown as Readonly<Record<string, unknown>>;
    const named = PIDS.filter((name) => typeof values[name] === 'number' && !(name === 'parent' && record.commit.type === 'CapInserted'));
    const pids = named.map((name) => values[name] as number);
    this.pid = pids[0] ?? 0;
    this.about = pids.slice(1);
  }

  get id(): number {
    return this.record.seq;
  }
  get time(): number {
    return this.record.time;
  }
  get name(): string {
    return this.record.commit.type;
  }
  get detail(): string {
    return commitDetail(this.record.commit);
  }
  /** The request that caused it. */
  get result(): string {
    return this.record.causedBy === 0 ? '' : `by ${this.record.causedBy}`;
  }
}
