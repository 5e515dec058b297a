// Config space of virtio-input (virtio 1.2, section 5.8.4): select 0, subsel 1, size 2, then at 8 the answer, up to 128 bytes.
// The driver writes select and subsel and reads size and answer; what a device does not have has size 0.

/** What may be asked. */
const SELECT = { NAME: 0x01, SERIAL: 0x02, IDS: 0x03, PROPERTIES: 0x10, EVENTS: 0x11, AXIS: 0x12 } as const;
const ANSWER = 8;
const ANSWER_BYTES = 128;
/** Bus of a virtual device. */
const BUS_VIRTUAL = 0x06;

/** An absolute axis. */
export interface Axis {
  readonly code: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** What an input device says of itself. */
export interface InputDescription {
  readonly name: string;
  readonly serial: string;
  readonly product: number;
  /** Codes the device may send or take, by event type. */
  readonly events: ReadonlyMap<number, readonly number[]>;
  readonly axes: readonly Axis[];
}

/** A config space that answers from a description. */
export class InputConfig {
  readonly bytes = new Uint8Array(ANSWER + ANSWER_BYTES);

  constructor(readonly description: InputDescription) {}

  /** What the driver asks for. */
  get selected(): [select: number, subsel: number] {
    return [this.bytes[0]!, this.bytes[1]!];
  }

  /** A store of the driver; only select and subsel take one. */
  write(offset: number, size: number, value: number): void {
    const next = this.selected;
    for (let i = 0; i < size; i++) if (offset + i < 2) next[offset + i] = (value >>> (8 * i)) & 0xff;
    this.select(...next);
  }

  select(select: number, subsel: number): void {
    const answer = this.#answer(select, subsel);
    this.bytes.fill(0);
    this.bytes[0] = select;
    this.bytes[1] = subsel;
    this.bytes[2] = answer.length;
    this.bytes.set(answer, ANSWER);
  }

  #answer(select: number, subsel: number): Uint8Array {
    const { name, serial, product, events, axes } = this.description;
    switch (select) {
      case SELECT.NAME:
        return text(subsel === 0 ? name : '');
      case SELECT.SERIAL:
        return text(subsel === 0 ? serial : '');
      case SELECT.IDS:
        // Bus, vendor, product, version, 16 bits each.
        return subsel === 0 ? numbers(2, [BUS_VIRTUAL, 0, product, 1]) : text('');
      case SELECT.EVENTS:
        return bitmap(events.get(subsel) ?? []);
      case SELECT.AXIS: {
        const axis = axes.find((a) => a.code === subsel);
        // Minimum, maximum, fuzz, flat, resolution, 32 bits each.
        return axis ? numbers(4, [axis.minimum, axis.maximum, 0, 0, 0]) : text('');
      }
      default:
        return text('');
    }
  }
}

const text = (s: string): Uint8Array => new TextEncoder().encode(s).slice(0, ANSWER_BYTES);

/** Numbers of `size` bytes, little-endian. */
function numbers(size: number, values: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: size * values.length }, (_, i) => (values[Math.floor(i / size)]! >>> (8 * (i % size))) & 0xff);
}

/** One bit a code, the lowest first, as many bytes as it takes. */
function bitmap(codes: readonly number[]): Uint8Array {
  if (codes.length === 0) return text('');
  const bytes = new Uint8Array(Math.floor(Math.max(...codes) / 8) + 1);
  for (const code of codes) bytes[code >> 3]! |= 1 << (code & 7);
  return bytes;
}
