// The split virtqueue, device side (virtio 1.2, section 2.7). Addresses, lengths and indexes come from the guest and are hostile.

import type { GuestMemory, MemoryWrite } from '../guest-memory.js';
import type { Range } from '../map.js';
import { type Answer, type Chain, ProtocolError } from './device.js';
import { AVAIL_NO_INTERRUPT, DESC } from './registers.js';

/** A queue as the driver set it up. Addresses are 64 bits: high words other than zero are never RAM. */
export class Queue {
  size = 0;
  ready = false;
  descriptors: [number, number] = [0, 0];
  driver: [number, number] = [0, 0];
  device: [number, number] = [0, 0];
  /** Next avail entry to look at, 16 bits, free-running. */
  availIndex = 0;
  /** Next used entry to fill, 16 bits, free-running. */
  usedIndex = 0;

  constructor(
    /** Largest size. */
    readonly maximum: number,
  ) {}

  reset(): void {
    this.size = 0;
    this.ready = false;
    this.descriptors = [0, 0];
    this.driver = [0, 0];
    this.device = [0, 0];
    this.availIndex = 0;
    this.usedIndex = 0;
  }

  /** Checks size and the three areas. @throws ProtocolError */
  check(memory: GuestMemory): void {
    const { size } = this;
    if (size === 0 || size > this.maximum || (size & (size - 1)) !== 0) throw new ProtocolError(`queue size ${size}`);
    const areas = [
      ['descriptor area', this.descriptors, 16 * size, 16],
      ['driver area', this.driver, 6 + 2 * size, 2],
      ['device area', this.device, 6 + 8 * size, 4],
    ] as const;
    for (const [name, [low, high], length, align] of areas) {
      if (high !== 0 || low % align !== 0 || !memory.isRam(low, length)) {
        throw new ProtocolError(`${name} at 0x${high.toString(16)}:${low.toString(16)}, ${length} bytes`);
      }
    }
  }

  /**
   * Takes the chains that the driver made available, as long as `wanted()` says so, and hands each to `serve`; used entries and data are written together, chain by chain.
   * Returns true when the driver is to be interrupted. @throws ProtocolError
   */
  async process(
    memory: GuestMemory,
    maxChainBytes: number,
    wanted: () => boolean,
    serve: (chain: Chain) => Promise<Answer>,
  ): Promise<boolean> {
    this.check(memory);
    if (!wanted()) return false;
    const { size } = this;
    const [table, avail] = await memory.read([
      { base: this.descriptors[0], size: 16 * size },
      { base: this.driver[0], size: 6 + 2 * size },
    ]);
    const descriptors = view(table!);
    const ring = view(avail!);
    const silent = (ring.getUint16(0, true) & AVAIL_NO_INTERRUPT) !== 0;
    const count = (ring.getUint16(2, true) - this.availIndex) & 0xffff;
    if (count > size) throw new ProtocolError(`${count} new avail entries in a ring of ${size}`);
    let worked = false;
    for (let i = 0; i < count && wanted(); i++) {
      const head = ring.getUint16(4 + 2 * (this.availIndex % size), true);
      const chain = readChain(memory, descriptors, size, head, maxChainBytes);
      const answer = await serve(chain);
      const writes = answer.pieces.flatMap((p) => scatter(chain.writable, p.offset, p.bytes));
      writes.push(this.#used(head, answer.length));
      this.availIndex = (this.availIndex + 1) & 0xffff;
      this.usedIndex = (this.usedIndex + 1) & 0xffff;
      const index = new Uint8Array(2);
      view(index).setUint16(0, this.usedIndex, true);
      writes.push({ address: this.device[0] + 2, bytes: index });
      await memory.write(writes);
      worked = true;
    }
    return worked && !silent;
  }

  #used(head: number, length: number): MemoryWrite {
    const bytes = new Uint8Array(8);
    view(bytes).setUint32(0, head, true);
    view(bytes).setUint32(4, length, true);
    return { address: this.device[0] + 4 + 8 * (this.usedIndex % this.size), bytes };
  }

  /** The queue as numbers, for snapshots. */
  save(): number[] {
    return [this.size, this.ready ? 1 : 0, ...this.descriptors, ...this.driver, ...this.device, this.availIndex, this.usedIndex];
  }

  restore(n: readonly number[]): void {
    this.size = n[0]!;
    this.ready = n[1] === 1;
    this.descriptors = [n[2]!, n[3]!];
    this.driver = [n[4]!, n[5]!];
    this.device = [n[6]!, n[7]!];
    this.availIndex = n[8]! & 0xffff;
    this.usedIndex = n[9]! & 0xffff;
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Walks a chain from `head`; at most `size` descriptors, so a loop ends. */
function readChain(memory: GuestMemory, table: DataView, size: number, head: number, maxBytes: number): Chain {
  const readable: Range[] = [];
  const writable: Range[] = [];
  let readableBytes = 0;
  let writableBytes = 0;
  let index = head;
  for (let n = 0; ; n++) {
    if (index >= size) throw new ProtocolError(`descriptor ${index} in a table of ${size}`);
    if (n >= size) throw new ProtocolError(`a chain of more than ${size} descriptors`);
    const at = 16 * index;
    const base = table.getUint32(at, true);
    const high = table.getUint32(at + 4, true);
    const length = table.getUint32(at + 8, true);
    const flags = table.getUint16(at + 12, true);
    if ((flags & DESC.INDIRECT) !== 0) throw new ProtocolError('an indirect descriptor, which was not negotiated');
    if (length > 0) {
      if (high !== 0 || !memory.isRam(base, length))
        throw new ProtocolError(`a buffer of ${length} bytes at 0x${high.toString(16)}:${base.toString(16)}`);
      if ((flags & DESC.WRITE) !== 0) {
        writable.push({ base, size: length });
        writableBytes += length;
      } else {
        if (writable.length > 0) throw new ProtocolError('a device-readable buffer after a device-writable one');
        readable.push({ base, size: length });
        readableBytes += length;
      }
      if (readableBytes + writableBytes > maxBytes) throw new ProtocolError(`a chain of more than ${maxBytes} bytes`);
    }
    if ((flags & DESC.NEXT) === 0) return { readable, writable, readableBytes, writableBytes };
    index = table.getUint16(at + 14, true);
  }
}

/** The parts of `ranges` that the bytes from `offset` on, `length` of them, fall into. */
export function slice(ranges: readonly Range[], offset: number, length: number): Range[] {
  const out: Range[] = [];
  let at = 0;
  const end = offset + length;
  for (const r of ranges) {
    const from = Math.max(at, offset);
    const to = Math.min(at + r.size, end);
    if (to > from) out.push({ base: r.base + (from - at), size: to - from });
    at += r.size;
  }
  return out;
}

/** Stores of `bytes` at `offset` of the buffers taken together. */
function scatter(ranges: readonly Range[], offset: number, bytes: Uint8Array): MemoryWrite[] {
  let at = 0;
  const writes = slice(ranges, offset, bytes.length).map(({ base, size }) => {
    at += size;
    return { address: base, bytes: bytes.subarray(at - size, at) };
  });
  if (at !== bytes.length) throw new ProtocolError(`${bytes.length} bytes at ${offset} do not fit the buffers`);
  return writes;
}

/** The bytes of `ranges` joined. */
export async function gather(memory: GuestMemory, ranges: readonly Range[]): Promise<Uint8Array> {
  const pieces = await memory.read(ranges);
  const out = new Uint8Array(ranges.reduce((sum, r) => sum + r.size, 0));
  let at = 0;
  for (const p of pieces) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
