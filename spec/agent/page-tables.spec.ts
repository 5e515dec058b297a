// Page tables from outside: the seed's values corrected, the walk of the oracle, and a program on both harts that loads through what was mapped.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessKind, type Memory, walk } from '../../src/conformance/sv32/oracle.js';
import { GPUExecutionSystem } from '../../src/gpu/index.js';
import { W } from '../../src/isa/state.js';
import type { ExecutorConfig } from '../../src/machine/executor.js';
import { MEMORY_MAPS, isRam } from '../../src/machine/map.js';
import { ReferenceHart } from '../../src/reference/index.js';
import { type Bench, bench } from './hosts.js';
import { cartridge, elf, holder, looker } from './guests.js';

const ROOT = '0x03000000';
const POOL = MEMORY_MAPS.visual.pageTablePool!;
/** Where the program looks, and physical addresses with words of their own. */
const [SUPER, PAGE, OTHER, FAR] = [0x80000000, 0xc0000000, 0xc0001000, 0x12345000];
const WORDS = { 0x00800000: 0x11111111, 0x00801000: 0x22222222, 0x00802000: 0x33333333, 0x00c00000: 0x44444444 } as const;

const word = (value: number): Uint8Array => new Uint8Array(new Uint32Array([value]).buffer);

describe.each([
  ['reference', (config: ExecutorConfig) => new ReferenceHart(config)],
  ['gpu', (config: ExecutorConfig) => GPUExecutionSystem.create(config)],
] as const)('on the %s hart', (_, executor) => {
  let b: Bench;
  const seen = (text: string, kernel_id = 'main_cpu'): Promise<unknown> =>
    b.ok('hypervisor_wait_for', { text, timeout_ms: 60_000, since: 'start', kernel_id });
  beforeAll(async () => {
    b = bench({ executor, builtins: { mmu: { cartridge: await looker([SUPER, PAGE, OTHER, FAR]) } } });
    await b.ok('hypervisor_boot', { kernel_url: 'mmu' });
    const { vm } = b.hypervisor.vms.get('main_cpu')!;
    for (const [address, value] of Object.entries(WORDS)) await vm.do((m) => m.writeMemory(Number(address), word(value)));
  });
  afterAll(() => b.hypervisor.dispose());

  it('the example of the seed, with satp, PTE and its address as the manual has them; and what runs sees it', async () => {
    // Before there is a table the addresses are physical.
    await seen(`${SUPER.toString(16)} !00000005`);
    expect(await b.error('hypervisor_map_page', { va: '0x80000000', pa: '0x00000000', flags: 7 })).toMatchObject({
      code: 'BAD_ARGUMENT',
      hint: expect.stringContaining('hypervisor_set_page_table') as string,
    });
    const root = await b.ok('hypervisor_set_page_table', { kernel_id: 'main_cpu', root_pa: ROOT });
    expect(Object.keys(root).slice(0, 4)).toEqual(['success', 'satp', 'mode', 'root_ppn']);
    expect(root).toMatchObject({ success: true, satp: '0x80003000', mode: 'Sv32', root_ppn: '0x3000', privilege: 'M' });
    await seen(`${SUPER.toString(16)} !0000000d`);
    const mapped = await b.ok('hypervisor_map_page', { va: '0x80000000', pa: '0x00000000', flags: 7 });
    expect(Object.keys(mapped).slice(0, 6)).toEqual(['success', 'va', 'pa', 'pte', 'pte_addr', 'description']);
    expect(mapped).toMatchObject({
      va: '0x80000000',
      pa: '0x00000000',
      pte: '0x000000cf',
      pte_addr: '0x03000800',
      description: 'Mapped VA 0x80000000 -> PA 0x00000000',
      level: 1,
      page_size: '4M',
      table: ROOT,
    });
    // Its first instruction, through the mapping: auipc t0.
    await seen(`${SUPER.toString(16)} 00000297`);
    expect(await b.ok('hypervisor_read_memory', { address: '0x03000800', length: 4, format: 'words' })).toMatchObject({
      data: '0x000000cf',
    });
  });

  it('4 KiB pages, with a table from the pool; a page in it is replaced only by force, and the hart notices at once', async () => {
    const map = { va: PAGE, pa: 0x00801000, flags: 3 };
    expect(await b.ok('hypervisor_map_page', map)).toMatchObject({
      va: '0xc0000000',
      pte: '0x002004c7',
      pte_addr: `0x${POOL.base.toString(16).padStart(8, '0')}`,
      level: 0,
      page_size: '4K',
    });
    await seen('c0000000 22222222');
    await b.ok('hypervisor_map_page', { va: OTHER, pa: '0x00802000', flags: 1 });
    await seen('c0001000 33333333');
    // The same again is no matter.
    await b.ok('hypervisor_map_page', map);
    const other = { ...map, pa: 0x00800000 };
    expect((await b.error('hypervisor_map_page', other)).code).toBe('PAGE_TABLE_IN_USE');
    await b.ok('hypervisor_map_page', { ...other, force: true });
    await seen('c0000000 11111111');
  });

  it('runs on, paused or not: a mapping made while it stands still counts when it goes on', async () => {
    await b.ok('hypervisor_pause');
    await b.ok('hypervisor_map_page', { va: FAR, pa: '0x00c00000', flags: 5 });
    await b.ok('hypervisor_resume');
    await seen('12345000 44444444');
  });

  it('a reset forgets the table', async () => {
    await b.ok('hypervisor_reset');
    expect(await b.ok('hypervisor_wait_for', { text: '80000000 !00000005', timeout_ms: 60_000 })).toBeDefined();
    expect((await b.error('hypervisor_map_page', { va: 0, pa: 0, flags: 1 })).code).toBe('BAD_ARGUMENT');
  });
});

