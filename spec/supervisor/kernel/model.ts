// A small model of the kernel, written from the design and not from the code: flat lists, no indexes, no log. It predicts every result, every answer that
// comes late, who holds what, and what is in each queue. The contents of notices are left to the other specs.
import { ERROR, KIND, RIGHT, SLOT, TAG } from '../../../src/supervisor/abi/index.js';
import type { Limits } from '../../../src/supervisor/kernel/index.js';

const { PERM, NOENT, INVAL, AGAIN, NOMEM, BADF, BUSY, OVERFLOW } = ERROR;
const { READ: R, WRITE: W, GRANT: G } = RIGHT;

export interface Cap {
  /** Null while it is in a message. */
  pid: number | null;
  slot: number;
  /** 'ep3', 'con4', 'proc5', 'vm6'. */
  readonly what: string;
  readonly rights: number;
  /** 0 for ever. */
  readonly until: number;
  from: Cap | null;
  giver: number;
}

export interface Mail {
  readonly from: number;
  readonly tag: number;
  readonly length: number;
  readonly caps: (Cap | null)[];
  readonly call: number;
}

export interface End {
  readonly id: number;
  readonly owner: number;
  mail: Mail[];
  waiting: number[];
}

interface Wait {
  readonly for: 'sleep' | 'receive' | 'call';
  readonly until: number;
  readonly end?: End;
  readonly cap?: Cap;
  readonly call?: number;
}

export interface Proc {
  readonly pid: number;
  readonly kind: number;
  readonly parent: number;
  next: number;
  runs: boolean;
  wait: Wait | null;
}

/** What a message looks like to who receives it: sender, tag, length, open call or not, slots. */
export type Seen = readonly [number, number, number, boolean, readonly number[]];
export type Result = number | Seen | 'waits' | 'gone';

const notice = (): Mail => ({ from: 0, tag: TAG.CAP_REVOKED, length: 14, caps: [], call: 0 });

export class Model {
  now = 0;
  readonly procs = new Map<number, Proc>();
  caps: Cap[] = [];
  readonly ends = new Map<number, End>();
  readonly calls = new Map<number, { readonly caller: number; server: number | null; readonly end: End }>();
  readonly uses = new Map<number, { readonly pid: number; readonly cap: Cap; readonly vm: number }>();
  /** Answers of this step to processes that waited. */
  late: { readonly pid: number; readonly result: Result }[] = [];
  /** Uses cancelled in this step. */
  cancelled: number[] = [];
  nextCall = 1;
  #nextPid = 1;
  #nextEnd = 1;
  #nextUse = 1;
  #tell: number[] = [];

  constructor(readonly limits: Limits) {
    this.#birth(1, 0, KIND.WASM, true);
    this.#put(1, SLOT.FIRST_FREE, 'proc0', 7, 0, null, 0);
    this.#birth(2, 1, KIND.WASM, true);
    this.procs.get(1)!.runs = true;
  }

  held(pid: number): Cap[] {
    return this.caps.filter((c) => c.pid === pid);
  }
  at(pid: number, slot: number): Cap | undefined {
    return this.caps.find((c) => c.pid === pid && c.slot === slot);
  }

