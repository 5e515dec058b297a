// Calls: order on one machine, side by side on others, cancellation, limits, events, permission, and nothing left behind.
import { afterEach, describe, expect, it } from 'vitest';
import { Agent, type CallEvent, DEFAULT_LIMITS, type Vm, failure, success } from '../../src/agent/index.js';
import { Lanes } from '../../src/agent/lanes.js';
import { GpuvisorError } from '../../src/isa/errors.js';
import { type Bench, bench, counted } from './hosts.js';
import { bareEcho, cartridge, elf } from './guests.js';

const benches: Bench[] = [];
async function make(...args: Parameters<typeof bench>): Promise<Bench> {
  const b = bench({ builtins: { linux: { cartridge: await bareEcho() } }, ...args[0] });
  benches.push(b);
  return b;
}
async function booted(...args: Parameters<typeof bench>): Promise<Bench> {
  const b = await make(...args);
  await b.ok('hypervisor_boot', { kernel_url: 'linux' });
  await b.ok('hypervisor_wait_for', { text: '$ ' });
  return b;
}
afterEach(async () => {
  for (const b of benches.splice(0)) {
    await b.hypervisor.dispose();
    expect(b.host.living()).toBe(0);
  }
});
const idle = async (b: Bench): Promise<void> => {
  while (b.agent.working > 0) await new Promise((resolve) => setTimeout(resolve, 2));
};

/** Keeps a machine to itself until `go`. */
async function hold(vm: Vm): Promise<{ go: () => void; held: Promise<void> }> {
  let go: (() => void) | undefined;
  const held = vm.vm.do(() => new Promise<void>((resolve) => (go = resolve)));
  while (!go) await new Promise((resolve) => setTimeout(resolve, 1));
  return { go, held };
}

describe('order', () => {
  it('calls that change a machine go one after another, in the order they came', async () => {
    const b = await booted();
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    await Promise.all([...letters].map((text) => b.ok('hypervisor_type', { text })));
    expect((await b.ok('hypervisor_read_text', {})).text).toBe(`ready\n$ ${letters}`);
  });

  it('reads and other machines do not wait for them', async () => {
    const b = await booted();
    await b.ok('hypervisor_boot', { kernel_url: 'linux', kernel_id: 'two' });
    const ended: string[] = [];
    const wait = b.error('hypervisor_run', { command: 'never ends', timeout_ms: 400 }).then(() => ended.push('run'));
    await b.ok('hypervisor_status').then(() => ended.push('status'));
    await b.ok('hypervisor_read_text').then(() => ended.push('read'));
    await b.ok('hypervisor_type', { text: 'x', kernel_id: 'two' }).then(() => ended.push('two'));
    // A command that runs leaves the machine to others: they may want to stop it.
    await b.ok('hypervisor_input', { type: 'keydown', key: 'Enter' }).then(() => ended.push('input'));
    await wait;
    expect(ended).toEqual(['status', 'read', 'two', 'input', 'run']);
  });

  it('a queue that is left early lets the next one in', async () => {
    const lanes = new Lanes();
    const never = new AbortController().signal;
    const first = await lanes.enter('a', never);
    const leaving = new AbortController();
    const second = lanes.enter('a', leaving.signal);
    const third = lanes.enter('a', never);
    leaving.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    first();
    first();
    (await third)();
    expect(lanes.size).toBe(0);
    await expect(lanes.enter('a', leaving.signal)).rejects.toThrow('left');
    expect(lanes.size).toBe(0);
  });
});

describe('cancellation', () => {
  const cases: [string, unknown][] = [
    ['hypervisor_wait_for', { text: 'never', timeout_ms: 60_000 }],
    ['hypervisor_wait_for', { regex: 'never$', timeout_ms: 60_000 }],
    ['hypervisor_run', { command: 'never', timeout_ms: 60_000 }],
  ];
  it.each(cases)('%s %j ends at once, and nothing of it is left', async (name, input) => {
    const b = await booted();
    const vm = b.hypervisor.vms.get('main_cpu')!;
    const { timers, listeners } = await counted(async () => {
      const controller = new AbortController();
      const call = b.error(name, input, controller.signal);
      setTimeout(() => controller.abort(), 30);
      expect((await call).code).toBe('ABORTED');
      await idle(b);
    });
    expect({ timers, listeners, serial: vm.serial.listeners }).toEqual({ timers: 0, listeners: 0, serial: 0 });
    expect((await b.ok('hypervisor_status')).state).toBe('waiting');
  });

  it('a call whose signal is aborted already does nothing', async () => {
    const b = await booted();
    for (const { name } of b.agent.tools) {
      const needs: Record<string, unknown> = {
        kernel_url: 'linux',
        name: 'x',
        text: 'x',
        command: 'x',
        path: 'x',
        va: '0x0',
        pa: '0x0',
        flags: 1,
        root_pa: '0x0',
        address: '0x80000000',
        length: 4,
      };
      const { required = [] } = b.agent.tools.find((t) => t.name === name)!.inputSchema;
      const input = Object.fromEntries(required.map((field) => [field, needs[field]]));
      expect((await b.error(name, input, AbortSignal.abort())).code, name).toBe('ABORTED');
    }
    await idle(b);
    expect(b.hypervisor.vms.get('main_cpu')!.pid).toBe(1);
    expect(b.host.made()).toBe(1);
    expect((await b.ok('hypervisor_read_text')).text).toBe('ready\n$ ');
  });

  it('a call that waits for its turn gives up its place', async () => {
    const b = await booted();
    const vm = b.hypervisor.vms.get('main_cpu')!;
    const { go, held } = await hold(vm);
    const first = b.ok('hypervisor_type', { text: 'a' });
    const controller = new AbortController();
    const second = b.error('hypervisor_type', { text: 'b' }, controller.signal);
    const third = b.ok('hypervisor_type', { text: 'c' });
    controller.abort();
    expect((await second).code).toBe('ABORTED');
    go();
    await Promise.all([held, first, third]);
    expect((await b.ok('hypervisor_read_text')).text).toBe('ready\n$ ac');
  });
});

