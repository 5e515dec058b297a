// The serial output of one machine, gathered into a few messages a second instead of one a line.

import type { VirtualMachine } from '../../../src/machine/virtual-machine.js';

/** How long output is gathered, ms. */
const GATHER_MS = 16;
/** What a terminal is given of the text there was before, bytes. */
const BEFORE = 1 << 16;

export class ConsoleFeed {
  #parts: Uint8Array[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #stop: () => void;

  constructor(
    private readonly machine: VirtualMachine,
    private readonly tell: (bytes: Uint8Array) => void,
  ) {
    this.#stop = machine.onConsole((bytes) => {
      this.#parts.push(bytes.slice());
      this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
    });
  }

  /** The text there is, once everything in it has been told. */
  before(): Uint8Array {
    this.flush();
    return this.machine.machine.console.bytes().slice(-BEFORE);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#parts.length === 0) return;
    const all = new Uint8Array(this.#parts.reduce((sum, p) => sum + p.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.tell(all);
  }

  stop(): void {
    this.#stop();
    this.flush();
  }
}
