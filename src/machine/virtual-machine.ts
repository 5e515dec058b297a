// A machine that is driven: it runs in slices by itself, and whoever has business with it comes in between two of them, in order.

import { GpuvisorError } from '../isa/errors.js';
import { TEST } from './devices.js';
import { Duty } from './duty.js';
import type { Executor } from './executor.js';
import type { Machine, MachineExit } from './machine.js';
import type { MapName } from './map.js';
import { SliceLength } from './slices.js';
import { restoreSnapshot } from './snapshot.js';
import { pause, turn } from './turn.js';

/**
 * `running`; `waiting`: nothing but input can wake the guest; `paused`; `halted`: the guest ended and only a reset starts it again; `failed`: the
 * executor threw; `disposed`.
 */
export type VmState = 'running' | 'waiting' | 'paused' | 'halted' | 'failed' | 'disposed';

/** What a machine is doing. */
export interface VmStatus {
  readonly state: VmState;
  /** How the guest ended, in state `halted`; or why it was paused, after a breakpoint. */
  readonly exit?: { readonly reason: MachineExit; readonly value: number };
  /** Why it failed. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
  /** Instructions retired since reset. */
  readonly instret: number;
  readonly steps: number;
  /** Million instructions a second over the last second of running, sleep left out. */
  readonly mips: number;
  readonly memoryMb: number;
  readonly map: MapName;
  readonly backend: Executor['backend'];
  /** Bytes of input that wait for room. */
  readonly inputWaiting: number;
}

/** A machine, and how to start it over when that is known. */
export interface Drivable {
  readonly machine: Machine;
  restart?(): Promise<void>;
}

export interface VmOptions {
  /** How long a slice should take, ms: the longest that anything waits to come in between. */
  readonly sliceMs?: number;
  /** The share of wall time that the hart may run: 1, no bound, unless told. `share` changes it. */
  readonly share?: number;
  /** The platform's unless told. */
  readonly time?: VmTime;
}

/** Time, as slices are measured and rests are taken. */
export interface VmTime {
  /** Milliseconds, from any beginning. */
  now(): number;
  /** Resolves after `ms`, or when `signal` is aborted. */
  rest(ms: number, signal: AbortSignal): Promise<void>;
}
const PLATFORM: VmTime = { now: () => performance.now(), rest: pause };

/** Slice length, ms, unless told otherwise: a frame of a page. */
const SLICE_MS = 12;
/** MIPS are counted over this much running, ms. */
const METER_MS = 1000;

/** Drives one machine. It owns it: `dispose` disposes of both. Nothing here waits for a frame or a timer. */
export class VirtualMachine {
  readonly machine: Machine;
  readonly #restart: (() => Promise<void>) | undefined;
  readonly #slice: SliceLength;
  readonly #duty: Duty;
  readonly #time: VmTime;
  readonly #jobs: Job[] = [];
  readonly #listeners = new Set<(status: VmStatus) => void>();
  readonly #samples: { readonly ms: number; readonly instructions: number }[] = [];
  #state: VmState = 'paused';
  #exit: VmStatus['exit'];
  #error: VmStatus['error'];
  #working = false;
  /** Rest that is left after the last slice, ms, and how to cut it short. */
  #rest = 0;
  #wakeUp: AbortController | undefined;
  #end!: () => void;
  /** Resolves when the machine is disposed of. */
  readonly #ended = new Promise<void>((resolve) => (this.#end = resolve));

