// The manifest: what is good is read, everything else is refused with its place; and what init and the permission manager are told fits their queues.
import { describe, expect, it } from 'vitest';
import {
  formatAnswer,
  initInputs,
  MANIFEST,
  NO_POLICY,
  parseAsk,
  permissionInputs,
  readManifest,
  SERVICE,
  SIZE,
} from '../../../src/supervisor/abi/index.js';
import { LIMITS } from '../../../src/supervisor/kernel/index.js';

const entry = (name: string, policy?: unknown) => ({
  file: `${name}.wasm`,
  bytes: 100,
  sha256: 'a'.repeat(64),
  console: true,
  ...(policy !== undefined && { policy }),
});
const base = (more: Record<string, unknown> = {}, boot: unknown = []) => ({
  processes: { init: entry('init'), permission_manager: entry('permission_manager'), ...more },
  boot,
});
const policy = (value: unknown) => base({ terminal: entry('terminal', value), echo: entry('echo') });

describe('readManifest', () => {
  it('reads what is good, from text or JSON, with what is left out denied', () => {
    const rule = { type: 'process', object: '*', rights: 'rw', answer: 'ask' };
    const json = policy({ spawn: ['echo'], children: 2, kill: 'own', connect: ['echo'], serve: true, request: [rule] });
    const read = readManifest(JSON.stringify(json));
    expect(readManifest(json)).toEqual(read);
    expect(read.processes['terminal']).toMatchObject({ file: 'terminal.wasm', bytes: 100, console: true });
    expect(read.processes['terminal']!.policy).toEqual({
      spawn: ['echo'],
      children: 2,
      kill: 'own',
      connect: ['echo'],
      serve: true,
      request: [{ type: 2, object: '*', rights: 3, answer: 'ask' }],
    });
    expect(read.processes['echo']!.policy).toEqual(NO_POLICY);
    expect(readManifest(policy({})).processes['terminal']!.policy).toEqual(NO_POLICY);
    expect(readManifest({ ...base(), askTime: 500 }).askTime).toBe(500);
  });

  const bad: readonly [string, unknown, RegExp][] = [
    ['no JSON', '{', /is no JSON/],
    ['no object', [], /an object is expected/],
    ['null', null, /an object is expected/],
    ['a key nobody knows', { ...base(), extra: 1 }, /'extra' is not known/],
    ['no boot', { processes: base().processes }, /'boot' is missing/],
    ['no processes', { processes: null, boot: [] }, /processes: an object/],
    ['no init', { processes: { permission_manager: entry('x') }, boot: [] }, /'init' is missing/],
    ['a name with a slash', base({ 'a/b': entry('a') }), /is no name/],
    ['a name of the prototype', JSON.parse(`{"processes": {"__proto__": 1}, "boot": []}`), /'init' is missing/],
    ['too many names', base(Object.fromEntries(Array.from({ length: 63 }, (_, i) => [`p${i}`, entry('p')]))), /65 names; at most 64/],
    ['a file elsewhere', base({ a: { ...entry('a'), file: '../a.wasm' } }), /processes\.a\.file/],
    ['no bytes', base({ a: { ...entry('a'), bytes: 0 } }), /processes\.a\.bytes: 0; a whole number from 1/],
    ['too many bytes', base({ a: { ...entry('a'), bytes: MANIFEST.BYTES + 1 } }), /processes\.a\.bytes/],
    ['a hash in capitals', base({ a: { ...entry('a'), sha256: 'A'.repeat(64) } }), /64 small hex digits/],
    ['console 1', base({ a: { ...entry('a'), console: 1 } }), /processes\.a\.console: true or false/],
    ['a policy nobody knows', policy({ fly: true }), /'fly' is not known/],
    ['a policy that is null', policy(null), /an object is expected/],
    ['spawn of a stranger', policy({ spawn: ['ghost'] }), /ghost is not among the processes/],
    ['spawn of init', policy({ spawn: ['init'] }), /init runs once/],
    ['spawn of nothing', policy({ spawn: [''] }), /is no name/],
    ['spawn without end', policy({ spawn: Array(25).fill('echo') }), /a list of at most 24/],
    ['children beyond the kernel', policy({ children: 65 }), /from 0 to 64/],
    ['kill as it likes', policy({ kill: 'all' }), /one of none, own, any/],
    ['serve maybe', policy({ serve: 'yes' }), /true or false/],
    ['rights in another order', policy({ request: [{ type: 'vm', object: 1, rights: 'wr', answer: 'ask' }] }), /some of 'rwg'/],
    ['no rights', policy({ request: [{ type: 'vm', object: 1, rights: '', answer: 'ask' }] }), /some of 'rwg'/],
    ['a type nobody knows', policy({ request: [{ type: 'cow', object: 1, rights: 'r', answer: 'ask' }] }), /one of endpoint, process/],
    ['a type of the prototype', policy({ request: [{ type: 'toString', object: 1, rights: 'r', answer: 'ask' }] }), /one of endpoint/],
    ['an object below nothing', policy({ request: [{ type: 'vm', object: -1, rights: 'r', answer: 'ask' }] }), /from 0 to/],
    ['an answer nobody knows', policy({ request: [{ type: 'vm', object: 1, rights: 'r', answer: 'yes' }] }), /one of allow, ask, deny/],
    ['boot of a stranger', base({}, ['ghost']), /boot: ghost is not among/],
    ['boot of init', base({}, ['init']), /init runs once/],
    ['no time to answer', { ...base(), askTime: 0 }, /askTime: 0; a whole number from 1/],
    ['endless time to answer', { ...base(), askTime: SERVICE.ASK_TIME_MOST + 1 }, /askTime/],
  ];
  for (const [what, json, message] of bad) {
    it(`refuses ${what}`, () => {
      expect(() => readManifest(json)).toThrow(message);
      expect(() => readManifest(json)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT' }) as Error);
    });
  }
});

describe('what the services are told', () => {
  it('is lines with an end, nothing without a manifest', () => {
    expect([initInputs(undefined), permissionInputs(undefined)]).toEqual([['end\n'], ['end\n']]);
    const rule = { type: 'vm', object: 7, rights: 'rg', answer: 'allow' };
    const manifest = readManifest({
      ...base({ a: entry('a', { spawn: ['b'], kill: 'any', connect: ['c', 'd'], serve: true, request: [rule] }), b: entry('b') }, [
        'a',
        'b',
      ]),
      askTime: 9,
    });
    expect(initInputs(manifest)).toEqual(['spawn a 8 b\nkill a any\nconnect a c d\nserve a\nboot a\nboot b\nend\n']);
    expect(permissionInputs(manifest)).toEqual(['ask-time 9\nrequest a 7 7 5 allow\nend\n']);
  });

  it('fits their queues, however large the manifest is', () => {
    const name = (i: number): string => `p${String(i).padStart(31, '0')}`;
    const names = Array.from({ length: MANIFEST.NAMES - 2 }, (_, i) => name(i));
    const rule = { type: 'vm', object: Number.MAX_SAFE_INTEGER, rights: 'rwg', answer: 'allow' };
    const list = names.slice(0, MANIFEST.LIST);
    const full = { spawn: list, children: 64, kill: 'own', connect: list, serve: true, request: Array(MANIFEST.LIST).fill(rule) };
    const manifest = readManifest(base(Object.fromEntries(names.map((key) => [key, entry('p', full)])), list));
    for (const texts of [initInputs(manifest), permissionInputs(manifest)]) {
      expect(texts.length).toBeLessThanOrEqual(LIMITS.queue);
      expect(texts.reduce((n, text) => n + text.length, 0)).toBeLessThanOrEqual(LIMITS.queueBytes);
      for (const text of texts) expect([text.length <= SIZE.MESSAGE, text.endsWith('\n')]).toEqual([true, true]);
      expect(texts.join('').endsWith('\nend\n')).toBe(true);
    }
  });
});

describe('questions and answers of the permission manager', () => {
  it('are read as they are written, and nothing else is one', () => {
    expect(parseAsk('PERM:ASK:7:3:2:0:5:why: because')).toEqual({
      request: 7,
      pid: 3,
      type: 2,
      object: 0,
      rights: 5,
      reason: 'why: because',
    });
    expect(parseAsk('PERM:ASK:7:3:2:0:5:')).toMatchObject({ reason: '' });
    for (const text of [
      '',
      'PERM:ASK:',
      'PERM:ASK:7:3:2:0:8:x',
      'PERM:ASK:7:3:2:0:0:x',
      'PERM:ASK:-1:3:2:0:1:x',
      'PERM:ASK:7:3:2:0:1',
      ' PERM:ASK:7:3:2:0:1:',
      'PERM:ASK:7:3:2:0:1:a\nb',
    ]) {
      expect(parseAsk(text), text).toBeUndefined();
    }
    expect([formatAnswer(7, true), formatAnswer(7, false)]).toEqual(['PERM:ANSWER:7:allow\n', 'PERM:ANSWER:7:deny\n']);
  });
});
