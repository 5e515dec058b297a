// gpuvisor as it is typed: help, mistakes, `run`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { file, folder, gpuvisor, program, verdict } from './gpuvisor.js';

const REFERENCE = ['--backend', 'reference'];
const good = program('good.elf', verdict(1));
const bad = program('bad.elf', verdict(7));
const endless = program('endless.elf', '_start: j _start');

describe('help', () => {
  test.each([
    [['--help'], ['boot', 'run', 'doctor', 'Examples:']],
    [
      ['boot', '--help'],
      ['--until', '--timeout', '--screenshot', '--save', '--load', '--disk', 'Examples:'],
    ],
    [
      ['run', '--help'],
      ['--signature-granularity', '--log-commits', '--max-instructions', 'Examples:'],
    ],
  ])('%s', async (args, words) => {
    const { status, out } = await gpuvisor(args);
    expect(status).toBe(0);
    for (const word of words) expect(out).toContain(word);
  });
});

describe('mistakes', () => {
  test.each<[string[], string, number]>([
    [['fly'], 'error BAD_ARGUMENT', 2],
    [['boot', '--fast'], 'error BAD_ARGUMENT', 2],
    [['boot', '--backend', 'abacus'], 'error BAD_ARGUMENT', 2],
    [['boot', '--map', 'moon'], 'error BAD_ARGUMENT', 2],
    [['boot', '--until', '('], 'error BAD_ARGUMENT', 2],
    [['boot', '--timeout', '0'], 'error BAD_ARGUMENT', 2],
    [['boot', '--timeout', 'soon'], 'error BAD_ARGUMENT', 2],
    [['boot', '--memory', 'lots'], 'error BAD_MEMORY_SIZE', 2],
    [['boot', ...REFERENCE, '--kernel', good, '--memory', '0'], 'error IMAGE_INVALID|error BAD_MEMORY_SIZE', 2],
    [['boot', ...REFERENCE, '--kernel', good], 'error IMAGE_INVALID', 1],
    [['boot', ...REFERENCE, '--kernel', '/nowhere/Image'], 'error FILE_NOT_FOUND', 1],
    [['boot', ...REFERENCE, '--kernel', good, '--load', good], 'error SNAPSHOT_INVALID', 1],
    [['boot', ...REFERENCE, '--map', 'virt', '--screenshot', 'x.png'], 'error BAD_ARGUMENT', 2],
    [['boot', ...REFERENCE, '--firmware', good], 'error BAD_ARGUMENT', 2],
    [['conformance', '--suites', 'vibes'], 'error BAD_ARGUMENT', 2],
    [['conformance', '--seed', 'x'], 'error BAD_ARGUMENT', 2],
    [['run'], 'error BAD_ARGUMENT', 2],
    [['run', ...REFERENCE, 'missing.elf'], 'error FILE_NOT_FOUND', 1],
    [['run', ...REFERENCE, '--memory', '100000', good], 'error BAD_MEMORY_SIZE', 2],
    [['run', ...REFERENCE, '--map', 'visual', good], 'error LOAD_OUTSIDE_RAM', 1],
    [['run', ...REFERENCE, '--signature-granularity', '3', good], 'error BAD_ARGUMENT', 2],
    [['run', ...REFERENCE, '--signature', 's.sig', endless], 'error BAD_ARGUMENT', 2],
    [['run', ...REFERENCE, '--signature', 's.sig', good, bad], 'error BAD_ARGUMENT', 2],
    [['run', ...REFERENCE, '--log-commits', 'l', good, bad], 'error BAD_ARGUMENT', 2],
    [['run', ...REFERENCE, '--log-commits', '/nowhere/log', good], 'error FILE_NOT_FOUND', 1],
  ])('%s', async (args, message, expected) => {
    const { status, err } = await gpuvisor(args);
    expect(err).toMatch(new RegExp(message));
    expect(err).not.toContain('INTERNAL');
    expect(status).toBe(expected);
  });
});

