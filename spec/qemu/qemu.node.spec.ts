// QEMU itself, once more: every program runs in qemu-system-riscv32 and gives what golden/qemu/signatures.json holds. And every reason
// in differences.json stands in differences.md.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildProgram, programList } from '../../src/conformance/programs/index.js';
import { QEMU, inParallel, qemuSignature, qemuVersion } from '../../scripts/qemu.js';
import { DIFFERENCES, NOT_RUN, SIGNATURES } from './compare.js';

describe('qemu-system-riscv32', () => {
  it('is installed', () => {
    expect(qemuVersion(), `${QEMU} is not installed; on Debian: apt-get install qemu-system-misc`).toBeDefined();
  });

  it('gives the golden signatures', { timeout: 300_000 }, async () => {
    const list = programList().filter(([name, environment]) => `${name}.${environment}` in SIGNATURES);
    const now = await inParallel(list, 2, async ([name, environment]) => {
      const words = await qemuSignature(buildProgram(name, environment, { keepGoing: true }));
      return [`${name}.${environment}`, words?.join(' ')] as const;
    });
    expect(Object.fromEntries(now)).toEqual(SIGNATURES);
  });

  it('differs for reasons that are written down', () => {
    const page = readFileSync(new URL('../../golden/qemu/differences.md', import.meta.url), 'utf8');
    const explained = new Set([...page.matchAll(/^\| `([\w-]+)` \|/gm)].map((m) => m[1]));
    const given = new Set([...Object.values(DIFFERENCES).flatMap((d) => d.why), ...Object.values(NOT_RUN)]);
    expect([...given].sort()).toEqual([...explained].sort());
  });
});
