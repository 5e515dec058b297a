// virtio input devices (virtio 1.2, section 5.8): a keyboard and an absolute pointer. Queue 0 carries events to the driver, one a buffer;
// queue 1 brings what the driver tells the device (lights). Config space: input-config.ts.

import { GpuvisorError } from '../../isa/errors.js';
import { TIMEBASE_HZ } from '../../isa/state.js';
import type { GuestMemory } from '../guest-memory.js';
import type { DeviceState } from '../host-device.js';
import { ABS, BUTTON, EV, LED, RECORD_BYTES, SYN_REPORT, decodeRecords } from '../input/events.js';
import { KEYS } from '../input/key-table.js';
import { FRAMEBUFFER } from '../map.js';
import { type Answer, type Chain, ProtocolError, type VirtioDevice } from './device.js';
import { InputConfig, type InputDescription } from './input-config.js';
import { gather } from './queue.js';
import { DEVICE_ID } from './registers.js';

const EVENTS = 0;
const QUEUE_SIZE = 64;
const MAX_CHAIN_BYTES = 4096;

/**
 * Readers of an input device in Linux hold 64 events each, and one that looks 60 times a second sleeps 17 ms in between: events enter in batches of
 * about BATCH, PACE ticks of mtime apart, so that none of them misses one.
 */
const BATCH = 16;
const PACE = BigInt(TIMEBASE_HZ / 100);
/** A report that is longer than this is cut. */
const LONGEST_REPORT = 64;

/** What both devices share. Host input is events, 8 bytes each (input/events.ts); reports enter whole. */
abstract class InputDevice implements VirtioDevice {
  abstract readonly kind: string;
  readonly deviceId = DEVICE_ID.INPUT;
  readonly features = 0n;
  readonly queueSizes = [QUEUE_SIZE, QUEUE_SIZE];
  readonly maxChainBytes = MAX_CHAIN_BYTES;
  readonly #config: InputConfig;
  /** Events that wait for buffers of the driver. */
  #pending: Uint8Array = new Uint8Array(0);
  /** When the last batch came in. */
  #last: bigint | undefined;
  /** Lights that are on, a bit each, by LED code. */
  #lights = 0;

  constructor(description: InputDescription) {
    this.#config = new InputConfig(description);
  }

  get config(): Uint8Array {
    return this.#config.bytes;
  }

  writeConfig(offset: number, size: number, value: number): void {
    this.#config.write(offset, size, value);
  }

  protected get lights(): number {
    return this.#lights;
  }

