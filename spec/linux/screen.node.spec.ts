// The screen after the boot, pixel for pixel. golden/screen/linux.png is made by this test with GPUVISOR_UPDATE_GOLDEN=1.
import { expect, test } from 'vitest';
import { expectGolden } from './golden.js';
import { EXECUTORS, PROMPT, bootGuest, settle, waitFor } from './session.js';

test('the text console on the framebuffer equals the golden image', { timeout: 120_000 }, async () => {
  const { machine } = await bootGuest(EXECUTORS.reference);
  await waitFor(machine, PROMPT);
  await settle(machine);
  const pixels = (await machine.readFramebuffer())!;
  machine.dispose();
  expectGolden(pixels, 'linux.png');
  // It is a screen full of text, not an empty one.
  let lit = 0;
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i]! > 64) lit++;
  expect(lit).toBeGreaterThan(5_000);
});
