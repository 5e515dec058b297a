// The log outlives the page: batches in order, epochs in one chain, checkpoints and trimming, a store that is full or taken away. For every store of this
// runtime: in memory, and IndexedDB in the browsers.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { GpuvisorError } from '../../../src/isa/errors.js';
import {
  hex,
  IndexedDbStore,
  MemoryStore,
  openGateway,
  replay,
  verifyLog,
  type Damage,
  type LogStore,
  type StoredLog,
} from '../../../src/supervisor/axiom/index.js';
import { decodeRecord, NO_HASH, rowRecords } from '../../../src/supervisor/axiom/record.js';
import { DAMAGED_KEPT } from '../../../src/supervisor/axiom/store.js';
import { hashState } from '../../../src/supervisor/kernel/index.js';
import { activeLog, House, STORES } from './house.js';

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const done of cleanup.splice(0)) await done();
});

const seqs = (log: StoredLog): number[] => log.rows.flatMap((row) => [...rowRecords(row.bytes)].map((r) => decodeRecord(r.bytes).seq));

it('the stores of this runtime: IndexedDB is among them in a browser', async () => {
  const browser = /Chrome|Firefox/.test(globalThis.navigator?.userAgent ?? '');
  expect(STORES.map((s) => s.name)).toEqual(browser ? ['memory', 'IndexedDB'] : ['memory']);
  const house = await House.open({ store: () => IndexedDbStore.open('axiom-spec-runtime') });
  expect(house.gateway.store.mode).toBe(browser ? 'stored' : 'memory');
  if (!browser) return expect(house.gateway.store.reason).toMatch(/indexedDB is not defined/);
  await house.gateway.flush();
  house.opened.store!.close();
  await IndexedDbStore.remove('axiom-spec-runtime');
});

