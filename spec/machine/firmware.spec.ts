// The firmware's SBI, called from S-mode on the reference hart (RISC-V SBI specification 2.0).
import { describe, expect, test } from 'vitest';
import { assemble } from '../../src/isa/assembler/index.js';
import { W } from '../../src/isa/state.js';
import { bootLinux } from '../../src/machine/boot.js';
import type { Machine, RunResult } from '../../src/machine/machine.js';
import { MEMORY_MAPS, type MapName } from '../../src/machine/map.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { kernelImage } from './kernel-image.js';

/** a7, a6, a0, a1, a2. */
type Call = readonly [number, number, number?, number?, number?];

const BASE = 0x10;
const TIME = 0x54494d45;
const IPI = 0x735049;
const RFENCE = 0x52464e43;
const HSM = 0x48534d;
const SRST = 0x53525354;
const DBCN = 0x4442434e;
const OK = 0;
const [FAILED, NOT_SUPPORTED, INVALID, ALREADY] = [-1, -2, -3, -6];

/** Makes the calls of a table, keeps what they answer, checks that the other registers survive, then halts. */
const KERNEL = `
_start: la s0, calls
        la s1, answers
        li s2, COUNT
        li s3, 0
        li t0, 0x1111
        li t1, 0x2222
        li t2, 0x3333
        li t3, 0x4444
        li a3, 0x5555
        li sp, 0x6666
1:      beqz s2, 2f
        lw a7, 0(s0)
        lw a6, 4(s0)
        lw a0, 8(s0)
        lw a1, 12(s0)
        lw a2, 16(s0)
        ecall
        sw a0, 0(s1)
        sw a1, 4(s1)
        addi s0, s0, 20
        addi s1, s1, 8
        addi s2, s2, -1
        j 1b
2:      add t0, t0, t1
        add t0, t0, t2
        add t0, t0, t3
        add t0, t0, a3
        add t0, t0, sp
        li t1, 0x16665
        li s4, TEST
        li s5, 0x5555
        beq t0, t1, 3f
        li s5, 0x13333
3:      sw s5, 0(s4)
4:      j 4b
        .data
        .balign 8
calls:  .space 4096
answers: .space 2048
text:   .ascii "debug console"
        .balign 4
buffer: .space 16
`;

interface Session {
  readonly machine: Machine;
  readonly result: RunResult;
  readonly answers: readonly (readonly [number, number])[];
  readonly symbols: ReadonlyMap<string, number>;
}

async function boot(
  source: string,
  symbols: Record<string, number>,
  map: MapName,
): Promise<{ machine: Machine; symbols: ReadonlyMap<string, number> }> {
  const { kernel: at, test: off, uart } = MEMORY_MAPS[map];
  const program = assemble(source, { base: at + 64, symbols: { TEST: off.base, UART: uart.base, ...symbols } });
  const end = Math.max(...program.sections.map((s) => s.address + s.size));
  const code = new Uint8Array(end - at - 64);
  for (const s of program.sections) if (!s.nobits) code.set(s.bytes, s.address - at - 64);
  const { machine } = await bootLinux({ executorFactory: (c) => new ReferenceHart(c), kernel: kernelImage(code, 1 << 20), map });
  return { machine, symbols: program.symbols };
}

async function call(
  calls: readonly Call[] | ((symbols: ReadonlyMap<string, number>) => readonly Call[]),
  input = '',
  map: MapName = 'virt',
): Promise<Session> {
  const count = typeof calls === 'function' ? calls(new Map()).length : calls.length;
  const { machine, symbols } = await boot(KERNEL, { COUNT: count }, map);
  const list = typeof calls === 'function' ? calls(symbols) : calls;
  const table = new Uint8Array(20 * count);
  const view = new DataView(table.buffer);
  list.forEach((c, i) => [0, 1, 2, 3, 4].forEach((j) => view.setUint32(20 * i + 4 * j, (c[j] ?? 0) >>> 0, true)));
  await machine.writeMemory(symbols.get('calls')!, table);
  if (input) machine.send(input);
  const result = await machine.run(100_000);
  const bytes = await machine.readMemory(symbols.get('answers')!, 8 * Math.max(1, count));
  const out = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { machine, result, symbols, answers: list.map((_, i) => [out.getInt32(8 * i, true), out.getInt32(8 * i + 4, true)] as const) };
}

