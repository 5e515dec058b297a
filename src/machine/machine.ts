// A computer: one executor, its host-side devices, its console and its clock. The only way to hold one, the same for both executors.

import { GpuvisorError } from '../isa/errors.js';
import { EXIT, STATE_WORDS, TIMEBASE_HZ, W, mtime, read64 } from '../isa/state.js';
import { type Clock, WALL_CLOCK } from './clock.js';
import { ConsoleLog } from './console.js';
import { canonicalState, digestMachine } from './digest.js';
import type { Executor } from './executor.js';
import { clearReservation, guestMemory } from './guest-memory.js';
import { HeldState } from './held-state.js';
import type { DeviceState } from './host-device.js';
import { InputFeed } from './input-feed.js';
import { UART_INPUT } from './input-queue.js';
import { advanceTime, isWaiting, nextDeadline } from './interrupts.js';
import { FRAMEBUFFER, isRam } from './map.js';
import type { InputEvent } from './recording.js';
import { Sleeper } from './sleeper.js';
import { transmitted } from './uart-rings.js';
import type { VirtioDevice } from './virtio/device.js';
import { VirtioSlots } from './virtio/slots.js';

/** Why a run ended. `wfi`: nothing but input can wake the hart. `halt`: the test device was written, the machine is off. */
export type MachineExit = 'budget' | 'wfi' | 'halt' | 'tohost' | 'breakpoint';

/** How a run ended. */
export interface RunResult {
  readonly exit: MachineExit;
  /** The word written, for `halt` and `tohost`; else 0. */
  readonly value: number;
  /** Instructions retired since reset. */
  readonly instret: number;
  /** Steps taken by this run: retired instructions and traps. */
  readonly steps: number;
}

export interface MachineOptions {
  /** virtio devices, slot by slot; undefined leaves a slot empty. At most VIRTIO_SLOTS. */
  readonly devices?: readonly (VirtioDevice | undefined)[];
  /** `fast` (default): idle time is skipped. `real`: idle time is slept through on the wall clock. */
  readonly pace?: 'fast' | 'real';
  /** The wall clock of real pace. */
  readonly clock?: Clock;
  /** Keep a list of inputs with their place in time (`machine.recording`). */
  readonly record?: boolean;
  /** Bytes of console output kept in `machine.console`. */
  readonly consoleCapacity?: number;
  /** Bytes of input that may wait for room, for each target; `send` refuses more. */
  readonly inputCapacity?: number;
}

/** The size of one executor call at most; between calls input is fed and output drained. */
const MAX_EXECUTOR_BUDGET = 0x7fffffff;
/** A computer. Calls must not overlap, except `send` and `wake`, which may come at any time. */
export class Machine {
  /** Output so far, bounded. */
  readonly console: ConsoleLog;
  readonly #executor: Executor;
  readonly #held: HeldState;
  readonly #slots: VirtioSlots;
  readonly #input: InputFeed;
  readonly #sleeper: Sleeper;
  readonly #pace: 'fast' | 'real';
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  readonly #inputListeners = new Set<() => void>();
  #steps = 0;
  #busy = false;
  #disposed = false;

  constructor(executor: Executor, options: MachineOptions = {}) {
    this.#executor = executor;
    this.#held = new HeldState(executor);
    this.#slots = new VirtioSlots(
      options.devices ?? [],
      guestMemory(executor, () => this.#held.known!),
    );
    this.#input = new InputFeed(this.#slots, options.inputCapacity ?? 1 << 16, options.record ?? false);
    this.#sleeper = new Sleeper(options.clock ?? WALL_CLOCK);
    this.#pace = options.pace ?? 'fast';
    this.console = new ConsoleLog(options.consoleCapacity);
  }

  /** Inputs fed so far, when made with `record`. */
  get recording(): InputEvent[] {
    return this.#input.recording;
  }

  get backend(): Executor['backend'] {
    return this.#executor.backend;
  }

