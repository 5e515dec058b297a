// The digest of a machine: one hash that two machines share exactly when they will behave alike from here on.

import { EXIT, NO_ADDRESS, W } from '../isa/state.js';
import type { Executor } from './executor.js';
import type { DeviceState } from './host-device.js';
import { isWaiting } from './interrupts.js';
import type { Range } from './map.js';
import { sha256, sha256Parts } from './sha256.js';

/**
 * A copy of `state` without what the owner's doings leave behind: transmit ring drained, exit and mmio words cleared, no breakpoint.
 * A hart that waits in WFI, and one that is off, stay so.
 */
export function canonicalState(state: Uint32Array): Uint32Array {
  const s = state.slice();
  const halted = s[W.exit] === EXIT.HALT;
  const exit = halted ? EXIT.HALT : isWaiting(s) ? EXIT.WFI : EXIT.BUDGET;
  s[W.uart_tx_out] = s[W.uart_tx_in]!;
  s[W.exit] = exit;
  if (!halted) s[W.exit_value] = 0;
  s[W.breakpoint] = NO_ADDRESS;
  s.fill(0, W.mmio_address, W.mmio_signed + 1);
  return s;
}

/** The ranges of RAM of a machine: its RAM range without the hole, in pieces of at most `piece` bytes. */
export function ramRanges(config: Executor['config'], piece = 16 << 20): Range[] {
  const { map, ramSize } = config;
  const end = map.ramBase + ramSize;
  const spans: Range[] =
    map.hole.size === 0
      ? [{ base: map.ramBase, size: ramSize }]
      : [
          { base: map.ramBase, size: Math.min(map.hole.base, end) - map.ramBase },
          { base: map.hole.base + map.hole.size, size: end - (map.hole.base + map.hole.size) },
        ];
  const pieces: Range[] = [];
  for (const { base, size } of spans) {
    for (let at = 0; at < size; at += piece) pieces.push({ base: base + at, size: Math.min(piece, size - at) });
  }
  return pieces;
}

/** Every byte of a device's state in a fixed order. */
function* deviceParts(devices: readonly (DeviceState | null)[]): Generator<Uint8Array> {
  for (const d of devices) {
    if (!d) {
      yield new Uint8Array(0);
      continue;
    }
    const fields = Object.entries(d.fields).sort(([a], [b]) => (a < b ? -1 : 1));
    yield new TextEncoder().encode(JSON.stringify([d.kind, fields]));
    for (const [name, blob] of Object.entries(d.blobs).sort(([a], [b]) => (a < b ? -1 : 1))) {
      yield new TextEncoder().encode(name);
      yield blob;
    }
    yield* deviceParts(d.children ?? []);
  }
}

/** SHA-256 of canonical state, RAM and devices. */
export async function digestMachine(state: Uint32Array, executor: Executor, devices: readonly (DeviceState | null)[]): Promise<string> {
  const words = canonicalState(state);
  const hart = await sha256(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
  async function* ram(): AsyncGenerator<Uint8Array> {
    for (const { base, size } of ramRanges(executor.config)) yield await executor.readMemory(base, size);
  }
  const parts = [hart, await sha256Parts(ram()), await sha256Parts(deviceParts(devices))];
  return sha256(new TextEncoder().encode(parts.join('\n')));
}