  #put(pid: number, slot: number, what: string, rights: number, until: number, from: Cap | null, giver: number): number {
    this.caps.push({ pid, slot, what, rights, until, from, giver });
    this.procs.get(pid)!.next = slot + 1;
    return slot;
  }
  #free(pid: number): number {
    return Math.max(this.procs.get(pid)!.next, SLOT.FIRST_FREE);
  }
  #room(pid: number, giver: number): number {
    const mine = this.held(pid);
    const room = (pid === 1 ? this.limits.initCaps : this.limits.caps) - mine.length;
    if (giver === pid || giver <= 1) return room;
    const others = mine.filter((c) => c.giver > 1 && c.giver !== pid);
    return Math.min(
      room,
      this.limits.capsFromOne - others.filter((c) => c.giver === giver).length,
      this.limits.capsFromOthers - others.length,
    );
  }

  #birth(pid: number, parent: number, kind: number, console: boolean): void {
    this.#nextPid = pid + 1;
    this.procs.set(pid, { pid, kind, parent, next: 0, runs: false, wait: null });
    for (const [slot, rights] of [
      [SLOT.OWN, 7],
      [SLOT.INPUT, R],
    ] as const) {
      const id = this.#nextEnd++;
      this.ends.set(id, { id, owner: pid, mail: [], waiting: [] });
      this.#put(pid, slot, `ep${id}`, rights, 0, null, pid);
    }
    const door = this.at(1, SLOT.OWN);
    if (door) this.#put(pid, SLOT.INIT, door.what, W, 0, door, 1);
    if (console) this.#put(pid, SLOT.CONSOLE, `con${pid}`, W, 0, null, 0);
    if (parent === 0) return;
    this.#put(parent, this.#free(parent), `proc${pid}`, 7, 0, null, 0);
    if (kind === KIND.VM) this.#put(parent, this.#free(parent), `vm${pid}`, 7, 0, null, 0);
  }

  /** Every capability that is, or came of, one of `roots`. */
  #tree(roots: readonly Cap[]): Set<Cap> {
    const set = new Set(roots);
    for (let size = -1; size !== set.size;) {
      size = set.size;
      for (const c of this.caps) if (c.from && set.has(c.from)) set.add(c);
    }
    return set;
  }

  /** Takes capabilities with all that came of them. The number gone. */
  #take(roots: readonly Cap[], asker: number | null): number {
    const gone = this.#tree(roots);
    for (const c of gone) if (c.pid !== null && c.pid !== asker) this.#tell.push(c.pid);
    this.#erase(gone);
    return gone.size;
  }

  #erase(gone: ReadonlySet<Cap>): void {
    this.caps = this.caps.filter((c) => !gone.has(c));
    for (const end of this.ends.values()) for (const m of end.mail) m.caps.forEach((c, i) => c && gone.has(c) && (m.caps[i] = null));
    for (const p of this.procs.values()) if (p.wait?.cap && gone.has(p.wait.cap)) this.#wake(p, -BADF);
    for (const [id, use] of this.uses) if (gone.has(use.cap)) this.#cancel(id);
  }

  #cancel(id: number): void {
    this.uses.delete(id);
    this.cancelled.push(id);
  }

  #wake(p: Proc, result: Result): void {
    this.#unwait(p);
    this.late.push({ pid: p.pid, result });
  }

  #unwait(p: Proc): void {
    const { wait } = p;
    p.wait = null;
    if (wait?.end) wait.end.waiting = wait.end.waiting.filter((pid) => pid !== p.pid);
    const call = wait?.call === undefined ? undefined : this.calls.get(wait.call);
    if (!call) return;
    if (call.server === null) call.end.mail = call.end.mail.filter((m) => m.call !== wait!.call);
    this.calls.delete(wait!.call!);
  }

  #destroy(end: End): void {
    for (const m of end.mail) if (m.call) this.#wake(this.procs.get(this.calls.get(m.call)!.caller)!, -NOENT);
    const flying = end.mail.flatMap((m) => m.caps.filter((c) => c !== null));
    this.#take([...flying, ...this.caps.filter((c) => c.what === `ep${end.id}`)], null);
    this.ends.delete(end.id);
  }

  #finish(pid: number): void {
    const p = this.procs.get(pid)!;
    for (const [id, use] of this.uses) if (use.pid === pid || use.vm === pid) this.#cancel(id);
    this.#unwait(p);
    for (const call of [...this.calls.values()]) if (call.server === pid) this.#wake(this.procs.get(call.caller)!, -NOENT);
    for (const end of [...this.ends.values()]) if (end.owner === pid) this.#destroy(end);
    const own = [`proc${pid}`, `con${pid}`, `vm${pid}`];
    this.#take(
      this.caps.filter((c) => c.pid === pid || own.includes(c.what)),
      null,
    );
    this.procs.delete(pid);
  }

  /** What is of processes, of the page, of the kernel: each sort is bounded for itself. */
  #sort(end: End, sort: 'process' | 'input' | 'notice'): Mail[] {
    return end.mail.filter((m) => sort === (m.from !== 0 ? 'process' : m.tag === TAG.CONSOLE_INPUT ? 'input' : 'notice'));
  }

  #fits(end: End, from: number, length: number, caps: number): boolean {
    const { queue, queueShare, queueBytes, processBytes, queueCaps } = this.limits;
    const bytes = (mail: readonly Mail[]) => mail.reduce((n, m) => n + m.length, 0);
    const like = this.#sort(end, from === 0 ? 'input' : 'process');
    if (like.length >= queue || bytes(like) + length > queueBytes) return false;
    if (from === 0) return true;
    const others = [...this.ends.values()].filter((e) => e.owner === end.owner && e !== end);
    if (others.reduce((n, e) => n + bytes(e.mail), bytes(like) + length) > processBytes) return false;
    return like.filter((m) => m.from === from).length < queueShare && like.reduce((n, m) => n + m.caps.length, caps) <= queueCaps;
  }

  /** Gives the first message to a process. */
  #hand(end: End, pid: number): Seen {
    const mail = end.mail[0]!;
    let room = this.#room(pid, mail.from);
    const over = mail.caps.filter((c) => c !== null && room-- <= 0) as Cap[];
    this.#take(over, null);
    end.mail.shift();
    const slots = mail.caps.map((c) => {
      if (!c) return SLOT.NONE;
      c.pid = pid;
      c.slot = this.#free(pid);
      this.procs.get(pid)!.next = c.slot + 1;
      return c.slot;
    });
    if (mail.call) this.calls.get(mail.call)!.server = pid;
    return [mail.from, mail.tag, mail.length, mail.call !== 0, slots];
  }

  #post(end: End, mail: Mail): void {
    end.mail.push(mail);
    while (end.mail.length > 0 && end.waiting.length > 0) {
      const p = this.procs.get(end.waiting[0]!)!;
      this.#unwait(p);
      this.late.push({ pid: p.pid, result: this.#hand(end, p.pid) });
    }
  }

  /** What time has brought. */
  #due(): void {
    for (const p of this.procs.values()) {
      if (p.wait && p.wait.until !== 0 && p.wait.until <= this.now) this.#wake(p, p.wait.for === 'sleep' ? 0 : -AGAIN);
    }
    this.#take(
      this.caps.filter((c) => c.until !== 0 && this.now > c.until),
      null,
    );
    this.#settle();
  }

  #settle(): void {
    for (let more = true; more;) {
      const lost = [...this.ends.values()].find((e) => !this.caps.some((c) => c.what === `ep${e.id}` && c.rights & R));
      if (lost) this.#destroy(lost);
      const told = this.#tell.splice(0);
      for (const pid of told) {
        const ear = this.procs.has(pid) ? this.#ear(pid) : undefined;
        if (!ear) continue;
        const waiting = this.#sort(ear, 'notice').map((m) => m.tag);
        const single = waiting.filter((tag) => tag === TAG.CAP_REVOKED).length;
        if (single < this.limits.notices) this.#post(ear, notice());
        else if (single === waiting.length) this.#post(ear, { ...notice(), tag: TAG.NOTICES_LOST, length: 0 });
      }
      more = lost !== undefined || told.length > 0;
    }
  }

  #ear(pid: number): End | undefined {
    for (const slot of [SLOT.INPUT, SLOT.OWN]) {
      const c = this.at(pid, slot);
      if (c && c.what.startsWith('ep') && c.rights & R) return this.ends.get(Number(c.what.slice(2)));
    }
    return undefined;
  }

  /** One step: what is due, the act, what follows from it. */
  step(act: () => Result, by = 0, blockable = true): Result {
    this.late = [];
    this.cancelled = [];
    this.#due();
    const p = this.procs.get(by);
    let result: Result;
    if (by !== 0 && !p) result = -NOENT;
    else if (p && !p.runs) result = -AGAIN;
    else if (p?.wait && blockable) result = -BUSY;
    else result = act();
    this.#settle();
    return result;
  }

  /** The capability in a slot, or why not. */
  #need(pid: number, slot: number, kind: string | null, rights: number): Cap | number {
    const c = this.at(pid, slot);
    if (!c || (kind !== null && !c.what.startsWith(kind))) return -BADF;
    return (c.rights & rights) === rights ? c : -PERM;
  }

  // What processes ask.

  grant(pid: number, slot: number, to: number, asked: number): Result {
    const c = this.#need(pid, slot, null, G);
    if (typeof c === 'number') return c;
    if (asked < 1 || asked > 7 || to === 0) return -INVAL;
    if (!this.procs.has(to)) return -NOENT;
    if ((c.rights & asked) === 0) return -PERM;
    if (this.#room(to, pid) < 1) return -NOMEM;
    return this.#put(to, this.#free(to), c.what, c.rights & asked, c.until, c, pid);
  }

  derive(pid: number, slot: number, asked: number, ms: number): Result {
    const c = this.#need(pid, slot, null, G);
    if (typeof c === 'number') return c;
    if (asked < 1 || asked > 7) return -INVAL;
    if ((c.rights & asked) === 0) return -PERM;
    if (this.#room(pid, pid) < 1) return -NOMEM;
    const ends = [c.until, ms === 0 ? 0 : this.now + ms * 1000].filter((t) => t !== 0);
    return this.#put(pid, this.#free(pid), c.what, c.rights & asked, ends.length ? Math.min(...ends) : 0, c, pid);
  }

  remove(pid: number, slot: number): Result {
    const c = this.at(pid, slot);
    if (!c) return -BADF;
    for (const child of this.caps) if (child.from === c) child.from = c.from;
    this.#erase(new Set([c]));
    return 0;
  }

  revoke(pid: number, target: number, slot: number): Result {
    if (target === pid) {
      const c = this.#need(pid, slot, null, G);
      if (typeof c === 'number') return c;
      return this.#take(
        this.caps.filter((x) => x.from === c),
        pid,
      );
    }
    const c = this.at(target, slot);
    for (let up = c?.from ?? null; up; up = up.from) if (up.pid === pid && up.rights & G) return this.#take([c!], pid);
    return -PERM;
  }

  create(pid: number): Result {
    if ([...this.ends.values()].filter((e) => e.owner === pid).length >= this.limits.endpoints) return -NOMEM;
    if (this.#room(pid, pid) < 1) return -NOMEM;
    const id = this.#nextEnd++;
    this.ends.set(id, { id, owner: pid, mail: [], waiting: [] });
    return this.#put(pid, this.#free(pid), `ep${id}`, 7, 0, null, pid);
  }

  send(pid: number, slot: number, tag: number, length: number, slots: readonly number[] | null): Result {
    const way = this.#need(pid, slot, 'ep', W);
    if (typeof way === 'number') return way;
    if (length > 16384) return -OVERFLOW;
    const caps: Cap[] = [];
    if (slots) {
      if (slots.length > 8) return -OVERFLOW;
      if (new Set(slots).size < slots.length) return -INVAL;
      for (const s of slots) {
        const c = this.#need(pid, s, null, G);
        if (typeof c === 'number') return c;
        caps.push(c);
      }
    }
    const end = this.ends.get(Number(way.what.slice(2)))!;
    if (!this.#fits(end, pid, length, caps.length)) return -AGAIN;
    for (const [id, use] of this.uses) if (caps.includes(use.cap)) this.#cancel(id);
    for (const c of caps) Object.assign(c, { pid: null, slot: -1, giver: pid });
    this.#post(end, { from: pid, tag, length, caps: [...caps], call: 0 });
    return 0;
  }

  receive(pid: number, slot: number, block: boolean, ms: number): Result {
    const cap = this.#need(pid, slot, 'ep', R);
    if (typeof cap === 'number') return cap;
    const end = this.ends.get(Number(cap.what.slice(2)))!;
    if (end.mail.length > 0) return this.#hand(end, pid);
    if (!block) return -AGAIN;
    end.waiting.push(pid);
    this.procs.get(pid)!.wait = { for: 'receive', end, cap, until: ms === 0 ? 0 : this.now + ms * 1000 };
    return 'waits';
  }

  call(pid: number, slot: number, tag: number, length: number, ms: number): Result {
    const way = this.#need(pid, slot, 'ep', W);
    if (typeof way === 'number') return way;
    const end = this.ends.get(Number(way.what.slice(2)))!;
    if (!this.#fits(end, pid, length, 0)) return -AGAIN;
    const call = this.nextCall++;
    this.calls.set(call, { caller: pid, server: null, end });
    this.procs.get(pid)!.wait = { for: 'call', call, until: ms === 0 ? 0 : this.now + ms * 1000 };
    this.#post(end, { from: pid, tag, length, caps: [], call });
    return 'waits';
  }

  reply(pid: number, id: number, tag: number, length: number): Result {
    const call = this.calls.get(id);
    if (call?.server !== pid) return -NOENT;
    this.#wake(this.procs.get(call.caller)!, [pid, tag, length, false, []]);
    return 0;
  }

  sleep(pid: number, ms: number): Result {
    if (ms === 0) return 0;
    this.procs.get(pid)!.wait = { for: 'sleep', until: this.now + ms * 1000 };
    return 'waits';
  }

  exit(pid: number): Result {
    this.#finish(pid);
    return 'gone';
  }

  begin(pid: number, slot: number, rights: number): Result {
    const c = this.#need(pid, slot, 'vm', rights);
    if (typeof c === 'number') return c;
    if ([...this.uses.values()].filter((u) => u.pid === pid).length >= this.limits.uses) return -NOMEM;
    const id = this.#nextUse++;
    this.uses.set(id, { pid, cap: c, vm: Number(c.what.slice(2)) });
    return id;
  }

  done(pid: number, id: number): Result {
    if (this.uses.get(id)?.pid !== pid) return -NOENT;
    this.uses.delete(id);
    return 0;
  }

  // What the supervisor does.

  spawn(parent: number, kind: number): Result {
    if (parent !== 0 && !this.procs.has(parent)) return -NOENT;
    if (this.procs.size >= this.limits.processes) return -NOMEM;
    if (parent !== 0 && this.#room(parent, 0) < 2) return -NOMEM;
    const pid = this.#nextPid;
    this.#birth(pid, parent, kind, true);
    return pid;
  }

  start(pid: number): Result {
    this.procs.get(pid)!.runs = true;
    return 0;
  }

  kill(pid: number): Result {
    if (pid === 0) return -PERM;
    if (!this.procs.has(pid)) return -NOENT;
    this.#finish(pid);
    return 0;
  }

  input(pid: number, length: number): Result {
    if (!this.procs.has(pid)) return -NOENT;
    const end = this.#ear(pid);
    if (!end) return -BADF;
    if (!this.#fits(end, 0, length, 0)) return -AGAIN;
    this.#post(end, { from: 0, tag: TAG.CONSOLE_INPUT, length, caps: [], call: 0 });
    return 0;
  }

  /** A root on machines to come. */
  mint(pid: number, rights: number, ms: number): Result {
    if (!this.procs.has(pid)) return -NOENT;
    if (rights < 1 || rights > 7) return -INVAL;
    if (this.#room(pid, 0) < 1) return -NOMEM;
    return this.#put(pid, this.#free(pid), 'vm0', rights, ms === 0 ? 0 : this.now + ms * 1000, null, 0);
  }

  disarm(pid: number, slot: number): Result {
    const c = this.at(pid, slot);
    return c ? this.#take([c], null) : -BADF;
  }

  renew(vm: number): Result {
    if (this.procs.get(vm)?.kind !== KIND.VM) return -NOENT;
    for (const [id, use] of this.uses) if (use.vm === vm) this.#cancel(id);
    this.#take(
      this.caps.filter((c) => c.what === `vm${vm}` && c.from),
      null,
    );
    return 2;
  }
}
