// Agents as principals: what each may do, what the log says of it, and that nothing is left open when rights, machines or callers go in the middle.
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Agent, needOf, TOOLS } from '../../src/agent/index.js';
import { GpuvisorError } from '../../src/isa/errors.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { FAULT, KIND, RIGHT } from '../../src/supervisor/index.js';
import { bareEcho } from './guests.js';
import { file, silence } from './hosts.js';
import { OBSERVER, STRANGER, supervisedBench, TRUSTED, type SupervisedBench } from './supervised-bench.js';

let echo: Uint8Array;
beforeAll(async () => {
  echo = await bareEcho();
});

let b: SupervisedBench;
const make = async (options: Parameters<typeof supervisedBench>[0] = {}): Promise<SupervisedBench> =>
  (b = await supervisedBench({
    builtins: { linux: { cartridge: echo } },
    principals: { owner: TRUSTED, watcher: OBSERVER, stranger: STRANGER },
    ...options,
  }));
afterEach(async () => {
  // Whatever was done: nothing is open, the state is sound, and the log is whole.
  expect(b.agent.working).toBe(0);
  expect(b.gateway.view.uses()).toEqual([]);
  expect(b.gateway.view.violations()).toEqual([]);
  expect(b.gateway.commits.verify().damage).toBeUndefined();
  await b.dispose();
  expect(b.host.living()).toBe(0);
  expect(b.vms.counts()).toEqual({ machines: 0, listeners: 0, ending: 0, boots: 0 });
});

const boot = async (who = 'owner', kernel_id = 'main_cpu'): Promise<number> => {
  const { pid } = await b.ok(who, 'hypervisor_boot', { kernel_url: 'linux', kernel_id });
  await b.ok(who, 'hypervisor_wait_for', { kernel_id, text: '$ ', since: 'start' });
  return pid as number;
};
const never = (who: string, kernel_id = 'main_cpu', signal?: AbortSignal): ReturnType<SupervisedBench['error']> =>
  b.error(who, 'hypervisor_wait_for', { kernel_id, text: 'never', timeout_ms: 60_000 }, signal);

describe('the table of rights', () => {
  it('observing is enough for tools that change nothing, all others control; exceptions are named', async () => {
    await make();
    const said = Object.fromEntries(TOOLS.map((tool) => [tool.name.replace('hypervisor_', ''), needOf(tool)]));
    const [observe, control] = [
      { on: 'machine', rights: RIGHT.READ },
      { on: 'machine', rights: RIGHT.WRITE },
    ];
    expect(said).toEqual({
      ...Object.fromEntries(
        ['frame', 'read_text', 'find_element', 'status', 'wait_for', 'read_memory', 'list_files', 'read_file'].map((n) => [n, observe]),
      ),
      ...Object.fromEntries(
        ['input', 'type', 'run', 'set_page_table', 'map_page', 'pause', 'resume', 'reset', 'snapshot', 'write_file'].map((n) => [
          n,
          control,
        ]),
      ),
      boot: { on: 'bring', rights: RIGHT.WRITE },
      restore: { on: 'bring', rights: RIGHT.WRITE },
      kill: { on: 'end', rights: RIGHT.WRITE },
      delete_snapshot: { on: 'come', rights: RIGHT.WRITE },
      list: { on: 'all', rights: 0 },
    });
  });
});

