// gpuvisor cartridge, and boot with cartridges, URLs, names, mounts and a folder for /shared.
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CartridgeMeta, inspectCartridge, packCartridge } from '../../src/cartridge/index.js';
import { assemble } from '../../src/isa/assembler/index.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';
import { decodePicture } from '../../src/screen/index.js';
import { noise } from '../cartridge/forge.js';
import { kernelImage } from '../machine/kernel-image.js';
import { file, folder, gpuvisor, gpuvisorHere } from './gpuvisor.js';

const { visual, virt } = MEMORY_MAPS;

/** A kernel that prints `hello` and turns off. */
function hello(): Uint8Array {
  const source = `_start: li s0, UART
        la t0, text
1:      lbu t1, 0(t0)
        beqz t1, 2f
        sb t1, 0(s0)
        addi t0, t0, 1
        j 1b
2:      li s0, TEST
        li t0, 0x5555
        sw t0, 0(s0)
3:      j 3b
text:   .asciz "hello"`;
  const { sections } = assemble(source, { base: visual.kernel + 64, symbols: { UART: visual.uart.base, TEST: visual.test.base } });
  return kernelImage(sections[0]!.bytes, 1 << 20);
}

const image = file('Image', hello());
const elf = file(
  'exit.elf',
  assemble(`_start: li t0, ${virt.test.base}\n li t1, 0x73333\n sw t1, 0(t0)\n1: j 1b`, { base: virt.ramBase }).elf,
);
const disk = file('disk.img', noise(4096));
const initramfs = file('rootfs.cpio', new TextEncoder().encode('070701 is how a cpio archive begins'));
const boot = (...args: string[]): ReturnType<typeof gpuvisor> => gpuvisor(['boot', '--backend', 'reference', ...args]);
/** Only for what is refused before there is a machine. */
const noBoot = (...args: string[]): ReturnType<typeof gpuvisor> => gpuvisorHere(['boot', '--backend', 'reference', ...args]);
const cartridge = (...args: string[]): ReturnType<typeof gpuvisor> => gpuvisorHere(['cartridge', ...args]);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));

let server: Server;
let address: string;