describe.each(STORES.map((kind) => [kind.name, kind] as const))('a store in %s', (_, kind) => {
  const fresh = async () => {
    const made = await kind.make();
    cleanup.push(made.done);
    return made;
  };

  it('keeps every record, in order, and it verifies to the state that was', async () => {
    const { store } = await fresh();
    const house = await House.open({ store });
    house.bustle(30);
    await house.gateway.flush();
    const log = await activeLog(store);
    const { head } = house.gateway.commits;
    expect(seqs(log)).toEqual(Array.from({ length: head.seq }, (_, i) => i + 1));
    expect(log.head).toEqual(head);
    const verdict = verifyLog(log);
    expect(verdict.damage).toBeUndefined();
    expect(verdict.commits).toBe(head.seq);
    expect(hashState(verdict.state)).toEqual(house.gateway.view.stateHash());
    expect(house.gateway.store).toEqual({ mode: 'stored', reason: undefined, stored: head.seq, pending: 0 });
  });

  it('is written by itself, a little later', async () => {
    const { store } = await fresh();
    const house = await House.open({ store, delay: 1 });
    house.bustle();
    const { seq } = house.gateway.commits.head;
    for (let i = 0; house.gateway.store.stored < seq && i < 2000; i++) await new Promise((r) => setTimeout(r, 5));
    expect((await activeLog(store)).head.seq).toBe(seq);
  });

  it('writes many batches while more comes', async () => {
    const { store } = await fresh();
    const house = await House.open({ store, delay: 0 });
    for (let i = 0; i < 20; i++) {
      house.bustle(3);
      void house.gateway.flush();
      await new Promise((r) => setTimeout(r, 0));
    }
    await house.gateway.flush();
    const log = await activeLog(store);
    expect(log.rows.length).toBeGreaterThan(3);
    expect(verifyLog(log)).toMatchObject({ damage: undefined, commits: house.gateway.commits.head.seq });
  });

  it('goes on after a reload: the numbers and the chain, in a new epoch with a fresh state', async () => {
    const { store, again } = await fresh();
    let last: { seq: number; hash: string; state: Uint8Array } | undefined;
    for (let epoch = 1; epoch <= 4; epoch++) {
      const house = await House.open({ store: epoch === 1 ? store : await again() });
      const { past } = house.opened;
      expect(house.gateway.view.epoch).toBe(epoch);
      expect(house.gateway.view.processes().map((p) => p.pid)).toEqual([0, 1, 2]);
      if (last) {
        expect(past).toMatchObject({ epoch: epoch - 1, damage: undefined, head: { seq: last.seq } });
        expect(hex(past!.head.hash)).toBe(last.hash);
        expect(past!.stateHash).toEqual(last.state);
        expect(past!.processes.map((p) => p.name)).toContain('survivor');
        expect(house.gateway.commits.since(0)[0]).toMatchObject({ seq: last.seq + 1, commit: { type: 'Genesis', epoch } });
      } else expect(past).toBeUndefined();
      house.bustle(2);
      house.spawn('survivor');
      await house.gateway.flush();
      const { head } = house.gateway.commits;
      last = { seq: head.seq, hash: hex(head.hash), state: house.gateway.view.stateHash() };
    }
    const verdict = verifyLog(await activeLog(store));
    expect(verdict).toMatchObject({ damage: undefined, commits: last!.seq });
    expect(verdict.state.epoch).toBe(4);
  });

  it('goes on after a stop at any moment: what is stored is a chain without a gap', async () => {
    // The page is left without a word: whatever was stored by then is a good log, and the state it makes is the one there was at that record.
    const { store, again } = await fresh();
    const states = new Map<number, string>();
    for (let run = 0; run < 12; run++) {
      const house = await House.open({ store: run === 0 ? store : await again(), delay: run % 3 });
      if (run > 0) {
        const { past } = house.opened;
        expect(past!.damage).toBeUndefined();
        expect(hex(past!.stateHash)).toBe(states.get(past!.head.seq));
      }
      for (let i = 0; i < 1 + (run % 4); i++) {
        house.bustle();
        if (i % 2 === 0) await new Promise((r) => setTimeout(r, run % 5));
      }
      if (run % 3 === 0) void house.gateway.flush(true);
      // Every state on the way, by the number of its last record.
      const log = house.gateway.commits.stored();
      for (const { seq, state } of replay(log)) states.set(seq, hex(hashState(state)));
      await house.gateway.flush(true);
    }
  });

  it('is left in the middle of a write: that write goes with the last one, whole and in order', async () => {
    const { store } = await fresh();
    const house = await House.open({ store, delay: 10_000 });
    for (let i = 0; i < 10; i++) {
      house.bustle(i);
      void house.gateway.flush();
      // At once, a moment later, when it is done: whatever of it is on its way by then.
      for (let turn = 0; turn < i; turn++) await Promise.resolve();
      if (i > 6) await new Promise((r) => setTimeout(r, i - 7));
      house.bustle(1 + (i % 3));
      await house.gateway.flush(true);
      expect(house.gateway.store).toMatchObject({ mode: 'stored', stored: house.gateway.commits.head.seq, pending: 0 });
      expect(verifyLog(await activeLog(store))).toMatchObject({ damage: undefined, commits: house.gateway.commits.head.seq });
    }
  });

  it('is trimmed behind checkpoints, and still verifies', async () => {
    const { store, again } = await fresh();
    const keep = 100;
    const house = await House.open({ store, keep });
    for (let i = 0; i < 30; i++) {
      house.bustle();
      await house.gateway.flush();
    }
    const log = await activeLog(store);
    expect(log.anchor.state).toBeDefined();
    expect(log.anchor.seq).toBeGreaterThan(1);
    expect(log.head.seq - log.anchor.seq).toBeLessThan(2 * keep + 100);
    expect(log.head.seq - log.anchor.seq, 'one whole stretch is always there').toBeGreaterThanOrEqual(keep);
    expect(decodeRecord([...rowRecords(log.rows[0]!.bytes)][0]!.bytes).commit.type).toBe('Checkpoint');
    const verdict = verifyLog(log);
    expect(verdict.damage).toBeUndefined();
    expect(hashState(verdict.state)).toEqual(house.gateway.view.stateHash());
    expect(house.gateway.commits.first, 'memory is trimmed likewise').toBe(log.anchor.seq);
    expect(house.gateway.commits.verify()).toMatchObject({ damage: undefined });
    // And a reload goes on from there.
    const next = await House.open({ store: await again(), keep });
    expect(next.opened.past).toMatchObject({ damage: undefined, head: { seq: log.head.seq } });
    for (let i = 0; i < 12; i++) next.bustle();
    await next.gateway.flush();
    const later = await activeLog(store);
    expect(later.anchor.seq).toBeGreaterThan(log.anchor.seq);
    expect(verifyLog(later)).toMatchObject({ damage: undefined });
  });

  it('counts what earlier epochs left towards the next checkpoint: short visits do not make a log grow without bound', async () => {
    const { store, again } = await fresh();
    for (let visit = 0; visit < 25; visit++) {
      const house = await House.open({ store: visit === 0 ? store : await again(), keep: 60 });
      await house.gateway.flush();
    }
    const log = await activeLog(store);
    expect(log.head.seq - log.anchor.seq).toBeLessThan(200);
    expect(verifyLog(log).damage).toBeUndefined();
  });

  it('is one writer’s: a second page takes it over, and the first goes on in memory', async () => {
    const { store, again } = await fresh();
    let lost = 0;
    const first = await House.open({ store, onStoreLost: () => lost++ });
    first.bustle();
    await first.gateway.flush();
    const second = await House.open({ store: await again() });
    second.bustle();
    await second.gateway.flush();
    first.bustle();
    await first.gateway.flush();
    expect(lost).toBe(1);
    expect(first.gateway.store).toMatchObject({ mode: 'memory', pending: 0 });
    expect(first.gateway.store.reason).toMatch(/another page/);
    first.bustle();
    expect(first.gateway.commits.verify().damage, 'in memory its chain goes on').toBeUndefined();
    second.bustle();
    await second.gateway.flush();
    const log = await activeLog(store);
    expect(verifyLog(log)).toMatchObject({ damage: undefined, commits: second.gateway.commits.head.seq });
  });

  it('refuses a row that does not stand behind its end, urgent or not', async () => {
    const { store } = await fresh();
    const id = await store.begin({ seq: 1, previous: NO_HASH, state: undefined }, undefined);
    const start = { seq: 0, hash: NO_HASH };
    const head = { seq: 1, hash: new Uint8Array(32).fill(1) };
    const row = { first: 1, bytes: Uint8Array.of(1) };
    await store.append(id, [row], start, head, false);
    for (const urgent of [false, true]) {
      const error = await store.append(id, [row], start, head, urgent).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(GpuvisorError);
      expect((error as GpuvisorError).code).toBe('BUSY');
    }
    const wrong = { seq: 1, hash: new Uint8Array(32).fill(2) };
    await expect(store.append(id, [{ first: 2, bytes: Uint8Array.of(2) }], wrong, { seq: 2, hash: NO_HASH }, false)).rejects.toThrow(
      /another page/,
    );
    expect(await store.read(id)).toMatchObject({ head, rows: [{ first: 1 }] });
    await expect(store.read(99)).rejects.toThrow(/no log 99/);
  });

  it('keeps a few damaged logs for reading, not all of them', async () => {
    const { store } = await fresh();
    const damage: Damage = { kind: 'hash', seq: 1, row: 1, message: 'x' };
    for (let i = 0; i < DAMAGED_KEPT + 3; i++) {
      const id = await store.begin({ seq: i + 1, previous: NO_HASH, state: undefined }, i === 0 ? undefined : damage);
      await store.append(id, [{ first: i + 1, bytes: Uint8Array.of(i) }], { seq: i, hash: NO_HASH }, { seq: i + 1, hash: NO_HASH }, false);
    }
    const logs = await store.logs();
    expect(logs).toHaveLength(DAMAGED_KEPT + 1);
    expect(logs.map((l) => l.damage?.kind)).toEqual([...new Array<string>(DAMAGED_KEPT).fill('hash'), undefined]);
    for (const { id } of logs) expect((await store.read(id)).rows).toHaveLength(1);
  });
});

