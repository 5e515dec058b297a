// Saving and restoring machines: by name and as bytes, into the same machine and a new one, and what happens to damaged or lost ones.
import { afterEach, describe, expect, it } from 'vitest';
import { type Bench, bench, file } from './hosts.js';
import { bareEcho, kernelEcho } from './guests.js';

const benches: Bench[] = [];
afterEach(async () => {
  for (const b of benches.splice(0)) {
    await b.hypervisor.dispose();
    expect(b.host.living()).toBe(0);
  }
});
const echo = await bareEcho();
function make(options: Parameters<typeof bench>[0] = {}): Bench {
  const b = bench({ builtins: { linux: { cartridge: echo } }, ...options });
  benches.push(b);
  return b;
}
async function typed(b: Bench, text: string): Promise<void> {
  await b.ok('hypervisor_boot', { kernel_url: 'linux' });
  await b.ok('hypervisor_wait_for', { text: '$ ' });
  await b.ok('hypervisor_type', { text, to: 'uart' });
  await b.ok('hypervisor_wait_for', { text });
}

describe('hypervisor_snapshot and hypervisor_restore', () => {
  it('bring the machine back as it was, with what it had printed, beside or in place of others', async () => {
    const b = make();
    await typed(b, 'before');
    const saved = await b.ok('hypervisor_snapshot', { name: 'one.a-b' });
    expect(saved).toMatchObject({ name: 'one.a-b', kernel: 'linux.rts.png', memory_mb: 1, kernel_id: 'main_cpu' });
    await b.ok('hypervisor_type', { text: ' after' });
    await b.ok('hypervisor_wait_for', { text: 'after' });
    expect(await b.ok('hypervisor_restore', { name: 'one.a-b', kernel_id: 'copy' })).toMatchObject({
      kernel_id: 'copy',
      pid: 2,
      state: 'running',
    });
    expect((await b.ok('hypervisor_read_text', { kernel_id: 'copy', source: 'uart' })).text).toBe('ready\n$ before');
    await b.ok('hypervisor_type', { text: ' goes on', kernel_id: 'copy' });
    await b.ok('hypervisor_wait_for', { text: 'before goes on', since: 'start', kernel_id: 'copy' });
    await b.ok('hypervisor_restore', { name: 'one.a-b' });
    expect((await b.ok('hypervisor_read_text', { source: 'uart' })).text).toBe('ready\n$ before');
    // It can be started over as well.
    await b.ok('hypervisor_reset');
    await b.ok('hypervisor_wait_for', { text: 'ready' });
    expect(await b.ok('hypervisor_list')).toMatchObject({ snapshots: [{ name: 'one.a-b' }], count: 2 });
    expect(await b.ok('hypervisor_delete_snapshot', { name: 'one.a-b' })).toMatchObject({ deleted: true });
    expect((await b.error('hypervisor_restore', { name: 'one.a-b' })).code).toBe('FILE_NOT_FOUND');
  });

  it('survive a new session: the machine is made anew from where it came', async () => {
    const kernel = await kernelEcho();
    const url = 'https://carts.test/k.rts.png';
    const a = make({ urls: { [url]: file(kernel) } });
    await a.ok('hypervisor_boot', { kernel_url: url, append: 'quiet' });
    await a.ok('hypervisor_wait_for', { text: '$ ' });
    await a.ok('hypervisor_write_file', { path: 'kept.txt', text: 'kept' });
    await a.ok('hypervisor_snapshot', { name: 's' });
    const fresh = make({ urls: { [url]: file(kernel) } });
    fresh.host.saved.set('s', a.host.saved.get('s')!);
    expect(await fresh.ok('hypervisor_restore', { name: 's' })).toMatchObject({ kernel: 'k.rts.png' });
    expect(fresh.hypervisor.vms.get('main_cpu')!.origin).toMatchObject({ url, append: 'quiet' });
    expect(await fresh.ok('hypervisor_read_file', { path: 'kept.txt' })).toMatchObject({ data: 'kept' });
    // And where it came from may be gone.
    const lost = make({});
    lost.host.saved.set('s', a.host.saved.get('s')!);
    expect((await lost.error('hypervisor_restore', { name: 's' })).code).toBe('FETCH_FAILED');
  });

  it('damaged, exchanged and foreign ones are refused, and the machine that runs stays', async () => {
    const b = make({ builtins: { linux: { cartridge: echo }, mmu: { cartridge: await kernelEcho() } } });
    await typed(b, 'x');
    await b.ok('hypervisor_snapshot', { name: 's' });
    const { bytes, meta } = b.host.saved.get('s')!;
    const damaged = bytes.slice();
    damaged[damaged.length - 10]! ^= 1;
    b.host.saved.set('damaged', { bytes: damaged, meta });
    b.host.saved.set('foreign', { bytes, meta: { ...meta, origin: { name: 'mmu', builtin: 'mmu' } } });
    b.host.saved.set('rubbish', { bytes: new Uint8Array(100), meta });
    // Made for a machine that cannot be so small.
    expect((await b.error('hypervisor_restore', { name: 'foreign' })).code).toBe('BAD_MEMORY_SIZE');
    for (const name of ['damaged', 'rubbish']) expect((await b.error('hypervisor_restore', { name })).code, name).toBe('SNAPSHOT_INVALID');
    expect(b.hypervisor.vms.get('main_cpu')!.pid).toBe(1);
    expect(b.host.living()).toBe(1);
  });

  it('are limited in number', async () => {
    const b = make({ limits: { snapshots: 2 } });
    await typed(b, 'x');
    await b.ok('hypervisor_snapshot', { name: 'a' });
    await b.ok('hypervisor_snapshot', { name: 'b' });
    expect(await b.error('hypervisor_snapshot', { name: 'c' })).toMatchObject({
      code: 'TOO_LARGE',
      hint: expect.stringContaining('hypervisor_delete_snapshot') as string,
    });
    await b.ok('hypervisor_snapshot', { name: 'a' });
    const c = make({ limits: { snapshotBytes: 100 } });
    await typed(c, 'x');
    expect((await c.error('hypervisor_snapshot', { name: 'a' })).code).toBe('TOO_LARGE');
  });
});

describe('machines from bytes', () => {
  it('are kept where the host can, and found again by their hash', async () => {
    const kept = new Map<string, Uint8Array>();
    const b = make();
    b.host.keepCartridge = (hash, bytes) => Promise.resolve(void kept.set(hash, bytes));
    b.host.findCartridge = (hash) => Promise.resolve(kept.get(hash));
    const vm = await b.hypervisor.boot({ cartridge: echo, label: 'dropped.rts.png' });
    expect(vm.kernel).toBe('dropped.rts.png');
    expect([...kept.keys()]).toEqual([vm.origin.cartridge]);
    const saved = await b.hypervisor.save('main_cpu');
    await b.hypervisor.kill('main_cpu');
    const events: string[] = [];
    b.hypervisor.onEvent(({ type }) => type !== 'state' && events.push(type));
    const again = await b.hypervisor.restore({ bytes: saved.bytes, meta: JSON.parse(JSON.stringify(saved.meta)) as typeof saved.meta });
    expect(again.kernel).toBe('dropped.rts.png');
    expect(events).toEqual(['restored']);
    // Nowhere to be found: the same machine, when it is there, takes the snapshot.
    kept.clear();
    expect((await b.hypervisor.restore({ bytes: saved.bytes, meta: saved.meta })).pid).toBe(again.pid);
    await b.hypervisor.kill('main_cpu');
    await expect(b.hypervisor.restore({ bytes: saved.bytes, meta: saved.meta })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
