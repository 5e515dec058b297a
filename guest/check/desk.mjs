// The desk under QEMU: a framebuffer and keys that have nothing to do with gpuvisor's.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertIndexedToRgb, decode } from 'fast-png';
import { SCREEN } from './tree.mjs';

const GOLDEN = fileURLToPath(new URL('../../golden/screen/desk.png', import.meta.url));

/** Pixels of the golden image as 0xRRGGBB. */
function golden() {
  const image = decode(readFileSync(GOLDEN));
  const data = image.palette ? convertIndexedToRgb(image) : image.data;
  const channels = data.length / (image.width * image.height);
  return Array.from(
    { length: image.width * image.height },
    (_, i) => (data[i * channels] << 16) | (data[i * channels + 1] << 8) | data[i * channels + 2],
  );
}

/** Tries the desk in a guest that starts with it. `framebuffer`: its address. */
export async function tryDesk(guest, folder, framebuffer, seconds, check) {
  await guest.expect(/desk: ready/, seconds);
  const path = join(folder, 'desk.raw');
  await guest.saveMemory(framebuffer, SCREEN.height * SCREEN.strideBytes, path);
  const bytes = readFileSync(path);
  const different = golden().filter((pixel, i) => (bytes.readUInt32LE(i * 4) & 0xffffff) !== pixel).length;
  check('the desk is drawn as in golden/screen/desk.png', different === 0, `${different} pixels differ`);
  for (const key of ['shift-a', 'd', 'a', 'ret']) await guest.press(key);
  await guest.expect(/desk: clicked button "Submit" input="Ada"/, 20);
  check('the desk takes keys', true);
  await guest.press('ctrl-q');
  await guest.expect(/desk: quit/, 20);
  check('the desk is left by Ctrl+Q', true);
}
