// The programs of riscv-tests/ on the reference hart: all pass, in both environments; and a wrong hart, a wrong program or a wrong
// budget is told apart from a pass.
import { describe, expect, it } from 'vitest';
import {
  PROGRAMS,
  PROGRAM_RAM,
  buildProgram,
  describeResult,
  programList,
  runPrograms,
  type BuiltProgram,
} from '../../src/conformance/programs/index.js';
import { EXIT, INSTRUCTIONS } from '../../src/isa/index.js';
import { ReferenceFleet } from '../../src/reference/index.js';

const reference = (config: ConstructorParameters<typeof ReferenceFleet>[0], size: number): ReferenceFleet =>
  new ReferenceFleet(config, size);

describe('the programs', () => {
  it('are at least 150, one for every instruction', () => {
    expect(programList().length).toBeGreaterThanOrEqual(150);
    const names = new Set(PROGRAMS.map((p) => p.name));
    const elsewhere: Record<string, string> = {
      'lr.w': 'lr_sc',
      'sc.w': 'lr_sc',
      sret: 'sret_modes',
      mret: 'mret_modes',
      wfi: 'tw',
      'sfence.vma': 'sv32_sfence',
    };
    for (const { name } of INSTRUCTIONS) expect(names, name).toContain(elsewhere[name] ?? name.replace(/\.w$/, '').replace('.', '_'));
  });

  it('fit into the RAM of a small machine', () => {
    for (const [name, environment] of programList()) {
      const last = buildProgram(name, environment).sections.at(-1)!;
      expect(last.address + last.size - 0x80000000, `${name} (${environment})`).toBeLessThanOrEqual(PROGRAM_RAM);
    }
  });

  it('all pass on the reference hart', async () => {
    const seen: number[] = [];
    const results = await runPrograms(reference, undefined, { onProgress: (done) => seen.push(done) });
    expect(results.filter((r) => !r.passed).map(describeResult)).toEqual([]);
    expect(results.length).toBe(programList().length);
    expect(seen.at(-1)).toBe(results.length);
    for (const r of results) expect(r.steps, r.name).toBeLessThan(100_000);
  });
});

describe('the runner', () => {
  /** A program with one instruction word of it replaced. */
  function spoiled(program: BuiltProgram, from: number, to: number): BuiltProgram {
    let found = 0;
    const sections = program.sections.map((s) => {
      const bytes = s.bytes.slice();
      const view = new DataView(bytes.buffer);
      for (let i = 0; s.executable && i < bytes.length; i += 4) {
        if (view.getUint32(i, true) !== from) continue;
        view.setUint32(i, to, true);
        found++;
      }
      return { ...s, bytes };
    });
    expect(found).toBeGreaterThan(0);
    return { ...program, sections };
  }

  it('finds the check that fails', async () => {
    // add a0, a1, a2 becomes sub a0, a1, a2.
    const [result] = await runPrograms(reference, [spoiled(buildProgram('add', 'bare'), 0x00c58533, 0x40c58533)]);
    expect(result).toMatchObject({ passed: false, exit: EXIT.TOHOST, failedTest: 2 });
    expect(describeResult(result!)).toContain('check 2 failed');
  });

  it('calls a program without a verdict failed', async () => {
    const [result] = await runPrograms(reference, [buildProgram('add', 'virtual')], { maxSteps: 20 });
    expect(result).toMatchObject({ passed: false, exit: EXIT.BUDGET, failedTest: undefined, steps: 20 });
  });

  it('disposes of its fleets, also of one that throws', async () => {
    let open = 0;
    class Counted extends ReferenceFleet {
      constructor(...args: ConstructorParameters<typeof ReferenceFleet>) {
        super(...args);
        open++;
      }
      override dispose(): void {
        open--;
        super.dispose();
      }
    }
    await runPrograms((c, n) => new Counted(c, n), [buildProgram('add', 'bare'), buildProgram('sub', 'bare')], { batch: 1 });
    expect(open).toBe(0);
    class Broken extends Counted {
      override run(): Promise<never> {
        return Promise.reject(new Error('lost'));
      }
    }
    await expect(runPrograms((c, n) => new Broken(c, n), [buildProgram('add', 'bare')])).rejects.toThrow('lost');
    expect(open).toBe(0);
  });

  it('refuses names and environments that are not there', () => {
    expect(() => buildProgram('nothing', 'bare')).toThrow(/no program "nothing"/);
    expect(() => buildProgram('demand_paging', 'bare')).toThrow(/written for virtual/);
  });
});