it('drops translations that a hart holds: one that forgets them only where the Executor contract says so, in writeState', async () => {
  const b = bench({
    builtins: { mmu: { cartridge: await holder(PAGE) } },
    executor: (config) => {
      const hart = new ReferenceHart(config);
      hart.writeMemory = (address, bytes) => Promise.resolve(hart.ram.set(bytes, address - config.map.ramBase));
      return hart;
    },
  });
  await b.ok('hypervisor_boot', { kernel_url: 'mmu' });
  const { vm } = b.hypervisor.vms.get('main_cpu')!;
  for (const [address, value] of Object.entries(WORDS)) await vm.do((m) => m.writeMemory(Number(address), word(value)));
  await b.ok('hypervisor_set_page_table', { root_pa: ROOT });
  // Each for long enough that its translation is held when the next one comes.
  for (const pa of [0x00800000, 0x00801000, 0x00802000] as const) {
    await b.ok('hypervisor_map_page', { va: PAGE, pa, flags: 1, force: true });
    const from = vm.status().instret;
    while (vm.status().instret < from + 100_000) await new Promise((resolve) => setTimeout(resolve, 2));
    expect((await vm.do((m) => m.readState()))[W.x + 20]).toBe(WORDS[pa]);
  }
  await b.hypervisor.dispose();
});

