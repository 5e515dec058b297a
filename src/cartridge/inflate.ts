// Inflating hostile zlib data (RFC 1950) with the platform's stream: piece by piece, never more than asked for.

import { adler32 } from './checksums.js';
import type { Pace } from '../machine/pace.js';

/**
 * Input goes in so many bytes at a time, each piece when the one before has been worked off. Deflate grows at most 1032-fold and a browser's stream puts all that a
 * piece gives into memory at once: 33 MiB.
 */
const PIECE = 32 << 10;

/** The most that deflate can grow data. */
export const MAX_GROWTH = 1032;

/**
 * Inflates `input` and hands each chunk to `take`. Undefined when all went well and exactly `size` bytes came out, otherwise what is wrong. `before` sees each piece of
 * the input as it goes in; the pace advances with the input.
 */
export async function inflateTo(
  input: readonly Uint8Array[],
  size: number,
  take: (chunk: Uint8Array) => void,
  pace: Pace,
  before: (piece: Uint8Array) => void = () => {},
): Promise<string | undefined> {
  const stream = new DecompressionStream('deflate');
  const writer = stream.writable.getWriter();
  const reader = (stream.readable as ReadableStream<Uint8Array>).getReader();
  /** Why the caller's side ended it, if it did; errors of the data show on the reading side. */
  let stopped: { readonly cause: unknown } | undefined;
  const end = (cause: unknown): void => {
    stopped ??= { cause };
    writer.abort(cause).catch(() => {});
    reader.cancel(cause).catch(() => {});
  };
  const feed = async (): Promise<void> => {
    for (const bytes of input) {
      for (let at = 0; at < bytes.length; at += PIECE) {
        const piece = bytes.subarray(at, at + PIECE);
        try {
          before(piece);
          await pace.add(piece.length);
        } catch (e) {
          end(e);
        }
        await writer.ready;
        if (stopped) return;
        writer.write(piece as Uint8Array<ArrayBuffer>).catch(() => {});
      }
    }
    await writer.close();
  };
  const feeding = feed().catch(() => {});
  let length = 0;
  let adler = 1;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || stopped) break;
      length += value.length;
      if (length > size) {
        end(undefined);
        return `it unpacks to more than the ${size} bytes it speaks of`;
      }
      adler = adler32(value, adler);
      take(value);
    }
  } catch {
    if (!stopped) {
      end(undefined);
      return 'it is no valid zlib data';
    }
  }
  if (stopped) throw stopped.cause;
  await feeding;
  if (length < size) return `it unpacks to ${length} bytes and speaks of ${size}`;
  // Some platforms check the sum and what follows it, some do not: it must be the last thing there is.
  return lastWord(input) === adler ? undefined : 'its zlib data has a wrong checksum, or something follows it';
}

/** The last four bytes, most significant first. */
function lastWord(input: readonly Uint8Array[]): number {
  const tail: number[] = [];
  for (let i = input.length - 1; i >= 0 && tail.length < 4; i--) {
    for (let j = input[i]!.length - 1; j >= 0 && tail.length < 4; j--) tail.unshift(input[i]![j]!);
  }
  return tail.reduce((word, b) => word * 256 + b, 0);
}
