// The building blocks of random programs: one to eight instructions each, entered only at their first. Shrinking takes whole blocks away.

import { isCompressed } from '../../isa/compressed.js';
import { CSRS, CSR_BY_NAME } from '../../isa/csrs.js';
import { decode, INSTRUCTIONS, type Instruction } from '../../isa/instructions.js';
import { IRQ } from '../../isa/privilege.js';
import { CLINT, PLIC, TEST, UART } from '../../machine/devices.js';
import { MEMORY_MAPS } from '../../machine/map.js';
import { encode, loadImmediate } from '../encode.js';
import type { Random } from '../random.js';
import { compressedBlock } from './compressed.js';
import { CODE_START, FREE_REGISTERS, M_HANDLER, PATCH_WORDS, R, S_HANDLER } from './layout.js';
import { dataLeaf, randomSatp } from './tables.js';

const MAP = MEMORY_MAPS.virt;

/** Where blocks are, known once all lengths are. */
export interface Placement {
  /** Address of the first instruction of block `index`; past the last one, of the jump back to the start. */
  address(index: number): number;
}

/** A run of instructions whose words may depend on where other blocks are. */
export interface Block {
  readonly kind: string;
  /** Instructions. */
  readonly length: number;
  /** The words, for a block that begins at `at`. */
  emit(at: number, placement: Placement): readonly number[];
}

/** What a generator may look at. */
export interface Scene {
  readonly random: Random;
  /** Index of the block being made. */
  readonly index: number;
  /** PTE.U when the code is meant for U-mode, else 0. */
  readonly user: number;
  /** The harts have 16-bit instructions: a target with bit 1 set is a place like any other, and not one to go to. */
  readonly compressed: boolean;
}

type Generator = (scene: Scene) => Block;

function fixed(kind: string, ...words: number[]): Block {
  return { kind, length: words.length, emit: () => words };
}

const free = (random: Random): number => random.pick(FREE_REGISTERS);
const any = (random: Random): number => random.below(32);
const immediate12 = (random: Random): number =>
  random.chance(0.5) ? random.between(-2048, 2047) : random.pick([0, 1, -1, 2047, -2048, 4, 31]);

/** rd = value, through the reserved upper half; `rd` is never half made, whatever happens between the two. */
function set(rd: number, value: number): [number, number] {
  const [lui, addi] = loadImmediate(R.UPPER, value);
  return [lui, (addi & ~(31 << 7)) | (rd << 7)];
}

const named = (names: readonly string[]): readonly Instruction[] => INSTRUCTIONS.filter((i) => names.includes(i.name));
const COMPUTE = INSTRUCTIONS.filter((i) => ['R', 'SHIFT', 'U'].includes(i.format) || (i.format === 'I' && i.match % 128 === 0x13));
const BRANCHES = INSTRUCTIONS.filter((i) => i.format === 'B');
const LOADS = named(['lb', 'lh', 'lw', 'lbu', 'lhu']);
const STORES = named(['sb', 'sh', 'sw']);
const AMOS = INSTRUCTIONS.filter((i) => i.format === 'AMO' && i.name !== 'sc.w');

const compute: Generator = ({ random }) => {
  const i = random.pick(COMPUTE);
  const imm = i.format === 'U' ? random.word() : i.format === 'SHIFT' ? random.below(32) : immediate12(random);
  return fixed('compute', encode(i.name, { rd: free(random), rs1: any(random), rs2: any(random), imm }));
};

const constant: Generator = ({ random }) => fixed('constant', ...loadImmediate(free(random), random.word()));

/** Sets ELEMENT to DATA plus a number from a register: any alignment, up to half a page. */
function element(random: Random): number[] {
  const mask = random.pick([0x7ff, 0x7fc, 0x7fc, 0x3c, 0x7f8]);
  return [encode('andi', { rd: R.INDEX, rs1: any(random), imm: mask }), encode('add', { rd: R.ELEMENT, rs1: R.DATA, rs2: R.INDEX })];
}

/** A load or store near a page boundary, at any alignment. */
const access: Generator = ({ random }) => {
  const near = random.chance(0.7);
  const imm = near ? random.between(-8, 8) : random.between(-2048, 2047);
  const rs1 = random.pick([R.DATA, R.DATA, R.ELEMENT]);
  if (random.chance(0.5)) return fixed('load', encode(random.pick(LOADS).name, { rd: free(random), rs1: near ? rs1 : R.DATA, imm }));
  return fixed('store', encode(random.pick(STORES).name, { rs1, rs2: any(random), imm: rs1 === R.ELEMENT ? imm & 0x3ff : imm }));
};

