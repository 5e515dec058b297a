// Keys by name and text as typing, made into input events for the keyboard device.
// A name is a character ('a', '!'), a KeyboardEvent.code or .key ('KeyA', 'Enter'), an alias ('esc'), or a chord ('ctrl+alt+Delete').

import { GpuvisorError } from '../../isa/errors.js';
import { EV, type InputRecord, KEY_VALUE, SYN, encodeRecords } from './events.js';
import { KEY_NAMES, type NamedKey, isModifier, keyOfCharacter, keyOfName } from './key-names.js';
import type { Key } from './key-table.js';
import { nearNames } from './near.js';

/** Keys of one chord at most. */
const MAX_CHORD = 8;

/** One report: a key goes to `value`. */
const report = (key: Key, value: number): InputRecord[] => [{ type: EV.KEY, code: key.linux, value }, SYN];
const down = (key: Key): InputRecord[] => report(key, KEY_VALUE.DOWN);
const up = (key: Key): InputRecord[] => report(key, KEY_VALUE.UP);

/** The parts of a chord: `+` separates, and is itself a key where a part would be empty otherwise ('+', 'ctrl++'). */
function parts(name: string): string[] {
  if (keyOfName(name)) return [name];
  const found: string[] = [];
  for (let at = 0; at <= name.length;) {
    const plus = name[at] === '+' && (at + 1 === name.length || name[at + 1] === '+');
    const end = plus ? at + 1 : name.indexOf('+', at);
    found.push(name.slice(at, end < 0 ? name.length : end));
    at = (end < 0 ? name.length : end) + 1;
  }
  return found;
}

/** The keys of a name in the order in which they go down. @throws GpuvisorError BAD_ARGUMENT */
function keysOf(name: string): Key[] {
  if (typeof name !== 'string' || name === '') throw unknown(String(name), String(name));
  const pieces = parts(name);
  if (pieces.length > MAX_CHORD) {
    throw new GpuvisorError(
      'BAD_ARGUMENT',
      `a chord of ${pieces.length} keys; ${MAX_CHORD} may be held`,
      "write a chord as 'ctrl+alt+Delete'",
    );
  }
  const named = pieces.map((piece): NamedKey => {
    const found = keyOfName(piece) ?? keyOfName(piece.trim());
    if (!found) throw unknown(piece, name);
    return found;
  });
  const keys: Key[] = [];
  const hold = (key: Key): void => {
    if (!keys.includes(key)) keys.push(key);
  };
  // A letter in a chord names its key whichever way it is written: people write Ctrl+C for what they type without Shift.
  const chord = named.some(({ key }) => isModifier(key));
  for (const { key, shift } of named) {
    const letter = key.code.startsWith('Key');
    if (shift && !(chord && letter) && !keys.some((k) => k.code === 'ShiftLeft' || k.code === 'ShiftRight')) hold(SHIFT);
    hold(key);
  }
  return keys;
}

function unknown(piece: string, name: string): GpuvisorError {
  const near = piece === '' ? [] : nearNames(piece, KEY_NAMES);
  const where = piece === name ? '' : ` in ${quote(name)}`;
  const joined =
    /^[a-z]+-./i.test(piece) && keyOfName(piece.split('-')[0]!) ? `${piece.replaceAll('-', '+')} (keys of a chord are joined by +)` : '';
  const names = joined ? [joined] : near;
  return new GpuvisorError(
    'BAD_ARGUMENT',
    piece === '' ? `a key name is missing in ${quote(name)}` : `no key is called ${quote(piece)}${where}`,
    names.length > 0
      ? `did you mean ${names.join(', ')}?`
      : "use a character, a name such as Enter or ArrowUp, or a chord such as 'ctrl+c'",
  );
}

const quote = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
const SHIFT = keyOfName('ShiftLeft')!.key;

/**
 * A key or chord goes down (its keys in the order written, Shift first where a character needs it) or up (in reverse).
 * @throws GpuvisorError BAD_ARGUMENT for a name that no key has, with the names near it
 */
export function keyEvent(key: string, isDown: boolean): Uint8Array {
  const keys = keysOf(key);
  return encodeRecords(isDown ? keys.flatMap(down) : keys.reverse().flatMap(up));
}

/** The last key of a name repeats, as a keyboard does while it is held (KeyboardEvent.repeat). @throws GpuvisorError BAD_ARGUMENT */
export function keyRepeat(key: string): Uint8Array {
  return encodeRecords(report(keysOf(key).at(-1)!, KEY_VALUE.REPEAT));
}

/** Down and up. @throws GpuvisorError BAD_ARGUMENT */
export function keyPress(key: string): Uint8Array {
  const keys = keysOf(key);
  return encodeRecords([...keys.flatMap(down), ...keys.reverse().flatMap(up)]);
}

/**
 * Types text on a US layout: Shift is held where it is needed, a line end (LF, CR or both) is Enter, a tab is Tab. As on any keyboard, a guest's caps lock
 * turns letters round (`KeyboardDevice.leds` tells).
 * @throws GpuvisorError BAD_ARGUMENT for a character that no key gives
 */
export function textKeys(text: string): Uint8Array {
  const records: InputRecord[] = [];
  let shifted = false;
  let at = 0;
  for (const character of text.replaceAll('\r\n', '\n')) {
    const found = keyOfCharacter(character);
    if (!found) {
      const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      throw new GpuvisorError(
        'BAD_ARGUMENT',
        `character ${at + 1} of the text, ${quote(character)} (U+${code}), is on no key of a US keyboard`,
        'type ASCII text; other characters can go through the serial line or a mounted file',
      );
    }
    if (found.shift !== shifted) records.push(...(found.shift ? down(SHIFT) : up(SHIFT)));
    shifted = found.shift;
    records.push(...down(found.key), ...up(found.key));
    at++;
  }
  if (shifted) records.push(...up(SHIFT));
  return encodeRecords(records);
}
