// From a cartridge to a machine that runs: a Linux Image with what belongs to it, an ELF alone; the boot segment is heeded and checked.
import { describe, expect, test } from 'vitest';
import {
  type Cartridge,
  type CartridgeBootOptions,
  bootCartridge,
  bootSettings,
  packCartridge,
  readCartridge,
} from '../../src/cartridge/index.js';
import { assemble } from '../../src/isa/assembler/index.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';
import { memoryDisk } from '../../src/machine/virtio/disk.js';
import { SharedFolder } from '../../src/machine/virtio/nine/index.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { kernelImage } from '../machine/kernel-image.js';
import { ascii, noise, refusal } from './forge.js';

const { visual, virt } = MEMORY_MAPS;
const executorFactory: CartridgeBootOptions['executorFactory'] = (config) => new ReferenceHart(config);

async function cartridge(segments: Record<string, Uint8Array>, boot?: unknown): Promise<Cartridge> {
  const all = { ...segments, ...(boot !== undefined && { boot: typeof boot === 'string' ? ascii(boot) : ascii(JSON.stringify(boot)) }) };
  const list = Object.entries(all).map(([name, bytes]) => ({ name, type: name, bytes }));
  return readCartridge(await packCartridge({ name: 'test', type: 'kernel', segments: list }));
}

/** A kernel that prints the device tree it was given, byte by byte, and turns off. */
function treePrinter(map: typeof visual): Uint8Array {
  const source = `_start: lw t0, 4(a1)
        srli t1, t0, 24
        srli t2, t0, 8
        li t3, 0xff00
        and t2, t2, t3
        or t1, t1, t2
        add t1, t1, a1
        li s0, UART
1:      lbu t2, 5(s0)
        andi t2, t2, 32
        beqz t2, 1b
        lbu t2, 0(a1)
        sb t2, 0(s0)
        addi a1, a1, 1
        bltu a1, t1, 1b
        li s0, TEST
        li t0, 0x5555
        sw t0, 0(s0)
2:      j 2b`;
  const { sections } = assemble(source, { base: map.kernel + 64, symbols: { UART: map.uart.base, TEST: map.test.base } });
  return kernelImage(sections[0]!.bytes, 1 << 20);
}

/** A program that stores its verdict on where it was entered, and turns off. */
const program = (base: number, test: number): Uint8Array =>
  assemble(`_start: li t1, 0x5555\n j 1f\nother: li t1, 0x73333\n1: li t0, ${test}\n sw t1, 0(t0)\n2: j 2b`, { base }).elf;

async function run(c: Cartridge, options: Partial<CartridgeBootOptions> = {}): Promise<{ console: string; exit: string; value: number }> {
  const { machine } = await bootCartridge(c, { executorFactory, ...options });
  let text = '';
  machine.onConsole((bytes) => (text += Array.from(bytes, (b) => String.fromCharCode(b)).join('')));
  const { exit, value } = await machine.run(3_000_000);
  machine.dispose();
  return { console: text, exit, value };
}