describe.each(['virt', 'visual'] as const)('on the %s map', (map) => {
  test('the kernel starts in S-mode with hart id and device tree, and halts', async () => {
    const { machine } = await boot(
      `_start: lw t0, 0(a1)\n li t1, 0xedfe0dd0\n bne t0, t1, 1f\n bnez a0, 1f\n csrr t0, sstatus\n li t1, 0x5555\n li t2, TEST\n sw t1, 0(t2)\n1: j 1b`,
      {},
      map,
    );
    expect(await machine.run(100_000)).toMatchObject({ exit: 'halt', value: 0x5555 });
    expect((await machine.readState())[W.priv]).toBe(1);
  });

  test('debug console and shutdown', async () => {
    const { machine, answers } = await call((s) => [[DBCN, 0, 13, s.get('text') ?? 0, 0]], '', map);
    expect(answers).toEqual([[OK, 13]]);
    expect(machine.console.text()).toBe('debug console');
  });
});

test('base: version, implementation, machine ids, probing', async () => {
  const { answers, result } = await call([
    [BASE, 0],
    [BASE, 1],
    [BASE, 2],
    [BASE, 4],
    [BASE, 5],
    [BASE, 6],
    [BASE, 7],
    ...[BASE, TIME, IPI, RFENCE, HSM, SRST, DBCN].map((e): Call => [BASE, 3, e]),
    [BASE, 3, 0x535441],
    [BASE, 3, 8],
  ]);
  expect(answers.slice(0, 7)).toEqual([
    [OK, 0x02000000],
    [OK, 0x67707576],
    [OK, 1],
    [OK, 0],
    [OK, 0],
    [OK, 0],
    [NOT_SUPPORTED, 0],
  ]);
  expect(answers.slice(7)).toEqual([...Array.from({ length: 7 }, () => [OK, 1]), [OK, 0], [OK, 1]]);
  expect(result).toMatchObject({ exit: 'halt', value: 0x5555 }); // every other register came back
});

test('unknown extensions and functions are not supported', async () => {
  const unknown: Call[] = [
    [0x535441, 0],
    [9, 0],
    [15, 0],
    [-1, 0],
    [TIME, 1],
    [IPI, 1],
    [RFENCE, 3],
    [RFENCE, -1],
    [HSM, 4],
    [SRST, 1],
    [DBCN, 3],
  ];
  const { answers } = await call(unknown);
  expect(answers).toEqual(unknown.map(() => [NOT_SUPPORTED, 0]));
});

test('time sets stimecmp', async () => {
  const { machine, answers } = await call([[TIME, 0, 0x89abcdef, 0x1234567]]);
  expect(answers).toEqual([[OK, 0]]);
  const s = await machine.readState();
  expect([s[W.stimecmp], s[W.stimecmp + 1]]).toEqual([0x89abcdef, 0x1234567]);
});

test('ipi: raises SSIP on hart 0 alone', async () => {
  const { machine, answers } = await call([
    [IPI, 0, 0, 0],
    [IPI, 0, 2, 0],
    [IPI, 0, 1, 1],
    [IPI, 0, 1, 0],
    [IPI, 0, 0, -1],
  ]);
  expect(answers).toEqual([
    [OK, 0],
    [INVALID, 0],
    [INVALID, 0],
    [OK, 0],
    [OK, 0],
  ]);
  expect((await machine.readState())[W.mip]! & 2).toBe(2);
});

