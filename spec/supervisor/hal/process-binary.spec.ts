// Which binaries are let in, and that nothing else comes of bad ones but a refusal.
import { describe, expect, it } from 'vitest';
import { GpuvisorError } from '../../../src/isa/errors.js';
import { BINARY, checkBinary } from '../../../src/supervisor/hal/process-binary.js';
import { binary, debugs, echo, imports, leb, op, repeats, says, spins, traps, waits } from '../wasm.js';

const utf8 = new TextEncoder();
const name = (text: string): number[] => [...leb(utf8.encode(text).length), ...utf8.encode(text)];
const refused = (what: string): Error =>
  expect.objectContaining({ code: 'BINARY_INVALID', message: expect.stringContaining(what) as string }) as Error;

/** How a check ended; anything but acceptance and the coded refusal is thrown on. */
function verdict(bytes: Uint8Array<ArrayBuffer>): 'accepted' | 'refused' {
  try {
    checkBinary(bytes);
    return 'accepted';
  } catch (e) {
    if (e instanceof GpuvisorError && e.code === 'BINARY_INVALID' && e.message.startsWith('no process binary: ') && e.hint !== '')
      return 'refused';
    throw e;
  }
}

describe('a process binary', () => {
  it('is accepted, and says what it asks for', () => {
    expect(checkBinary(binary({ pages: [2, 9] }))).toEqual({ min: 2, max: 9, imports: ['syscall', 'answer_length', 'answer'] });
    for (const made of [says('a'), echo('> '), repeats(0), waits(), spins(), traps(), debugs('x')]) expect(verdict(made)).toBe('accepted');
  });

  it('may have custom sections anywhere, and a table with a maximum', () => {
    const custom = [0, 3, 1, 0x78, 0];
    const good = binary({ sections: { 4: [1, 0x70, 1, 1, ...leb(BINARY.TABLE)] } });
    expect(verdict(new Uint8Array([...good.slice(0, 8), ...custom, ...good.slice(8), ...custom]))).toBe('accepted');
  });

  const memory = (limits: number[]): number[] => [1, ...name('env'), ...name('memory'), 2, ...limits];
  const one = (module: string, what: string, ...rest: number[]): number[] => [
    2,
    ...memory([1, 1, 4]).slice(1),
    ...name(module),
    ...name(what),
    ...rest,
  ];
  it.each<[string, Record<number, number[] | undefined>]>([
    ['the module is env', { 2: one('wasi', 'syscall', 0, 0) }],
    ['it imports the function env.fetch', { 2: one('env', 'fetch', 0, 3) }],
    ['it imports the function env.constructor', { 2: one('env', 'constructor', 0, 3) }],
    ['env.syscall with another signature', { 2: one('env', 'syscall', 0, 1) }],
    ['env.answer with another signature', { 2: one('env', 'answer', 0, 0) }],
    ['env.syscall with another signature', { 2: one('env', 'syscall', 0, 99) }],
    ['of kind 3', { 2: one('env', 'limit', 3, 0x7f, 0) }],
    ['of kind 1', { 2: one('env', 'table', 1, 0x70, 0, 1) }],
    ['of kind 2', { 2: one('env', 'other', 2, 1, 1, 1) }],
    ['two memories', { 2: one('env', 'memory', 2, 1, 1, 1) }],
    ['no maximum', { 2: memory([0, 1]) }],
    ['shared', { 2: memory([3, 1, 2]) }],
    ['1 to 257 pages; at most 256', { 2: memory([1, 1, ...leb(257)]) }],
    ['3 to 2 pages', { 2: memory([1, 3, 2]) }],
    ['limits of kind 5', { 2: memory([5, 1, 2]) }],
    ['does not import env.memory', { 2: [1, ...name('env'), ...name('syscall'), 0, 0], 7: [1, ...name('_start'), 0, 1] }],
    ['does not import env.memory', { 2: undefined, 7: [1, ...name('_start'), 0, 0] }],
    ['memory of its own', { 5: [1, 1, 1, 1] }],
    ['start section', { 8: [3] }],
    ['does not export _start', { 7: [1, ...name('start'), 0, 3] }],
    ['does not export _start', { 7: undefined }],
    ['_start is no function', { 7: [1, ...name('_start'), 2, 0] }],
    ['_start is no function', { 7: [1, ...name('_start'), 0, 77] }],
    ['_start takes or gives something', { 7: [1, ...name('_start'), 0, 1] }],
    ['table without a maximum', { 4: [1, 0x70, 0, 1] }],
    ['tables of 4097 elements', { 4: [2, 0x70, 1, 1, ...leb(BINARY.TABLE), 0x70, 1, 1, 1] }],
    ['a table of type 0x40', { 4: [1, 0x40, 0, 0x70, 0, 1] }],
    ['a section of kind 13', { 13: [1, 0, 3] }],
    ['type 0x5f', { 1: [1, 0x5f, 0] }],
    ['bytes too many', { 3: [1, 3, 9] }],
    ['the engine does not accept its code', { 10: [1, 3, 0, 0x41, 0x0b] }],
  ])('is refused: %s', (what, sections) => {
    expect(() => checkBinary(binary({ sections }))).toThrow(refused(what));
  });

  it('is refused when sections stand twice or in another order', () => {
    const good = binary();
    const twice = new Uint8Array([...good, 10, 1, 0]);
    expect(() => checkBinary(twice)).toThrow(refused('stands twice or out of order'));
    expect(() => checkBinary(new Uint8Array([...good.slice(0, 8), 3, 1, 0, ...good.slice(8)]))).toThrow(refused('out of order'));
  });

  it('may have what memory the supervisor allows, and not a page more', () => {
    expect(checkBinary(binary({ pages: [1, 16] }), 16).max).toBe(16);
    expect(() => checkBinary(binary({ pages: [1, 17] }), 16)).toThrow(refused('at most 16'));
  });

  it('is refused when it is too large', () => {
    expect(() => checkBinary(new Uint8Array(BINARY.BYTES + 1))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }) as Error);
  });
});

