// Blocks of 16-bit instructions (unprivileged manual, Zca), found by expanding every half there is. A half that can trap stands first in its
// word: the handlers skip four bytes.

import { expand, isCompressed } from '../../isa/compressed.js';
import { decode, field } from '../../isa/instructions.js';
import { encode, loadImmediate } from '../encode.js';
import type { Random } from '../random.js';
import type { Block, Scene } from './blocks.js';
import { FREE_REGISTERS, R } from './layout.js';

const C_NOP = 0x0001;

/** Halves by what they may be used for. */
interface Halves {
  readonly compute: number[];
  readonly load: number[];
  readonly store: number[];
  readonly illegal: number[];
  /** By what they expand to. */
  readonly byWord: ReadonlyMap<number, number>;
}

let found: Halves | undefined;

function sort(): Halves {
  const free = new Set(FREE_REGISTERS);
  const byWord = new Map<number, number>();
  const halves: Halves = { compute: [], load: [], store: [], illegal: [], byWord };
  for (let half = 0; half < 0x10000; half++) {
    if (!isCompressed(half)) continue;
    const word = expand(half);
    const row = word === undefined ? undefined : decode(word);
    if (word === undefined || !row) {
      halves.illegal.push(half);
      continue;
    }
    if (!byWord.has(word)) byWord.set(word, half);
    const computes = row.format === 'R' || row.format === 'SHIFT' || row.format === 'U' || (row.format === 'I' && (word & 0x7f) === 0x13);
    if (computes && free.has(field.rd(word))) halves.compute.push(half);
    else if (row.name === 'lw' && free.has(field.rd(word))) halves.load.push(half);
    else if (row.name === 'sw' && ([R.DATA, R.ELEMENT] as number[]).includes(field.rs1(word))) halves.store.push(half);
  }
  return halves;
}

const pair = (low: number, high: number): number => (low | (high << 16)) >>> 0;

function words(kind: string, ...list: number[]): Block {
  return { kind, length: list.length, emit: () => list };
}

/** A 32-bit instruction that begins in the middle of a word and ends in the next. */
function straddling(random: Random, halves: Halves): Block {
  const rd = random.pick(FREE_REGISTERS);
  const operands = { rd, rs1: random.below(32), rs2: random.below(32), imm: random.between(-2048, 2047) };
  const word = random.chance(0.8)
    ? encode(random.pick(['add', 'addi', 'xor', 'mul', 'sltu', 'lui', 'auipc', 'divu']), operands)
    : random.pick([
        encode('ecall'),
        encode('ebreak'),
        encode('lw', { rd, rs1: R.DATA, imm: random.between(-8, 8) }),
        encode('csrrs', { rd, csr: 'minstret' }),
      ]);
  return words('straddling', pair(random.pick(halves.compute), word & 0xffff), pair(word >>> 16, random.pick(halves.compute)));
}

/** C.J, C.JAL, C.BEQZ or C.BNEZ to the beginning of a block; NOPs when it is out of reach. */
function jump({ random, index }: Scene, halves: Halves): Block {
  const target = random.chance(0.8) ? index + random.between(1, 6) : Math.max(0, index - random.below(10));
  const name = random.pick(['jal', 'beq', 'bne'] as const);
  const [rd, rs1] = [random.below(2), random.between(8, 15)];
  return {
    kind: `short ${name}`,
    length: 1,
    emit: (at, p) => [pair(halves.byWord.get(encode(name, { rd, rs1, imm: p.address(target) - at })) ?? C_NOP, C_NOP)],
  };
}

/** C.JR or C.JALR to the beginning of a block. */
function jumpRegister({ random, index }: Scene, halves: Halves): Block {
  const target = index + random.between(1, 12);
  const half = halves.byWord.get(encode('jalr', { rd: random.below(2), rs1: R.CODE })) ?? C_NOP;
  return {
    kind: 'short jalr',
    length: 3,
    emit: (_, p) => {
      const [lui, addi] = loadImmediate(R.UPPER, p.address(target));
      return [lui, (addi & ~(31 << 7)) | (R.CODE << 7), pair(half, C_NOP)];
    },
  };
}

/** A block of 16-bit instructions, or one that puts a longer one across words. */
export function compressedBlock(scene: Scene): Block {
  const halves = (found ??= sort());
  const { random } = scene;
  const compute = (): number => random.pick(halves.compute);
  return random.weighted<() => Block>([
    [10, () => words('short compute', pair(compute(), compute()))],
    [3, () => words('short load', pair(random.pick(halves.load), compute()))],
    [3, () => words('short store', pair(random.pick(halves.store), compute()))],
    [6, () => straddling(random, halves)],
    [3, () => jump(scene, halves)],
    [2, () => jumpRegister(scene, halves)],
    [0.5, () => words('short illegal', pair(random.pick(halves.illegal), compute()))],
    [0.5, () => words('short break', pair(halves.byWord.get(encode('ebreak')) ?? C_NOP, compute()))],
  ])();
}
