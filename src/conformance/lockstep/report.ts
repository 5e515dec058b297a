// A failing program as text: what differs, the instruction at fault, what is left of the program, how to see it again.

import { disassembleCompressed, isCompressed } from '../../isa/compressed.js';
import { disassemble } from '../../isa/disassembler.js';
import { REGISTER_NAMES } from '../../isa/instructions.js';
import { resetState, STATE_FIELDS, W } from '../../isa/state.js';
import type { Arena } from './arena.js';
import { BASE, CODE_START, LOCKSTEP_CONFIG, R } from './layout.js';
import { blockAddresses, programMemory } from './program.js';
import type { Shrunk } from './shrink.js';

/** One program on which the two harts differ, shrunk. Plain data. */
export interface LockstepFailure {
  readonly seed: number;
  readonly index: number;
  readonly profile: string;
  /** Steps before the difference. */
  readonly steps: number;
  /** Field of the state, `steps` or `memory`; with the word in it, or the physical address. */
  readonly field: string;
  readonly at: number;
  readonly left: number;
  readonly right: number;
  /** pc and instruction of the last step, on the left hart. */
  readonly pc: number;
  readonly instruction: string;
  /** Instructions that are left. */
  readonly instructions: number;
  /** All of it, for people. */
  readonly text: string;
}

const hex = (v: number): string => `0x${(v >>> 0).toString(16).padStart(8, '0')}`;
const LISTED_WORDS = 40;

/** Text of the word at `at`; two halves when the first is a 16-bit instruction. */
function wordText(word: number, at: number): string {
  if (!isCompressed(word)) return disassemble(word, at).replace('\t', ' ');
  return [word & 0xffff, word >>> 16].map((half, i) => disassembleCompressed(half, at + 2 * i).replace('\t', ' ')).join('; ');
}

function fieldName(field: string, at: number): string {
  if (field === 'x') return `x${at} (${REGISTER_NAMES[at]})`;
  if (field === 'memory') return `memory at ${hex(at)}`;
  const length = STATE_FIELDS.find((f) => f.name === field)?.length ?? 1;
  return length > 1 ? `${field}[${at}]` : field;
}

/** What the state holds beyond reset, one line a field; long arrays are left out. */
function stateLines(state: Uint32Array): string[] {
  const reset = resetState(CODE_START);
  const kept = new Set<number>(Object.values(R));
  const lines: string[] = [];
  for (const { name, offset, length } of STATE_FIELDS) {
    for (let i = 0; i < Math.min(length, LISTED_WORDS); i++) {
      if (state[offset + i] === reset[offset + i] || (name === 'x' && kept.has(i))) continue;
      lines.push(`  ${fieldName(name, i)} = ${hex(state[offset + i]!)}`);
    }
  }
  return lines;
}

/** Describes a shrunk program; runs it once more to the step before the difference. */
export async function describe(arena: Arena, shrunk: Shrunk): Promise<LockstepFailure> {
  const { program, schedule, difference } = shrunk;
  const memory = new Uint32Array(programMemory(program).buffer);
  const wordAt = (pc: number): number | undefined =>
    pc >= BASE && pc < BASE + LOCKSTEP_CONFIG.ramSize ? memory[(pc - BASE) >>> 2] : undefined;
  const last = schedule[schedule.length - 1]!;
  const before = last > 1 ? (await arena.trial([program], [...schedule.slice(0, -1), last - 1])).states : program.state;
  const pc = before[W.pc]!;
  const word = wordAt(pc);
  const instruction = word === undefined ? 'not in RAM' : wordText(word, pc);
  const addresses = blockAddresses(program);
  const code: string[] = [];
  let instructions = 0;
  program.blocks.forEach((block, i) => {
    if (program.removed.has(i)) return;
    code.push(`  # ${block.kind}`);
    for (let k = 0; k < block.length; k++) {
      const at = addresses[i]! + 4 * k;
      code.push(`  ${hex(at)}: ${hex(wordAt(at)!)}  ${wordText(wordAt(at)!, at)}`);
      instructions++;
    }
  });
  const steps = schedule.reduce((a, b) => a + b, 0);
  const text = [
    `seed ${program.seed}, program ${program.index} (${program.profile}): ${fieldName(difference.field, difference.at)} is ${hex(difference.left)} on the left hart, ${hex(difference.right)} on the right one`,
    `after ${steps} steps (runs of ${schedule.join(', ')}); the last one at pc ${hex(pc)}, privilege ${before[W.priv]}: ${instruction}`,
    'code that is left (NOPs between):',
    ...code,
    'state at the start, beyond reset:',
    ...stateLines(program.state),
  ].join('\n');
  return {
    seed: program.seed,
    index: program.index,
    profile: program.profile,
    steps,
    field: difference.field,
    at: difference.at,
    left: difference.left,
    right: difference.right,
    pc,
    instruction,
    instructions,
    text,
  };
}