/** A load anywhere at all: nothing is changed by it. */
const strayLoad: Generator = ({ random }) =>
  random.chance(0.5)
    ? fixed('stray load', encode(random.pick(LOADS).name, { rd: free(random), rs1: any(random), imm: immediate12(random) }))
    : fixed(
        'stray load',
        ...set(R.TARGET, random.pick([0, 0x80000ffe, 0x8000fffd, 0xffffffff, 0x80010000, 0x40000000, 0xfffffffe])),
        encode(random.pick(LOADS).name, { rd: free(random), rs1: R.TARGET, imm: random.between(-4, 4) }),
      );

const atomic: Generator = ({ random }) => {
  const rs1 = random.pick([R.ELEMENT, R.ELEMENT, R.DATA, R.DATA, R.DEVICE]);
  const [rd, rs2, ordering] = [free(random), any(random), random.below(4)];
  const words = random.chance(0.6) ? element(random) : [];
  switch (random.below(4)) {
    case 0:
      return fixed('lr', ...words, encode('lr.w', { rd, rs1, ordering }));
    case 1:
      return fixed('sc', ...words, encode('sc.w', { rd, rs1, rs2, ordering }));
    case 2: {
      const between = random.weighted<() => number[]>([
        [4, () => []],
        [2, () => [encode('sw', { rs1: random.pick([rs1, R.DATA]), rs2: any(random), imm: random.pick([0, 0, 1, -1, 4, -4]) })]],
        [1, () => [encode('amoadd.w', { rd: free(random), rs1, rs2 })]],
        [1, () => [encode('ecall')]],
        [1, () => [encode('lr.w', { rd: free(random), rs1: R.DATA })]],
      ])();
      return fixed(
        'lr/sc',
        ...words,
        encode('lr.w', { rd, rs1, ordering }),
        ...between,
        encode('sc.w', { rd: free(random), rs1, rs2, ordering }),
      );
    }
    default:
      return fixed('amo', ...words, encode(random.pick(AMOS).name, { rd, rs1, rs2, ordering }));
  }
};

/** Mostly forwards, to the beginning of a block. */
function destination({ random, index }: Scene): number {
  return random.chance(0.8) ? index + random.between(1, 12) : Math.max(0, index - random.below(20));
}

const branch: Generator = (scene) => {
  const { random } = scene;
  const [name, rs1, rs2] = [random.pick(BRANCHES).name, any(random), any(random)];
  const target = destination(scene);
  // A target that is not a multiple of four traps, when the branch is taken.
  const off = !scene.compressed && random.chance(0.06) ? 2 : 0;
  return { kind: 'branch', length: 1, emit: (at, p) => [encode(name, { rs1, rs2, imm: p.address(target) - at + off })] };
};

const jump: Generator = (scene) => {
  const { random } = scene;
  const rd = free(random);
  const target = destination(scene);
  const off = !scene.compressed && random.chance(0.06) ? 2 : 0;
  if (random.chance(0.5)) return { kind: 'jal', length: 1, emit: (at, p) => [encode('jal', { rd, imm: p.address(target) - at + off })] };
  const imm = random.chance(0.5) ? 0 : random.between(-2048, 2047);
  const odd = random.pick(scene.compressed ? [0, 0, 0, 1] : [0, 0, 0, 0, 1, 2, 3]);
  return {
    kind: 'jalr',
    length: 3,
    emit: (_, p) => [...set(R.CODE, p.address(target) - imm + odd), encode('jalr', { rd, rs1: R.CODE, imm })],
  };
};

/** Into nowhere: outside RAM, a device, the end of the address space. */
const badJump: Generator = ({ random }) =>
  fixed(
    'bad jump',
    ...set(R.TARGET, random.pick([0, 0x10000000, 0xfffffffc, 0x80010000, 0x7ffffffc, 0x40000000])),
    encode('jalr', { rd: free(random), rs1: R.TARGET }),
  );

// Return addresses and trap vectors only ever hold addresses of the code; satp only roots.
const ADDRESS_CSRS = ['mepc', 'sepc', 'mtvec', 'stvec', 'satp'];
const FREE_CSRS = CSRS.filter((c) => !ADDRESS_CSRS.includes(c.name));
const STATUS_CSRS = FREE_CSRS.filter((c) => c.kind !== 'zero' && c.kind !== 'constant');
const CSR_FORMS = INSTRUCTIONS.filter((i) => i.format === 'CSR' || i.format === 'CSRI');

