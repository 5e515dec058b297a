// gpuvisor mcp with a browser: the page is opened by the first call, answers for the machine a person sees, and is opened again when it goes.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../src/screen/index.js';
import { type Connected, connect, json } from './client.js';

let c: Connected;
beforeAll(async () => {
  c = await connect('v2', ['--headless', 'browser', '--software']);
});
afterAll(() => c.close());

/** The browsers that this server has started: processes whose profile it made. */
function browsers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1];
        return parent === String(c.pid()) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--user-data-dir=');
      } catch {
        return false;
      }
    });
}

describe('machines in a page', () => {
  it('tools are listed before there is a browser', async () => {
    expect((await c.tools()).length).toBeGreaterThan(20);
    expect(browsers()).toEqual([]);
  });

  it('the first call opens the page; what it shows comes as text and as an image', async () => {
    const list = json(await c.call('hypervisor_list', {}));
    expect(list).toMatchObject({ success: true, builtins: ['linux', 'desk', 'mmu'] });
    expect(browsers()).toHaveLength(1);
    // A machine beside the page's own.
    const booted = json(await c.call('hypervisor_boot', { kernel_url: 'mmu', kernel_id: 'mmu' }));
    expect(booted).toMatchObject({ success: true, status: 'booted', kernel_id: 'mmu', backend: 'gpu' });
    await c.call('hypervisor_wait_for', { kernel_id: 'mmu', text: 'mmu: ready', timeout_ms: 60_000 });
    const frame = await c.call('hypervisor_frame', { kernel_id: 'mmu' });
    expect(frame.content.map((b) => b.type)).toEqual(['image', 'text']);
    const picture = decodePicture(new Uint8Array(Buffer.from(frame.content[0]!.data!, 'base64')));
    expect([picture.width, picture.height]).toEqual([640, 480]);
  });

  it('mistakes are results, and a call that is cancelled ends in the page', async () => {
    const wrong = await c.call('hypervisor_map_page', { kernel_id: 'mmu', va: '0x1', pa: '0x0', flags: 2 });
    expect(wrong.isError).toBe(true);
    expect(wrong.content[0]!.text).toMatch(/^[A-Z_]+: .*\nHint: /);
    const controller = new AbortController();
    const call = c.call('hypervisor_wait_for', { kernel_id: 'mmu', text: 'never', timeout_ms: 60_000 }, { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 500));
    controller.abort();
    await expect(call).rejects.toThrow();
    expect(json(await c.call('hypervisor_status', { kernel_id: 'mmu' }))).toMatchObject({ success: true, kernel_id: 'mmu' });
  });

  it('when the browser dies the call that was on says PAGE_LOST, and the next one opens the page again', async () => {
    const waiting = c.call('hypervisor_wait_for', { kernel_id: 'mmu', text: 'never', timeout_ms: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const [browser] = browsers();
    spawnSync('kill', ['-9', String(browser)]);
    const lost = await waiting;
    expect(lost.isError).toBe(true);
    expect(lost.content[0]!.text).toMatch(/^PAGE_LOST: .*\nHint: call again/);
    expect(json(await c.call('hypervisor_list', {}))).toMatchObject({ success: true });
    const again = browsers();
    expect(again).toHaveLength(1);
    expect(again[0]).not.toBe(browser);
  });

  it('ends the browser with itself', async () => {
    const [browser] = browsers();
    await c.close();
    const gone = (pid: number): boolean => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    while (!gone(browser!)) await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
