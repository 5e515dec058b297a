// Lockstep on both harts, and what happens when one of them is wrong.

import { describe, expect, it } from 'vitest';
import { runLockstep } from '../../src/conformance/lockstep/index.js';
import { PROFILES } from '../../src/conformance/lockstep/blocks.js';
import { CODE_START, FREE_REGISTERS, PAGE, PAGE_SIZE, R } from '../../src/conformance/lockstep/layout.js';
import { blockAddresses, programMemory, randomProgram } from '../../src/conformance/lockstep/program.js';
import { watched } from '../../src/conformance/watched.js';
import { decode, field, INSTRUCTIONS } from '../../src/isa/instructions.js';
import { W } from '../../src/isa/state.js';
import { gpu, reference, wrong } from './fleets.js';

const SEED = 20;

describe('random programs', () => {
  const programs = Array.from({ length: 300 }, (_, i) => randomProgram(SEED, i));

  it('are the same for the same seed and index', () => {
    const again = randomProgram(SEED, 17);
    expect(programMemory(again)).toEqual(programMemory(programs[17]!));
    expect(again.state).toEqual(programs[17]!.state);
    expect(programMemory(randomProgram(SEED + 1, 17))).not.toEqual(programMemory(again));
  });

  it('fit in the code pages and come in every profile', () => {
    for (const p of programs) expect(blockAddresses(p).at(-1)!).toBeLessThan(CODE_START + (PAGE.CODE_END - PAGE.CODE) * PAGE_SIZE);
    expect(new Set(programs.map((p) => p.profile))).toEqual(new Set(Object.keys(PROFILES)));
  });

  it('store through reserved pointers only, and give those pointers nothing random', () => {
    const pointers = new Set<number>([R.DATA, R.DEVICE, R.ELEMENT, R.TABLE, R.PATCH]);
    for (const p of programs) {
      const words = new Uint32Array(programMemory(p).buffer);
      const addresses = blockAddresses(p);
      for (let at = addresses[0]!; at < addresses.at(-1)!; at += 4) {
        const word = words[(at - CODE_START + PAGE.CODE * PAGE_SIZE) >> 2]!;
        const i = decode(word);
        if (!i) continue;
        if (i.format === 'S' || i.format === 'AMO') expect(pointers).toContain(field.rs1(word));
        if (i.name === 'jalr') expect([R.CODE, R.TARGET] as number[]).toContain(field.rs1(word));
        if (['R', 'AMO', 'LR'].includes(i.format) && field.rd(word) !== R.ELEMENT) expect(FREE_REGISTERS).toContain(field.rd(word));
      }
    }
  });

  it('use the whole instruction table', () => {
    const seen = new Set<string>();
    for (const p of programs)
      for (const word of new Uint32Array(programMemory(p).buffer, PAGE_SIZE, 3 * 1024)) seen.add(decode(word)?.name ?? 'illegal');
    expect([...INSTRUCTIONS.map((i) => i.name), 'illegal'].filter((name) => !seen.has(name))).toEqual([]);
  });
});

describe('lockstep', () => {
  it('the harts agree', async () => {
    const report = await runLockstep({ left: reference, right: gpu, programs: 384, seed: SEED, fleetSize: 64 });
    expect(report.failures.map((f) => f.text)).toEqual([]);
    expect(report.programs).toBe(384);
    expect(report.steps).toBeGreaterThan(384 * 200);
    for (const exit of ['BUDGET', 'MMIO', 'WFI', 'TOHOST', 'BREAKPOINT']) expect([exit, report.exits[exit]! > 0]).toEqual([exit, true]);
  });

  it('the harts agree with 16-bit instructions too', async () => {
    const report = await runLockstep({ left: reference, right: gpu, programs: 192, seed: SEED, fleetSize: 64, compressed: true });
    expect(report.failures.map((f) => f.text)).toEqual([]);
    // These are other programs: they leave pc in the middle of words.
    const halves = randomProgram(SEED, 3, true).blocks.filter((b) => b.kind.startsWith('short') || b.kind === 'straddling');
    expect(halves.length).toBeGreaterThan(10);
  });

  it('finds a wrong bit, shrinks the program and explains it', async () => {
    // Wrong when the last trap to M-mode was a store page fault.
    const bad = wrong((s) => {
      if (s[W.mcause] === 15) s[W.mtval] = s[W.mtval]! ^ 2;
    });
    const seen: string[] = [];
    const report = await runLockstep({
      left: reference,
      right: bad,
      programs: 512,
      seed: SEED,
      fleetSize: 64,
      maxFailures: 1,
      onProgress: (p) => seen.push(p.doing),
    });
    expect(report.failures).toHaveLength(1);
    const [failure] = report.failures;
    expect(failure).toMatchObject({ seed: SEED, field: 'mtval' });
    expect((failure!.left ^ failure!.right) >>> 0).toBe(2);
    expect(failure!.instructions).toBeLessThanOrEqual(12);
    expect(failure!.text).toMatch(/^seed 20, program \d+ \(\w+\): mtval is 0x[0-9a-f]{8} on the left hart/);
    expect(seen.some((doing) => doing.startsWith('shrinking'))).toBe(true);
  });

  it('a hang is an error with a code', async () => {
    const stuck = watched(
      () =>
        ({
          ...(wrong(() => undefined)({ map: { name: 'virt' } as never, ramSize: 4096 }, 1) as object),
          run: () => new Promise(() => undefined),
          dispose: () => undefined,
        }) as never,
      20,
    );
    const fleet = await stuck({} as never, 1);
    await expect(fleet.run(5)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('can be given up, and reports what it did', async () => {
    const stop = new AbortController();
    const run = runLockstep({
      left: reference,
      right: reference,
      programs: 1000,
      seed: SEED,
      fleetSize: 16,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(await run).toMatchObject({ programs: 16, failures: [] });
  });
});
