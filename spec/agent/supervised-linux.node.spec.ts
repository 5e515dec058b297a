// Two Linux machines at once, on the reference hart: an agent that may observe one of them reads its screen and types on neither.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { guestArtifacts } from '../../guest/artifacts.mjs';
import { STRANGER, supervisedBench, TRUSTED, type SupervisedBench } from './supervised-bench.js';

const bytes = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
let b: SupervisedBench;
let pids: number[];
beforeAll(async () => {
  const guest = guestArtifacts();
  expect(guest.built, 'run `npm run guest`').toBe(true);
  const linux = {
    cartridge: bytes(guest.linuxCartridge),
    disk: bytes(guest.diskCartridge),
    glyphs: JSON.parse(readFileSync(guest.glyphs, 'utf8')) as unknown,
  };
  b = await supervisedBench({
    builtins: { linux },
    principals: { owner: TRUSTED, watcher: STRANGER },
    limits: { pace: 'real' },
  });
  // Both boot side by side.
  pids = await Promise.all(
    ['main_cpu', 'second'].map(async (kernel_id) => {
      const { pid } = await b.ok('owner', 'hypervisor_boot', { kernel_url: 'linux', kernel_id });
      await b.ok('owner', 'hypervisor_wait_for', { kernel_id, text: 'gpuvisor:~# ', source: 'screen', timeout_ms: 60_000 });
      return pid as number;
    }),
  );
});
afterAll(() => b.dispose());

it('their consoles are their own', async () => {
  const printed = new Map<number, string>(pids.map((pid) => [pid, '']));
  b.dispatcher.onEffect((e) => {
    if (e.kind === 'console') printed.set(e.console, printed.get(e.console)! + new TextDecoder().decode(e.data));
  });
  for (const [i, pid] of pids.entries()) {
    b.dispatcher.asSupervisor({ kind: 'input', pid, data: new TextEncoder().encode(`echo machine $((${i} + 1))\r`) });
  }
  for (const [i, kernel_id] of ['main_cpu', 'second'].entries()) {
    await b.ok('owner', 'hypervisor_wait_for', { kernel_id, text: `machine ${i + 1}`, source: 'uart', timeout_ms: 30_000 });
  }
  while (!pids.every((pid, i) => printed.get(pid)!.includes(`machine ${i + 1}`))) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(printed.get(pids[0]!)).not.toContain('machine 2');
  expect(printed.get(pids[1]!)).not.toContain('machine 1');
});

it('who may observe one reads its screen, waits for its text, and is denied input; the log has all of it; after revoke there is nothing', async () => {
  const kernel_id = 'second';
  const pid = pids[1]!;
  b.principals.setAccess('watcher', pid, 'observe');
  const ran = b.ok('watcher', 'hypervisor_wait_for', { kernel_id, text: 'forty-two', timeout_ms: 30_000 });
  await b.ok('owner', 'hypervisor_type', { kernel_id, text: 'echo forty""-two', submit: true });
  expect(await ran).toMatchObject({ matched: 'forty-two', source: 'glyph' });
  expect(await b.ok('watcher', 'hypervisor_read_text', { kernel_id })).toMatchObject({
    source: 'glyph',
    confidence: 1,
    text: expect.stringMatching(/forty-two\ngpuvisor:~#/) as string,
  });
  const digest = (): Promise<string> => b.hypervisor.get(kernel_id).vm.do((m) => m.digest());
  await b.ok('owner', 'hypervisor_pause', { kernel_id });
  const before = await digest();
  for (const [tool, input] of [
    ['hypervisor_type', { text: 'reboot', submit: true }],
    ['hypervisor_input', { type: 'keydown', key: 'Enter' }],
    ['hypervisor_run', { command: 'reboot' }],
    ['hypervisor_reset', {}],
    ['hypervisor_kill', {}],
    ['hypervisor_boot', { kernel_url: 'linux' }],
  ] as const) {
    expect((await b.error('watcher', tool, { kernel_id, ...input })).code, tool).toBe('PERMISSION_DENIED');
  }
  expect(await digest()).toBe(before);
  expect((await b.error('watcher', 'hypervisor_read_text')).code, 'the other machine').toBe('PERMISSION_DENIED');
  await b.ok('owner', 'hypervisor_resume', { kernel_id });
  expect(b.acts().filter((line) => line.startsWith('watcher VM_BEGIN'))).toEqual([
    'watcher VM_BEGIN 1 -> 0',
    'watcher VM_BEGIN 1 -> 0',
    ...Array.from({ length: 6 }, () => 'watcher VM_BEGIN 2 -> -1'),
    'watcher VM_BEGIN 1 -> -7',
  ]);
  expect(b.uses().filter((line) => line.startsWith('watcher'))).toEqual([
    'watcher hypervisor_wait_for: done',
    'watcher hypervisor_read_text: done',
  ]);
  const waiting = b.error('watcher', 'hypervisor_wait_for', { kernel_id, text: 'never', timeout_ms: 60_000 });
  b.principals.revokeAll('watcher');
  expect((await waiting).code).toBe('PERMISSION_DENIED');
  for (const tool of ['hypervisor_read_text', 'hypervisor_frame', 'hypervisor_status']) {
    expect((await b.error('watcher', tool, { kernel_id })).code, tool).toBe('PERMISSION_DENIED');
  }
  expect(b.gateway.view.uses()).toEqual([]);
  expect(b.gateway.commits.verify().damage).toBeUndefined();
});