describe('a Linux Image', () => {
  const kernel = treePrinter(visual);

  test('command line, memory and initramfs reach the device tree', async () => {
    const c = await cartridge({ kernel, initramfs: noise(5000) }, { bootargs: 'console=ttyS0 gpuvisor.start=desk', memory_mb: 80 });
    const { machine } = await bootCartridge(c, { executorFactory });
    expect([machine.config.map.name, machine.config.ramSize >> 20]).toEqual(['visual', 80]);
    machine.dispose();
    const { console, exit, value } = await run(c, { append: 'quiet' });
    expect([exit, value]).toEqual(['halt', 0x5555]);
    expect(console).toContain('console=ttyS0 gpuvisor.start=desk quiet\0');
    expect(console).toContain('linux,initrd-start');
    expect((await run(await cartridge({ kernel }))).console).toContain('console=ttyS0\0');
  });

  test('memory and map: the caller before the cartridge before the default', async () => {
    const c = await cartridge({ kernel: treePrinter(virt) }, { map: 'virt', memory_mb: 16 });
    for (const [memoryMb, expected] of [
      [undefined, 16],
      [32, 32],
    ] as const) {
      const { machine } = await bootCartridge(c, { executorFactory, ...(memoryMb && { memoryMb }) });
      expect([machine.config.map.name, machine.config.ramSize >> 20]).toEqual(['virt', expected]);
      machine.dispose();
    }
    expect((await run(c)).value).toBe(0x5555);
  });

  test('a device tree of its own', async () => {
    const dtb = new Uint8Array(64);
    dtb.set([0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0, 64]);
    dtb.set(ascii('mine'), 40);
    const { console } = await run(await cartridge({ kernel, dtb }));
    expect(console.length).toBe(64);
    expect(console).toContain('mine');
    expect(await refusal(bootCartridge(await cartridge({ kernel, dtb: noise(64) }), { executorFactory }))).toMatch(
      /dtb is a file of an unknown kind/,
    );
  });

  test('firmware of its own makes a machine with 16-bit instructions', async () => {
    const { machine } = await bootCartridge(await cartridge({ kernel: treePrinter(virt), firmware: noise(256) }, { map: 'virt' }), {
      executorFactory,
    });
    expect(machine.config.compressed).toBe(true);
    machine.dispose();
  });

  test('the disk: of the caller, of another cartridge, of its own', async () => {
    const [own, other, image] = [noise(4096, 1), noise(8192, 2), noise(2048, 3)];
    const c = await cartridge({ kernel, disk: own });
    const second = await cartridge({ disk: other });
    for (const [options, bytes] of [
      [{}, own],
      [{ disk: second }, other],
      [{ disk: memoryDisk(image) }, image],
    ] as const) {
      const { disk, machine } = await bootCartridge(c, { executorFactory, ...options });
      expect(await disk!.overlay.read(0, bytes.length)).toEqual(bytes);
      expect(disk!.overlay.size).toBe(bytes.length);
      machine.dispose();
    }
    const none = await bootCartridge(await cartridge({ kernel }), { executorFactory });
    expect(none.disk).toBeUndefined();
    none.machine.dispose();
    expect(await refusal(bootCartridge(c, { executorFactory, disk: await cartridge({ kernel }) }))).toMatch(/has no disk segment/);
  });

  test('a shared folder: of the caller, or an empty one', async () => {
    const c = await cartridge({ kernel });
    const share = new SharedFolder({ mounts: [{ path: '/data/a', bytes: noise(10) }] });
    const given = await bootCartridge(c, { executorFactory, share });
    expect(given.share).toBe(share);
    given.machine.dispose();
    const own = await bootCartridge(c, { executorFactory });
    expect(own.share!.list()).toEqual([]);
    own.machine.dispose();
  });

  test('a restart boots again', async () => {
    const { machine, restart } = await bootCartridge(await cartridge({ kernel }), { executorFactory });
    for (let i = 0; i < 2; i++) {
      expect((await machine.run(3_000_000)).exit).toBe('halt');
      await restart();
    }
    machine.dispose();
  });

  test('an entry is for ELF files', async () => {
    expect(await refusal(run(await cartridge({ kernel }, { entry: 0x500000 })))).toMatch(
      /enters the kernel at 0x500000.*begins at 0x400000/,
    );
    expect((await run(await cartridge({ kernel }, { entry: 0x400000 }))).value).toBe(0x5555);
  });
});

