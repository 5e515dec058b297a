// What keys are called: KeyboardEvent.code, KeyboardEvent.key, characters, and the short names that people use.

import { KEYS, type Key } from './key-table.js';

/** A key, and whether Shift belongs to it (a character on its upper half). */
export interface NamedKey {
  readonly key: Key;
  readonly shift: boolean;
}

/** Names that are no KeyboardEvent.code, and the code they stand for. KeyboardEvent.key gives first, then habit. */
const ALIASES: Readonly<Record<string, string>> = {
  Shift: 'ShiftLeft',
  Control: 'ControlLeft',
  Alt: 'AltLeft',
  AltGraph: 'AltRight',
  Meta: 'MetaLeft',
  OS: 'MetaLeft',
  Apps: 'ContextMenu',
  Ctrl: 'ControlLeft',
  Ctl: 'ControlLeft',
  Option: 'AltLeft',
  Opt: 'AltLeft',
  AltGr: 'AltRight',
  Cmd: 'MetaLeft',
  Command: 'MetaLeft',
  Win: 'MetaLeft',
  Windows: 'MetaLeft',
  Super: 'MetaLeft',
  LShift: 'ShiftLeft',
  RShift: 'ShiftRight',
  LCtrl: 'ControlLeft',
  RCtrl: 'ControlRight',
  LAlt: 'AltLeft',
  RAlt: 'AltRight',
  Esc: 'Escape',
  Return: 'Enter',
  NewLine: 'Enter',
  KPEnter: 'NumpadEnter',
  SpaceBar: 'Space',
  Up: 'ArrowUp',
  Down: 'ArrowDown',
  Left: 'ArrowLeft',
  Right: 'ArrowRight',
  UpArrow: 'ArrowUp',
  DownArrow: 'ArrowDown',
  LeftArrow: 'ArrowLeft',
  RightArrow: 'ArrowRight',
  Del: 'Delete',
  Ins: 'Insert',
  PgUp: 'PageUp',
  PgDn: 'PageDown',
  PgDown: 'PageDown',
  Prior: 'PageUp',
  Next: 'PageDown',
  BkSp: 'Backspace',
  Caps: 'CapsLock',
  Print: 'PrintScreen',
  PrtSc: 'PrintScreen',
  SysRq: 'PrintScreen',
  Break: 'Pause',
  Menu: 'ContextMenu',
  Plus: 'Equal',
};

const BY_CODE = new Map(KEYS.map((key) => [key.code, key]));

/** Upper and lower case are one name, and so are `Page_Up`, `page-up` and `Page Up`. */
const fold = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

const BY_NAME = new Map<string, NamedKey>([
  ...KEYS.map((key) => [fold(key.code), { key, shift: false }] as const),
  ...Object.entries(ALIASES).map(([name, code]) => [fold(name), { key: BY_CODE.get(code)!, shift: name === 'Plus' }] as const),
]);

const BY_CHARACTER = new Map<string, NamedKey>([
  ...KEYS.flatMap((key) => (key.shifted === undefined ? [] : [[key.shifted, { key, shift: true }] as const])),
  ...KEYS.flatMap((key) => (key.plain === undefined ? [] : [[key.plain, { key, shift: false }] as const])),
  ['\n', { key: BY_CODE.get('Enter')!, shift: false }],
  ['\r', { key: BY_CODE.get('Enter')!, shift: false }],
  ['\t', { key: BY_CODE.get('Tab')!, shift: false }],
]);

/** The names that are worth telling a person: codes and aliases, as they are usually written. */
export const KEY_NAMES: readonly string[] = [...KEYS.map((k) => k.code), ...Object.keys(ALIASES)];

/** The key for a character typed on a US layout; newline is Enter. */
export function keyOfCharacter(character: string): NamedKey | undefined {
  return BY_CHARACTER.get(character);
}

/** The key a single name stands for: a character, a KeyboardEvent.code or .key, or an alias. */
export function keyOfName(name: string): NamedKey | undefined {
  return BY_CHARACTER.get(name) ?? BY_NAME.get(fold(name));
}

/** Whether a key is held to change others, and so says which. */
export function isModifier(key: Key): boolean {
  return /^(Shift|Control|Alt|Meta)(Left|Right)$/.test(key.code);
}
