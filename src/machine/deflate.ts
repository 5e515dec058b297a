// Deflate and inflate with the platform's streams (in browsers and Node alike), with a bound on what comes out.

async function pump(bytes: Uint8Array, transform: CompressionStream | DecompressionStream, limit: number): Promise<Uint8Array | undefined> {
  const writer = transform.writable.getWriter();
  // Errors show on the reading side.
  void writer.write(bytes as Uint8Array<ArrayBuffer>).catch(() => {});
  void writer.close().catch(() => {});
  const reader = (transform.readable as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel().catch(() => {});
      return undefined;
    }
    chunks.push(value);
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const c of chunks) {
    out.set(c, at);
    at += c.length;
  }
  return out;
}

/** zlib-wrapped deflate (RFC 1950). */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  return (await pump(bytes, new CompressionStream('deflate'), Infinity))!;
}

/** The reverse; undefined when the data is broken or longer than `limit` bytes. */
export async function inflate(bytes: Uint8Array, limit: number): Promise<Uint8Array | undefined> {
  try {
    return await pump(bytes, new DecompressionStream('deflate'), limit);
  } catch {
    return undefined;
  }
}
