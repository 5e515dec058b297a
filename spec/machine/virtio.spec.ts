// virtio-mmio and the split queue: what a driver may rely on, and what a hostile one cannot do (virtio 1.2, 2.7, 4.2.2).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConsoleDevice } from '../../src/machine/virtio/console.js';
import { BlockDevice } from '../../src/machine/virtio/block.js';
import { memoryDisk } from '../../src/machine/virtio/disk.js';
import { KeyboardDevice } from '../../src/machine/virtio/input.js';
import { NineDevice, SharedFolder } from '../../src/machine/virtio/nine/index.js';
import { REG, STATUS } from '../../src/machine/virtio/registers.js';
import { RngDevice } from '../../src/machine/virtio/rng.js';
import { VirtioTransport } from '../../src/machine/virtio/transport.js';
import { DATA, Driver, RAM_BASE, RAM_SIZE, TABLE, USED, sameBytes } from './virtio-driver.js';

const WRITE = 2;
const rng = (): Driver => new Driver(new RngDevice(1));

describe('registers', () => {
  test('identity', () => {
    const d = rng();
    expect([REG.MAGIC, REG.VERSION, REG.DEVICE_ID].map((r) => d.get(r))).toEqual([0x74726976, 2, 4]);
    expect(VirtioTransport.emptySlot(REG.MAGIC, 4)).toBe(0x74726976);
    expect(VirtioTransport.emptySlot(REG.DEVICE_ID, 4)).toBe(0);
  });

  test('features: VERSION_1 must be taken, what was not offered may not', async () => {
    const d = rng();
    await d.negotiate();
    expect(d.get(REG.STATUS) & STATUS.FEATURES_OK).not.toBe(0);
    await d.set(REG.STATUS, 0);
    await d.set(REG.STATUS, 3 | STATUS.FEATURES_OK);
    expect(d.get(REG.STATUS)).toBe(3);
    await d.set(REG.DRIVER_FEATURES_SEL, 1);
    await d.set(REG.DRIVER_FEATURES, 1);
    await d.set(REG.DRIVER_FEATURES_SEL, 0);
    await d.set(REG.DRIVER_FEATURES, 1 << 20);
    await d.set(REG.STATUS, 3 | STATUS.FEATURES_OK);
    expect(d.get(REG.STATUS)).toBe(3);
  });

  test('8 and 16-bit accesses to registers do nothing; queues that do not exist have size 0', async () => {
    const d = rng();
    expect(d.transport.load(REG.MAGIC, 1)).toBe(0);
    await d.transport.store(REG.STATUS, 2, 1);
    expect(d.get(REG.STATUS)).toBe(0);
    await d.set(REG.QUEUE_SEL, 0xffffffff);
    expect(d.get(REG.QUEUE_NUM_MAX)).toBe(0);
    await d.set(REG.QUEUE_READY, 1);
    await d.notify(0xffffffff);
    expect(d.needsReset).toBe(false);
  });

  test('a live queue cannot be moved', async () => {
    const d = rng();
    await d.start();
    await d.set(REG.QUEUE_DESC_LOW, 0x12345670);
    d.chain(0, [{ address: DATA, length: 4, flags: WRITE }]);
    d.offer(0);
    await d.notify();
    expect(d.usedIndex).toBe(1);
  });

  test('config space reads zero beyond its end, at every width', () => {
    const d = new Driver(new BlockDevice(memoryDisk(new Uint8Array(5 * 512))));
    expect(d.transport.load(REG.CONFIG, 4)).toBe(5);
    expect(d.transport.load(REG.CONFIG, 1)).toBe(5);
    expect(d.transport.load(REG.CONFIG + 60, 4)).toBe(0);
    expect(d.transport.load(0xffc, 4)).toBe(0);
  });
});