  acceptsAt(): bigint | undefined {
    if (this.#pending.length > 0) return undefined;
    return this.#last === undefined ? 0n : this.#last + PACE;
  }

  /** Takes one batch of whole reports, when the one before is through and its time is over. */
  accept(input: Uint8Array, now: bigint): number {
    const from = this.acceptsAt();
    if (from === undefined || now < from) return 0;
    const taken = batchOf(input);
    if (taken === 0) return 0;
    this.#pending = input.slice(0, taken - (taken % RECORD_BYTES));
    this.#last = now;
    return taken;
  }

  reset(): void {
    this.#pending = new Uint8Array(0);
    this.#last = undefined;
    this.#lights = 0;
    this.#config.select(0, 0);
  }

  ready(queue: number): boolean {
    return queue !== EVENTS || this.#pending.length > 0;
  }

  async serve(queue: number, chain: Chain, memory: GuestMemory): Promise<Answer> {
    if (queue === EVENTS) {
      if (chain.writableBytes < RECORD_BYTES) throw new ProtocolError(`an event buffer of ${chain.writableBytes} bytes`);
      const bytes = this.#pending.slice(0, RECORD_BYTES);
      this.#pending = this.#pending.slice(RECORD_BYTES);
      return { pieces: [{ offset: 0, bytes }], length: bytes.length };
    }
    if (chain.readableBytes % RECORD_BYTES !== 0) throw new ProtocolError(`a status of ${chain.readableBytes} bytes`);
    for (const { type, code, value } of decodeRecords(await gather(memory, chain.readable))) {
      if (type !== EV.LED || !this.#has(EV.LED, code)) continue;
      this.#lights = value === 0 ? this.#lights & ~(1 << code) : this.#lights | (1 << code);
    }
    return { pieces: [], length: 0 };
  }

  #has(type: number, code: number): boolean {
    return this.#config.description.events.get(type)?.includes(code) ?? false;
  }

  save(): DeviceState {
    const [select, subsel] = this.#config.selected;
    return {
      kind: this.kind,
      fields: { select, subsel, lights: this.#lights, last: this.#last?.toString() ?? '' },
      blobs: { pending: this.#pending.slice() },
    };
  }

  restore(state: DeviceState): void {
    const { select, subsel, lights, last } = state.fields;
    const pending = state.blobs['pending'];
    const isByte = (v: unknown): v is number => typeof v === 'number' && Number.isInteger(v) && v >= 0 && v < 256;
    if (!isByte(select) || !isByte(subsel) || !isByte(lights)) throw invalid(this.kind, 'its fields are malformed');
    if (typeof last !== 'string' || !/^\d{0,20}$/.test(last)) throw invalid(this.kind, `its time is ${String(last)}`);
    if (!pending || pending.length % RECORD_BYTES !== 0 || pending.length > LONGEST_REPORT * RECORD_BYTES)
      throw invalid(this.kind, `its events are ${pending?.length ?? 'no'} bytes`);
    this.#config.select(select, subsel);
    this.#lights = lights;
    this.#last = last === '' ? undefined : BigInt(last);
    this.#pending = pending.slice();
  }
}

/** Bytes of the whole reports that fit a batch, or of the first one when it is longer; what is no whole event at the end goes with it. */
function batchOf(input: Uint8Array): number {
  const records = decodeRecords(input.subarray(0, LONGEST_REPORT * RECORD_BYTES));
  let whole = 0;
  for (const [i, { type, code }] of records.entries()) {
    if (i >= BATCH && whole > 0) break;
    if (type === EV.SYN && code === SYN_REPORT) whole = i + 1;
  }
  if (whole === 0) return Math.min(input.length, LONGEST_REPORT * RECORD_BYTES);
  const rest = input.length - whole * RECORD_BYTES;
  return rest < RECORD_BYTES ? input.length : whole * RECORD_BYTES;
}

const invalid = (kind: string, what: string): GpuvisorError =>
  new GpuvisorError('SNAPSHOT_INVALID', `the ${kind} of the snapshot cannot be used: ${what}`, 'the snapshot is damaged');

/** A US keyboard. It does not repeat keys by itself: guest time may run faster than the hand that holds one. */
export class KeyboardDevice extends InputDevice {
  readonly kind = 'keyboard';

  constructor() {
    super({
      name: 'gpuvisor keyboard',
      serial: 'keyboard0',
      product: 1,
      events: new Map([
        [EV.KEY, KEYS.map((k) => k.linux)],
        [EV.LED, Object.values(LED)],
      ]),
      axes: [],
    });
  }

  /** The lights as the guest set them: caps lock turns the letters of typed text round. */
  get leds(): { readonly numLock: boolean; readonly capsLock: boolean; readonly scrollLock: boolean } {
    const on = (code: number): boolean => (this.lights & (1 << code)) !== 0;
    return { numLock: on(LED.NUM_LOCK), capsLock: on(LED.CAPS_LOCK), scrollLock: on(LED.SCROLL_LOCK) };
  }
}

/** A pointer with three buttons that knows where it is: framebuffer pixels. */
export class PointerDevice extends InputDevice {
  readonly kind = 'pointer';

  constructor() {
    super({
      name: 'gpuvisor pointer',
      serial: 'pointer0',
      product: 2,
      events: new Map<number, readonly number[]>([
        [EV.KEY, Object.values(BUTTON)],
        [EV.ABS, [ABS.X, ABS.Y]],
      ]),
      axes: [
        { code: ABS.X, minimum: 0, maximum: FRAMEBUFFER.width - 1 },
        { code: ABS.Y, minimum: 0, maximum: FRAMEBUFFER.height - 1 },
      ],
    });
  }
}
