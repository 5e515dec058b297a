// Registration with WebMCP, against a model of the browser that refuses and calls as Chromium does (webmcp.node.spec.ts has the real one).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebMCP } from 'webmcp-types';
import { type ModelContext, TOOLS, type ToolResult, registerWebMcp } from '../../src/agent/index.js';
import { type Bench, bench, counted } from './hosts.js';
import { bareEcho } from './guests.js';

/** What is used of a ModelContext is what the published types say it has. */
const fits = (context: WebMCP.ModelContext): ModelContext => context;
void fits;

type Tool = Parameters<ModelContext['registerTool']>[0];

/** Names once, promises that reject, signals that unregister. */
class Browser implements ModelContext {
  readonly tools = new Map<string, Tool>();
  refuse = new Set<string>();

  registerTool(tool: Tool, { signal }: { signal: AbortSignal }): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (this.refuse.has(tool.name) || this.tools.has(tool.name))
      return Promise.reject(new DOMException('Duplicate tool name', 'InvalidStateError'));
    if (!/^[\w.-]{1,128}$/.test(tool.name) || tool.description === '')
      return Promise.reject(new DOMException('Invalid tool name', 'InvalidStateError'));
    this.tools.set(tool.name, { ...tool, inputSchema: JSON.parse(JSON.stringify(tool.inputSchema)) as object });
    signal.addEventListener('abort', () => this.tools.delete(tool.name));
    return Promise.resolve();
  }
}

let b: Bench;
beforeAll(async () => {
  b = bench({ builtins: { linux: { cartridge: await bareEcho() } } });
});
afterAll(() => b.hypervisor.dispose());
const call = (...[name, input, options]: Parameters<Parameters<typeof registerWebMcp>[2]>): Promise<ToolResult> =>
  b.agent.call(name, input, options);

describe('registerWebMcp', () => {
  it('registers every tool with its schema and the hints WebMCP has, and takes them back', async () => {
    const browser = new Browser();
    const { registered, failed, unregister } = await registerWebMcp(browser, TOOLS, call);
    expect(registered).toEqual(TOOLS.map((t) => t.name));
    expect(failed).toEqual([]);
    const frame = browser.tools.get('hypervisor_frame')!;
    expect(frame.title).toBe('Take a screenshot');
    expect(frame.annotations).toEqual({ readOnlyHint: true, untrustedContentHint: true });
    expect(frame.inputSchema).toEqual(JSON.parse(JSON.stringify(TOOLS.find((t) => t.name === 'hypervisor_frame')!.inputSchema)));
    unregister();
    unregister();
    expect(browser.tools.size).toBe(0);
  });

  it('one tool that is refused does not keep the others out', async () => {
    const browser = new Browser();
    browser.refuse.add('hypervisor_run');
    const { registered, failed } = await registerWebMcp(browser, TOOLS, call);
    expect(registered).toHaveLength(TOOLS.length - 1);
    expect(failed).toEqual([{ name: 'hypervisor_run', reason: 'InvalidStateError: Duplicate tool name' }]);
  });

  it('no WebMCP is no error; a signal unregisters; an aborted one registers nothing', async () => {
    expect(await registerWebMcp(undefined, TOOLS, call)).toMatchObject({ registered: [], failed: [] });
    const browser = new Browser();
    const controller = new AbortController();
    await registerWebMcp(browser, TOOLS, call, { signal: controller.signal });
    expect(browser.tools.size).toBe(TOOLS.length);
    controller.abort();
    expect(browser.tools.size).toBe(0);
    expect(await registerWebMcp(browser, TOOLS, call, { signal: controller.signal })).toMatchObject({ registered: [] });
    const { listeners } = await counted(async () => {
      const { unregister } = await registerWebMcp(new Browser(), TOOLS, call, { signal: new AbortController().signal });
      unregister();
    });
    expect(listeners).toBe(0);
  });

  it('an old browser that registers without a promise, and one that throws at once', async () => {
    const seen: string[] = [];
    await registerWebMcp({ registerTool: (tool) => void seen.push(tool.name) }, TOOLS, call);
    expect(seen).toHaveLength(TOOLS.length);
    const thrower: ModelContext = {
      registerTool() {
        throw new TypeError('not here');
      },
    };
    expect((await registerWebMcp(thrower, TOOLS, call)).failed).toHaveLength(TOOLS.length);
  });
});

describe('execute', () => {
  it('resolves plain JSON for good and bad alike, with or without a second argument', async () => {
    const browser = new Browser();
    await registerWebMcp(browser, TOOLS, call);
    const execute = (name: string, ...args: unknown[]): Promise<unknown> =>
      (browser.tools.get(name)!.execute as (...a: unknown[]) => Promise<unknown>)(...args);
    // The browser checks no input: whatever comes is answered.
    for (const input of [undefined, null, 'text', [], { zz: 1 }]) {
      const result = (await execute('hypervisor_boot', input)) as Record<string, unknown>;
      expect(result).toMatchObject({ success: false, isError: true, error: { code: 'BAD_ARGUMENT' } });
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    }
    expect(await execute('hypervisor_boot', { kernel_url: 'linux' }, { signal: new AbortController().signal })).toMatchObject({
      success: true,
      status: 'booted',
    });
    const controller = new AbortController();
    const waiting = execute('hypervisor_wait_for', { text: 'never', timeout_ms: 60_000 }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    expect(await waiting).toMatchObject({ error: { code: 'ABORTED' } });
  });

  it('never rejects, even when the other side does', async () => {
    const browser = new Browser();
    await registerWebMcp(browser, TOOLS, () => Promise.reject(new Error('the worker died')));
    expect(await browser.tools.get('hypervisor_list')!.execute({})).toMatchObject({
      success: false,
      error: { code: 'INTERNAL', message: 'the worker died' },
    });
  });
});
