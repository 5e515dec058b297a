// SHA-256 of bytes as hex, by the platform's own implementation (Web Crypto, in browsers and Node alike).

/** SHA-256 as 64 lower-case hex digits. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** SHA-256 over several parts: the hash of the list of their hashes. */
export async function sha256Parts(parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const hashes: string[] = [];
  for await (const part of parts) hashes.push(await sha256(part));
  return sha256(new TextEncoder().encode(hashes.join('\n')));
}
