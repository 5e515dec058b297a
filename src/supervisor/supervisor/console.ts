// Console routing: what is written to a process's console goes to that process's callback, and to no other.

import { guarded } from './report.js';

export type ConsoleCallback = (text: string) => void;

/** Characters that are kept for a console nobody listens to; older ones go. */
export const BACKLOG = 65_536;

/** One process's console. */
interface Console {
  /** By who writes: a character split over two writes of one is not torn apart by another. */
  readonly decoders: Map<number, TextDecoder>;
  waiting: string[];
  length: number;
  lost: number;
}

export class Consoles {
  readonly #callbacks = new Map<number, ConsoleCallback>();
  readonly #consoles = new Map<number, Console>();
  readonly #lost: (pid: number, characters: number) => void;
  #legacy: ConsoleCallback | undefined;

  /** `lost` hears of output that there was no room for, when the rest is delivered. */
  constructor(lost: (pid: number, characters: number) => void = () => {}) {
    this.#lost = lost;
  }

  /** The callback of one process. What has been written before goes to it first. */
  register(pid: number, callback: ConsoleCallback): void {
    this.#callbacks.set(pid, callback);
    this.#deliver(pid, callback);
  }

  unregister(pid: number): void {
    this.#callbacks.delete(pid);
  }

  /** The callback for processes that have none of their own; undefined: nobody. */
  set legacy(callback: ConsoleCallback | undefined) {
    this.#legacy = callback;
    if (callback) for (const pid of [...this.#consoles.keys()]) if (!this.#callbacks.has(pid)) this.#deliver(pid, callback);
  }

  /** Bytes that `from` has written to the console of `pid`: decoded as a stream. */
  write(pid: number, from: number, data: Uint8Array): void {
    const console = this.#of(pid);
    let decoder = console.decoders.get(from);
    if (!decoder) console.decoders.set(from, (decoder = new TextDecoder()));
    this.#put(pid, console, decoder.decode(data, { stream: true }));
  }

  /** A process has ended: half a character is told as such, and everything of it is forgotten. */
  end(pid: number): void {
    const console = this.#consoles.get(pid);
    if (console) this.#put(pid, console, [...console.decoders.values()].map((decoder) => decoder.decode()).join(''));
    this.#consoles.delete(pid);
    this.#callbacks.delete(pid);
    for (const { decoders } of this.#consoles.values()) decoders.delete(pid);
  }

  /** For tests that count. */
  counts(): { readonly callbacks: number; readonly backlogs: number } {
    const backlogs = [...this.#consoles.values()].filter(({ length }) => length > 0).length;
    return { callbacks: this.#callbacks.size, backlogs };
  }

  clear(): void {
    this.#callbacks.clear();
    this.#consoles.clear();
    this.#legacy = undefined;
  }

  #of(pid: number): Console {
    let console = this.#consoles.get(pid);
    if (!console) this.#consoles.set(pid, (console = { decoders: new Map(), waiting: [], length: 0, lost: 0 }));
    return console;
  }

  #put(pid: number, console: Console, text: string): void {
    if (text === '') return;
    const callback = this.#callbacks.get(pid) ?? this.#legacy;
    if (callback) {
      guarded(`the console callback of process ${pid}`, () => callback(text));
      return;
    }
    console.waiting.push(text);
    console.length += text.length;
    while (console.length > BACKLOG) {
      const oldest = console.waiting[0]!;
      const over = Math.min(oldest.length, console.length - BACKLOG);
      if (over === oldest.length) console.waiting.shift();
      else console.waiting[0] = oldest.slice(over);
      console.length -= over;
      console.lost += over;
    }
  }

  #deliver(pid: number, callback: ConsoleCallback): void {
    const console = this.#consoles.get(pid);
    if (!console || console.length === 0) return;
    const { waiting, lost } = console;
    Object.assign(console, { waiting: [], length: 0, lost: 0 });
    if (lost > 0) this.#lost(pid, lost);
    guarded(`the console callback of process ${pid}`, () => callback(waiting.join('')));
  }
}
