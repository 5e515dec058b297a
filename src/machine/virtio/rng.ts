// virtio entropy device (virtio 1.2, section 5.4), fed by a seeded generator (xoshiro128**), so that a machine stays repeatable.
// Not for secrets: a guest that wants them must get a seed from its owner's own source of randomness.

import { GpuvisorError } from '../../isa/errors.js';
import type { DeviceState } from '../host-device.js';
import type { Answer, Chain, VirtioDevice } from './device.js';
import { DEVICE_ID } from './registers.js';

const MAX_BYTES = 1 << 16;

/** Random bytes for a virtio slot. */
export class RngDevice implements VirtioDevice {
  readonly kind = 'rng';
  readonly deviceId = DEVICE_ID.ENTROPY;
  readonly features = 0n;
  readonly queueSizes = [8];
  readonly maxChainBytes = 1 << 20;
  readonly config = new Uint8Array(0);
  readonly #s = new Uint32Array(4);

  /** `seed`: any 32-bit number; equal seeds give equal bytes. */
  constructor(seed = 0x67707576) {
    // splitmix32 spreads the seed over the state.
    let z = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      z = (z + 0x9e3779b9) >>> 0;
      let t = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
      this.#s[i] = (t ^ (t >>> 15)) >>> 0;
    }
  }

  /** The generator goes on across resets. */
  reset(): void {}

  ready(): boolean {
    return true;
  }

  serve(_queue: number, chain: Chain): Promise<Answer> {
    const bytes = this.bytes(Math.min(chain.writableBytes, MAX_BYTES));
    return Promise.resolve({ pieces: [{ offset: 0, bytes }], length: bytes.length });
  }

  /** The next `count` bytes. */
  bytes(count: number): Uint8Array {
    const out = new Uint8Array(count);
    let word = 0;
    for (let i = 0; i < count; i++) {
      if (i % 4 === 0) word = this.#next();
      out[i] = word >>> (8 * (i % 4));
    }
    return out;
  }

  #next(): number {
    const s = this.#s;
    const x = Math.imul(s[1]!, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2] = s[2]! ^ s[0]!;
    s[3] = s[3]! ^ s[1]!;
    s[1] = s[1]! ^ s[2]!;
    s[0] = s[0]! ^ s[3]!;
    s[2] = s[2]! ^ t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  save(): DeviceState {
    return { kind: this.kind, fields: { state: [...this.#s] }, blobs: {} };
  }

  restore(state: DeviceState): void {
    const words = state.fields['state'];
    if (!Array.isArray(words) || words.length !== 4 || words.some((w) => !Number.isInteger(w) || w < 0 || w > 0xffffffff)) {
      throw new GpuvisorError(
        'SNAPSHOT_INVALID',
        'the random generator of the snapshot is not four 32-bit words',
        'the snapshot is damaged',
      );
    }
    this.#s.set(words);
  }
}
