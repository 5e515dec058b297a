// Machines of a fleet are independent, and each equals the reference hart.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GpuFleet } from '../../src/gpu/index.js';
import { EXIT, STATE_WORDS, W, resetState } from '../../src/isa/index.js';
import { ReferenceFleet } from '../../src/reference/index.js';
import { BASE, CONFIG, build } from './programs.js';

const SIZE = 10;
const config = { ...CONFIG, ramSize: 64 << 10 };

describe('a fleet', () => {
  let fleet: GpuFleet;
  beforeAll(async () => {
    fleet = await GpuFleet.create({ ...config, size: SIZE });
  });
  afterAll(() => fleet.dispose());

  /** Every machine runs the same text with its number in a0. */
  async function compare(source: string, budget: number): Promise<Uint32Array> {
    const { bytes } = build(source);
    const memory = new Uint8Array(config.ramSize * SIZE);
    const states = new Uint32Array(STATE_WORDS * SIZE);
    for (let i = 0; i < SIZE; i++) {
      memory.set(bytes, i * config.ramSize);
      const state = resetState(BASE);
      state[W.x + 10] = i;
      states.set(state, i * STATE_WORDS);
    }
    const reference = new ReferenceFleet(config, SIZE);
    const seen: unknown[] = [];
    for (const machines of [fleet, reference]) {
      await machines.writeMemories(memory);
      await machines.writeStates(states);
      seen.push(await machines.run(budget), await machines.readMemories(), await machines.readStates());
    }
    expect(seen[0]).toEqual(seen[3]);
    expect(seen[1]).toEqual(seen[4]);
    expect(seen[2]).toEqual(seen[5]);
    return seen[2] as Uint32Array;
  }

  it('gives each machine its own work, memory and end', async () => {
    const states = await compare(
      'la t0, mine\n slli t1, a0, 6\n1: beqz t1, 2f\n addi t1, t1, -1\n lw t2, 0(t0)\n addi t2, t2, 1\n sw t2, 0(t0)\n j 1b\n2: andi t3, a0, 1\n beqz t3, 3f\n wfi\n3: j 3b\n .balign 4\nmine: .word 0',
      4_000,
    );
    for (let i = 0; i < SIZE; i++) expect(states[i * STATE_WORDS + W.exit]).toBe(i % 2 ? EXIT.WFI : EXIT.BUDGET);
  });

  it('decodes anew after FENCE.I, also when more pages run than there are slots', async () => {
    // A subroutine is copied to 40 pages with another constant each time, and called.
    await compare(
      `li s0, 0\n la s1, sub\n li s2, ${BASE + 0x8000}\n li s3, 3\n` +
        `1: lw t0, 0(s1)\n slli t1, s0, 20\n add t0, t0, t1\n sw t0, 0(s2)\n lw t0, 4(s1)\n sw t0, 4(s2)\n fence.i\n jalr s2\n add a1, a1, a2\n addi s0, s0, 1\n li t2, 0x1000\n add s2, s2, t2\n li t3, ${BASE + 0x10000}\n blt s2, t3, 2f\n li s2, ${BASE + 0x8000}\n2: li t4, 200\n blt s0, t4, 1b\n wfi\nsub: li a2, 0\n ret`,
      20_000,
    );
  });

  it('refuses sizes and arrays that do not fit', async () => {
    for (const size of [0, 5000, 1.5]) await expect(GpuFleet.create({ ...config, size })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await expect(fleet.writeStates(new Uint32Array(3))).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await expect(fleet.writeMemories(new Uint8Array(3))).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });
});
