// What a pointer does as events of the absolute pointer.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PointerEvent, pointerEvent } from '../../../src/machine/input/index.js';
import { parse } from './us-layout.js';

const ABS = 3;
const at = (x: number, y: number): unknown[] => [
  { type: ABS, code: 0, value: x },
  { type: ABS, code: 1, value: y },
];
const SYN = { type: 0, code: 0, value: 0 };

test('a move is a place', () => {
  expect(parse(pointerEvent({ type: 'move', x: 639, y: 0 }))).toEqual([...at(639, 0), SYN]);
  expect(parse(pointerEvent({ type: 'move', x: 10.9, y: 479.9 }))).toEqual([...at(10, 479), SYN]);
});

test.each([
  [undefined, 0x110],
  ['left', 0x110],
  ['right', 0x111],
  ['middle', 0x112],
] as const)('button %s', (button, code) => {
  const event = { x: 1, y: 2, ...(button && { button }) };
  expect(parse(pointerEvent({ type: 'down', ...event }))).toEqual([...at(1, 2), { type: 1, code, value: 1 }, SYN]);
  expect(parse(pointerEvent({ type: 'up', ...event }))).toEqual([...at(1, 2), { type: 1, code, value: 0 }, SYN]);
});

test('everything inside the screen is a report, everything outside is refused', () => {
  const place = fc.oneof(fc.double(), fc.integer({ min: -10, max: 700 }), fc.double({ min: -1, max: 641 }));
  fc.assert(
    fc.property(fc.constantFrom('move', 'down', 'up'), place, place, (type, x, y) => {
      const inside = x >= 0 && x < 640 && y >= 0 && y < 480;
      const event = { type, x, y } as PointerEvent;
      if (inside) expect(parse(pointerEvent(event)).at(-1)).toEqual(SYN);
      else
        expect(() => pointerEvent(event)).toThrowError(
          expect.objectContaining({ code: 'BAD_ARGUMENT', message: expect.stringContaining('640 x 480') }),
        );
    }),
  );
});

test.each([
  [{ type: 'mvoe', x: 1, y: 1 }, 'move'],
  [{ type: 'click', x: 1, y: 1 }, 'use move'],
  [{ type: 'down', x: 1, y: 1, button: 'lef' }, 'left'],
  [{ type: 'down', x: 1, y: 1, button: 'toString' }, 'use left'],
])('%j is refused', (event, hint) => {
  expect(() => pointerEvent(event as PointerEvent)).toThrowError(
    expect.objectContaining({ code: 'BAD_ARGUMENT', hint: expect.stringContaining(hint) }),
  );
});
