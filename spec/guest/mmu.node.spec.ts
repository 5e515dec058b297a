// The bare program of guest/demos/mmu.S, on both executors: page tables made from outside by the calls of hypervisor_set_page_table and
// hypervisor_map_page, and by nothing else, make it read through them.
import { afterEach, describe, expect, test } from 'vitest';
import { PageTables } from '../../src/agent/page-tables.js';
import { bootCartridge, readCartridge } from '../../src/cartridge/index.js';
import { TEST } from '../../src/machine/devices.js';
import type { Machine } from '../../src/machine/machine.js';
import { EXECUTORS, artefacts, bytes, settle, waitFor } from '../linux/session.js';

const READY = 'mmu: ready. Waiting for a page table and a mapping of 0x80000000; q ends it.';
const TREASURE = 'mmu: 0x80000000 -> "This text stands at physical address 0."';

let machine: Machine;
afterEach(() => machine.dispose());

/** What it says when it looks the next time. */
async function said(): Promise<string[]> {
  const from = machine.console.text().length;
  await machine.run(10_000); // to the next look, and whatever it prints
  await settle(machine);
  return machine.console
    .text()
    .slice(from)
    .split('\r\n')
    .filter((line) => line !== '');
}

async function boot(backend: keyof typeof EXECUTORS): Promise<PageTables> {
  ({ machine } = await bootCartridge(await readCartridge(bytes(artefacts().mmuCartridge)), { executorFactory: EXECUTORS[backend] }));
  await waitFor(machine, READY);
  await settle(machine);
  return new PageTables();
}

describe.each(['reference', 'gpu'] as const)('on the %s executor', (backend) => {
  test('the two calls, one after the other', { timeout: 120_000 }, async () => {
    const tables = await boot(backend);
    expect((await tables.setRoot(machine, 0x03000000, false)).satp).toBe(0x80003000);
    expect((await tables.map(machine, { va: 0x80000000, pa: 0, flags: 7 })).pteAddress).toBe(0x03000800);
    expect(await said()).toEqual(['mmu: satp 0x80003000', TREASURE]);
    expect(await said()).toEqual([]); // once
    machine.send('q');
    expect((await machine.run(100_000)).exit).toBe('halt');
  });
});

test('with a look in between: a page fault, told once, and then the text', { timeout: 120_000 }, async () => {
  const tables = await boot('reference');
  await tables.setRoot(machine, 0x03000000, false);
  expect(await said()).toEqual(['mmu: satp 0x80003000', 'mmu: page fault at 0x80000000']);
  expect(await said()).toEqual([]);
  await tables.map(machine, { va: 0x80000000, pa: 0, flags: 7, size: '4K' });
  expect(await said()).toEqual([TREASURE]);
  // Another page, a page that may not be read, a page outside of memory, no page at all.
  await machine.writeMemory(0x03100000, new TextEncoder().encode('another page\0'));
  await tables.map(machine, { va: 0x80000000, pa: 0x03100000, flags: 1, size: '4K', force: true });
  expect(await said()).toEqual(['mmu: 0x80000000 -> "another page"']);
  await tables.map(machine, { va: 0x80000000, pa: 0, flags: 4, size: '4K', force: true });
  expect(await said()).toEqual(['mmu: page fault at 0x80000000']);
  await tables.map(machine, { va: 0x80000000, pa: 0, flags: 3, size: '4K', force: true });
  expect(await said()).toEqual([TREASURE]);
  await tables.map(machine, { va: 0x80000000, pa: 0, flags: 11, size: '4K', force: true }); // a page of user mode
  expect(await said()).toEqual(['mmu: page fault at 0x80000000']);
});

test('a key makes it look at once, q ends it', { timeout: 120_000 }, async () => {
  const tables = await boot('reference');
  await tables.setRoot(machine, 0x03000000, false);
  machine.send('x');
  await waitFor(machine, 'page fault');
  await settle(machine);
  machine.send('q');
  const { exit, value } = await machine.run(100_000);
  expect({ exit, value }).toEqual({ exit: 'halt', value: TEST.PASS });
  expect(machine.console.text().endsWith('mmu: bye\r\n')).toBe(true);
});