describe('queue', () => {
  test('serves chains in order, over several buffers, and interrupts', async () => {
    const d = rng();
    await d.start();
    d.chain(0, [
      { address: DATA, length: 3, flags: WRITE },
      { address: DATA + 0x100, length: 5, flags: WRITE },
    ]);
    d.chain(4, [{ address: DATA + 0x200, length: 4, flags: WRITE }]);
    d.offer(0);
    d.offer(4);
    await d.notify();
    expect(d.usedIndex).toBe(2);
    expect(d.usedEntry(0)).toEqual({ id: 0, length: 8 });
    expect(d.usedEntry(1)).toEqual({ id: 4, length: 4 });
    const expected = new RngDevice(1);
    const first = expected.bytes(8);
    expect([...d.read(DATA, 3), ...d.read(DATA + 0x100, 5)]).toEqual([...first]);
    expect(d.read(DATA + 3, 1)[0]).toBe(0);
    expect(d.transport.line).toBe(true);
    expect(d.get(REG.INTERRUPT_STATUS)).toBe(1);
    await d.set(REG.INTERRUPT_ACK, 1);
    expect(d.transport.line).toBe(false);
  });

  test('indexes wrap at 65536', async () => {
    const d = rng();
    await d.start();
    d.chain(0, [{ address: DATA, length: 1, flags: WRITE }]);
    for (let i = 0; i < 65540; i++) {
      d.offer(0);
      await d.notify();
    }
    expect(d.usedIndex).toBe(4);
    expect(d.needsReset).toBe(false);
  });

  test('no interrupt when the driver asks for none', async () => {
    const d = rng();
    await d.start();
    d.memory.view.setUint16(0x2000, 1, true);
    d.chain(0, [{ address: DATA, length: 1, flags: WRITE }]);
    d.offer(0);
    await d.notify();
    expect(d.usedIndex).toBe(1);
    expect(d.transport.line).toBe(false);
  });

  test('nothing happens before DRIVER_OK', async () => {
    const d = rng();
    await d.negotiate();
    await d.setQueue(0);
    d.chain(0, [{ address: DATA, length: 1, flags: WRITE }]);
    d.offer(0);
    await d.notify();
    expect(d.usedIndex).toBe(0);
  });

  test('reset forgets the queue', async () => {
    const d = rng();
    await d.start();
    await d.set(REG.STATUS, 0);
    expect([d.get(REG.STATUS), d.get(REG.QUEUE_READY), d.get(REG.INTERRUPT_STATUS)]).toEqual([0, 0, 0]);
  });
});

