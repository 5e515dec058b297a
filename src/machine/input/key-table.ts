// The keys of a US keyboard: KeyboardEvent.code (W3C UI Events, keyboard codes), Linux key code (its input-event-codes), and what the key types,
// plain and with Shift.

/** One key. */
export interface Key {
  /** KeyboardEvent.code. */
  readonly code: string;
  /** Linux key code. */
  readonly linux: number;
  /** The character it types, if any. */
  readonly plain?: string;
  /** With Shift. */
  readonly shifted?: string;
}

const key = (code: string, linux: number, plain?: string, shifted?: string): Key => ({
  code,
  linux,
  ...(plain !== undefined && { plain }),
  ...(shifted !== undefined && { shifted }),
});

/** Keys in a row that have consecutive Linux codes, from `first` on. */
const row = (first: number, codes: readonly string[], plain = '', shifted = ''): Key[] =>
  codes.map((code, i) => key(code, first + i, plain[i], shifted[i]));

/** `KeyQ` and so on for the letters of a row. */
const letters = (first: number, plain: string): Key[] =>
  row(
    first,
    [...plain].map((c) => `Key${c.toUpperCase()}`),
    plain,
    plain.toUpperCase(),
  );

const range = (name: string, from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => `${name}${from + i}`);

export const KEYS: readonly Key[] = [
  key('Escape', 1),
  ...row(2, [...range('Digit', 1, 9), 'Digit0', 'Minus', 'Equal'], '1234567890-=', '!@#$%^&*()_+'),
  key('Backspace', 14),
  key('Tab', 15),
  ...letters(16, 'qwertyuiop'),
  ...row(26, ['BracketLeft', 'BracketRight'], '[]', '{}'),
  key('Enter', 28),
  key('ControlLeft', 29),
  ...letters(30, 'asdfghjkl'),
  ...row(39, ['Semicolon', 'Quote', 'Backquote'], ";'`", ':"~'),
  key('ShiftLeft', 42),
  key('Backslash', 43, '\\', '|'),
  ...letters(44, 'zxcvbnm'),
  ...row(51, ['Comma', 'Period', 'Slash'], ',./', '<>?'),
  key('ShiftRight', 54),
  key('NumpadMultiply', 55),
  key('AltLeft', 56),
  key('Space', 57, ' ', ' '),
  key('CapsLock', 58),
  ...row(59, range('F', 1, 10)),
  key('NumLock', 69),
  key('ScrollLock', 70),
  ...row(71, ['Numpad7', 'Numpad8', 'Numpad9', 'NumpadSubtract', 'Numpad4', 'Numpad5', 'Numpad6', 'NumpadAdd']),
  ...row(79, ['Numpad1', 'Numpad2', 'Numpad3', 'Numpad0', 'NumpadDecimal']),
  key('IntlBackslash', 86),
  ...row(87, ['F11', 'F12']),
  ...row(96, ['NumpadEnter', 'ControlRight', 'NumpadDivide', 'PrintScreen', 'AltRight']),
  ...row(102, ['Home', 'ArrowUp', 'PageUp', 'ArrowLeft', 'ArrowRight', 'End', 'ArrowDown', 'PageDown', 'Insert', 'Delete']),
  ...row(113, ['AudioVolumeMute', 'AudioVolumeDown', 'AudioVolumeUp']),
  key('NumpadEqual', 117),
  key('Pause', 119),
  ...row(125, ['MetaLeft', 'MetaRight', 'ContextMenu']),
  ...row(163, ['MediaTrackNext', 'MediaPlayPause', 'MediaTrackPrevious', 'MediaStop']),
  ...row(183, range('F', 13, 24)),
];
