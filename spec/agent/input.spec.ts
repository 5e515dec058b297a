// Keys, pointer and text, as what reaches the guest's devices: whole presses, held keys, places; and the serial line's own keys.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serialKey } from '../../src/agent/serial-keys.js';
import { decodeRecords, keyEvent, keyPress, pointerEvent, textKeys } from '../../src/machine/input/index.js';
import { type Bench, bench } from './hosts.js';
import { kernelEcho } from './guests.js';

let b: Bench;
/** What was sent since the test began. */
let sent: { to: string; bytes: number[] }[] = [];
beforeAll(async () => {
  b = bench({ builtins: { linux: { cartridge: await kernelEcho() } } });
});
afterAll(() => b.hypervisor.dispose());
beforeEach(async () => {
  await b.ok('hypervisor_boot', { kernel_url: 'linux' });
  await b.ok('hypervisor_wait_for', { text: '$ ' });
  const { machine } = b.hypervisor.vms.get('main_cpu')!;
  const send = machine.send.bind(machine);
  sent = [];
  machine.send = (input, to = 'uart') => {
    const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
    if (bytes.length > 0) sent.push({ to, bytes: [...bytes] });
    send(input, to);
  };
});
const bytesTo = (to: string): number[] => sent.filter((s) => s.to === to).flatMap((s) => s.bytes);
const join = (...parts: Uint8Array[]): number[] => parts.flatMap((p) => [...p]);

describe('hypervisor_input', () => {
  it("the seed's script, keydown alone, types ls and Enter: three whole presses, nothing held", async () => {
    for (const key of ['l', 's', 'Enter']) {
      const result = await b.ok('hypervisor_input', { type: 'keydown', key });
      expect(Object.keys(result).slice(0, 2)).toEqual(['success', 'event_processed']);
      expect(result['event_processed']).toBe(true);
    }
    expect(bytesTo('keyboard')).toEqual(join(keyPress('l'), keyPress('s'), keyPress('Enter')));
    expect(await b.ok('hypervisor_status')).toMatchObject({ held_keys: [] });
  });

  it('a keyup after a keydown that was a whole press adds nothing', async () => {
    await b.ok('hypervisor_input', {
      events: [
        { type: 'keydown', key: 'a' },
        { type: 'keyup', key: 'a' },
        { type: 'keyup', key: 'b' },
      ],
    });
    expect(bytesTo('keyboard')).toEqual(join(keyPress('a')));
  });

  it('modifiers are held until their keyup, over calls, and what is held is told', async () => {
    await b.ok('hypervisor_input', { type: 'keydown', key: 'Control' });
    await b.ok('hypervisor_input', { type: 'keydown', key: 'c' });
    expect(await b.ok('hypervisor_status')).toMatchObject({ held_keys: ['Control'] });
    await b.ok('hypervisor_input', { type: 'keydown', key: 'Control' });
    await b.ok('hypervisor_input', { type: 'keyup', key: 'Control' });
    expect(bytesTo('keyboard')).toEqual(join(keyEvent('Control', true), keyPress('c'), keyEvent('Control', false)));
    expect(await b.ok('hypervisor_status')).toMatchObject({ held_keys: [] });
  });

  it('hold keeps any key down: no second press while it is', async () => {
    await b.ok('hypervisor_input', {
      events: [
        { type: 'keydown', key: 'ArrowUp', hold: true },
        { type: 'keydown', key: 'ArrowUp' },
      ],
    });
    await b.ok('hypervisor_input', { type: 'keyup', key: 'ArrowUp' });
    expect(bytesTo('keyboard')).toEqual(join(keyEvent('ArrowUp', true), keyEvent('ArrowUp', false)));
  });

  it('mouse events carry places; buttons go down and up where the pointer was last', async () => {
    await b.ok('hypervisor_input', {
      events: [{ type: 'mousemove', x: 10.9, y: 20 }, { type: 'mousedown' }, { type: 'mouseup', x: 639, y: 479, button: 'right' }],
    });
    await b.ok('hypervisor_input', { type: 'mousedown' });
    expect(bytesTo('pointer')).toEqual(
      join(
        pointerEvent({ type: 'move', x: 10, y: 20 }),
        pointerEvent({ type: 'down', x: 10, y: 20 }),
        pointerEvent({ type: 'up', x: 639, y: 479, button: 'right' }),
        pointerEvent({ type: 'down', x: 639, y: 479 }),
      ),
    );
    expect(decodeRecords(new Uint8Array(bytesTo('pointer'))).length).toBeGreaterThan(8);
  });

  it('one wrong event: none of the list is sent', async () => {
    expect(
      (
        await b.error('hypervisor_input', {
          events: [
            { type: 'keydown', key: 'a' },
            { type: 'mousemove', x: 1, y: 999 },
          ],
        })
      ).code,
    ).toBe('BAD_ARGUMENT');
    expect(sent).toEqual([]);
  });

  it('keys of the serial line, and mouse events beside them', async () => {
    await b.ok('hypervisor_input', {
      to: 'uart',
      events: [
        { type: 'keydown', key: 'h' },
        { type: 'keyup', key: 'h' },
        { type: 'keydown', key: 'i' },
        { type: 'keydown', key: 'Enter' },
      ],
    });
    expect(await b.ok('hypervisor_wait_for', { text: 'hi\n$ ' })).toMatchObject({ source: 'uart' });
    expect(bytesTo('keyboard')).toEqual([]);
  });

  it('what the guest does not take is told', async () => {
    // This kernel has no driver for its keyboard.
    expect(await b.ok('hypervisor_type', { text: 'nobody reads this' })).toMatchObject({
      note: expect.stringContaining('not taken') as string,
      to: 'keyboard',
    });
    await b.ok('hypervisor_pause');
    expect(await b.ok('hypervisor_type', { text: 'later', to: 'uart' })).toMatchObject({
      state: 'paused',
      note: expect.stringContaining('paused') as string,
    });
    await b.ok('hypervisor_resume');
    await b.ok('hypervisor_wait_for', { text: 'later' });
  });
});

