// What init keeps track of: what it started and for whom, what it handed out, who offers a service. A row goes when the kernel tells that its process has
// ended; what the kernel could not tell is found by looking at the processes.

import { OBJECT, SERVICE } from '../rt/abi.generated';
import { processes } from '../rt/kernel';

/** A process init started. */
export class Child {
  constructor(
    readonly pid: u32,
    /** Who asked for it; 0 init itself, or somebody who has ended. */
    public owner: u32,
  ) {}
}

/** A capability handed out. */
export class Given {
  constructor(
    readonly holder: u32,
    /** There. */
    readonly slot: u32,
    readonly type: u32,
    readonly object: u64,
    readonly rights: u32,
    /** On whose word: init's own (1), or the permission manager's (2). */
    readonly by: u32,
  ) {}
}

/** A process that others reach by its name. */
export class Service {
  constructor(
    readonly name: string,
    readonly pid: u32,
    /** Init's capability to send to it. */
    readonly slot: u32,
    readonly endpoint: u64,
  ) {}
}

export let children: Child[] = [];
export let given: Given[] = [];
export let services: Service[] = [];

/** How many that `owner` asked for are running. */
export function childrenOf(owner: u32): i32 {
  let count = 0;
  for (let i = 0; i < children.length; i++) if (children[i].owner === owner) count++;
  return count;
}

/** The last handed out to `holder` on a process, with these rights; null for none. */
export function heldOn(holder: u32, pid: u32, rights: u32): Given | null {
  for (let i = given.length - 1; i >= 0; i--) {
    const row = given[i];
    if (row.holder === holder && row.type === OBJECT.PROCESS && row.object === pid && (row.rights & rights) === rights) return row;
  }
  return null;
}

/** What was handed out on the permission manager's word. */
export function grantedAt(holder: u32, slot: u32, by: u32): Given | null {
  for (let i = 0; i < given.length; i++) if (given[i].holder === holder && given[i].slot === slot && given[i].by === by) return given[i];
  return null;
}

/** Whether `holder` has as much as one may. */
export function isFull(holder: u32): bool {
  let count = 0;
  for (let i = 0; i < given.length; i++) if (given[i].holder === holder) count++;
  return count >= <i32>SERVICE.GRANTS;
}

/** A handed-out capability that is not there any more. */
export function forget(holder: u32, slot: u32): void {
  const kept: Given[] = [];
  for (let i = 0; i < given.length; i++) if (given[i].holder !== holder || given[i].slot !== slot) kept.push(given[i]);
  given = kept;
}

export function serviceOf(name: string): Service | null {
  for (let i = 0; i < services.length; i++) if (services[i].name === name) return services[i];
  return null;
}

/** The service behind init's `slot` is gone. */
export function closed(slot: u32): void {
  const left: Service[] = [];
  for (let i = 0; i < services.length; i++) if (services[i].slot !== slot) left.push(services[i]);
  services = left;
}

/** A process has ended. */
export function ended(pid: u32): void {
  const left: Child[] = [];
  for (let i = 0; i < children.length; i++) {
    const child = children[i];
    if (child.owner === pid) child.owner = 0;
    if (child.pid !== pid) left.push(child);
  }
  children = left;
  const kept: Given[] = [];
  for (let i = 0; i < given.length; i++) {
    const row = given[i];
    if (row.holder !== pid && !(row.type === OBJECT.PROCESS && row.object === pid)) kept.push(row);
  }
  given = kept;
}

/** Drops the rows of everybody who is not there. */
export function compare(): void {
  const rows = processes();
  const there = new Set<u32>();
  for (let i = 0; i < rows.length; i++) there.add(rows[i].pid);
  const gone = new Set<u32>();
  for (let i = 0; i < children.length; i++) if (!there.has(children[i].pid)) gone.add(children[i].pid);
  for (let i = 0; i < given.length; i++) if (!there.has(given[i].holder)) gone.add(given[i].holder);
  for (let i = 0; i < services.length; i++) if (!there.has(services[i].pid)) gone.add(services[i].pid);
  const list = gone.values();
  for (let i = 0; i < list.length; i++) {
    ended(list[i]);
    for (let k = services.length - 1; k >= 0; k--) if (services[k].pid === list[i]) closed(services[k].slot);
  }
}