  /** The machine stands still until `resume`. */
  constructor(booted: Drivable, options: VmOptions = {}) {
    this.machine = booted.machine;
    this.#restart = booted.restart && (() => booted.restart!());
    this.#slice = new SliceLength(options.sliceMs ?? SLICE_MS);
    this.#duty = new Duty(options.share);
    this.#time = options.time ?? PLATFORM;
    this.machine.onInput(() => {
      if (this.#state === 'waiting') this.#run();
    });
  }

  get state(): VmState {
    return this.#state;
  }

  /** The share of wall time that the hart may run. */
  get share(): number {
    return this.#duty.share;
  }
  /** Takes effect after the slice that is on. @throws GpuvisorError BAD_ARGUMENT */
  set share(share: number) {
    this.#duty.share = share;
  }

  status(): VmStatus {
    const { machine } = this;
    return {
      state: this.#state,
      ...(this.#exit && { exit: this.#exit }),
      ...(this.#error && { error: this.#error }),
      instret: machine.instret,
      steps: machine.steps,
      mips: this.#mips(),
      memoryMb: machine.config.ramSize / (1 << 20),
      map: machine.config.map.name,
      backend: machine.backend,
      inputWaiting: machine.inputWaiting,
    };
  }

  /** Calls `listener` at every change of state; returns how to stop. */
  onChange(listener: (status: VmStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` with every piece of console output; returns how to stop. */
  onConsole(listener: (bytes: Uint8Array) => void): () => void {
    return this.machine.onConsole(listener);
  }

  /** Lets the machine run on. @throws GpuvisorError DISPOSED; BAD_ARGUMENT when the guest has ended, DEVICE_LOST and others when its executor has failed */
  resume(): void {
    this.#checkAlive();
    if (this.#state === 'failed') throw new GpuvisorError('DEVICE_LOST', `the machine failed: ${this.#error!.message}`, this.#error!.hint);
    if (this.#state === 'halted') throw new GpuvisorError('BAD_ARGUMENT', 'the guest has ended', 'reset the machine to start it again');
    if (this.#state === 'paused') this.#run();
  }

  /** Stops the machine after the slice that is on; resolves when it stands still. A machine that has ended stays as it is. @throws GpuvisorError DISPOSED */
  async pause(): Promise<void> {
    this.#checkAlive();
    if (this.#state === 'running' || this.#state === 'waiting') this.#enter('paused');
    await this.do(() => Promise.resolve());
  }

  /** Starts over as after power-on and runs; disks keep what was written. @throws GpuvisorError BAD_ARGUMENT when it is not known how */
  async reset(): Promise<void> {
    const restart = this.#restart;
    if (!restart) throw new GpuvisorError('BAD_ARGUMENT', 'this machine cannot be started over', 'boot it again');
    await this.do(async () => {
      await restart();
      this.#exit = undefined;
      if (this.#state !== 'disposed') this.#enter('running');
    });
  }

  /**
   * Goes on from a snapshot of a machine with the same devices, in the state it is in; one that had ended is paused.
   * @throws GpuvisorError SNAPSHOT_INVALID, DISPOSED
   */
  async restore(snapshot: Uint8Array): Promise<void> {
    await this.do(async (machine) => {
      await restoreSnapshot(machine, snapshot);
      this.#exit = undefined;
      if (this.#state === 'halted') this.#enter('paused');
      if (this.#state === 'waiting') this.#enter('running');
    });
  }

  /**
   * Calls `act` with the machine standing still, between two slices and after every call that came before; works in every state but disposed.
   * @throws GpuvisorError DISPOSED, and whatever `act` throws
   */
  do<T>(act: (machine: Machine) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#state === 'disposed') return reject(disposed());
      // What `act` throws before it returns a promise is the caller's too: it must not end the loop.
      const job = async (): Promise<T> => act(this.machine);
      this.#jobs.push({ act: () => job().then(resolve, reject), reject });
      this.machine.wake();
      this.#wakeUp?.abort();
      void this.#work();
    });
  }

  /** Ends the machine and frees what it has, after the slice or call that is on; calls that wait are rejected. A second call does nothing. */
  async dispose(): Promise<void> {
    if (this.#state === 'disposed') return this.#ended;
    this.#enter('disposed');
    for (const job of this.#jobs.splice(0)) job.reject(disposed());
    this.machine.wake();
    this.#wakeUp?.abort();
    void this.#work();
    return this.#ended;
  }

  #run(): void {
    this.#enter('running');
    void this.#work();
  }

  #enter(state: VmState): void {
    if (this.#state === state) return;
    this.#state = state;
    const status = this.status();
    for (const listener of this.#listeners) listener(status);
  }

  /** The one loop that touches the machine. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (;;) {
      const job = this.#jobs.shift();
      if (job) await job.act();
      else if (this.#state === 'running') {
        // What comes meanwhile is not made to wait; the rest goes on behind it.
        if (this.#rest > 0) await this.#takeRest();
        else await this.#runSlice();
        await turn();
      } else break;
    }
    this.#working = false;
    if (this.#state !== 'disposed') return;
    this.#listeners.clear();
    this.machine.dispose();
    this.#end();
  }

  async #takeRest(): Promise<void> {
    const began = this.#time.now();
    this.#wakeUp = new AbortController();
    await this.#time.rest(this.#rest, this.#wakeUp.signal);
    this.#wakeUp = undefined;
    this.#rest -= this.#time.now() - began;
  }

  async #runSlice(): Promise<void> {
    const { machine } = this;
    const began = this.#time.now();
    const slept = machine.idleMilliseconds;
    const before = machine.inputWaiting;
    const { instret } = machine;
    try {
      const result = await machine.run(this.#slice.steps);
      const ms = this.#time.now() - began - (machine.idleMilliseconds - slept);
      this.#slice.learn(result.steps, ms);
      this.#rest = this.#duty.rest(ms);
      this.#sample(ms, result.instret - instret);
      if (result.exit === 'budget' || this.#state !== 'running') return;
      if (result.exit === 'wfi') {
        // Input that the guest has no room for does not wake it; what came during the slice might.
        const stuck = result.steps === 0 && machine.inputWaiting === before;
        if (machine.inputWaiting === 0 || stuck) this.#enter('waiting');
        return;
      }
      if (result.exit === 'halt' && result.value === TEST.RESET && this.#restart) {
        await this.#restart();
        return;
      }
      this.#exit = { reason: result.exit, value: result.value };
      this.#enter(result.exit === 'breakpoint' ? 'paused' : 'halted');
    } catch (e) {
      this.#fail(e);
    }
  }

  #fail(e: unknown): void {
    if (this.#state === 'disposed') return;
    const { code, hint } = e instanceof GpuvisorError ? e : { code: 'INTERNAL', hint: 'report this as a defect' };
    this.#error = { code, message: e instanceof Error ? e.message : String(e), hint };
    this.#enter('failed');
  }

  #sample(ms: number, instructions: number): void {
    this.#samples.push({ ms, instructions });
    let sum = this.#samples.reduce((all, s) => all + s.ms, 0);
    while (this.#samples.length > 1 && sum - this.#samples[0]!.ms >= METER_MS) sum -= this.#samples.shift()!.ms;
  }

  #mips(): number {
    const ms = this.#samples.reduce((all, s) => all + s.ms, 0);
    return ms > 0 ? this.#samples.reduce((all, s) => all + s.instructions, 0) / ms / 1000 : 0;
  }

  #checkAlive(): void {
    if (this.#state === 'disposed') throw disposed();
  }
}

interface Job {
  readonly act: () => Promise<void>;
  readonly reject: (reason: GpuvisorError) => void;
}

const disposed = (): GpuvisorError => new GpuvisorError('DISPOSED', 'the machine was disposed of', 'boot a new one');
