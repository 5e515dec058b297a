// One life of a page that is reloaded in the middle: it checks what the last one left in IndexedDB, then does random things until it is gone. Beside the log,
// in localStorage, it notes (record, hash of the state) after every step: what is replayed must be that.
import { hashState } from '../../../src/supervisor/kernel/index.js';
import { hex, IndexedDbStore, replay, verifyLog, type Gateway, type StoredLog } from '../../../src/supervisor/index.js';
import { pause, Ward } from './ward.js';

const DATABASE = 'soak-axiom';
/** Notes that are kept. */
const NOTES = 4000;
const NAMES = ['terminal', 'echo', 'trapper', 'guesser', 'mid-call', 'queue-flooder', 'pinger'];

export interface LifeResult {
  /** 1 for the first life of the database. */
  readonly epoch: number;
  /** Records that were found, verified and replayed. */
  readonly found: number;
  /** Notes whose record was found: the replayed state had the noted hash each time. */
  readonly compared: number;
  /** Records behind the last one that was compared. */
  readonly beyond: number;
}

const note = (seq: number): string => `note-${seq}`;

async function stored(): Promise<StoredLog | undefined> {
  const store = await IndexedDbStore.open(DATABASE);
  try {
    const active = (await store.logs()).findLast((log) => !log.damage);
    return active && (await store.read(active.id));
  } finally {
    store.close();
  }
}

/** Compares what is stored with what was noted. @throws Error for any difference */
function compare(log: StoredLog): { compared: number; last: number } {
  const { damage } = verifyLog(log);
  if (damage) throw new Error(`damage at record ${damage.seq} (${damage.kind}): ${damage.message}`);
  let [compared, last] = [0, 0];
  for (const { seq, state } of replay(log)) {
    const noted = localStorage.getItem(note(seq));
    if (noted === null) continue;
    if (noted !== hex(hashState(state))) throw new Error(`record ${seq}: the replayed state is another one than the live one was`);
    compared++;
    last = seq;
  }
  return { compared, last };
}

/** Notes of a life that is over: what was not stored of it is gone, and its numbers are given again. */
function forget(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith('note-')) localStorage.removeItem(key);
}

/** Notes the state's hash after every step that changed it. */
function takeNotes(gateway: Gateway): void {
  let noted = gateway.commits.head.seq;
  const execute = gateway.execute.bind(gateway);
  gateway.execute = (origin, op) => {
    const execution = execute(origin, op);
    const { seq } = gateway.commits.head;
    if (seq !== noted) {
      localStorage.setItem(note(seq), hex(gateway.view.stateHash()));
      localStorage.removeItem(note(seq - NOTES));
      noted = seq;
    }
    return execution;
  };
}

/** Begins a life; it goes on until the page is reloaded. */
export async function live(): Promise<LifeResult> {
  const log = await stored();
  const { compared, last } = log ? compare(log) : { compared: 0, last: 0 };
  forget();
  // What was told to be stored is there.
  const promised = Number(localStorage.getItem('stored') ?? 0);
  if ((log?.head.seq ?? 0) < promised) throw new Error(`the log ends with record ${log?.head.seq}; ${promised} was stored`);
  const ward = await Ward.boot({ store: () => IndexedDbStore.open(DATABASE), keep: 1000 });
  const { supervisor } = ward;
  const { gateway } = supervisor.dispatcher;
  if (gateway.store.mode !== 'stored') throw new Error(`the log is in memory: ${gateway.store.reason}`);
  const { past } = supervisor;
  if (log && (past?.head.seq !== log.head.seq || past.damage)) throw new Error('boot found another log than the one that was verified');
  const { epoch } = gateway.view;
  if (epoch !== (past?.epoch ?? 0) + 1) throw new Error(`epoch ${epoch} after ${past?.epoch}`);
  const first = gateway.commits.since(log ? log.head.seq + 1 : 1)[0];
  if (first?.seq !== (log?.head.seq ?? 0) + 1) throw new Error(`the numbering goes on with ${first?.seq} after ${log?.head.seq}`);
  takeNotes(gateway);
  void act(ward);
  return { epoch, found: past?.commits ?? 0, compared, beyond: log ? log.head.seq - last : 0 };
}

/** Random things, for ever. */
async function act({ supervisor }: Ward): Promise<void> {
  const random = (below: number): number => Math.floor(Math.random() * below);
  for (;;) {
    const others = supervisor.processes().filter(({ pid }) => pid > 2);
    const pid = others.length > 0 ? others[random(others.length)]!.pid : 0;
    const dice = random(10);
    if (dice < 3 && others.length < 8) void supervisor.spawn(NAMES[random(NAMES.length)]!).catch(() => {});
    else if (dice < 5) supervisor.kill_process(pid);
    else if (dice < 6) supervisor.revoke_capability(pid, random(6));
    else supervisor.send_input_to_process(pid, ['caps\r', 'ps\r', 'x', 'spawn echo\r'][random(4)]!);
    const { stored: done } = supervisor.dispatcher.gateway.store;
    localStorage.setItem('stored', String(done));
    await pause(random(6));
  }
}