beforeAll(async () => {
  const c = await packCartridge({
    name: 'shell\u001b[31m',
    type: 'kernel',
    contentVersion: '1',
    segments: [{ name: 'kernel', type: 'kernel', bytes: hello() }],
  });
  file('hello.rts.png', c);
  file(
    'damaged.rts.png',
    c.map((b, i) => (i === c.length - 30 ? b ^ 1 : b)),
  );
  server = createServer((request, response) => {
    const files: Record<string, Uint8Array> = {
      '/hello.rts.png': c,
      '/disk.img': noise(4096),
      '/page': new TextEncoder().encode('<!doctype html><p>'),
    };
    const body = files[request.url!];
    response.writeHead(body ? 200 : 404).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test.each([
  [
    ['cartridge', '--help'],
    ['pack', 'unpack', 'inspect', 'verify', 'Examples:', 'PNG picture'],
  ],
  [
    ['cartridge', 'pack', '--help'],
    ['--kernel', '--initramfs', '--firmware', '--dtb', '--disk', '--boot-args', '--segment', 'Examples:'],
  ],
  [
    ['cartridge', 'inspect', '--help'],
    ['--preview', '--json', 'Examples:'],
  ],
  [
    ['boot', '--help'],
    ['[cartridge]', '--mount', '--shared-out', 'linux', 'desk', 'mmu'],
  ],
])('%s', async (args, words) => {
  const { status, out } = await gpuvisorHere(args);
  expect(status).toBe(0);
  for (const word of words) expect(out).toContain(word);
});

describe('pack, inspect, verify, unpack', () => {
  test('what goes in comes out', async () => {
    const glyphs = file('glyphs.json', '{}');
    const packed = await cartridge(
      ...['pack', 'all.rts.png', '--kernel', image, '--initramfs', initramfs, '--disk', disk, '--segment', `glyphs=${glyphs}`],
      ...['--boot-args', 'console=ttyS0 quiet', '--memory', '80', '--map', 'visual', '--content-version', '2'],
    );
    expect(packed.status).toBe(0);
    expect(packed.out).toMatch(/name +all\n +type +kernel\n +version +2/);
    const meta = await inspectCartridge(read('all.rts.png'));
    expect(meta.segments.map((s) => s.name)).toEqual(['kernel', 'initramfs', 'disk', 'glyphs', 'boot']);

    const inspected = await cartridge('inspect', 'all.rts.png', '--json');
    expect(JSON.parse(inspected.out) as CartridgeMeta).toEqual(meta);

    const verified = await cartridge('verify', 'all.rts.png', 'damaged.rts.png', `${address}/hello.rts.png`);
    expect(verified.status).toBe(1);
    expect(verified.out).toMatch(/ok {3}all\.rts\.png: 5 segments.*\nBAD {2}damaged\.rts\.png\nok {3}http.*hello/);
    expect(verified.err).toMatch(/error CARTRIDGE_INVALID: .*damaged/);

    expect((await cartridge('unpack', 'all.rts.png')).status).toBe(0);
    expect(readdirSync(join(folder, 'all')).sort()).toEqual(['boot', 'disk', 'glyphs', 'initramfs', 'kernel']);
    for (const [name, path] of [
      ['kernel', image],
      ['initramfs', initramfs],
      ['disk', disk],
    ] as const) {
      expect(read(`all/${name}`)).toEqual(new Uint8Array(readFileSync(path)));
    }
    expect(JSON.parse(readFileSync(join(folder, 'all/boot'), 'utf8'))).toEqual({
      bootargs: 'console=ttyS0 quiet',
      memory_mb: 80,
      map: 'visual',
    });
    // A second time there is something in the folder.
    expect((await cartridge('unpack', 'all.rts.png')).err).toMatch(/error BAD_ARGUMENT: --out all has 5 files/);
  });

  test('a preview has the colours of its legend, in the shares of the segments', async () => {
    expect((await cartridge('pack', 'two.rts.png', '--segment', `a=${disk}`, '--segment', `b=${disk}`)).status).toBe(0);
    const { out, status } = await cartridge('inspect', 'two.rts.png', '--preview', 'map.png');
    expect(status).toBe(0);
    expect(out).toMatch(/blue +a\n +orange +b/);
    const { rgba, width, height } = decodePicture(read('map.png'));
    const counts = new Map<string, number>();
    for (let i = 0; i < rgba.length; i += 4) {
      const colour = [...rgba.subarray(i, i + 3)].join();
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    const half = (width * height) / 2;
    expect([...counts]).toEqual(
      expect.arrayContaining([
        ['66,133,244', half],
        ['245,158,11', half],
      ]),
    );
    expect(counts.size).toBe(2);
  });

  test('a name from a stranger does not reach the terminal as it is', async () => {
    const { out } = await cartridge('inspect', 'hello.rts.png');
    expect(out).toContain('shell[31m');
    expect(out).not.toContain('\x1b');
  });

  test('an ELF', async () => {
    expect((await cartridge('pack', 'exit.rts.png', '--program', elf)).out).toMatch(/type +program/);
    expect((await boot('exit.rts.png')).status).toBe(7);
  });

  test.each<[string[], RegExp]>([
    [['pack', 'x.rts.png'], /nothing to pack/],
    [['pack', 'x.rts.png', '--kernel', image, '--program', elf], /--kernel and --program together/],
    [['pack', 'x.rts.png', '--kernel', disk], /IMAGE_INVALID/],
    [['pack', 'x.rts.png', '--program', image], /ELF_INVALID/],
    [['pack', 'x.rts.png', '--disk', initramfs], /--disk has 35 bytes/],
    [['pack', 'x.rts.png', '--disk', disk, '--dtb', disk], /--dtb is a file of an unknown kind/],
    [['pack', 'x.rts.png', '--disk', disk, '--memory', '64'], /there is none/],
    [['pack', 'x.rts.png', '--kernel', image, '--memory', '1'], /BAD_MEMORY_SIZE/],
    [['pack', 'x.rts.png', '--kernel', image, '--boot-args', 'a\nb'], /printable ASCII/],
    [['pack', 'x.rts.png', '--segment', 'a'], /takes NAME=FILE/],
    [['pack', 'x.rts.png', '--segment', `../a=${disk}`], /a segment is called "..\/a"/],
    [['pack', 'x.rts.png', '--segment', `boot=${disk}`, '--kernel', image, '--map', 'visual'], /two segments are called boot/],
    [['pack', 'x.rts.png', '--program', elf, '--entry', '3'], /a multiple of 4/],
    [['pack', 'x.rts.png', '--kernel', '/nowhere'], /FILE_NOT_FOUND/],
    [['inspect', image], /no PNG file, but a RISC-V Linux Image/],
    [['unpack', 'damaged.rts.png'], /CARTRIDGE_INVALID/],
    [['verify', '/nowhere.rts.png'], /FILE_NOT_FOUND/],
  ])('refused: %s', async (args, message) => {
    const { status, err } = await cartridge(...args);
    expect(status).not.toBe(0);
    expect(err).toMatch(message);
    expect(err).not.toContain('INTERNAL');
    expect(existsSync(join(folder, 'x.rts.png'))).toBe(false);
    expect(existsSync(join(folder, 'damaged'))).toBe(false);
  });
});

describe('boot', () => {
  test('a file, a URL', async () => {
    for (const place of ['hello.rts.png', `${address}/hello.rts.png`]) {
      const { status, out, err } = await boot(place);
      expect(status).toBe(0);
      expect(out).toBe('hello');
      expect(err).toMatch(/cartridge .*hello\.rts\.png: shell.* 1, kernel/);
      expect(err).not.toContain('\x1b');
    }
  });

  test('a disk: an image, a cartridge, a URL', async () => {
    await cartridge('pack', 'disk.rts.png', '--disk', disk);
    for (const place of [disk, 'disk.rts.png', `${address}/disk.img`])
      expect((await boot('hello.rts.png', '--disk', place)).out).toBe('hello');
    const { err } = await noBoot('hello.rts.png', '--disk', 'hello.rts.png');
    expect(err).toMatch(/hello\.rts\.png has no disk segment/);
  });

  test('a snapshot of a cartridge goes on with it', async () => {
    expect((await boot('hello.rts.png', '--save', 'hello.snap')).status).toBe(0);
    expect((await boot('hello.rts.png', '--load', 'hello.snap')).status).toBe(0);
  });

  test('mounts are told with their hashes; /shared becomes a folder', async () => {
    const { status, err } = await boot(
      'hello.rts.png',
      '--mount',
      `${disk}:/data/disk`,
      '--mount',
      `${address}/disk.img:/tmp/d:rw`,
      '--shared-out',
      'out',
    );
    expect(status).toBe(0);
    const hash = /SHA-256 ([0-9a-f]{64})/.exec(err)![1]!;
    expect(err).toContain(`mount /data/disk = ${disk}, 4,096 bytes, SHA-256 ${hash}, read-only`);
    expect(err).toContain(`mount /tmp/d = ${address}/disk.img, 4,096 bytes, SHA-256 ${hash}, writable`);
    expect(err).toContain('/shared saved in out: 0 files');
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  const full = join(folder, 'full');
  mkdirSync(full);
  writeFileSync(join(full, 'a'), '');
  symlinkSync('/', join(folder, 'link'));

  test.each<[string[], RegExp]>([
    [[image], /is no cartridge, but a RISC-V Linux Image\n.*--kernel/],
    [[elf], /is no cartridge, but an ELF file\n.*gpuvisor run/],
    [[initramfs], /but a cpio archive/],
    [['nosuch'], /FILE_NOT_FOUND.*\n.*linux, desk, mmu/],
    [['damaged.rts.png'], /CARTRIDGE_INVALID: the cartridge cannot be used/],
    [['hello.rts.png', '--map', 'virt'], /--map with a cartridge/],
    [['hello.rts.png', '--kernel', image], /--kernel with a cartridge/],
    [['exit.rts.png', '--disk', disk], /a disk for a bare program/],
    [['exit.rts.png', '--screenshot', 's.png'], /virt map, which has no screen/],
    [['exit.rts.png', '--shared-out', 'none'], /bare program, which has no \/shared/],
    [['hello.rts.png', '--shared-out', full], /has 1 files in it; it takes a new or empty folder/],
    [['hello.rts.png', '--shared-out', join(folder, 'link')], /files in it/],
    [['hello.rts.png', '--shared-out', image], /cannot be made/],
    [['hello.rts.png', '--mount', disk], /MOUNT_INVALID.*names no path/],
    [['hello.rts.png', '--mount', 'https://example.test/x'], /MOUNT_INVALID.*names no path/],
    [['hello.rts.png', '--mount', `${disk}:/shared/x`], /MOUNT_INVALID/],
    [['hello.rts.png', '--mount', `${disk}:/a/../b`], /MOUNT_INVALID/],
    [['hello.rts.png', '--mount', '/nowhere:/a'], /FILE_NOT_FOUND/],
    [['hello.rts.png', '--mount', '/dev/zero:/a'], /TOO_LARGE/],
    [['http://127.0.0.1:9/x.rts.png'], /FETCH_FAILED.*cannot be reached/],
  ])('refused: %s', async (args, message) => {
    const { status, err, out } = await noBoot(...args);
    expect(status).not.toBe(0);
    expect(err).toMatch(message);
    expect(err).not.toContain('INTERNAL');
    expect(out).toBe('');
  });

  test('a URL that leads nowhere, or to a page', async () => {
    expect((await noBoot(`${address}/nothing.rts.png`)).err).toMatch(/FETCH_FAILED: .*answered 404/);
    expect((await noBoot(`${address}/page`)).err).toMatch(/is no cartridge, but an HTML page/);
  });
});
