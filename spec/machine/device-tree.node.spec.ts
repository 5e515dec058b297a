// The device tree blob, read back by the device tree compiler.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deviceTreeBlob } from '../../src/machine/device-tree.js';
import { writeFdt } from '../../src/machine/fdt.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';

const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-dt-'));

/** Source text of a blob, and what dtc complained about. */
function decompile(blob: Uint8Array): { text: string; complaints: string } {
  const file = join(folder, 'tree.dtb');
  writeFileSync(file, blob);
  execFileSync('dtc', ['-I', 'dtb', '-O', 'dts', '-o', join(folder, 'tree.dts'), file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const text = readFileSync(join(folder, 'tree.dts'), 'utf8');
  // Decompiled text has numbers where the source had phandle references.
  const check = execFileSync(
    'sh',
    ['-c', `dtc -W no-interrupts_extended_property -I dts -O dtb -o /dev/null '${join(folder, 'tree.dts')}' 2>&1`],
    { encoding: 'utf8' },
  );
  return { text, complaints: check };
}

describe.each(['visual', 'virt'] as const)('%s', (name) => {
  const map = MEMORY_MAPS[name];
  const blob = deviceTreeBlob(
    { map, ramSize: 64 << 20 },
    {
      bootargs: 'console=ttyS0',
      initrd: { base: map.kernel + 0x800000, size: 4096 },
      firmware: { base: map.firmware, size: 8192 },
      virtioSlots: [0, 3],
    },
  );
  const { text, complaints } = decompile(blob);

  test('dtc reads it without a complaint', () => {
    expect(complaints).toBe('');
  });

  test('it says what the map says', () => {
    expect(text).toContain(`serial@${map.uart.base.toString(16)}`);
    expect(text).toContain('riscv,isa = "rv32ima_zicntr_zicsr_zifencei_sstc"');
    expect(text).toContain('timebase-frequency = <0x989680>');
    expect(text).toContain(`virtio@${map.virtio.base.toString(16)}`);
    expect(text).toContain(`virtio@${(map.virtio.base + 0x3000).toString(16)}`);
    expect(text).not.toContain(`virtio@${(map.virtio.base + 0x1000).toString(16)}`);
    expect(text).toContain('bootargs = "console=ttyS0"');
    expect(text.includes('simple-framebuffer')).toBe(name === 'visual');
  });

  test('memory goes around the hole', () => {
    const nodes = [...text.matchAll(/memory@[0-9a-f]+ \{[^}]*reg = <0x00 (0x[0-9a-f]+) 0x00 (0x[0-9a-f]+)>/g)].map((m) => [
      Number(m[1]),
      Number(m[2]),
    ]);
    expect(nodes).toEqual(
      name === 'visual'
        ? [
            [0, 0x02000000],
            [0x03000000, 0x01000000],
          ]
        : [[0x80000000, 0x04000000]],
    );
  });
});

test('a machine with 16-bit instructions says so', () => {
  const { text } = decompile(deviceTreeBlob({ map: MEMORY_MAPS.virt, ramSize: 64 << 20, compressed: true }));
  expect(text).toContain('rv32imac_zicntr');
});

test('every kind of value', () => {
  const { text } = decompile(
    writeFdt({
      properties: { s: 'one', l: ['one', 'two'], c: [1, 0xffffffff], b: Uint8Array.of(1, 2, 3), e: true },
      children: { inner: { properties: { s: 'deep' } } },
    }),
  );
  for (const line of ['s = "one";', 'l = "one\\0two";', 'c = <0x01 0xffffffff>;', 'b = [01 02 03];', 'e;', 's = "deep";'])
    expect(text).toContain(line);
});