describe('run', () => {
  test('tohost 1 is exit status 0, 2n+1 is n', async () => {
    expect((await gpuvisor(['run', ...REFERENCE, good])).status).toBe(0);
    expect((await gpuvisor(['run', ...REFERENCE, bad])).status).toBe(3);
  });

  test('a program that does not end', async () => {
    const { status, err } = await gpuvisor(['run', ...REFERENCE, '--max-instructions', '1000', endless]);
    expect(status).toBe(124);
    expect(err).toContain('within 1000 instructions');
  });

  test('a program that sleeps for ever', async () => {
    const { status, err } = await gpuvisor(['run', ...REFERENCE, program('wfi.elf', '_start: wfi\n j _start')]);
    expect(status).toBe(124);
    expect(err).toContain('nothing will raise');
  });

  test('Ctrl-C', async () => {
    const { status } = await gpuvisor(['run', ...REFERENCE, '--max-instructions', '99999999999', endless], '', (kill) =>
      setTimeout(() => kill('SIGINT'), 2500),
    );
    expect(status).toBe(130);
  });

  test('what it prints, and the write call of bare programs', async () => {
    const hello = program(
      'hello.elf',
      `_start: la s0, call
        la t0, tohost
        sw s0, 0(t0)
1:      la t1, fromhost
        lw t2, 0(t1)
        beqz t2, 1b
        li t1, UART
        li t2, 33
        sb t2, 0(t1)
        li t1, 1
        sw t1, 0(t0)
2:      j 2b
        .data
        .balign 64
tohost: .word 0, 0
        .balign 64
fromhost: .word 0, 0
        .balign 64
call:   .word 64, 0, 1, 0, text, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0
text:   .ascii "hello"
`,
    );
    expect(await gpuvisor(['run', ...REFERENCE, hello])).toMatchObject({ status: 0, out: 'hello!' });
  });

  test.each([
    ['4', '11223344\n00000001\n'],
    ['8', '0000000111223344\n'],
    ['16', '00000000000000000000000111223344\n'],
    ['1', '44\n33\n22\n11\n01\n00\n00\n00\n'],
  ])('a signature with %s bytes a line', async (granularity, text) => {
    const path = join(folder, `granularity-${granularity}.sig`);
    expect((await gpuvisor(['run', ...REFERENCE, '--signature', path, '--signature-granularity', granularity, good])).status).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('several programs: a line each, a signature each, status 1 when one fails', async () => {
    const broken = file('broken.elf', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1));
    const { status, out, err } = await gpuvisor([
      'run',
      ...REFERENCE,
      '--max-instructions',
      '100000',
      '--signature-dir',
      'sigs',
      good,
      bad,
      broken,
    ]);
    expect(status).toBe(1);
    expect(out).toContain(`pass  ${good}`);
    expect(out).toContain(`fail  ${bad}  exit 3`);
    expect(out).toContain(`fail  ${broken}`);
    expect(out).toContain('1 passed, 2 failed');
    expect(err).toContain('error ELF_INVALID');
    expect(readFileSync(join(folder, 'sigs/good.sig'), 'utf8')).toBe('11223344\n00000001\n');
    expect(readFileSync(join(folder, 'sigs/bad.sig'), 'utf8')).toBe('11223344\n00000007\n');
    const passing = await gpuvisor(['run', ...REFERENCE, good, good]);
    expect(passing.status).toBe(0);
    expect(passing.out).toContain('2 passed, 0 failed');
  });

  test('a commit log', async () => {
    const source = `_start: li a0, 5
        la t0, word
        sw a0, 0(t0)
        lb a1, 0(t0)
        sh a0, 4(t0)
        csrw mscratch, a0
        beq a0, a1, 1f
1:      amoadd.w a2, a0, (t0)
        la t0, tohost
        li t1, 1
        sw t1, 0(t0)
2:      j 2b
        .data
        .balign 64
tohost: .word 0, 0
        .balign 64
word:   .word 0, 0
`;
    const logged = program('logged.elf', source);
    expect((await gpuvisor(['run', '--log-commits', 'commit.log', logged])).status).toBe(0);
    const lines = readFileSync(join(folder, 'commit.log'), 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('core   0: 3 0x80000000 (0x00500513) x10 0x00000005');
    expect(lines.map((l) => l.replace(/.*\) ?/, '')).slice(3, 9)).toEqual([
      'mem 0x80001040 0x00000005',
      'x11 0x00000005 mem 0x80001040',
      'mem 0x80001044 0x0005',
      'c832_mscratch 0x00000005',
      '',
      'x12 0x00000005 mem 0x80001040 mem 0x80001040 0x0000000a',
    ]);
  });
});

const SIZES = ['--programs', '256', '--walks', '500', '--seed', '11', '--report', 'report.json'];

test('conformance runs suites on both harts, reports, and repeats from its seed', async () => {
  const args = (suites: string): string[] => ['conformance', '--suites', suites, ...SIZES];
  const { status, out } = await gpuvisor(args('sv32,lockstep'));
  expect(status).toBe(0);
  expect(out).toMatch(/pass sv32 \(reference\): .*\npass sv32 \(gpu\): .*\npass lockstep \(both\): 256 programs/);
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as {
    seed: number;
    passed: boolean;
    about: { adapter: string };
    suites: { suite: string; counts: object }[];
  };
  expect(report).toMatchObject({ seed: 11, passed: true });
  expect(report.about.adapter).not.toBe('');
  await gpuvisor(args('sv32'));
  const again = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as typeof report;
  const walks = report.suites.filter((s) => s.suite === 'sv32');
  expect(walks).toHaveLength(2);
  expect(again.suites.map((s) => s.counts)).toEqual(walks.map((s) => s.counts));
});

test('doctor says what there is', async () => {
  const { out } = await gpuvisor(['doctor']);
  expect(out).toMatch(/ok\s+Node: 2\d\./);
  expect(out).toContain('WebGPU adapter');
  expect(existsSync(folder)).toBe(true);
});
