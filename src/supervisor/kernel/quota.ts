// Quotas: a bound for everything a process can make grow. What is over a quota is refused (NOMEM; AGAIN for a full queue), never cut.

import { PID, SLOT, TAG } from '../abi/index.js';
import { nextSlot, type Endpoint, type KernelState, type Process } from './state.js';

export interface Limits {
  /** Processes at a time, starting ones included, the supervisor not. */
  readonly processes: number;
  /** Endpoints a process owns. */
  readonly endpoints: number;
  /** Capabilities a process holds. */
  readonly caps: number;
  /** The same for init, which holds the roots. */
  readonly initCaps: number;
  /** Of a process's capabilities, how many may come from one other process (init and the supervisor excepted). */
  readonly capsFromOne: number;
  /** The same, from all other processes together: what is left is for its own, and for what init gives. */
  readonly capsFromOthers: number;
  /** Messages of processes in an endpoint's queue; and pieces of console input. */
  readonly queue: number;
  /** Of the messages, how many may be one sender's. */
  readonly queueShare: number;
  /** Notices of the kernel in it. */
  readonly notices: number;
  /** Bytes of messages in an endpoint's queue (and of input), and in all queues of a process. */
  readonly queueBytes: number;
  readonly processBytes: number;
  /** Capabilities that travel in an endpoint's queue. */
  readonly queueCaps: number;
  /** Uses of machines a process has going at a time. */
  readonly uses: number;
}

export const LIMITS: Limits = {
  processes: 64,
  endpoints: 16,
  caps: 256,
  initCaps: 4096,
  capsFromOne: 64,
  capsFromOthers: 128,
  queue: 64,
  queueShare: 16,
  notices: 64,
  queueBytes: 131072,
  processBytes: 524288,
  queueCaps: 64,
  uses: 256,
};

/** Whether what `giver` gives to `process` counts as pushed on it: not its own, and not what the supervisor or init gives. */
export function isOther(process: Process, giver: number): boolean {
  return giver !== process.pid && giver !== PID.SUPERVISOR && giver !== PID.INIT;
}

/** How many capabilities more `process` may take from `giver`. */
export function roomForCaps(limits: Limits, process: Process, giver: number): number {
  const held = (process.pid === PID.INIT ? limits.initCaps : limits.caps) - process.slots.size;
  const room = Math.max(0, Math.min(held, SLOT.NONE - nextSlot(process)));
  if (!isOther(process, giver)) return room;
  let [one, others] = [0, 0];
  for (const cap of process.slots.values()) {
    if (cap.giver === giver) one++;
    if (isOther(process, cap.giver)) others++;
  }
  return Math.max(0, Math.min(room, limits.capsFromOne - one, limits.capsFromOthers - others));
}

/** From whom a message is: each kind has places and bytes of its own in a queue, so that none keeps another out. */
export type Sort = 'process' | 'input' | 'notice';

export function sortOf({ from, tag }: { readonly from: number; readonly tag: number }): Sort {
  if (from !== PID.SUPERVISOR) return 'process';
  return tag === TAG.CONSOLE_INPUT ? 'input' : 'notice';
}

/** Bytes of one sort in a queue. */
export function bytesOf(endpoint: Endpoint | undefined, sort: Sort): number {
  return (endpoint?.queue ?? []).reduce((n, m) => (sortOf(m) === sort ? n + m.length : n), 0);
}

/** Whether console input fits the queue of `endpoint`. */
export function roomForInput(limits: Limits, endpoint: Endpoint, length: number): boolean {
  const inputs = endpoint.queue.filter((m) => sortOf(m) === 'input').length;
  return inputs < limits.queue && bytesOf(endpoint, 'input') + length <= limits.queueBytes;
}

/** Whether a process's message fits the queue of `endpoint`. */
export function roomForMessage(
  limits: Limits,
  state: KernelState,
  endpoint: Endpoint,
  message: { readonly from: number; readonly length: number; readonly caps: number },
): boolean {
  let [all, mine, bytes, caps] = [0, 0, message.length, message.caps];
  for (const m of endpoint.queue) {
    if (sortOf(m) !== 'process') continue;
    all++;
    bytes += m.length;
    caps += m.caps.length;
    if (m.from === message.from) mine++;
  }
  if (all >= limits.queue || bytes > limits.queueBytes) return false;
  // Input and notices in its other queues count here too: they are few, and their index is at hand.
  for (const id of state.processes.get(endpoint.owner)!.endpoints) if (id !== endpoint.id) bytes += state.endpoints.get(id)!.bytes;
  if (bytes > limits.processBytes) return false;
  return mine < limits.queueShare && caps <= limits.queueCaps;
}

/** Processes that count against the quota. */
export function processCount(state: KernelState): number {
  return state.processes.size - (state.processes.has(PID.SUPERVISOR) ? 1 : 0);
}