describe('machines and their pids', () => {
  it('a name is a process of the supervisor; results carry its pid', async () => {
    await make();
    const first = await boot();
    expect(b.gateway.view.process(first)).toMatchObject({ name: 'main_cpu', kind: KIND.VM, parent: b.principals.pidOf('owner') });
    const second = await boot('owner', 'second');
    expect(second).toBe(first + 1);
    expect(await b.ok('owner', 'hypervisor_status', { kernel_id: 'second' })).toMatchObject({ pid: second });
    expect(await b.ok('owner', 'hypervisor_list')).toMatchObject({ count: 2, kernels: [{ pid: first }, { pid: second }] });
    expect(b.vms.rows()).toMatchObject([
      { pid: first, kernelId: 'main_cpu', generation: 1, status: { memoryMb: 1 } },
      { pid: second, kernelId: 'second' },
    ]);
    expect(await b.ok('owner', 'hypervisor_kill')).toMatchObject({
      kernel_id: 'main_cpu',
      pid: first,
      state: 'disposed',
      kernels: ['second'],
    });
    expect(b.gateway.view.process(first)).toBeUndefined();
    expect(await boot()).toBe(second + 1);
  });

  it('a boot that fails leaves no process, and one that is denied makes none', async () => {
    await make({ urls: { 'https://x.test/bad.png': file(new Uint8Array(100)) } });
    const before = b.gateway.view.processes().length;
    expect((await b.error('owner', 'hypervisor_boot', {})).code).toBe('BAD_ARGUMENT');
    expect((await b.error('owner', 'hypervisor_boot', { kernel_url: 'https://x.test/bad.png' })).code).toBe('CARTRIDGE_INVALID');
    expect((await b.error('owner', 'hypervisor_boot', { kernel_url: 'linux', kernel_id: 'no name' })).code).toBe('BAD_ARGUMENT');
    const { pid } = b.gateway.view.processes().at(-1)!;
    expect(await b.error('watcher', 'hypervisor_boot', { kernel_url: 'linux' })).toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringMatching(/^watcher \(pid \d+\) may not do hypervisor_boot: it may not boot machines/) as string,
    });
    expect(b.gateway.view.processes().length).toBe(before);
    expect(b.gateway.view.processes().at(-1)!.pid).toBe(pid);
  });

  it('of two boots at once one may fail: the other has the process', async () => {
    await make({ urls: { 'https://x.test/bad.png': file(new Uint8Array(100)) } });
    const failing = b.error('owner', 'hypervisor_boot', { kernel_url: 'https://x.test/bad.png' });
    const { pid } = b.vms.named('main_cpu')!;
    const booted = b.ok('owner', 'hypervisor_boot', { kernel_url: 'linux' });
    expect((await failing).code).toBe('CARTRIDGE_INVALID');
    expect(await booted).toMatchObject({ pid });
    expect(b.vms.rows()).toMatchObject([{ pid, generation: 1 }]);
  });

  it('who is let in later is given what there is', async () => {
    await make();
    const pid = await boot();
    b.principals.add('late', OBSERVER);
    expect(b.principals.access('late', pid)).toBe('observe');
    await b.ok('late', 'hypervisor_status');
    b.principals.add('late', STRANGER);
    expect(b.principals.rows().at(-1)).toMatchObject({ name: 'late', policy: STRANGER });
  });

  it('who boots a machine holds all rights to it; others get what their policy says', async () => {
    await make();
    const pid = await boot();
    expect(['owner', 'watcher', 'stranger'].map((who) => b.principals.access(who, pid))).toEqual(['control', 'observe', 'none']);
    expect(b.principals.rows()[0]).toMatchObject({ name: 'owner', machines: [{ kernelId: 'main_cpu', access: 'control', grant: true }] });
  });

  it('the memory of a machine is bounded by its quota', async () => {
    await make({ quota: { memoryMb: 2, share: 0.5 } });
    expect(await b.error('owner', 'hypervisor_boot', { kernel_url: 'linux', memory_mb: 3 })).toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('may have 2 MiB') as string,
    });
    expect(b.vms.list()).toEqual([]);
    await boot();
    expect(b.hypervisor.get('main_cpu').vm.share).toBe(0.5);
    b.vms.named('main_cpu')!.limit(0.25);
    expect(b.hypervisor.get('main_cpu').vm.share).toBe(0.25);
  });

  it('can be booted by the supervisor itself, the first as main_cpu', async () => {
    await make();
    const [one, two] = await Promise.all([b.vms.spawn({ kernel: 'linux' }), b.vms.spawn({ kernel: 'linux' })]);
    expect([one.kernelId, two.kernelId]).toEqual(['main_cpu', 'vm2']);
    expect(await b.ok('watcher', 'hypervisor_status')).toMatchObject({ pid: one.pid });
    await expect(b.vms.spawn({ kernel: 'linux', kernelId: 'vm2' })).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await expect(b.vms.spawn({ kernel: 'nothing' })).rejects.toMatchObject({ code: 'KERNEL_FETCH_FAILED' });
    expect(b.vms.list()).toHaveLength(2);
    const dying = b.vms.spawn({ kernel: 'linux', kernelId: 'third' });
    b.vms.kill(b.vms.named('third')!.pid);
    await expect(dying).rejects.toMatchObject({ code: 'ABORTED' });
    await b.vms.settled();
    expect(b.host.living()).toBe(2);
  });
});