/** A store that stops working after so many writes. */
function failing(inner: LogStore, writes: number, error: Error): LogStore {
  let left = writes;
  return {
    logs: () => inner.logs(),
    read: (id) => inner.read(id),
    begin: (anchor, damage) => inner.begin(anchor, damage),
    append: (...args) => (left-- > 0 ? inner.append(...args) : Promise.reject(error)),
    checkpoint: (...args) => (left-- > 0 ? inner.checkpoint(...args) : Promise.reject(error)),
    close: () => inner.close(),
  };
}

it.runIf('indexedDB' in globalThis)(
  'a write under way is taken back when the page is left, and goes with the last one (Node has no IndexedDB)',
  async () => {
    const { store, done } = await STORES.find(({ name }) => name === 'IndexedDB')!.make();
    cleanup.push(done);
    const house = await House.open({ store, delay: 10_000 });
    await house.gateway.flush();
    const before = (await activeLog(store)).rows.length;
    const [abort, commit] = [vi.spyOn(IDBTransaction.prototype, 'abort'), vi.spyOn(IDBTransaction.prototype, 'commit')];
    house.bustle();
    void house.gateway.flush();
    house.bustle();
    await house.gateway.flush(true);
    expect([abort.mock.calls.length, commit.mock.calls.length]).toEqual([1, 1]);
    vi.restoreAllMocks();
    const log = await activeLog(store);
    expect([log.rows.length - before, verifyLog(log).damage]).toEqual([2, undefined]);
  },
);

