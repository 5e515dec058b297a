// A computer: one executor, its host-side devices, its console and its clock. The only way to hold one, the same for both executors.

import { GpuvisorError } from '../isa/errors.js';
import { EXIT, STATE_WORDS, TIMEBASE_HZ, UART_RX_CAPACITY, UART_TX_CAPACITY, W, mtime, read64 } from '../isa/state.js';
import { canonicalState, digestMachine } from './digest.js';
import { type Clock, WALL_CLOCK } from './clock.js';
import { ConsoleLog } from './console.js';
import type { Executor } from './executor.js';
import { InputQueue, UART_INPUT } from './input-queue.js';
import { type GuestMemory, clearReservation, guestMemory } from './guest-memory.js';
import type { DeviceState } from './host-device.js';
import { advanceTime, isWaiting, latchLines, nextDeadline } from './interrupts.js';
import { FRAMEBUFFER, VIRTIO_IRQ, VIRTIO_SLOTS, VIRTIO_SLOT_SIZE, isRam } from './map.js';
import { completeMmio, pendingMmio } from './mmio.js';
import { instructionLength } from './peek.js';
import type { InputEvent } from './recording.js';
import { VirtioTransport } from './virtio/transport.js';
import type { VirtioDevice } from './virtio/device.js';

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
/** Ticks of mtime between input for one device and input for another: 20 ms. */
const DEVICE_TURN = BigInt(TIMEBASE_HZ / 50);

/** A computer. Calls must not overlap, except `send` and `wake`, which may come at any time. */
export class Machine {
  /** Output so far, bounded. */
  readonly console: ConsoleLog;
  /** Inputs fed so far, when made with `record`. */
  readonly recording: InputEvent[] = [];
  readonly #executor: Executor;
  readonly #memory: GuestMemory;
  readonly #transports: readonly (VirtioTransport | undefined)[];
  readonly #options: Required<Pick<MachineOptions, 'pace' | 'record' | 'clock'>>;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  #state: Uint32Array | undefined;
  /** The state as the executor has it, to send back only what changed. */
  #sent: Uint32Array | undefined;
  #steps = 0;
  readonly #input: InputQueue;
  readonly #inputListeners = new Set<() => void>();
  /** The device that took input last, and when. */
  #given: { readonly to: string; readonly mtime: bigint } | undefined;
  /** Input came since it was last looked at. */
  #fresh = false;
  #wake: (() => void) | undefined;
  /** `wake` was called since the last sleep: the next one ends before it begins. */
  #woken = false;
  #idleMilliseconds = 0;
  #busy = false;
  #disposed = false;

