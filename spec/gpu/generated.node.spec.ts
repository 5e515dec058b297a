// Generated files are current.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BENCH_GUESTS_FILE, benchGuests } from '../../scripts/generate-bench.js';
import { generatedFiles } from '../../scripts/generate-shaders.js';

describe('generated files', () => {
  for (const [path, text] of generatedFiles()) {
    it(`${path} is current (npm run generate)`, () => {
      expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8') === text).toBe(true);
    });
  }
  it('bench/guests.generated.ts is current (npm run generate)', () => {
    expect(readFileSync(BENCH_GUESTS_FILE, 'utf8')).toBe(benchGuests());
  });
});
