// Host input that waits for room in a guest, by where it goes, and a recording that is played back.

import { GpuvisorError } from '../isa/errors.js';
import type { InputEvent } from './recording.js';

/** Where input goes unless told otherwise. */
export const UART_INPUT = 'uart';

/** Input that waits, one bounded queue a target. */
export class InputQueue {
  readonly #waiting = new Map<string, Uint8Array>();
  readonly #replay: InputEvent[] = [];

  constructor(
    /** `uart` and the kinds of devices that take input. */
    readonly targets: ReadonlySet<string>,
    /** Bytes that may wait for one target. */
    readonly capacity: number,
  ) {}

  /** Bytes that wait, all targets together. */
  get waiting(): number {
    let sum = 0;
    for (const bytes of this.#waiting.values()) sum += bytes.length;
    return sum;
  }

  /** @throws GpuvisorError BAD_ARGUMENT when there is no such target, or too much waits */
  push(bytes: Uint8Array, to: string): void {
    this.#check(to);
    const before = this.of(to);
    if (before.length + bytes.length > this.capacity) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `${bytes.length} bytes of input on top of ${before.length} waiting; ${this.capacity} may wait`,
        'run the machine before sending more',
      );
    }
    const joined = new Uint8Array(before.length + bytes.length);
    joined.set(before);
    joined.set(bytes, before.length);
    this.#waiting.set(to, joined);
  }

  /** What waits for a target. */
  of(to: string): Uint8Array {
    return this.#waiting.get(to) ?? EMPTY;
  }

  /** Forgets the first `count` bytes that wait for a target: they went in. */
  took(to: string, count: number): void {
    if (count > 0) this.#waiting.set(to, this.of(to).slice(count));
  }

  /** Events to be played back, first first. @throws GpuvisorError BAD_ARGUMENT for one that goes to a device which is not there */
  queue(events: readonly InputEvent[]): void {
    for (const event of events) this.#check(event.to ?? UART_INPUT);
    this.#replay.push(...events);
  }

  /** The event that is next in time. */
  get next(): InputEvent | undefined {
    return this.#replay[0];
  }

  /** Forgets the event that is next: it went in. */
  played(): void {
    this.#replay.shift();
  }

  clear(): void {
    this.#waiting.clear();
    this.#replay.length = 0;
  }

  #check(to: string): void {
    if (this.targets.has(to)) return;
    throw new GpuvisorError('BAD_ARGUMENT', `input for ${to}; this machine takes input for ${[...this.targets].join(', ')}`);
  }
}

const EMPTY = new Uint8Array(0);
