// Keys as a terminal sends them over a serial line (ECMA-48 control sequences as xterm gives them).

import { GpuvisorError } from '../isa/errors.js';

const NAMED: Readonly<Record<string, string>> = {
  enter: '\r',
  return: '\r',
  tab: '\t',
  backspace: '\x7f',
  escape: '\x1b',
  esc: '\x1b',
  space: ' ',
  delete: '\x1b[3~',
  insert: '\x1b[2~',
  arrowup: '\x1b[A',
  arrowdown: '\x1b[B',
  arrowright: '\x1b[C',
  arrowleft: '\x1b[D',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  f1: '\x1bOP',
  f2: '\x1bOQ',
  f3: '\x1bOR',
  f4: '\x1bOS',
};
const MODIFIERS: ReadonlySet<string> = new Set(['shift', 'control', 'ctrl', 'alt', 'meta']);

/** What a key or chord sends; empty for a modifier alone. @throws GpuvisorError BAD_ARGUMENT for what no terminal sends */
export function serialKey(key: string): string {
  const plain = NAMED[key.toLowerCase()];
  if (plain !== undefined) return plain;
  if (MODIFIERS.has(key.toLowerCase())) return '';
  if ([...key].length === 1) return key;
  const letter = /^Key([A-Z])$/.exec(key)?.[1] ?? /^Digit([0-9])$/.exec(key)?.[1];
  if (letter !== undefined) return letter.toLowerCase();
  const chord = /^(ctrl|control|alt|meta|shift)\+(.+)$/is.exec(key);
  if (chord) {
    const [modifier, rest] = [chord[1]!.toLowerCase(), chord[2]!];
    const sent = serialKey(rest);
    if (modifier === 'alt' || modifier === 'meta') return `\x1b${sent}`;
    if (modifier === 'shift' && sent.length === 1) return sent.toUpperCase();
    const code = sent.length === 1 ? sent.toUpperCase().codePointAt(0)! : 0;
    if (modifier !== 'shift' && code >= 0x40 && code <= 0x5f) return String.fromCharCode(code - 0x40);
    if (modifier !== 'shift' && sent === ' ') return '\0';
  }
  throw new GpuvisorError(
    'BAD_ARGUMENT',
    `key is ${JSON.stringify(key.slice(0, 40))}, which no terminal sends`,
    'use a character, Enter, Tab, Backspace, Escape, an arrow, or a chord such as ctrl+c',
  );
}
