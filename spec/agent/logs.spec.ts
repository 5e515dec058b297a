// What a machine printed, and what is new on its screen: against the words of ECMA-48 and a terminal that scrolls.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { literalPattern, regexPattern } from '../../src/agent/pattern.js';
import { ScreenLog, newRows, rowsOf } from '../../src/agent/screen-log.js';
import { SerialLog } from '../../src/agent/serial-log.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('SerialLog', () => {
  const cases: [string, string][] = [
    ['plain\r\ntext', 'plain\ntext'],
    ['\x1b[1;31mred\x1b[0m', 'red'],
    ['a\x1b[6nb\x1b[Jc', 'abc'],
    ['\x1b]0;title\x07x\x1b]8;;http://a\x1b\\y', 'xy'],
    ['\x1bPq#0\x1b\\z', 'z'],
    ['\x1b(Bok\x1bM', 'ok'],
    ['10%\r20%\r30%\r\n', '10%\n20%\n30%\n'],
    ['a\r\r\nb', 'a\nb'],
    ['x\b y\x07\0', 'x y'],
    ['tab\there', 'tab\there'],
    ['grüße 漢字 😀', 'grüße 漢字 😀'],
    ['prompt\r\x1b[Knext', 'prompt\nnext'],
  ];
  it.each(cases)('%j reads %j, however it is cut', (raw, text) => {
    const all = bytes(raw);
    for (let cut = 0; cut <= all.length; cut++) {
      const log = new SerialLog(1000);
      log.append(all.subarray(0, cut));
      log.append(all.subarray(cut));
      expect(log.since(0)).toBe(text);
      expect(log.end).toBe(text.length);
    }
  });

  it('a sequence that never ends hides what follows no longer than it lasts', () => {
    const log = new SerialLog(1000);
    log.append(bytes(`\x1b[${'9'.repeat(10_000)}mshown`));
    expect(log.since(0)).toBe('shown');
  });

  it('keeps the newest; places never change', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 40 }), { maxLength: 60 }), (pieces) => {
        const log = new SerialLog(100);
        let all = '';
        for (const piece of pieces.map((p) => p.replace(/[^ -~]/g, ''))) {
          const place = log.end;
          log.append(bytes(piece));
          all += piece;
          expect(log.end).toBe(all.length);
          expect(log.since(place)).toBe(piece);
          expect(log.end - log.begin).toBeLessThanOrEqual(125);
          expect(log.since(0)).toBe(all.slice(log.begin));
          expect(log.since(log.begin)).toBe(all.slice(log.begin));
        }
      }),
    );
  });

  it('tells its listeners, its last lines, and the line that is not finished', () => {
    const log = new SerialLog(1000);
    let heard = 0;
    const stop = log.onText(() => heard++);
    log.append(bytes('one\r\ntwo\r\n# '));
    log.append(bytes('\x1b[6n'));
    expect(heard).toBe(1);
    expect(log.lastLines(2)).toEqual(['two', '# ']);
    expect(log.lastLine).toBe('# ');
    log.append(bytes('\r\n'));
    expect(log.lastLine).toBe('');
    expect(log.lastLines(9)).toEqual(['one', 'two', '# ']);
    stop();
    log.append(bytes('x'));
    expect(heard).toBe(2);
    expect(log.listeners).toBe(0);
  });
});

describe('newRows', () => {
  const cases: [string, string[], string[], string[]][] = [
    ['nothing', ['a', 'b'], ['a', 'b'], []],
    ['lines below', ['a', '$'], ['a', '$ ls', 'x', '$'], [' ls', 'x', '$']],
    ['a prompt that comes again', ['$'], ['$ ls', '$'], [' ls', '$']],
    ['moved up', ['a', 'b', '$'], ['b', '$ ls', 'x'], [' ls', 'x']],
    ['moved up twice', ['a', 'b', 'c'], ['c', 'd', 'e'], ['d', 'e']],
    ['all moved out', ['a', 'b'], ['x', 'y'], ['x', 'y']],
    ['cleared: the same prompt is new', ['a', 'b', '$'], ['$'], ['$']],
    ['the first screen', [], ['a'], ['a']],
    ['emptied', ['a'], [], []],
    ['changed in the middle: from there on', ['a', 'b', 'c'], ['a', 'X', 'c'], ['X', 'c']],
    ['the same row twice', ['$', '$'], ['$', '$', '$'], ['$']],
  ];
  it.each(cases)('%s', (_, old, now, fresh) => expect(newRows(old, now)).toEqual(fresh));

  it('is what a terminal printed, when no two lines are alike', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 2, max: 6 }),
        (before, added, rows) => {
          const lines = Array.from({ length: before + added }, (_, i) => `line ${String(i).padStart(3, '0')}`);
          const old = lines.slice(0, before).slice(-rows);
          const now = lines.slice(-rows);
          expect(newRows(old, now)).toEqual(lines.slice(before).slice(-rows));
        },
      ),
    );
  });

  it("is never more than the screen, and its last row is the screen's", () => {
    const screen = fc.array(fc.stringMatching(/^[ab]{0,2}$/), { maxLength: 8 });
    fc.assert(
      fc.property(screen, screen, (old, now) => {
        const fresh = newRows(old, now);
        expect(fresh.length).toBeLessThanOrEqual(now.length);
        fresh.forEach((row, i) => expect(now.at(i - fresh.length)!.endsWith(row)).toBe(true));
      }),
    );
  });
});

describe('ScreenLog', () => {
  it('numbers texts, and gives what is new since one', () => {
    const log = new ScreenLog(3);
    expect(log.last).toBe(0);
    expect(log.newSince(0, ['a'])).toBe('a');
    const one = log.note(['a']);
    expect(log.note(['a'])).toBe(one);
    const two = log.note(['a', 'b']);
    expect(two).toBe(one + 1);
    expect(log.newSince(one, ['a', 'b'])).toBe('b');
    // A picture whose text is not known yet.
    const unknown = log.note(undefined);
    expect(log.note(undefined)).toBe(unknown + 1);
    expect(log.newSince(unknown, ['x'])).toBe('x');
    log.remember(unknown, ['x']);
    expect(log.newSince(unknown, ['x', 'y'])).toBe('y');
    // What is forgotten counts as nothing: all is new.
    for (let i = 0; i < 5; i++) log.note([String(i)]);
    expect(log.newSince(one, ['a', 'b'])).toBe('a\nb');
  });

  it('splits a text into rows', () => expect(rowsOf('a  \n\nb\n\n \n')).toEqual(['a', '', 'b']));
});

describe('patterns', () => {
  it('find text as it stands, and lines', () => {
    expect(literalPattern('a.c').find('abc a.c')).toBe('a.c');
    expect(literalPattern('x').find('abc')).toBeUndefined();
    expect(regexPattern('^b.*$').find('a\nbcd\ne')).toBe('bcd');
    expect(regexPattern('(?i)ERROR: (\\d+)').find('error: 42!')).toBe('error: 42');
    expect(regexPattern('zz').find('a')).toBeUndefined();
    expect(regexPattern('').find('abc')).toBe('');
  });

  it('take no longer for patterns that would never end elsewhere', () => {
    // Backtracking would need 2^60 steps: this test ends, or it does not.
    const text = `${'a'.repeat(16_000)}!`;
    for (const regex of ['(a+)+$', '(a|aa)+$', '(.*)*x', '^(([a-z])+.)+[A-Z]([a-z])+$'])
      expect(regexPattern(regex).find(text)).toBeUndefined();
  });
});
