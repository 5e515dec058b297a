// Booting: what comes from a URL, what it becomes, what is left when it fails; limits; one machine in place of another.
import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, bench, counted, endless, file, silence } from './hosts.js';
import { bareEcho, cartridge, elf, kernelEcho } from './guests.js';

const BASE = 'https://carts.test';
const benches: Bench[] = [];
function make(...args: Parameters<typeof bench>): Bench {
  const b = bench(...args);
  benches.push(b);
  return b;
}
afterEach(async () => {
  for (const b of benches.splice(0)) {
    await b.hypervisor.dispose();
    expect(b.host.living()).toBe(0);
  }
});

const echo = await bareEcho();
const kernel = await kernelEcho();

describe('hypervisor_boot', () => {
  it('boots a cartridge from a URL and says what the seed says', async () => {
    const { ok, hypervisor } = make({ urls: { [`${BASE}/some/alpine_linux.rts.png?v=1`]: file(kernel) } });
    const result = await ok('hypervisor_boot', { kernel_url: `${BASE}/some/alpine_linux.rts.png?v=1`, memory_mb: 64 });
    expect(Object.keys(result).slice(0, 3)).toEqual(['success', 'status', 'kernel']);
    expect(result).toMatchObject({
      success: true,
      status: 'booted',
      kernel: 'alpine_linux.rts.png',
      kernel_id: 'main_cpu',
      pid: 1,
      memory_mb: 64,
      map: 'visual',
      screen: { width: 640, height: 480 },
    });
    expect(await ok('hypervisor_wait_for', { text: 'ready\n$ ' })).toMatchObject({ matched: 'ready\n$ ', source: 'uart' });
    expect(hypervisor.vms.get('main_cpu')!.pid).toBe(1);
  });

  it('boots built-in cartridges by name, with what the cartridge says about memory', async () => {
    const { ok } = make({ builtins: { linux: { cartridge: echo } } });
    expect(await ok('hypervisor_boot', { kernel_url: 'linux' })).toMatchObject({
      kernel: 'linux.rts.png',
      memory_mb: 1,
      map: 'virt',
      screen: null,
    });
    expect(await ok('hypervisor_boot', { kernel_url: 'linux', memory_mb: 3, kernel_id: 'two' })).toMatchObject({
      memory_mb: 3,
      pid: 2,
      kernel_id: 'two',
    });
    expect(await ok('hypervisor_list')).toMatchObject({ count: 2, kernels: [{ kernel_id: 'main_cpu' }, { kernel_id: 'two' }] });
  });

  it('mounts files within the limits, and shares them', async () => {
    const data = new TextEncoder().encode('a,b\n1,2\n');
    const { ok, error, hypervisor } = make({
      urls: { [`${BASE}/k.rts.png`]: file(kernel), [`${BASE}/d.csv`]: file(data), [`${BASE}/big`]: file(new Uint8Array(70_000)) },
      limits: { mountBytes: 65_536 },
    });
    const boot = { kernel_url: `${BASE}/k.rts.png` };
    const mount = (path: string, url = `${BASE}/d.csv`): unknown => ({ ...boot, mounts: [{ url, path }] });
    expect(
      await ok('hypervisor_boot', { ...boot, mounts: [{ url: `${BASE}/d.csv`, path: '/root/my data.csv', writable: true }] }),
    ).toMatchObject({
      mounts: [{ path: '/root/my data.csv', size: 8, writable: true }],
    });
    expect(await ok('hypervisor_read_file', { path: '/root/my data.csv' })).toMatchObject({
      data: 'a,b\n1,2\n',
      size: 8,
      format: 'text',
      complete: true,
    });
    for (const path of ['relative', '/../etc/passwd', '/a/../b', '/a\nb', '/', '/a//b\0']) {
      expect((await error('hypervisor_boot', mount(path))).code, path).toBe('MOUNT_INVALID');
    }
    expect((await error('hypervisor_boot', mount('/root/big', `${BASE}/big`))).code).toBe('FETCH_FAILED');
    expect((await error('hypervisor_boot', mount('/root/none', `${BASE}/none`))).code).toBe('FETCH_FAILED');
    const many = Array.from({ length: 17 }, (_, i) => ({ url: `${BASE}/d.csv`, path: `/m/${i}` }));
    expect((await error('hypervisor_boot', { ...boot, mounts: many })).code).toBe('BAD_ARGUMENT');
    // Together they are counted as well.
    const halves = Array.from({ length: 2 }, (_, i) => ({ url: `${BASE}/half`, path: `/h/${i}` }));
    const b = make({
      urls: { [`${BASE}/k.rts.png`]: file(kernel), [`${BASE}/half`]: file(new Uint8Array(40_000)) },
      limits: { mountBytes: 65_536 },
    });
    expect((await b.error('hypervisor_boot', { ...boot, mounts: halves })).code).toBe('FETCH_FAILED');
    expect(hypervisor.vms.get('main_cpu')!.pid).toBe(1);
  });
});

