// What the supervisor's page makes of the logs, the capabilities and the consoles, without a page: bounded, filtered, joined, stepped through.
import { describe, expect, it } from 'vitest';
import { KIND, OBJECT, RIGHT, SYSCALL } from '../../src/supervisor/abi/index.js';
import {
  encodeLogFile,
  hex,
  MemoryStore,
  openGateway,
  verifyLog,
  type Gateway,
  type Origin,
  type StoredLog,
} from '../../src/supervisor/axiom/index.js';
import { hashState, END } from '../../src/supervisor/kernel/index.js';
import { Keeping } from '../../web/supervisor/keeping.js';
import { ConsoleBuffer } from '../../web/supervisor/model/console-buffer.js';
import { joinLogs } from '../../web/supervisor/model/join.js';
import { LogModel } from '../../web/supervisor/model/log-model.js';
import { CallJoiner, CommitRow, type CallRow } from '../../web/supervisor/model/log-rows.js';
import { Replayer } from '../../web/supervisor/model/replayer.js';
import { Stamps } from '../../web/supervisor/model/stamps.js';
import { treeOf } from '../../web/supervisor/model/tree.js';
import { deedWord, endedWord, expiryWord, objectWord, shownText } from '../../web/supervisor/model/words.js';

const NOTHING = new Uint8Array(0);
const syscall = (number: number, a = 0, b = 0, c = 0, data = NOTHING) => ({ kind: 'syscall', number, args: [a, b, c], data }) as const;

interface House {
  gateway: Gateway;
  supervisor: Origin;
  init: Origin;
}

/** A gateway that has booted, with init running. */
async function house(options: Parameters<typeof openGateway>[0] = {}): Promise<House> {
  const { gateway, supervisor } = await openGateway(options);
  gateway.execute(supervisor, { kind: 'boot' });
  gateway.execute(supervisor, { kind: 'start', pid: 1 });
  return { gateway, supervisor, init: gateway.originOf(supervisor, 1) };
}

/** A process of that name that runs; its pid. */
function spawn({ gateway, supervisor }: House, name: string): number {
  const pid = gateway.execute(supervisor, { kind: 'create', name, parent: 1, process: KIND.WASM, console: true }).result!;
  gateway.execute(supervisor, { kind: 'start', pid });
  return pid;
}

const rowsOf = (gateway: Gateway): CallRow[] => new CallJoiner().add(gateway.syslog.since(1)).rows;

