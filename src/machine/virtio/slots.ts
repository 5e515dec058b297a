// The virtio slots of a machine: which device stands where, the accesses that meet them, their interrupt lines, their part of a snapshot.

import { GpuvisorError } from '../../isa/errors.js';
import { EXIT, W } from '../../isa/state.js';
import type { Executor } from '../executor.js';
import type { GuestMemory } from '../guest-memory.js';
import type { DeviceState } from '../host-device.js';
import { latchLines } from '../interrupts.js';
import { VIRTIO_IRQ, VIRTIO_SLOTS, VIRTIO_SLOT_SIZE } from '../map.js';
import { completeMmio, pendingMmio } from '../mmio.js';
import { instructionLength } from '../peek.js';
import type { VirtioDevice } from './device.js';
import { VirtioTransport } from './transport.js';

export class VirtioSlots {
  readonly #transports: readonly (VirtioTransport | undefined)[];

  /** `devices` slot by slot. @throws GpuvisorError BAD_ARGUMENT for more than there are slots */
  constructor(devices: readonly (VirtioDevice | undefined)[], memory: GuestMemory) {
    if (devices.length > VIRTIO_SLOTS) {
      throw new GpuvisorError('BAD_ARGUMENT', `${devices.length} devices for ${VIRTIO_SLOTS} virtio slots`, 'leave some out');
    }
    this.#transports = devices.map((d) => d && new VirtioTransport(d, memory));
  }

  /** The kinds of devices that take input. */
  get takers(): string[] {
    return this.#transports.flatMap((t) => (t?.device.accept ? [t.device.kind] : []));
  }

  /** The device of a kind that is there. */
  of(kind: string): VirtioTransport {
    return this.#transports.find((t) => t?.device.kind === kind)!;
  }

  /** Serves the access that waits in a state that left with exit MMIO, and retires its instruction. */
  async serve(state: Uint32Array, executor: Executor): Promise<void> {
    const access = pendingMmio(state);
    const offset = access.address - executor.config.map.virtio.base;
    const transport = this.#transports[Math.floor(offset / VIRTIO_SLOT_SIZE)];
    const register = offset % VIRTIO_SLOT_SIZE;
    let value = 0;
    if (access.store) await transport?.store(register, access.size, access.value);
    else value = transport ? transport.load(register, access.size) : VirtioTransport.emptySlot(register, access.size);
    completeMmio(state, value, await instructionLength(executor, state));
    state[W.exit] = EXIT.BUDGET;
    this.#raiseLines(state);
  }

  /** Lets every device do what its host side has for the guest. */
  async poll(state: Uint32Array): Promise<void> {
    let any = false;
    for (const t of this.#transports) {
      if (!t) continue;
      any = true;
      await t.poll();
    }
    if (any) this.#raiseLines(state);
  }

  /** Hands input to the device of kind `to`, and what it makes of it to the guest; returns how many bytes it took. */
  async give(state: Uint32Array, to: string, bytes: Uint8Array, now: bigint): Promise<number> {
    const transport = this.of(to);
    const taken = transport.accept(bytes, now);
    if (taken === 0) return 0;
    await transport.poll();
    this.#raiseLines(state);
    return taken;
  }

  #raiseLines(state: Uint32Array): void {
    let lines = 0;
    this.#transports.forEach((t, slot) => {
      if (t?.line) lines |= 1 << (VIRTIO_IRQ + slot);
    });
    state[W.plic_lines] = lines;
    latchLines(state);
  }

  /** As after power-on; disks keep what was written. */
  reset(): void {
    for (const t of this.#transports) t?.reset();
  }

  /** The state of every slot. */
  save(): (DeviceState | null)[] {
    return this.#transports.map((t) => t?.save() ?? null);
  }

  /** What each slot has from outside, as a hash; null where a snapshot holds everything. */
  async identities(): Promise<(string | null)[]> {
    const all: (string | null)[] = [];
    for (const t of this.#transports) all.push((await t?.device.identity?.()) ?? null);
    return all;
  }

  /** @throws GpuvisorError SNAPSHOT_INVALID for other slots than these, or a device's state that is none */
  restore(devices: readonly (DeviceState | null)[]): void {
    if (devices.length !== this.#transports.length || devices.some((d, i) => (d === null) !== (this.#transports[i] === undefined))) {
      throw new GpuvisorError(
        'SNAPSHOT_INVALID',
        `the snapshot has devices in slots [${slots(devices)}], this machine in [${slots(this.#transports)}]`,
        'make the machine with the devices it was saved with',
      );
    }
    devices.forEach((d, i) => d && this.#transports[i]!.restore(d));
  }
}

function slots(devices: readonly unknown[]): string {
  return devices.map((d, i) => (d ? String(i) : '-')).join(' ');
}
