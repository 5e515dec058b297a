// Bytes as text that JSON can carry.

import { GpuvisorError } from '../isa/errors.js';

/** Base64 of bytes, in pieces: a call with a million arguments does not return. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

/** @throws GpuvisorError BAD_ARGUMENT */
export function fromBase64(field: string, text: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new GpuvisorError('BAD_ARGUMENT', `${field} is no base64`, 'letters, digits, + and /, padded with =', { cause });
  }
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

/** Two hexadecimal digits a byte. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** The text when the bytes are UTF-8, else undefined. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
