// A machine as a process. Its serial line is its console: what it prints goes through the gateway as CONSOLE_WRITE of its own, what it is sent waits in its
// input slot until it takes it. When its executor fails the process is faulted; when its guest turns itself off it is still there.

import type { VmState } from '../../machine/virtual-machine.js';
import { ERROR, FAULT, RECEIVE_NOBLOCK, SIZE, SLOT, SYSCALL, TAG } from '../abi/constants.js';
import { decodeMessage } from '../abi/wire.js';
import type { Dispatcher } from '../supervisor/dispatcher.js';
import type { VmBackend, VmQuota } from './vm-backend.js';

/** How long output is gathered, ms. */
const GATHER_MS = 16;
/** How long to wait when the log lags behind, ms. */
const LAG_MS = 50;
/** Output that may wait for the log, bytes; older output is then lost, and counted. */
const WAITING = 1 << 18;

const NO_DATA = new Uint8Array(0);

export class VmProcess {
  /** Boots that are on their way to this pid. */
  coming = 0;
  #backend: VmBackend | undefined;
  #generation = 1;
  #stops: (() => void)[] = [];
  #output: Uint8Array[] = [];
  #waiting = 0;
  #lost = 0;
  #flushing: ReturnType<typeof setTimeout> | undefined;
  #draining = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(
    private readonly dispatcher: Dispatcher,
    readonly pid: number,
    readonly kernelId: string,
    private quotas: VmQuota,
  ) {}

  /** `starting` until its machine is there. */
  get state(): VmState | 'starting' {
    return this.#backend ? this.#backend.status().state : 'starting';
  }

  get backend(): VmBackend | undefined {
    return this.#backend;
  }

  /** How many machines have had this pid, this one included; the kernel's generation of the object. */
  get generation(): number {
    return this.#generation;
  }

  get quota(): VmQuota {
    return this.quotas;
  }

  /** Bytes of output that were lost because the log lagged too far behind. */
  get lost(): number {
    return this.#lost;
  }

  /** Bounds the hart from now on. @throws GpuvisorError BAD_ARGUMENT */
  limit(share: number): void {
    this.#backend?.limit(share);
    this.quotas = { ...this.quotas, share };
  }

  /** The machine is there, or another one is there in its place: then the rights that were handed out are gone. */
  attach(backend: VmBackend): void {
    const first = this.#backend === undefined;
    if (!first) {
      this.#detach();
      this.#generation++;
    }
    // Before anybody hears of it: what ends the process now has to end this machine.
    this.#backend = backend;
    this.dispatcher.asSupervisor(first ? { kind: 'start', pid: this.pid } : { kind: 'renew', vm: this.pid });
    if (this.#ended) return;
    if (this.quotas.share < 1) backend.limit(this.quotas.share);
    this.#stops = [
      backend.onConsole((bytes) => this.#printed(bytes)),
      backend.onChange(() => this.#changed()),
      // Input may be there already.
      this.dispatcher.onEffect((effect) => effect.kind === 'input' && effect.pid === this.pid && void this.#drain()),
    ];
    void this.#drain();
    this.#changed();
  }

  /** The process has ended: its machine is disposed of. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#detach();
    await this.#backend?.dispose();
  }

  #detach(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#flush();
    clearTimeout(this.#flushing);
    clearTimeout(this.#retry);
    this.#flushing = this.#retry = undefined;
  }

  #changed(): void {
    const { state, error } = this.#backend!.status();
    if (state !== 'failed' || this.#ended) return;
    this.#flush();
    const text = error ? `${error.code}: ${error.message}` : 'the executor failed';
    this.dispatcher.asSupervisor({ kind: 'fault', pid: this.pid, reason: FAULT.DEVICE_LOST, text });
  }

  #printed(bytes: Uint8Array): void {
    this.#output.push(bytes.slice());
    this.#waiting += bytes.length;
    while (this.#waiting > WAITING) {
      const { length } = this.#output.shift()!;
      this.#waiting -= length;
      this.#lost += length;
    }
    if (this.#backend!.gathers && this.#flushing === undefined) this.#flush();
    else this.#flushing ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** Writes what has been printed, in pieces that a call can take. */
  #flush(): void {
    clearTimeout(this.#flushing);
    this.#flushing = undefined;
    if (this.#waiting === 0) return;
    const all = new Uint8Array(this.#waiting);
    let at = 0;
    for (const part of this.#output) {
      all.set(part, at);
      at += part.length;
    }
    this.#output = [];
    this.#waiting = 0;
    for (at = 0; at < all.length && !this.#ended; at += SIZE.CONSOLE) {
      const data = all.subarray(at, at + SIZE.CONSOLE);
      const result = this.#call(SYSCALL.CONSOLE_WRITE, [SLOT.CONSOLE, 0, 0], data)?.result;
      if (result !== -ERROR.AGAIN) continue;
      // The log lags behind: the rest waits in front of what comes.
      this.#output = [all.subarray(at)];
      this.#waiting = all.length - at;
      this.#flushing = setTimeout(() => this.#flush(), LAG_MS);
      return;
    }
  }

  /** Gives the machine what waits in its input slot, as fast as it takes it. */
  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    const backend = this.#backend!;
    try {
      while (!this.#ended && backend === this.#backend) {
        const answer = this.#call(SYSCALL.RECEIVE, [SLOT.INPUT, RECEIVE_NOBLOCK, 0], NO_DATA);
        if (answer?.result !== 1) {
          if (this.dispatcher.gateway.congested) this.#retry ??= setTimeout(() => this.#again(), LAG_MS);
          break;
        }
        const { from, tag, data } = decodeMessage(answer.data);
        if (from === 0 && tag === TAG.CONSOLE_INPUT) await backend.send(data);
      }
    } catch {
      // The machine is gone: what it was sent went with it.
    } finally {
      this.#draining = false;
    }
    // Another one may have come meanwhile, and found this one still at it.
    if (!this.#ended && backend !== this.#backend) void this.#drain();
  }

  #again(): void {
    this.#retry = undefined;
    void this.#drain();
  }

  /** A call of the process itself; undefined when it is no longer there, or nothing is executed any more. */
  #call(
    number: number,
    args: readonly [number, number, number],
    data: Uint8Array,
  ): { result: number | undefined; data: Uint8Array } | undefined {
    if (this.#ended) return undefined;
    try {
      return this.dispatcher.asProcess(this.pid, { kind: 'syscall', number, args, data });
    } catch {
      return undefined;
    }
  }
}
