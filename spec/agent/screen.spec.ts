// The screen as agents get it: pictures whole, cut and shrunk, text by glyphs, waiting for text to come and to go.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/agent/index.js';
import { MEMORY_MAPS } from '../../src/machine/map.js';
import { decodePicture } from '../../src/screen/index.js';
import { type Bench, bench } from './hosts.js';
import { kernelEcho } from './guests.js';

/** A font of its own: each character is its code in the rows, framed so that no two look alike. */
const CHARS = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
const rowsOf = (char: string): number[] => {
  const code = char.charCodeAt(0);
  return Array.from({ length: 16 }, (_, row) =>
    row === 0 || row === 15 ? 0 : row === 1 ? 0x7e : ((code * (row + 3)) ^ (code << (row % 5))) & 0x7e,
  );
};
const GLYPHS = { format: 'gpuvisor-glyphs-1', width: 8, height: 16, glyphs: CHARS.map((char) => ({ char, rows: rowsOf(char) })) };
const FB = MEMORY_MAPS.visual.framebuffer!.base;

let b: Bench;
beforeAll(async () => {
  b = bench({ builtins: { linux: { cartridge: await kernelEcho(), glyphs: GLYPHS } } });
  await b.ok('hypervisor_boot', { kernel_url: 'linux' });
  await b.ok('hypervisor_wait_for', { text: '$ ', source: 'uart' });
});
afterAll(() => b.hypervisor.dispose());

/** Draws lines of text on the machine's screen, grey on black. */
async function draw(...lines: string[]): Promise<void> {
  const pixels = new Uint32Array(640 * 480);
  lines.forEach((line, y) =>
    [...line].forEach((char, x) => {
      if (char === ' ') return;
      rowsOf(char).forEach((bits, row) => {
        for (let i = 0; i < 8; i++) if (bits & (0x80 >> i)) pixels[(y * 16 + row) * 640 + x * 8 + i] = 0xaaaaaa;
      });
    }),
  );
  await b.hypervisor.vms.get('main_cpu')!.vm.do((m) => m.writeMemory(FB, new Uint8Array(pixels.buffer)));
}
const picture = (result: Record<string, unknown>): ReturnType<typeof decodePicture> => {
  const data = result['data'] as string;
  expect(data).toMatch(/^data:image\/png;base64,/);
  return decodePicture(Uint8Array.from(atob(data.split(',')[1]!), (c) => c.charCodeAt(0)));
};

describe('hypervisor_frame', () => {
  it('is what the seed says: a PNG of 640x480 as data URL', async () => {
    await draw('root@alpine:~# ');
    const result = await b.ok('hypervisor_frame', {});
    expect(Object.keys(result).slice(0, 5)).toEqual(['success', 'width', 'height', 'data', 'timestamp']);
    expect(result).toMatchObject({ width: 640, height: 480, native_width: 640, native_height: 480, scale: 1, format: 'png' });
    expect(typeof result['timestamp']).toBe('number');
    const p = picture(result);
    expect([p.width, p.height]).toEqual([640, 480]);
    expect((result['data'] as string).length).toBeLessThan(20_000);
  });

  it('cuts and shrinks, and says so', async () => {
    const region = { x: 8, y: 0, width: 64, height: 16 };
    const cut = await b.ok('hypervisor_frame', { region });
    expect(cut).toMatchObject({ width: 64, height: 16, region, native_width: 640 });
    const whole = picture(await b.ok('hypervisor_frame'));
    expect([...picture(cut).rgba.subarray(0, 64 * 4)]).toEqual([...whole.rgba.subarray(8 * 4, 72 * 4)]);
    expect(await b.ok('hypervisor_frame', { max_width: 160 })).toMatchObject({ width: 160, height: 120, scale: 0.25 });
  });

  it('gives small parts raw', async () => {
    const region = { x: 0, y: 0, width: 16, height: 16 };
    const bytes = (r: Record<string, unknown>): number[] => Array.from(atob(r['data'] as string), (c) => c.charCodeAt(0));
    await b.hypervisor.vms.get('main_cpu')!.vm.do((m) => m.writeMemory(FB, new Uint8Array([1, 2, 3, 0])));
    expect(bytes(await b.ok('hypervisor_frame', { region, format: 'rgba' })).slice(0, 4)).toEqual([3, 2, 1, 255]);
    expect(bytes(await b.ok('hypervisor_frame', { region, format: 'bytes' })).slice(0, 4)).toEqual([1, 2, 3, 0]);
  });
});