describe('hypervisor_type', () => {
  it('types with Shift where it is needed, and Enter behind it', async () => {
    expect(await b.ok('hypervisor_type', { text: 'Echo "A|b"', submit: true })).toMatchObject({ typed: 10, submitted: true });
    expect(bytesTo('keyboard')).toEqual([...textKeys('Echo "A|b"\n')]);
  });

  it('a long text comes whole, in pieces of whole events', async () => {
    const text = 'The quick brown fox! '.repeat(90).slice(0, 1800);
    await b.agent.call('hypervisor_type', { text, to: 'uart' });
    await b.ok('hypervisor_wait_for', { text: text.slice(-100), source: 'uart' });
    expect(new TextDecoder().decode(new Uint8Array(bytesTo('uart')))).toBe(text);
    expect((await b.ok('hypervisor_read_text', { source: 'uart', since: 'start' })).text).toBe(`ready\n$ ${text}`);
  });
});

describe('serialKey', () => {
  it.each([
    ['a', 'a'],
    ['Enter', '\r'],
    ['ctrl+c', '\x03'],
    ['Ctrl+D', '\x04'],
    ['ctrl+[', '\x1b'],
    ['alt+f', '\x1bf'],
    ['ArrowUp', '\x1b[A'],
    ['shift+a', 'A'],
    ['KeyQ', 'q'],
    ['Digit7', '7'],
    ['Backspace', '\x7f'],
    ['Control', ''],
    ['ctrl+ ', '\0'],
    ['é', 'é'],
  ])('%s', (key, sends) => expect(serialKey(key)).toBe(sends));

  it.each(['ctrl+', 'ctrl+é', 'NoKey', 'F13', 'ctrl+Enter+x'])('refuses %s', (key) =>
    expect(() => serialKey(key)).toThrowError(expect.objectContaining({ code: 'BAD_ARGUMENT' }) as Error),
  );
});
