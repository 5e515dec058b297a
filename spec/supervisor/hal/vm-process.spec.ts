// A machine as a process, with a machine made of paper: what it prints and is sent goes through the gateway, bounded; its faults, its ends and its
// successors; and that nothing is left.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VmStatus } from '../../../src/machine/virtual-machine.js';
import { FAULT, OPERATION, SIZE, SYSCALL } from '../../../src/supervisor/abi/index.js';
import { openGateway, type GatewayOptions, type LogStore } from '../../../src/supervisor/axiom/index.js';
import type { VmBackend, VmFactory, VmRequest } from '../../../src/supervisor/hal/vm-backend.js';
import { VmProcesses } from '../../../src/supervisor/hal/vm-processes.js';
import { Dispatcher } from '../../../src/supervisor/supervisor/dispatcher.js';

class PaperVm implements VmBackend {
  readonly gathers = true;
  state: VmStatus['state'] = 'running';
  readonly got: string[] = [];
  readonly printers = new Set<(bytes: Uint8Array) => void>();
  readonly watchers = new Set<() => void>();
  share = 1;
  disposed = 0;
  /** Resolves what `send` waits for. */
  room: (() => void)[] = [];
  full = false;

  status(): VmStatus {
    const error = { code: 'DEVICE_LOST', message: 'gone', hint: '' };
    const { state } = this;
    return {
      state,
      instret: 0,
      steps: 0,
      mips: 0,
      memoryMb: 1,
      map: 'virt',
      backend: 'reference',
      inputWaiting: 0,
      ...(state === 'failed' && { error }),
    };
  }
  print(text: string): void {
    for (const printer of this.printers) printer(new TextEncoder().encode(text));
  }
  enter(state: VmStatus['state']): void {
    this.state = state;
    for (const watcher of [...this.watchers]) watcher();
  }
  onConsole(listener: (bytes: Uint8Array) => void): () => void {
    this.printers.add(listener);
    return () => this.printers.delete(listener);
  }
  onChange(listener: () => void): () => void {
    this.watchers.add(listener);
    return () => this.watchers.delete(listener);
  }
  async send(bytes: Uint8Array): Promise<void> {
    if (this.full) await new Promise<void>((resolve) => this.room.push(resolve));
    if (this.disposed) throw new Error('gone');
    this.got.push(new TextDecoder().decode(bytes));
  }
  limit(share: number): void {
    this.share = share;
  }
  async dispose(): Promise<void> {
    this.disposed++;
  }
}

class PaperFactory implements VmFactory {
  events!: Parameters<VmFactory['connect']>[0];
  connected = 0;
  boot: VmFactory['boot'] = async ({ pid }: VmRequest) => this.events.appeared(pid, new PaperVm());
  connect(events: Parameters<VmFactory['connect']>[0]): () => void {
    this.events = events;
    this.connected++;
    return () => void this.connected--;
  }
}

let dispatcher: Dispatcher;
let vms: VmProcesses;
let factory: PaperFactory;
let printed: [number, string][];
const open = async (options: GatewayOptions = {}): Promise<void> => {
  const { gateway, supervisor } = await openGateway(options);
  dispatcher = new Dispatcher(gateway, supervisor);
  dispatcher.asSupervisor({ kind: 'boot' });
  factory = new PaperFactory();
  vms = new VmProcesses(dispatcher, factory);
  printed = [];
  dispatcher.onEffect((e) => e.kind === 'console' && printed.push([e.console, new TextDecoder().decode(e.data)]));
};
beforeEach(() => open());
afterEach(async () => {
  expect(dispatcher.gateway.view.violations()).toEqual([]);
  await vms.dispose();
  expect(vms.counts()).toEqual({ machines: 0, listeners: 0, ending: 0, boots: 0 });
  expect(factory.connected).toBe(0);
  expect(dispatcher.counts().listeners).toBe(1);
  dispatcher.dispose();
});

const spawn = async (kernelId?: string): Promise<{ pid: number; paper: PaperVm }> => {
  const vm = await vms.spawn({ kernel: 'linux', ...(kernelId !== undefined && { kernelId }) });
  return { pid: vm.pid, paper: vm.backend as PaperVm };
};
const type = (pid: number, text: string): number =>
  dispatcher.asSupervisor({ kind: 'input', pid, data: new TextEncoder().encode(text) }).result!;
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const requests = (number: number): number =>
  dispatcher.gateway.syslog.since(1).filter((e) => e.kind === 'request' && e.number === number).length;