describe('a boot that fails', () => {
  const big = endless(5 * 2 ** 30);
  const noKernel = cartridge({ disk: new Uint8Array(512) });
  const noElf = cartridge({ kernel: new TextEncoder().encode('<html>not found</html>') });
  const outside = cartridge({ kernel: elf('_start: j _start') }, { map: 'visual' });
  const cases: [string, string, RegExp, number?][] = [
    ['404', 'KERNEL_FETCH_FAILED', /404/],
    ['unreachable', 'KERNEL_FETCH_FAILED', /cannot be reached/],
    ['silent', 'KERNEL_FETCH_FAILED', /longer than/],
    ['big', 'KERNEL_FETCH_FAILED', /./],
    ['page', 'CARTRIDGE_INVALID', /./],
    ['truncated', 'CARTRIDGE_INVALID', /./],
    ['nokernel', 'CARTRIDGE_INVALID', /no kernel/],
    ['noelf', 'CARTRIDGE_INVALID', /./],
    ['outside', 'LOAD_OUTSIDE_RAM', /./],
  ];

  it('has a code, a reason and a hint, leaves nothing behind and the machine that runs alone', async () => {
    const b = make({
      limits: { fetchMs: 300, cartridgeBytes: 8 << 20 },
      urls: {
        [`${BASE}/404`]: file(new Uint8Array(0), 404),
        [`${BASE}/silent`]: silence,
        [`${BASE}/big`]: big.answer,
        [`${BASE}/page`]: file(new TextEncoder().encode('<!doctype html><p>hello')),
        [`${BASE}/truncated`]: file(echo.slice(0, echo.length - 20)),
        [`${BASE}/nokernel`]: file(await noKernel),
        [`${BASE}/noelf`]: file(await noElf),
        [`${BASE}/outside`]: file(await outside),
        [`${BASE}/echo`]: file(echo),
      },
    });
    await b.ok('hypervisor_boot', { kernel_url: `${BASE}/echo` });
    await b.ok('hypervisor_wait_for', { text: '$ ' });
    const { vm } = b.hypervisor.vms.get('main_cpu')!;
    await vm.pause();
    const before = await vm.do((m) => m.digest());
    const { timers, listeners } = await counted(async () => {
      for (const [path, code, message] of cases) {
        const e = await b.error('hypervisor_boot', { kernel_url: `${BASE}/${path}` });
        expect(e.code, `${path}: ${e.message}`).toBe(code);
        expect(e.message).toMatch(message);
        expect(e.hint).not.toBe('');
      }
      for (const url of [
        'file:///etc/passwd',
        'data:text/plain,x',
        'javascript:alert(1)',
        '/etc/passwd',
        '../x',
        'ftp://x/y',
        'http://user:pass@x/y',
        'http://',
      ]) {
        expect((await b.error('hypervisor_boot', { kernel_url: url })).code, url).toBe('KERNEL_FETCH_FAILED');
      }
      expect((await b.error('hypervisor_boot', { kernel_url: 'lnux' })).hint).toContain('linux');
      for (const memory_mb of [0, -1, 0.5, 1025, 4096]) {
        expect((await b.error('hypervisor_boot', { kernel_url: `${BASE}/echo`, memory_mb })).code).toBe('BAD_ARGUMENT');
      }
      expect((await b.error('hypervisor_boot', { kernel_url: `${BASE}/echo`, append: 'quiet' })).code).toBe('BAD_ARGUMENT');
    });
    expect({ timers, listeners }).toEqual({ timers: 0, listeners: 0 });
    expect(big.cancelled()).toBe(true);
    expect(big.sent()).toBeLessThan(16 << 20);
    expect(b.host.living()).toBe(1);
    expect(b.hypervisor.vms.get('main_cpu')!.vm).toBe(vm);
    expect(await vm.do((m) => m.digest())).toBe(before);
  });

  it('frees an executor that was made when the rest fails', async () => {
    const b = make({ urls: { [`${BASE}/k`]: file(kernel) }, builtins: { linux: { cartridge: kernel, glyphs: { format: 'none' } } } });
    expect((await b.error('hypervisor_boot', { kernel_url: 'linux' })).code).toBe('BAD_ARGUMENT');
    expect(b.host.made()).toBe(1);
    expect(b.host.living()).toBe(0);
    // An adapter that is not there.
    const none = make({
      urls: { [`${BASE}/k`]: file(kernel) },
      executor: () => {
        throw new Error('no adapter');
      },
    });
    expect((await none.error('hypervisor_boot', { kernel_url: `${BASE}/k` })).code).toBe('INTERNAL');
  });

  it.each(['fetch', 'executor'])('is cancelled while it waits for %s', async (where) => {
    const controller = new AbortController();
    const b = make({
      urls: { [`${BASE}/k`]: where === 'fetch' ? silence : file(kernel) },
      ...(where === 'executor' && {
        executor: async (config) => {
          controller.abort();
          const { ReferenceHart } = await import('../../src/reference/index.js');
          return new ReferenceHart(config);
        },
      }),
    });
    const { timers, listeners } = await counted(async () => {
      const call = b.error('hypervisor_boot', { kernel_url: `${BASE}/k` }, controller.signal);
      if (where === 'fetch') setTimeout(() => controller.abort(), 20);
      expect((await call).code).toBe('ABORTED');
      while (b.agent.working > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    expect({ timers, listeners }).toEqual({ timers: 0, listeners: 0 });
    expect(b.host.living()).toBe(0);
    expect(b.hypervisor.vms.size).toBe(0);
  });
});

describe('machines', () => {
  it('are replaced when the new one is ready, and the old one is freed', async () => {
    const b = make({ builtins: { linux: { cartridge: echo } } });
    await b.ok('hypervisor_boot', { kernel_url: 'linux' });
    const first = b.hypervisor.vms.get('main_cpu')!;
    const waiting = b.error('hypervisor_wait_for', { text: 'never', timeout_ms: 30_000 });
    const events: string[] = [];
    b.hypervisor.onEvent(({ type, pid }) => type !== 'state' && events.push(`${type} ${pid}`));
    await b.ok('hypervisor_boot', { kernel_url: 'linux' });
    expect(events).toEqual(['killed 1', 'booted 2']);
    expect((await waiting).code).toBe('ABORTED');
    expect(first.vm.status().state).toBe('disposed');
    expect(b.host.living()).toBe(1);
    expect(await b.ok('hypervisor_status')).toMatchObject({ pid: 2 });
  });

  it('are limited in number and in memory, those that are being made included', async () => {
    const b = make({ builtins: { linux: { cartridge: echo } }, limits: { machines: 3, memoryMb: 10 } });
    const boots = await Promise.all(
      Array.from({ length: 5 }, (_, i) => b.agent.call('hypervisor_boot', { kernel_url: 'linux', kernel_id: `vm${i}` })),
    );
    expect(boots.filter((r) => r.success)).toHaveLength(3);
    for (const r of boots) if (!r.success) expect(r).toMatchObject({ error: { code: 'TOO_LARGE' } });
    expect(b.host.living()).toBe(3);
    const { kernels } = (await b.ok('hypervisor_list')) as { kernels: { kernel_id: string }[] };
    await b.ok('hypervisor_kill', { kernel_id: kernels[0]!.kernel_id });
    const e = await b.error('hypervisor_boot', { kernel_url: 'linux', kernel_id: 'big', memory_mb: 9 });
    expect(e).toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining('10 MiB') as string });
    await b.ok('hypervisor_boot', { kernel_url: 'linux', kernel_id: 'big', memory_mb: 8 });
  });

  it('that are not there are told by name', async () => {
    const b = make({ builtins: { linux: { cartridge: echo } } });
    expect(await b.error('hypervisor_frame')).toMatchObject({
      code: 'NOT_BOOTED',
      hint: expect.stringContaining('hypervisor_boot') as string,
    });
    expect((await b.error('hypervisor_kill')).code).toBe('NOT_BOOTED');
    await b.ok('hypervisor_boot', { kernel_url: 'linux', kernel_id: 'a.b-c_1' });
    expect(await b.error('hypervisor_status')).toMatchObject({ code: 'UNKNOWN_VM', hint: expect.stringContaining('a.b-c_1') as string });
  });

  it('are killed at once, whatever waits on them', async () => {
    const b = make({ builtins: { linux: { cartridge: echo } } });
    await b.ok('hypervisor_boot', { kernel_url: 'linux' });
    const calls = [
      b.error('hypervisor_wait_for', { text: 'never', timeout_ms: 60_000 }),
      b.error('hypervisor_run', { command: 'never', timeout_ms: 60_000 }),
      b.error('hypervisor_run', { command: 'queued', timeout_ms: 60_000 }),
    ];
    expect(await b.ok('hypervisor_kill')).toMatchObject({ state: 'disposed', kernels: [] });
    for (const e of await Promise.all(calls)) expect(e.code).toBe('ABORTED');
    expect(b.host.living()).toBe(0);
    expect(b.hypervisor.vms.size).toBe(0);
  });
});
