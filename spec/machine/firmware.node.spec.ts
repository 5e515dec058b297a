// The firmware's source in src/machine is the one in guest/firmware.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { firmwareModule } from '../../scripts/generate-firmware.js';

test('src/machine/firmware.generated.ts is not stale', () => {
  const source = readFileSync(new URL('../../guest/firmware/firmware.S', import.meta.url), 'utf8');
  const generated = readFileSync(new URL('../../src/machine/firmware.generated.ts', import.meta.url), 'utf8');
  expect(generated, 'run: npx tsx scripts/generate-firmware.ts').toBe(firmwareModule(source));
});
