// Quotas: a bound for everything a process can make grow. What is over a quota is refused (NOMEM; AGAIN for a full queue), never cut.

import { PID, SLOT } from '../abi/index.js';
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
  /** Messages in an endpoint's queue. */
  readonly queue: number;
  /** Of them, how many may be one sender's (the kernel excepted). */
  readonly queueShare: number;
  /** Notices of the kernel that fit beyond a full queue. */
  readonly notices: number;
  /** Bytes in an endpoint's queue, and in all queues of a process. */
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
  queue: 64,
  queueShare: 16,
  notices: 64,
  queueBytes: 131072,
  processBytes: 524288,
  queueCaps: 64,
  uses: 256,
};

/** How many capabilities more `process` may take from `giver`. */
export function roomForCaps(limits: Limits, process: Process, giver: number): number {
  const held = (process.pid === PID.INIT ? limits.initCaps : limits.caps) - process.slots.size;
  const room = Math.max(0, Math.min(held, SLOT.NONE - nextSlot(process)));
  if (giver === process.pid || giver === PID.SUPERVISOR || giver === PID.INIT) return room;
  let given = 0;
  for (const cap of process.slots.values()) if (cap.giver === giver) given++;
  return Math.max(0, Math.min(room, limits.capsFromOne - given));
}

/** Whether a message fits the queue of `endpoint`. */
export function roomForMessage(
  limits: Limits,
  state: KernelState,
  endpoint: Endpoint,
  message: { readonly from: number; readonly length: number; readonly caps: number },
): boolean {
  const { queue } = endpoint;
  if (queue.length >= limits.queue || endpoint.bytes + message.length > limits.queueBytes) return false;
  let bytes = message.length;
  for (const id of state.processes.get(endpoint.owner)!.endpoints) bytes += state.endpoints.get(id)!.bytes;
  if (bytes > limits.processBytes) return false;
  if (message.from === PID.SUPERVISOR) return true;
  let [mine, caps] = [0, message.caps];
  for (const m of queue) {
    if (m.from === message.from) mine++;
    caps += m.caps.length;
  }
  return mine < limits.queueShare && caps <= limits.queueCaps;
}

/** Processes that count against the quota. */
export function processCount(state: KernelState): number {
  return state.processes.size - (state.processes.has(PID.SUPERVISOR) ? 1 : 0);
}
