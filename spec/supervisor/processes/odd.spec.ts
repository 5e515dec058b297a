// Odd requests: whatever a client sends, init and the permission manager answer each call once, in their form, go on, and give away nothing.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodeTransfer,
  INIT_TAG,
  KIND,
  OBJECT,
  packCounts,
  PERMISSION_TAG,
  RIGHT,
  SLOT,
  SYSCALL,
  type Message,
} from '../../../src/supervisor/abi/index.js';
import type { Receipt } from '../../../src/supervisor/index.js';
import { Receipt as Receipts } from '../../../src/supervisor/abi/receipt.js';
import { tearDown, until } from '../supervisor/house.js';
import { manifestWith, Town } from './town.js';

afterEach(tearDown);

/** A process without a worker: the spec makes its calls. */
class Client {
  #receipt: Receipt | undefined;
  #stop: () => void;

  constructor(
    readonly town: Town,
    readonly pid: number,
  ) {
    this.#stop = town.supervisor.dispatcher.attach(pid, (receipt) => (this.#receipt = receipt));
  }

  static make(town: Town, name: string): Client {
    const { dispatcher } = town.supervisor;
    const { result } = dispatcher.asSupervisor({ kind: 'create', name, parent: 0, process: KIND.WASM, console: true });
    dispatcher.asSupervisor({ kind: 'start', pid: result! });
    return new Client(town, result!);
  }

