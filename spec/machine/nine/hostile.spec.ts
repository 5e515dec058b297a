// What a hostile guest sends: the server answers every message with a message, within its limits, and touches nothing outside the chain.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NineDevice, SharedFolder } from '../../../src/machine/virtio/nine/index.js';
import { NineServer } from '../../../src/machine/virtio/nine/server.js';
import { DATA, Driver, USED } from '../virtio-driver.js';
import { Answer, message, s, u4 } from './client.js';
import { CAPACITY, damaged, mounts, request, revive, sound } from './requests.js';

describe('messages', () => {
  test('any sequence of them leaves a sound tree, and every one is answered in its room', () => {
    const kinds = new Map<number, number>();
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 6, arbitrary: request }, { weight: 1, arbitrary: damaged }), {
          minLength: 1,
          maxLength: 80,
          size: 'max',
        }),
        fc.constantFrom(65536, 65536, 65536, 65536, 65536, 65536, 300, 11),
        (messages, room) => {
          const folder = new SharedFolder({ capacity: CAPACITY, mounts });
          const server = new NineServer(folder.tree);
          for (const m of messages) {
            revive(server);
            const bytes = server.answer(m, room);
            const answer = new Answer(bytes);
            expect(bytes.length).toBeLessThanOrEqual(room);
            expect(answer.size).toBe(bytes.length);
            expect(answer.tag).toBe(m[5]! | (m[6]! << 8));
            expect([7, (m[4]! + 1) & 0xff]).toContain(answer.type);
            kinds.set(answer.type, (kinds.get(answer.type) ?? 0) + 1);
          }
          sound(folder, server);
          server.reset();
          sound(folder, server);
        },
      ),
      { numRuns: 600 },
    );
    // The sequences get somewhere: every kind of request succeeded often.
    for (const type of [101, 105, 111, 13, 15, 117, 119, 121, 123, 25, 27, 41, 73, 77, 75, 21, 9, 51])
      expect(kinds.get(type) ?? 0, `answers of type ${type}`).toBeGreaterThan(3);
  });
});

describe('through the queue', () => {
  test('random chains around messages: the device answers or gives up, and nothing outside the chain changes', async () => {
    const part = fc.record({ at: fc.nat(0x3000), length: fc.nat(400) });
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ m: fc.oneof(request, damaged), cut: fc.nat(40), writable: fc.array(part, { maxLength: 4 }) }), {
          minLength: 1,
          maxLength: 12,
        }),
        async (steps) => {
          const folder = new SharedFolder({ capacity: CAPACITY, mounts });
          const d = new Driver(new NineDevice(folder), 128);
          await d.start(0);
          for (const { m, cut, writable } of [
            { m: message(100, 0, u4(65536), s('9P2000.L')), cut: 0, writable: [{ at: 0, length: 300 }] },
            ...steps,
          ]) {
            d.write(DATA, m);
            const out = [
              { address: DATA, length: Math.min(cut, m.length), flags: 0 },
              { address: DATA + Math.min(cut, m.length), length: Math.max(0, m.length - cut), flags: 0 },
            ];
            const into = writable.map(({ at, length }) => ({ address: DATA + 0x10000 + at, length, flags: 2 }));
            d.chain(0, [...out, ...into]);
            d.offer(0);
            const writes: { address: number; length: number }[] = [];
            const store = d.memory.write.bind(d.memory);
            d.memory.write = (all) => {
              writes.push(...all.map((w) => ({ address: w.address, length: w.bytes.length })));
              return store(all);
            };
            const used = d.usedIndex;
            await d.notify(0);
            d.memory.write = store;
            answered += d.usedIndex - used;
            // Into the buffers meant for it, and the used ring.
            const ring = { address: USED, length: 4 + 8 * 128 };
            const inside = (w: { address: number; length: number }): boolean =>
              [...into, ring].some((r) => w.address >= r.address && w.address + w.length <= r.address + r.length);
            expect(writes.filter((w) => !inside(w))).toEqual([]);
            if (d.needsReset) await d.start(0);
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(answered).toBeGreaterThan(200);
  });
});
