// How a cartridge is refused: one code, and the reason in words.

import { GpuvisorError } from '../isa/errors.js';

/** The error for a file that is no cartridge, or a damaged or hostile one. */
export function invalid(
  reason: string,
  hint = 'take it again from where it came from, or pack it anew with `gpuvisor cartridge pack`',
): GpuvisorError {
  return new GpuvisorError('CARTRIDGE_INVALID', `the cartridge cannot be used: ${reason}`, hint);
}

/** Text from a stranger, fit for a message and a terminal: at most 40 characters, whatever steers or hides escaped. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const cut = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`);
}
