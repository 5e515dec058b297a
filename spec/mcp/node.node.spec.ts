// gpuvisor mcp --headless node, with the clients of both generations: Linux on the reference hart, from tools/list to a picture.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS } from '../../src/agent/tools/specs.js';
import { decodePicture } from '../../src/screen/index.js';
import { bareEcho } from '../agent/guests.js';
import { CLIENTS, type Connected, connect, json } from './client.js';

let folder: string;
let server: Server;
let base: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gpuvisor-mcp-'));
  const root = join(folder, 'root');
  mkdirSync(root);
  writeFileSync(join(root, 'echo.rts.png'), await bareEcho());
  writeFileSync(join(root, 'data.txt'), 'from the host\n');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
  const cartridge = await bareEcho();
  server = createServer((request, response) => {
    if (request.url === '/echo.rts.png') return void response.end(cartridge);
    if (request.url === '/slow') return;
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
const args = (...more: string[]): string[] => [
  '--headless',
  'node',
  '--backend',
  'reference',
  '--snapshots',
  join(folder, 'snapshots'),
  ...more,
];

describe.each(CLIENTS)('client %s', (which) => {
  let c: Connected;
  beforeAll(async () => {
    c = await connect(which, args('--root', join(folder, 'root')));
  });
  afterAll(() => c.close());

  it('lists the tools, without hints that MCP does not know and without output schemas', async () => {
    const tools = await c.tools();
    expect(tools.map((t) => t.name)).toEqual(TOOLS.map((t) => t.name));
    for (const [i, tool] of tools.entries()) {
      expect(tool.inputSchema).toEqual(JSON.parse(JSON.stringify(TOOLS[i]!.inputSchema)));
      expect(tool.outputSchema).toBeUndefined();
      expect(tool.title).toBe(TOOLS[i]!.title);
      expect(Object.keys(tool.annotations!).sort()).toEqual([
        'destructiveHint',
        'idempotentHint',
        'openWorldHint',
        'readOnlyHint',
        'title',
      ]);
    }
    expect(tools.find((t) => t.name === 'hypervisor_frame')!.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(tools.find((t) => t.name === 'hypervisor_boot')!.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
  });

  it('mistakes come back as results that a model can learn from', async () => {
    const nothing = await c.call('hypervisor_status', {});
    expect(nothing.isError).toBe(true);
    expect(nothing.content[0]!.text).toMatch(/^NOT_BOOTED: .*\nHint: .*hypervisor_boot/);
    const missing = await c.call('hypervisor_boot', {});
    expect(missing.isError).toBe(true);
    expect(missing.content[0]!.text).toMatch(/^BAD_ARGUMENT: kernel_url is missing\nHint: /);
    const wrong = await c.call('hypervisor_boot', { kernel_url: `${base}/nothing.rts.png` });
    expect(wrong.content[0]!.text).toMatch(/^KERNEL_FETCH_FAILED: .*404/);
    expect((await c.call('hypervisor_frame', { format: 'gif' })).content[0]!.text).toContain('png, rgba, bytes');
  });

  it('boot, read, type, look: Linux from a name to a picture', async () => {
    const booted = await c.call('hypervisor_boot', { kernel_url: 'linux' });
    expect(booted.content, booted.content[0]!.text).toHaveLength(1);
    expect(json(booted)).toMatchObject({ success: true, status: 'booted', kernel: 'linux.rts.png', kernel_id: 'main_cpu' });
    expect(json(await c.call('hypervisor_wait_for', { text: 'gpuvisor:~# ', source: 'screen', timeout_ms: 60_000 }))).toMatchObject({
      success: true,
      source: 'glyph',
    });
    expect(json(await c.call('hypervisor_type', { text: 'echo $((6 * 7))', submit: true }))).toMatchObject({ to: 'keyboard', typed: 15 });
    await c.call('hypervisor_wait_for', { regex: '^42$' });
    const text = json(await c.call('hypervisor_read_text', {}));
    expect(text).toMatchObject({ source: 'glyph', confidence: 1 });
    expect(text['text']).toContain('gpuvisor:~# echo $((6 * 7))\n42\ngpuvisor:~#');
    const frame = await c.call('hypervisor_frame', {});
    expect(frame.structuredContent).toBeUndefined();
    expect(frame.content.map((b) => b.type)).toEqual(['image', 'text']);
    expect(frame.content[0]!.mimeType).toBe('image/png');
    const picture = decodePicture(new Uint8Array(Buffer.from(frame.content[0]!.data!, 'base64')));
    expect([picture.width, picture.height]).toEqual([640, 480]);
    expect(new Set(new Uint32Array(picture.rgba.buffer)).size).toBeGreaterThan(1);
    const meta = json(frame);
    expect(meta).toMatchObject({ success: true, width: 640, height: 480 });
    expect(meta['data']).toBeUndefined();
    expect(json(await c.call('hypervisor_run', { command: 'uname -m; false' }))).toMatchObject({ output: 'riscv32\n', exit_status: 1 });
  });

  it('a call that is cancelled ends in the machine too', async () => {
    const controller = new AbortController();
    const call = c.call('hypervisor_run', { command: 'sleep 40', timeout_ms: 60_000 }, { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 300));
    controller.abort();
    await expect(call).rejects.toThrow();
    // Were it still waiting, the shell would not be free for the next one.
    await c.call('hypervisor_input', { type: 'keydown', key: 'ctrl+c', to: 'uart' });
    expect(json(await c.call('hypervisor_run', { command: 'echo free' }))).toMatchObject({ output: 'free\n' });
  });

  it('nothing but the protocol is on standard output, and the process ends with its client', async () => {
    const pid = c.pid()!;
    expect(c.stderr()).toBe('');
    await c.close();
    const gone = (): boolean => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    while (!gone()) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

describe('files and the network', () => {
  it('files below --root can be booted, mounted and nothing else can', async () => {
    const c = await connect('v2', args('--root', join(folder, 'root')));
    try {
      expect(json(await c.call('hypervisor_boot', { kernel_url: './echo.rts.png', kernel_id: 'a' }))).toMatchObject({
        kernel: 'echo.rts.png',
      });
      expect(json(await c.call('hypervisor_boot', { kernel_url: `file://${folder}/root/echo.rts.png`, kernel_id: 'a' }))).toMatchObject({
        kernel: 'echo.rts.png',
      });
      expect(json(await c.call('hypervisor_boot', { kernel_url: `${base}/echo.rts.png`, kernel_id: 'a' }))).toMatchObject({
        status: 'booted',
      });
      for (const path of [
        '../secret.txt',
        './link.txt',
        '/etc/passwd',
        `file://${folder}/secret.txt`,
        `${folder}/secret.txt`,
        './../root/../secret.txt',
        '/nothing/there',
      ]) {
        const result = await c.call('hypervisor_boot', { kernel_url: path, kernel_id: 'a' });
        expect(result.content[0]!.text, path).toMatch(/^PERMISSION_DENIED/);
      }
      expect((await c.call('hypervisor_boot', { kernel_url: './none.rts.png', kernel_id: 'a' })).content[0]!.text).toMatch(
        /^FILE_NOT_FOUND/,
      );
      const mounted = await c.call('hypervisor_boot', { kernel_url: 'linux', mounts: [{ url: 'data.txt', path: '/root/data.txt' }] });
      expect(json(mounted)).toMatchObject({ mounts: [{ path: '/root/data.txt', size: 14 }] });
      expect(
        json(await c.call('hypervisor_run', { command: 'cat /root/data.txt; echo hi > /shared/out', timeout_ms: 60_000 })),
      ).toMatchObject({ output: 'from the host\n', exit_status: 0 });
      expect(json(await c.call('hypervisor_read_file', { path: '/shared/out' }))).toMatchObject({ data: 'hi\n' });
    } finally {
      await c.close();
    }
  });

  it('snapshots are files that the next server finds; --no-network and no --root fetch nothing', async () => {
    const one = await connect('v2', args());
    await one.call('hypervisor_boot', { kernel_url: 'linux' });
    await one.call('hypervisor_run', { command: 'X=kept; cd /tmp', timeout_ms: 60_000 });
    const saved = json(await one.call('hypervisor_snapshot', { name: 'kept.1' }));
    expect(saved).toMatchObject({ success: true, name: 'kept.1', kernel: 'linux.rts.png' });
    await one.close();
    const two = await connect('v2', args('--no-network'));
    try {
      expect((await two.call('hypervisor_boot', { kernel_url: `${base}/echo.rts.png` })).content[0]!.text).toMatch(/^PERMISSION_DENIED/);
      expect((await two.call('hypervisor_boot', { kernel_url: '/etc/passwd' })).content[0]!.text).toMatch(/^KERNEL_FETCH_FAILED/);
      expect(json(await two.call('hypervisor_list', {}))).toMatchObject({ snapshots: [{ name: 'kept.1', kernel: 'linux.rts.png' }] });
      expect(json(await two.call('hypervisor_restore', { name: 'kept.1' }))).toMatchObject({
        success: true,
        kernel_id: 'main_cpu',
        state: 'running',
      });
      expect(json(await two.call('hypervisor_run', { command: 'echo $X; pwd', timeout_ms: 30_000 }))).toMatchObject({
        output: 'kept\n/tmp\n',
      });
      expect((await two.call('hypervisor_restore', { name: 'none' })).content[0]!.text).toMatch(/^FILE_NOT_FOUND/);
      expect(json(await two.call('hypervisor_delete_snapshot', { name: 'kept.1' }))).toMatchObject({ deleted: true });
      expect(json(await two.call('hypervisor_list', {}))).toMatchObject({ snapshots: [] });
    } finally {
      await two.close();
    }
  });
});