describe('an ELF', () => {
  const at = (map: typeof visual): Uint8Array => program(map.ramBase + 0x1000, map.test.base);

  test('runs on the map it is linked for', async () => {
    for (const map of [visual, virt]) {
      const c = await cartridge({ kernel: at(map) });
      const { machine, restart } = await bootCartridge(c, { executorFactory });
      expect(machine.config.map.name).toBe(map.name);
      expect((await machine.run(1000)).value).toBe(0x5555);
      await restart();
      expect((await machine.run(1000)).value).toBe(0x5555);
      machine.dispose();
    }
  });

  test('is entered where the boot segment says', async () => {
    const c = await cartridge({ kernel: at(virt) }, { entry: virt.ramBase + 0x1000 + 12 });
    expect((await run(c)).value).toBe(0x73333);
  });

  test('has neither a disk, a command line nor mounts', async () => {
    const c = await cartridge({ kernel: at(virt) });
    expect(await refusal(run(c, { append: 'quiet' }), 'BAD_ARGUMENT')).toMatch(/a command line for a bare program/);
    expect(await refusal(run(c, { disk: memoryDisk(noise(512)) }), 'BAD_ARGUMENT')).toMatch(/a disk for a bare program/);
    const share = new SharedFolder({ mounts: [{ path: '/data/a', bytes: noise(10) }] });
    expect(await refusal(run(c, { share }), 'MOUNT_INVALID')).toMatch(/mounts for a bare program/);
    const booted = await bootCartridge(c, { executorFactory, share: new SharedFolder() });
    expect(booted.share).toBeUndefined();
    booted.machine.dispose();
  });

  test('a broken one is refused as such', async () => {
    expect(await refusal(run(await cartridge({ kernel: at(virt).slice(0, 60) })), 'ELF_INVALID')).toMatch(/reach beyond/);
  });
});

test('what cannot be booted', async () => {
  expect(await refusal(run(await cartridge({ disk: noise(512) })))).toMatch(/no kernel segment \(its segments: disk\)/);
  expect(await refusal(run(await cartridge({})))).toMatch(/its segments: none/);
  expect(await refusal(run(await cartridge({ kernel: Uint8Array.of(0x1f, 0x8b, 8) })))).toMatch(/kernel is a file compressed with gzip/);
  expect(await refusal(run(await cartridge({ kernel: new Uint8Array(0) })))).toMatch(/kernel is an empty file/);
});

describe('the boot segment', () => {
  const settings = async (boot: unknown): Promise<unknown> => bootSettings(await cartridge({}, boot));

  test('is read, unknown keys left out', async () => {
    expect(await settings({ bootargs: 'a b', memory_mb: 128, map: 'virt', entry: 4096, colour: 'red' })).toEqual({
      bootargs: 'a b',
      memory_mb: 128,
      map: 'virt',
      entry: 4096,
    });
    expect(await settings({})).toEqual({});
    expect(await settings(undefined)).toEqual({});
  });

  const wrong: [string, unknown, RegExp][] = [
    ['no JSON', 'bootargs=1', /is no JSON/],
    ['no object', '[]', /no JSON object/],
    ['twice', '{"map":"virt","map":"visual"}', /"map" stands twice/],
    ['deep', '['.repeat(60_000), /nested/],
    ['long', `{"a":"${'x'.repeat(65536)}"}`, /at most 65536/],
    ['a line break', { bootargs: 'a\nb' }, /printable ASCII/],
    ['a zero byte', { bootargs: 'a\0' }, /printable ASCII/],
    ['a long command line', { bootargs: 'x'.repeat(2049) }, /at most 2048/],
    ['a list', { bootargs: ['quiet'] }, /bootargs \["quiet"\]/],
    ['memory 0', { memory_mb: 0 }, /memory_mb 0/],
    ['a fraction', { memory_mb: 1.5 }, /memory_mb 1.5/],
    ['too much', { memory_mb: 4096 }, /memory_mb 4096; it takes a whole number from 1 to 1024/],
    ['text', { memory_mb: '64' }, /memory_mb "64"/],
    ['no map', { map: 'flat' }, /map "flat"; there are visual and virt/],
    ['a key of objects', { map: 'constructor' }, /map "constructor"/],
    ['an odd entry', { entry: 2 }, /entry 2/],
    ['a far entry', { entry: 2 ** 32 }, /entry 4294967296/],
  ];
  test.each(wrong)('%s', async (_name, boot, message) => {
    expect(await refusal(settings(boot))).toMatch(message);
  });

  test('bytes that are no text', async () => {
    const c = await cartridge({ boot: Uint8Array.of(0x7b, 0xff, 0x7d) });
    expect(await refusal((async () => bootSettings(c))())).toMatch(/no UTF-8/);
  });
});