const csrAny: Generator = ({ random }) => {
  const name = random.pick(CSR_FORMS).name;
  const operands = { rd: free(random), rs1: any(random), imm: random.below(32) };
  const n = random.weighted<() => number>([
    [10, () => random.pick(STATUS_CSRS).number],
    [2, () => random.pick(FREE_CSRS).number],
    [1, () => random.below(4096)],
  ])();
  if (ADDRESS_CSRS.some((c) => CSR_BY_NAME.get(c)!.number === n)) return fixed('csr', encode('csrrs', { rd: free(random), csr: n }));
  return fixed('csr', encode(name, { ...operands, csr: n }));
};

/** A read, without a write, of a CSR that holds an address. */
const csrRead: Generator = ({ random }) =>
  fixed('csr read', encode(random.pick(['csrrs', 'csrrc']), { rd: free(random), csr: random.pick(ADDRESS_CSRS) }));

/** Bits of mstatus that change how memory is seen, and the interrupt enables. */
const status: Generator = ({ random }) => {
  const value = random.pick([
    0x20000, 0x40000, 0x80000, 0x1800, 0x800, 0x8, 0x2, 0xa, 0x100000, 0x200000, 0x400000, 0x1000, 0x22, 0x21800, 0x20800,
  ]);
  const csr = random.pick(['mstatus', 'mstatus', 'mstatus', 'sstatus']);
  return fixed(
    'status',
    ...set(R.VALUE, value),
    encode(random.pick(['csrrs', 'csrrs', 'csrrc', 'csrrc', 'csrrw']), { rd: free(random), csr, rs1: R.VALUE }),
  );
};

const delegation: Generator = ({ random }) => {
  const csr = random.pick(['medeleg', 'mideleg', 'mie', 'mip', 'sip', 'sie', 'mcounteren', 'scounteren', 'menvcfgh']);
  return fixed(
    'delegation',
    ...set(R.VALUE, random.word()),
    encode(random.pick(['csrrs', 'csrrc', 'csrrw']), { rd: free(random), csr, rs1: R.VALUE }),
  );
};

/** mtvec or stvec: a handler, direct or vectored, with the reserved bit now and then. */
const vector: Generator = ({ random }) => {
  const machine = random.chance(0.5);
  const value = (machine ? M_HANDLER : S_HANDLER) + random.pick([0, 0, 1, 2, 3]);
  return fixed('vector', ...set(R.TARGET, value), encode('csrrw', { rd: free(random), csr: machine ? 'mtvec' : 'stvec', rs1: R.TARGET }));
};

const satp: Generator = ({ random }) =>
  fixed('satp', ...set(R.VALUE, randomSatp(random)), encode('csrrw', { rd: free(random), csr: 'satp', rs1: R.VALUE }));

/** MRET or SRET to the beginning of a block, with a previous privilege. */
const enter: Generator = (scene) => {
  const { random } = scene;
  const machine = random.chance(0.6);
  const target = destination(scene);
  const odd = random.pick(scene.compressed ? [0, 0, 1] : [0, 0, 0, 1, 2, 3]);
  const bits = machine ? random.pick([0, 0x800, 0x1800]) : random.pick([0, 0x100]);
  const mask = machine ? 0x1800 : 0x100;
  const csr = machine ? 'mstatus' : 'sstatus';
  const tail = [
    ...set(R.VALUE, mask),
    encode('csrrc', { csr, rs1: R.VALUE }),
    ...set(R.VALUE, bits),
    encode('csrrs', { csr, rs1: R.VALUE }),
    encode(machine ? 'mret' : 'sret'),
  ];
  return {
    kind: 'enter',
    length: 3 + tail.length,
    emit: (_, p) => [
      ...set(R.TARGET, p.address(target) + odd),
      encode('csrrw', { rd: 0, csr: machine ? 'mepc' : 'sepc', rs1: R.TARGET }),
      ...tail,
    ],
  };
};

/** A bare privileged instruction, legal or not where it stands. */
const privileged: Generator = ({ random }) =>
  fixed(
    'privileged',
    encode(
      random.weighted([
        [4, 'ecall'],
        [2, 'ebreak'],
        [1, 'sret'],
        [1, 'mret'],
        [3, 'sfence.vma'],
        [2, 'fence'],
        [1, 'fence.i'],
        [1, 'wfi'],
      ] as const),
      {
        rs1: any(random),
        rs2: any(random),
        imm: random.below(256),
      },
    ),
  );