describe('limits', () => {
  it('a thousand calls at once: every one is answered, the machine is unharmed', async () => {
    const b = await booted();
    await b.ok('hypervisor_pause');
    const { vm } = b.hypervisor.vms.get('main_cpu')!;
    const before = await vm.do((m) => m.digest());
    const { timers, listeners, result } = await counted(async () => {
      const calls = Array.from({ length: 1000 }, (_, i) =>
        i % 4 === 0
          ? b.agent.call('hypervisor_status')
          : i % 4 === 1
            ? b.agent.call('hypervisor_read_memory', { address: '0x80000000', length: 65_536 })
            : i % 4 === 2
              ? b.agent.call('hypervisor_pause')
              : b.agent.call('hypervisor_read_text'),
      );
      const results = await Promise.all(calls);
      await idle(b);
      return results;
    });
    const codes = result.map((r) => (r.success ? 'ok' : (r as { error: { code: string } }).error.code));
    expect(new Set(codes)).toEqual(new Set(['ok', 'BUSY']));
    expect(codes.filter((c) => c === 'ok')).toHaveLength(DEFAULT_LIMITS.calls);
    expect({ timers, listeners, working: b.agent.working }).toEqual({ timers: 0, listeners: 0, working: 0 });
    expect(await vm.do((m) => m.digest())).toBe(before);
    await b.ok('hypervisor_resume');
    await b.ok('hypervisor_type', { text: 'still here' });
    await b.ok('hypervisor_wait_for', { text: 'still here' });
  });

  it('a call that gets no turn, and one that takes too long, are told so', async () => {
    const b = await booted({ limits: { queueMs: 60, callMs: 120 } });
    const vm = b.hypervisor.vms.get('main_cpu')!;
    const { go, held } = await hold(vm);
    const first = b.error('hypervisor_type', { text: 'a' });
    const second = b.error('hypervisor_type', { text: 'b' });
    expect((await second).code).toBe('BUSY');
    expect((await first).code).toBe('TIMEOUT');
    go();
    await held;
    await idle(b);
    // What was given up was not typed later.
    expect((await b.ok('hypervisor_read_text')).text).toBe('ready\n$ ');
  });

  it('input that nobody takes fills up, and is then refused', async () => {
    const b = await booted();
    await b.ok('hypervisor_pause');
    const text = 'x'.repeat(2048);
    let refused: { code: string; hint: string } | undefined;
    for (let i = 0; i < 40 && !refused; i++) {
      const r = await b.agent.call('hypervisor_type', { text });
      if (!r.success) refused = (r as { error: { code: string; hint: string } }).error;
    }
    expect(refused).toMatchObject({ code: 'BUSY', hint: 'call hypervisor_resume' });
    expect(b.hypervisor.vms.get('main_cpu')!.machine.inputWaiting).toBeLessThan(1 << 16);
  });
});

