// The reference hart's signatures against QEMU's (golden/qemu/signatures.json): equal but for the words that differences.json lists, and
// those do differ. Programs run with KEEP_GOING, so that a departure does not end them.
import { describe, expect, it } from 'vitest';
import { buildProgram, programList, runPrograms } from '../../src/conformance/programs/index.js';
import { ReferenceFleet } from '../../src/reference/index.js';
import { DIFFERENCES, NOT_RUN, SIGNATURES, differing, expand, toWords } from './compare.js';

describe('signatures of QEMU', () => {
  it('there is one for every program, or a reason why not', () => {
    const all = programList().map(([name, environment]) => `${name}.${environment}`);
    expect(Object.keys({ ...SIGNATURES, ...NOT_RUN }).sort()).toEqual([...all].sort());
    expect(Object.keys(NOT_RUN).length).toBeLessThan(4);
  });

  it('the reference hart differs in the listed words, and in no other', async () => {
    const programs = programList().map(([name, environment]) => buildProgram(name, environment, { keepGoing: true }));
    const results = await runPrograms((config, size) => new ReferenceFleet(config, size), programs);
    const found: Record<string, number[]> = {};
    let equal = 0;
    for (const r of results) {
      const key = `${r.name}.${r.environment}`;
      const theirs = SIGNATURES[key];
      if (theirs === undefined) continue;
      const words = differing(toWords(r.signature), theirs.split(' '));
      if (words.length > 0) found[key] = words;
      else equal++;
    }
    const listed = Object.fromEntries(Object.entries(DIFFERENCES).map(([key, d]) => [key, expand(d.words)]));
    expect(found).toEqual(listed);
    expect(equal).toBeGreaterThan(150);
  });
});
