// The Sv32 check: random tables and accesses on a fleet, judged by the oracle.

import { MENVCFGH } from '../../isa/privilege.js';
import { resetState, STATE_WORDS, W } from '../../isa/state.js';
import { encode } from '../encode.js';
import type { FleetFactory } from '../programs/run.js';
import { Random } from '../random.js';
import { codeAddress, expect, STEPS, type Expected } from './expect.js';
import {
  accessWord,
  FIRST_ADDRESS,
  HANDLER,
  MOST_ACCESSES,
  randomSequence,
  randomTables,
  STORE_VALUE,
  SV32_CONFIG,
  type Sequence,
} from './generate.js';

export { walk, type AccessKind, type Context, type Memory, type Outcome } from './oracle.js';

export interface Sv32Options {
  readonly fleet: FleetFactory;
  /** At least so many walks. */
  readonly walks: number;
  readonly seed: number;
  /** Machines in the fleet; 512 unless told. */
  readonly fleetSize?: number;
  readonly maxFailures?: number;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly failures: number }) => void;
  readonly signal?: AbortSignal;
}

/** A sequence that did not do what the oracle says. */
export interface Sv32Failure {
  readonly machine: number;
  /** What differs: a register, pc, priv, mcause, mtval, mepc, or memory at an address. */
  readonly what: string;
  readonly expected: number;
  readonly got: number;
  readonly text: string;
}

export interface Sv32Report {
  readonly seed: number;
  readonly walks: number;
  /** Walks by outcome of the oracle; `updated` of them set A or D. */
  readonly outcomes: Readonly<{ ok: number; page: number; access: number; updated: number }>;
  readonly failures: readonly Sv32Failure[];
}

const FLEET_SIZE = 512;
/** Sequences on each set of tables before memory is compared and new tables are made. */
const SEQUENCES = 8;
/** Bytes between the code of two sequences: the accesses and the NOPs after them. */
const SLOT_BYTES = (MOST_ACCESSES + STEPS) * 4;

interface Case {
  readonly sequence: Sequence;
  readonly expected: Expected;
}

function stateOf(sequence: Sequence, slot: number): Uint32Array {
  const s = resetState(codeAddress(sequence) + slot * SLOT_BYTES);
  s[W.priv] = sequence.priv;
  s[W.mstatus] = sequence.mstatus;
  s[W.satp] = sequence.satp;
  s[W.mtvec] = HANDLER;
  s[W.menvcfgh] = sequence.adue ? MENVCFGH.ADUE : 0;
  s[W.x + STORE_VALUE] = sequence.stored;
  sequence.accesses.forEach(({ va }, i) => (s[W.x + FIRST_ADDRESS + i] = va));
  return s;
}

const hex = (v: number): string => `0x${(v >>> 0).toString(16).padStart(8, '0')}`;

function describe(machine: number, { sequence }: Case, what: string, expected: number, got: number): Sv32Failure {
  const text = [
    `machine ${machine}: ${what} is ${hex(got)}, the oracle says ${hex(expected)}`,
    `privilege ${sequence.priv}, mstatus ${hex(sequence.mstatus)}, satp ${hex(sequence.satp)}, ADUE ${sequence.adue ? 1 : 0}`,
    ...sequence.accesses.map(({ operation, va }) => `  ${operation} ${hex(va)}`),
  ].join('\n');
  return { machine, what, expected, got, text };
}

/** Compares what a sequence left in a state with what it should have. */
function judge(machine: number, c: Case, s: Uint32Array): Sv32Failure | undefined {
  const { registers, priv, pc, trap } = c.expected;
  const checks: [string, number, number][] = [...registers].map(([x, value]) => [`x${x}`, value, s[W.x + x]!]);
  checks.push(['priv', priv, s[W.priv]!], ['mcause', trap?.cause ?? 0, s[W.mcause]!], ['mtval', trap?.tval ?? 0, s[W.mtval]!]);
  checks.push(['mepc', trap?.epc ?? 0, s[W.mepc]!], ['pc', pc, s[W.pc]!]);
  for (const [what, want, got] of checks) if (want >>> 0 !== got) return describe(machine, c, what, want, got);
  return undefined;
}