describe('hostile drivers', () => {
  const cases: [string, (d: Driver) => void][] = [
    ['a buffer before RAM', (d) => d.chain(0, [{ address: RAM_BASE - 1, length: 2, flags: WRITE }])],
    ['a buffer past RAM', (d) => d.chain(0, [{ address: RAM_BASE + RAM_SIZE - 1, length: 2, flags: WRITE }])],
    ['a buffer above 4 GiB', (d) => d.chain(0, [{ address: DATA, high: 1, length: 1, flags: WRITE }])],
    ['a length of 4 GiB less one', (d) => d.chain(0, [{ address: DATA, length: 0xffffffff, flags: WRITE }])],
    ['an address that wraps', (d) => d.chain(0, [{ address: 0xfffffff0, length: 0x20, flags: WRITE }])],
    ['a chain that loops', (d) => d.put(0, { address: DATA, length: 1, flags: WRITE | 1, next: 0 })],
    ['a next index outside the table', (d) => d.put(0, { address: DATA, length: 1, flags: WRITE | 1, next: 8 })],
    ['an indirect table', (d) => d.put(0, { address: DATA, length: 16, flags: 4 })],
    [
      'readable after writable',
      (d) =>
        d.chain(0, [
          { address: DATA, length: 1, flags: WRITE },
          { address: DATA, length: 1, flags: 0 },
        ]),
    ],
    [
      'more bytes than a chain may carry',
      (d) =>
        d.chain(0, [
          { address: RAM_BASE, length: RAM_SIZE, flags: WRITE },
          { address: RAM_BASE, length: RAM_SIZE, flags: WRITE },
        ]),
    ],
  ];
  test.each(cases)('%s sets DEVICE_NEEDS_RESET and moves nothing', async (_name, prepare) => {
    const d = rng();
    await d.start();
    prepare(d);
    d.offer(0);
    const before = d.memory.bytes.slice();
    await d.notify();
    expect(d.needsReset).toBe(true);
    expect(d.get(REG.INTERRUPT_STATUS)).toBe(2);
    expect(d.transport.fault).not.toBe('');
    expect(sameBytes(d.memory.bytes, before)).toBe(true);
    // It stays so until a reset, after which the device works again.
    await d.notify();
    expect(d.usedIndex).toBe(0);
    await d.start();
    expect(d.needsReset).toBe(false);
  });

  test('a head outside the table, and an avail index too far ahead', async () => {
    const d = rng();
    await d.start();
    d.offer(8);
    await d.notify();
    expect(d.needsReset).toBe(true);
    const e = rng();
    await e.start();
    e.available = 100;
    e.offer(0);
    await e.notify();
    expect(e.needsReset).toBe(true);
  });

  test.each([
    ['size 0', 0, TABLE],
    ['size 3', 3, TABLE],
    ['size above the maximum', 16, TABLE],
    ['a table outside RAM', 8, RAM_BASE + RAM_SIZE - 16],
    ['a misaligned table', 8, TABLE + 8],
    ['a table in device memory', 8, 0x10000000],
  ])('a queue of %s is refused', async (_name, size, table) => {
    const d = new Driver(new RngDevice(1), size);
    await d.negotiate();
    await d.setQueue(0, table);
    expect(d.needsReset).toBe(true);
    expect(d.get(REG.QUEUE_READY)).toBe(0);
  });

  test('zero-length buffers are empty, not wrong', async () => {
    const d = rng();
    await d.start();
    d.chain(0, [
      { address: 0, length: 0, flags: WRITE },
      { address: DATA, length: 2, flags: WRITE },
    ]);
    d.offer(0);
    await d.notify();
    expect(d.usedEntry(0)).toEqual({ id: 0, length: 2 });
  });

  test('random registers, rings and descriptors: no exception, and nothing outside RAM is touched', async () => {
    const address = fc.oneof(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.integer({ min: RAM_BASE - 64, max: RAM_BASE + RAM_SIZE + 64 }),
      fc.constantFrom(TABLE, DATA, USED),
    );
    const length = fc.oneof(
      fc.integer({ min: 0, max: 64 }),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.constantFrom(0, 16, 512, RAM_SIZE, 0xffffffff),
    );
    const descriptor = fc.record({
      address,
      high: fc.constantFrom(0, 0, 0, 0, 1, 0xffffffff),
      length,
      flags: fc.integer({ min: 0, max: 7 }),
      next: fc.integer({ min: 0, max: 9 }),
    });
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), index: fc.nat(7), descriptor }),
      fc.record({ kind: fc.constant('offer' as const), head: fc.integer({ min: 0, max: 10 }) }),
      fc.record({ kind: fc.constant('notify' as const), queue: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ kind: fc.constant('register' as const), offset: fc.integer({ min: 0, max: 0x50 }).map((n) => n * 4), value: address }),
      fc.record({
        kind: fc.constant('byte' as const),
        at: fc.integer({ min: 0x1000, max: 0x3100 }),
        value: fc.integer({ min: 0, max: 255 }),
      }),
      fc.record({ kind: fc.constant('start' as const), queue: fc.integer({ min: 0, max: 1 }) }),
      fc.record({ kind: fc.constant('poll' as const) }),
    );
    const device = fc.constantFrom(
      () => new RngDevice(2),
      () => new BlockDevice(memoryDisk(new Uint8Array(64 * 512))),
      () => {
        const console = new ConsoleDevice();
        console.accept(new Uint8Array(100));
        return console;
      },
      () => {
        const keyboard = new KeyboardDevice();
        keyboard.accept(new Uint8Array(128), 0n);
        return keyboard;
      },
      () => new NineDevice(new SharedFolder()),
    );
    let served = 0;
    await fc.assert(
      fc.asyncProperty(device, fc.array(operation, { minLength: 5, maxLength: 60 }), async (make, operations) => {
        const d = new Driver(make());
        await d.start();
        for (const op of operations) {
          if (op.kind === 'put') d.put(op.index, op.descriptor);
          else if (op.kind === 'offer') d.offer(op.head);
          else if (op.kind === 'notify') await d.notify(op.queue);
          else if (op.kind === 'register') await d.set(op.offset, op.value);
          else if (op.kind === 'byte') d.memory.bytes[op.at] = op.value;
          else if (op.kind === 'start') await d.start(op.queue);
          else await d.transport.poll();
          served += d.usedIndex > 0 ? 1 : 0;
        }
      }),
      { numRuns: 3000 },
    );
    expect(served).toBeGreaterThan(100);
  });
});

describe('console device', () => {
  test('takes output, and gives input when there is some', async () => {
    const out: number[] = [];
    const device = new ConsoleDevice((bytes) => out.push(...bytes));
    const d = new Driver(device);
    await d.start(1);
    d.write(DATA, [104, 105]);
    d.chain(0, [{ address: DATA, length: 2, flags: 0 }]);
    d.offer(0);
    await d.notify(1);
    expect(out).toEqual([104, 105]);

    const e = new Driver(device);
    await e.start(0);
    e.chain(0, [{ address: DATA, length: 16, flags: WRITE }]);
    e.offer(0);
    await e.notify(0);
    expect(e.usedIndex).toBe(0);
    device.accept(Uint8Array.of(7, 8, 9));
    await e.transport.poll();
    expect(e.usedEntry(0)).toEqual({ id: 0, length: 3 });
    expect([...e.read(DATA, 3)]).toEqual([7, 8, 9]);
    expect(e.transport.line).toBe(true);
  });
});