  /** Whether `send` takes input for `to`. */
  takes(to: string): boolean {
    return this.#input.takes(to);
  }

  get config(): Executor['config'] {
    return this.#executor.config;
  }

  /** Steps taken since reset: the clock that places inputs. */
  get steps(): number {
    return this.#steps;
  }

  /** Instructions retired since reset, as far as it is known without asking the executor: after every call here it is exact. */
  get instret(): number {
    return this.#held.known ? Number(read64(this.#held.known, W.retired)) : 0;
  }

  /** Wall-clock time slept through in real pace, ms. */
  get idleMilliseconds(): number {
    return this.#sleeper.milliseconds;
  }

  /** Calls `sink` with every piece of console output; returns how to stop. */
  onConsole(sink: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(sink);
    return () => this.#listeners.delete(sink);
  }

  /** Calls `listener` whenever `send` was called: a machine that waits can be run again. Returns how to stop. */
  onInput(listener: () => void): () => void {
    this.#inputListeners.add(listener);
    return () => this.#inputListeners.delete(listener);
  }

  /**
   * Queues input for the serial line, or for the device of kind `to`; it enters between executor calls, as there is room.
   * @throws GpuvisorError BAD_ARGUMENT when too much waits, or there is no such device
   */
  send(input: string | Uint8Array, to: string = UART_INPUT): void {
    this.#input.push(typeof input === 'string' ? new TextEncoder().encode(input) : input, to);
    this.#sleeper.rouse();
    for (const listener of this.#inputListeners) listener();
  }

  /** Bytes of input that wait for room. */
  get inputWaiting(): number {
    return this.#input.waiting;
  }

  /** Ends the sleep of a run in real pace, or the next one when none is on; the run returns with exit `budget`. */
  wake(): void {
    this.#sleeper.wake();
  }

  /**
   * Queues recorded inputs: each enters at its own step and mtime. Runs then stop at none of them; results are as when they were recorded.
   * @throws GpuvisorError BAD_ARGUMENT for an input to a device that is not there
   */
  replay(events: readonly InputEvent[]): void {
    this.#input.replay(events);
  }

  /**
   * Runs at most `budget` steps (a whole number from 1). Accesses to virtio devices are served inside, console output goes to the sinks,
   * idle time is skipped (or slept through). The same inputs at the same steps give the same machine, however runs are cut.
   * @throws GpuvisorError BAD_ARGUMENT, DISPOSED, DEVICE_LOST
   */
  async run(budget: number): Promise<RunResult> {
    if (!Number.isSafeInteger(budget) || budget < 1) {
      throw new GpuvisorError('BAD_ARGUMENT', `budget is ${budget}; a run takes a whole number of steps from 1`, 'ask for 1000000');
    }
    return this.#exclusive(() => this.#run(budget, undefined));
  }

  /**
   * Runs as `run` does, but stops with exit `wfi` also when the hart waits and no timer will wake it within `ticks` of mtime (half a second unless told
   * otherwise): what was going on is done, and the screen is whole.
   */
  async settle(budget: number, ticks: number = TIMEBASE_HZ / 2): Promise<RunResult> {
    return this.#exclusive(() => this.#run(budget, BigInt(ticks)));
  }

  async #run(budget: number, settled: bigint | undefined): Promise<RunResult> {
    const first = this.#steps;
    let state = await this.#load();
    const result = (exit: MachineExit): RunResult => ({
      exit,
      value: exit === 'halt' || exit === 'tohost' ? state[W.exit_value]! : 0,
      instret: Number(read64(state, W.retired)),
      steps: this.#steps - first,
    });
    if (state[W.exit] === EXIT.HALT) return result('halt');
    await this.#slots.poll(state);
    for (;;) {
      await this.#input.feed(state, this.#steps);
      if (isWaiting(state)) {
        const idle = await this.#idle(state, settled);
        if (idle === 'time') continue;
        await this.#held.commit();
        return result(idle === 'woken' ? 'budget' : 'wfi');
      }
      await this.#held.commit();
      const left = budget - (this.#steps - first);
      if (left <= 0) return result('budget');
      const { next } = this.#input;
      let cap = next && next.steps > this.#steps ? Math.min(left, next.steps - this.#steps) : left;
      const due = this.#input.due(state);
      if (due !== undefined) cap = Math.min(cap, Number(due - mtime(state)));
      const ran = await this.#executor.run(Math.min(cap, MAX_EXECUTOR_BUDGET));
      this.#steps += ran.steps;
      state = await this.#fetch();
      switch (ran.exit) {
        case EXIT.BUDGET:
        case EXIT.UART:
        case EXIT.WFI:
          break;
        case EXIT.MMIO:
          // The access takes a step of its own: with none left it is met again by the next run.
          if (this.#steps - first < budget) {
            await this.#slots.serve(state, this.#executor);
            this.#steps += 1;
          } else state[W.exit] = EXIT.BUDGET;
          break;
        case EXIT.HALT:
          await this.#held.commit();
          return result('halt');
        case EXIT.TOHOST:
          await this.#held.commit();
          return result('tohost');
        case EXIT.BREAKPOINT:
          await this.#held.commit();
          return result('breakpoint');
        default:
          throw new GpuvisorError('INTERNAL', `the ${this.backend} executor left with exit ${ran.exit}`, 'report this as a defect');
      }
    }
  }

  /** Hands output of another console device (virtio console) to the same sinks. */
  print(bytes: Uint8Array): void {
    this.console.append(bytes);
    for (const sink of this.#listeners) sink(bytes);
  }

  /** Passes idle time: `time` when it moved, `stuck` when no timer is set, `woken` when a sleep was cut short. */
  async #idle(state: Uint32Array, settled: bigint | undefined): Promise<'time' | 'stuck' | 'woken'> {
    const now = mtime(state);
    const timer = nextDeadline(state);
    const input = this.#input.due(state);
    const deadline = timer === undefined || (input !== undefined && input < timer) ? input : timer;
    const due = this.#input.next;
    if (due && due.steps === this.#steps && BigInt(due.mtime) > now && (deadline === undefined || BigInt(due.mtime) <= deadline)) {
      advanceTime(state, BigInt(due.mtime));
      return 'time';
    }
    if (deadline === undefined || (settled !== undefined && input === undefined && deadline - now >= settled)) return 'stuck';
    if (this.#pace === 'fast') {
      advanceTime(state, deadline);
      return 'time';
    }
    await this.#held.commit();
    // What came while the executor was busy counts too.
    const { slept, cut } = await this.#sleeper.sleep((Number(deadline - now) / TIMEBASE_HZ) * 1000, this.#input.fresh);
    if (!cut) {
      advanceTime(state, deadline);
      return 'time';
    }
    const passed = BigInt(Math.floor((slept / 1000) * TIMEBASE_HZ));
    advanceTime(state, now + (passed < deadline - now ? passed : deadline - now));
    return this.#input.fresh ? 'time' : 'woken';
  }

  /** A copy of the state, transmit ring drained. STATE_WORDS words. */
  async readState(): Promise<Uint32Array> {
    return this.#exclusive(async () => (await this.#load()).slice());
  }

  /** Replaces the state. @throws GpuvisorError BAD_ARGUMENT for a wrong length */
  async writeState(state: Uint32Array): Promise<void> {
    if (state.length !== STATE_WORDS) {
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `a state of ${state.length} words; it has ${STATE_WORDS}`,
        'start from resetState or readState',
      );
    }
    await this.#exclusive(async () => {
      this.#held.replace(state);
      await this.#held.commit();
    });
  }

  /** A copy of `length` bytes of RAM. @throws GpuvisorError BAD_ARGUMENT outside RAM */
  async readMemory(address: number, length: number): Promise<Uint8Array> {
    this.#checkRam(address, length);
    return this.#exclusive(() => this.#executor.readMemory(address, length));
  }

  /** Stores bytes in RAM. @throws GpuvisorError BAD_ARGUMENT outside RAM */
  async writeMemory(address: number, bytes: Uint8Array): Promise<void> {
    this.#checkRam(address, bytes.length);
    await this.#exclusive(async () => {
      clearReservation(await this.#load(), address, bytes.length);
      await this.#executor.writeMemory(address, bytes);
    });
  }

  #checkRam(address: number, length: number): void {
    const { map, ramSize } = this.config;
    const whole = Number.isSafeInteger(address) && Number.isSafeInteger(length) && address >= 0 && length >= 0;
    if (whole && isRam(map, ramSize, address, length)) return;
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `${length} bytes at 0x${Number(address).toString(16)} are not all RAM (0x${map.ramBase.toString(16)}, ${ramSize} bytes${map.hole.size ? ', without its device hole' : ''})`,
      'ask for a range inside RAM',
    );
  }

  /** The framebuffer's bytes (640x480, B G R X), or undefined when the map has none. */
  async readFramebuffer(): Promise<Uint8Array | undefined> {
    const fb = this.config.map.framebuffer;
    return fb && this.readMemory(fb.base, FRAMEBUFFER.bytes);
  }

  /** SHA-256 (hex) over the canonical state, RAM and devices: equal machines give equal digests, on either executor and however runs were cut. */
  async digest(): Promise<string> {
    return this.#exclusive(async () => digestMachine(await this.#load(), this.#executor, this.deviceStates()));
  }

  /** The state of every virtio slot, as snapshots hold it. */
  deviceStates(): (DeviceState | null)[] {
    return this.#slots.save();
  }

  /** What each slot has from outside, as a hash; null where a snapshot holds everything. */
  deviceIdentities(): Promise<(string | null)[]> {
    return this.#slots.identities();
  }

  /** For `restoreSnapshot`: puts state, devices, RAM (by `writeRam`), step count and console text in place of what is there. */
  async adopt(
    state: Uint32Array,
    devices: readonly (DeviceState | null)[],
    steps: number,
    console: Uint8Array,
    writeRam: (ram: Executor) => Promise<void>,
  ): Promise<void> {
    this.#slots.restore(devices);
    await this.#exclusive(() => writeRam(this.#executor));
    await this.writeState(canonicalState(state));
    this.#steps = steps;
    this.#input.clear();
    this.console.clear();
    this.console.append(console);
  }

  /** Starts over as after power-on: virtio slots reset (disks keep what was written), RAM written by `writeRam`, then `state`. Steps go on counting. */
  async reset(state: Uint32Array, writeRam: (ram: Executor) => Promise<void>): Promise<void> {
    this.#slots.reset();
    this.#input.restart();
    await this.#exclusive(() => writeRam(this.#executor));
    await this.writeState(state);
  }

  /** Frees the executor and forgets the sinks. A second call does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#sleeper.rouse();
    this.#listeners.clear();
    this.#inputListeners.clear();
    this.#executor.dispose();
  }

  async #load(): Promise<Uint32Array> {
    return this.#held.known ?? this.#fetch();
  }

  /** Takes the state from the executor, and what the guest printed out of it. */
  async #fetch(): Promise<Uint32Array> {
    const state = await this.#held.fetch();
    const printed = transmitted(state);
    if (printed.length > 0) this.print(printed);
    return state;
  }

  async #exclusive<T>(act: () => Promise<T>): Promise<T> {
    if (this.#disposed) throw new GpuvisorError('DISPOSED', 'the machine was disposed of', 'make a new one');
    if (this.#busy) {
      throw new GpuvisorError('BAD_ARGUMENT', 'a call on this machine is still in progress', 'await each call before the next');
    }
    this.#busy = true;
    try {
      return await act();
    } finally {
      this.#busy = false;
    }
  }
}

/** Puts an executor and its devices together. */
export function createMachine(executor: Executor, options: MachineOptions = {}): Machine {
  return new Machine(executor, options);
}
