// Shared memory is not taken by hashes, streams and decoders of the platform.

/** The bytes, copied when they lie in shared memory. */
export const unshared = (bytes: Uint8Array): Uint8Array => (bytes.buffer instanceof ArrayBuffer ? bytes : new Uint8Array(bytes));