  constructor(executor: Executor, options: MachineOptions = {}) {
    const devices = options.devices ?? [];
    if (devices.length > VIRTIO_SLOTS) {
      throw new GpuvisorError('BAD_ARGUMENT', `${devices.length} devices for ${VIRTIO_SLOTS} virtio slots`, 'leave some out');
    }
    this.#executor = executor;
    this.#memory = guestMemory(executor, () => this.#state!);
    this.#transports = devices.map((d) => d && new VirtioTransport(d, this.#memory));
    this.#options = {
      pace: options.pace ?? 'fast',
      record: options.record ?? false,
      clock: options.clock ?? WALL_CLOCK,
    };
    const takers = devices.flatMap((d) => (d?.accept ? [d.kind] : []));
    this.#input = new InputQueue(new Set([UART_INPUT, ...takers]), options.inputCapacity ?? 1 << 16);
    this.console = new ConsoleLog(options.consoleCapacity);
  }

  get backend(): Executor['backend'] {
    return this.#executor.backend;
  }

  /** Whether `send` takes input for `to`. */
  takes(to: string): boolean {
    return this.#input.targets.has(to);
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
    return this.#state ? Number(read64(this.#state, W.retired)) : 0;
  }

  /** Wall-clock time slept through in real pace, ms. */
  get idleMilliseconds(): number {
    return this.#idleMilliseconds;
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
    this.#fresh = true;
    this.#wake?.();
    for (const listener of this.#inputListeners) listener();
  }

  /** Bytes of input that wait for room. */
  get inputWaiting(): number {
    return this.#input.waiting;
  }

  /** Ends the sleep of a run in real pace, or the next one when none is on; the run returns with exit `budget`. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /**
   * Queues recorded inputs: each enters at its own step and mtime. Runs then stop at none of them; results are as when they were recorded.
   * @throws GpuvisorError BAD_ARGUMENT for an input to a device that is not there
   */
  replay(events: readonly InputEvent[]): void {
    this.#input.queue(events);
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
    await this.#pollDevices(state);
    for (;;) {
      await this.#feed(state);
      if (isWaiting(state)) {
        const idle = await this.#idle(state, settled);
        if (idle === 'time') continue;
        await this.#commit();
        return result(idle === 'woken' ? 'budget' : 'wfi');
      }
      await this.#commit();
      const left = budget - (this.#steps - first);
      if (left <= 0) return result('budget');
      const { next } = this.#input;
      let cap = next && next.steps > this.#steps ? Math.min(left, next.steps - this.#steps) : left;
      const due = this.#inputDue(state);
      if (due !== undefined) cap = Math.min(cap, Number(due - mtime(state)));
      const ran = await this.#executor.run(Math.min(cap, MAX_EXECUTOR_BUDGET));
      this.#steps += ran.steps;
      state = this.#state = await this.#executor.readState();
      this.#sent = state.slice();
      this.#drain(state);
      switch (ran.exit) {
        case EXIT.BUDGET:
        case EXIT.UART:
        case EXIT.WFI:
          break;
        case EXIT.MMIO:
          // The access takes a step of its own: with none left it is met again by the next run.
          if (this.#steps - first < budget) {
            await this.#serve(state);
            this.#steps += 1;
          } else state[W.exit] = EXIT.BUDGET;
          break;
        case EXIT.HALT:
          await this.#commit();
          return result('halt');
        case EXIT.TOHOST:
          await this.#commit();
          return result('tohost');
        case EXIT.BREAKPOINT:
          await this.#commit();
          return result('breakpoint');
        default:
          throw new GpuvisorError('INTERNAL', `the ${this.backend} executor left with exit ${ran.exit}`, 'report this as a defect');
      }
    }
  }

  /** Serves the waiting access of a virtio slot. */
  async #serve(state: Uint32Array): Promise<void> {
    const access = pendingMmio(state);
    const offset = access.address - this.config.map.virtio.base;
    const transport = this.#transports[Math.floor(offset / VIRTIO_SLOT_SIZE)];
    const register = offset % VIRTIO_SLOT_SIZE;
    let value = 0;
    if (access.store) await transport?.store(register, access.size, access.value);
    else value = transport ? transport.load(register, access.size) : VirtioTransport.emptySlot(register, access.size);
    completeMmio(state, value, await instructionLength(this.#executor, state));
    state[W.exit] = EXIT.BUDGET;
    this.#raiseLines(state);
  }

  #raiseLines(state: Uint32Array): void {
    let lines = 0;
    this.#transports.forEach((t, slot) => {
      if (t?.line) lines |= 1 << (VIRTIO_IRQ + slot);
    });
    state[W.plic_lines] = lines;
    latchLines(state);
  }

  async #pollDevices(state: Uint32Array): Promise<void> {
    let any = false;
    for (const t of this.#transports) {
      if (!t) continue;
      any = true;
      await t.poll();
    }
    if (any) this.#raiseLines(state);
  }

  /** Moves input in: what a recording has for this place, then what waits and finds room. */
  async #feed(state: Uint32Array): Promise<void> {
    for (let due = this.#input.next; due && due.steps === this.#steps && BigInt(due.mtime) === mtime(state); due = this.#input.next) {
      this.#input.played();
      const taken = await this.#put(state, due.to ?? UART_INPUT, due.input);
      if (taken < due.input.length) {
        throw new GpuvisorError(
          'SNAPSHOT_INVALID',
          `the recording does not fit this machine: ${taken} of ${due.input.length} bytes of input found room at step ${due.steps}`,
          'replay it on a machine restored from the snapshot it began with',
        );
      }
    }
    this.#fresh = false;
    if (this.#input.uart.length > 0) this.#input.tookUart(await this.#put(state, UART_INPUT, this.#input.uart));
    for (;;) {
      const input = this.#input.first(this.#isLive);
      const at = input && this.#acceptsAt(input.to);
      if (at === undefined || at > mtime(state)) return;
      const taken = await this.#put(state, input!.to, input!.bytes);
      if (taken === 0) return;
      this.#input.took(input!.to, taken);
      this.#given = { to: input!.to, mtime: mtime(state) };
    }
  }

  /** Puts input where it goes; returns how many bytes found room. */
  async #put(state: Uint32Array, to: string, bytes: Uint8Array): Promise<number> {
    const place = { steps: this.#steps, instret: Number(read64(state, W.retired)), mtime: mtime(state).toString() };
    const taken = to === UART_INPUT ? receive(state, bytes) : await this.#give(state, to, bytes);
    if (this.#options.record && taken > 0) {
      this.recording.push({ ...place, ...(to !== UART_INPUT && { to }), input: bytes.slice(0, taken) });
    }
    return taken;
  }

  /** Hands input to the device of kind `to`, and what it makes of it to the guest. */
  async #give(state: Uint32Array, to: string, bytes: Uint8Array): Promise<number> {
    const transport = this.#transport(to);
    const taken = transport.accept(bytes, mtime(state));
    if (taken === 0) return 0;
    await transport.poll();
    this.#raiseLines(state);
    return taken;
  }

  /** Empties the transmit ring into the console. */
  #drain(state: Uint32Array): void {
    const from = state[W.uart_tx_out]!;
    const count = Math.min((state[W.uart_tx_in]! - from) >>> 0, UART_TX_CAPACITY);
    if (count === 0) return;
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) bytes[i] = state[W.uart_tx + ((from + i) % UART_TX_CAPACITY)]!;
    state[W.uart_tx_out] = state[W.uart_tx_in]!;
    this.print(bytes);
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
    const input = this.#inputDue(state);
    const deadline = timer === undefined || (input !== undefined && input < timer) ? input : timer;
    const due = this.#input.next;
    if (due && due.steps === this.#steps && BigInt(due.mtime) > now && (deadline === undefined || BigInt(due.mtime) <= deadline)) {
      advanceTime(state, BigInt(due.mtime));
      return 'time';
    }
    if (deadline === undefined || (settled !== undefined && input === undefined && deadline - now >= settled)) return 'stuck';
    if (this.#options.pace === 'fast') {
      advanceTime(state, deadline);
      return 'time';
    }
    await this.#commit();
    const began = this.#options.clock.now();
    const woken = await this.#sleep((Number(deadline - now) / TIMEBASE_HZ) * 1000);
    this.#idleMilliseconds += this.#options.clock.now() - began;
    if (!woken) {
      advanceTime(state, deadline);
      return 'time';
    }
    const passed = BigInt(Math.floor(((this.#options.clock.now() - began) / 1000) * TIMEBASE_HZ));
    advanceTime(state, now + (passed < deadline - now ? passed : deadline - now));
    return this.#fresh ? 'time' : 'woken';
  }

  /** When a device takes more of the input that waits: later than now, or undefined while the guest has to act first. */
  #inputDue(state: Uint32Array): bigint | undefined {
    const input = this.#input.first(this.#isLive);
    const at = input && this.#acceptsAt(input.to);
    return at !== undefined && at > mtime(state) ? at : undefined;
  }

  readonly #isLive = (to: string): boolean => this.#transport(to).live;

  #transport(kind: string): VirtioTransport {
    return this.#transports.find((t) => t?.device.kind === kind)!;
  }

  /** The mtime from which a device takes the input that is next; undefined while the guest has to act first. */
  #acceptsAt(to: string): bigint | undefined {
    const at = this.#transport(to).acceptsAt;
    const { to: before, mtime: given } = this.#given ?? { to, mtime: 0n };
    // Who reads several devices looks at one after the other: another device's turn comes when the last input was surely read.
    const turn = before === to ? 0n : given + DEVICE_TURN;
    return at === undefined || at > turn ? at : turn;
  }

  /** Sleeps on the wall clock; true when it was cut short by `send` or `wake`. */
  #sleep(milliseconds: number): Promise<boolean> {
    // What came while the executor was busy counts too.
    if (this.#woken || this.#fresh) {
      this.#woken = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const done = (cut: boolean): void => {
        cancel();
        this.#wake = undefined;
        this.#woken = false;
        resolve(cut);
      };
      const cancel = this.#options.clock.after(milliseconds, () => done(false));
      this.#wake = () => done(true);
    });
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
      this.#state = state.slice();
      this.#sent = undefined;
      await this.#commit();
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
    return this.#transports.map((t) => t?.save() ?? null);
  }

  /** What each slot has from outside, as a hash; null where a snapshot holds everything. */
  async deviceIdentities(): Promise<(string | null)[]> {
    const all: (string | null)[] = [];
    for (const t of this.#transports) all.push((await t?.device.identity?.()) ?? null);
    return all;
  }

  /** For `restoreSnapshot`: puts state, devices, RAM (by `writeRam`), step count and console text in place of what is there. */
  async adopt(
    state: Uint32Array,
    devices: readonly (DeviceState | null)[],
    steps: number,
    console: Uint8Array,
    writeRam: (ram: Executor) => Promise<void>,
  ): Promise<void> {
    if (devices.length !== this.#transports.length || devices.some((d, i) => (d === null) !== (this.#transports[i] === undefined))) {
      throw new GpuvisorError(
        'SNAPSHOT_INVALID',
        `the snapshot has devices in slots [${slots(devices)}], this machine in [${slots(this.#transports)}]`,
        'make the machine with the devices it was saved with',
      );
    }
    devices.forEach((d, i) => d && this.#transports[i]!.restore(d));
    await this.#exclusive(() => writeRam(this.#executor));
    await this.writeState(canonicalState(state));
    this.#steps = steps;
    this.#input.clear();
    this.#given = undefined;
    this.console.clear();
    this.console.append(console);
    this.recording.length = 0;
  }

  /** Starts over as after power-on: virtio slots reset (disks keep what was written), RAM written by `writeRam`, then `state`. Steps go on counting. */
  async reset(state: Uint32Array, writeRam: (ram: Executor) => Promise<void>): Promise<void> {
    for (const t of this.#transports) t?.reset();
    this.#given = undefined;
    await this.#exclusive(() => writeRam(this.#executor));
    await this.writeState(state);
  }

  /** Frees the executor and forgets the sinks. A second call does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#wake?.();
    this.#listeners.clear();
    this.#inputListeners.clear();
    this.#executor.dispose();
  }

  async #load(): Promise<Uint32Array> {
    if (!this.#state) {
      this.#state = await this.#executor.readState();
      this.#sent = this.#state.slice();
      this.#drain(this.#state);
    }
    return this.#state;
  }

  /** Sends the words that changed back to the executor. */
  async #commit(): Promise<void> {
    const state = this.#state!;
    const sent = this.#sent;
    if (!sent) {
      await this.#executor.writeState(state);
    } else {
      const words: { offset: number; value: number }[] = [];
      for (let i = 0; i < STATE_WORDS; i++) if (state[i] !== sent[i]) words.push({ offset: i, value: state[i]! });
      if (words.length === 0) return;
      if (this.#executor.patchState) await this.#executor.patchState(words);
      else await this.#executor.writeState(state);
    }
    this.#sent = state.slice();
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

/** Puts bytes into the receive ring of the UART; returns how many found room. */
function receive(state: Uint32Array, bytes: Uint8Array): number {
  const room = UART_RX_CAPACITY - ((state[W.uart_rx_in]! - state[W.uart_rx_out]!) >>> 0);
  const count = Math.min(bytes.length, Math.max(0, room));
  if (count === 0) return 0;
  let at = state[W.uart_rx_in]!;
  for (const b of bytes.subarray(0, count)) state[W.uart_rx + (at++ % UART_RX_CAPACITY)] = b;
  state[W.uart_rx_in] = at;
  latchLines(state);
  return count;
}

function slots(devices: readonly unknown[]): string {
  return devices.map((d, i) => (d ? String(i) : '-')).join(' ');
}

/** Puts an executor and its devices together. */
export function createMachine(executor: Executor, options: MachineOptions = {}): Machine {
  return new Machine(executor, options);
}
