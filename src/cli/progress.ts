// Progress on standard error: one line that is written over on a terminal, a line at each tenth elsewhere.

/** Shows how far something is. */
export class ProgressLine {
  #what = '';
  #tenth = -1;
  #width = 0;

  constructor(readonly stream: NodeJS.WriteStream = process.stderr) {}

  /** `note` stands behind the count. */
  show(what: string, done: number, total: number, note = ''): void {
    this.#write(
      what,
      `${what}: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}${note ? `, ${note}` : ''}`,
      done,
      total,
    );
  }

  /** As a percentage, for amounts that mean nothing to a reader. */
  percent(what: string, done: number, total: number): void {
    this.#write(what, `${what}: ${Math.floor((100 * done) / Math.max(1, total))} %`, done, total);
  }

  #write(what: string, text: string, done: number, total: number): void {
    if (this.stream.isTTY) {
      const line = text.slice(0, Math.max(20, (this.stream.columns ?? 80) - 1));
      this.stream.write(`\r${line.padEnd(this.#width)}`);
      this.#width = line.length;
      return;
    }
    const tenth = total > 0 ? Math.floor((10 * done) / total) : 0;
    if (what === this.#what && tenth <= this.#tenth) return;
    this.#what = what;
    this.#tenth = tenth;
    this.stream.write(`${text}\n`);
  }

  /** Removes the line. */
  clear(): void {
    if (this.stream.isTTY && this.#width > 0) this.stream.write(`\r${' '.repeat(this.#width)}\r`);
    this.#width = 0;
    this.#tenth = -1;
    this.#what = '';
  }
}

/** Work of unknown length is quiet for this long, ms. */
const QUIET_MS = 2000;

/** Follows one piece of work; it shows itself when that takes longer than two seconds. `end` is to be called when it is over. */
export function slowProgress(
  what: string,
  line = new ProgressLine(),
): { progress: (done: number, total: number | undefined) => void; end: () => void } {
  const began = performance.now();
  return {
    progress(done, total) {
      if (performance.now() - began < QUIET_MS) return;
      if (total === undefined) line.show(what, done, done, 'bytes so far');
      else line.percent(what, done, total);
    },
    end: () => line.clear(),
  };
}
