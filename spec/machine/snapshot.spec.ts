// Snapshots: save, restore into another machine, run on: equal. A damaged file is refused before anything is touched.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../src/isa/assembler/index.js';
import { GpuvisorError } from '../../src/isa/errors.js';
import { loadProgram, prepareProgram } from '../../src/machine/load.js';
import { type Machine, createMachine } from '../../src/machine/machine.js';
import { readSnapshotHeader, restoreSnapshot, saveSnapshot } from '../../src/machine/snapshot.js';
import { BlockDevice } from '../../src/machine/virtio/block.js';
import { memoryDisk } from '../../src/machine/virtio/disk.js';
import { RngDevice } from '../../src/machine/virtio/rng.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { SMALL, SYMBOLS } from './program.js';

/** Fills RAM with a generator's numbers, prints, sets a timer: state everywhere. */
const SOURCE = `
_start: li s0, 0x80010000
        li s1, 12345
        li s2, UART
        li s3, CLINT + 0x4000
1:      li t0, 1103515245
        mul s1, s1, t0
        addi s1, s1, 1234
        srli t1, s1, 12
        li t2, 0x3fffc
        and t1, t1, t2
        add t1, t1, s0
        sw s1, 0(t1)
        andi t3, s1, 63
        addi t3, t3, 48
        sb t3, 0(s2)
        sw s1, 0(s3)
        csrw mscratch, s1
        j 1b
`;
const { elf } = assemble(SOURCE, { base: 0x80000000, symbols: SYMBOLS });
const image = (): Uint8Array => Uint8Array.from({ length: 64 * 512 }, (_, i) => i & 0xff);

async function machine(disk = image(), loaded = true): Promise<{ machine: Machine; block: BlockDevice }> {
  const hart = new ReferenceHart(SMALL);
  if (loaded) await loadProgram(hart, prepareProgram(SMALL, elf));
  const block = new BlockDevice(memoryDisk(disk));
  return { machine: createMachine(hart, { devices: [block, undefined, new RngDevice(3)] }), block };
}

async function saved(steps = 20_000): Promise<{ machine: Machine; file: Uint8Array }> {
  const { machine: m, block } = await machine();
  await block.overlay.write(1000, new Uint8Array(5000).fill(7));
  await m.run(steps);
  return { machine: m, file: await saveSnapshot(m) };
}

const codeOf = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act;
    return 'accepted';
  } catch (e) {
    if (e instanceof GpuvisorError) return e.code;
    throw e;
  }
};

test('restored elsewhere it has the same digest, and goes on alike', async () => {
  const { machine: first, file } = await saved();
  const { machine: second, block } = await machine(image(), false);
  await second.writeMemory(0x800f0000, Uint8Array.of(1, 2, 3)); // what was there before goes away
  await restoreSnapshot(second, file);
  expect(await second.digest()).toBe(await first.digest());
  expect(second.steps).toBe(first.steps);
  expect(await block.overlay.read(1000, 4)).toEqual(Uint8Array.of(7, 7, 7, 7));
  await first.run(5_001);
  await second.run(5_001);
  expect(await second.digest()).toBe(await first.digest());
});

test('the header tells what machine it wants; equal machines give equal files; zero pages are left out', async () => {
  const { file } = await saved();
  const header = await readSnapshotHeader(file);
  expect(header).toMatchObject({ map: 'virt', ramSize: SMALL.ramSize, steps: 20_000, compressed: false });
  expect((await saved()).file).toEqual(file);
  expect(header.parts.find((p) => p.name === 'ram')!.size).toBeLessThan(0x50000);
});

describe('refusals', () => {
  test('another disk, another device, another size', async () => {
    const { file } = await saved();
    const other = image();
    other[30_000] = 1;
    expect(await codeOf(restoreSnapshot((await machine(other)).machine, file))).toBe('SNAPSHOT_INVALID');
    const bare = createMachine(new ReferenceHart(SMALL));
    expect(await codeOf(restoreSnapshot(bare, file))).toBe('SNAPSHOT_INVALID');
    const swapped = createMachine(new ReferenceHart(SMALL), { devices: [new RngDevice(), undefined, new RngDevice()] });
    expect(await codeOf(restoreSnapshot(swapped, file))).toBe('SNAPSHOT_INVALID');
    const larger = createMachine(new ReferenceHart({ ...SMALL, ramSize: 2 << 20 }));
    expect(await codeOf(restoreSnapshot(larger, file))).toBe('SNAPSHOT_INVALID');
    const compressed = createMachine(new ReferenceHart({ ...SMALL, compressed: true }));
    expect(await codeOf(restoreSnapshot(compressed, file))).toBe('SNAPSHOT_INVALID');
  });

  test('the same contents on a disk that already has the writes are the same disk', async () => {
    const { file } = await saved();
    const committed = image();
    committed.fill(7, 1000, 6000);
    expect(await codeOf(restoreSnapshot((await machine(committed)).machine, file))).toBe('accepted');
  });

  test('truncations', async () => {
    const { file } = await saved(1000);
    for (const length of [0, 1, 8, 20, 47, 48, 100, file.length - 1]) {
      expect(await codeOf(readSnapshotHeader(file.slice(0, length)))).toBe('SNAPSHOT_INVALID');
    }
    expect(await codeOf(readSnapshotHeader(Uint8Array.from([...file, 0])))).toBe('SNAPSHOT_INVALID');
  });

  test('any changed byte is noticed, and the machine stays as it was', async () => {
    const { file } = await saved(1000);
    const { machine: victim } = await machine();
    const before = await victim.digest();
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bad = file.slice();
        bad[at] = bad[at]! ^ change;
        expect(await codeOf(restoreSnapshot(victim, bad))).toBe('SNAPSHOT_INVALID');
      }),
      { numRuns: 300 },
    );
    expect(await victim.digest()).toBe(before);
  });
});