/** A word that no row of the table matches. */
const illegal: Generator = ({ random, compressed }) => {
  for (;;) {
    const base = random.pick(INSTRUCTIONS).match;
    const word = random.chance(0.7) ? (base ^ (1 << random.below(32))) >>> 0 : random.u32();
    if (!decode(word) && !(compressed && isCompressed(word))) return fixed('illegal', word);
  }
};

/** A new PTE for a data page, and SFENCE.VMA. */
const tableStore: Generator = ({ random, user }) => {
  const page = random.between(4, 11);
  return fixed(
    'table store',
    ...set(R.VALUE, dataLeaf(random, user)),
    encode('sw', { rs1: R.TABLE, rs2: R.VALUE, imm: page * 4 }),
    encode('sfence.vma', { rs1: any(random), rs2: any(random) }),
  );
};

const tableLoad: Generator = ({ random }) =>
  fixed('table load', encode('lw', { rd: free(random), rs1: R.TABLE, imm: random.below(16) * 4 }));

/** A new instruction for one of the patchable words, and FENCE.I. */
const patch: Generator = ({ random }) => {
  const i = random.pick(COMPUTE);
  const word = random.chance(0.9)
    ? encode(i.name, { rd: free(random), rs1: any(random), rs2: any(random), imm: immediate12(random) & (i.format === 'SHIFT' ? 31 : -1) })
    : 0;
  return fixed(
    'patch',
    ...set(R.VALUE, word),
    encode('sw', { rs1: R.PATCH, rs2: R.VALUE, imm: random.below(PATCH_WORDS) * 4 }),
    encode('fence.i'),
  );
};

/** Runs the patchable words. */
const callPatch: Generator = ({ random }) => {
  const rd = free(random);
  return { kind: 'call patch', length: 1, emit: (at) => [encode('jal', { rd, imm: CODE_START + 4 - at })] };
};

const device: Generator = ({ random }) => {
  const [base, offsets, name] = random.weighted<readonly [number, readonly number[], 'sb' | 'sw' | 'sh']>([
    [6, [MAP.uart.base, [0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8], 'sb']],
    [3, [MAP.clint.base, [CLINT.MSIP, 4, 8], 'sw']],
    [2, [MAP.clint.base + CLINT.MTIMECMP, [0, 4, 8], 'sw']],
    [2, [MAP.clint.base + 0xb000, [CLINT.MTIME - 0xb000 - 0x1000, CLINT.MTIMEH - 0xb000 - 0x1000], 'sw']],
    [3, [MAP.plic.base, [0, 4, 8, 12, 16, 4 * 10, 4 * 31, 4 * 32], 'sw']],
    [1, [MAP.plic.base + PLIC.PENDING, [0, 4], 'sw']],
    [3, [MAP.plic.base + PLIC.ENABLE, [0, PLIC.ENABLE_STRIDE, 4], 'sw']],
    [4, [MAP.plic.base + PLIC.THRESHOLD, [0, 4, 4, 8], 'sw']],
    [4, [MAP.plic.base + PLIC.THRESHOLD + PLIC.CONTEXT_STRIDE, [0, 4, 4], 'sw']],
    [0.3, [MAP.test.base, [0, 4], 'sw']],
    [1, [MAP.virtio.base, [0, 2, 0x70, 0x7ff], 'sw']],
    [0.5, [MAP.uart.base + 0x100, [0], 'sw']],
  ]);
  const pointer = set(R.DEVICE, base + (name === 'sw' && base === MAP.clint.base + 0xb000 ? 0x1000 : 0));
  const imm = random.pick(offsets);
  const right = random.chance(0.93);
  const store = right ? name : random.pick(['sb', 'sh', 'sw'] as const);
  const load = right ? (name === 'sb' ? random.pick(['lb', 'lbu']) : 'lw') : random.pick(LOADS).name;
  const words: number[] = [...pointer];
  if (random.chance(0.5)) words.push(encode(load, { rd: free(random), rs1: R.DEVICE, imm }));
  else {
    const value = random.pick([
      random.word(),
      random.below(16),
      random.below(256),
      TEST.PASS,
      UART.LCR_DLAB,
      UART.MCR_LOOP | random.below(16),
      1 << random.below(12),
    ]);
    words.push(...set(R.VALUE, value), encode(store, { rs1: R.DEVICE, rs2: R.VALUE, imm }));
  }
  return fixed('device', ...words);
};