describe('the console', () => {
  it('what it prints is a console write of its own, and goes nowhere else', async () => {
    const [one, two] = [await spawn(), await spawn()];
    one.paper.print('one');
    two.paper.print('two');
    expect(printed).toEqual([
      [one.pid, 'one'],
      [two.pid, 'two'],
    ]);
    const writes = dispatcher.gateway.syslog.since(1).filter((e) => e.kind === 'request' && e.number === SYSCALL.CONSOLE_WRITE);
    expect(writes.map((e) => e.pid)).toEqual([one.pid, two.pid]);
  });

  it('much is written in pieces that a call can take, none cut', async () => {
    const { paper } = await spawn();
    const text = 'x'.repeat(3 * SIZE.CONSOLE + 5);
    paper.print(text);
    expect(printed.map(([, piece]) => piece.length)).toEqual([SIZE.CONSOLE, SIZE.CONSOLE, SIZE.CONSOLE, 5]);
    expect(printed.map(([, piece]) => piece).join('')).toBe(text);
  });

  it('waits when the log lags behind, and loses the oldest beyond its bound, counted', async () => {
    await vms.dispose();
    let let_through!: () => void;
    const held = new Promise<void>((resolve) => (let_through = resolve));
    const store: LogStore = {
      logs: async () => [],
      read: () => Promise.reject(new Error('no')),
      begin: async () => 1,
      append: () => held,
      checkpoint: () => held,
      close: () => {},
    };
    await open({ store, backlog: 60, patience: 1e9, delay: 1 });
    const { pid, paper } = await spawn();
    while (dispatcher.gateway.store.pending <= 60) dispatcher.asSupervisor({ kind: 'renew', vm: pid });
    paper.print('late');
    expect(printed).toEqual([]);
    for (let i = 0; i < 5; i++) paper.print(String(i).repeat(1 << 16));
    expect(vms.get(pid)!.lost).toBe((1 << 16) + 4);
    let_through();
    while (printed.length === 0) await soon();
    expect(printed[0]![1][0]).toBe('1');
    expect(printed.reduce((n, [, text]) => n + text.length, 0)).toBe(1 << 18);
  });
});

describe('input', () => {
  it('goes from the input slot to the serial line, in order', async () => {
    const { pid, paper } = await spawn();
    for (const text of ['ls', '\r', 'é']) expect(type(pid, text)).toBe(0);
    await soon();
    expect(paper.got).toEqual(['ls', '\r', 'é']);
  });

  it('that came before the machine waits for it', async () => {
    const vm = vms.create('main_cpu');
    expect(vm.state).toBe('starting');
    expect(type(vm.pid, 'early')).toBe(0);
    const paper = new PaperVm();
    vms.appeared(vm.pid, paper);
    await soon();
    expect(paper.got).toEqual(['early']);
  });

  it('is bounded by the queue of the process while the machine takes nothing', async () => {
    const { pid, paper } = await spawn();
    paper.full = true;
    let sent = 0;
    while (type(pid, 'x') === 0) sent++;
    // One is on its way, the queue holds 64.
    expect(sent).toBe(65);
    paper.full = false;
    paper.room.shift()!();
    await soon();
    expect(paper.got).toHaveLength(65);
    expect(type(pid, 'y')).toBe(0);
  });

  it('for a machine that goes in the middle is lost with it, and its successor starts clean', async () => {
    const { pid, paper } = await spawn();
    paper.full = true;
    type(pid, 'old');
    type(pid, 'next');
    paper.disposed = 1;
    const second = new PaperVm();
    vms.appeared(pid, second);
    paper.room.shift()!();
    await soon();
    expect(paper.got).toEqual([]);
    expect(second.got).toEqual(['next']);
  });
});

