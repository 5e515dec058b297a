// Questions of the permission manager, answers of the page, and what init says came of them.
import { afterEach, describe, expect, it } from 'vitest';
import { PID, SLOT, SYSCALL, type ProcessManifest } from '../../../src/supervisor/abi/index.js';
import { binary, debugs, echo, op, says, sys, waits } from '../wasm.js';
import { House, tearDown, until } from './house.js';

afterEach(tearDown);

const utf8 = new TextEncoder();
const drop = op.drop;
/** Says each text once for each input it gets. */
const answersWith = (...texts: string[]): Uint8Array<ArrayBuffer> => {
  const data = texts.map((text, i) => [1024 + i * 256, utf8.encode(text)] as const);
  return binary({
    data,
    body: data
      .flatMap(([at, bytes]) => [...sys(SYSCALL.RECEIVE, [SLOT.INPUT]), ...drop, ...sys(SYSCALL.DEBUG, [], at, bytes.length), ...drop])
      .concat(sys(SYSCALL.RECEIVE, [SLOT.OWN]), drop),
  });
};
/** Both are told their part of the manifest in one input first. */
const asks = 'PERM:ASK:7:9:6:9:2:wants to write';

describe('a question', () => {
  it('of the permission manager reaches the page; of anybody else it is a text', async () => {
    const house = await House.boot({ binaries: { permission_manager: answersWith(asks) } });
    await until(() => house.events.some(({ kind }) => kind === 'permission-asked'));
    expect(house.events).toContainEqual({
      kind: 'permission-asked',
      request: 7,
      pid: 9,
      type: 6,
      object: 9,
      rights: 2,
      reason: 'wants to write',
    });
    const pid = await house.run(debugs(asks));
    await house.ended(pid);
    expect(house.events.filter(({ kind }) => kind === 'permission-asked')).toHaveLength(1);
    expect(house.events).toContainEqual({ kind: 'debug', pid, text: asks });
  });
});

describe('an answer', () => {
  it('goes to the permission manager as a line, and resolves with what init says of it', async () => {
    const manager = echo();
    const house = await House.boot({ binaries: { permission_manager: manager, init: answersWith('one', 'INIT:PERM_RESPONSE:7:ok:9:12') } });
    house.listen(PID.PERMISSION);
    const outcome = house.supervisor.answer_permission(7, true);
    await expect(house.supervisor.answer_permission(7, false)).rejects.toMatchObject({ code: 'BUSY' });
    await until(() => house.printed(PID.PERMISSION).endsWith('PERM:ANSWER:7:allow\n'));
    house.supervisor.send_input_to_process(PID.INIT, 'go');
    expect(await outcome).toEqual({ request: 7, ok: true, pid: 9, value: 12 });
    expect(house.events).toContainEqual({ kind: 'permission-ended', request: 7, ok: true, pid: 9, value: 12 });
  });

  it('that nothing is heard of rejects after its time; one to nobody at once; one that is open when all ends, too', async () => {
    const house = await House.boot({ spawnTimeoutMs: 500 });
    await expect(house.supervisor.answer_permission(1, true)).rejects.toMatchObject({ code: 'TIMEOUT' });
    const open = expect(house.supervisor.answer_permission(2, true)).rejects.toMatchObject({ code: 'DISPOSED' });
    await house.supervisor.dispose();
    await open;
    const other = await House.boot();
    other.supervisor.kill_process(PID.PERMISSION);
    await expect(other.supervisor.answer_permission(3, true)).rejects.toMatchObject({ code: 'BUSY' });
  });
});

describe('the manifest', () => {
  const made = async (name: string, bytes: Uint8Array<ArrayBuffer>, console = true) => {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const sha256 = [...hash].map((b) => b.toString(16).padStart(2, '0')).join('');
    return [
      name,
      {
        file: `${name}.wasm`,
        bytes: bytes.length,
        sha256,
        console,
        policy: { spawn: [], children: 0, kill: 'none', connect: [], serve: false, request: [] },
      },
    ] as const;
  };
  const manifestOf = (entries: readonly (readonly [string, unknown])[], boot: string[] = []) =>
    ({ processes: Object.fromEntries(entries), boot }) as unknown as ProcessManifest;

  it('decides which binary may have which name', async () => {
    const binaries = { good: says('good'), other: says('other'), unnamed: waits() };
    const manifest = manifestOf([
      await made('init', waits()),
      await made('permission_manager', waits()),
      await made('good', binaries.good),
      await made('other', binaries.good),
    ]);
    const house = await House.boot({ manifest, binaries });
    const pid = await house.supervisor.spawn('good');
    house.listen(pid);
    await house.ended(pid);
    expect(house.printed(pid)).toBe('good');
    for (const name of ['other', 'unnamed']) await expect(house.supervisor.spawn(name)).rejects.toMatchObject({ code: 'BINARY_INVALID' });
    expect(house.supervisor.counts().workers).toBe(2);
  });

  it('without a console a process has none', async () => {
    const binaries = { mute: says('x') };
    const manifest = manifestOf([
      await made('init', waits()),
      await made('permission_manager', waits()),
      await made('mute', binaries.mute, false),
    ]);
    const house = await House.boot({ manifest, binaries });
    const pid = await house.supervisor.spawn('mute');
    house.listen(pid);
    await house.ended(pid);
    expect(house.printed(pid)).toBe('');
  });

  it('is told to init before anything else', async () => {
    const init = echo();
    const manifest = manifestOf(
      [await made('init', init), await made('permission_manager', waits()), await made('child', waits())],
      ['child'],
    );
    const house = await House.boot({ manifest, binaries: { init } });
    house.listen(PID.INIT);
    await until(() => house.printed(PID.INIT) === 'boot child\nend\n');
  });
});
