// What the machine's page makes of keys, pointers, sizes and files, without a page.
import { describe, expect, it } from 'vitest';
import { fileKind } from '../../web/machine/engine/files.js';
import { restAfter, toRgba } from '../../web/machine/engine/painter.js';
import { fitScreen, pixelAt } from '../../web/machine/input/geometry.js';
import { KeyCapture, type KeyPress, type Verdict } from '../../web/machine/input/key-capture.js';

const key = (type: 'keydown' | 'keyup', code: string, rest: Partial<KeyPress> = {}): KeyPress => ({
  type,
  code,
  // What a US keyboard gives.
  key: /^(Key|Digit)/.test(code) ? code.slice(-1).toLowerCase() : code,
  altGraph: false,
  ctrlKey: false,
  shiftKey: false,
  altKey: false,
  metaKey: false,
  repeat: false,
  ...rest,
});
const word = (v: Verdict): string =>
  v.kind === 'send' ? `${v.code} ${v.what}` : v.kind === 'tap' ? `tap ${v.character} -${v.lift.join()} +${v.again.join()}` : v.kind;
const press = (capture: KeyCapture, code: string, rest: Partial<KeyPress> = {}): string => word(capture.press(key('keydown', code, rest)));
const release = (capture: KeyCapture, code: string): string => word(capture.press(key('keyup', code)));

describe('keys of a focused element', () => {
  it('go to the machine as they go down, repeat and come up', () => {
    const capture = new KeyCapture();
    capture.focus(true);
    expect([press(capture, 'KeyA'), press(capture, 'KeyA', { repeat: true }), release(capture, 'KeyA')]).toEqual([
      'KeyA down',
      'KeyA repeat',
      'KeyA up',
    ]);
    expect(press(capture, 'KeyB', { repeat: true })).toBe('swallow');
  });

  it('leave Tab to the page until something was typed, so that passing through is no trap', () => {
    const capture = new KeyCapture();
    capture.focus(false);
    expect(press(capture, 'Tab')).toBe('browser');
    expect(press(capture, 'ShiftLeft')).toBe('ShiftLeft down');
    expect(press(capture, 'Tab', { shiftKey: true })).toBe('browser');
    expect(release(capture, 'ShiftLeft')).toBe('ShiftLeft up');
    expect(press(capture, 'KeyL')).toBe('KeyL down');
    expect(press(capture, 'Tab')).toBe('Tab down');
    capture.blur();
    capture.focus(false);
    expect(press(capture, 'Tab')).toBe('browser');
    capture.focus(true);
    expect(press(capture, 'Tab')).toBe('Tab down');
  });

  it('let go by Control and the left Alt, alone and in either order', () => {
    for (const [first, second] of [
      ['ControlLeft', 'AltLeft'],
      ['AltLeft', 'ControlLeft'],
      ['ControlRight', 'AltLeft'],
    ] as const) {
      const capture = new KeyCapture();
      capture.focus(true);
      press(capture, first);
      press(capture, second);
      expect(release(capture, second)).toBe('leave');
      expect([...capture.blur()].sort()).toEqual([first, second].sort());
    }
  });

  it('do not let go when another key came between, nor by AltGr', () => {
    const capture = new KeyCapture();
    capture.focus(true);
    press(capture, 'ControlLeft');
    press(capture, 'AltLeft');
    press(capture, 'Delete');
    expect(release(capture, 'Delete')).toBe('Delete up');
    expect(release(capture, 'AltLeft')).toBe('AltLeft up');
    expect(release(capture, 'ControlLeft')).toBe('ControlLeft up');
    press(capture, 'ControlLeft');
    press(capture, 'AltRight');
    expect(release(capture, 'AltRight')).toBe('AltRight up');
  });

  it('that are down are released when the focus goes', () => {
    const capture = new KeyCapture();
    capture.focus(true);
    press(capture, 'ShiftLeft');
    press(capture, 'KeyX', { key: 'X', shiftKey: true });
    expect([...capture.blur()].sort()).toEqual(['KeyX', 'ShiftLeft']);
    expect(capture.held).toEqual([]);
    expect(release(capture, 'KeyX')).toBe('browser');
  });

  it('give the character that stands on them, whatever the layout', () => {
    const capture = new KeyCapture();
    capture.focus(true);
    // QWERTZ: the key between T and U.
    expect([press(capture, 'KeyY', { key: 'z' }), release(capture, 'KeyY')]).toEqual(['KeyZ down', 'KeyZ up']);
    // Shift+7 there.
    expect(press(capture, 'ShiftLeft', { key: 'Shift' })).toBe('ShiftLeft down');
    expect(press(capture, 'Digit7', { key: '/', shiftKey: true })).toBe('tap / -ShiftLeft +ShiftLeft');
    expect(release(capture, 'Digit7')).toBe('browser');
    // Shift+1 is the same on both.
    expect([press(capture, 'Digit1', { key: '!', shiftKey: true }), release(capture, 'Digit1')]).toEqual(['Digit1 down', 'Digit1 up']);
    expect(release(capture, 'ShiftLeft')).toBe('ShiftLeft up');
    // AltGr+Q, which Windows tells as Control and Alt.
    press(capture, 'ControlLeft', { key: 'Control', ctrlKey: true });
    press(capture, 'AltRight', { key: 'AltGraph', ctrlKey: true, altKey: true, altGraph: true });
    expect(press(capture, 'KeyQ', { key: '@', ctrlKey: true, altKey: true, altGraph: true })).toBe('tap @ -ControlLeft,AltRight +');
    expect(capture.held).toEqual([]);
  });

  it('give the character where a program types without Shift, and under caps lock', () => {
    const capture = new KeyCapture();
    capture.focus(true);
    expect(press(capture, 'Digit4', { key: '$' })).toBe('tap $ - +');
    expect(press(capture, 'KeyA', { key: 'A' })).toBe('tap A - +');
    expect(press(capture, 'CapsLock', { key: 'CapsLock' })).toBe('browser');
  });

  it('go by the letter in a chord, and by their place where the guest has no such letter', () => {
    const capture = new KeyCapture();
    capture.focus(true);
    press(capture, 'ControlLeft', { key: 'Control', ctrlKey: true });
    // AZERTY: A stands where Q is.
    expect(press(capture, 'KeyQ', { key: 'a', ctrlKey: true })).toBe('KeyA down');
    expect(press(capture, 'KeyC', { key: 'с', ctrlKey: true })).toBe('KeyC down');
    expect([...capture.blur()].sort()).toEqual(['ControlLeft', 'KeyA', 'KeyC']);
  });

  it('of the browser stay with the browser', () => {
    const capture = new KeyCapture();
    capture.focus(true);
    expect(press(capture, 'F5')).toBe('browser');
    expect(press(capture, 'F12')).toBe('browser');
    expect(press(capture, 'KeyL', { metaKey: true })).toBe('browser');
    expect(press(capture, 'KeyV', { ctrlKey: true, shiftKey: true })).toBe('browser');
    expect(press(capture, 'KeyV', { ctrlKey: true })).toBe('KeyV down');
    // Soft keyboards name no key.
    expect(press(capture, '')).toBe('browser');
  });
});

