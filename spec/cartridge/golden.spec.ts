// Cartridges made elsewhere are read here: by another writer (Python, golden/cartridge/write.py), and by ours in Node. The same contents give the same file in every
// runtime: what this one packs is what Node packed.
import { expect, test } from 'vitest';
import { packCartridge, readCartridge } from '../../src/cartridge/index.js';
import { DISK, GOLDEN, KERNEL, goldenContents } from './golden.js';

for (const [writer, files] of Object.entries(GOLDEN)) {
  for (const [name, png] of Object.entries(files)) {
    test(`${writer}, ${name}`, async () => {
      const { meta, segments } = await readCartridge(png);
      expect(segments.get('kernel')).toEqual({ name: 'kernel', type: 'Image', bytes: KERNEL });
      expect(segments.get('disk')!.bytes).toEqual(DISK);
      expect(meta).toMatchObject({ type: 'kernel', contentVersion: '3', dataSize: 1028, compressed: name === 'packed' });
      expect(meta.name).toMatch(/^Grüße aus (Python|TypeScript) ✓$/);
    });
  }
}

test('packed here, as in Node, byte for byte', async () => {
  for (const [name, contents] of Object.entries(goldenContents())) {
    expect(await packCartridge(contents)).toEqual(GOLDEN.node[name as 'plain' | 'packed']);
  }
});
