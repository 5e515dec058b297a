// The SysLog: every request and every response, in a bounded ring that counts what it dropped. It holds numbers and lengths, never the bytes that came along.

import type { Args } from '../abi/index.js';

export interface SysRequest {
  readonly kind: 'request';
  /** Grows by one with every event, requests and responses alike. */
  readonly id: number;
  /** Microseconds of the epoch. */
  readonly time: number;
  /** Whose it is: known from where it came from. */
  readonly pid: number;
  /** A syscall, or abi OPERATION. */
  readonly number: number;
  readonly args: Args;
  /** Bytes that came with it. */
  readonly length: number;
}

export interface SysResponse {
  readonly kind: 'response';
  readonly id: number;
  readonly time: number;
  readonly pid: number;
  /** The request's id. */
  readonly request: number;
  readonly result: number;
  /** Bytes that went with it. */
  readonly length: number;
  /** False: its process was gone, or broke the protocol. */
  readonly delivered: boolean;
}

export type SysEvent = SysRequest | SysResponse;

/** What everybody may do with the log. */
export type SysLogReader = Readonly<Pick<SysLog, 'capacity' | 'total' | 'dropped' | 'since'>>;

export class SysLog {
  readonly #ring: SysEvent[] = [];
  /** Place of the oldest event once the ring is full. */
  #oldest = 0;
  #next = 1;

  /** `capacity` in events. */
  constructor(readonly capacity: number) {}

  #add(event: SysEvent): void {
    Object.freeze(event);
    if (this.#ring.length < this.capacity) this.#ring.push(event);
    else {
      this.#ring[this.#oldest] = event;
      this.#oldest = (this.#oldest + 1) % this.capacity;
    }
  }

  /** Logs a request; its id. */
  request(event: Omit<SysRequest, 'kind' | 'id'>): number {
    const id = this.#next++;
    this.#add({ kind: 'request', id, ...event });
    return id;
  }

  /** Logs a response; its id. */
  response(event: Omit<SysResponse, 'kind' | 'id'>): number {
    const id = this.#next++;
    this.#add({ kind: 'response', id, ...event });
    return id;
  }

  /** Events ever logged. */
  get total(): number {
    return this.#next - 1;
  }
  /** Events that are no longer there. */
  get dropped(): number {
    return this.total - this.#ring.length;
  }

  /** Events from `id` on that are still there, oldest first, at most `count`. */
  since(id: number, count = Infinity): SysEvent[] {
    const first = this.dropped + 1;
    const skip = Math.max(0, id - first);
    const take = Math.max(0, Math.min(count, this.#ring.length - skip));
    return Array.from({ length: take }, (_, i) => this.#ring[(this.#oldest + skip + i) % this.#ring.length]!);
  }
}

/** A log without the means to write to it, at run time too. */
export function readSysLog(log: SysLog): SysLogReader {
  return Object.freeze({
    capacity: log.capacity,
    get total() {
      return log.total;
    },
    get dropped() {
      return log.dropped;
    },
    since: (id: number, count?: number) => log.since(id, count),
  });
}
