// The person's terminal as the guest's serial line: raw mode, an escape key, and a promise that it is always put back.

/** What the escape key asked for, or that the input ended. */
export type TerminalEvent = 'quit' | 'screenshot' | 'end';

const ESCAPE = 0x01;
const HELP = '\r\n[Ctrl-A x leaves, Ctrl-A s saves a screenshot, Ctrl-A Ctrl-A sends Ctrl-A]\r\n';

/** Splits typed bytes into what goes to the guest and what the escape key means. Keeps its place between calls. */
export class EscapeFilter {
  #armed = false;

  /** Bytes for the guest; events go to `on`, text for the person to `say`. */
  feed(bytes: Uint8Array, on: (event: TerminalEvent) => void, say: (text: string) => void): Uint8Array {
    const out: number[] = [];
    for (const b of bytes) {
      if (!this.#armed) {
        if (b === ESCAPE) this.#armed = true;
        else out.push(b);
        continue;
      }
      this.#armed = false;
      if (b === ESCAPE) out.push(ESCAPE);
      else if (b === 0x78 || b === 0x58) on('quit');
      else if (b === 0x73) on('screenshot');
      else say(HELP);
    }
    return Uint8Array.from(out);
  }
}

/** A terminal in raw mode, until `close`. */
export class Terminal {
  readonly #filter = new EscapeFilter();
  readonly #restore = (): void => this.#raw(false);
  readonly #data: (chunk: Buffer) => void;
  readonly #end: () => void;
  #open = true;

  constructor(
    readonly input: NodeJS.ReadStream,
    onBytes: (bytes: Uint8Array) => void,
    onEvent: (event: TerminalEvent) => void,
  ) {
    this.#data = (chunk) => {
      const bytes = this.#filter.feed(chunk, onEvent, (text) => process.stderr.write(text));
      if (bytes.length > 0) onBytes(bytes);
    };
    this.#end = () => onEvent('end');
    this.#raw(true);
    process.on('exit', this.#restore);
    input.on('data', this.#data);
    input.on('end', this.#end);
    input.resume();
  }

  #raw(on: boolean): void {
    if (this.input.isTTY) this.input.setRawMode(on);
  }

  /** Puts the terminal back. A second call does nothing. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.input.off('data', this.#data);
    this.input.off('end', this.#end);
    this.input.pause();
    this.#raw(false);
    process.off('exit', this.#restore);
    // Colours and cursor as a shell expects them, whatever the guest printed last.
    if (process.stdout.isTTY) process.stdout.write('\x1b[0m\x1b[?25h\r\n');
  }
}
