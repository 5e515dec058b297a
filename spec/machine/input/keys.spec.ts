// Names, chords and text as key events, against a model of a US keyboard.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KEYS, KEY_NAMES, keyEvent, keyPress, keyRepeat, textKeys } from '../../../src/machine/input/index.js';
import { PRINTABLE, Typist, parse } from './us-layout.js';

const order = (name: string): number[] => new Typist().feed(keyPress(name)).order;
const refused = (message: string, hint: string): unknown =>
  expect.objectContaining({ code: 'BAD_ARGUMENT', message: expect.stringContaining(message), hint: expect.stringContaining(hint) });

describe('text', () => {
  test('every printable character types itself', () => {
    for (const c of PRINTABLE) expect(new Typist().feed(textKeys(c)).typed).toBe(c);
    expect(new Typist().feed(textKeys(PRINTABLE)).typed).toBe(PRINTABLE);
  });

  test('any text types itself, and every key that went down is up again', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...PRINTABLE, '\n', '\t'), maxLength: 200 }), (text) => {
        const typist = new Typist().feed(textKeys(text));
        expect(typist.typed).toBe(text);
        expect(typist.held.size).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  test('line ends of any kind are one Enter', () => {
    expect(new Typist().feed(textKeys('a\r\nb\rc\nd')).typed).toBe('a\nb\nc\nd');
  });

  test('a run of capitals holds Shift once', () => {
    expect(new Typist().feed(textKeys('AB')).order).toEqual([42, 30, -30, 48, -48, -42]);
  });

  test.each([
    ['é', 'U+00E9'],
    ['\u{1f600}', 'U+1F600'],
    ['\x1b', 'U+001B'],
    ['\0', 'U+0000'],
  ])('%j is on no key', (c, code) => {
    expect(() => textKeys(`ab${c}`)).toThrowError(refused(`character 3 of the text`, 'ASCII'));
    expect(() => textKeys(`ab${c}`)).toThrowError(refused(code, ''));
  });
});

describe('names', () => {
  test.each([
    ['a', [30, -30]],
    ['A', [42, 30, -30, -42]],
    ['KeyA', [30, -30]],
    ['Digit1', [2, -2]],
    ['!', [42, 2, -2, -42]],
    [' ', [57, -57]],
    ['Space', [57, -57]],
    ['+', [42, 13, -13, -42]],
    ['-', [12, -12]],
    ['_', [42, 12, -12, -42]],
    ['\n', [28, -28]],
    ['Enter', [28, -28]],
    ['return', [28, -28]],
    ['esc', [1, -1]],
    ['Escape', [1, -1]],
    ['ArrowUp', [103, -103]],
    ['up', [103, -103]],
    ['Page_Up', [104, -104]],
    ['page down', [109, -109]],
    ['BackSpace', [14, -14]],
    ['Delete', [111, -111]],
    ['F1', [59, -59]],
    ['F12', [88, -88]],
    ['f24', [194, -194]],
    ['Shift', [42, -42]],
    ['ShiftRight', [54, -54]],
    ['AltGraph', [100, -100]],
    ['cmd', [125, -125]],
    ['meta', [125, -125]],
    ['win', [125, -125]],
    ['Numpad5', [76, -76]],
    ['NumpadEnter', [96, -96]],
    ['ContextMenu', [127, -127]],
    ['CapsLock', [58, -58]],
    ['plus', [42, 13, -13, -42]],
  ])('%s', (name, keys) => {
    expect(order(name)).toEqual(keys);
  });

  test.each([
    ['ctrl+c', [29, 46, -46, -29]],
    ['Control+C', [29, 46, -46, -29]],
    ['ctrl + c', [29, 46, -46, -29]],
    ['ctrl+alt+Delete', [29, 56, 111, -111, -56, -29]],
    ['shift+Tab', [42, 15, -15, -42]],
    ['shift+a', [42, 30, -30, -42]],
    ['Shift+A', [42, 30, -30, -42]],
    ['ctrl++', [29, 42, 13, -13, -42, -29]],
    ['ctrl+-', [29, 12, -12, -29]],
    ['ctrl+shift++', [29, 42, 13, -13, -42, -29]],
    ['ctrl+!', [29, 42, 2, -2, -42, -29]],
    ['shift+!', [42, 2, -2, -42]],
    ['a+B', [30, 42, 48, -48, -42, -30]],
    ['ctrl+ ', [29, 57, -57, -29]],
  ])('chord %s', (name, keys) => {
    expect(order(name)).toEqual(keys);
  });

  test('every name and every pair of names goes down and comes up in reverse', () => {
    const name = fc.constantFrom(...KEY_NAMES, ...PRINTABLE);
    fc.assert(
      fc.property(name, name, (a, b) => {
        const typist = new Typist();
        const chord = `${a}+${b}`;
        typist.feed(keyEvent(chord, true));
        const down = [...typist.order];
        expect(down.length).toBeGreaterThan(0);
        typist.feed(keyEvent(chord, false));
        expect(typist.held.size).toBe(0);
        expect(typist.order.slice(down.length)).toEqual(down.map((k) => -k).reverse());
        expect(parse(keyPress(chord))).toEqual([...parse(keyEvent(chord, true)), ...parse(keyEvent(chord, false))]);
      }),
      { numRuns: 1000 },
    );
    for (const n of KEY_NAMES) expect(order(n).length).toBeGreaterThan(0);
  });

  test('a repeat is the last key once more', () => {
    expect(parse(keyRepeat('ctrl+a'))).toEqual([
      { type: 1, code: 30, value: 2 },
      { type: 0, code: 0, value: 0 },
    ]);
  });

  test('no two keys share a code, and all fit the range of keys', () => {
    expect(new Set(KEYS.map((k) => k.linux)).size).toBe(KEYS.length);
    expect(new Set(KEYS.map((k) => k.code)).size).toBe(KEYS.length);
    for (const { linux } of KEYS) expect(linux > 0 && linux < 256).toBe(true);
  });
});

