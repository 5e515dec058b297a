// Budgets, exits, breakpoints, and the executor and fleet contracts (docs/machine.md, Steps; src/machine/executor.ts).

import { describe, expect, it } from 'vitest';
import { GpuvisorError } from '../../src/isa/errors.js';
import { EXIT, STATE_WORDS, UART_TX_CAPACITY, W } from '../../src/isa/state.js';
import { completeMmio } from '../../src/machine/mmio.js';
import { ReferenceFleet, ReferenceHart } from '../../src/reference/index.js';
import { BASE, get, MAP, RAM_SIZE, set, start } from './hart.js';

const CONFIG = { map: MAP, ramSize: RAM_SIZE };

async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (e) {
    if (e instanceof GpuvisorError) return e.code;
    throw e;
  }
  return 'nothing was thrown';
}

describe('budgets', () => {
  it('are spent to the step, traps included', () => {
    const hart = start('ecall', { mtvec: BASE });
    expect(hart.runSync(1000)).toEqual({ exit: EXIT.BUDGET, steps: 1000 });
    expect(get(hart, 'retired')).toBe(0);
  });

  it.each([0, -1, 1.5, 2 ** 31, NaN])('%d is refused', async (budget) => {
    expect(await codeOf(() => start('nop').runSync(budget))).toBe('BAD_ARGUMENT');
  });

  it('a run in pieces is the run in one', () => {
    const source = '1: addi x1, x1, 1\nmul x2, x1, x1\nsw x2, 0x100(x5)\nlw x3, 0x100(x5)\nbne x3, x0, 1b';
    const [whole, pieces] = [start(source, { x5: BASE }), start(source, { x5: BASE })];
    whole.runSync(1000);
    for (const n of [1, 2, 3, 94, 400, 500]) pieces.runSync(n);
    expect(pieces.state).toEqual(whole.state);
    expect(pieces.ram).toEqual(whole.ram);
  });
});

describe('exits', () => {
  it('HALT after the store to the test device', () => {
    const hart = start('sw x10, 4(x5)\nsw x10, 0(x5)\nnop', { x5: MAP.test.base, x10: 0x5555 });
    expect(hart.runSync(10)).toEqual({ exit: EXIT.HALT, steps: 2 });
    expect([get(hart, 'exit_value'), get(hart, 'pc'), get(hart, 'retired'), get(hart, 'exit')]).toEqual([0x5555, BASE + 8, 2, EXIT.HALT]);
  });

  it('wins over the end of the budget', () => {
    const hart = start('sw x10, 0(x5)', { x5: MAP.test.base, x10: 1 });
    expect(hart.runSync(1)).toEqual({ exit: EXIT.HALT, steps: 1 });
  });

  it.each([
    ['lw x7, 4(x5)', { mmio_address: 4, mmio_store: 0, mmio_size: 4, mmio_value: 0, mmio_rd: 7, mmio_signed: 0 }],
    ['lb x7, 1(x5)', { mmio_address: 1, mmio_store: 0, mmio_size: 1, mmio_value: 0, mmio_rd: 7, mmio_signed: 1 }],
    ['lhu x7, 2(x5)', { mmio_address: 2, mmio_store: 0, mmio_size: 2, mmio_value: 0, mmio_rd: 7, mmio_signed: 0 }],
    ['sh x10, 2(x5)', { mmio_address: 2, mmio_store: 1, mmio_size: 2, mmio_value: 0x5678, mmio_rd: 0, mmio_signed: 0 }],
  ])('MMIO before %s', (source, words) => {
    const hart = start(`nop\n${source}`, { x5: MAP.virtio.base, x10: 0x12345678, mmio_value: 1, mmio_rd: 1, mmio_signed: 1 });
    expect(hart.runSync(10)).toEqual({ exit: EXIT.MMIO, steps: 1 });
    const expected = { ...words, mmio_address: MAP.virtio.base + words.mmio_address };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, get(hart, name)]))).toEqual(expected);
    expect([get(hart, 'pc'), get(hart, 'retired'), get(hart, 'x7')]).toEqual([BASE + 4, 1, 0]);
  });

  it('MMIO is completed by the owner, and the run goes on', () => {
    const hart = start('lb x7, 0(x5)\naddi x8, x7, 1', { x5: MAP.virtio.base });
    hart.runSync(5);
    completeMmio(hart.state, 0x80);
    expect(hart.runSync(1)).toEqual({ exit: EXIT.BUDGET, steps: 1 });
    expect([get(hart, 'x7'), get(hart, 'x8')]).toEqual([0xffffff80, 0xffffff81]);
  });

  it('UART when the transmit ring fills', () => {
    const hart = start('1: sb x10, 0(x5)\nj 1b', { x5: MAP.uart.base, x10: 65 });
    expect(hart.runSync(10_000)).toEqual({ exit: EXIT.UART, steps: 2 * UART_TX_CAPACITY - 1 });
    expect(get(hart, 'uart_tx_in')).toBe(UART_TX_CAPACITY);
    set(hart, { uart_tx_out: UART_TX_CAPACITY - 3 });
    expect(hart.runSync(10_000)).toEqual({ exit: EXIT.UART, steps: 2 * (UART_TX_CAPACITY - 3) });
  });
});

