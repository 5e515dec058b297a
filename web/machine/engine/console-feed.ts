// The serial output of one machine, gathered into a few messages a second instead of one a line.

import type { VirtualMachine } from '../../../src/machine/virtual-machine.js';

/** How long output is gathered, ms. */
const GATHER_MS = 16;
/** What a terminal is given of the text there was before, bytes. */
const BEFORE = 1 << 16;

export class ConsoleFeed {
  #parts: Uint8Array[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: (() => void) | undefined;

  constructor(private readonly tell: (bytes: Uint8Array, fresh: boolean) => void) {}

  /** Feeds from another machine: first what it has printed so far. */
  follow(machine: VirtualMachine | undefined): void {
    this.#stop?.();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#parts = [];
    this.tell(machine ? machine.machine.console.bytes().slice(-BEFORE) : new Uint8Array(), true);
    this.#stop = machine?.onConsole((bytes) => {
      this.#parts.push(bytes.slice());
      this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
    });
  }

  #flush(): void {
    this.#timer = undefined;
    const all = new Uint8Array(this.#parts.reduce((sum, p) => sum + p.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.tell(all, false);
  }
}
