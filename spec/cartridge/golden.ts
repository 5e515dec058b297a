// Contents whose cartridges are kept in golden/cartridge, and how to read those.

import type { CartridgeContents } from '../../src/cartridge/index.js';
import node from '../../golden/cartridge/node.json' with { type: 'json' };
import python from '../../golden/cartridge/python.json' with { type: 'json' };

/** What golden/cartridge/write.py packs. */
export const KERNEL = Uint8Array.from({ length: 500 }, (_, i) => (i * i * 7) >> 3);
export const DISK = Uint8Array.from([
  ...new Uint8Array(300),
  ...new TextEncoder().encode('the end of the disk is zeros'),
  ...new Uint8Array(200),
]);

/** What `node.json` was packed from. */
export function goldenContents(): Record<'plain' | 'packed', CartridgeContents> {
  const contents: CartridgeContents = {
    name: 'Grüße aus TypeScript ✓',
    type: 'kernel',
    contentVersion: '3',
    segments: [
      { name: 'kernel', type: 'Image', bytes: KERNEL },
      { name: 'disk', type: 'ext4', bytes: DISK },
    ],
  };
  return { plain: { ...contents, compress: false }, packed: contents };
}

const decode = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

export const GOLDEN = {
  node: { plain: decode(node.plain), packed: decode(node.packed) },
  python: { plain: decode(python.plain), packed: decode(python.packed) },
};
