// One random program: blocks of code, handlers, page tables, data and a whole machine state, all from a seed and an index.

import { IRQ, MENVCFGH, MSTATUS, PRIV, PTE } from '../../isa/privilege.js';
import { MIDELEG_MASK, MIE_MASK, MSTATUS_MASK } from '../../isa/csrs.js';
import { resetState, UART_RX_CAPACITY, UART_TX_CAPACITY, W, write64 } from '../../isa/state.js';
import { encode } from '../encode.js';
import { Random } from '../random.js';
import { PROFILES, randomBlock, type Block } from './blocks.js';
import { machineHandler, supervisorHandler } from './handlers.js';
import {
  BASE,
  CODE_START,
  DATA_POINTER,
  LOCKSTEP_CONFIG,
  M_HANDLER,
  PAGE,
  pageAddress,
  PATCH_WORDS,
  R,
  S_HANDLER,
  TABLE_POINTER,
} from './layout.js';
import { fillTables, randomSatp } from './tables.js';

const NOP = encode('addi');
const LEAST_BLOCKS = 40;
const MOST_BLOCKS = 260;
/** Words of the code pages that blocks may fill; the jump back to the start comes after them. */
const CODE_WORDS = ((PAGE.CODE_END - PAGE.CODE) * 4096) / 4 - 1;

export interface Program {
  readonly seed: number;
  readonly index: number;
  readonly profile: string;
  readonly blocks: readonly Block[];
  /** Blocks taken away by shrinking: their words are NOPs, so that nothing else moves. */
  readonly removed: ReadonlySet<number>;
  readonly state: Uint32Array;
  /** RAM without the code of the blocks. */
  readonly background: Uint8Array;
}

/** Where a program's blocks stand. */
export function blockAddresses(program: Program): number[] {
  const addresses: number[] = [];
  let at = CODE_START + 4 + (PATCH_WORDS + 1) * 4;
  for (const block of program.blocks) {
    addresses.push(at);
    at += block.length * 4;
  }
  addresses.push(at);
  return addresses;
}

/** The whole RAM of a program at its start. */
export function programMemory(program: Program): Uint8Array {
  const memory = program.background.slice();
  const words = new Uint32Array(memory.buffer);
  const code = (CODE_START - BASE) >> 2;
  const addresses = blockAddresses(program);
  // Past the last block stands the jump back to the start.
  const placement = { address: (index: number): number => addresses[Math.min(index, program.blocks.length)]! };
  // Over the patchable words; after them, the jump out of them.
  words[code] = encode('jal', { imm: (PATCH_WORDS + 2) * 4 });
  words.fill(NOP, code + 1, code + 1 + PATCH_WORDS);
  words[code + 1 + PATCH_WORDS] = NOP;
  program.blocks.forEach((block, i) => {
    const at = addresses[i]!;
    const first = (at - BASE) >> 2;
    if (program.removed.has(i)) words.fill(NOP, first, first + block.length);
    else words.set(block.emit(at, placement), first);
  });
  const end = addresses[program.blocks.length]!;
  words[(end - BASE) >> 2] = encode('jal', { imm: CODE_START - end });
  return memory;
}

function randomState(random: Random, user: number): Uint32Array {
  const s = resetState(CODE_START);
  for (let i = 1; i < 32; i++) s[W.x + i] = random.word();
  s[W.x + R.DATA] = DATA_POINTER;
  s[W.x + R.DEVICE] = LOCKSTEP_CONFIG.map.uart.base;
  s[W.x + R.UPPER] = 0;
  s[W.x + R.VALUE] = 0;
  s[W.x + R.ELEMENT] = DATA_POINTER;
  s[W.x + R.INDEX] = 0;
  s[W.x + R.TABLE] = TABLE_POINTER;
  s[W.x + R.PATCH] = CODE_START + 4;
  s[W.x + R.CODE] = CODE_START;
  s[W.x + R.TARGET] = CODE_START;
  s[W.priv] = random.weighted([
    [4, PRIV.M],
    [6, user ? PRIV.U : PRIV.S],
  ]);
  s[W.mstatus] = random.chance(0.5) ? 0 : random.u32() & MSTATUS_MASK & ~(random.chance(0.5) ? MSTATUS.MPRV : 0);
  if ((s[W.mstatus]! & MSTATUS.MPP) >>> 11 === 2) s[W.mstatus] = s[W.mstatus]! & ~MSTATUS.MPP;
  s[W.satp] = random.chance(0.7) ? randomSatp(random) : 0;
  s[W.mtvec] = M_HANDLER | random.below(2);
  s[W.stvec] = S_HANDLER | random.below(2);
  s[W.mepc] = CODE_START;
  s[W.sepc] = CODE_START;
  s[W.medeleg] = random.pick([0, 0, 0xb100, 0xb3fc, 0x0100, random.u32() & 0xb3ff]);
  s[W.mideleg] = random.pick([0, MIDELEG_MASK, random.u32() & MIDELEG_MASK]);
  s[W.mie] = random.pick([0, MIE_MASK, random.u32() & MIE_MASK]);
  s[W.mip] = random.pick([0, 0, 0, 1 << IRQ.SSI, random.u32() & MIDELEG_MASK]);
  s[W.menvcfgh] = random.pick([0, MENVCFGH.STCE, MENVCFGH.ADUE, MENVCFGH.STCE + MENVCFGH.ADUE]);
  s[W.mcounteren] = random.below(8);
  s[W.scounteren] = random.below(8);
  s[W.mscratch] = random.word();
  s[W.sscratch] = random.word();
  randomDevices(random, s);
  if (random.chance(0.2)) s[W.tohost] = DATA_POINTER + random.between(-4, 4) * 4;
  if (random.chance(0.1)) s[W.breakpoint] = CODE_START + 4 * random.below(200);
  return s;
}

