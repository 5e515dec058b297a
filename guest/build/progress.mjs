// What a person sees while the guest is built: on a terminal one live line below the finished steps,
// elsewhere (a log, CI) one plain line when a step begins, every 30 s, and when it ends.

const LIVE_INTERVAL_MS = 200;
const PLAIN_INTERVAL_MS = 30_000;

/** A display of `total` steps on `stream`. */
export class Progress {
  #stream;
  #total;
  #number = 0;
  #title = '';
  #line = '';
  #began = 0;
  #started = Date.now();
  #timer;

  constructor(total, stream = process.stderr) {
    this.#total = total;
    this.#stream = stream;
  }

  /** Begins the next step. */
  begin(title) {
    this.#number++;
    this.#title = title;
    this.#line = '';
    this.#began = Date.now();
    if (this.#stream.isTTY) {
      this.#timer = setInterval(() => this.#live(), LIVE_INTERVAL_MS);
    } else {
      this.#stream.write(`${this.#head()} ...\n`);
      this.#timer = setInterval(() => this.#plain(), PLAIN_INTERVAL_MS);
    }
  }

  /** The latest line of the running command's output. */
  say(line) {
    this.#line = line;
  }

  /** Ends the step; `outcome` is a word or two. */
  end(outcome) {
    clearInterval(this.#timer);
    const seconds = (Date.now() - this.#began) / 1000;
    const clear = this.#stream.isTTY ? '\r\x1b[K' : '';
    this.#stream.write(`${clear}${this.#head()}: ${outcome}${seconds >= 0.1 ? `, ${seconds.toFixed(1)} s` : ''}\n`);
  }

  /** A line of its own. */
  note(text) {
    this.#stream.write(`${text}\n`);
  }

  /** Seconds since the display was made. */
  get elapsed() {
    return (Date.now() - this.#started) / 1000;
  }

  #head() {
    return `[${this.#number}/${this.#total}] ${this.#title}`;
  }

  #live() {
    const seconds = Math.floor((Date.now() - this.#began) / 1000);
    const text = `${this.#head()}  ${seconds} s  ${this.#line}`;
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  #plain() {
    const seconds = Math.floor((Date.now() - this.#began) / 1000);
    this.#stream.write(`${this.#head()}  ${seconds} s  ${this.#line.slice(0, 100)}\n`);
  }
}
