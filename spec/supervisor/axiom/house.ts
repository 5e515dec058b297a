// A gateway with processes in it, driven by hand: a clock that is set, syscalls by name, something going on that can be repeated.
import { KIND, SLOT, SYSCALL } from '../../../src/supervisor/abi/index.js';
import {
  IndexedDbStore,
  MemoryStore,
  openGateway,
  type Clock,
  type Execution,
  type Gateway,
  type GatewayOptions,
  type LogStore,
  type Opened,
  type Origin,
  type StoredLog,
} from '../../../src/supervisor/axiom/index.js';
import type { Operation } from '../../../src/supervisor/kernel/index.js';

export class HandClock implements Clock {
  micros = 1_000_000;
  millis = 1_700_000_000_000;
  now(): number {
    return this.micros;
  }
  wall(): number {
    return this.millis;
  }
}

export class House {
  readonly origins = new Map<number, Origin>();

  private constructor(
    readonly opened: Opened,
    readonly clock: HandClock,
  ) {}

  static async open(options: GatewayOptions = {}): Promise<House> {
    const clock = new HandClock();
    const opened = await openGateway({ clock, delay: 1, ...options });
    const house = new House(opened, clock);
    house.op({ kind: 'boot' });
    house.op({ kind: 'start', pid: 1 });
    return house;
  }

  get gateway(): Gateway {
    return this.opened.gateway;
  }

  /** By the supervisor. */
  op(op: Operation): Execution {
    return this.gateway.execute(this.opened.supervisor, op);
  }

  origin(pid: number): Origin {
    const known = this.origins.get(pid);
    if (known) return known;
    const origin = this.gateway.originOf(this.opened.supervisor, pid);
    this.origins.set(pid, origin);
    return origin;
  }

  sys(pid: number, name: keyof typeof SYSCALL, args: readonly number[] = [], data = new Uint8Array(0)): Execution {
    const [a = 0, b = 0, c = 0] = args;
    return this.gateway.execute(this.origin(pid), { kind: 'syscall', number: SYSCALL[name], args: [a, b, c], data });
  }

  spawn(name = 'process', kind: 1 | 2 | 3 = KIND.WASM): number {
    const pid = this.op({ kind: 'create', name, parent: 1, process: kind, console: true }).result!;
    this.op({ kind: 'start', pid });
    return pid;
  }

  /** Messages, capabilities, waits, ends: about 30 commits each time. */
  bustle(times = 1): void {
    for (let i = 0; i < times; i++) {
      this.clock.micros += 1000;
      const [client, server] = [this.spawn('client'), this.spawn('server')];
      const slot = this.sys(server, 'CAP_GRANT', [SLOT.OWN, client, 2]).result!;
      this.sys(client, 'SEND', [slot, 7], Uint8Array.of(1, 2, 3));
      this.sys(server, 'RECEIVE', [SLOT.OWN]);
      this.sys(client, 'CALL', [slot, 8]);
      this.sys(server, 'CAP_REVOKE', [client, slot]);
      this.op({ kind: 'kill', pid: client });
      this.sys(server, 'EXIT', [i]);
    }
  }
}

/** The stores of this runtime. Each call gives an empty one; `again` opens what it kept once more. */
export interface StoreKind {
  readonly name: string;
  make(): Promise<{ readonly store: LogStore; again(): Promise<LogStore>; done(): Promise<void> }>;
}

let made = 0;

const memory: StoreKind = {
  name: 'memory',
  async make() {
    const store = new MemoryStore();
    return { store, again: async () => store, done: async () => {} };
  },
};

const indexedDb: StoreKind = {
  name: 'IndexedDB',
  async make() {
    const name = `axiom-spec-${Date.now()}-${made++}`;
    const opened: LogStore[] = [];
    const again = async (): Promise<LogStore> => {
      const store = await IndexedDbStore.open(name);
      opened.push(store);
      return store;
    };
    return {
      store: await again(),
      again,
      async done() {
        for (const store of opened) store.close();
        await IndexedDbStore.remove(name);
      },
    };
  },
};

/** Node has no IndexedDB: there the database's own specs run in the two browsers. */
export const STORES: readonly StoreKind[] = 'indexedDB' in globalThis ? [memory, indexedDb] : [memory];

/** The active log of a store. */
export async function activeLog(store: LogStore): Promise<StoredLog> {
  const active = (await store.logs()).findLast((log) => !log.damage);
  return store.read(active!.id);
}

/** A copy whose bytes can be changed. */
export function copyLog(log: StoredLog): {
  anchor: { seq: number; previous: Uint8Array; state: Uint8Array | undefined };
  rows: { first: number; bytes: Uint8Array }[];
  head: { seq: number; hash: Uint8Array };
} {
  const { anchor, rows, head } = log;
  return {
    anchor: { seq: anchor.seq, previous: anchor.previous.slice(), state: anchor.state?.slice() },
    rows: rows.map((row) => ({ first: row.first, bytes: row.bytes.slice() })),
    head: { seq: head.seq, hash: head.hash.slice() },
  };
}
