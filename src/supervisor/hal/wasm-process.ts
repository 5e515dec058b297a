// One WebAssembly process: its worker, its mailbox, and what is open between it and the kernel.

import {
  createMailbox,
  FAULT,
  KernelMailbox,
  STATUS,
  SYSCALL,
  WORD,
  type MailboxBuffer,
  type MailboxRequest,
  type Receipt,
} from '../abi/index.js';
import { Doorbell, type Wake } from './doorbell.js';
import { Pace } from './pace.js';
import type { BinaryInfo } from './process-binary.js';
import { plainText, readMessage, type ProcessWorker, type ToProcess } from './protocol.js';
import type { Watched } from './watchdog.js';

/** What a process tells whoever runs it. */
export interface ProcessEvents {
  /** Look into the mailbox. */
  ring(process: WasmProcess): void;
  /** It has to be ended: abi FAULT, and why. */
  fault(process: WasmProcess, reason: number, text: string): void;
}

export interface ProcessStart {
  readonly pid: number;
  /** Checked, and nobody else's: it is handed over to the worker. */
  readonly binary: Uint8Array<ArrayBuffer>;
  readonly info: BinaryInfo;
  readonly worker: ProcessWorker;
  readonly generation: number;
  readonly wake: Wake;
  /** Milliseconds until it must have started, and that it may be silent afterwards. */
  readonly patience: { readonly starting: number; readonly running: number };
}

export class WasmProcess implements Watched {
  readonly pid: number;
  /** Syscalls it has made, and bytes it has written to consoles. */
  calls = 0;
  written = 0;
  heard = 0;
  readonly #worker: ProcessWorker;
  readonly #buffer: MailboxBuffer;
  readonly #mailbox: KernelMailbox;
  readonly #bell: Doorbell;
  readonly #pace: Pace;
  readonly #events: ProcessEvents;
  readonly #patience: ProcessStart['patience'];
  /** The number of the request that is open. */
  #open: number | undefined;
  /** An answer that comes later. */
  #held: ReturnType<typeof setTimeout> | undefined;
  #started = false;
  #stopped = false;

  constructor(start: ProcessStart, events: ProcessEvents) {
    const { pid, binary, info, worker, wake } = start;
    this.pid = pid;
    this.#worker = worker;
    this.#events = events;
    this.#patience = start.patience;
    this.#buffer = createMailbox(pid, start.generation);
    this.#mailbox = new KernelMailbox(pid, this.#buffer);
    this.#bell = new Doorbell(this.#mailbox.words, wake, () => events.ring(this));
    this.#pace = new Pace(performance.now());
    worker.onmessage = ({ data }) => this.#said(data);
    worker.onerror = (event) => events.fault(this, FAULT.UNKNOWN, plainText(event.message || 'its worker failed'));
    const message: ToProcess = { binary, mailbox: this.#buffer, initialPages: info.min, memoryPages: info.max, bell: wake === 'message' };
    worker.postMessage(message, [binary.buffer]);
    this.#bell.arm();
  }

  /** Whether its code runs. */
  get started(): boolean {
    return this.#started;
  }
  get patience(): number {
    return this.#started ? this.#patience.running : this.#patience.starting;
  }
  /** Whether it waits for an answer. */
  get waits(): boolean {
    return this.#open !== undefined || this.pending;
  }
  /** Whether a request is in the mailbox that was not taken. */
  get pending(): boolean {
    return this.#open === undefined && Atomics.load(this.#mailbox.words, WORD.STATUS) === STATUS.PENDING;
  }
  /** Waiters and timers it has with the platform. */
  get doorbells(): number {
    return this.#bell.waiting ? 1 : 0;
  }
  get timers(): number {
    return this.#held === undefined ? 0 : 1;
  }

  #said(message: unknown): void {
    const said = readMessage(message);
    this.heard++;
    if (said?.kind === 'started') this.#started = true;
    else if (said?.kind === 'call') this.#events.ring(this);
    else if (said?.kind === 'trap') this.#events.fault(this, FAULT.TRAP, said.text);
    else if (said?.kind === 'refused') this.#events.fault(this, FAULT.UNKNOWN, said.text);
    else this.#events.fault(this, FAULT.BAD_SYSCALL, 'its worker said what no worker says');
  }

  /** Takes a request that is there. One that is not leaves the doorbell armed. */
  take(): MailboxRequest | undefined {
    if (this.#stopped || this.#open !== undefined) return undefined;
    const status = Atomics.load(this.#mailbox.words, WORD.STATUS);
    if (status < STATUS.IDLE || status > STATUS.READY) {
      this.#events.fault(this, FAULT.BAD_SYSCALL, `its mailbox has status ${status}`);
      return undefined;
    }
    const request = this.#mailbox.take();
    if (!request) {
      this.#bell.arm();
      return undefined;
    }
    this.calls++;
    this.heard++;
    this.#open = request.number;
    return request;
  }

  /** Gives the answer: at once, or when the console has kept up. */
  answer(receipt: Receipt): void {
    const wrote = this.#open === SYSCALL.CONSOLE_WRITE && receipt.result >= 0;
    if (wrote) this.written += receipt.result;
    const delay = wrote ? this.#pace.delay(receipt.result, performance.now()) : 0;
    if (delay === 0) this.#complete(receipt);
    else {
      this.#held = setTimeout(() => {
        this.#held = undefined;
        this.#complete(receipt);
      }, delay);
    }
  }

  #complete(receipt: Receipt): void {
    this.#open = undefined;
    this.heard++;
    if (this.#mailbox.complete(receipt)) this.#bell.arm();
    else if (!this.#stopped) this.#events.fault(this, FAULT.BAD_SYSCALL, 'it changed its mailbox while a call was open');
  }

  /** Ends it: nothing of it is read or written any more, though its worker may run on for seconds. */
  stop(): void {
    this.#stopped = true;
    this.#mailbox.detach();
    clearTimeout(this.#held);
    this.#held = undefined;
    this.#worker.onmessage = null;
    this.#worker.onerror = null;
    this.#worker.terminate();
    this.#bell.release();
  }
}
