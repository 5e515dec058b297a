// Host input that waits for room in a guest, and a recording that is played back. Devices get theirs in the order in which it was sent, all devices
// together: a click, a text and another click arrive as such. The serial line is apart.

import { GpuvisorError } from '../isa/errors.js';
import type { InputEvent } from './recording.js';

/** Where input goes unless told otherwise: the serial line. */
export const UART_INPUT = 'uart';

/** Input for a device. */
export interface DeviceInput {
  readonly to: string;
  readonly bytes: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/** Input that waits, bounded for each target. */
export class InputQueue {
  #uart: Uint8Array = EMPTY;
  #devices: DeviceInput[] = [];
  readonly #replay: InputEvent[] = [];

  constructor(
    /** `uart` and the kinds of devices that take input. */
    readonly targets: ReadonlySet<string>,
    /** Bytes that may wait for one target. */
    readonly capacity: number,
  ) {}

  /** Bytes that wait, all targets together. */
  get waiting(): number {
    return this.#devices.reduce((sum, d) => sum + d.bytes.length, this.#uart.length);
  }

  /** @throws GpuvisorError BAD_ARGUMENT when there is no such target, or too much waits */
  push(bytes: Uint8Array, to: string): void {
    this.#check(to);
    const before = to === UART_INPUT ? this.#uart.length : this.#devices.reduce((sum, d) => sum + (d.to === to ? d.bytes.length : 0), 0);
    if (before + bytes.length > this.capacity) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `${bytes.length} bytes of input on top of ${before} waiting; ${this.capacity} may wait`,
        'run the machine before sending more',
      );
    }
    if (bytes.length === 0) return;
    const last = this.#devices.at(-1);
    if (to === UART_INPUT) this.#uart = joined(this.#uart, bytes);
    else if (last?.to === to) this.#devices[this.#devices.length - 1] = { to, bytes: joined(last.bytes, bytes) };
    else this.#devices.push({ to, bytes: bytes.slice() });
  }

  /** What waits for the serial line. */
  get uart(): Uint8Array {
    return this.#uart;
  }

  /** Forgets the first `count` bytes that wait for the serial line: they went in. */
  tookUart(count: number): void {
    if (count > 0) this.#uart = this.#uart.slice(count);
  }

  /** The input that is next for the devices that are live; what waits for others is passed over. */
  first(live: (to: string) => boolean): DeviceInput | undefined {
    return this.#devices.find((d) => live(d.to));
  }

  /** Forgets the first `count` bytes of what `first` gave for a device: they went in. More may have been pushed behind them meanwhile. */
  took(to: string, count: number): void {
    const at = this.#devices.findIndex((d) => d.to === to);
    const input = this.#devices[at];
    if (!input) return;
    if (count < input.bytes.length) this.#devices[at] = { to, bytes: input.bytes.slice(count) };
    else this.#devices.splice(at, 1);
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
    this.#uart = EMPTY;
    this.#devices = [];
    this.#replay.length = 0;
  }

  #check(to: string): void {
    if (this.targets.has(to)) return;
    throw new GpuvisorError('BAD_ARGUMENT', `input for ${to}; this machine takes input for ${[...this.targets].join(', ')}`);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
