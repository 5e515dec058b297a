// Types a text of any length: a piece at a time, as the machine takes them.

import { textKeys } from '../../../src/machine/input/index.js';
import type { VirtualMachine } from '../../../src/machine/virtual-machine.js';

/** Characters of one piece: a key is four reports of 16 bytes at most, and 64 KiB may wait. */
const PIECE = 256;
/** Bytes that may wait before the next piece. */
const LOW = 4096;
const LOOK_MS = 20;

/** @throws GpuvisorError BAD_ARGUMENT for a character that no key gives (before anything is typed), ABORTED */
export async function typeText(vm: VirtualMachine, to: 'keyboard' | 'uart', text: string, signal: AbortSignal): Promise<void> {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < text.length; at += PIECE) {
    const piece = text.slice(at, at + PIECE);
    pieces.push(to === 'keyboard' ? textKeys(piece) : encoder.encode(piece));
  }
  for (const piece of pieces) {
    while (vm.machine.inputWaiting > LOW) {
      signal.throwIfAborted();
      if (vm.state === 'disposed') return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    vm.machine.send(piece, to);
  }
}