describe('damage', () => {
  const samples: [string, Uint8Array<ArrayBuffer>][] = [
    ['echo', echo('> ')],
    ['a table', binary({ sections: { 4: [1, 0x70, 1, 1, 8], 2: imports() }, body: op.i32(1).concat(op.drop) })],
  ];

  it.each(samples)('%s cut short anywhere is refused', (_, good) => {
    expect(verdict(good)).toBe('accepted');
    let accepted = 0;
    for (let length = 0; length < good.length; length++) accepted += verdict(good.slice(0, length)) === 'accepted' ? 1 : 0;
    // Only a cut between code and data gives a whole binary.
    expect(accepted).toBeLessThanOrEqual(1);
  });

  it.each(samples)('%s with any bit flipped, any byte another, is accepted or refused, and nothing else', (_, good) => {
    const seen = { accepted: 0, refused: 0 };
    for (let at = 0; at < good.length; at++) {
      for (const other of [...Array.from({ length: 8 }, (__, bit) => good[at]! ^ (1 << bit)), 0x00, 0x7f, 0x80, 0xff]) {
        if (other === good[at]) continue;
        const bad = good.slice();
        bad[at] = other;
        seen[verdict(bad)]++;
      }
    }
    expect(seen.refused).toBeGreaterThan(good.length * 2);
    expect(seen.accepted).toBeGreaterThan(0);
  });

  it('of length fields that promise more than there is comes to an end', () => {
    const huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
    for (const id of [1, 2, 3, 4, 7]) expect(verdict(binary({ sections: { [id]: huge } }))).toBe('refused');
    for (const id of [1, 3]) expect(verdict(new Uint8Array([...binary().slice(0, 8), id, ...huge]))).toBe('refused');
  });
});
