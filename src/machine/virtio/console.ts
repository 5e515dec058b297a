// virtio console device (virtio 1.2, section 5.3), one port, no features: queue 0 receives (host to guest), queue 1 transmits.

import type { GuestMemory } from '../guest-memory.js';
import type { DeviceState } from '../host-device.js';
import type { Answer, Chain, VirtioDevice } from './device.js';
import { gather } from './queue.js';
import { DEVICE_ID } from './registers.js';

const RECEIVE = 0;
const INPUT_CAPACITY = 1 << 16;

/** A second serial line (`/dev/hvc0`) for a virtio slot. */
export class ConsoleDevice implements VirtioDevice {
  readonly kind = 'console';
  readonly deviceId = DEVICE_ID.CONSOLE;
  readonly features = 0n;
  readonly queueSizes = [64, 64];
  readonly maxChainBytes = 1 << 20;
  readonly config = new Uint8Array(12);
  #input: Uint8Array = new Uint8Array(0);

  constructor(
    /** Takes what the guest prints. */
    readonly onOutput: (bytes: Uint8Array) => void = () => {},
  ) {}

  accept(input: Uint8Array): number {
    const bytes = input.subarray(0, INPUT_CAPACITY - this.#input.length);
    const joined = new Uint8Array(this.#input.length + bytes.length);
    joined.set(this.#input);
    joined.set(bytes, this.#input.length);
    this.#input = joined;
    return bytes.length;
  }

  reset(): void {
    this.#input = new Uint8Array(0);
  }

  ready(queue: number): boolean {
    return queue !== RECEIVE || this.#input.length > 0;
  }

  async serve(queue: number, chain: Chain, memory: GuestMemory): Promise<Answer> {
    if (queue === RECEIVE) {
      const bytes = this.#input.slice(0, chain.writableBytes);
      this.#input = this.#input.slice(bytes.length);
      return { pieces: [{ offset: 0, bytes }], length: bytes.length };
    }
    this.onOutput(await gather(memory, chain.readable));
    return { pieces: [], length: 0 };
  }

  save(): DeviceState {
    return { kind: this.kind, fields: {}, blobs: { input: this.#input.slice() } };
  }

  restore(state: DeviceState): void {
    this.#input = (state.blobs['input'] ?? new Uint8Array(0)).slice(0, INPUT_CAPACITY);
  }
}
