// The Executor contract on the GPU, each case beside the reference hart.
import { afterAll, describe, expect, it } from 'vitest';
import { GPUExecutionSystem } from '../../src/gpu/index.js';
import { EXIT, NO_RESERVATION, W, read64 } from '../../src/isa/index.js';
import { FRAMEBUFFER, MEMORY_MAPS } from '../../src/machine/map.js';
import { BASE, CONFIG, both, build, gpu, load, outcome } from './programs.js';

afterAll(async () => (await gpu()).dispose());

const COUNT = `
  li t0, 0
1: addi t0, t0, 1
  j 1b`;

describe('runs', () => {
  it('take exactly their budget, however it is cut', async () => {
    const { gpu: a, reference: b } = await both(COUNT, [1, 2, 3, 50_000, 1]);
    expect(a.results).toEqual(b.results);
    expect(a.results.map((r) => r.steps)).toEqual([1, 2, 3, 50_000, 1]);
    expect(a.state).toEqual(b.state);
    expect(read64(a.state, W.retired)).toBe(50_007n);
  });

  it('refuse a budget that is no whole number of steps', async () => {
    for (const budget of [0, -1, 1.5, 2 ** 31, NaN])
      await expect((await gpu()).run(budget)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  it('end a trap vector that faults for ever, and count its traps', async () => {
    // mtvec is 0, which is not RAM on this map: the fetch faults, and so does the vector's.
    const { gpu: a, reference: b } = await both('li t0, 4\n csrw mtvec, t0\n .word 0', [10_000]);
    expect(a.results).toEqual([{ exit: EXIT.BUDGET, steps: 10_000 }]);
    expect(a.state).toEqual(b.state);
    expect(read64(a.state, W.retired)).toBe(2n);
  });

  it('jump into nowhere as an access fault inside the guest', async () => {
    const { gpu: a, reference: b } = await both('li t0, 0x40000000\n jr t0', [3]);
    expect(a.state).toEqual(b.state);
    expect([a.state[W.mcause], a.state[W.mtval]]).toEqual([1, 0x40000000]);
  });
});

describe('exits', () => {
  const cases: [string, number, string, ((s: Uint32Array) => void)?][] = [
    ['WFI with nothing due', EXIT.WFI, 'nop\n wfi\n nop'],
    ['HALT by the test device', EXIT.HALT, 'li t0, 0x100000\n li t1, 0x5555\n sw t1, 0(t0)\n nop'],
    [
      'TOHOST',
      EXIT.TOHOST,
      'li t1, 3\n la t0, there\n sw zero, 0(t0)\n sw t1, 0(t0)\n nop\n .balign 4\nthere: .word 0',
      (s) =>
        (s[W.tohost] = build('li t1, 3\n la t0, there\n sw zero, 0(t0)\n sw t1, 0(t0)\n nop\n .balign 4\nthere: .word 0').symbols.get(
          'there',
        )!),
    ],
    ['MMIO, the access pending', EXIT.MMIO, 'li t0, 0x10001000\n li t1, 7\n sh t1, 2(t0)'],
    ['MMIO of a load', EXIT.MMIO, 'li t0, 0x10001000\n lb t1, 5(t0)'],
    ['UART with a full ring', EXIT.UART, 'li t0, 0x10000000\n li t1, 65\n1: sb t1, 0(t0)\n j 1b'],
    ['BREAKPOINT', EXIT.BREAKPOINT, COUNT, (s) => (s[W.breakpoint] = BASE + 8)],
  ];
  for (const [name, exit, source, change] of cases) {
    it(name, async () => {
      const { gpu: a, reference: b } = await both(source, [10_000], change);
      expect(a.results).toEqual(b.results);
      expect(a.results[0]!.exit).toBe(exit);
      expect(a.results[0]!.steps).toBeLessThan(10_000);
      expect(a.state).toEqual(b.state);
    });
  }

  it('a run goes on past the breakpoint it begins at, and stops there again', async () => {
    const { gpu: a, reference: b } = await both(COUNT, [100, 100, 100], (s) => (s[W.breakpoint] = BASE + 4));
    expect(a.results).toEqual(b.results);
    expect(a.results.map((r) => r.steps)).toEqual([1, 2, 2]);
  });
});

describe('the host', () => {
  it('writes code that runs at once, and breaks a reservation it touches', async () => {
    const system = await gpu();
    const first = build('li a0, 1\n li a1, 1').bytes;
    await outcome(system, first, [2]);
    await system.writeMemory(BASE + 4, build('li a1, 2').bytes);
    const state = await system.readState();
    state[W.pc] = BASE;
    state[W.reservation] = BASE + 8;
    await system.writeState(state);
    await system.writeMemory(BASE + 9, new Uint8Array([1]));
    await system.run(2);
    const after = await system.readState();
    expect([after[W.x + 10], after[W.x + 11], after[W.reservation]]).toEqual([1, 2, NO_RESERVATION]);
  });

  it('reads and writes any bytes of RAM, and nothing else', async () => {
    const system = await gpu();
    const bytes = Uint8Array.from({ length: 13 }, (_, i) => i + 1);
    await system.writeMemory(BASE + 101, bytes);
    expect(await system.readMemory(BASE + 100, 15)).toEqual(new Uint8Array([0, ...bytes, 0]));
    expect(await system.readMemory(BASE, 0)).toEqual(new Uint8Array());
    for (const [address, length] of [
      [BASE - 1, 2],
      [BASE + CONFIG.ramSize - 1, 2],
      [0, 4],
      [BASE, -1],
      [BASE + 0.5, 1],
    ] as const) {
      await expect(system.readMemory(address, length)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    }
    await expect(system.writeMemory(BASE + CONFIG.ramSize - 1, new Uint8Array(2))).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  it('keeps RAM whole: stores beside the edges fault or stay inside', async () => {
    const { gpu: a, reference: b } = await both(
      `la t0, vector\n csrw mtvec, t0\n li t1, ${BASE + CONFIG.ramSize}\n sw t1, -4(t1)\n sw t1, -3(t1)\n sw t1, 0(t1)\n j .\n .balign 4\nvector: csrr a0, mcause\n addi a1, a1, 1\n csrr t2, mepc\n addi t2, t2, 4\n csrw mepc, t2\n mret`,
      [60],
    );
    expect(a.memory).toEqual(b.memory);
    expect([a.state[W.x + 10], a.state[W.x + 11]]).toEqual([7, 2]);
  });
});

describe('life and death', () => {
  it('bad RAM sizes are refused before anything is made', async () => {
    for (const ramSize of [0, 100, -4096, 2 ** 31, 4096.5]) {
      await expect(GPUExecutionSystem.create({ map: MEMORY_MAPS.virt, ramSize })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    }
  });

  it('a shader that does not compile is an error with its line, not a hang', async () => {
    await expect(GPUExecutionSystem.create({ ...CONFIG, transformShader: (s) => s.replace('fn main', 'fn main(') })).rejects.toMatchObject({
      code: 'INTERNAL',
    });
  });

  it('captures the framebuffer, says so when the device is gone, and is disposed of once and for all', async () => {
    const system = await GPUExecutionSystem.create({ map: MEMORY_MAPS.visual, ramSize: 64 << 20 });
    const row = Uint8Array.from({ length: FRAMEBUFFER.stride }, (_, i) => i & 255);
    await system.writeMemory(MEMORY_MAPS.visual.framebuffer!.base + FRAMEBUFFER.stride, row);
    const picture = (await system.captureFramebuffer())!;
    expect(picture.length).toBe(FRAMEBUFFER.bytes);
    expect(picture.subarray(FRAMEBUFFER.stride, 2 * FRAMEBUFFER.stride)).toEqual(row);
    expect(await (await gpu()).captureFramebuffer()).toBeUndefined();
    system.harts.device.destroy();
    await system.harts.device.lost;
    await expect(system.run(10)).rejects.toMatchObject({ code: 'DEVICE_LOST' });
    system.dispose();
    system.dispose();
    await expect(system.run(10)).rejects.toMatchObject({ code: 'DISPOSED' });
    await expect(system.readState()).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});

describe('in the middle of a run', () => {
  // More than one dispatch is on its way; each answers with an error, and one that nobody takes fails the suite.
  const cases: [string, string, (system: GPUExecutionSystem) => void][] = [
    ['a device that is lost', 'DEVICE_LOST', (system) => system.harts.device.destroy()],
    ['a machine that is disposed of', 'DISPOSED', (system) => system.dispose()],
  ];
  for (const [what, code, act] of cases) {
    it(`${what} ends it with ${code}, and leaves no answer behind`, async () => {
      const system = await GPUExecutionSystem.create(CONFIG);
      await load(system, build(COUNT).bytes);
      const run = system.run(2_000_000_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
      act(system);
      await expect(run).rejects.toMatchObject({ code });
      // A rejection without a taker is told of after the turn it happened in.
      await new Promise((resolve) => setTimeout(resolve, 50));
      await expect(system.run(10)).rejects.toMatchObject({ code });
      system.dispose();
    });
  }
});

describe('16-bit instructions', () => {
  it('run only on a machine that has them', async () => {
    // c.li a0, 5; c.addi a0, 1; a 32-bit addi at an odd half; c.j back.
    const bytes = new Uint8Array(new Uint16Array([0x4515, 0x0505, 0x0593, 0x0015, 0xbfe5]).buffer);
    const without = await outcome(await gpu(), bytes, [1]);
    expect([without.state[W.mcause], without.state[W.x + 10]]).toEqual([2, 0]);
    const system = await GPUExecutionSystem.create({ ...CONFIG, compressed: true });
    try {
      await load(system, bytes);
      await system.run(3);
      const state = await system.readState();
      expect([state[W.x + 10], state[W.x + 11], state[W.pc]]).toEqual([6, 7, BASE + 8]);
    } finally {
      system.dispose();
    }
  });
});
