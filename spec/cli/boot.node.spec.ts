// gpuvisor boot with a kernel of our own: a few lines of assembly behind a Linux Image header.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../src/isa/assembler/index.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';
import { decodePicture } from '../../src/screen/index.js';
import { kernelImage } from '../machine/kernel-image.js';
import { file, folder, gpuvisor } from './gpuvisor.js';

const { visual } = MEMORY_MAPS;

function kernel(name: string, source: string): string {
  const symbols = { UART: visual.uart.base, TEST: visual.test.base, SCREEN: visual.framebuffer!.base, DISK: visual.virtio.base };
  const { sections } = assemble(source, { base: visual.kernel + 64, symbols });
  const code = new Uint8Array(Math.max(...sections.map((s) => s.address + s.size)) - visual.kernel - 64);
  for (const s of sections) if (!s.nobits) code.set(s.bytes, s.address - visual.kernel - 64);
  return file(name, kernelImage(code, 1 << 20));
}

/** Prints a prompt, echoes what is typed; `q` turns off, `r` restarts, `f` fails with 5. */
const shell = kernel(
  'shell',
  `_start: li s0, UART
        li s1, TEST
        la t0, prompt
1:      lbu t1, 0(t0)
        beqz t1, 2f
        sb t1, 0(s0)
        addi t0, t0, 1
        j 1b
2:      lbu t0, 5(s0)
        andi t0, t0, 1
        beqz t0, 2b
        lbu t1, 0(s0)
        sb t1, 0(s0)
        li t2, 113
        li t0, 0x5555
        beq t1, t2, 3f
        li t2, 114
        li t0, 0x7777
        beq t1, t2, 3f
        li t2, 102
        li t0, 0x53333
        bne t1, t2, 2b
3:      sw t0, 0(s1)
4:      j 4b
        .data
prompt: .asciz "ready# "
`,
);
const boot = ['boot', '--backend', 'reference', '--kernel', shell];

describe('leaving', () => {
  test('--until leaves with 0 and prints the speed', async () => {
    const { status, out, err } = await gpuvisor([...boot, '--until', 'ready# ', '--timeout', '60']);
    expect(status).toBe(0);
    expect(out).toBe('ready# ');
    expect(err).toMatch(/[\d,]+ instructions in [\d.]+ s: [\d.]+ MIPS on the reference hart/);
  });

  test('--timeout leaves with 124', async () => {
    const { status, err } = await gpuvisor([...boot, '--until', 'never', '--timeout', '2']);
    expect(status).toBe(124);
    expect(err).toContain('error TIMEOUT');
  });

  test('the guest turning off before --until is an error', async () => {
    const { status, err } = await gpuvisor([...boot, '--until', 'never'], 'q\n');
    expect(status).toBe(124);
    expect(err).toContain('ended before');
  });

  test("the guest's own status", async () => {
    expect((await gpuvisor(boot, 'q\n')).status).toBe(0);
    expect((await gpuvisor(boot, 'f\n')).status).toBe(5);
  });

  test('Ctrl-C', async () => {
    const { status, err } = await gpuvisor(boot, '', (kill, out) => {
      const timer = setInterval(() => {
        if (!out().includes('ready')) return;
        clearInterval(timer);
        kill('SIGINT');
      }, 50);
    });
    expect(status).toBe(130);
    expect(err).toContain('MIPS');
  });
});

test('a restart boots again', async () => {
  const { status, out } = await gpuvisor(boot, 'r\nq\n');
  expect(status).toBe(0);
  expect(out).toContain('ready# rready# q');
});

test('a snapshot goes on where it was saved', async () => {
  expect((await gpuvisor([...boot, '--until', 'ready# ', '--save', 'shell.snap'])).status).toBe(0);
  const { status, out } = await gpuvisor([...boot, '--load', 'shell.snap'], 'abq\n');
  expect(status).toBe(0);
  expect(out).toBe('abq');
});

test('a screenshot', async () => {
  const painter = kernel(
    'painter',
    '_start: li t0, SCREEN\n li t1, 0x00123456\n sw t1, 0(t0)\n li t0, TEST\n li t1, 0x5555\n sw t1, 0(t0)\n1: j 1b',
  );
  const path = join(folder, 'screen.png');
  expect((await gpuvisor(['boot', '--backend', 'reference', '--kernel', painter, '--screenshot', path])).status).toBe(0);
  expect([...decodePicture(readFileSync(path)).rgba.subarray(0, 8)]).toEqual([0x12, 0x34, 0x56, 255, 0, 0, 0, 255]);
});

describe('disk', () => {
  test('one that is cut short, or no whole number of sectors', async () => {
    for (const size of [0, 100, 1000]) {
      const path = join(folder, `disk-${size}`);
      writeFileSync(path, new Uint8Array(size));
      const { status, err } = await gpuvisor([...boot, '--disk', path]);
      expect(status).toBe(1);
      expect(err).toContain('error DISK_INVALID');
    }
  });

  test('what the guest writes is in the image afterwards', async () => {
    const path = join(folder, 'kept.img');
    writeFileSync(path, new Uint8Array(8192).fill(0x11));
    const writer = kernel(
      'writer',
      `_start: li s0, DISK
        li t0, 1
        sw t0, 0x70(s0)
        li t0, 3
        sw t0, 0x70(s0)
        li t0, 1
        sw t0, 0x24(s0)
        sw t0, 0x20(s0)
        li t0, 11
        sw t0, 0x70(s0)
        sw zero, 0x30(s0)
        li t0, 4
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
        li t0, TEST
        li t1, 0x5555
        sw t1, 0(t0)
1:      j 1b
        .data
        .balign 16
table:  .word header, 0, 16
        .half 1, 1
        .word data, 0, 512
        .half 1, 2
        .word status, 0, 1
        .half 2, 0
        .space 16
avail:  .half 0, 0, 0, 0, 0, 0
        .balign 4
used:   .space 40
        .balign 8
header: .word 1, 0, 3, 0
data:   .fill 512, 1, 0x7e
status: .byte 0xff
`,
    );
    expect((await gpuvisor(['boot', '--backend', 'reference', '--kernel', writer, '--disk', path])).status).toBe(0);
    const bytes = readFileSync(path);
    expect(bytes.length).toBe(8192);
    expect(bytes.subarray(1536, 2048).every((b) => b === 0x7e)).toBe(true);
    expect(bytes.subarray(0, 1536).every((b) => b === 0x11) && bytes.subarray(2048).every((b) => b === 0x11)).toBe(true);
  });
});
