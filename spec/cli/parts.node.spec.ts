// Parts of the command line by themselves.
import { PassThrough } from 'node:stream';
import { decode } from 'fast-png';
import { expect, test, vi } from 'vitest';
import { encodePng } from '../../src/cli/png.js';
import { ProgressLine, slowProgress } from '../../src/cli/progress.js';
import { ScriptedInput } from '../../src/cli/scripted-input.js';
import { formatSignature } from '../../src/cli/signature.js';
import { EscapeFilter } from '../../src/cli/terminal.js';
import { haltStatus } from '../../src/cli/boot.js';
import { FRAMEBUFFER } from '../../src/machine/map.js';

test('the escape key: x leaves, s takes a picture, twice sends it, anything else helps; across pieces', () => {
  const filter = new EscapeFilter();
  const events: string[] = [];
  const said: string[] = [];
  const feed = (...bytes: number[]): number[] => [
    ...filter.feed(
      Uint8Array.from(bytes),
      (e) => events.push(e),
      (t) => said.push(t),
    ),
  ];
  expect(feed(65, 1)).toEqual([65]);
  expect(feed(1, 66)).toEqual([1, 66]);
  expect(feed(3)).toEqual([3]); // Ctrl-C is the guest's
  expect(feed(1, 115, 1, 120)).toEqual([]);
  expect(events).toEqual(['screenshot', 'quit']);
  feed(1, 104);
  expect(said.join('')).toContain('Ctrl-A x');
});

test('lines from a pipe are typed one at a prompt', async () => {
  const stream = new PassThrough();
  const typed: string[] = [];
  const script = new ScriptedInput(stream, (bytes) => typed.push(new TextDecoder().decode(bytes)), false);
  const print = (text: string): void => script.output(new TextEncoder().encode(text));
  stream.write('one\ntw');
  stream.end('o\nthree');
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(typed).toEqual([]);
  print('booting\n100% done\n');
  expect(typed).toEqual([]);
  print('gpuvisor:~# ');
  expect(typed).toEqual(['one\n']);
  print('one\r\nfirst\r\ngpuvisor:~');
  print('# ');
  expect(typed).toEqual(['one\n', 'two\n']);
  expect(script.done).toBe(false);
  print('two\r\n/mnt $ \x1b[6n');
  expect(typed).toEqual(['one\n', 'two\n', 'three\n']);
  expect(script.done).toBe(true);
  script.close();
});

test('progress shows itself after two seconds, as a percentage', () => {
  let now = 1000;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  let said = '';
  const stream = { isTTY: false, write: (text: string) => ((said += text), true) } as unknown as NodeJS.WriteStream;
  const { progress, end } = slowProgress('packing x', new ProgressLine(stream));
  progress(10, 100);
  now += 1900;
  progress(20, 100);
  expect(said).toBe('');
  now += 200;
  progress(25, 100);
  progress(26, 100);
  progress(50, 100);
  expect(said).toBe('packing x: 25 %\npacking x: 50 %\n');
  progress(12345, undefined);
  end();
  expect(said).toContain('12,345');
  clock.mockRestore();
});

test('signature lines, with zeros beyond the end', () => {
  expect(formatSignature(Uint8Array.of(1, 2, 3, 4, 5), 4)).toBe('04030201\n00000005\n');
  expect(formatSignature(new Uint8Array(0), 4)).toBe('');
});

test('a PNG has the colours of the framebuffer', () => {
  const pixels = new Uint8Array(FRAMEBUFFER.bytes);
  pixels.set([10, 20, 30, 0], 4); // B G R X
  pixels.set([1, 2, 3, 99], 400);
  const png = decode(encodePng(pixels), { checkCrc: true });
  expect([png.width, png.height]).toEqual([640, 480]);
  // Three colours: indexed, two bits a pixel, the leftmost in the high bits.
  expect(png.depth).toBe(2);
  const colour = (x: number): number[] => png.palette![(png.data[x >> 2]! >> (6 - 2 * (x & 3))) & 3]!;
  expect([0, 1, 100, 101].map(colour)).toEqual([
    [0, 0, 0],
    [30, 20, 10],
    [3, 2, 1],
    [0, 0, 0],
  ]);
});

test('halting: pass, fail with a code, fail without', () => {
  expect([0x5555, 0x73333, 0x3333].map(haltStatus)).toEqual([0, 7, 1]);
});
