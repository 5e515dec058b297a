// Input that waits: one order over all devices, the serial line apart, bounds for each target. (The machine's side of it: spec/machine/input.)
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputQueue } from '../../src/machine/input-queue.js';

const TARGETS = new Set(['uart', 'keyboard', 'pointer']);
const all = (): boolean => true;

describe('input that waits', () => {
  test('goes to devices in the order in which it was sent, however it is cut', () => {
    const target = fc.constantFrom('keyboard', 'pointer');
    const sent = fc.array(fc.tuple(target, fc.uint8Array({ minLength: 1, maxLength: 9 })), { maxLength: 12 });
    fc.assert(
      fc.property(sent, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 200, maxLength: 200 }), (pieces, cuts) => {
        const queue = new InputQueue(TARGETS, 1000);
        for (const [to, bytes] of pieces) queue.push(bytes, to);
        const got: [string, number][] = [];
        for (const cut of cuts) {
          const input = queue.first(all);
          if (!input) break;
          const count = Math.min(cut, input.bytes.length);
          got.push(...[...input.bytes.subarray(0, count)].map((b): [string, number] => [input.to, b]));
          queue.took(input.to, count);
        }
        expect(got).toEqual(pieces.flatMap(([to, bytes]) => [...bytes].map((b) => [to, b])));
        expect(queue.waiting).toBe(0);
      }),
    );
  });

  test('passes over a device that no driver works with, and keeps what waits for it', () => {
    const queue = new InputQueue(TARGETS, 1000);
    queue.push(Uint8Array.of(1), 'keyboard');
    queue.push(Uint8Array.of(2), 'pointer');
    const live = (to: string): boolean => to === 'pointer';
    queue.took(queue.first(live)!.to, 1);
    expect(queue.first(live)).toBeUndefined();
    expect(queue.first(all)).toEqual({ to: 'keyboard', bytes: Uint8Array.of(1) });
  });

  test('that comes while a device takes what is there stands behind it', () => {
    const queue = new InputQueue(TARGETS, 1000);
    queue.push(Uint8Array.of(1, 2, 3, 4), 'keyboard');
    const part = queue.first(all)!;
    queue.push(Uint8Array.of(5), 'keyboard');
    queue.took(part.to, 2);
    expect(queue.first(all)).toEqual({ to: 'keyboard', bytes: Uint8Array.of(3, 4, 5) });
    const whole = queue.first(all)!;
    queue.push(Uint8Array.of(6), 'keyboard');
    queue.push(Uint8Array.of(7), 'pointer');
    queue.took(whole.to, 3);
    expect(queue.first(all)).toEqual({ to: 'keyboard', bytes: Uint8Array.of(6) });
    expect(queue.waiting).toBe(2);
  });

  test('of the serial line stands apart', () => {
    const queue = new InputQueue(TARGETS, 1000);
    queue.push(Uint8Array.of(1), 'keyboard');
    queue.push(Uint8Array.of(2, 3), 'uart');
    expect(queue.uart).toEqual(Uint8Array.of(2, 3));
    queue.tookUart(1);
    expect(queue.uart).toEqual(Uint8Array.of(3));
    expect(queue.waiting).toBe(2);
  });

  test('is bounded for each target, its pieces between others counted', () => {
    const queue = new InputQueue(TARGETS, 4);
    queue.push(Uint8Array.of(1, 2), 'keyboard');
    queue.push(Uint8Array.of(1, 2, 3, 4), 'pointer');
    queue.push(Uint8Array.of(3, 4), 'keyboard');
    queue.push(Uint8Array.of(1, 2, 3, 4), 'uart');
    for (const to of TARGETS) {
      expect(() => queue.push(Uint8Array.of(9), to)).toThrowError(expect.objectContaining({ code: 'BAD_ARGUMENT' }));
    }
    expect(queue.waiting).toBe(12);
  });
});
