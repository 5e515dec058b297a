// What is generated from riscv-tests/ is what the files say: programs.generated.ts and the table of riscv-tests/README.md.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROGRAMS } from '../../src/conformance/programs/index.js';
import { generatedText, readmeText } from '../../scripts/generate-programs.js';

const file = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const STALE = 'stale: run npx tsx scripts/generate-programs.ts';

describe('generated files', () => {
  it('programs.generated.ts', () => {
    expect(file('src/conformance/programs/programs.generated.ts') === generatedText(), STALE).toBe(true);
  });
  it('the table of riscv-tests/README.md', () => {
    expect(file('riscv-tests/README.md') === readmeText(), STALE).toBe(true);
  });
  it('the counts on the page about testing', () => {
    const runs = PROGRAMS.reduce((n, p) => n + p.environments.length, 0);
    expect(file('docs/testing.md')).toContain(`${PROGRAMS.length} programs make ${runs} runs`);
  });
});