describe('a store that fails', () => {
  const full = new DOMException('the quota has been exceeded', 'QuotaExceededError');

  it.each([0, 1, 2, 3, 5, 8])('full after %i writes: the log goes on in memory and says so; what is stored is good', async (writes) => {
    const inner = new MemoryStore();
    let lost = 0;
    const house = await House.open({ store: failing(inner, writes, full as unknown as Error), keep: 50, onStoreLost: () => lost++ });
    for (let i = 0; i < 12; i++) {
      house.bustle();
      await house.gateway.flush();
    }
    expect(lost).toBe(1);
    expect(house.gateway.store).toMatchObject({ mode: 'memory', reason: 'the quota has been exceeded', pending: 0 });
    expect(house.gateway.commits.verify()).toMatchObject({ damage: undefined });
    const log = await activeLog(inner);
    const verdict = verifyLog(log);
    expect(verdict.damage).toBeUndefined();
    const next = await House.open({ store: inner });
    expect(next.opened.past).toMatchObject({ damage: undefined, head: { seq: log.head.seq } });
    expect(next.gateway.store.mode).toBe('stored');
  });

  it('never tries again behind a gap', async () => {
    const inner = new MemoryStore();
    let calls = 0;
    const store = failing(inner, 0, full as unknown as Error);
    const counted: LogStore = { ...store, append: (...args) => (calls++, store.append(...args)) };
    const house = await House.open({ store: counted });
    for (let i = 0; i < 5; i++) {
      house.bustle();
      await house.gateway.flush(i % 2 === 1);
    }
    expect(calls).toBe(1);
  });

  it('that cannot be opened: in memory from the start', async () => {
    for (const store of [
      () => Promise.reject(new Error('IndexedDB is switched off')),
      { ...failing(new MemoryStore(), 9, full as unknown as Error), logs: () => Promise.reject(new Error('IndexedDB is switched off')) },
      { ...failing(new MemoryStore(), 9, full as unknown as Error), begin: () => Promise.reject(new Error('IndexedDB is switched off')) },
    ]) {
      const house = await House.open({ store: store as LogStore });
      expect(house.gateway.store).toEqual({ mode: 'memory', reason: 'IndexedDB is switched off', stored: 0, pending: 0 });
      house.bustle();
      expect(house.gateway.commits.verify()).toMatchObject({ damage: undefined });
    }
  });

  it('none at all: in memory, and says so', async () => {
    const { gateway, past, store } = await openGateway();
    expect(gateway.store).toMatchObject({ mode: 'memory', reason: 'there is no store' });
    expect([past, store]).toEqual([undefined, undefined]);
  });

  it('that does not answer is given up', async () => {
    const inner = new MemoryStore();
    const silent: LogStore = { ...failing(inner, 0, new Error('')), append: () => new Promise<void>(() => {}) };
    const house = await House.open({ store: silent, patience: 5 });
    await house.gateway.flush();
    expect(house.gateway.store.reason).toMatch(/has not answered for 5 ms/);
  });
});