describe('observing and controlling', () => {
  it('who may observe reads and is denied input; the log has both; after revoke neither works', async () => {
    await make();
    const pid = await boot();
    expect(await b.ok('watcher', 'hypervisor_read_text', { source: 'uart' })).toMatchObject({
      text: expect.stringContaining('ready') as string,
    });
    expect(await b.error('watcher', 'hypervisor_type', { text: 'x' })).toEqual({
      code: 'PERMISSION_DENIED',
      message: `watcher (pid ${b.principals.pidOf('watcher')}) may not control machine main_cpu (pid ${pid}), which hypervisor_type needs: it may observe it, no more`,
      hint: expect.stringContaining('hypervisor_list') as string,
    });
    b.principals.setAccess('watcher', pid, 'none');
    for (const [tool, input] of [
      ['hypervisor_read_text', { source: 'uart' }],
      ['hypervisor_type', { text: 'x' }],
      ['hypervisor_kill', {}],
      ['hypervisor_boot', { kernel_url: 'linux' }],
    ] as const) {
      expect(await b.error('watcher', tool, input), tool).toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining('it has no right to it') as string,
      });
    }
    expect(b.acts().filter((line) => line.startsWith('watcher'))).toEqual([
      'watcher VM_BEGIN 1 -> 0',
      'watcher VM_END -> 0',
      'watcher VM_BEGIN 2 -> -1',
      'watcher VM_BEGIN 1 -> -7',
      'watcher VM_BEGIN 2 -> -7',
      'watcher VM_BEGIN 2 -> -7',
      'watcher VM_BEGIN 2 -> -7',
    ]);
    expect(b.uses().filter((line) => line.startsWith('watcher'))).toEqual(['watcher hypervisor_read_text: done']);
  });

  it('a right can be given, lowered and raised again', async () => {
    await make();
    const pid = await boot();
    expect((await b.error('stranger', 'hypervisor_status')).code).toBe('PERMISSION_DENIED');
    b.principals.setAccess('stranger', pid, 'control');
    await b.ok('stranger', 'hypervisor_type', { text: 'x' });
    b.principals.setAccess('stranger', pid, 'observe');
    expect((await b.error('stranger', 'hypervisor_type', { text: 'x' })).code).toBe('PERMISSION_DENIED');
    await b.ok('stranger', 'hypervisor_status');
    b.principals.setPolicy('stranger', TRUSTED);
    await b.ok('stranger', 'hypervisor_boot', { kernel_url: 'linux', kernel_id: 'own' });
    b.principals.revokeAll('stranger');
    expect(b.principals.rows()[2]).toMatchObject({ policy: STRANGER, machines: [{ access: 'none' }, { access: 'none' }] });
    expect((await b.error('stranger', 'hypervisor_boot', { kernel_url: 'linux', kernel_id: 'other' })).code).toBe('PERMISSION_DENIED');
  });

  it('revoked in the middle of a wait: the call ends at once', async () => {
    await make();
    const pid = await boot();
    const [one, two] = [never('watcher'), never('owner')];
    expect(b.gateway.view.uses().map((use) => use.what)).toEqual(['hypervisor_wait_for', 'hypervisor_wait_for']);
    b.principals.setAccess('watcher', pid, 'none');
    expect(await one).toMatchObject({
      code: 'PERMISSION_DENIED',
      message: expect.stringContaining('machine main_cpu was revoked during hypervisor_wait_for') as string,
    });
    expect(b.gateway.view.uses()).toHaveLength(1);
    expect(b.uses().at(-1)).toBe('watcher hypervisor_wait_for: right gone');
    b.vms.kill(pid);
    expect((await two).code).toBe('ABORTED');
    expect(b.uses().at(-1)).toBe('owner hypervisor_wait_for: source gone');
  });

  it('the right to boot revoked in the middle of a boot: nothing is left of it', async () => {
    let fetched!: () => void;
    const fetching = new Promise<void>((resolve) => (fetched = resolve));
    const answer = async (): Promise<Response> => {
      fetched();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return new Response(echo as Uint8Array<ArrayBuffer>);
    };
    await make({ urls: { 'https://x.test/slow.png': answer } });
    const booting = b.error('owner', 'hypervisor_boot', { kernel_url: 'https://x.test/slow.png' });
    await fetching;
    expect(b.vms.rows()).toMatchObject([{ kernelId: 'main_cpu', state: 'starting', status: undefined }]);
    b.principals.revokeAll('owner');
    expect((await booting).code).toBe('PERMISSION_DENIED');
    while (b.vms.list().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('a principal that is ended, or was never let in, does nothing', async () => {
    await make();
    await boot();
    const waiting = never('watcher');
    b.dispatcher.asSupervisor({ kind: 'kill', pid: b.principals.pidOf('watcher')! });
    expect((await waiting).code).toBe('PERMISSION_DENIED');
    for (const who of ['watcher', 'nobody']) {
      expect(await b.error(who, 'hypervisor_list')).toMatchObject({
        code: 'PERMISSION_DENIED',
        message: expect.stringContaining(`no principal "${who}"`) as string,
      });
    }
  });

  it('machines that may not be observed are in no list and in no hint', async () => {
    await make();
    await boot('owner', 'secret');
    b.principals.setAccess('watcher', b.vms.named('secret')!.pid, 'none');
    await boot('owner', 'open');
    expect(await b.ok('watcher', 'hypervisor_list')).toMatchObject({ count: 1, kernels: [{ kernel_id: 'open' }], snapshots: [] });
    expect(await b.ok('stranger', 'hypervisor_list')).toMatchObject({ count: 0, kernels: [] });
    const { code, hint } = await b.error('watcher', 'hypervisor_frame');
    expect([code, hint]).toEqual(['UNKNOWN_VM', 'pass "kernel_id": there is open']);
    expect((await b.error('stranger', 'hypervisor_frame')).code).toBe('NOT_BOOTED');
    expect(JSON.stringify(await b.error('watcher', 'hypervisor_frame', { kernel_id: 'x' }))).not.toContain('secret');
    expect(b.acts().filter((line) => line.includes('LIST_CAPS'))).toEqual(['watcher LIST_CAPS -> 0', 'stranger LIST_CAPS -> 0']);
  });

  it('a machine that is still coming tells nothing of the others, and snapshots are for those who may boot', async () => {
    let come!: () => void;
    const coming = new Promise<void>((resolve) => (come = resolve));
    await make({ urls: { 'https://x.test/slow.png': async () => (await coming, new Response(echo as Uint8Array<ArrayBuffer>)) } });
    await boot('owner', 'secret');
    b.principals.setAccess('watcher', b.vms.named('secret')!.pid, 'none');
    const booting = b.ok('owner', 'hypervisor_boot', { kernel_url: 'https://x.test/slow.png' });
    const early = await b.error('watcher', 'hypervisor_status');
    expect(early.code).toBe('UNKNOWN_VM');
    expect(JSON.stringify(early)).not.toContain('secret');
    come();
    await booting;
    await b.ok('owner', 'hypervisor_snapshot', { name: 'saved' });
    expect(await b.ok('owner', 'hypervisor_list')).toMatchObject({ snapshots: [{ name: 'saved' }] });
    expect(await b.ok('watcher', 'hypervisor_list')).toMatchObject({ snapshots: [], kernels: [{ kernel_id: 'main_cpu' }] });
  });

  it('mistakes are told as without a supervisor, and are in the log', async () => {
    await make();
    await boot();
    expect(await b.error('owner', 'hypervisor_frobnicate')).toMatchObject({ code: 'UNKNOWN_TOOL' });
    expect(await b.error('owner', 'hypervisor_kill', { kernel_id: 'main_cpu', force: true })).toMatchObject({ code: 'BAD_ARGUMENT' });
    expect(await b.error('owner', 'hypervisor_frame', { format: 'gif' })).toMatchObject({ code: 'BAD_ARGUMENT' });
    expect(b.acts().filter((line) => line.startsWith('owner VM_BEGIN'))).toHaveLength(5);
    expect(b.vms.list()).toHaveLength(1);
  });
});

describe('another machine under a name that is taken', () => {
  it('is the same process; rights that were handed out were to the old one, and calls on that end', async () => {
    await make();
    const pid = await boot();
    const [slot] = b.gateway.view.capabilities().filter((c) => c.type === 7 && c.object === pid && (c.rights & RIGHT.GRANT) !== 0);
    const [owner, stranger] = [b.principals.pidOf('owner')!, b.principals.pidOf('stranger')!];
    const args = [slot!.holder!.slot, stranger, RIGHT.READ] as const;
    const granted = b.dispatcher.asProcess(owner, { kind: 'syscall', number: 0x30, args, data: new Uint8Array(0) });
    expect(granted.result).toBeGreaterThan(0);
    await b.ok('stranger', 'hypervisor_status');
    const waits = [never('watcher'), never('stranger'), never('owner')];
    expect(await boot()).toBe(pid);
    for (const wait of waits) expect((await wait).code).toMatch(/^(ABORTED|PERMISSION_DENIED)$/);
    expect(b.vms.get(pid)).toMatchObject({ generation: 2 });
    expect(['owner', 'watcher', 'stranger'].map((who) => b.principals.access(who, pid))).toEqual(['control', 'observe', 'none']);
    expect((await b.error('stranger', 'hypervisor_status')).code).toBe('PERMISSION_DENIED');
    await b.ok('watcher', 'hypervisor_status');
    expect(b.host.living()).toBe(1);
  });

  it('boots and restores at once: each takes its turn, the last one stays, all uses end', async () => {
    await make();
    const results = await Promise.all(
      Array.from({ length: 4 }, () => b.agent.call('hypervisor_boot', { kernel_url: 'linux' }, { principal: 'owner' })),
    );
    expect(results.map((r) => r.success)).toEqual([true, true, true, true]);
    expect(new Set(results.map((r) => (r as { pid?: number }).pid)).size).toBe(1);
    expect(b.vms.rows()).toMatchObject([{ generation: 4 }]);
    expect(b.host.living()).toBe(1);
    await b.ok('owner', 'hypervisor_snapshot', { name: 's' });
    expect(await b.ok('owner', 'hypervisor_restore', { name: 's' })).toMatchObject({ pid: b.vms.named('main_cpu')!.pid });
    expect(b.vms.rows()).toMatchObject([{ generation: 5 }]);
    const restored = await b.ok('owner', 'hypervisor_restore', { name: 's', kernel_id: 'twin' });
    expect(b.gateway.view.process(restored['pid'] as number)).toMatchObject({ name: 'twin', kind: KIND.VM });
    expect((await b.error('watcher', 'hypervisor_delete_snapshot', { name: 's' })).code).toBe('PERMISSION_DENIED');
    await b.ok('owner', 'hypervisor_delete_snapshot', { name: 's' });
  });

  it('a boot that waits behind another one is still a use: its right can be taken', async () => {
    await make({ urls: { 'https://x.test/slow.png': silence } });
    await boot();
    const first = b.ok('owner', 'hypervisor_boot', { kernel_url: 'linux' });
    const second = b.error('owner', 'hypervisor_boot', { kernel_url: 'https://x.test/slow.png' });
    await first;
    expect(b.gateway.view.uses().map((use) => use.what)).toEqual(['hypervisor_boot']);
    b.principals.revokeAll('owner');
    expect((await second).code).toBe('PERMISSION_DENIED');
  });

  it('a snapshot that is put into the machine as it is makes it no other one', async () => {
    await make();
    const pid = await boot();
    const { bytes, meta } = await b.hypervisor.save('main_cpu');
    const elsewhere = { ...meta, origin: { name: 'gone.png', cartridge: '0'.repeat(64) } };
    await b.hypervisor.restore({ bytes, meta: elsewhere, process: { pid } });
    expect(b.vms.rows()).toMatchObject([{ pid, generation: 1 }]);
    const other = b.hypervisor.restore({ bytes, meta: elsewhere, process: { pid: pid + 1 } });
    await expect(other).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('the hypervisor itself takes only calls that were asked for, and only for the machine that was meant', async () => {
    await make();
    const pid = await boot();
    const inner = new Agent(b.hypervisor);
    const ask = async (process?: { pid: number; generation?: number }): Promise<string> => {
      const result = await inner.call('hypervisor_status', {}, { ...(process && { process }) });
      return result.success ? 'ok' : (result as { error: { code: string } }).error.code;
    };
    expect(await ask({ pid, generation: 1 })).toBe('ok');
    expect(await ask({ pid, generation: 2 })).toBe('ABORTED');
    expect(await ask({ pid: pid + 1, generation: 1 })).toBe('ABORTED');
    expect(await ask({ pid })).toBe('ABORTED');
    expect(await ask()).toBe('PERMISSION_DENIED');
    expect(await inner.call('hypervisor_boot', { kernel_url: 'linux' })).toMatchObject({ error: { code: 'PERMISSION_DENIED' } });
    await boot();
    expect(await ask({ pid, generation: 1 })).toBe('ABORTED');
    expect(await ask({ pid, generation: 2 })).toBe('ok');
  });

  it('one that fails leaves the machine that is there, and its rights', async () => {
    await make();
    const pid = await boot();
    expect((await b.error('owner', 'hypervisor_boot', { kernel_url: 'nothing' })).code).toBe('KERNEL_FETCH_FAILED');
    expect(b.vms.get(pid)).toMatchObject({ generation: 1, state: expect.stringMatching(/running|waiting/) as string });
    expect((await b.error('watcher', 'hypervisor_boot', { kernel_url: 'linux' })).code).toBe('PERMISSION_DENIED');
    await b.ok('watcher', 'hypervisor_status');
  });
});

describe('ends', () => {
  it('a machine that is killed from outside while calls are at work', async () => {
    await make();
    const pid = await boot();
    const calls = [
      never('owner'),
      never('watcher'),
      b.error('owner', 'hypervisor_run', { command: 'never', timeout_ms: 60_000 }),
      b.error('owner', 'hypervisor_run', { command: 'queued', timeout_ms: 60_000 }),
    ];
    b.dispatcher.asSupervisor({ kind: 'kill', pid });
    for (const e of await Promise.all(calls)) expect(e.code).toBe('ABORTED');
    await b.vms.settled();
    expect(b.host.living()).toBe(0);
    expect(b.hypervisor.vms.size).toBe(0);
    expect((await b.error('owner', 'hypervisor_status')).code).toBe('NOT_BOOTED');
  });

  it('a device that is lost faults the process, and says so until there is another machine', async () => {
    let lost = false;
    class Losable extends ReferenceHart {
      override async run(budget: number): ReturnType<ReferenceHart['run']> {
        if (lost) throw new GpuvisorError('DEVICE_LOST', 'the device went away', 'reload');
        return super.run(budget);
      }
    }
    await make({ executor: (config) => new Losable(config) });
    const pid = await boot();
    const ended = new Promise<string>((resolve) => b.vms.onEvent((e) => e.kind === 'ended' && resolve(e.text)));
    const waiting = never('watcher');
    lost = true;
    b.dispatcher.asSupervisor({ kind: 'input', pid, data: new TextEncoder().encode('x') });
    expect(await ended).toBe('DEVICE_LOST: the device went away');
    expect(['ABORTED', 'GUEST_TRAPPED']).toContain((await waiting).code);
    expect(b.gateway.view.ended().at(-1)).toMatchObject({ pid, name: 'main_cpu', reason: FAULT.DEVICE_LOST });
    await b.vms.settled();
    expect(b.host.living()).toBe(0);
    expect(await b.error('watcher', 'hypervisor_status')).toMatchObject({
      code: 'GUEST_TRAPPED',
      message: 'machine main_cpu failed: DEVICE_LOST: the device went away',
    });
    lost = false;
    expect(await boot()).toBeGreaterThan(pid);
  });

  it('a guest that turns itself off is still a process, and can be started again', async () => {
    await make();
    const pid = await boot();
    await b.ok('owner', 'hypervisor_type', { text: '.' });
    while (b.vms.get(pid)!.state !== 'halted') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await b.ok('watcher', 'hypervisor_status')).toMatchObject({ state: 'halted', pid });
    await b.ok('owner', 'hypervisor_reset');
    await b.ok('owner', 'hypervisor_wait_for', { text: 'ready' });
    expect(b.vms.get(pid)!.generation).toBe(1);
  });

  it('a thousand calls at once, with aborts, revokes and kills in the middle, leave no use open', async () => {
    await make();
    const first = await boot();
    const second = await boot('owner', 'second');
    const controllers = Array.from({ length: 1000 }, () => new AbortController());
    const calls = controllers.map(({ signal }, i) => {
      const [principal, kernel_id] = [['owner', 'watcher', 'stranger'][i % 3]!, ['main_cpu', 'second'][i % 2]!];
      const name = ['hypervisor_wait_for', 'hypervisor_status', 'hypervisor_type', 'hypervisor_read_text'][i % 4]!;
      const input = [{ text: 'never', timeout_ms: 60_000 }, {}, { text: 'x', to: 'uart' }, { source: 'uart' }][i % 4]!;
      return b.agent.call(name, { ...input, kernel_id }, { principal, signal });
    });
    expect(b.gateway.view.uses().length).toBeGreaterThan(200);
    await new Promise((resolve) => setTimeout(resolve, 30));
    controllers.forEach((controller, i) => i % 5 === 0 && controller.abort());
    b.principals.setAccess('watcher', second, 'none');
    await new Promise((resolve) => setTimeout(resolve, 30));
    b.vms.kill(first);
    b.principals.revokeAll('owner');
    const results = await Promise.all(calls);
    const codes = new Map<string, number>();
    for (const r of results) {
      const code = r.success ? 'ok' : (r as { error: { code: string } }).error.code;
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes.keys()].sort()).toEqual(['ABORTED', 'BUSY', 'PERMISSION_DENIED', 'ok'].sort());
    expect(b.gateway.view.uses()).toEqual([]);
    // One line a call at least, and as many ends as beginnings.
    const acts = b.acts();
    expect(acts.filter((line) => line.includes('VM_BEGIN')).length).toBeGreaterThanOrEqual(1000);
    const begun = b.gateway.commits.since(1).filter((r) => r.commit.type === 'UseBegan').length;
    expect(b.uses()).toHaveLength(begun);
  });
});