/** Code of all sequences, each followed by NOPs. */
function placeCode(ram: Uint32Array, sequences: readonly Sequence[]): void {
  sequences.forEach(({ accesses }, slot) => {
    const first = (slot * SLOT_BYTES) / 4;
    ram.fill(encode('addi'), first, first + SLOT_BYTES / 4);
    accesses.forEach(({ operation }, i) => (ram[first + i] = accessWord(operation, i)));
  });
}

/** Puts sequences into `ram` and works out what they must do, one after another: the cases, and RAM after them. */
function play(ram: Uint32Array, drawn: readonly Sequence[]): { model: Uint32Array; cases: Case[] } {
  for (let sequences = drawn; ;) {
    placeCode(ram, sequences);
    const model = ram.slice();
    const cases = sequences.map((sequence, slot) => ({
      sequence,
      expected: expect(model, sequence, codeAddress(sequence) + slot * SLOT_BYTES),
    }));
    if (!cases.some(({ expected }) => expected.stray)) return { model, cases };
    // A jump into tables or code would run what is not meant to be run: the same without it.
    sequences = cases.map(({ sequence, expected }) =>
      expected.stray ? { ...sequence, accesses: sequence.accesses.filter(({ operation }) => operation !== 'jump') } : sequence,
    );
  }
}

/** Makes walks on a fleet until there are enough, too many are wrong, or the signal aborts. */
export async function runSv32(options: Sv32Options): Promise<Sv32Report> {
  const { walks, seed, fleetSize = FLEET_SIZE, maxFailures = 5 } = options;
  const fleet = await options.fleet(SV32_CONFIG, fleetSize);
  const outcomes = { ok: 0, page: 0, access: 0, updated: 0 };
  const failures: Sv32Failure[] = [];
  const done = (): number => outcomes.ok + outcomes.page + outcomes.access;
  const words = SV32_CONFIG.ramSize / 4;
  try {
    for (let batch = 0; done() < walks && failures.length < maxFailures; batch++) {
      if (options.signal?.aborted) break;
      const random = new Random(seed, batch);
      const memories = new Uint32Array(fleetSize * words);
      const models: Uint32Array[] = [];
      const cases: Case[][] = [];
      for (let m = 0; m < fleetSize; m++) {
        const ram = randomTables(random);
        const played = play(
          ram,
          Array.from({ length: SEQUENCES }, (_, i) => randomSequence(random, m * SEQUENCES + i)),
        );
        memories.set(ram, m * words);
        models.push(played.model);
        cases.push(played.cases);
      }
      await fleet.writeMemories(new Uint8Array(memories.buffer));
      for (let slot = 0; slot < SEQUENCES; slot++) {
        const states = new Uint32Array(fleetSize * STATE_WORDS);
        for (let m = 0; m < fleetSize; m++) states.set(stateOf(cases[m]![slot]!.sequence, slot), m * STATE_WORDS);
        await fleet.writeStates(states);
        await fleet.run(STEPS);
        const after = await fleet.readStates();
        for (let m = 0; m < fleetSize; m++) {
          const c = cases[m]![slot]!;
          for (const kind of ['ok', 'page', 'access', 'updated'] as const) outcomes[kind] += c.expected.walks[kind];
          const failure = judge(m, c, after.subarray(m * STATE_WORDS, (m + 1) * STATE_WORDS));
          if (failure && failures.length < maxFailures) failures.push(failure);
        }
        options.onProgress?.({ done: done(), total: walks, failures: failures.length });
      }
      const bytes = await fleet.readMemories();
      const memory = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      for (let m = 0; m < fleetSize && failures.length < maxFailures; m++) {
        const at = models[m]!.findIndex((word, i) => word !== memory[m * words + i]);
        if (at >= 0) {
          const address = hex(SV32_CONFIG.map.ramBase + at * 4);
          failures.push(describe(m, cases[m]![SEQUENCES - 1]!, `memory at ${address}`, models[m]![at]!, memory[m * words + at]!));
        }
      }
    }
  } finally {
    fleet.dispose();
  }
  return { seed, walks: done(), outcomes, failures };
}
