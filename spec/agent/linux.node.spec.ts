// The seed's examples and a working day on the real guest: Linux from its cartridge, on the reference hart.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guestArtifacts } from '../../guest/artifacts.mjs';
import { Agent, Hypervisor } from '../../src/agent/index.js';
import { type Bench, bench } from './hosts.js';

const bytes = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
let b: Bench;
beforeAll(async () => {
  const guest = guestArtifacts();
  expect(guest.built, 'run `npm run guest`').toBe(true);
  const glyphs: unknown = JSON.parse(readFileSync(guest.glyphs, 'utf8'));
  b = bench({
    urls: { 'https://carts.test/notes.txt': () => new Response('mounted\n') },
    builtins: {
      linux: { cartridge: bytes(guest.linuxCartridge), disk: bytes(guest.diskCartridge), glyphs },
      desk: { cartridge: bytes(guest.deskCartridge), glyphs },
      mmu: { cartridge: bytes(guest.mmuCartridge) },
    },
  });
  // Guests that are used keep time.
  Object.assign(b, { hypervisor: new Hypervisor(b.host) });
  const agent = new Agent(b.hypervisor);
  b.agent.call = agent.call.bind(agent);
  await b.ok('hypervisor_boot', { kernel_url: 'linux', mounts: [{ url: 'https://carts.test/notes.txt', path: '/root/my notes.txt' }] });
  await b.ok('hypervisor_wait_for', { text: 'gpuvisor:~# ', source: 'screen', timeout_ms: 60_000 });
});
afterAll(() => b.hypervisor.dispose());

const run = async (command: string, timeout_ms = 20_000): Promise<unknown> => {
  const { output, exit_status } = await b.ok('hypervisor_run', { command, timeout_ms });
  return [output, exit_status];
};

describe("the seed's examples", () => {
  it('boot, read, keydown l, s, Enter, look', async () => {
    expect((await b.ok('hypervisor_read_text', {})).text).toMatch(/gpuvisor:~#$/);
    for (const key of ['l', 's', 'Enter']) await b.ok('hypervisor_input', { type: 'keydown', key });
    await b.ok('hypervisor_wait_for', { text: 'gpuvisor:~# ', source: 'screen' });
    // One l, one s: nothing repeated.
    expect((await b.ok('hypervisor_read_text', {})).text).toMatch(/gpuvisor:~# ls\nREADME +my notes\.txt\ngpuvisor:~#$/);
    expect(await b.ok('hypervisor_frame', {})).toMatchObject({ width: 640, height: 480 });
  });

  it('set_page_table and map_page, on the program that watches its MMU', async () => {
    await b.ok('hypervisor_boot', { kernel_url: 'mmu', kernel_id: 'mmu' });
    await b.ok('hypervisor_wait_for', { kernel_id: 'mmu', text: 'mmu: ready' });
    expect(await b.ok('hypervisor_set_page_table', { kernel_id: 'mmu', root_pa: '0x03000000' })).toMatchObject({
      satp: '0x80003000',
      root_ppn: '0x3000',
    });
    await b.ok('hypervisor_wait_for', { kernel_id: 'mmu', text: 'mmu: page fault at 0x80000000' });
    expect(await b.ok('hypervisor_map_page', { kernel_id: 'mmu', va: '0x80000000', pa: '0x00000000', flags: 7 })).toMatchObject({
      pte: '0x000000cf',
      pte_addr: '0x03000800',
    });
    await b.ok('hypervisor_wait_for', { kernel_id: 'mmu', text: 'mmu: 0x80000000 -> "This text stands at physical address 0."' });
    await b.ok('hypervisor_kill', { kernel_id: 'mmu' });
  });

  it("Linux's own page table is left alone", async () => {
    expect((await b.error('hypervisor_set_page_table', { root_pa: '0x03000000' })).code).toBe('PAGE_TABLE_IN_USE');
    expect((await b.error('hypervisor_map_page', { va: '0x80000000', pa: '0x0', flags: 7 })).code).toBe('PAGE_TABLE_IN_USE');
    expect(await run('echo alive')).toEqual(['alive\n', 0]);
  });
});

describe('hypervisor_run', () => {
  it('gives output and status; directory and variables last', async () => {
    expect(await run('echo "it\'s" \'a "test"\'; false')).toEqual(['it\'s a "test"\n', 1]);
    expect(await run('cd /tmp; X=5; (exit 7)')).toEqual(['', 7]);
    expect(await run('pwd; echo $X # a comment')).toEqual(['/tmp\n5\n', 0]);
    expect(await run('printf "no line end"')).toEqual(['no line end', 0]);
    expect(await run('for i in 1 2 3; do\n  echo $i\ndone')).toEqual(['1\n2\n3\n', 0]);
    expect(await run('cd')).toEqual(['', 0]);
  });

  it('outlives mistakes: syntax errors, commands that read, commands that look like marks', async () => {
    expect(await b.ok('hypervisor_run', { command: 'echo "open' })).toMatchObject({
      exit_status: 2,
      output: expect.stringContaining('unterminated') as string,
    });
    expect(await b.ok('hypervisor_run', { command: 'if then )' })).toMatchObject({ exit_status: 2 });
    expect(await run('cat')).toEqual(['', 0]);
    expect(await run("printf 'gpv-end:x:0\\n'; echo gpv-begin:x")).toEqual(['gpv-end:x:0\ngpv-begin:x\n', 0]);
    expect(await run('nosuchcommand')).toEqual([expect.stringContaining('not found'), 127]);
  });

  it('takes what no line editor does: tabs, other scripts, length', async () => {
    expect(await run("printf 'a\tb\\n'; echo grüße 漢字")).toEqual(['a\tb\ngrüße 漢字\n', 0]);
    expect(await run(`x=${'y'.repeat(1500)}; echo \${#x}`)).toEqual(['1500\n', 0]);
  });

  it('a long output comes with both its ends, and says that it was cut', async () => {
    const result = await b.ok('hypervisor_run', { command: 'seq 1 13500', timeout_ms: 60_000 });
    expect(result).toMatchObject({ truncated: true, exit_status: 0 });
    expect(result['output']).toMatch(/^1\n2\n3\n[^]*characters left out[^]*13499\n13500\n$/);
  });

  it('a command that takes too long: time-out, what to do, and that helps', async () => {
    const late = await b.error('hypervisor_run', { command: 'echo first; sleep 30; echo never', timeout_ms: 1500 });
    expect(late).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('first') as string,
      hint: expect.stringContaining('ctrl+c') as string,
    });
    const busy = await b.error('hypervisor_run', { command: 'echo no', timeout_ms: 1500 });
    expect(busy).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('not typed') as string });
    await b.ok('hypervisor_input', { type: 'keydown', key: 'ctrl+c', to: 'uart' });
    expect(await run('echo yes')).toEqual(['yes\n', 0]);
  });
});

