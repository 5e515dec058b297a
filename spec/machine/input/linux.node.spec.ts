// Linux on the reference hart, with somebody at its keyboard and pointer. Its own keymap is the judge of ours.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BootedMachine, bootLinux } from '../../../src/machine/boot.js';
import { type PointerEvent, keyPress, pointerEvent, textKeys } from '../../../src/machine/input/index.js';
import type { Machine } from '../../../src/machine/machine.js';
import { type InputEvent, decodeRecording, encodeRecording } from '../../../src/machine/recording.js';
import { restoreSnapshot, saveSnapshot } from '../../../src/machine/snapshot.js';
import { EXECUTORS, PROMPT, artefacts, bytes, command, waitFor } from '../../linux/session.js';
import { PRINTABLE, parse } from './us-layout.js';

const boot = (record = false): Promise<BootedMachine> => {
  const guest = artefacts();
  return bootLinux({
    executorFactory: EXECUTORS.reference,
    kernel: bytes(guest.image),
    initramfs: bytes(guest.initramfs),
    machine: { record },
  });
};

let guest: BootedMachine;
beforeAll(async () => {
  guest = await boot();
  await waitFor(guest.machine, PROMPT);
});
afterAll(() => guest.machine.dispose());

/** Sends input and lets the guest take all of it. */
async function give(machine: Machine, input: Uint8Array, to = 'keyboard'): Promise<void> {
  machine.send(input, to);
  expect((await machine.settle(400_000_000)).exit).toBe('wfi');
  expect(machine.inputWaiting).toBe(0);
}

/** What the guest wrote to a file of /shared. */
const shared = (name: string): Uint8Array => guest.share!.read(name);

test('1,500 characters typed at once arrive on tty1, every printable one as itself', async () => {
  const { machine } = guest;
  const lines = Array.from({ length: 15 }, (_, i) => `${String(i).padStart(4, '0')} ${PRINTABLE}`);
  await give(machine, textKeys('stty -echo; cat > /shared/typed\n'));
  await give(machine, textKeys(`${lines.join('\n')}\n`));
  await give(machine, keyPress('ctrl+d'));
  await give(machine, textKeys('stty echo\n'));
  expect(new TextDecoder().decode(shared('typed')).split('\n')).toEqual([...lines, '']);
});

test('with echo on the screen nothing is lost either', async () => {
  const { machine } = guest;
  const line = 'the quick brown fox jumps over the lazy dog. '.repeat(5).slice(0, 200);
  await give(machine, textKeys(`echo '${line}' > /shared/echoed\n`));
  expect(new TextDecoder().decode(shared('echoed'))).toBe(`${line}\n`);
});

test('control keys do what they do: ctrl+c ends a program, Tab completes, arrows edit', async () => {
  const { machine } = guest;
  await give(machine, textKeys('cat > /dev/null\n'));
  await give(machine, keyPress('ctrl+c'));
  await give(machine, textKeys('echo abd > /sha\tedited'));
  await give(
    machine,
    new Uint8Array([
      ...keyPress('Home'),
      ...Array.from({ length: 7 }, () => [...keyPress('ArrowRight')]).flat(),
      ...textKeys('c'),
      ...keyPress('Enter'),
    ]),
  );
  expect(new TextDecoder().decode(shared('edited'))).toBe('abcd\n');
});

test('caps lock lights up, and turns letters round', async () => {
  const { machine } = guest;
  const lights = (): unknown => machine.deviceStates()[2]!.children![0]!.fields['lights'];
  expect(lights()).toBe(0);
  await give(machine, keyPress('CapsLock'));
  expect(lights()).toBe(2);
  await give(machine, textKeys('ECHO ok > /SHARED/CAPS\n'));
  await give(machine, keyPress('CapsLock'));
  expect(lights()).toBe(0);
  expect(new TextDecoder().decode(shared('caps'))).toBe('OK\n');
});

test('a drag of 300 moves, read 60 times a second, loses nothing', async () => {
  const { machine } = guest;
  expect(await command(machine, 'cat /proc/bus/input/devices')).toContain('gpuvisor pointer');
  // A reader has room for 64 events of 16 bytes; this one takes what there is and looks away for 16 ms.
  await command(machine, '(while :; do dd bs=1024 count=1 2>/dev/null; usleep 16000; done) < /dev/input/event1 > /shared/drag & :');
  const drag: PointerEvent[] = [
    { type: 'down', x: 0, y: 0 },
    ...Array.from({ length: 300 }, (_, i): PointerEvent => ({ type: 'move', x: i + 1, y: i + 2 })),
    { type: 'up', x: 639, y: 479 },
  ];
  await give(machine, Uint8Array.from(drag.flatMap((e) => [...pointerEvent(e)])), 'pointer');
  await command(machine, 'kill $!; sync');
  const raw = shared('drag');
  expect(raw.length % 16).toBe(0);
  const events = Array.from({ length: raw.length / 16 }, (_, i) => raw.subarray(16 * i + 8, 16 * i + 16)).flatMap((e) => parse(e.slice()));
  expect(events.filter((e) => e.type === 0 && e.code !== 0)).toEqual([]);
  const of = (type: number, code: number): number[] => events.filter((e) => e.type === type && e.code === code).map((e) => e.value);
  // The kernel drops what does not change: the pointer began at 0, 0.
  expect(of(3, 0)).toEqual([...Array.from({ length: 300 }, (_, i) => i + 1), 639]);
  expect(of(3, 1)).toEqual([...Array.from({ length: 300 }, (_, i) => i + 2), 479]);
  expect(of(1, 0x110)).toEqual([1, 0]);
});