describe('a guest that has ended', () => {
  it('takes no input and shows nothing new; it can be read, and reset', async () => {
    const b = await booted();
    await b.ok('hypervisor_type', { text: '.' });
    await b.hypervisor.vms.get('main_cpu')!.vm.do(async () => {});
    while ((await b.ok('hypervisor_status')).state !== 'halted') await new Promise((resolve) => setTimeout(resolve, 2));
    for (const [name, input] of [
      ['hypervisor_type', { text: 'x' }],
      ['hypervisor_input', { type: 'keydown', key: 'Enter' }],
      ['hypervisor_wait_for', { text: 'never' }],
      ['hypervisor_run', { command: 'ls' }],
      ['hypervisor_resume', {}],
    ] as const) {
      const { code, hint } = await b.error(name, input);
      expect(code, name).toBe('GUEST_TRAPPED');
      expect(hint).toContain('hypervisor_reset');
    }
    expect(await b.ok('hypervisor_status')).toMatchObject({ state: 'halted', exit: { reason: 'halt', value: 0x5555 } });
    expect((await b.ok('hypervisor_read_text')).text).toBe('ready\n$ .');
    await b.ok('hypervisor_read_memory', { address: '0x80000000', length: 16 });
    expect((await b.ok('hypervisor_reset')).state).toBe('running');
    await b.ok('hypervisor_wait_for', { text: 'ready\n$ ' });
  });

  it('and one whose executor failed says why', async () => {
    const b = await make({
      executor: async (config) => {
        const { ReferenceHart } = await import('../../src/reference/index.js');
        const hart = new ReferenceHart(config);
        let runs = 0;
        const run = hart.run.bind(hart);
        hart.run = (budget) => {
          if (++runs > 3) throw new GpuvisorError('DEVICE_LOST', 'the GPU device was lost', 'reload the page');
          return run(Math.min(budget, 100));
        };
        return hart;
      },
      builtins: { linux: { cartridge: await cartridge({ kernel: elf('_start: j _start') }, { memory_mb: 1 }) } },
    });
    await b.ok('hypervisor_boot', { kernel_url: 'linux' });
    const e = await b.error('hypervisor_wait_for', { text: 'never' });
    expect(e).toMatchObject({
      code: 'GUEST_TRAPPED',
      message: expect.stringContaining('DEVICE_LOST') as string,
      hint: expect.stringContaining('hypervisor_boot') as string,
    });
    expect(await b.ok('hypervisor_status')).toMatchObject({ state: 'failed', error: { code: 'DEVICE_LOST' } });
    expect(await b.error('hypervisor_reset')).toMatchObject({
      code: 'GUEST_TRAPPED',
      hint: expect.stringContaining('hypervisor_boot') as string,
    });
    await b.ok('hypervisor_kill');
  });
});

describe('watchers', () => {
  it('hear of each call when it begins and when it ends', async () => {
    const b = await booted();
    const events: CallEvent[] = [];
    const stop = b.agent.onCall((e) => events.push(e));
    b.agent.onCall(() => {
      throw new Error('a watcher that fails');
    });
    await b.agent.call('hypervisor_type', { text: 'x'.repeat(1000) }, { principal: 'claude' });
    await b.agent.call('hypervisor_frame', { kernel_id: 'nobody' });
    await b.agent.call('nonsense', { a: 1 });
    expect(events).toMatchObject([
      { tool: 'hypervisor_type', kernelId: 'main_cpu', principal: 'claude', readOnly: false },
      { tool: 'hypervisor_type', outcome: 'ok' },
      { tool: 'hypervisor_frame', kernelId: 'nobody', principal: 'agent', readOnly: true },
      { outcome: 'UNKNOWN_VM' },
      { tool: 'nonsense', input: '{"a":1}' },
      { outcome: 'UNKNOWN_TOOL' },
    ]);
    expect(events[0]!.ended).toBeUndefined();
    expect(events[1]!.ended).toBeGreaterThanOrEqual(events[1]!.started);
    expect(events[1]!.id).toBe(events[0]!.id);
    expect(events[0]!.input.length).toBeLessThan(250);
    stop();
    await b.ok('hypervisor_list');
    expect(events).toHaveLength(6);
  });

  it('may refuse calls', async () => {
    const b = await booted();
    const asked: unknown[] = [];
    const agent = new Agent(b.hypervisor, {
      allow: ({ tool, kernelId, principal }) => {
        asked.push([tool.name, kernelId, principal]);
        if (!tool.annotations.readOnlyHint)
          throw new GpuvisorError('PERMISSION_DENIED', 'control of main_cpu was revoked', 'ask its owner');
      },
    });
    expect(await agent.call('hypervisor_kill', {}, { principal: 'p' })).toMatchObject({
      success: false,
      isError: true,
      error: { code: 'PERMISSION_DENIED' },
    });
    expect(await agent.call('hypervisor_status', {}, { principal: 'p' })).toMatchObject({ success: true });
    expect(asked).toEqual([
      ['hypervisor_kill', 'main_cpu', 'p'],
      ['hypervisor_status', 'main_cpu', 'p'],
    ]);
    expect(b.hypervisor.vms.size).toBe(1);
  });
});

describe('results', () => {
  it('are plain JSON: what JSON would lose is a defect and says where', () => {
    expect(success({ a: 1, b: undefined, c: [null, { d: 'x' }] })).toEqual({ success: true, a: 1, c: [null, { d: 'x' }] });
    for (const bad of [
      new Uint8Array(1),
      10n,
      Symbol('x'),
      () => 1,
      NaN,
      Infinity,
      new Map(),
      new Date(),
      [undefined],
      { deep: { er: new Set() } },
    ]) {
      expect(() => success({ field: bad })).toThrowError(
        expect.objectContaining({ code: 'INTERNAL', message: expect.stringContaining('/field') as string }) as Error,
      );
    }
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(() => success(circular)).toThrow();
  });

  it('failures carry code, message and hint, and repeat them as text', () => {
    expect(failure(new GpuvisorError('TIMEOUT', 'too late', 'try again'))).toEqual({
      success: false,
      isError: true,
      error: { code: 'TIMEOUT', message: 'too late', hint: 'try again' },
      content: [{ type: 'text', text: 'TIMEOUT: too late\nHint: try again' }],
    });
    expect(failure(new Error('boom')).error.code).toBe('INTERNAL');
    expect(failure('boom').error.message).toBe('boom');
  });
});
