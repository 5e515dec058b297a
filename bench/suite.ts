// The bench: speed against the yardstick, guests alone, fleets. Runs in Node and in browsers; the Linux boot is bench/linux.ts, frames are web/bench.
// Every speed is retired instructions over wall time, the clock stopped after the result has been read back (docs/performance.md).

import { GPUExecutionSystem, GpuFleet, adapterName, requestAdapter } from '../src/gpu/index.js';
import { PRIV, PTE, SATP, STATE_WORDS, W, read64, resetState } from '../src/isa/index.js';
import { MEMORY_MAPS } from '../src/machine/map.js';
import { BENCH_GUESTS } from './guests.generated.js';
import { Yardstick } from './yardstick.js';

export type GuestName = keyof typeof BENCH_GUESTS;

/** A suite that a person can choose. */
export interface BenchSuite {
  readonly name: string;
  readonly about: string;
  /** Takes less than a minute on a software adapter. */
  readonly quick?: boolean;
}

export const BENCH_SUITES: readonly BenchSuite[] = [
  { name: 'yardstick', about: 'the hart with Sv32 on against a plain interpreter without it, same adapter, in turn', quick: true },
  { name: 'guests', about: 'memory copy, a core mix, scattered pages; Sv32 on', quick: true },
  { name: 'fleet', about: '1, 4, 16, 64 and 256 machines in one dispatch, their total' },
];

/** Least, median and most of a set of figures. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly runs: number;
}

export interface BenchReport {
  adapter: string;
  /** Browser or runtime. */
  runtime: string;
  /** ISO date and time. */
  date: string;
  /** Guest to our MIPS, the yardstick's, and the ratio pair by pair. */
  yardstick?: Record<string, { ours: Spread; naive: Spread; ratio: Spread }>;
  /** Guest to MIPS. */
  guests?: Record<string, Spread>;
  /** Total MIPS by number of machines: all in step on one program, and neighbours on different ones. */
  fleet?: { machines: number; inStep: Spread; diverged: Spread }[];
  stopped?: boolean;
}

export interface BenchOptions {
  readonly suites: readonly string[];
  /** Text of naive.wgsl; the yardstick suite needs it. */
  readonly naiveWgsl: string;
  readonly onProgress?: (progress: { suite: string; done: number; total: number; doing?: string }) => void;
  readonly signal?: AbortSignal;
}

/** Turns of each measurement; the median of at least 5 is quoted. */
const TURNS = 7;
/** Wall time of one turn, milliseconds. */
const TURN_MS = 700;
const YARDSTICK_STEPS = 100_000;
const FLEETS = [1, 4, 16, 64, 256];
const FLEET_RAM = 1 << 20;
const SP_TOP = 0x7f000;

/** Least, median and most. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { min: sorted[0]!, median, max: sorted[sorted.length - 1]!, runs: sorted.length };
}

function program(name: GuestName): Uint8Array {
  return Uint8Array.from(atob(BENCH_GUESTS[name]), (c) => c.charCodeAt(0));
}

/** U-mode under Sv32, the first `megabytes` (a multiple of 4) mapped onto themselves by superpages with the root table at `root`. */
function pagedState(root: number): Uint32Array {
  const state = resetState(0);
  state[W.priv] = PRIV.U;
  state[W.satp] = (SATP.MODE | (root >>> 12)) >>> 0;
  state[W.x + 2] = SP_TOP;
  return state;
}

function identityTable(base: number): Uint8Array {
  const table = new Uint32Array(1024);
  for (let i = 0; i < 16; i++) table[i] = ((base >>> 2) + (i << 20)) | PTE.V | PTE.R | PTE.W | PTE.X | PTE.U | PTE.A | PTE.D;
  return new Uint8Array(table.buffer);
}

/** Puts a guest into a machine of 64 MiB on the `visual` map, in U-mode under Sv32, and runs it for a moment. */
export async function boot(system: GPUExecutionSystem, name: GuestName): Promise<void> {
  const root = 0x03000000;
  await system.writeMemory(0, new Uint8Array(1 << 20));
  await system.writeMemory(0, program(name));
  await system.writeMemory(root, identityTable(0));
  await system.writeState(pagedState(root));
  // Tables, caches and the length of a dispatch settle.
  await measure(system, 300);
}

async function retired(system: GPUExecutionSystem): Promise<number> {
  return Number(read64(await system.readState(), W.retired));
}

async function measure(system: GPUExecutionSystem, milliseconds: number): Promise<number> {
  const before = await retired(system);
  const from = performance.now();
  do await system.run(1_000_000);
  while (performance.now() - from < milliseconds);
  const ms = performance.now() - from;
  return ((await retired(system)) - before) / ms / 1000;
}