describe('tables', () => {
  /** A machine that waits, with a root table. */
  async function table(source = '_start: wfi\n j _start'): Promise<Bench & { set: () => Promise<unknown> }> {
    const b = bench({ builtins: { mmu: { cartridge: await cartridge({ kernel: elf(source, 'visual') }, { map: 'visual' }) } } });
    await b.ok('hypervisor_boot', { kernel_url: 'mmu' });
    return { ...b, set: () => b.ok('hypervisor_set_page_table', { root_pa: ROOT }) };
  }
  const memoryOf = async (b: Bench): Promise<{ memory: Memory; satp: number }> => {
    const { vm } = b.hypervisor.vms.get('main_cpu')!;
    return vm.do(async (m) => {
      // The tables; all other words are zero as far as they are asked for.
      const words = new Map<number, number>();
      for (const [base, size] of [
        [0x03000000, 4096],
        [POOL.base, POOL.size],
      ] as const) {
        new Uint32Array((await m.readMemory(base, size)).buffer).forEach((value, i) => words.set(base + 4 * i, value));
      }
      const { map, ramSize } = m.config;
      return {
        satp: (await m.readState())[W.satp]!,
        memory: {
          read: (at) => (isRam(map, ramSize, at, 4) ? (words.get(at) ?? 0) : undefined),
          write: (at, value) => void words.set(at, value),
        },
      };
    });
  };

  it('translate as the oracle walks them: random mappings, flags, accesses and privileges, later ones over earlier ones', async () => {
    const mapping = fc.record({
      // Few places, so that mappings meet.
      va: fc.integer({ min: 0, max: 3 }).chain((i) => fc.integer({ min: 0, max: 3 }).map((j) => (i * 0x40000000 + j * 0x1000) >>> 0)),
      pa: fc.integer({ min: 0, max: 0xfff }).map((page) => page * 0x1000),
      flags: fc.constantFrom(1, 3, 4, 5, 7, 9, 11, 12, 13, 15),
      size: fc.constantFrom('4K' as const, '4M' as const, undefined),
    });
    const b = await table();
    await b.set();
    let pages = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(mapping, { minLength: 1, maxLength: 6 }), async (mappings) => {
        await b.hypervisor.vms.get('main_cpu')!.vm.do(async (m) => {
          await m.writeMemory(0x03000000, new Uint8Array(4096));
          await m.writeMemory(POOL.base, new Uint8Array(POOL.size));
        });
        const expected = new Map<number, { pa: number; flags: number }>();
        const probes = new Set<number>();
        for (const { va, pa, flags, size } of mappings) {
          const big = size === '4M';
          const at = big ? va - (va % 0x400000) : va;
          const to = big ? pa - (pa % 0x400000) : pa;
          const result = await b.agent.call('hypervisor_map_page', {
            va: at,
            pa: to,
            flags,
            force: true,
            ...(size && { page_size: size }),
          });
          expect(result, JSON.stringify(result)).toMatchObject({ success: true });
          const whole = (result as unknown as { page_size: string }).page_size === '4M' && !(size === '4K');
          // A page that its superpage maps as it is stays part of it.
          for (let i = 0; i < (whole && at % 0x400000 === 0 && to % 0x400000 === 0 ? 1024 : 1); i++)
            expected.set(at + i * 0x1000, { pa: to + i * 0x1000, flags });
          for (const probe of [at, at + 0x1000, at + 0x3ff000, va]) probes.add(probe % 2 ** 32);
        }
        const { memory, satp } = await memoryOf(b);
        for (const probe of probes) {
          const page = expected.get(probe);
          for (const privilege of [0, 1]) {
            for (const kind of ['fetch', 'load', 'store'] as AccessKind[]) {
              pages++;
              const user = page !== undefined && (page.flags & 8) !== 0;
              const bit = { load: 1, store: 2, fetch: 4 }[kind];
              const allowed = page !== undefined && (page.flags & bit) !== 0 && user === (privilege === 0);
              const outcome = walk(memory, probe + 4, kind, { privilege, satp, sum: false, mxr: false, adue: false });
              expect(outcome, `${probe.toString(16)} ${kind} ${privilege} ${JSON.stringify(mappings)}`).toEqual(
                allowed ? { physical: page.pa + 4 } : { fault: 'page' },
              );
            }
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(pages).toBeGreaterThan(1000);
    await b.hypervisor.dispose();
  });

  it('a superpage that came of its addresses alone is divided for a page inside; one that was asked for is not', async () => {
    const b = await table();
    await b.set();
    await b.ok('hypervisor_map_page', { va: 0x80000000, pa: 0, flags: 7 });
    expect(await b.ok('hypervisor_map_page', { va: 0x80001000, pa: 0x5000, flags: 3 })).toMatchObject({ level: 0 });
    const { memory, satp } = await memoryOf(b);
    const at = (va: number): unknown => walk(memory, va, 'load', { privilege: 1, satp, sum: false, mxr: false, adue: false });
    expect([at(0x80000000), at(0x80001008), at(0x80002000), at(0x803ff000)]).toEqual([
      { physical: 0 },
      { physical: 0x5008 },
      { physical: 0x2000 },
      { physical: 0x3ff000 },
    ]);
    await b.ok('hypervisor_map_page', { va: 0x40000000, pa: 0, flags: 7, page_size: '4M' });
    // What it maps already is there.
    expect(await b.ok('hypervisor_map_page', { va: 0x40003000, pa: 0x3000, flags: 7 })).toMatchObject({ level: 1, pte: '0x000000cf' });
    expect((await b.error('hypervisor_map_page', { va: 0x40001000, pa: 0x5000, flags: 3 })).code).toBe('PAGE_TABLE_IN_USE');
    // And pages do not become a superpage unasked.
    expect((await b.error('hypervisor_map_page', { va: 0x80000000, pa: 0x00400000, flags: 1, page_size: '4M' })).code).toBe(
      'PAGE_TABLE_IN_USE',
    );
    expect(await b.error('hypervisor_map_page', { va: 0x80000000, pa: 0x00400000, flags: 1 })).toMatchObject({ code: 'PAGE_TABLE_IN_USE' });
    await b.hypervisor.dispose();
  });

  it('the pool holds sixteen tables; one that is replaced is free again', async () => {
    const b = await table();
    await b.set();
    const map = (i: number): unknown => ({ va: i * 0x400000 + 0x1000, pa: 0x1000, flags: 1 });
    const tables = new Set<unknown>();
    for (let i = 0; i < POOL.size / 4096; i++) tables.add((await b.ok('hypervisor_map_page', map(i)))['table']);
    expect(tables.size).toBe(16);
    expect(await b.error('hypervisor_map_page', map(16))).toMatchObject({
      code: 'OUT_OF_MEMORY',
      hint: expect.stringContaining('4M') as string,
    });
    await b.ok('hypervisor_map_page', { va: 0, pa: 0, flags: 1, page_size: '4M', force: true });
    await b.ok('hypervisor_map_page', map(16));
    await b.hypervisor.dispose();
  });

  it('a root inside the pool is not handed out', async () => {
    const b = await table();
    await b.ok('hypervisor_set_page_table', { root_pa: POOL.base });
    expect(await b.ok('hypervisor_map_page', { va: 0x1000, pa: 0x1000, flags: 1 })).toMatchObject({
      table: `0x0${(POOL.base + 4096).toString(16)}`,
    });
    await b.hypervisor.dispose();
  });

  it('devices can be mapped, what is nothing cannot, and 34-bit tables are followed as far as there is RAM', async () => {
    const b = await table();
    await b.set();
    await b.ok('hypervisor_map_page', { va: 0x1000, pa: 0x02800000, flags: 3 });
    await b.ok('hypervisor_map_page', { va: 0x01000000, pa: 0x01000000, flags: 3 });
    for (const pa of ['0x04000000', '0x100000000', '0x3fffff000']) {
      expect((await b.error('hypervisor_map_page', { va: 0x2000, pa, flags: 1 })).code).toBe('ADDRESS_OUT_OF_RANGE');
    }
    // The guest's own pointer leads out of memory.
    await b.hypervisor.vms.get('main_cpu')!.vm.do((m) => m.writeMemory(0x03000000 + 4 * 0x100, word(0xfffffc01)));
    expect((await b.error('hypervisor_map_page', { va: 0x40001000, pa: 0, flags: 1 })).code).toBe('ADDRESS_OUT_OF_RANGE');
    await b.hypervisor.dispose();
  });

  it('the virt map has no pool: superpages alone', async () => {
    const b = bench({ builtins: { mmu: { cartridge: await cartridge({ kernel: elf('_start: wfi\n j _start') }, { memory_mb: 8 }) } } });
    await b.ok('hypervisor_boot', { kernel_url: 'mmu' });
    await b.ok('hypervisor_set_page_table', { root_pa: '0x80001000' });
    expect((await b.error('hypervisor_map_page', { va: 0x1000, pa: '0x80000000', flags: 1 })).code).toBe('OUT_OF_MEMORY');
    await b.ok('hypervisor_map_page', { va: 0x400000, pa: '0x80000000', flags: 1 });
    await b.ok('hypervisor_map_page', { va: '0x10000000', pa: '0x10000000', flags: 3 });
    await b.hypervisor.dispose();
  });

  it("a guest's own table is left alone, unless by force", async () => {
    const own = '_start: li t0, 0x80000800\n csrw satp, t0\n1: wfi\n j 1b';
    const b = await table(own);
    while (b.hypervisor.vms.get('main_cpu')!.vm.status().instret < 4) await new Promise((resolve) => setTimeout(resolve, 2));
    const { vm } = b.hypervisor.vms.get('main_cpu')!;
    const before = await vm.do((m) => m.digest());
    expect(await b.error('hypervisor_set_page_table', { root_pa: ROOT })).toMatchObject({
      code: 'PAGE_TABLE_IN_USE',
      hint: expect.stringContaining('force') as string,
    });
    expect((await b.error('hypervisor_map_page', { va: 0x1000, pa: 0x1000, flags: 1 })).code).toBe('PAGE_TABLE_IN_USE');
    expect(await vm.do((m) => m.digest())).toBe(before);
    expect(await b.ok('hypervisor_map_page', { va: 0x1000, pa: 0x1000, flags: 1, force: true })).toMatchObject({ root: '0x00800000' });
    await b.ok('hypervisor_set_page_table', { root_pa: ROOT, force: true });
    // Now it is ours.
    await b.ok('hypervisor_map_page', { va: 0x1000, pa: 0x1000, flags: 1 });
    await b.hypervisor.dispose();
  });
});
