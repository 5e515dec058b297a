// The planted bugs: each fits its hart, and each ring finds some by itself. The whole hunt is `gpuvisor conformance --suites mutants`.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReferenceNursery } from '../../src/cli/reference-nursery.js';
import { runLockstep } from '../../src/conformance/lockstep/index.js';
import { applyEdit, GPU_MUTANTS, REFERENCE_MUTANTS, runMutants, type Mutant } from '../../src/conformance/mutants/index.js';
import { runSv32 } from '../../src/conformance/sv32/index.js';
import { GpuFleet, SHADER_PARTS } from '../../src/gpu/index.js';
import { reference } from './fleets.js';

let nursery: ReferenceNursery;
beforeAll(async () => {
  nursery = await ReferenceNursery.create();
});
afterAll(() => nursery.dispose());

const named = (mutants: readonly Mutant[], name: string): Mutant => {
  const found = mutants.find((m) => m.name === name);
  if (!found) throw new Error(`no planted bug is called "${name}"`);
  return found;
};

describe('the list', () => {
  it('has enough of them, each with a name of its own', () => {
    for (const list of [REFERENCE_MUTANTS, GPU_MUTANTS]) {
      expect(list.length).toBeGreaterThanOrEqual(14);
      expect(new Set(list.map((m) => m.name)).size).toBe(list.length);
    }
  });

  it.each(REFERENCE_MUTANTS.map((m) => [m.name, m] as const))('reference: %s fits', async (_, mutant) => {
    const text = await nursery.text(mutant.part);
    expect(applyEdit(text, mutant)).not.toBe(text);
  });

  it.each(GPU_MUTANTS.map((m) => [m.name, m] as const))('gpu: %s fits', (_, mutant) => {
    const parts: Readonly<Record<string, string>> = SHADER_PARTS;
    const text = parts[mutant.part]!;
    expect(applyEdit(text, mutant)).not.toBe(text);
    // It is found in the whole program too, which is where it is planted.
    expect(Object.values(parts).join('\n').split(mutant.find)).toHaveLength(2);
  });

  it('an edit that does not fit is an error', () => {
    expect(() => applyEdit('a b a', { name: 'x', part: 'p', find: 'a', replace: 'c' })).toThrow(/2 times/);
    expect(() => applyEdit('a b a', { name: 'x', part: 'p', find: 'z', replace: 'c' })).toThrow(/0 times/);
  });
});

describe('the rings', () => {
  it('programs find bugs of every kind', async () => {
    const mutants = ['JALR keeps bit 0', 'delegated traps go to M-mode', 'WFI is legal in U-mode', 'mtime loses its carry'].map((name) =>
      named(REFERENCE_MUTANTS, name),
    );
    const results = await runMutants({ mutants, plant: (m) => nursery.plant(m), other: reference, seed: 3, programs: 512 });
    expect(results.map((r) => [r.name, r.by])).toEqual(mutants.map((m) => [m.name, 'programs']));
  });

  it.each(['superpage keeps its own PPN0', 'SUM allows fetches', 'MXR is ignored', 'D is set by loads'])(
    'Sv32 walks find "%s"',
    async (name) => {
      const fleet = await nursery.plant(named(REFERENCE_MUTANTS, name));
      expect((await runSv32({ fleet, walks: 10_000, seed: 3, fleetSize: 64, maxFailures: 1 })).failures).toHaveLength(1);
    },
  );

  it.each([
    'SLT compares unsigned',
    'MULHU loses a carry',
    'SC does not look at the reservation',
    'SRET keeps MPRV',
    'stores leave the reservation',
    'PLIC ties go to the highest number',
    'reading IIR leaves THRI latched',
  ])('lockstep finds "%s"', async (name) => {
    const right = await nursery.plant(named(REFERENCE_MUTANTS, name));
    const report = await runLockstep({ left: reference, right, programs: 4096, seed: 3, fleetSize: 128, maxFailures: 1, keepWhole: true });
    expect(report.failures).toHaveLength(1);
  });

  it('bugs in the shader are planted and found', async () => {
    const mutants = ['SUM is always on'].map((name) => named(GPU_MUTANTS, name));
    const results = await runMutants({
      mutants,
      plant: async (m) => (config, size) => GpuFleet.create({ ...config, size, transformShader: (wgsl) => applyEdit(wgsl, m) }),
      other: reference,
      seed: 3,
    });
    expect(results.map((r) => [r.name, r.found])).toEqual(mutants.map((m) => [m.name, true]));
  }, 300_000);
});
