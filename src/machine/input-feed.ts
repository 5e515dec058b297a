// Input on its way into a guest: what waits, what a recording has for this place in time, which device is next, and the record of what went in.

import { GpuvisorError } from '../isa/errors.js';
import { TIMEBASE_HZ, W, mtime, read64 } from '../isa/state.js';
import { type DeviceInput, InputQueue, UART_INPUT } from './input-queue.js';
import type { InputEvent } from './recording.js';
import { receive } from './uart-rings.js';
import type { VirtioSlots } from './virtio/slots.js';

/** Ticks of mtime between input for one device and input for another: 20 ms. */
const DEVICE_TURN = BigInt(TIMEBASE_HZ / 50);

export class InputFeed {
  /** What went in, when it is recorded. */
  readonly recording: InputEvent[] = [];
  readonly #queue: InputQueue;
  /** The device that took input last, and when. */
  #given: { readonly to: string; readonly mtime: bigint } | undefined;
  #fresh = false;

  /** `capacity`: bytes that may wait for each target. */
  constructor(
    private readonly slots: VirtioSlots,
    capacity: number,
    private readonly record: boolean,
  ) {
    this.#queue = new InputQueue(new Set([UART_INPUT, ...slots.takers]), capacity);
  }

  /** Input came since the guest was last fed. */
  get fresh(): boolean {
    return this.#fresh;
  }

  /** Bytes that wait for room. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** The event of a recording that is next in time. */
  get next(): InputEvent | undefined {
    return this.#queue.next;
  }

  /** Whether there is somebody who takes input for `to`. */
  takes(to: string): boolean {
    return this.#queue.targets.has(to);
  }

  /** @throws GpuvisorError BAD_ARGUMENT when there is no such target, or too much waits */
  push(bytes: Uint8Array, to: string): void {
    this.#queue.push(bytes, to);
    this.#fresh = true;
  }

  /** Events to be played back. @throws GpuvisorError BAD_ARGUMENT for one that goes to a device which is not there */
  replay(events: readonly InputEvent[]): void {
    this.#queue.queue(events);
  }

  /** Moves input in: what a recording has for this place, then what waits and finds room. `steps` since reset. */
  async feed(state: Uint32Array, steps: number): Promise<void> {
    const queue = this.#queue;
    for (let due = queue.next; due && due.steps === steps && BigInt(due.mtime) === mtime(state); due = queue.next) {
      queue.played();
      const taken = await this.#put(state, steps, due.to ?? UART_INPUT, due.input);
      if (taken < due.input.length) {
        throw new GpuvisorError(
          'SNAPSHOT_INVALID',
          `the recording does not fit this machine: ${taken} of ${due.input.length} bytes of input found room at step ${due.steps}`,
          'replay it on a machine restored from the snapshot it began with',
        );
      }
    }
    this.#fresh = false;
    if (queue.uart.length > 0) queue.tookUart(await this.#put(state, steps, UART_INPUT, queue.uart));
    for (;;) {
      const next = this.#nextForDevice();
      if (!next || next.at > mtime(state)) return;
      const { to, bytes } = next.input;
      const taken = await this.#put(state, steps, to, bytes);
      if (taken === 0) return;
      queue.took(to, taken);
      this.#given = { to, mtime: mtime(state) };
    }
  }

  /** When a device takes more of the input that waits: later than now, or undefined while the guest has to act first. */
  due(state: Uint32Array): bigint | undefined {
    const at = this.#nextForDevice()?.at;
    return at !== undefined && at > mtime(state) ? at : undefined;
  }

  /** The guest starts over: nobody was given anything. */
  restart(): void {
    this.#given = undefined;
  }

  /** Another guest is there: nothing waits, nothing was recorded. */
  clear(): void {
    this.restart();
    this.#queue.clear();
    this.recording.length = 0;
  }

  /** Puts input where it goes; returns how many bytes found room. */
  async #put(state: Uint32Array, steps: number, to: string, bytes: Uint8Array): Promise<number> {
    const now = mtime(state);
    const place = { steps, instret: Number(read64(state, W.retired)), mtime: now.toString() };
    const taken = to === UART_INPUT ? receive(state, bytes) : await this.slots.give(state, to, bytes, now);
    if (this.record && taken > 0) {
      this.recording.push({ ...place, ...(to !== UART_INPUT && { to }), input: bytes.slice(0, taken) });
    }
    return taken;
  }

  readonly #isLive = (to: string): boolean => this.slots.of(to).live;

  /** The input that is next for a device, and the mtime from which it is taken; undefined while there is none or the guest has to act first. */
  #nextForDevice(): { readonly input: DeviceInput; readonly at: bigint } | undefined {
    const input = this.#queue.first(this.#isLive);
    const at = input && this.slots.of(input.to).acceptsAt;
    if (at === undefined) return undefined;
    const { to: before, mtime: given } = this.#given ?? { to: input!.to, mtime: 0n };
    // Who reads several devices looks at one after the other: another device's turn comes when the last input was surely read.
    const turn = before === input!.to ? 0n : given + DEVICE_TURN;
    return { input: input!, at: at > turn ? at : turn };
  }
}