describe('breakpoints', () => {
  it('stop before the instruction, and let a run start on it', () => {
    const hart = start('nop\nnop\nj . - 8', { breakpoint: BASE + 4 });
    expect(hart.runSync(10)).toEqual({ exit: EXIT.BREAKPOINT, steps: 1 });
    expect(get(hart, 'pc')).toBe(BASE + 4);
    expect(hart.runSync(10)).toEqual({ exit: EXIT.BREAKPOINT, steps: 3 });
  });

  it('belong to the next step when the budget is spent', () => {
    const hart = start('nop\nnop', { breakpoint: BASE + 4 });
    expect(hart.runSync(1)).toEqual({ exit: EXIT.BUDGET, steps: 1 });
  });

  it('come after an interrupt', () => {
    const hart = start('nop\nnop', { breakpoint: BASE + 4, mstatus: 8, mie: 2, x10: 2, mtvec: BASE + 4 });
    set(hart, { mip: 2 });
    // The interrupt is the first step; its handler is where the breakpoint is.
    expect(hart.runSync(5)).toEqual({ exit: EXIT.BREAKPOINT, steps: 1 });
    expect(get(hart, 'mcause')).toBe(0x80000001);
  });
});

describe('ReferenceHart', () => {
  it.each([0, 4095, 6000, -4096, 1.5])('refuses %d bytes of RAM', async (ramSize) => {
    expect(await codeOf(() => new ReferenceHart({ map: MAP, ramSize }))).toBe('BAD_ARGUMENT');
  });

  it('refuses states and addresses that do not fit', async () => {
    const hart = start('nop');
    expect(await codeOf(() => hart.writeState(new Uint32Array(3)))).toBe('BAD_ARGUMENT');
    for (const [address, length] of [
      [BASE - 1, 1],
      [BASE, RAM_SIZE + 1],
      [BASE + RAM_SIZE, 1],
      [BASE, -1],
      [0, 1],
      [NaN, 1],
    ] as const) {
      expect(await codeOf(() => hart.readMemory(address, length))).toBe('BAD_ARGUMENT');
    }
    expect(await codeOf(() => hart.writeMemory(BASE + RAM_SIZE - 1, new Uint8Array(2)))).toBe('BAD_ARGUMENT');
  });

  it('gives copies', async () => {
    const hart = start('nop');
    (await hart.readState()).fill(1);
    (await hart.readMemory(BASE, 4)).fill(1);
    expect([get(hart, 'pc'), hart.ram[0]]).toEqual([BASE, 0x13]);
  });

  it('is no use after dispose', async () => {
    const hart = start('nop');
    hart.dispose();
    hart.dispose();
    for (const act of [
      () => hart.run(1),
      () => hart.readState(),
      () => hart.readMemory(BASE, 1),
      () => hart.writeMemory(BASE, new Uint8Array(1)),
    ]) {
      expect(await codeOf(act)).toBe('DISPOSED');
    }
  });
});

describe('ReferenceFleet', () => {
  it('keeps its machines apart', async () => {
    const fleet = new ReferenceFleet(CONFIG, 3);
    const memories = new Uint8Array(3 * RAM_SIZE);
    const words = new Uint32Array(memories.buffer);
    // addi x1, x1, (i + 1), then a jump back; the last machine halts instead.
    for (let i = 0; i < 3; i++) words.set([0x00008093 | ((i + 1) << 20), i === 2 ? 0x00a2a023 : 0xffdff06f], (i * RAM_SIZE) / 4);
    await fleet.writeMemories(memories);
    const states = await fleet.readStates();
    states[2 * STATE_WORDS + W.x + 5] = MAP.test.base;
    states[2 * STATE_WORDS + W.x + 10] = 7;
    await fleet.writeStates(states);
    expect(await fleet.run(10)).toEqual([
      { exit: EXIT.BUDGET, steps: 10 },
      { exit: EXIT.BUDGET, steps: 10 },
      { exit: EXIT.HALT, steps: 2 },
    ]);
    const after = await fleet.readStates();
    expect([0, 1, 2].map((i) => after[i * STATE_WORDS + W.x + 1])).toEqual([5, 10, 3]);
    expect(await fleet.readMemories()).toEqual(memories);
    fleet.dispose();
    expect(await codeOf(() => fleet.run(1))).toBe('DISPOSED');
  });

  it('refuses what does not fit', async () => {
    expect(await codeOf(() => new ReferenceFleet(CONFIG, 0))).toBe('BAD_ARGUMENT');
    const fleet = new ReferenceFleet(CONFIG, 2);
    expect(await codeOf(() => fleet.writeStates(new Uint32Array(STATE_WORDS)))).toBe('BAD_ARGUMENT');
    expect(await codeOf(() => fleet.writeMemories(new Uint8Array(RAM_SIZE)))).toBe('BAD_ARGUMENT');
  });
});