test('rfence', async () => {
  const { answers } = await call([
    [RFENCE, 0, 1, 0],
    [RFENCE, 1, 1, 0],
    [RFENCE, 2, 0, -1],
    [RFENCE, 1, 2, 0],
    [RFENCE, 1, 1, 4],
  ]);
  expect(answers).toEqual([
    [OK, 0],
    [OK, 0],
    [OK, 0],
    [INVALID, 0],
    [INVALID, 0],
  ]);
});

test('hart state management', async () => {
  const { answers } = await call([
    [HSM, 0, 0],
    [HSM, 0, 1],
    [HSM, 1],
    [HSM, 2, 0],
    [HSM, 2, 7],
    [HSM, 3, 5],
    [HSM, 3, 0x90000000],
  ]);
  expect(answers).toEqual([
    [ALREADY, 0],
    [INVALID, 0],
    [FAILED, 0],
    [OK, 0],
    [INVALID, 0],
    [INVALID, 0],
    [NOT_SUPPORTED, 0],
  ]);
});

test('the debug console refuses addresses that are not memory, and reads what is there', async () => {
  const { machine, answers } = await call(
    (s) => [
      [DBCN, 0, 4, 0x40000000, 0],
      [DBCN, 0, 4, s.get('text') ?? 0, 1],
      [DBCN, 0, 16, 0xfffffff8, 0],
      [DBCN, 1, 4, 0x40000000, 0],
      [DBCN, 1, 16, s.get('buffer') ?? 0, 0],
      [DBCN, 2, 0x21],
      [DBCN, 0, 0, 0, 0],
    ],
    'typed',
  );
  // The first byte of input is lost to the read that had nowhere to put it.
  expect(answers).toEqual([
    [INVALID, 0],
    [INVALID, 0],
    [INVALID, 0],
    [INVALID, 0],
    [OK, 4],
    [OK, 0],
    [OK, 0],
  ]);
  expect(machine.console.text()).toBe('!');
});

test('legacy calls answer in a0 alone', async () => {
  const { machine, answers } = await call(
    [
      [1, 0, 0x41, 77],
      [2, 0, 0, 77],
      [2, 0, 0, 77],
      [0, 0, 5, 6],
      [3, 0, 0, 77],
      [5, 0, 0, 77],
      [6, 0, 0, 77],
      [7, 0, 0, 77],
    ],
    'k',
  );
  expect(answers).toEqual([
    [0, 77],
    [0x6b, 77],
    [-1, 77],
    [0, 6],
    [0, 77],
    [0, 77],
    [0, 77],
    [0, 77],
  ]);
  expect(machine.console.text()).toBe('A');
});

test.each([
  ['shutdown', [SRST, 0, 0, 0], 0x5555],
  ['shutdown after a failure', [SRST, 0, 0, 1], 0x13333],
  ['cold reboot', [SRST, 0, 1, 0], 0x7777],
  ['warm reboot', [SRST, 0, 2, 0], 0x7777],
  ['legacy shutdown', [8, 0], 0x5555],
] as const)('%s', async (_name, last, value) => {
  const { result } = await call([last as Call]);
  expect(result).toMatchObject({ exit: 'halt', value });
});

test('reset types and reasons that do not exist', async () => {
  const { answers } = await call([
    [SRST, 0, 3, 0],
    [SRST, 0, 0, 2],
  ]);
  expect(answers).toEqual([
    [INVALID, 0],
    [INVALID, 0],
  ]);
});

test('a kernel that jumps into nowhere before it has a trap handler is told so', async () => {
  const { machine } = await boot('_start: li t0, 0x40000000\n jr t0', {}, 'virt');
  expect(await machine.run(100_000)).toMatchObject({ exit: 'halt', value: 0x23333 });
  expect(machine.console.text()).toContain('before it had a handler, scause 00000001 at 40000000, tval 40000000');
});