describe('hypervisor_read_text', () => {
  it('reads a console exactly, by glyphs', async () => {
    await draw('Welcome to Alpine', '', '  indented', 'root@alpine:~#');
    const result = await b.ok('hypervisor_read_text', {});
    expect(Object.keys(result).slice(0, 3)).toEqual(['success', 'text', 'confidence']);
    expect(result).toMatchObject({ text: 'Welcome to Alpine\n\n  indented\nroot@alpine:~#', confidence: 1, source: 'glyph' });
    expect((result['lines'] as unknown[]).length).toBe(3);
    expect(await b.ok('hypervisor_read_text', { region: { x: 0, y: 48, width: 640, height: 16 } })).toMatchObject({
      text: 'root@alpine:~#',
    });
  });

  it('an unreadable screen without OCR is honest about it', async () => {
    const noise = crypto.getRandomValues(new Uint8Array(65_536));
    const all = Uint8Array.from({ length: 640 * 480 * 4 }, (_, i) => noise[(i * 7919) % noise.length]!);
    await b.hypervisor.vms.get('main_cpu')!.vm.do((m) => m.writeMemory(FB, all));
    expect(await b.ok('hypervisor_read_text', {})).toMatchObject({ confidence: 0, text: '' });
  });

  it('gives the serial line since a cursor', async () => {
    const before = (await b.ok('hypervisor_status'))['cursor'];
    await b.ok('hypervisor_type', { text: 'abc', to: 'uart' });
    await b.ok('hypervisor_wait_for', { text: 'abc', source: 'uart' });
    expect(await b.ok('hypervisor_read_text', { source: 'uart', since: before })).toMatchObject({
      text: 'abc',
      source: 'uart',
      confidence: 1,
      truncated: false,
    });
  });
});

describe('hypervisor_find_element', () => {
  it('finds text with its place', async () => {
    await draw('', '   Submit', 'x');
    const result = await b.ok('hypervisor_find_element', { element_type: 'text', text_pattern: 'Submit' });
    expect(result).toMatchObject({
      count: 1,
      elements: [{ type: 'text', text: 'Submit', bounds: { x: 24, y: 16, width: 48, height: 16 } }],
    });
    expect(await b.ok('hypervisor_find_element', { text_pattern: 'nothing like it' })).toMatchObject({ elements: [], count: 0 });
    expect((await b.error('hypervisor_find_element', { color: 'reddish' })).code).toBe('BAD_ARGUMENT');
  });
});

describe('hypervisor_wait_for on the screen', () => {
  it('takes what came since the last act, not what stood there before', async () => {
    await draw('old', '$');
    await b.ok('hypervisor_input', { type: 'mousemove', x: 1, y: 1 });
    // `$` stands there, and is old; so is what is left of the row it grows in.
    const stale = b.error('hypervisor_wait_for', { text: '$', source: 'screen', timeout_ms: 300 });
    expect((await stale).code).toBe('TIMEOUT');
    await draw('old', '$ ls', 'file', '$');
    expect(await b.ok('hypervisor_wait_for', { text: '$', source: 'screen' })).toMatchObject({ source: 'glyph', text: ' ls\nfile\n$' });
    expect(await b.ok('hypervisor_wait_for', { text: 'old', source: 'screen', since: 'start' })).toMatchObject({ matched: 'old' });
    expect((await b.error('hypervisor_wait_for', { text: 'file', source: 'screen', since: 'now', timeout_ms: 200 })).message).toContain(
      'The screen ends with:\nold\n$ ls\nfile\n$',
    );
  });

  it('sees text come while it waits, patterns at lines and with the space behind a prompt', async () => {
    const waiting = b.ok('hypervisor_wait_for', { regex: '^done: (\\d+) %$', source: 'screen' });
    setTimeout(() => void draw('old', '$ ls', 'file', 'done: 100 %', 'gpuvisor:~#'), 120);
    expect(await waiting).toMatchObject({ matched: 'done: 100 %' });
    expect(await b.ok('hypervisor_wait_for', { text: 'gpuvisor:~# ', source: 'screen' })).toMatchObject({ matched: 'gpuvisor:~# ' });
  });

  it('and sees it go', async () => {
    const waiting = b.ok('hypervisor_wait_for', { gone: 'done: 100 %' });
    setTimeout(() => void draw('empty'), 120);
    expect(await waiting).toMatchObject({ matched: '', text: 'empty' });
    expect(await b.ok('hypervisor_wait_for', { gone: 'never there' })).toBeDefined();
    expect((await b.error('hypervisor_wait_for', { gone: 'empty', timeout_ms: 200 })).code).toBe('TIMEOUT');
  });

  it('tells of a hidden page', async () => {
    b.host.visible = 'hidden';
    await b.hypervisor.vms.get('main_cpu')!.vm.do(() => Promise.resolve());
    expect(await b.ok('hypervisor_status')).toMatchObject({ visibility: 'hidden' });
    expect((await b.error('hypervisor_wait_for', { text: 'never', timeout_ms: 100 })).message).toContain('in a hidden page');
    b.host.visible = 'visible';
  });

  it('remembers no more screens than it may', async () => {
    const { view } = b.hypervisor.vms.get('main_cpu')!;
    expect(view.log.capacity).toBe(DEFAULT_LIMITS.screens);
  });
});