function randomDevices(random: Random, s: Uint32Array): void {
  // Time starts where carries and timers are near.
  if (random.chance(0.5)) write64(s, W.retired, BigInt(random.pick([0xfffffff0, 0x1fffffff0, 1000, 0xffffff00])));
  if (random.chance(0.3)) write64(s, W.mtime_offset, BigInt(random.pick([0xffffff80, 0x80000000, 12345])));
  if (random.chance(0.3)) write64(s, W.mcycle_offset, (BigInt(random.u32()) << 32n) | BigInt(random.u32()));
  if (random.chance(0.4))
    write64(s, W.mtimecmp, ((BigInt(s[W.retired + 1]!) << 32n) | BigInt(s[W.retired]!)) / 2n + BigInt(random.below(200)));
  if (random.chance(0.4))
    write64(s, W.stimecmp, ((BigInt(s[W.retired + 1]!) << 32n) | BigInt(s[W.retired]!)) / 2n + BigInt(random.below(200)));
  for (let i = 1; i < 32; i++) s[W.plic_priority + i] = random.below(8);
  if (random.chance(0.5)) {
    s[W.plic_enable] = random.u32() & ~1;
    s[W.plic_enable + 1] = random.u32() & ~1;
    s[W.plic_threshold] = random.below(8);
    s[W.plic_threshold + 1] = random.below(8);
    s[W.plic_lines] = random.u32() & random.u32() & ~1;
  }
  s[W.uart_ier] = random.below(4);
  s[W.uart_fcr] = random.pick([0, 1, 0x41, 0x81, 0xc1]);
  const waiting = random.pick([0, 0, 1, 3, 5, 20, UART_RX_CAPACITY]);
  s[W.uart_rx_out] = random.pick([0, 0xfffffff8, 250]);
  s[W.uart_rx_in] = s[W.uart_rx_out]! + waiting;
  for (let i = 0; i < UART_RX_CAPACITY; i++) s[W.uart_rx + i] = random.below(256);
  if (random.chance(0.2)) {
    s[W.uart_tx_out] = 0xfffffc00;
    s[W.uart_tx_in] = s[W.uart_tx_out]! + UART_TX_CAPACITY - random.between(1, 4);
  }
}

/** The program of a seed and an index, for harts with or without 16-bit instructions. The same numbers give the same program everywhere. */
export function randomProgram(seed: number, index: number, compressed = false): Program {
  const random = new Random(seed, index);
  const user = random.chance(0.4) ? PTE.U : 0;
  const profile = random.pick(Object.keys(PROFILES));
  const count = random.between(LEAST_BLOCKS, MOST_BLOCKS);
  const blocks: Block[] = [];
  let words = PATCH_WORDS + 2;
  for (let i = 0; i < count; i++) {
    const block = randomBlock(PROFILES[profile]!, { random, index: i, user, compressed });
    if (words + block.length > CODE_WORDS) break;
    words += block.length;
    blocks.push(block);
  }

  const background = new Uint8Array(LOCKSTEP_CONFIG.ramSize);
  const ram = new Uint32Array(background.buffer);
  ram.set(machineHandler(), (M_HANDLER - BASE) >> 2);
  ram.set(supervisorHandler(), (S_HANDLER - BASE) >> 2);
  for (let i = (pageAddress(PAGE.DATA) - BASE) >> 2; i < (pageAddress(PAGE.DATA_END) - BASE) >> 2; i++) ram[i] = random.u32();
  fillTables(random, ram, user);
  return { seed, index, profile, blocks, removed: new Set(), state: randomState(random, user), background };
}