describe('the screen', () => {
  it('is drawn in whole pixels where they fill most of the room', () => {
    expect(fitScreen({ width: 640, height: Infinity }, 1)).toEqual({ width: 640, height: 480, crisp: true });
    expect(fitScreen({ width: 700, height: Infinity }, 1)).toEqual({ width: 640, height: 480, crisp: true });
    expect(fitScreen({ width: 1920, height: 1080 }, 1)).toEqual({ width: 1280, height: 960, crisp: true });
    // 1.5 pixels for one of the page's.
    expect(fitScreen({ width: 1300, height: Infinity }, 1.5)).toEqual({ width: 1280, height: 960, crisp: true });
  });

  it('is fitted smoothly where they would not, as on a phone', () => {
    const phone = fitScreen({ width: 344, height: Infinity }, 3);
    expect([phone.width, phone.height, phone.crisp]).toEqual([344, 258, false]);
    expect(fitScreen({ width: 320, height: Infinity }, 2)).toEqual({ width: 320, height: 240, crisp: true });
    const low = fitScreen({ width: 900, height: 300 }, 1);
    expect([low.width, low.height]).toEqual([400, 300]);
  });

  it('knows the pixel under a pointer, and the nearest when it has left', () => {
    const element = { left: 10, top: 20, width: 320, height: 240 };
    expect(pixelAt({ x: 10, y: 20 }, element)).toEqual({ x: 0, y: 0 });
    expect(pixelAt({ x: 170, y: 140 }, element)).toEqual({ x: 320, y: 240 });
    expect(pixelAt({ x: 329.9, y: 259.9 }, element)).toEqual({ x: 639, y: 479 });
    expect(pixelAt({ x: -50, y: 9999 }, element)).toEqual({ x: 0, y: 479 });
    expect(pixelAt({ x: 5, y: 5 }, { left: 0, top: 0, width: 0, height: 0 })).toEqual({ x: 0, y: 0 });
  });

  it('has red, green and blue where a canvas wants them', () => {
    const to = new Uint32Array(2);
    toRgba(new Uint32Array([0x00112233, 0xff0000fe]), to);
    expect([...new Uint8Array(to.buffer)]).toEqual([0x11, 0x22, 0x33, 255, 0, 0, 0xfe, 255]);
  });

  it('is read less often where reading is dear, but never stands still', () => {
    expect(restAfter(0.5)).toBe(16);
    expect(restAfter(4)).toBe(50);
    expect(restAfter(500)).toBe(400);
  });
});

describe('files', () => {
  const bytes = (at: number, ...values: number[]): Uint8Array => {
    const all = new Uint8Array(64);
    all.set(values, at);
    return all;
  };
  it('are known by their first bytes, whatever they are called', () => {
    expect(fileKind('x', bytes(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))).toBe('cartridge');
    expect(fileKind('x.png', new TextEncoder().encode('GPVSNAP\nrest'))).toBe('snapshot');
    expect(fileKind('x.snap', bytes(0, 0x7f, 0x45, 0x4c, 0x46))).toBe('elf');
    expect(fileKind('vmlinux', bytes(56, 0x52, 0x53, 0x43, 0x05))).toBe('image');
  });
  it('that do not boot are refused with their name', () => {
    expect(() => fileKind('notes.txt', new TextEncoder().encode('hello'))).toThrow(/notes\.txt \(5 bytes\)/);
    expect(() => fileKind('empty', new Uint8Array())).toThrow(/empty \(0 bytes\)/);
  });
});