async function yardstick(report: BenchReport, options: BenchOptions): Promise<void> {
  const guests: GuestName[] = ['sieve-crc', 'mixed'];
  const naive = await Yardstick.create(await requestAdapter(), options.naiveWgsl, YARDSTICK_STEPS);
  const system = await GPUExecutionSystem.create({ map: MEMORY_MAPS.visual, ramSize: 64 << 20 });
  try {
    report.yardstick = {};
    let done = 0;
    for (const name of guests) {
      await boot(system, name);
      naive.load(program(name));
      await naive.measure(TURN_MS / 2);
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let i = 0; i < TURNS && !options.signal?.aborted; i++) {
        theirs.push(await naive.measure(TURN_MS));
        ours.push(await measure(system, TURN_MS));
        options.onProgress?.({ suite: 'yardstick', done: ++done, total: TURNS * guests.length, doing: name });
      }
      if (ours.length === 0) return;
      report.yardstick[name] = { ours: spread(ours), naive: spread(theirs), ratio: spread(ours.map((v, i) => v / theirs[i]!)) };
    }
  } finally {
    naive.dispose();
    system.dispose();
  }
}

async function guests(report: BenchReport, options: BenchOptions): Promise<void> {
  const names: GuestName[] = ['copy', 'core', 'pages'];
  const system = await GPUExecutionSystem.create({ map: MEMORY_MAPS.visual, ramSize: 64 << 20 });
  try {
    report.guests = {};
    let done = 0;
    for (const name of names) {
      await boot(system, name);
      const speeds: number[] = [];
      for (let i = 0; i < TURNS && !options.signal?.aborted; i++) {
        speeds.push(await measure(system, TURN_MS));
        options.onProgress?.({ suite: 'guests', done: ++done, total: TURNS * names.length, doing: name });
      }
      if (speeds.length > 0) report.guests[name] = spread(speeds);
    }
  } finally {
    system.dispose();
  }
}

/** A fleet on one program each, under Sv32: the table in the last page of the megabyte maps address 0 onto the RAM. */
async function fleetOf(size: number, names: readonly GuestName[]): Promise<GpuFleet> {
  const map = MEMORY_MAPS.virt;
  const fleet = await GpuFleet.create({ map, ramSize: FLEET_RAM, size, dispatchMs: 100 });
  const memory = new Uint8Array(FLEET_RAM * size);
  const states = new Uint32Array(STATE_WORDS * size);
  const table = identityTable(map.ramBase).subarray(0, 4);
  for (let i = 0; i < size; i++) {
    memory.set(program(names[i % names.length]!), i * FLEET_RAM);
    memory.set(table, (i + 1) * FLEET_RAM - 4096);
    states.set(pagedState(map.ramBase + FLEET_RAM - 4096), i * STATE_WORDS);
  }
  await fleet.writeMemories(memory);
  await fleet.writeStates(states);
  for (let i = 0; i < 4; i++) await fleet.run(20_000);
  return fleet;
}

async function measureFleet(fleet: GpuFleet, milliseconds: number): Promise<number> {
  const from = performance.now();
  let steps = 0;
  do for (const result of await fleet.run(50_000)) steps += result.steps;
  while (performance.now() - from < milliseconds);
  return steps / (performance.now() - from) / 1000;
}

const FLEET_TURNS = 5;

async function fleets(report: BenchReport, options: BenchOptions): Promise<void> {
  report.fleet = [];
  let done = 0;
  const total = 2 * FLEET_TURNS * FLEETS.length;
  for (const machines of FLEETS) {
    const speeds: Spread[] = [];
    for (const names of [['mixed'], ['mixed', 'core', 'sieve-crc', 'copy']] as const) {
      const fleet = await fleetOf(machines, names);
      try {
        const totals: number[] = [];
        for (let i = 0; i < FLEET_TURNS; i++) {
          if (options.signal?.aborted) return;
          totals.push(await measureFleet(fleet, TURN_MS));
          options.onProgress?.({
            suite: 'fleet',
            done: ++done,
            total,
            doing: `${machines} machines${names.length > 1 ? ', diverged' : ''}`,
          });
        }
        speeds.push(spread(totals));
      } finally {
        fleet.dispose();
      }
    }
    report.fleet.push({ machines, inStep: speeds[0]!, diverged: speeds[1]! });
  }
}

/**
 * Runs the chosen suites one after another. An abort ends the run early; the report then holds what there is and says `stopped`.
 * @throws GpuvisorError WEBGPU_UNAVAILABLE
 */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const suites: Record<string, (report: BenchReport, options: BenchOptions) => Promise<void>> = { yardstick, guests, fleet: fleets };
  const runtime = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node;
  const report: BenchReport = {
    adapter: adapterName(await requestAdapter()),
    runtime: runtime ? `Node ${runtime}` : navigator.userAgent,
    date: new Date().toISOString(),
  };
  for (const name of options.suites) {
    if (options.signal?.aborted) break;
    await suites[name]?.(report, options);
  }
  if (options.signal?.aborted) report.stopped = true;
  return report;
}
