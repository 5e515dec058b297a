// The script of process workers is the one in src/supervisor/hal.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { workerModule } from '../../../scripts/generate-worker.js';

test('src/supervisor/hal/process-worker.generated.ts is not stale', async () => {
  const generated = readFileSync(new URL('../../../src/supervisor/hal/process-worker.generated.ts', import.meta.url), 'utf8');
  expect(generated, 'run: npx tsx scripts/generate-worker.ts').toBe(await workerModule());
});