describe('wrong names are refused with near ones', () => {
  test.each([
    ['entr', 'no key is called "entr"', 'Enter'],
    ['arowup', '"arowup"', 'ArrowUp'],
    ['Controll', '"Controll"', 'Control'],
    ['ctrl+delet', 'no key is called "delet" in "ctrl+delet"', 'Delete'],
    ['ctrl-c', '"ctrl-c"', 'ctrl+c (keys of a chord are joined by +)'],
    ['F25', '"F25"', 'F2'],
    ['', 'a key name is missing', "'ctrl+c'"],
    ['ctrl+', 'a key name is missing in "ctrl+"', "'ctrl+c'"],
    ['qqqqqqqqqq', '"qqqqqqqqqq"', "'ctrl+c'"],
    ['é', 'no key is called "é"', ''],
    ['__proto__', '"__proto__"', ''],
    ['constructor', '"constructor"', ''],
    ['a+b+c+d+e+f+g+h+i', 'a chord of 9 keys', "'ctrl+alt+Delete'"],
    ['++', 'a key name is missing in "++"', ''],
  ])('%s', (name, message, hint) => {
    expect(() => keyPress(name)).toThrowError(refused(message, hint));
    expect(() => keyEvent(name, true)).toThrowError(refused(message, hint));
    expect(() => keyRepeat(name)).toThrowError(refused(message, hint));
  });

  test('whatever the name, it is keys or a refusal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 30 }),
          fc.string({ unit: fc.constantFrom('+', 'a', 'ctrl', ' ', 'F1'), maxLength: 12 }),
        ),
        (name) => {
          try {
            expect(new Typist().feed(keyPress(name)).held.size).toBe(0);
          } catch (e) {
            expect(e).toMatchObject({ code: 'BAD_ARGUMENT' });
            expect((e as { message: string }).message.length).toBeLessThan(200);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('a long name is not repeated whole', () => {
    expect(() => keyPress('x'.repeat(100_000))).toThrowError(refused(`"${'x'.repeat(40)}…"`, ''));
  });

  test('what is no text is refused', () => {
    expect(() => keyPress(undefined as unknown as string)).toThrowError(refused('undefined', ''));
  });
});
