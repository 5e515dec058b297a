// Two fleets side by side: the same programs into both, the same runs, and the first difference of each machine.

import { GpuvisorError } from '../../isa/errors.js';
import { EXIT, STATE_FIELDS, STATE_WORDS, UART_RX_CAPACITY, W } from '../../isa/state.js';
import type { Fleet } from '../../machine/executor.js';
import { completeMmio } from '../../machine/mmio.js';
import type { FleetFactory } from '../programs/run.js';
import { Random } from '../random.js';
import { BASE, COMPRESSED_CONFIG, LOCKSTEP_CONFIG } from './layout.js';
import { programMemory, type Program } from './program.js';

/** Where two harts part. */
export interface Difference {
  /** Index into the schedule of the run after which it was seen. */
  readonly round: number;
  /** A field of the state, `steps`, or `memory`. */
  readonly field: string;
  /** Word within the field, or the physical address of a word of memory. */
  readonly at: number;
  readonly left: number;
  readonly right: number;
}

/** Steps of each run of a trial, one after another. Between two, exits are settled and the world may do something. */
export type Schedule = readonly number[];

/** One in so many rounds something happens outside. */
const EVENT_ODDS = 6;

/** What the owner does between two runs: completes host-device accesses, drains a full ring, moves an interrupt line, sends a byte. */
function settle(state: Uint32Array, program: Program, round: number): boolean {
  let changed = true;
  if (state[W.exit] === EXIT.MMIO) completeMmio(state, Math.imul(state[W.mmio_address]!, 0x9e3779b1));
  else if (state[W.exit] === EXIT.UART) state[W.uart_tx_out] = state[W.uart_tx_in]!;
  else changed = false;
  const random = new Random(program.seed ^ 0x5eed, program.index * 1024 + round);
  if (random.below(EVENT_ODDS) !== 0) return changed;
  if (random.chance(0.5)) state[W.plic_lines] = state[W.plic_lines]! ^ (1 << random.between(1, 31));
  else if ((state[W.uart_rx_in]! - state[W.uart_rx_out]!) >>> 0 < UART_RX_CAPACITY) {
    state[W.uart_rx + (state[W.uart_rx_in]! % UART_RX_CAPACITY)] = random.below(256);
    state[W.uart_rx_in] = state[W.uart_rx_in]! + 1;
  }
  return true;
}

function stateDifference(round: number, left: Uint32Array, right: Uint32Array): Difference | undefined {
  for (const { name, offset, length } of STATE_FIELDS) {
    for (let i = 0; i < length; i++) {
      const [a, b] = [left[offset + i]!, right[offset + i]!];
      if (a !== b) return { round, field: name, at: i, left: a, right: b };
    }
  }
  return undefined;
}

/** What a trial gave. */
export interface Trial {
  /** One a program, in order. */
  readonly differences: (Difference | undefined)[];
  /** Steps of all programs on the left hart. */
  readonly steps: number;
  /** Runs that ended with each exit, by its number, on the left hart. */
  readonly exits: number[];
  /** The states of the left hart at the end, STATE_WORDS words each. */
  readonly states: Uint32Array;
}

export class Arena {
  private constructor(
    readonly left: Fleet,
    readonly right: Fleet,
  ) {}

  /** @throws whatever the factories throw */
  static async make(left: FleetFactory, right: FleetFactory, size: number, compressed = false): Promise<Arena> {
    const config = compressed ? COMPRESSED_CONFIG : LOCKSTEP_CONFIG;
    const first = await left(config, size);
    try {
      return new Arena(first, await right(config, size));
    } catch (e) {
      first.dispose();
      throw e;
    }
  }

  get size(): number {
    return this.left.size;
  }

  /** Runs up to `size` programs on both fleets. */
  async trial(programs: readonly Program[], schedule: Schedule): Promise<Trial> {
    const { size, left, right } = this;
    if (programs.length === 0 || programs.length > size) {
      throw new GpuvisorError('BAD_ARGUMENT', `${programs.length} programs; this arena takes 1 to ${size}`);
    }
    let states = new Uint32Array(size * STATE_WORDS);
    const memories = new Uint8Array(size * LOCKSTEP_CONFIG.ramSize);
    for (let i = 0; i < size; i++) {
      const program = programs[i];
      if (program) {
        states.set(program.state, i * STATE_WORDS);
        memories.set(programMemory(program), i * LOCKSTEP_CONFIG.ramSize);
      } else states.copyWithin(i * STATE_WORDS, 0, STATE_WORDS);
    }
    for (const fleet of [left, right]) {
      await fleet.writeMemories(memories);
      await fleet.writeStates(states);
    }

    const differences: (Difference | undefined)[] = programs.map(() => undefined);
    const exits = Object.values(EXIT).map(() => 0);
    let steps = 0;
    for (let round = 0; round < schedule.length; round++) {
      const [a, b] = await Promise.all([left.run(schedule[round]!), right.run(schedule[round]!)]);
      states = (await left.readStates()).slice();
      const others = await right.readStates();
      let changed = false;
      programs.forEach((program, i) => {
        steps += a[i]!.steps;
        exits[a[i]!.exit]!++;
        const mine = states.subarray(i * STATE_WORDS, (i + 1) * STATE_WORDS);
        if (!differences[i]) {
          differences[i] =
            stateDifference(round, mine, others.subarray(i * STATE_WORDS, (i + 1) * STATE_WORDS)) ??
            (a[i]!.steps !== b[i]!.steps ? { round, field: 'steps', at: 0, left: a[i]!.steps, right: b[i]!.steps } : undefined) ??
            (a[i]!.exit !== b[i]!.exit ? { round, field: 'exit', at: 0, left: a[i]!.exit, right: b[i]!.exit } : undefined);
        }
        if (round + 1 < schedule.length && settle(mine, program, round)) changed = true;
      });
      if (changed) {
        await left.writeStates(states);
        await right.writeStates(states);
      }
    }
    await this.compareMemories(programs, schedule.length - 1, differences);
    return { differences, steps, exits, states };
  }

  private async compareMemories(programs: readonly Program[], round: number, differences: (Difference | undefined)[]): Promise<void> {
    const words = LOCKSTEP_CONFIG.ramSize / 4;
    const [a, b] = [await this.left.readMemories(), await this.right.readMemories()].map(
      (m) => new Uint32Array(m.buffer, m.byteOffset, m.length / 4),
    ) as [Uint32Array, Uint32Array];
    programs.forEach((_, i) => {
      if (differences[i]) return;
      for (let at = i * words; at < (i + 1) * words; at++) {
        if (a[at] !== b[at]) {
          differences[i] = { round, field: 'memory', at: BASE + (at - i * words) * 4, left: a[at]!, right: b[at]! };
          return;
        }
      }
    });
  }

  dispose(): void {
    this.left.dispose();
    this.right.dispose();
  }
}