describe('ends', () => {
  it('a failed executor faults the process with its reason, after its last words', async () => {
    const { pid, paper } = await spawn();
    const ended: string[] = [];
    vms.onEvent((e) => e.kind === 'ended' && ended.push(`${e.vm.kernelId}: ${e.text}`));
    paper.print('last words');
    paper.enter('failed');
    expect(printed).toEqual([[pid, 'last words']]);
    expect(ended).toEqual(['main_cpu: DEVICE_LOST: gone']);
    expect(dispatcher.gateway.view.ended()).toMatchObject([{ pid, reason: FAULT.DEVICE_LOST }]);
    expect(vms.fault('main_cpu')).toBe('DEVICE_LOST: gone');
    expect([paper.disposed, paper.printers.size, paper.watchers.size]).toEqual([1, 0, 0]);
    expect((await spawn()).pid).toBe(pid + 1);
    expect(vms.fault('main_cpu')).toBeUndefined();
  });

  it('a guest that is off is no end', async () => {
    const { pid, paper } = await spawn();
    paper.enter('halted');
    expect(vms.rows()).toMatchObject([{ pid, state: 'halted', parent: 0, generation: 1 }]);
  });

  it('kill disposes of the machine; so does a kill while it is coming', async () => {
    const { pid, paper } = await spawn();
    vms.kill(pid);
    expect(paper.disposed).toBe(1);
    expect(() => vms.kill(pid)).toThrowError(expect.objectContaining({ code: 'UNKNOWN_VM' }));
    let come!: () => void;
    const late = new PaperVm();
    factory.boot = async (request) => {
      await new Promise<void>((resolve) => (come = resolve));
      factory.events.appeared(request.pid, late);
    };
    const coming = vms.spawn({ kernel: 'linux' });
    const refused = expect(coming).rejects.toMatchObject({ code: 'ABORTED' });
    vms.kill(vms.named('main_cpu')!.pid);
    come();
    await refused;
    expect(late.disposed).toBe(1);
  });

  it('a machine that went by itself takes its process along', async () => {
    const { pid } = await spawn();
    factory.events.gone(pid);
    expect(dispatcher.gateway.view.process(pid)).toBeUndefined();
    factory.events.gone(pid);
  });

  it('whoever listens may end it at once: at its first sign, at its start', async () => {
    vms.onEvent((e) => e.kind === 'attached' && vms.kill(e.vm.pid));
    await expect(vms.spawn({ kernel: 'linux' })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(vms.list()).toEqual([]);
  });

  it('so many processes and no more', async () => {
    for (let n = vms.list().length; ; n++) {
      const failed = await vms.spawn({ kernel: 'linux' }).catch((e: { code: string }) => e.code);
      if (typeof failed === 'string') {
        expect([n, failed]).toEqual([62, 'TOO_LARGE']);
        break;
      }
    }
    expect(vms.named('main_cpu')).toBeDefined();
    expect(vms.named('vm62')).toBeDefined();
  });
});

describe('another machine in its place', () => {
  it('keeps the pid; the object is another one', async () => {
    const { pid, paper } = await spawn();
    const second = new PaperVm();
    vms.appeared(pid, second);
    expect(vms.get(pid)).toMatchObject({ generation: 2 });
    expect(requests(OPERATION.RENEW)).toBe(1);
    expect([paper.printers.size, paper.watchers.size, paper.disposed]).toEqual([0, 0, 0]);
    paper.print('from the grave');
    second.print('hello');
    expect(printed).toEqual([[pid, 'hello']]);
  });

  it('is disposed of when what hears of it ends the process', async () => {
    const { pid } = await spawn();
    const agent = dispatcher.asSupervisor({ kind: 'create', name: 'agent', parent: 0, process: 3, console: false }).result!;
    dispatcher.asSupervisor({ kind: 'start', pid: agent });
    const slot = dispatcher.asSupervisor({ kind: 'mint', pid: agent, type: 7, object: pid, rights: 1, lifetime: 0 }).result!;
    dispatcher.asProcess(agent, { kind: 'vm-begin', slot, rights: 1, what: 'x' });
    const stop = dispatcher.onEffect((e) => e.kind === 'cancel' && vms.kill(pid));
    const second = new PaperVm();
    vms.appeared(pid, second);
    stop();
    expect(vms.list()).toEqual([]);
    expect([second.disposed, second.printers.size, second.watchers.size]).toEqual([1, 0, 0]);
  });

  it('is bounded as the first one was', async () => {
    const vm = await vms.spawn({ kernel: 'linux', quota: { share: 0.5, memoryMb: 64 } });
    expect((vm.backend as PaperVm).share).toBe(0.5);
    vm.limit(0.25);
    const second = new PaperVm();
    vms.appeared(vm.pid, second);
    expect(second.share).toBe(0.25);
    expect(vms.rows()).toMatchObject([{ quota: { share: 0.25, memoryMb: 64 } }]);
  });
});
