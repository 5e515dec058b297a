// The screen after the boot, pixel for pixel. golden/screen/linux.png is made by this test with GPUVISOR_UPDATE_GOLDEN=1.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import { expect, test } from 'vitest';
import { encodePng } from '../../src/cli/png.js';
import { decodePicture, encodePicture } from '../../src/screen/index.js';
import { EXECUTORS, PROMPT, artefacts, bootGuest, waitFor } from './session.js';

const GOLDEN = fileURLToPath(new URL('../../golden/screen/linux.png', import.meta.url));

test('the text console on the framebuffer equals the golden image', { timeout: 120_000 }, async () => {
  const { machine } = await bootGuest(EXECUTORS.reference);
  await waitFor(machine, PROMPT);
  expect((await machine.settle(50_000_000)).exit).toBe('wfi');
  const got = encodePng((await machine.readFramebuffer())!);
  machine.dispose();
  if (process.env['GPUVISOR_UPDATE_GOLDEN'] === '1') writeFileSync(GOLDEN, got);
  const screen = decodePicture(got).rgba;
  const golden = decodePicture(readFileSync(GOLDEN)).rgba;
  const difference = new Uint8Array(screen.length);
  const pixels = pixelmatch(screen, golden, difference, 640, 480, { threshold: 0 });
  const kept = join(artefacts().folder, 'screen-difference.png');
  if (pixels > 0) writeFileSync(kept, encodePicture({ width: 640, height: 480, rgba: difference }));
  expect(pixels, `pixels that differ; see ${kept}`).toBe(0);
  // It is a screen full of text, not an empty one.
  let lit = 0;
  for (let i = 0; i < screen.length; i += 4) if (screen[i]! > 64) lit++;
  expect(lit).toBeGreaterThan(5_000);
});
