// Image headers and the layout of a boot: what does not fit is refused by name, and what is placed never overlaps.
import { describe, expect, test } from 'vitest';
import { GpuvisorError } from '../../src/isa/errors.js';
import { W } from '../../src/isa/state.js';
import { bootLinux, layoutBoot } from '../../src/machine/boot.js';
import { parseImage } from '../../src/machine/image.js';
import { MEMORY_MAPS, isRam } from '../../src/machine/map.js';
import { memoryDisk } from '../../src/machine/virtio/disk.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { kernelImage } from './kernel-image.js';

const MB = 1 << 20;
const kernel = kernelImage(new Uint8Array(64), 4096);
const visual = { map: MEMORY_MAPS.visual, ramSize: 64 * MB };
const virt = { map: MEMORY_MAPS.virt, ramSize: 64 * MB };
const factory = (config: typeof visual): ReferenceHart => new ReferenceHart(config);

const code = (act: () => unknown): string => {
  try {
    act();
    return 'accepted';
  } catch (e) {
    if (e instanceof GpuvisorError && e.hint !== '') return e.code;
    throw e;
  }
};

describe('image header', () => {
  test('is read', () => {
    expect(parseImage(kernel)).toEqual({ textOffset: 0x400000, imageSize: 4096 });
  });

  test.each([
    ['no magic', 56, 0],
    ['big-endian', 24, 1],
    ['size above 4 GiB', 20, 1],
    ['offset above 4 GiB', 12, 1],
    ['smaller than the file', 16, 100],
  ])('%s', (_name, at, value) => {
    const file = kernel.slice();
    new DataView(file.buffer).setUint32(at, value, true);
    expect(code(() => parseImage(file))).toBe('IMAGE_INVALID');
  });

  test('truncated at every length', () => {
    for (let n = 0; n < 64; n++) expect(code(() => parseImage(kernel.slice(0, n)))).toBe('IMAGE_INVALID');
  });

  test('gzip is named', () => {
    const file = new Uint8Array(100);
    file.set([0x1f, 0x8b]);
    expect(() => parseImage(file)).toThrowError(/gzip/);
  });
});

describe('layout', () => {
  test.each([
    ['visual', visual],
    ['virt', virt],
  ])('%s: pieces are in RAM and apart from each other and from the screen', (_name, config) => {
    const { writes, state } = layoutBoot(config, { kernel, initramfs: new Uint8Array(3 * MB) }, [0, 1]);
    const spans = writes.map((w) => ({ name: w.name, from: w.address, to: w.address + w.bytes.length }));
    const { framebuffer, pageTablePool } = config.map;
    for (const r of [framebuffer, pageTablePool]) if (r) spans.push({ name: 'reserved', from: r.base, to: r.base + r.size });
    for (const a of spans) {
      expect(isRam(config.map, config.ramSize, a.from, a.to - a.from)).toBe(true);
      for (const b of spans) if (a !== b) expect(a.to <= b.from || b.to <= a.from).toBe(true);
    }
    expect(state[W.pc]).toBe(config.map.firmware);
    const tree = writes.find((w) => w.name === 'device tree')!;
    expect(state[W.x + 11]).toBe(tree.address);
    expect(tree.address % 8).toBe(0);
    expect(writes.find((w) => w.name === 'kernel')!.address).toBe(config.map.kernel);
  });

  test('a kernel that reaches into the framebuffer', () => {
    expect(code(() => layoutBoot(visual, { kernel: kernelImage(new Uint8Array(64), 13 * MB) }, []))).toBe('LOAD_OVERLAP');
  });

  test('a kernel larger than memory', () => {
    expect(code(() => layoutBoot(virt, { kernel: kernelImage(new Uint8Array(64), 61 * MB) }, []))).toBe('LOAD_OUTSIDE_RAM');
  });

  test('an initramfs larger than what is left', () => {
    expect(code(() => layoutBoot(virt, { kernel, initramfs: new Uint8Array(61 * MB) }, []))).toBe('LOAD_OUTSIDE_RAM');
  });

  test('a kernel for another alignment', () => {
    expect(code(() => layoutBoot(virt, { kernel: kernelImage(new Uint8Array(64), 4096, 0x200000) }, []))).toBe('IMAGE_INVALID');
  });

  test('foreign firmware that reaches into the kernel', () => {
    expect(code(() => layoutBoot(virt, { kernel, firmware: new Uint8Array(5 * MB) }, []))).toBe('LOAD_OVERLAP');
  });

  test('foreign firmware finds its information in a2', () => {
    const { writes, state } = layoutBoot(virt, { kernel, firmware: new Uint8Array(1000) }, []);
    const info = writes.find((w) => w.name === 'firmware information')!;
    expect(state[W.x + 12]).toBe(info.address);
    const words = new Uint32Array(info.bytes.slice().buffer);
    expect([...words]).toEqual([0x4942534f, 2, 0x80400000, 1, 0, 0]);
  });
});

describe('bootLinux refuses', () => {
  test.each([0, 3, 63, 64.5, 100000, -1, Number.NaN])('memory of %d MiB on the visual map', async (memoryMb) => {
    await expect(bootLinux({ executorFactory: factory, kernel, memoryMb })).rejects.toMatchObject({ code: 'BAD_MEMORY_SIZE' });
  });

  test('memory too small for the kernel on the virt map', async () => {
    await expect(bootLinux({ executorFactory: factory, kernel, map: 'virt', memoryMb: 3 })).rejects.toMatchObject({
      code: 'LOAD_OUTSIDE_RAM',
    });
  });

  test('an unknown map', async () => {
    await expect(bootLinux({ executorFactory: factory, kernel, map: 'moon' as 'virt' })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  test.each([0, 100, 511, 513])('a disk of %d bytes', async (size) => {
    await expect(bootLinux({ executorFactory: factory, kernel, disk: memoryDisk(new Uint8Array(size)) })).rejects.toMatchObject({
      code: 'DISK_INVALID',
    });
  });

  test('a disk smaller than the ext4 file system on it', async () => {
    const bytes = new Uint8Array(1 << 16);
    const view = new DataView(bytes.buffer);
    view.setUint16(1024 + 56, 0xef53, true);
    view.setUint32(1024 + 24, 2, true);
    view.setUint32(1024 + 4, 16, true);
    const whole = await bootLinux({ executorFactory: factory, kernel, disk: memoryDisk(bytes) });
    whole.machine.dispose();
    await expect(bootLinux({ executorFactory: factory, kernel, disk: memoryDisk(bytes.slice(0, 65536 - 512)) })).rejects.toMatchObject({
      code: 'DISK_INVALID',
    });
  });

  test('too many devices', async () => {
    const { RngDevice } = await import('../../src/machine/virtio/rng.js');
    const devices = Array.from({ length: 7 }, () => new RngDevice());
    await expect(bootLinux({ executorFactory: factory, kernel, devices })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });
});
