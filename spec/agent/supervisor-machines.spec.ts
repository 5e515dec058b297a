// Machines beside WASM processes, through the supervisor's public names: spawn, a console callback each, input, kill; and an agent that is let in.
import { afterEach, beforeAll, expect, it } from 'vitest';
import { Agent, Hypervisor, HypervisorVms, Principals, SupervisedAgent } from '../../src/agent/index.js';
import { House, tearDown, until } from '../supervisor/supervisor/house.js';
import { bareEcho } from './guests.js';
import { testHost } from './hosts.js';

let echo: Uint8Array;
beforeAll(async () => {
  echo = await bareEcho();
});
afterEach(tearDown);

it('two machines and two processes: text of each goes to its own callback, typed input to the right one, kill leaves nothing', async () => {
  const host = testHost({ builtins: { linux: { cartridge: echo } } });
  const hypervisor = new Hypervisor(host, { pace: 'fast', supervised: true });
  const house = await House.boot({ vms: new HypervisorVms(hypervisor) });
  const { supervisor } = house;
  const first = await supervisor.spawn('vm', { kernel: 'linux' });
  const second = await supervisor.spawn('vm', { kernel: 'linux', kernelId: 'other' });
  expect(supervisor.processes().filter((p) => p.kind === 'vm')).toMatchObject([
    { pid: first, name: 'main_cpu', state: 'running' },
    { pid: second, name: 'other', state: 'running' },
  ]);
  // What was printed before anybody listened is kept.
  for (const pid of [first, second]) house.listen(pid);
  await until(() => [first, second].every((pid) => house.printed(pid).includes('$ ')));
  expect(supervisor.send_input_to_process(first, 'to the first')).toBe(true);
  expect(supervisor.send_input_to_process(second, 'to the other')).toBe(true);
  await until(() => house.printed(first).endsWith('to the first') && house.printed(second).endsWith('to the other'));

  const principals = new Principals(supervisor.vms);
  principals.add('guest', { machines: 'observe', boot: false });
  const inner = new Agent(hypervisor);
  const agent = new SupervisedAgent(supervisor.vms, principals, (...call) => inner.call(...call));
  const ask = (name: string, input: object = {}) => agent.call(name, input, { principal: 'guest' });
  expect(await ask('hypervisor_read_text', { source: 'uart' })).toMatchObject({ success: true });
  expect(await ask('hypervisor_type', { text: 'x' })).toMatchObject({ error: { code: 'PERMISSION_DENIED' } });
  const waiting = ask('hypervisor_wait_for', { kernel_id: 'other', text: 'never', timeout_ms: 60_000 });
  const slots = supervisor.dispatcher.gateway.view
    .capabilities()
    .filter((cap) => cap.object === second && cap.holder?.pid === principals.pidOf('guest'));
  expect(supervisor.revoke_capability(slots[0]!.holder!.pid, slots[0]!.holder!.slot)).toBe(true);
  expect(await waiting).toMatchObject({ error: { code: 'PERMISSION_DENIED' } });

  expect(supervisor.kill_process(second)).toBe(true);
  await until(() => host.living() === 1);
  expect(supervisor.send_input_to_process(second, 'x')).toBe(false);
  expect(await ask('hypervisor_list')).toMatchObject({ count: 1 });
  supervisor.kill_all_processes();
  await until(() => host.living() === 0);
  expect(supervisor.dispatcher.gateway.view.uses()).toEqual([]);
  agent.dispose();
  principals.dispose();
});
