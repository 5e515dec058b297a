// Machines are the same on both executors: digests at equal steps, recordings and snapshots carried from one to the other.
import { describe, expect, test } from 'vitest';
import { GPUExecutionSystem } from '../../src/gpu/index.js';
import { loadProgram, prepareProgram } from '../../src/machine/load.js';
import { type Machine, createMachine } from '../../src/machine/machine.js';
import { decodeRecording, encodeRecording } from '../../src/machine/recording.js';
import { restoreSnapshot, saveSnapshot } from '../../src/machine/snapshot.js';
import { assemble } from '../../src/isa/assembler/index.js';
import { BlockDevice } from '../../src/machine/virtio/block.js';
import { memoryDisk } from '../../src/machine/virtio/disk.js';
import { RngDevice } from '../../src/machine/virtio/rng.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { ECHO, LONG, SLEEPER, SMALL, SYMBOLS, machineWith } from './program.js';

const onGpu = async (source: string, options = {}): Promise<Machine> =>
  machineWith(source, options, await GPUExecutionSystem.create(SMALL));

test.each(Object.entries({ LONG, SLEEPER }))(
  '%s: equal digests, console and results at equal steps, however it is cut',
  async (_name, source) => {
    const left = await machineWith(source);
    const right = await onGpu(source);
    for (const cut of [1, 2, 50, 1024, 3000, 100, 7]) {
      expect(await right.run(cut)).toEqual(await left.run(cut));
      expect(await right.digest()).toBe(await left.digest());
      expect(right.console.text()).toBe(left.console.text());
    }
    right.dispose();
  },
);

test('what was recorded on the GPU replays on the reference hart, through its text form', async () => {
  const recorded = await onGpu(ECHO, { record: true });
  recorded.send('one ');
  await recorded.run(45);
  recorded.send('two ');
  await recorded.run(500);
  recorded.send('three.');
  expect((await recorded.run(1e5)).exit).toBe('halt');
  const replayed = await machineWith(ECHO);
  replayed.replay(decodeRecording(encodeRecording(recorded.recording)));
  let exit = 'budget';
  for (let i = 0; i < 1000 && exit !== 'halt'; i++) exit = (await replayed.run(37)).exit;
  expect(replayed.console.text()).toBe('one two three.');
  expect(await replayed.digest()).toBe(await recorded.digest());
  recorded.dispose();
});

describe('devices', () => {
  /** Sets a queue of the random source up in slot 1 and asks for 64 bytes at 0x80040000, then halts. */
  const RANDOM = `
_start: li s0, VIRTIO + 0x1000
        li t0, 3
        sw t0, 0x70(s0)
        li t0, 1
        sw t0, 0x24(s0)
        sw t0, 0x20(s0)
        li t0, 11
        sw t0, 0x70(s0)
        sw zero, 0x30(s0)
        li t0, 2
        sw t0, 0x38(s0)
        la t0, table
        sw t0, 0x80(s0)
        la t0, avail
        sw t0, 0x90(s0)
        la t0, used
        sw t0, 0xa0(s0)
        li t0, 1
        sw t0, 0x44(s0)
        li t0, 15
        sw t0, 0x70(s0)
        la t0, avail
        li t1, 1
        sh t1, 2(t0)
        sw zero, 0x50(s0)
        lw s1, 0x60(s0)
        lbu s2, 0(s0)
        lw s3, 0x34(s0)
        li t0, TEST
        li t1, PASS
        sw t1, 0(t0)
1:      j 1b
        .data
        .balign 16
table:  .word 0x80040000, 0, 64
        .half 2, 0
        .space 16
avail:  .space 12
        .balign 4
used:   .space 24
`;
  const devices = (): [BlockDevice, RngDevice] => [new BlockDevice(memoryDisk(new Uint8Array(4096))), new RngDevice(5)];
  const { elf } = assemble(RANDOM, { base: SMALL.map.ramBase, symbols: SYMBOLS });

  test('DMA through MMIO exits, and a snapshot taken between two registers goes on on the other executor', async () => {
    const left = await machineWith(RANDOM, { devices: devices() });
    expect((await left.run(1e4)).exit).toBe('halt');
    expect(await left.readMemory(0x80040000, 64)).toEqual(new RngDevice(5).bytes(64));

    const gpu = await GPUExecutionSystem.create(SMALL);
    await loadProgram(gpu, prepareProgram(SMALL, elf));
    const right = createMachine(gpu, { devices: devices() });
    await right.run(20);
    const third = createMachine(new ReferenceHart(SMALL), { devices: devices() });
    await restoreSnapshot(third, await saveSnapshot(right));
    for (const machine of [right, third]) {
      expect((await machine.run(1e4)).exit).toBe('halt');
      expect(await machine.digest()).toBe(await left.digest());
    }
    right.dispose();
  });
});

test.each([
  ['no JSON', '{'],
  ['another format', '{"format":"x","events":[]}'],
  [
    'events out of order',
    '{"format":"gpuvisor-recording-1","events":[{"steps":5,"instret":5,"mtime":"1","input":[1]},{"steps":4,"instret":4,"mtime":"1","input":[1]}]}',
  ],
  ['no bytes', '{"format":"gpuvisor-recording-1","events":[{"steps":5,"instret":5,"mtime":"1","input":[256]}]}'],
  ['no time', '{"format":"gpuvisor-recording-1","events":[{"steps":5,"instret":5,"mtime":1,"input":[1]}]}'],
  ['null', 'null'],
])('a recording with %s is refused', (_name, text) => {
  expect(() => decodeRecording(text)).toThrowError(expect.objectContaining({ code: 'SNAPSHOT_INVALID' }));
});
