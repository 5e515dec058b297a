// Ten thousand damaged files: one byte anywhere in the file is changed, or one bit, and the reader refuses or gives the same content, bit for bit.
import { expect, test } from 'vitest';
import { packCartridge, readCartridge } from '../../src/cartridge/index.js';
import { GpuvisorError } from '../../src/isa/errors.js';
import { ascii, noise } from './forge.js';

test('10,000 of them', async () => {
  const contents = {
    name: 'flips',
    type: 'kernel',
    segments: [
      { name: 'kernel', type: 'kernel', bytes: noise(200, 2) },
      { name: 'boot', type: 'boot', bytes: ascii('{"bootargs":"quiet"}') },
      { name: 'zeros', type: 'data', bytes: new Uint8Array(300) },
    ],
  } as const;
  const random = new Uint32Array(noise(80_000, Number(process.env['SEED'] ?? 20261121)).buffer);
  const files = [await packCartridge(contents), await packCartridge({ ...contents, compress: false })];
  let refused = 0;
  for (let i = 0; i < 10_000; i++) {
    const png = files[i % 2]!.slice();
    const [where, what] = [random[2 * i]!, random[2 * i + 1]!];
    const at = where % png.length;
    png[at]! ^= what & 0x100 ? 1 << (what & 7) : what & 0xff || 1;
    try {
      const { segments } = await readCartridge(png);
      for (const s of contents.segments) expect(segments.get(s.name)!.bytes).toEqual(s.bytes);
    } catch (e) {
      if (!(e instanceof GpuvisorError) || e.code !== 'CARTRIDGE_INVALID') throw new Error(`byte ${at} of file ${i % 2}`, { cause: e });
      refused++;
    }
  }
  // Nothing in the file is without a checksum.
  expect(refused).toBe(10_000);
});
