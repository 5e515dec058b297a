// The planted bugs still fit the sources. The hunt itself takes minutes: `npm run supervisor:mutants`.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { applyEdit } from '../../src/conformance/mutants/edit.js';
import { MUTANTS } from './mutants/index.js';

const source = (part: string): Promise<string> => readFile(new URL(`../../src/supervisor/${part}.ts`, import.meta.url), 'utf8');

describe('the list', () => {
  it('has many of them, each with a name of its own, in every part', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(150);
    expect(new Set(MUTANTS.map((m) => m.name)).size).toBe(MUTANTS.length);
    expect(new Set(MUTANTS.map((m) => m.part.split('/')[0]))).toEqual(new Set(['kernel', 'abi', 'axiom']));
  });

  it.each(MUTANTS.map((m) => [m.part, m.name, m] as const))('%s: %s fits', async (part, _, mutant) => {
    const text = await source(part);
    expect(applyEdit(text, mutant)).not.toBe(text);
  });
});