describe('texts of processes', () => {
  it('are one line in which nothing hides', () => {
    expect(shownText('a\u001b[31mred\nb\u202eevil\u0000')).toBe('a□[31mred□b□evil□');
    expect(shownText('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`);
    // A pair of surrogates is one letter.
    expect(shownText('🦀🦀🦀', 3)).toBe('🦀🦀🦀');
  });

  it('name objects, ends and expiries', () => {
    const names = new Map([
      [1, 'init'],
      [4, 'terminal'],
    ]);
    expect(objectWord(OBJECT.ENDPOINT, 7, names, new Map([[7, 4]]))).toBe('endpoint 7 of terminal 4');
    expect(objectWord(OBJECT.PROCESS, 0, names)).toBe('every process');
    expect(objectWord(OBJECT.VM, 9, names)).toBe('machine pid 9');
    expect(objectWord(OBJECT.VM, 0, names)).toBe('machines to come');
    expect(deedWord(OBJECT.PROCESS, RIGHT.READ)).toBe('see');
    expect(deedWord(OBJECT.VM, RIGHT.ALL)).toBe('look at, control and hand on');
    expect(deedWord(OBJECT.MEMORY, RIGHT.WRITE | RIGHT.GRANT)).toBe('write and hand on');
    expect(endedWord({ how: END.EXIT, code: -3, reason: 0, text: '' })).toBe('exited with -3');
    expect(endedWord({ how: END.FAULT, code: 0, reason: 4, text: 'unreachable\n' })).toBe('fault, trap: unreachable□');
    expect([expiryWord(0, 5), expiryWord(2_500_000, 1_000_000), expiryWord(1, 2)]).toEqual(['for good', '2 s left', 'expired']);
  });
});

describe('a console that floods', () => {
  it('keeps the newest, from the beginning of a line, and says what it dropped', () => {
    const buffer = new ConsoleBuffer(100);
    buffer.push('first line\nsecond line\n');
    buffer.push('x'.repeat(90));
    expect(buffer.length).toBeLessThanOrEqual(100);
    const { text, dropped } = buffer.take(1000);
    expect(dropped).toBe(23);
    expect(text).toBe('x'.repeat(90));
    expect(buffer.take(1000)).toEqual({ text: '', dropped: 0 });
  });

  it('gives what it has in pieces, in order, and loses nothing below its bound', () => {
    const buffer = new ConsoleBuffer(1000);
    for (let i = 0; i < 30; i++) buffer.push(`line ${i}\n`);
    let all = '';
    for (let piece = buffer.take(17); piece.text !== ''; piece = buffer.take(17)) {
      expect(piece.text.length).toBeLessThanOrEqual(17);
      all += piece.text;
    }
    expect(all).toBe(Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join(''));
    expect(buffer.length).toBe(0);
  });

  it('costs no more than its bound, whatever is written', () => {
    const buffer = new ConsoleBuffer(64);
    for (let i = 0; i < 5000; i++) buffer.push('0123456789'.repeat(1 + (i % 20)));
    expect(buffer.length).toBeLessThanOrEqual(64);
    expect(buffer.take(1000).text.length).toBeLessThanOrEqual(64);
  });
});

describe('the system calls as rows', () => {
  it('join each answer to its call, and say what was asked', async () => {
    const all = await house();
    const { gateway, init } = all;
    gateway.execute(init, syscall(SYSCALL.CAP_GRANT, 99, 2, RIGHT.READ | RIGHT.WRITE));
    gateway.execute(init, syscall(SYSCALL.RECEIVE, 1));
    const rows = rowsOf(gateway);
    const [grant, receive] = rows.slice(-2);
    expect([grant!.name, grant!.detail, grant!.result, grant!.outcome]).toEqual([
      'CAP_GRANT',
      'slot 99, to pid 2, rights R W',
      'BADF',
      'error',
    ]);
    expect([receive!.name, receive!.detail, receive!.result, receive!.outcome]).toEqual(['RECEIVE', 'slot 1', 'waits', 'waits']);
    expect(grant!.about).toEqual([2]);
    // Every request of the log is a row.
    expect(rows.length).toBe(gateway.syslog.since(1).filter((e) => e.kind === 'request').length);
  });

  it('take an answer that comes later', async () => {
    const all = await house();
    const { gateway, supervisor, init } = all;
    const joiner = new CallJoiner();
    gateway.execute(init, syscall(SYSCALL.RECEIVE, 1));
    const { rows } = joiner.add(gateway.syslog.since(1));
    const next = gateway.syslog.total + 1;
    gateway.execute(supervisor, { kind: 'input', pid: 1, data: new Uint8Array([65]) });
    const later = joiner.add(gateway.syslog.since(next));
    expect(later.touched).toBe(true);
    expect(rows.at(-1)!.result).toMatch(/^1, \d+ bytes$/);
    expect(later.rows.map((r) => r.name)).toEqual(['INPUT']);
  });
});

describe('a log that is read', () => {
  const model = async (calls: number, kept?: number): Promise<{ model: LogModel<CallRow>; rows: CallRow[] }> => {
    const { gateway, init } = await house();
    for (let i = 0; i < calls; i++) gateway.execute(init, syscall(i % 3 === 0 ? SYSCALL.CAP_DELETE : SYSCALL.TIME, 77));
    const rows = rowsOf(gateway);
    const made = new LogModel<CallRow>(kept);
    made.add(rows);
    return { model: made, rows };
  };

  it('is filtered by process, operation, outcome and text', async () => {
    const { model: log, rows } = await model(30);
    expect(log.shown.length).toBe(rows.length);
    log.filter = { outcome: 'error' };
    expect(log.shown.map((r) => r.name)).toEqual(Array(10).fill('CAP_DELETE'));
    log.filter = { name: 'TIME', pid: 1 };
    expect(log.shown.length).toBe(20);
    log.filter = { name: 'TIME', pid: 2 };
    expect(log.shown.length).toBe(0);
    // What the supervisor did about a process is that process's too.
    log.filter = { pid: 1, text: 'start' };
    expect(log.shown.map((r) => [r.pid, r.name])).toEqual([[0, 'START']]);
    log.filter = { text: 'bADf' };
    expect(log.shown.length).toBe(10);
    log.filter = {};
    expect(log.shown.length).toBe(rows.length);
  });

  it('stands still while it is read, and counts what came meanwhile', async () => {
    const { model: log, rows } = await model(5);
    const { rows: others } = await model(60);
    const news = others.filter((r) => r.id > rows.at(-1)!.id);
    expect(news.length).toBeGreaterThan(40);
    log.still(true);
    const before = [...log.shown];
    log.add(news);
    expect(log.shown).toEqual(before);
    expect(log.waiting).toBe(news.length);
    log.filter = { outcome: 'error' };
    expect([log.isStill, log.waiting]).toEqual([true, 0]);
    log.still(false);
    expect([log.shown.length, log.waiting]).toEqual([log.shown.filter((r) => r.outcome === 'error').length, 0]);
  });

  it('keeps the newest rows and counts the others', async () => {
    const { model: log, rows } = await model(200, 50);
    expect(log.size).toBe(50);
    expect(log.dropped).toBe(rows.length - 50);
    expect(log.shown.at(-1)).toBe(rows.at(-1));
  });
});

describe('the capability tree', () => {
  it('has roots first, and below each what came of it', async () => {
    const all = await house();
    const { gateway, init } = all;
    const pid = spawn(all, 'terminal');
    const slot = gateway.execute(init, syscall(SYSCALL.CAP_DERIVE, 0, RIGHT.WRITE | RIGHT.GRANT)).result!;
    const there = gateway.execute(init, syscall(SYSCALL.CAP_GRANT, slot, pid, RIGHT.WRITE)).result!;
    const caps = gateway.view.capabilities();
    const tree = treeOf(caps, {}, new Set());
    expect([tree.rows.length, tree.more, tree.total]).toEqual([caps.length, 0, caps.length]);
    const at = tree.rows.findIndex((r) => r.cap.holder?.pid === pid && r.cap.holder.slot === there);
    expect(tree.rows.slice(at - 1, at + 1).map((r) => [r.level, r.cap.holder])).toEqual([
      [2, { pid: 1, slot }],
      [3, { pid, slot: there }],
    ]);
    // Only what leads to it.
    const filtered = treeOf(caps, { holder: pid, type: OBJECT.ENDPOINT }, new Set());
    expect(filtered.rows.filter((r) => !r.passing).every((r) => r.cap.holder?.pid === pid)).toBe(true);
    expect(filtered.rows.some((r) => r.passing && r.cap.holder?.slot === slot)).toBe(true);
    // Folded.
    const folded = treeOf(caps, {}, new Set([tree.rows[at - 1]!.cap.id]));
    expect(folded.rows.length).toBe(caps.length - 1);
    // Bounded.
    expect(treeOf(caps, {}, new Set(), 3)).toMatchObject({ rows: { length: 3 }, more: caps.length - 3 });
  });
});

/** A stored log of two epochs, and the gateway of the second. */
async function twoEpochs(): Promise<{ stored: StoredLog; gateway: Gateway; states: Map<number, string> }> {
  const store = new MemoryStore();
  const first = await house({ store });
  for (let i = 0; i < 5; i++) spawn(first, `p${i}`);
  await first.gateway.flush();
  const all = await house({ store });
  const { gateway, supervisor } = all;
  const states = new Map<number, string>();
  const note = (): void => void states.set(gateway.commits.head.seq, hex(gateway.view.stateHash()));
  note();
  for (let i = 0; i < 8; i++) {
    const pid = spawn(all, `q${i}`);
    note();
    if (i % 2 === 0) gateway.execute(supervisor, { kind: 'kill', pid });
    note();
  }
  await gateway.flush();
  const stored = await store.read((await store.logs())[0]!.id);
  return { stored, gateway, states };
}

describe('a log for export', () => {
  it('has the earlier epochs of the store before what is in memory, and verifies', async () => {
    const { stored, gateway } = await twoEpochs();
    const whole = joinLogs(stored, gateway.commits.stored());
    const verdict = verifyLog(whole);
    expect(verdict.damage).toBeUndefined();
    expect(verdict.commits).toBe(gateway.commits.head.seq);
    expect(hex(hashState(verdict.state))).toBe(hex(gateway.view.stateHash()));
  });

  it('is memory alone where the store does not fit it', async () => {
    const { stored, gateway } = await twoEpochs();
    const memory = gateway.commits.stored();
    const other = await twoEpochs();
    const short = { ...stored, rows: stored.rows.slice(1) };
    const cut = { ...stored, rows: stored.rows.map((r, i) => (i === 0 ? { ...r, bytes: r.bytes.slice(0, -5) } : r)) };
    for (const bad of [undefined, short, cut, { ...stored, rows: other.stored.rows }])
      expect(verifyLog(joinLogs(bad, memory))).toMatchObject({ damage: undefined, head: { seq: memory.head.seq } });
  });
});

describe('a file that is opened as a log', () => {
  const read = (file: Partial<Blob>): Promise<StoredLog> => new Keeping().readFile(file as Blob);
  it('is read when it is one', async () => {
    const { gateway } = await house();
    const log = gateway.commits.stored();
    expect(await read(new Blob([new Uint8Array(encodeLogFile(log))]))).toEqual(log);
  });

  it('is refused when it is none, and not read at all when it is too long', async () => {
    await expect(read(new Blob(['GVAXIOM2']))).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await expect(read({ size: 5e9 })).rejects.toMatchObject({ code: 'BAD_ARGUMENT', message: 'a file of 4769 MiB; a log has at most 256' });
  });
});

describe('stepping through a log', () => {
  it('gives the state that the live system had, forwards, backwards and anywhere', async () => {
    const { stored, gateway, states } = await twoEpochs();
    const replayer = await Replayer.open(joinLogs(stored, gateway.commits.stored()));
    expect([replayer.first, replayer.last, replayer.length]).toEqual([1, gateway.commits.head.seq, gateway.commits.head.seq]);
    expect(replayer.stateHash).toBe(hex(gateway.view.stateHash()));
    const seqs = [...states.keys()];
    for (const seq of [...seqs, ...seqs.toReversed(), seqs[3]!, seqs[1]!, seqs[5]!]) {
      const step = replayer.at(seq)!;
      expect([seq, step.record.seq, step.stateHash]).toEqual([seq, seq, states.get(seq)]);
    }
    expect(replayer.at(-5)!.record.commit.type).toBe('Genesis');
    expect(replayer.at(1e9)!.hash).toBe(hex(gateway.commits.head.hash));
  });

  it('steps through a long log from the few states kept on the way', async () => {
    const all = await house({ keep: 100_000 });
    const { gateway, init } = all;
    const seen = new Map<number, string>();
    for (let i = 0; i < 17_000; i++) {
      gateway.execute(init, syscall(SYSCALL.CAP_DELETE, gateway.execute(init, syscall(SYSCALL.CAP_DERIVE, 0, RIGHT.WRITE)).result!));
      if (i % 1000 === 0) seen.set(gateway.commits.head.seq, hex(gateway.view.stateHash()));
    }
    const log = gateway.commits.stored();
    let heard = 0;
    const replayer = await Replayer.open(log, {
      progress: (done, total) => {
        expect(total).toBe(log.rows[0]!.bytes.length);
        // The end may be told of twice.
        if (done < total) expect(done).toBeGreaterThan(heard);
        heard = done;
      },
    });
    // More than 64 states at a distance of 500 would be kept.
    expect(replayer.length).toBeGreaterThan(64 * 500);
    expect(heard).toBe(log.rows[0]!.bytes.length);
    for (const [seq, state] of [...[...seen].reverse(), ...seen]) expect(replayer.at(seq)!.stateHash).toBe(state);
  });

  it('goes as far as a damaged log is good, and names the place', async () => {
    const { gateway } = await twoEpochs();
    const log = gateway.commits.stored();
    const bytes = log.rows[0]!.bytes.slice();
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    const replayer = await Replayer.open({ ...log, rows: [{ ...log.rows[0]!, bytes }] });
    const { damage, commits } = replayer.verdict;
    expect(damage).toBeDefined();
    expect(replayer.length).toBe(commits);
    expect(commits).toBeGreaterThan(0);
    expect(replayer.at(1e9)!.record.seq).toBe(damage!.seq - 1);
  });

  it('ends when it is told to', async () => {
    const { gateway } = await twoEpochs();
    const opened = Replayer.open(gateway.commits.stored(), { signal: AbortSignal.abort() });
    await expect(opened).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('of nothing says so', async () => {
    const none = new Uint8Array(32);
    const replayer = await Replayer.open({ anchor: { seq: 1, previous: none, state: undefined }, rows: [], head: { seq: 0, hash: none } });
    expect([replayer.length, replayer.at(1)]).toEqual([0, undefined]);
  });
});

describe('commits as rows', () => {
  it('say what was changed, by which request', async () => {
    const all = await house();
    const pid = spawn(all, 'a\nb');
    const rows = all.gateway.commits.since(1).map((record) => new CommitRow(record));
    const made = rows.find((r) => r.name === 'ProcessCreated' && r.pid === pid)!;
    expect(made.detail).toBe(`pid ${pid}, parent 1, kind 1, name “a□b”`);
    expect(made.result).toMatch(/^by \d+$/);
    expect(made.about).toEqual([1]);
  });
});

describe('stamps', () => {
  const stamp = (n: number) => ({ seq: n, head: n.toString(16).padStart(64, '0'), state: 'a'.repeat(64) });
  it('are found by the hash of the record, also after a reload, and are bounded', () => {
    const kept = new Map<string, string>();
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
    const stamps = new Stamps(storage);
    for (let i = 1; i <= 100; i++) stamps.put(stamp(i));
    expect([stamps.at(stamp(100).head)?.seq, stamps.at(stamp(36).head)]).toEqual([100, undefined]);
    expect(new Stamps(storage).at(stamp(99).head)).toEqual(stamp(99));
    // Whatever else may stand there is no stamp.
    kept.set('gpuvisor-stamps', '[{"seq":1},7,null]');
    expect(new Stamps(storage).at(stamp(1).head)).toBeUndefined();
    kept.set('gpuvisor-stamps', 'no json');
    expect(new Stamps(storage).at(stamp(1).head)).toBeUndefined();
  });

  it('work for the page alone where nothing can be stored', () => {
    const refusing = {
      getItem: (): string => {
        throw new Error('no');
      },
      setItem: (): void => {
        throw new Error('no');
      },
    };
    for (const storage of [refusing, undefined]) {
      const stamps = new Stamps(storage);
      stamps.put(stamp(3));
      expect(stamps.at(stamp(3).head)?.seq).toBe(3);
    }
  });
});
