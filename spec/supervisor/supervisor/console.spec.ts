// Console routing without processes: who gets what, what is kept, what is lost and told.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BACKLOG, Consoles } from '../../../src/supervisor/supervisor/console.js';

afterEach(() => void vi.restoreAllMocks());

function open(): { consoles: Consoles; lost: [number, number][]; got: string[]; to: (name: string) => (text: string) => void } {
  const [lost, got]: [[number, number][], string[]] = [[], []];
  return {
    consoles: new Consoles((pid, characters) => lost.push([pid, characters])),
    lost,
    got,
    to: (name) => (text) => got.push(`${name}:${text}`),
  };
}
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('routing', () => {
  it('its own callback, else the legacy one, else it is kept', () => {
    const { consoles, got, to } = open();
    consoles.write(3, 3, bytes('kept'));
    consoles.write(4, 4, bytes('kept too'));
    consoles.register(3, to('three'));
    consoles.write(3, 3, bytes('a'));
    consoles.legacy = to('legacy');
    consoles.write(4, 4, bytes('b'));
    consoles.unregister(3);
    consoles.write(3, 3, bytes('c'));
    expect(got).toEqual(['three:kept', 'three:a', 'legacy:kept too', 'legacy:b', 'legacy:c']);
    expect(consoles.counts()).toEqual({ callbacks: 0, backlogs: 0 });
  });

  it('goes by the console, not by who writes to it; two writers do not tear each other’s characters', () => {
    const { consoles, got, to } = open();
    consoles.register(3, to('three'));
    const [e, u] = [bytes('é'), bytes('ü')];
    consoles.write(3, 3, e.slice(0, 1));
    consoles.write(3, 7, u.slice(0, 1));
    consoles.write(3, 3, e.slice(1));
    consoles.write(3, 7, u.slice(1));
    expect(got).toEqual(['three:é', 'three:ü']);
  });

  it('shows what is no UTF-8 as such, and half a character at the end', () => {
    const { consoles, got, to } = open();
    consoles.register(3, to('three'));
    consoles.write(3, 3, Uint8Array.of(0x61, 0xff, 0x62, 0xe2, 0x82));
    consoles.end(3);
    expect(got).toEqual(['three:a\ufffdb', 'three:\ufffd']);
  });

  it('forgets everything of a process that has ended', () => {
    const { consoles, got, to } = open();
    consoles.write(3, 4, bytes('x'));
    consoles.register(4, to('four'));
    consoles.end(3);
    consoles.end(4);
    consoles.register(3, to('three'));
    expect([got, consoles.counts()]).toEqual([[], { callbacks: 1, backlogs: 0 }]);
  });
});

describe('what nobody takes', () => {
  it('is kept to a bound, the newest of it, and what was lost is told', () => {
    const { consoles, lost, got } = open();
    for (let i = 0; i < 100; i++) consoles.write(3, 3, bytes(String(i % 10).repeat(1000)));
    consoles.register(3, (text) => got.push(text));
    expect(lost).toEqual([[3, 100_000 - BACKLOG]]);
    expect(got[0]).toHaveLength(BACKLOG);
    expect(got[0]!.endsWith('8'.repeat(1000) + '9'.repeat(1000))).toBe(true);
  });

  it('in one piece larger than the bound keeps its end', () => {
    const { consoles, got } = open();
    consoles.write(3, 3, bytes('a'.repeat(BACKLOG) + 'end'));
    consoles.register(3, (text) => got.push(text));
    expect([got[0]!.length, got[0]!.endsWith('aend')]).toEqual([BACKLOG, true]);
  });
});

it('a callback that throws is told of, and called again for the next text', () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { consoles } = open();
  let calls = 0;
  consoles.register(3, () => {
    calls++;
    throw new Error('mine');
  });
  consoles.write(3, 3, bytes('a'));
  consoles.write(3, 3, bytes('b'));
  expect([calls, told.mock.calls.length]).toEqual([2, 2]);
});