/** A timer a few ticks ahead: through stimecmp, or through the CLINT. */
const timer: Generator = ({ random }) => {
  const ahead = random.between(-2, 20);
  const read = [encode('csrrs', { rd: R.VALUE, csr: 'time' }), encode('addi', { rd: R.VALUE, rs1: R.VALUE, imm: ahead })];
  if (random.chance(0.5))
    return fixed('timer', ...read, encode('csrrw', { csr: 'stimecmp', rs1: R.VALUE }), encode('csrrw', { csr: 'stimecmph' }));
  return fixed(
    'timer',
    ...read,
    ...set(R.DEVICE, MAP.clint.base + CLINT.MTIMECMP),
    encode('sw', { rs1: R.DEVICE, rs2: R.VALUE }),
    encode('sw', { rs1: R.DEVICE, imm: 4 }),
  );
};

const INTERRUPT_BITS = Object.values(IRQ).reduce((bits, irq) => bits | (1 << irq), 0);

/** Makes interrupts likely: enables all of them, sets software bits. */
const interrupts: Generator = ({ random }) =>
  fixed(
    'interrupts',
    ...set(R.VALUE, random.chance(0.7) ? INTERRUPT_BITS : random.u32()),
    encode('csrrs', { rd: free(random), csr: random.pick(['mie', 'mie', 'mideleg', 'mip']), rs1: R.VALUE }),
    encode('csrrsi', { rd: free(random), csr: random.pick(['mstatus', 'sstatus']), imm: random.pick([2, 8, 10]) }),
  );

const GENERATORS = {
  compute,
  constant,
  access,
  strayLoad,
  atomic,
  branch,
  jump,
  badJump,
  csrAny,
  csrRead,
  status,
  delegation,
  vector,
  satp,
  enter,
  privileged,
  illegal,
  tableStore,
  tableLoad,
  patch,
  callPatch,
  device,
  timer,
  interrupts,
} as const;

export type BlockKind = keyof typeof GENERATORS;

/** How often each kind comes. A profile names what is different from the base. */
export type Profile = Readonly<Record<BlockKind, number>>;

const BASE_PROFILE: Profile = {
  compute: 30,
  constant: 8,
  access: 12,
  strayLoad: 1,
  atomic: 4,
  branch: 8,
  jump: 4,
  badJump: 0.3,
  csrAny: 3,
  csrRead: 0.5,
  status: 1,
  delegation: 1,
  vector: 0.3,
  satp: 0.5,
  enter: 1.5,
  privileged: 2,
  illegal: 0.7,
  tableStore: 0.7,
  tableLoad: 0.3,
  patch: 0.5,
  callPatch: 0.5,
  device: 1,
  timer: 0.5,
  interrupts: 0.7,
};

/** What programs are about; each is the base with a few kinds raised. */
export const PROFILES: Readonly<Record<string, Profile>> = {
  mixed: BASE_PROFILE,
  arithmetic: { ...BASE_PROFILE, compute: 120, constant: 30, branch: 20 },
  memory: { ...BASE_PROFILE, access: 60, strayLoad: 4, atomic: 10 },
  atomics: { ...BASE_PROFILE, atomic: 50, access: 15 },
  csrs: { ...BASE_PROFILE, csrAny: 50, csrRead: 4, status: 10, delegation: 10, enter: 4 },
  traps: { ...BASE_PROFILE, privileged: 15, illegal: 8, badJump: 2, strayLoad: 8, enter: 10, delegation: 8, vector: 4 },
  paging: { ...BASE_PROFILE, tableStore: 15, tableLoad: 6, satp: 6, status: 8, access: 40, enter: 8 },
  patching: { ...BASE_PROFILE, patch: 20, callPatch: 20 },
  devices: { ...BASE_PROFILE, device: 40, interrupts: 8 },
  interrupts: { ...BASE_PROFILE, timer: 20, interrupts: 20, device: 15, enter: 8, delegation: 4 },
};

/** How many blocks are 16-bit ones, on harts that have them. */
const COMPRESSED_SHARE = 0.4;

/** A block of a kind that the profile favours. */
export function randomBlock(profile: Profile, scene: Scene): Block {
  if (scene.compressed && scene.random.chance(COMPRESSED_SHARE)) return compressedBlock(scene);
  const choices = (Object.entries(profile) as [BlockKind, number][]).map(([kind, weight]) => [weight, GENERATORS[kind]] as const);
  return scene.random.weighted(choices)(scene);
}
