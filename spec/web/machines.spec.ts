// What pages with machines share: the log in sentences, what is typed faster than it is taken, and machines that the engine ends by itself.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ToolResult } from '../../src/agent/result.js';
import { MACHINES_TO_COME, OBJECT } from '../../src/supervisor/abi/index.js';
import { openGateway, type Gateway } from '../../src/supervisor/axiom/index.js';
import { VmProcesses } from '../../src/supervisor/hal/vm-processes.js';
import { Dispatcher } from '../../src/supervisor/supervisor/dispatcher.js';
import type { EngineLink } from '../../web/machine/link.js';
import type { EngineEvent, MachineInfo } from '../../web/machine/protocol.js';
import { ActLog } from '../../web/supervised/act-log.js';
import { EngineVms } from '../../web/supervised/engine-vms.js';
import { Machines } from '../../web/supervised/machines.js';

/** An engine of paper: machines appear when they are asked for, and take input when they are let. */
class PaperLink {
  readonly listeners = new Set<(event: EngineEvent) => void>();
  readonly asked: string[] = [];
  readonly got = new Map<number, string>();
  machines: MachineInfo[] = [];
  /** Resolved by hand, when it is there. */
  gate: Promise<void> | undefined;
  answer: (name: string) => Promise<ToolResult> = async () => ({ success: true });

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  tell(event: EngineEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
  info(id: string, pid: number, generation = 1): MachineInfo {
    const status = {
      state: 'running',
      instret: 0,
      steps: 0,
      mips: 0,
      memoryMb: 64,
      map: 'visual',
      backend: 'gpu',
      inputWaiting: 0,
    } as const;
    return { id, pid, generation, origin: { how: 'cold', title: 'Linux' }, status, pace: 0 };
  }
  async ask(act: string, takes: Record<string, never>): Promise<unknown> {
    this.asked.push(act);
    if (act === 'open' || act === 'boot') {
      const { id, process } = takes as unknown as { id: string; process: { pid: number } };
      const machine = this.info(id, process.pid);
      this.machines.push(machine);
      this.tell({ kind: 'appeared', machine });
      return { machine };
    }
    if (act === 'send') {
      const { pid, bytes } = takes as unknown as { pid: number; bytes: Uint8Array };
      await this.gate;
      this.got.set(pid, (this.got.get(pid) ?? '') + new TextDecoder().decode(bytes));
    }
    if (act === 'call') return this.answer((takes as unknown as { name: string }).name);
    return {};
  }
}

let link: PaperLink;
let gateway: Gateway;
let machines: Machines;
beforeEach(async () => {
  link = new PaperLink();
  const opened = await openGateway();
  gateway = opened.gateway;
  const dispatcher = new Dispatcher(gateway, opened.supervisor);
  dispatcher.asSupervisor({ kind: 'boot' });
  const engine = link as unknown as EngineLink;
  machines = new Machines(engine, new VmProcesses(dispatcher, new EngineVms(engine)));
});
afterEach(async () => {
  machines.dispose();
  await machines.vms.dispose();
  expect(link.listeners.size).toBe(0);
});
const soon = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('machines of a page', () => {
  it('are started by name, and agents have control of them; a machine that is ended ends in the engine', async () => {
    const [one, two] = [await machines.start({ kernel: 'linux' }), await machines.start({ kernel: 'https://x.test/a.png' })];
    expect([one.kernelId, two.kernelId, link.asked]).toEqual(['main_cpu', 'vm2', ['open', 'boot']]);
    expect(machines.principals.rows().map((row) => [row.name, row.machines.map((m) => m.access)])).toEqual([
      ['webmcp', ['control', 'control']],
      ['mcp', ['control', 'control']],
      ['page', ['control', 'control']],
    ]);
    machines.kill(one.pid);
    await machines.vms.settled();
    expect(link.asked.at(-1)).toBe('end');
    expect(machines.rows()).toMatchObject([{ pid: two.pid }]);
    // One that the engine no longer has takes its process along.
    link.tell({ kind: 'machines', machines: [], shown: undefined });
    expect(machines.rows()).toEqual([]);
  });

  it('what the engine tells of a machine that has been replaced is not taken for the new one', async () => {
    const { pid } = await machines.start({ kernel: 'linux' });
    const second = link.info('main_cpu', pid, 2);
    link.tell({ kind: 'appeared', machine: second });
    const failed = { ...link.info('main_cpu', pid), status: { ...second.status, state: 'failed' as const } };
    link.tell({ kind: 'machines', machines: [failed], shown: 'main_cpu' });
    expect(machines.vms.get(pid)).toMatchObject({ state: 'running', generation: 2 });
  });

  it('typed text arrives whole and in order, however fast it comes; beyond 64 KiB it is refused, never cut', async () => {
    const { pid } = await machines.start({ kernel: 'linux' });
    let open!: () => void;
    link.gate = new Promise((resolve) => (open = resolve));
    let typed = '';
    for (let i = 0; i < 500; i++) {
      expect(machines.type(pid, `${i};`)).toBe(true);
      typed += `${i};`;
    }
    expect(machines.type(pid, 'x'.repeat(1 << 16))).toBe(false);
    open();
    while ((link.got.get(pid) ?? '').length < typed.length) await soon(5);
    expect(link.got.get(pid)).toBe(typed);
    expect(machines.type(99, 'x')).toBe(false);
  });

  it('console output of each goes to who listens, by pid', async () => {
    const [one, two] = [await machines.start({ kernel: 'linux' }), await machines.start({ kernel: 'linux' })];
    const printed: string[] = [];
    machines.onConsole((pid, bytes) => printed.push(`${pid}:${new TextDecoder().decode(bytes)}`));
    link.tell({ kind: 'console', pid: two.pid, bytes: Uint8Array.of(0x62) });
    link.tell({ kind: 'console', pid: one.pid, bytes: Uint8Array.of(0x61) });
    link.tell({ kind: 'console', pid: 99, bytes: Uint8Array.of(0x63) });
    expect(printed).toEqual([`${two.pid}:b`, `${one.pid}:a`]);
  });
});

describe('the log in sentences', () => {
  it('says who did what on which machine, what was denied, given, taken, and what ended of it', async () => {
    const log = new ActLog(gateway);
    const { pid } = await machines.start({ kernel: 'linux' });
    const named = (name: string): string => `${name} (pid ${machines.principals.pidOf(name)})`;
    machines.principals.setAccess('mcp', pid, 'observe');
    await machines.call('hypervisor_read_text', {}, { principal: 'mcp' });
    await machines.call('hypervisor_type', { text: 'x' }, { principal: 'mcp' });
    link.answer = () => new Promise(() => {});
    const waiting = machines.call('hypervisor_wait_for', { text: 'x' }, { principal: 'mcp' });
    machines.principals.setAccess('mcp', pid, 'none');
    expect(await waiting).toMatchObject({ error: { code: 'PERMISSION_DENIED' } });
    machines.kill(pid);
    const said = log.last(100).reverse();
    const main = `main_cpu (pid ${pid})`;
    expect(said.map((act) => act.text)).toEqual([
      `supervisor (pid 0) made process main_cpu (pid ${pid})`,
      ...['webmcp', 'mcp', 'page'].map((name) => `supervisor gave ${named(name)} a right on ${main}`),
      `supervisor gave ${named('mcp')} a right on ${main}`,
      `supervisor revoked a right of ${named('mcp')}`,
      `${named('mcp')} hypervisor_read_text on ${main}`,
      `${named('mcp')} wanted to control ${main}: PERM`,
      `${named('mcp')} hypervisor_wait_for on ${main}`,
      `supervisor revoked a right of ${named('mcp')}; 1 of its calls ended`,
      `supervisor ended ${main}`,
    ]);
    expect(said.filter((act) => act.denied).map((act) => act.text)).toEqual([`${named('mcp')} wanted to control ${main}: PERM`]);
  });

  it('says the same however often it is read, and keeps the last 200', () => {
    const log = new ActLog(gateway);
    const pid = machines.principals.pidOf('page')!;
    const mint = (): unknown =>
      machines.vms.dispatcher.asSupervisor({ kind: 'mint', pid, type: OBJECT.VM, object: MACHINES_TO_COME, rights: 1, lifetime: 0 });
    for (let i = 0; i < 100; i++) {
      mint();
      expect(log.last(1)).toHaveLength(1);
    }
    expect(log.last(1000)).toHaveLength(100);
    for (let i = 0; i < 150; i++) mint();
    expect(log.last(1000).length).toBeLessThanOrEqual(200);
    expect(log.last(1)[0]).toMatchObject({ text: `supervisor gave page (pid ${pid}) a right on machines to come`, denied: false });
  });
});
