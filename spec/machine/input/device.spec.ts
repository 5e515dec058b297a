// The keyboard and pointer devices as a driver meets them (virtio 1.2, section 5.8), and how host input gets through: whole, in order, paced.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KEYS, keyPress, pointerEvent, textKeys } from '../../../src/machine/input/index.js';
import { KeyboardDevice, PointerDevice } from '../../../src/machine/virtio/input.js';
import { REG } from '../../../src/machine/virtio/registers.js';
import { DATA, Driver } from '../virtio-driver.js';

const WRITE = 2;
const PACE = 100_000n;

/** Asks the config space as Linux does: byte stores to select and subsel, then size and answer. */
async function ask(d: Driver, select: number, subsel: number): Promise<Uint8Array> {
  await d.transport.store(REG.CONFIG, 1, select);
  await d.transport.store(REG.CONFIG + 1, 1, subsel);
  const size = d.transport.load(REG.CONFIG + 2, 1);
  return Uint8Array.from({ length: size }, (_, i) => d.transport.load(REG.CONFIG + 8 + i, 1));
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bits = (bytes: Uint8Array): number[] =>
  [...bytes].flatMap((b, i) => [0, 1, 2, 3, 4, 5, 6, 7].filter((n) => (b >> n) & 1).map((n) => 8 * i + n));
const words = (bytes: Uint8Array): number[] => [...new Uint32Array(bytes.slice().buffer)];

describe('config space', () => {
  test('a keyboard says its name, its keys and its lights', async () => {
    const d = new Driver(new KeyboardDevice());
    expect(d.get(REG.DEVICE_ID)).toBe(18);
    expect(text(await ask(d, 1, 0))).toBe('gpuvisor keyboard');
    expect(text(await ask(d, 2, 0))).toBe('keyboard0');
    expect([...(await ask(d, 3, 0))]).toEqual([6, 0, 0, 0, 1, 0, 1, 0]);
    expect(bits(await ask(d, 0x11, 1))).toEqual(KEYS.map((k) => k.linux).sort((a, b) => a - b));
    expect(bits(await ask(d, 0x11, 0x11))).toEqual([0, 1, 2]);
    // No repeats of its own, no axes, no properties, nothing unset.
    for (const [select, subsel] of [
      [0x11, 0x14],
      [0x11, 3],
      [0x12, 0],
      [0x10, 0],
      [0, 0],
      [1, 1],
      [0xff, 0xff],
    ]) {
      expect(await ask(d, select!, subsel!)).toHaveLength(0);
    }
  });

  test('a pointer says its buttons, and how far its axes go', async () => {
    const d = new Driver(new PointerDevice());
    expect(text(await ask(d, 1, 0))).toBe('gpuvisor pointer');
    expect(bits(await ask(d, 0x11, 1))).toEqual([0x110, 0x111, 0x112]);
    expect(bits(await ask(d, 0x11, 3))).toEqual([0, 1]);
    expect(words(await ask(d, 0x12, 0))).toEqual([0, 639, 0, 0, 0]);
    expect(words(await ask(d, 0x12, 1))).toEqual([0, 479, 0, 0, 0]);
    expect(await ask(d, 0x12, 2)).toHaveLength(0);
  });

  test('stores of any width choose; the answer cannot be written; a new answer leaves nothing of the old', async () => {
    const d = new Driver(new KeyboardDevice());
    const whole = async (): Promise<number[]> => Array.from({ length: 136 }, (_, i) => d.transport.load(REG.CONFIG + i, 1));
    await d.transport.store(REG.CONFIG, 2, 0x0001);
    expect(text(Uint8Array.from((await whole()).slice(8, 16)))).toBe('gpuvisor');
    await d.transport.store(REG.CONFIG, 4, 0xffff_0003);
    expect((await whole()).slice(0, 3)).toEqual([3, 0, 8]);
    await d.transport.store(REG.CONFIG + 2, 1, 0xff);
    await d.transport.store(REG.CONFIG + 8, 4, 0xffffffff);
    await d.transport.store(REG.CONFIG + 132, 4, 0xffffffff);
    await d.transport.store(REG.CONFIG + 0xefc, 4, 0xffffffff);
    expect((await whole()).slice(8)).toEqual([6, 0, 0, 0, 1, 0, 1, 0, ...new Array(120).fill(0)]);
    await d.set(REG.STATUS, 0);
    expect((await whole()).every((b) => b === 0)).toBe(true);
  });
});

/** A driver with event buffers of 8 bytes, all of them on offer. */
async function receiver(device: KeyboardDevice | PointerDevice, buffers = 64): Promise<Driver> {
  const d = new Driver(device, 64);
  await d.start(0);
  for (let i = 0; i < buffers; i++) {
    d.put(i, { address: DATA + 8 * i, length: 8, flags: WRITE });
    d.offer(i);
  }
  await d.notify(0);
  return d;
}

/** Events that came so far, joined. */
function received(d: Driver, from = 0): Uint8Array {
  const out: number[] = [];
  for (let i = from; i !== d.usedIndex; i = (i + 1) & 0xffff) {
    const { id, length } = d.usedEntry(i);
    expect(length).toBe(8);
    out.push(...d.read(DATA + 8 * id, 8));
  }
  return Uint8Array.from(out);
}

describe('events', () => {
  test('go into the buffers one by one, and interrupt', async () => {
    const d = await receiver(new KeyboardDevice());
    const bytes = keyPress('ctrl+c');
    expect(d.transport.accept(bytes, 5n)).toBe(bytes.length);
    await d.transport.poll();
    expect(received(d)).toEqual(bytes);
    expect(d.transport.line).toBe(true);
  });

  test('wait for the driver: nothing is taken before it is live, nothing is lost by its reset', async () => {
    const device = new KeyboardDevice();
    const d = new Driver(device, 64);
    expect(d.transport.acceptsAt).toBeUndefined();
    expect(d.transport.accept(keyPress('a'), 0n)).toBe(0);
    await d.start(0);
    expect(d.transport.acceptsAt).toBe(0n);
    expect(d.transport.accept(keyPress('a'), 0n)).toBe(32);
    await d.transport.poll();
    expect(d.usedIndex).toBe(0);
    expect(d.transport.acceptsAt).toBeUndefined();
    d.put(0, { address: DATA, length: 8, flags: WRITE });
    d.offer(0);
    await d.notify(0);
    expect(d.usedIndex).toBe(1);
    await d.set(REG.STATUS, 0);
    expect(d.transport.accept(keyPress('a'), 0n)).toBe(0);
  });

  test('come in batches of whole reports, a pace apart', async () => {
    const device = new KeyboardDevice();
    const d = await receiver(device);
    const bytes = textKeys('Hello, world!');
    let now = 1000n;
    let at = 0;
    const sizes: number[] = [];
    while (at < bytes.length) {
      const taken = d.transport.accept(bytes.subarray(at), now);
      const batch = bytes.subarray(at, at + taken);
      expect(taken).toBeGreaterThan(0);
      expect(taken).toBeLessThanOrEqual(16 * 8);
      expect([...batch.subarray(-8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
      at += taken;
      sizes.push(taken);
      await d.transport.poll();
      expect(d.transport.acceptsAt).toBe(now + PACE);
      expect(d.transport.accept(bytes.subarray(at), now + PACE - 1n)).toBe(0);
      now += PACE;
      // The driver gives its buffers back.
      for (let i = d.available; i < d.usedIndex + 64; i++) d.offer(d.usedEntry(i - 64).id);
    }
    expect(sizes.length).toBe(Math.ceil(bytes.length / 128));
  });

  test('of one long report come together, as long as it is not absurd', async () => {
    const long = new Uint8Array(8 * 30);
    for (let i = 0; i < 29; i++) long.set([1, 0, i + 1, 0, 1, 0, 0, 0], 8 * i);
    const d = await receiver(new KeyboardDevice());
    expect(d.transport.accept(long, 0n)).toBe(long.length);
    const endless = new Uint8Array(8 * 1000).map((_, i) => (i % 8 === 0 ? 1 : 0));
    const e = await receiver(new KeyboardDevice());
    expect(e.transport.accept(endless, 0n)).toBe(8 * 64);
  });

  test('a report that is not all there waits; what is no event goes away', async () => {
    const d = await receiver(new KeyboardDevice());
    const press = keyPress('a');
    const cut = new Uint8Array([...press, ...press.subarray(0, 8)]);
    expect(d.transport.accept(cut, 0n)).toBe(press.length);
    const e = await receiver(new KeyboardDevice());
    expect(e.transport.accept(new Uint8Array([...press, 1, 2, 3]), 0n)).toBe(press.length + 3);
    await e.transport.poll();
    expect(received(e)).toEqual(press);
    const f = await receiver(new KeyboardDevice());
    expect(f.transport.accept(Uint8Array.of(1, 2, 3), 0n)).toBe(3);
    expect(f.transport.accept(press, PACE)).toBe(press.length);
  });

  test('whatever is sent and whenever buffers come, the driver gets every event in order', async () => {
    const typed = fc.array(fc.oneof(fc.constantFrom('a', 'B', 'ctrl+c', 'Enter', 'ctrl+alt+shift+Delete')), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(typed, fc.array(fc.nat(20), { minLength: 1, maxLength: 10 }), async (names, gifts) => {
        const bytes = Uint8Array.from(names.flatMap((n) => [...keyPress(n)]));
        const device = new KeyboardDevice();
        const d = await receiver(device, 3);
        let [at, seen, turn] = [0, 0, 0];
        const got: number[] = [];
        for (let now = 0n; got.length < bytes.length; now += PACE / 3n) {
          expect(turn).toBeLessThan(10_000);
          const due = d.transport.acceptsAt;
          const taken = d.transport.accept(bytes.subarray(at), now);
          if (due === undefined || due > now) expect(taken).toBe(0);
          at += taken;
          await d.transport.poll();
          const count = gifts[turn++ % gifts.length]! % 5;
          got.push(...received(d, seen));
          const done = Array.from({ length: d.usedIndex - seen }, (_, i) => d.usedEntry(seen + i).id);
          seen = d.usedIndex;
          for (const id of done) d.offer(id);
          if (count > 0) await d.notify(0);
        }
        expect(got).toEqual([...bytes]);
      }),
      { numRuns: 200 },
    );
  });

  test('a buffer too small for an event breaks the protocol', async () => {
    const d = new Driver(new PointerDevice(), 8);
    await d.start(0);
    d.put(0, { address: DATA, length: 7, flags: WRITE });
    d.offer(0);
    d.transport.accept(pointerEvent({ type: 'move', x: 1, y: 1 }), 0n);
    await d.transport.poll();
    expect(d.needsReset).toBe(true);
    expect(d.transport.acceptsAt).toBeUndefined();
  });
});

describe('lights', () => {
  async function status(d: Driver, bytes: readonly number[]): Promise<void> {
    d.write(DATA, bytes);
    d.put(0, { address: DATA, length: bytes.length, flags: 0 });
    d.offer(0);
    await d.notify(1);
  }
  const led = (code: number, value: number): number[] => [0x11, 0, code, 0, value, 0, 0, 0];

  test('are what the driver says last', async () => {
    const device = new KeyboardDevice();
    const d = new Driver(device);
    await d.start(1);
    expect(device.leds).toEqual({ numLock: false, capsLock: false, scrollLock: false });
    await status(d, [...led(1, 1), ...led(0, 1)]);
    expect(device.leds).toEqual({ numLock: true, capsLock: true, scrollLock: false });
    await status(d, [...led(1, 0), ...led(2, 1)]);
    expect(device.leds).toEqual({ numLock: true, capsLock: false, scrollLock: true });
    // Lights it does not have, and what is no light, change nothing.
    await status(d, [...led(3, 1), ...led(31, 1), 1, 0, 1, 0, 1, 0, 0, 0]);
    expect(device.leds).toEqual({ numLock: true, capsLock: false, scrollLock: true });
    await d.set(REG.STATUS, 0);
    expect(device.leds).toEqual({ numLock: false, capsLock: false, scrollLock: false });
  });

  test('a status that is no whole event breaks the protocol', async () => {
    const d = new Driver(new KeyboardDevice());
    await d.start(1);
    await status(d, [1, 2, 3]);
    expect(d.needsReset).toBe(true);
  });
});

describe('state', () => {
  test('goes on elsewhere: events that wait, lights, the pace, the question', async () => {
    const device = new KeyboardDevice();
    const d = new Driver(device, 8);
    await d.start(0);
    await d.transport.store(REG.CONFIG, 1, 1);
    const press = keyPress('A');
    expect(d.transport.accept(press, 777n)).toBe(press.length);
    await d.transport.poll();

    const copy = new KeyboardDevice();
    const e = new Driver(copy, 8);
    e.memory.bytes.set(d.memory.bytes);
    e.transport.restore(d.transport.save());
    expect(e.transport.save()).toEqual(d.transport.save());
    expect(text(Uint8Array.from({ length: 8 }, (_, i) => e.transport.load(REG.CONFIG + 8 + i, 1)))).toBe('gpuvisor');
    for (let i = 0; i < 8; i++) {
      e.put(i, { address: DATA + 8 * i, length: 8, flags: WRITE });
      e.offer(i);
    }
    await e.notify(0);
    expect(received(e)).toEqual(press);
    expect(e.transport.acceptsAt).toBe(777n + PACE);
  });

  test.each([
    ['select', { select: 256 }],
    ['lights', { lights: -1 }],
    ['last', { last: 'soon' }],
    ['last', { last: 5 }],
  ])('a snapshot with a wrong %s is refused', (_name, fields) => {
    const device = new KeyboardDevice();
    const good = device.save();
    expect(() => device.restore({ ...good, fields: { ...good.fields, ...fields } })).toThrowError(
      expect.objectContaining({ code: 'SNAPSHOT_INVALID' }),
    );
  });

  test.each([[7], [8 * 65], [undefined]])('%s bytes of events are refused', (length) => {
    const device = new PointerDevice();
    const blobs: Record<string, Uint8Array> = length === undefined ? {} : { pending: new Uint8Array(length) };
    expect(() => device.restore({ ...device.save(), blobs })).toThrowError(expect.objectContaining({ code: 'SNAPSHOT_INVALID' }));
  });
});