  /** A syscall's result and data, once they come. */
  async sys(
    number: number,
    args: readonly [number, number, number],
    data: Uint8Array = new Uint8Array(0),
  ): Promise<{ result: number; data: Uint8Array }> {
    this.#receipt = undefined;
    this.town.supervisor.dispatcher.asProcess(this.pid, { kind: 'syscall', number, args, data });
    await until(() => this.#receipt !== undefined, `process ${this.pid} is answered`);
    return Receipts.redeem(this.#receipt!, this.pid);
  }

  async call(slot: number, tag: number, data: Uint8Array): Promise<Message> {
    const { result, data: bytes } = await this.sys(SYSCALL.CALL, [slot, tag, 0], data);
    expect(result).toBe(1);
    return decodeMessage(bytes);
  }

  leave(): void {
    this.#stop();
    this.town.supervisor.kill_process(this.pid);
  }
}

const result = (message: Message): number => new DataView(message.data.slice().buffer).getInt32(0, true);
const slotOf = (message: Message): number => new DataView(message.data.slice().buffer).getUint32(4, true);
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

describe('odd requests', () => {
  it('each call is answered once, in its form, and nothing comes of it', async () => {
    const town = await Town.boot({ manifest: manifestWith({ boot: ['terminal'] }) });
    const client = Client.make(town, 'forger');
    const manager = await client.call(SLOT.INIT, INIT_TAG.CONNECT, text('permission_manager'));
    expect(result(manager)).toBe(0);
    const door = slotOf(manager);
    const held = (): number => town.supervisor.dispatcher.gateway.view.process(client.pid)!.slots.length;
    const [before, names] = [held(), town.supervisor.processes().length];
    const tag = fc.oneof(
      fc.constantFrom(...Object.values(INIT_TAG), ...Object.values(PERMISSION_TAG), 2, 0x3010, 0x3011),
      fc.nat(0xffffffff),
    );
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom('terminal', 'init', '../echo', 'ECHO', '', '\u0000', 'x'.repeat(33), 'e\u0301').map(text),
      // What is right but for a byte more or less.
      fc.tuple(fc.constantFrom(4, 8, 10, 18), fc.integer({ min: -1, max: 1 })).map(([n, more]) => new Uint8Array(n + more).fill(1)),
      fc.constantFrom(16384, 9000).map((n) => new Uint8Array(n).fill(0x61)),
    );
    await fc.assert(
      fc.asyncProperty(fc.boolean(), tag, data, async (init, which, bytes) => {
        // A way to a service is what it may have; as often as it likes.
        fc.pre(which !== INIT_TAG.CONNECT);
        const answer = await client.call(init ? SLOT.INIT : door, which, bytes);
        expect([answer.from, answer.tag]).toEqual(init ? [1, INIT_TAG.ANSWER] : [2, PERMISSION_TAG.ANSWER]);
        if (!init && which === PERMISSION_TAG.LIST) expect([...answer.data]).toEqual([0, 0, 0, 0]);
        else expect([answer.data.length, result(answer) < 0, slotOf(answer)]).toEqual([8, true, SLOT.NONE]);
      }),
      { numRuns: 400 },
    );
    expect([held(), town.supervisor.processes().length]).toEqual([before, names]);
    client.leave();
    await town.healthy(3);
  });

  it('capabilities that nobody asked for are given up, and only a service of its own name is one', async () => {
    const town = await Town.boot({ manifest: manifestWith({ boot: ['terminal'] }) });
    const client = Client.make(town, 'forger');
    const { view } = town.supervisor.dispatcher.gateway;
    const door = slotOf(await client.call(SLOT.INIT, INIT_TAG.CONNECT, text('permission_manager')));
    const before = [1, 2].map((pid) => view.process(pid)!.slots.length);
    for (const to of [SLOT.INIT, door]) {
      for (const tag of [INIT_TAG.REGISTER, INIT_TAG.SPAWN, 0x77]) {
        for (const count of [1, 2, 8]) {
          const slots: number[] = [];
          for (let i = 0; i < count; i++) slots.push((await client.sys(SYSCALL.CAP_DERIVE, [SLOT.OWN, RIGHT.ALL, 0])).result);
          const data = text('permission_manager');
          const { result: sent } = await client.sys(
            SYSCALL.SEND_CAP,
            [to, tag, packCounts(data.length, count)],
            encodeTransfer(data, slots),
          );
          expect(sent).toBe(0);
        }
      }
    }
    await until(() => [1, 2].every((pid) => view.endpoints().every((e) => e.owner !== pid || e.messages === 0)), 'all is received');
    await client.call(SLOT.INIT, 0x77, new Uint8Array(0));
    await client.call(door, 0x77, new Uint8Array(0));
    expect([1, 2].map((pid) => view.process(pid)!.slots.length)).toEqual(before);
    const other = view.endpoints().find((e) => e.owner === client.pid)!.id;
    const { result: mine } = await client.sys(SYSCALL.CAP_GRANT, [SLOT.OWN, 1, RIGHT.ALL]);
    expect(mine, 'a gift').toBeGreaterThan(0);
    client.leave();
    expect(view.endpoints().some((e) => e.id === other)).toBe(false);
    await town.healthy(3);
  });

  it('init’s table full of gifts keeps nobody from starting a process: init gives up what strangers gave it', async () => {
    const town = await Town.boot({ manifest: manifestWith({ boot: ['terminal'] }), limits: { initCaps: 24 } });
    const client = Client.make(town, 'forger');
    for (let refused = false; !refused;) refused = (await client.sys(SYSCALL.CAP_GRANT, [SLOT.OWN, 1, RIGHT.ALL])).result < 0;
    await town.healthy(3);
    client.leave();
  });

  it('what the permission manager was told to grant is in the requester’s table, and nothing else', async () => {
    const town = await Town.boot({ manifest: manifestWith({ boot: ['terminal'] }) });
    const client = Client.make(town, 'terminal');
    const door = slotOf(await client.call(SLOT.INIT, INIT_TAG.CONNECT, text('permission_manager')));
    const request = new Uint8Array(10);
    request.set([OBJECT.PROCESS, RIGHT.READ]);
    const answer = await client.call(door, PERMISSION_TAG.REQUEST, request);
    expect(result(answer)).toBe(0);
    const rows = town.supervisor.dispatcher.gateway.view
      .capabilities()
      .filter(({ holder }) => holder?.pid === client.pid && holder.slot > door);
    expect(rows).toMatchObject([{ type: OBJECT.PROCESS, object: 0, rights: RIGHT.READ, holder: { slot: slotOf(answer) }, giver: 1 }]);
    client.leave();
  });
});
