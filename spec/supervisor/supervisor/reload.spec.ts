// A supervisor with a store: what a second one finds; what happens when the page is left, and when the store goes.
import { afterEach, describe, expect, it } from 'vitest';
import { hex, verifyLog, type LogStore } from '../../../src/supervisor/index.js';
import { onLeaving } from '../../../src/supervisor/supervisor/leaving.js';
import { activeLog, STORES } from '../axiom/house.js';
import { echo, says } from '../wasm.js';
import { House, tearDown, until } from './house.js';

afterEach(tearDown);

describe.each(STORES)('$name', ({ make }) => {
  it('the log of one supervisor is verified and gone on with by the next', async () => {
    const { store, again, done } = await make();
    const first = await House.boot({ store });
    const pid = await first.run(says('x'));
    await first.ended(pid);
    const { gateway } = first.supervisor.dispatcher;
    await first.supervisor.dispose();
    const [{ seq }, hash] = [gateway.commits.head, hex(gateway.view.stateHash())];

    const second = await House.boot({ store: again });
    const { past } = second.supervisor;
    expect(past).toMatchObject({ epoch: 1, damage: undefined, processes: [{ pid: 0, name: 'supervisor' }] });
    expect([past!.head.seq, hex(past!.stateHash)]).toEqual([seq, hash]);
    const next = second.supervisor.dispatcher.gateway;
    expect([next.view.epoch, next.commits.since(seq + 1)[0]!.seq]).toEqual([2, seq + 1]);
    await second.supervisor.dispose();
    await done();
  });

  it('leaving the page stores what waits', async () => {
    const { store, done } = await make();
    const house = await House.boot({ store });
    const pid = await house.run(echo());
    house.supervisor.send_input_to_process(pid, 'x');
    await until(() => house.printed(pid) === 'x');
    await house.counted();
    const { gateway } = house.supervisor.dispatcher;
    await gateway.flush(true);
    const log = await activeLog(store);
    expect(verifyLog(log)).toMatchObject({ damage: undefined, commits: gateway.commits.head.seq });
    await house.supervisor.dispose();
    await done();
  });
});

it('pagehide is heard where there is a page, and no more once it is stopped', () => {
  const page = new EventTarget();
  let heard = 0;
  const stop = onLeaving(() => heard++, page);
  page.dispatchEvent(new Event('pagehide'));
  stop();
  page.dispatchEvent(new Event('pagehide'));
  expect(heard).toBe(1);
  onLeaving(() => heard++, {})();
});

it.runIf('document' in globalThis)('pagehide of this page flushes (Node has no page)', async () => {
  const house = await House.boot({ store: await STORES[0]!.make().then(({ store }) => store) });
  const { gateway } = house.supervisor.dispatcher;
  const { pending } = gateway.store;
  expect(pending).toBeGreaterThan(0);
  dispatchEvent(new Event('pagehide'));
  await Promise.resolve();
  await until(() => gateway.store.pending === 0);
  expect(gateway.store.stored).toBe(gateway.commits.head.seq);
});

it('a store that fails is told of, and everything goes on in memory', async () => {
  const inner = await STORES[0]!.make();
  const failing: LogStore = {
    logs: () => inner.store.logs(),
    read: (id) => inner.store.read(id),
    begin: (anchor, damage) => inner.store.begin(anchor, damage),
    append: () => Promise.reject(new Error('the disk is full')),
    checkpoint: () => Promise.resolve(),
    close: () => {},
  };
  const house = await House.boot({ store: failing });
  await until(() => house.events.some(({ kind }) => kind === 'store-lost'));
  expect(house.events).toContainEqual({ kind: 'store-lost', reason: 'the disk is full' });
  const pid = await house.run(echo());
  house.supervisor.send_input_to_process(pid, 'on');
  await until(() => house.printed(pid) === 'on');
});
