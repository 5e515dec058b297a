// The kernel's state: processes, capabilities, endpoints with their queues, open calls, uses of machines. Only `apply` (reduce.ts) changes it.

import { EVERY_PROCESS, KIND, MACHINES_TO_COME, OBJECT, RIGHT, SLOT, type Kind, type ProcessState } from '../abi/index.js';

/** Holder of a capability that travels in a message. */
export const IN_FLIGHT = 0xffffffff;

/** What a blocked process waits for. */
export const WAIT = { SLEEP: 1, RECEIVE: 2, CALL: 3 } as const;

export interface Wait {
  readonly kind: (typeof WAIT)[keyof typeof WAIT];
  /** RECEIVE: the endpoint, and the capability it is received through. */
  readonly endpoint: number;
  readonly cap: number;
  /** CALL: the call. */
  readonly call: number;
  /** Microseconds of the epoch; 0 for ever. */
  readonly deadline: number;
}

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly kind: Kind;
  readonly name: string;
  state: ProcessState;
  wait: Wait | undefined;
  /** The lowest slot never used. */
  nextSlot: number;
  /** Of the machine, for a VM process: grows when it is replaced by another one. */
  generation: number;
  /** Index: what it holds, slot to capability. */
  readonly slots: Map<number, Capability>;
  /** Index: endpoints it owns. */
  readonly endpoints: Set<number>;
}

export interface Capability {
  readonly id: number;
  readonly type: number;
  readonly object: number;
  readonly rights: number;
  /** Of its object; a capability of another generation is stale. */
  generation: number;
  /** Last microsecond it is good for; 0 for ever. */
  readonly expiry: number;
  /** The capability it came from; 0 when it hangs on the object itself. */
  parent: number;
  /** Who gave it: the grantor, the sender, or the holder itself; 0 the supervisor. */
  giver: number;
  /** Who holds it, or IN_FLIGHT. */
  pid: number;
  /** Where its holder has it; in flight, its place in the message. */
  slot: number;
  /** In flight: where. Otherwise 0. */
  endpoint: number;
  message: number;
  /** Index: what came of it. */
  readonly children: Set<number>;
}

export interface Message {
  readonly id: number;
  /** Stamped by the kernel. */
  readonly from: number;
  readonly tag: number;
  readonly length: number;
  /** Capability ids; 0 for one that was revoked on the way. */
  readonly caps: number[];
  /** The call that waits for the answer, or 0. */
  readonly call: number;
  /** The bytes themselves. They stay out of the log and out of the state's hash; a replayed state has none. */
  readonly data: Uint8Array | undefined;
}

export interface Endpoint {
  readonly id: number;
  readonly owner: number;
  readonly queue: Message[];
  /** Processes blocked in RECEIVE, in the order they came. */
  readonly waiters: number[];
  /** Index: bytes in the queue. */
  bytes: number;
}

export interface Call {
  readonly id: number;
  readonly caller: number;
  /** Who may answer: the process that received it; undefined while it is queued. */
  server: number | undefined;
  readonly endpoint: number;
}

/** An act on a machine that is going on: a tool call of an agent. */
export interface VmUse {
  readonly id: number;
  readonly pid: number;
  /** The machine; MACHINES_TO_COME while one is being made. */
  readonly vm: number;
  readonly cap: number;
  readonly rights: number;
  /** What is done, for the log. */
  readonly what: string;
}

/** How a process ended. */
export const END = { EXIT: 1, KILL: 2, FAULT: 3 } as const;

export interface Ended {
  readonly pid: number;
  readonly name: string;
  readonly how: (typeof END)[keyof typeof END];
  /** Of EXIT. */
  readonly code: number;
  /** Of FAULT (abi `FAULT`). */
  readonly reason: number;
  readonly text: string;
}

export interface KernelState {
  /** Grows with each boot on the same log; 0 before the first commit. */
  epoch: number;
  nextPid: number;
  nextCap: number;
  nextEndpoint: number;
  nextMessage: number;
  nextCall: number;
  nextUse: number;
  readonly processes: Map<number, Process>;
  readonly caps: Map<number, Capability>;
  readonly endpoints: Map<number, Endpoint>;
  readonly calls: Map<number, Call>;
  readonly uses: Map<number, VmUse>;
  /** The last that ended, oldest first. */
  readonly ended: Ended[];
  /** Index: capabilities on an object, by `objectKey`. */
  readonly on: Map<string, Set<number>>;
  /** Index: capabilities that expire. */
  readonly mortal: Set<number>;
  /** Index: nothing is due before this moment; it may be too early, never too late. Microseconds. */
  alarm: number;
}

export function emptyState(epoch = 0): KernelState {
  return {
    epoch,
    nextPid: 0,
    nextCap: 1,
    nextEndpoint: 1,
    nextMessage: 1,
    nextCall: 1,
    nextUse: 1,
    processes: new Map(),
    caps: new Map(),
    endpoints: new Map(),
    calls: new Map(),
    uses: new Map(),
    ended: [],
    on: new Map(),
    mortal: new Set(),
    alarm: Infinity,
  };
}

export function objectKey(type: number, object: number): string {
  return `${type}:${object}`;
}

/** Capabilities on an object, oldest first. */
export function capsOn(state: KernelState, type: number, object: number): Capability[] {
  return [...(state.on.get(objectKey(type, object)) ?? [])].map((id) => state.caps.get(id)!);
}

/** The generation of an object, or undefined when there is no such object. */
export function generationOf(state: KernelState, type: number, object: number): number | undefined {
  switch (type) {
    case OBJECT.ENDPOINT:
      return state.endpoints.has(object) ? 1 : undefined;
    case OBJECT.PROCESS:
      return object === EVERY_PROCESS || state.processes.has(object) ? 1 : undefined;
    case OBJECT.CONSOLE:
      return state.processes.has(object) ? 1 : undefined;
    case OBJECT.VM: {
      if (object === MACHINES_TO_COME) return 1;
      const process = state.processes.get(object);
      return process?.kind === KIND.VM ? process.generation : undefined;
    }
    case OBJECT.MEMORY:
    case OBJECT.IRQ:
    case OBJECT.IO_PORT:
      return 1;
    default:
      return undefined;
  }
}

/** Whether anybody has, or will have from a message, the right to receive from an endpoint. Without it there can never be one again. */
export function canReceive(state: KernelState, endpoint: number): boolean {
  for (const id of state.on.get(objectKey(OBJECT.ENDPOINT, endpoint)) ?? []) {
    if ((state.caps.get(id)!.rights & RIGHT.READ) !== 0) return true;
  }
  return false;
}

/** The slot a process's next capability goes to. */
export function nextSlot(process: Process): number {
  return Math.max(process.nextSlot, SLOT.FIRST_FREE);
}

/** Sets the alarm anew: an index, so not by the reducer. Walks everything that waits or expires, which is why it is not done at every step. */
export function setAlarm(state: KernelState): void {
  state.alarm = Infinity;
  for (const { wait } of state.processes.values()) if (wait && wait.deadline !== 0) state.alarm = Math.min(state.alarm, wait.deadline);
  for (const id of state.mortal) state.alarm = Math.min(state.alarm, state.caps.get(id)!.expiry + 1);
}
