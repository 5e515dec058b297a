// virtio 9P transport (device 9; the mount tag is its only feature): a chain is a message to read and room for its answer.
// Config space: length of the tag (u16), then the tag.

import { GpuvisorError } from '../../../isa/errors.js';
import { TIMEBASE_HZ } from '../../../isa/state.js';
import type { GuestMemory } from '../../guest-memory.js';
import type { DeviceState } from '../../host-device.js';
import { type Answer, type Chain, ProtocolError, type VirtioDevice } from '../device.js';
import { gather, slice } from '../queue.js';
import { DEVICE_ID } from '../registers.js';
import type { SharedFolder } from './folder.js';
import { HEADER } from './protocol.js';
import { ERROR_BYTES, MAX_MSIZE, MIN_MSIZE, NineServer } from './server.js';
import { restoreFiles, saveFiles } from './snapshot.js';

/** The feature bit that says there is a mount tag. */
const F_MOUNT_TAG = 1n << 0n;
const MAX_TAG = 32;
/** A chain has one descriptor a page, and a few for headers. */
const QUEUE_SIZE = 128;

/** Files shared with a host, for a virtio slot: `mount -t 9p -o trans=virtio,version=9p2000.L TAG /somewhere`. One folder goes with one device. */
export class NineDevice implements VirtioDevice {
  readonly kind = '9p';
  readonly deviceId = DEVICE_ID.NINE;
  readonly features = F_MOUNT_TAG;
  readonly queueSizes = [QUEUE_SIZE];
  readonly maxChainBytes = 2 * (MAX_MSIZE + 4096);
  readonly config: Uint8Array;
  readonly #server: NineServer;

  /** @throws GpuvisorError BAD_ARGUMENT for a tag that is empty, longer than 32 characters or not plain ASCII */
  constructor(
    readonly folder: SharedFolder,
    readonly tag = 'gpuvisor',
  ) {
    if (!/^[!-+\--~]{1,32}$/.test(tag)) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `the tag ${JSON.stringify(tag.slice(0, 80))} cannot be mounted; it takes 1 to ${MAX_TAG} ASCII characters without spaces and commas`,
        'leave it out for `gpuvisor`',
      );
    }
    this.config = Uint8Array.from([tag.length, 0, ...new TextEncoder().encode(tag)]);
    this.#server = new NineServer(folder.tree);
  }

  /** The session ends, the files stay. */
  reset(): void {
    this.#server.reset();
  }

  ready(): boolean {
    return true;
  }

  async serve(_queue: number, chain: Chain, memory: GuestMemory): Promise<Answer> {
    if (chain.readableBytes < HEADER || chain.writableBytes < ERROR_BYTES) {
      throw new ProtocolError(`a 9P request of ${chain.readableBytes} bytes with room for ${chain.writableBytes}`);
    }
    const length = Math.min(chain.readableBytes, this.#server.msize || MIN_MSIZE);
    const message = await gather(memory, slice(chain.readable, 0, length));
    // Files change at guest time, which is the same whenever and wherever a machine runs.
    this.folder.tree.now = {
      seconds: Number(memory.now / BigInt(TIMEBASE_HZ)),
      nanoseconds: Number(memory.now % BigInt(TIMEBASE_HZ)) * (1e9 / TIMEBASE_HZ),
    };
    const bytes = this.#server.answer(message, chain.writableBytes);
    return { pieces: [{ offset: 0, bytes }], length: bytes.length };
  }

  /** Files, fids and session: everything. */
  save(): DeviceState {
    const { fids, msize } = this.#server;
    return { kind: this.kind, fields: { tag: this.tag, msize }, blobs: saveFiles(this.folder, fids) };
  }

  /** Takes the files of the snapshot in place of those the folder has. */
  restore(state: DeviceState): void {
    const { tag, msize } = state.fields;
    if (tag !== this.tag) throw invalid(`its tag is ${String(tag)}, this one's ${this.tag}`);
    if (typeof msize !== 'number' || !Number.isInteger(msize) || msize > MAX_MSIZE || (msize !== 0 && msize < MIN_MSIZE))
      throw invalid(`its message size is ${String(msize)}`);
    restoreFiles(this.folder, this.#server.fids, state.blobs);
    this.#server.adopt(msize);
  }
}

const invalid = (what: string): GpuvisorError =>
  new GpuvisorError(
    'SNAPSHOT_INVALID',
    `the shared folder of the snapshot does not fit: ${what}`,
    'make the machine with the devices it was saved with',
  );