test('clicks and text sent together reach the guest in the order in which they were sent', async () => {
  const { machine } = guest;
  await command(machine, 'for i in 0 1; do cat /dev/input/event$i > /shared/order$i & done; :');
  const click = (x: number): void => {
    for (const type of ['down', 'up'] as const) machine.send(pointerEvent({ type, x, y: x }), 'pointer');
  };
  click(100);
  machine.send(textKeys('xy'), 'keyboard');
  click(200);
  machine.send(textKeys('z'.repeat(20)), 'keyboard');
  click(300);
  expect((await machine.settle(400_000_000)).exit).toBe('wfi');
  await command(machine, 'kill %1 %2 2> /dev/null; killall cat 2> /dev/null; sync');
  await give(machine, keyPress('ctrl+u'));
  // Each event has its time, seconds and microseconds; at equal times the keyboard's come first here.
  const read = (name: string): { at: number; what: string }[] => {
    const raw = shared(name);
    return Array.from({ length: Math.floor(raw.length / 16) }, (_, i) => raw.slice(16 * i, 16 * i + 16)).flatMap((e) => {
      const view = new DataView(e.buffer);
      const [event] = parse(e.slice(8));
      const what =
        event!.type === 3 && event!.code === 0 ? `x${event!.value}` : event!.type === 1 && event!.value === 1 ? `key${event!.code}` : '';
      return what === '' ? [] : [{ at: view.getUint32(0, true) * 1e6 + view.getUint32(4, true), what }];
    });
  };
  const order = [...read('order0'), ...read('order1')].sort((a, b) => a.at - b.at).map((e) => e.what);
  const z = new Array<string>(20).fill('key44');
  expect(order).toEqual(['x100', 'key272', 'key45', 'key21', 'x200', 'key272', ...z, 'x300', 'key272']);
});

test('keys reach a busy guest too', async () => {
  const { machine } = guest;
  machine.send(textKeys('(while :; do :; done) &\n'), 'keyboard');
  for (let i = 0; i < 100 && machine.inputWaiting > 0; i++) await machine.run(500_000);
  machine.send(textKeys('echo busy > /shared/busy; kill $!\n'), 'keyboard');
  expect((await machine.settle(100_000_000)).exit).toBe('wfi');
  expect(new TextDecoder().decode(shared('busy'))).toBe('busy\n');
});

test('what was typed and pointed replays to an equal machine, through the text of the recording', { timeout: 60_000 }, async () => {
  const { machine: recorded } = await boot(true);
  await waitFor(recorded, PROMPT);
  recorded.send(textKeys('cat /dev/input/event1 > /tmp/p &\n'), 'keyboard');
  await recorded.run(3_000_000);
  for (let i = 0; i < 20; i++) recorded.send(pointerEvent({ type: 'move', x: 10 * i, y: 5 * i }), 'pointer');
  recorded.send('echo beside\n');
  recorded.send(textKeys('echo typed while it moved\n'), 'keyboard');
  await recorded.run(7_654_321);
  await recorded.settle(100_000_000);
  await recorded.run(1_000_000);
  const events: InputEvent[] = decodeRecording(encodeRecording(recorded.recording));
  expect(new Set(events.map((e) => e.to))).toEqual(new Set([undefined, 'keyboard', 'pointer']));

  const { machine: replayed } = await boot();
  replayed.replay(events);
  while (replayed.steps < recorded.steps) {
    const before = replayed.steps;
    await replayed.run(Math.min(1_234_567, recorded.steps - replayed.steps));
    if (replayed.steps === before) break;
  }
  expect(replayed.steps).toBe(recorded.steps);
  expect(replayed.console.text()).toBe(recorded.console.text());
  expect(await replayed.digest()).toBe(await recorded.digest());
  recorded.dispose();
  replayed.dispose();
});

test('a machine restored from a snapshot has the same keyboard', async () => {
  const { machine } = guest;
  await give(machine, textKeys('echo be'));
  const copy = await boot();
  await restoreSnapshot(copy.machine, await saveSnapshot(machine));
  await give(copy.machine, textKeys('fore > /shared/restored\n'));
  expect(new TextDecoder().decode(copy.share!.read('restored'))).toBe('before\n');
  expect(() => shared('restored')).toThrowError(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  copy.machine.dispose();
});