describe('files, screen and end', () => {
  it('mounts and /shared are the same on both sides', async () => {
    expect(await run('cat "/root/my notes.txt"')).toEqual(['mounted\n', 0]);
    await b.ok('hypervisor_write_file', { path: '/shared/in/script.sh', text: 'echo from the host' });
    expect(await run('sh /shared/in/script.sh > /shared/out.txt; wc -c < /shared/out.txt')).toEqual(['14\n', 0]);
    expect(await b.ok('hypervisor_read_file', { path: '/shared/out.txt' })).toMatchObject({ data: 'from the host\n', complete: true });
    expect(await b.ok('hypervisor_list_files', {})).toMatchObject({ mounts: [{ path: '/root/my notes.txt', size: 8, writable: false }] });
  });

  it('typing on the screen and over the serial line are two shells', async () => {
    await b.ok('hypervisor_type', { text: 'clear; echo $((6 * 7)) Grand Total!', submit: true });
    await b.ok('hypervisor_wait_for', { regex: '^42 Grand Total!$', source: 'screen' });
    expect(await b.ok('hypervisor_read_text', {})).toMatchObject({ source: 'glyph', text: '42 Grand Total!\ngpuvisor:~#' });
    await b.ok('hypervisor_type', { text: 'tty', submit: true, to: 'uart' });
    expect(await b.ok('hypervisor_wait_for', { text: 'ttyS0', source: 'uart' })).toMatchObject({ source: 'uart' });
  });

  it('poweroff ends it, and reset brings it back', async () => {
    await b.ok('hypervisor_type', { text: 'poweroff', submit: true });
    expect((await b.error('hypervisor_wait_for', { text: 'never', timeout_ms: 60_000 })).code).toBe('GUEST_TRAPPED');
    expect(await b.ok('hypervisor_status')).toMatchObject({ state: 'halted', exit: { reason: 'halt' } });
    await b.ok('hypervisor_reset');
    await b.ok('hypervisor_wait_for', { text: 'gpuvisor:~# ', timeout_ms: 60_000 });
    expect(await run('ls "/root/my notes.txt"')).toEqual(['/root/my notes.txt\n', 0]);
  });
});

describe('the desk, by looks alone', () => {
  const id = { kernel_id: 'desk' };
  /** Clicks the middle of an element. */
  async function click(element_type: string, text_pattern: string): Promise<void> {
    const { elements } = (await b.ok('hypervisor_find_element', { element_type, text_pattern, ...id })) as {
      elements: { bounds: { x: number; y: number; width: number; height: number } }[];
    };
    expect(elements, text_pattern).toHaveLength(1);
    const { x, y, width, height } = elements[0]!.bounds;
    const at = { x: x + width / 2, y: y + height / 2 };
    await b.ok('hypervisor_input', {
      events: [
        { type: 'mousemove', ...at },
        { type: 'mousedown', ...at },
        { type: 'mouseup', ...at },
      ],
      ...id,
    });
  }

  it('finds its buttons and inputs, clicks, types, and sees what came of it', async () => {
    await b.ok('hypervisor_boot', { kernel_url: 'desk', ...id });
    await b.ok('hypervisor_wait_for', { text: 'Count: 0', source: 'screen', timeout_ms: 60_000, ...id });
    await click('button', '^Add one$');
    await b.ok('hypervisor_wait_for', { text: 'Count: 1', source: 'screen', ...id });
    await b.ok('hypervisor_wait_for', { gone: 'Count: 0', ...id });
    await click('input', 'Name');
    await b.ok('hypervisor_type', { text: 'Grace Hopper', ...id });
    await b.ok('hypervisor_wait_for', { text: 'Grace Hopper', source: 'screen', ...id });
    expect(await b.ok('hypervisor_find_element', { element_type: 'input', text_pattern: 'Grace', ...id })).toMatchObject({
      count: 1,
      elements: [{ label: 'Name' }],
    });
    await click('button', '^Submit$');
    // The desk says on the serial line what was asked of it.
    await b.ok('hypervisor_wait_for', { text: 'Grace Hopper', source: 'uart', ...id });
    await b.ok('hypervisor_kill', id);
  });
});
