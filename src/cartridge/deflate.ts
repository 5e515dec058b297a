// Deflating (RFC 1950) with fflate: the same bytes in every browser and in Node, which the platforms' own streams do not give (docs/decisions/008).

import { Zlib } from 'fflate';
import type { Pace } from '../machine/pace.js';

/** Input goes in so many bytes at a time. Part of the format of our files: another size gives other bytes. */
const PIECE = 256 << 10;

/** Deflates what `input` brings. The pace advances with the input. */
export async function deflate(input: Iterable<Uint8Array>, level: 1 | 6, pace: Pace): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  const zlib = new Zlib({ level }, (chunk) => {
    if (chunk.length > 0) out.push(chunk);
  });
  for (const bytes of input) {
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      zlib.push(piece);
      await pace.add(piece.length);
    }
  }
  zlib.push(new Uint8Array(0), true);
  return out;
}

/** The bytes of all pieces in one array of `length` bytes, or of their own length. */
export function join(pieces: readonly Uint8Array[], length = pieces.reduce((sum, p) => sum + p.length, 0)): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const p of pieces) {
    all.set(p, at);
    at += p.length;
  }
  return all;
}
