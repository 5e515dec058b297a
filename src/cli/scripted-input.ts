// Input from a pipe: `printf 'uname -a\npoweroff\n' | gpuvisor boot`. A line is typed when the guest shows a shell prompt, because a serial
// line has no flow control and what comes too early is lost.

/** A prompt at the end of the text: `$ ` or `# `, perhaps with escape sequences behind it. */
const PROMPT = /[#$>] (?:\x1b\[[0-9;?]*[a-zA-Z])*$/;

/** Lines of a stream, typed one at a prompt. */
export class ScriptedInput {
  readonly #lines: string[] = [];
  readonly #decoder = new TextDecoder();
  #rest = '';
  #tail = '';
  #ended = false;
  readonly #data: (chunk: Buffer) => void;
  readonly #end: () => void;

  constructor(
    readonly stream: NodeJS.ReadableStream,
    readonly send: (bytes: Uint8Array) => void,
    /** A prompt is there already (a snapshot was loaded). */
    prompted: boolean,
  ) {
    if (prompted) this.#tail = '# ';
    this.#data = (chunk) => {
      const parts = (this.#rest + chunk.toString('utf8')).split('\n');
      this.#rest = parts.pop()!;
      this.#lines.push(...parts);
      this.#type();
    };
    this.#end = () => {
      if (this.#rest !== '') this.#lines.push(this.#rest);
      this.#rest = '';
      this.#ended = true;
      this.#type();
    };
    stream.on('data', this.#data);
    stream.on('end', this.#end);
  }

  /** True when every line was typed and no more can come. */
  get done(): boolean {
    return this.#ended && this.#lines.length === 0;
  }

  /** Looks at what the guest prints. */
  output(bytes: Uint8Array): void {
    this.#tail = (this.#tail + this.#decoder.decode(bytes, { stream: true })).slice(-256);
    this.#type();
  }

  #type(): void {
    if (this.#lines.length === 0 || !PROMPT.test(this.#tail)) return;
    this.#tail = '';
    this.send(new TextEncoder().encode(`${this.#lines.shift()!}\n`));
  }

  close(): void {
    this.stream.off('data', this.#data);
    this.stream.off('end', this.#end);
    if ('unref' in this.stream && typeof this.stream.unref === 'function') (this.stream.unref as () => void).call(this.stream);
    this.stream.pause();
  }
}
