// What was granted, and what the page is being asked. Rows of processes that have ended go before anything is looked up or counted.

import { OBJECT, SERVICE } from '../rt/abi.generated';
import { processes } from '../rt/kernel';

/** A capability this manager had granted. */
export class Granted {
  constructor(
    readonly pid: u32,
    readonly slot: u32,
    readonly type: u32,
    readonly object: u64,
    readonly rights: u32,
  ) {}
}

/** A request that waits for the page. */
export class Asked {
  constructor(
    /** Its number. */
    readonly request: u32,
    readonly pid: u32,
    readonly call: u64,
    readonly type: u32,
    readonly object: u64,
    readonly rights: u32,
    /** Nanoseconds since boot; then it is denied. */
    readonly deadline: i64,
  ) {}
}

export let granted: Granted[] = [];
export let asked: Asked[] = [];

/** Drops what was granted to processes that are not there any more, and on them. What they asked for goes when its time is over, or its answer finds nobody. */
export function compare(): void {
  const rows = processes();
  // Without the right to see everybody, it sees itself only, and knows nothing.
  if (rows.length < 2) return;
  const there = new Set<u32>();
  for (let i = 0; i < rows.length; i++) there.add(rows[i].pid);
  const kept: Granted[] = [];
  for (let i = 0; i < granted.length; i++) {
    const row = granted[i];
    // Processes, their consoles and machines are named by pid; 0 stands for all.
    const named = row.object !== 0 && (row.type === OBJECT.PROCESS || row.type === OBJECT.CONSOLE || row.type === OBJECT.VM);
    if (there.has(row.pid) && (!named || there.has(<u32>row.object))) kept.push(row);
  }
  granted = kept;
}

/** What `pid` was granted. */
export function grantedTo(pid: u32): Granted[] {
  const rows: Granted[] = [];
  for (let i = 0; i < granted.length; i++) if (granted[i].pid === pid) rows.push(granted[i]);
  return rows;
}

/** Takes the row out, if it is there. */
export function forget(pid: u32, slot: u32): bool {
  for (let i = 0; i < granted.length; i++) {
    if (granted[i].pid !== pid || granted[i].slot !== slot) continue;
    granted.splice(i, 1);
    return true;
  }
  return false;
}

/** The request with this number, out of the table; null for one that is not there. */
export function answerTo(request: u32): Asked | null {
  for (let i = 0; i < asked.length; i++) if (asked[i].request === request) return asked.splice(i, 1)[0];
  return null;
}

/** The oldest request whose time is over, out of the table. */
export function overdue(now: i64): Asked | null {
  return asked.length > 0 && asked[0].deadline <= now ? asked.shift() : null;
}

/** Whether a question of `pid` waits for the page: one at a time, so that nobody can flood it. */
export function isAsking(pid: u32): bool {
  for (let i = 0; i < asked.length; i++) if (asked[i].pid === pid) return true;
  return false;
}

/** Whether the page has enough to do. */
export function isBusy(): bool {
  return asked.length >= <i32>SERVICE.ASKING;
}

/** Whether `pid` has as much as one may. */
export function isFull(pid: u32): bool {
  return grantedTo(pid).length >= <i32>SERVICE.GRANTS;
}
