// Messages: bounded queues in order, blocking receive, call and reply, capabilities on the way, console input, notices.
import { describe, expect, it } from 'vitest';
import { decodeCreated, encodeTransfer, ERROR, packCounts, SIZE, SLOT, TAG } from '../../../src/supervisor/abi/index.js';
import { NO_BYTES, ofText, pair, Rig, text } from './rig.js';

const { PERM, NOENT, INVAL, AGAIN, NOMEM, BADF, BUSY, OVERFLOW } = ERROR;

/** SEND_CAP with these slots. */
const sendCaps = (rig: Rig, pid: number, to: number, slots: readonly number[], data = NO_BYTES) =>
  rig.sys(pid, 'SEND_CAP', [to, 9, packCounts(data.length, slots.length)], encodeTransfer(data, slots));

describe('endpoints', () => {
  it('are made up to the quota, and are their maker’s', () => {
    const rig = new Rig({ endpoints: 4 });
    const pid = rig.spawn();
    const slot = rig.sys(pid, 'EP_CREATE')!;
    const created = decodeCreated(rig.last.data);
    expect(created.slot).toBe(slot);
    expect(rig.state.endpoints.get(created.endpoint)!.owner).toBe(pid);
    expect(rig.sys(pid, 'EP_CREATE')).toBe(slot + 1);
    expect(rig.sys(pid, 'EP_CREATE')).toBe(-NOMEM);
    rig.sys(pid, 'CAP_DELETE', [slot]);
    expect(rig.sys(pid, 'EP_CREATE'), 'what is given back can be used again').toBe(slot + 2);
  });
});

describe('send and receive', () => {
  it('keep the order, and say who sent what', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    for (let i = 0; i < 5; i++) expect(rig.sys(client, 'SEND', [slot, 100 + i], text(`m${i}`))).toBe(0);
    const got = rig.drain(server, 0);
    expect(got.map((m) => [m.from, m.tag, m.call, ofText(m.data)])).toEqual([0, 1, 2, 3, 4].map((i) => [client, 100 + i, 0, `m${i}`]));
    expect(rig.sys(server, 'RECEIVE', [0, 1])).toBe(-AGAIN);
  });

  it('need W and R', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    expect(rig.sys(client, 'RECEIVE', [slot, 1])).toBe(-PERM);
    expect(rig.sys(client, 'SEND', [SLOT.INPUT, 1])).toBe(-PERM);
    expect(rig.sys(client, 'SEND', [SLOT.CONSOLE, 1])).toBe(-BADF);
    expect(rig.sys(client, 'SEND', [500, 1])).toBe(-BADF);
    expect(rig.sys(client, 'RECEIVE', [SLOT.CONSOLE, 1])).toBe(-BADF);
    expect(rig.sys(server, 'RECEIVE', [0, 2])).toBe(-INVAL);
  });

  it('take 16 KiB, and not a byte more', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    expect(rig.sys(client, 'SEND', [slot, 1], new Uint8Array(SIZE.MESSAGE).fill(7))).toBe(0);
    expect(rig.sys(client, 'SEND', [slot, 1], new Uint8Array(SIZE.MESSAGE + 1))).toBe(-OVERFLOW);
    expect(rig.drain(server, 0).map((m) => m.data.length)).toEqual([SIZE.MESSAGE]);
  });

  it('copy: the sender’s buffer is its own again', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    const data = text('before');
    rig.sys(client, 'SEND', [slot, 1], data);
    data.fill(0);
    expect(rig.drain(server, 0).map((m) => ofText(m.data))).toEqual(['before']);
  });

  it('wait: a receiver blocks, and has its message the moment it is sent', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    expect(rig.sys(server, 'RECEIVE', [0])).toBeUndefined();
    expect(rig.sys(server, 'NOP'), 'one call at a time').toBe(-BUSY);
    expect(rig.sys(client, 'SEND', [slot, 7], text('now'))).toBe(0);
    expect(rig.lateMessage(server)).toMatchObject({ from: client, tag: 7 });
    expect(rig.sys(server, 'NOP')).toBe(0);
  });

  it('serve waiting receivers in the order they came', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    const second = rig.spawn('second');
    const its = rig.sys(server, 'CAP_GRANT', [0, second, 1])!;
    rig.sys(second, 'RECEIVE', [its]);
    rig.sys(server, 'RECEIVE', [0]);
    rig.sys(client, 'SEND', [slot, 1]);
    rig.sys(client, 'SEND', [slot, 2]);
    expect(rig.lateMessage(second).tag).toBe(1);
    expect(rig.lateMessage(server).tag).toBe(2);
  });

  it('wait no longer than they were told', () => {
    const rig = new Rig();
    const { server } = pair(rig);
    expect(rig.sys(server, 'RECEIVE', [0, 0, 20])).toBeUndefined();
    rig.wait(19);
    expect(rig.answer(server)).toBeUndefined();
    rig.wait(1);
    expect(rig.answer(server)?.result).toBe(-AGAIN);
  });
});

describe('queues are bounded', () => {
  it('in messages; a full one says AGAIN and takes more when there is room', () => {
    const rig = new Rig({ queue: 6, queueShare: 4 });
    const { client, server, slot } = pair(rig);
    const other = rig.spawn('other');
    const its = rig.sys(server, 'CAP_GRANT', [0, other, 2])!;
    const sends = (pid: number, by: number) => rig.sys(pid, 'SEND', [by, 1]);
    expect(
      [1, 2, 3, 4, 5].map(() => sends(client, slot)),
      'one sender has its share',
    ).toEqual([0, 0, 0, 0, -AGAIN]);
    expect(
      [1, 2, 3].map(() => sends(other, its)),
      'the others have theirs',
    ).toEqual([0, 0, -AGAIN]);
    expect(rig.sys(server, 'RECEIVE', [0])).toBe(1);
    expect(sends(other, its)).toBe(0);
    expect(sends(client, slot)).toBe(-AGAIN);
  });

  it('in bytes, of a queue and of a process', () => {
    const rig = new Rig({ queueBytes: 1000, processBytes: 1500 });
    const { client, server, slot } = pair(rig);
    const second = rig.sys(server, 'EP_CREATE')!;
    const its = rig.sys(server, 'CAP_GRANT', [second, client, 2])!;
    expect(rig.sys(client, 'SEND', [slot, 1], new Uint8Array(900))).toBe(0);
    expect(rig.sys(client, 'SEND', [slot, 1], new Uint8Array(101))).toBe(-AGAIN);
    expect(rig.sys(client, 'SEND', [slot, 1], new Uint8Array(100))).toBe(0);
    expect(rig.sys(client, 'SEND', [its, 1], new Uint8Array(501))).toBe(-AGAIN);
    expect(rig.sys(client, 'SEND', [its, 1], new Uint8Array(500))).toBe(0);
    rig.drain(server, 0);
    expect(rig.sys(client, 'SEND', [its, 1], new Uint8Array(500))).toBe(0);
  });

  it('for messages, input and notices apart: none keeps another out', () => {
    const rig = new Rig({ queue: 3, queueShare: 3, notices: 2, queueBytes: 600, processBytes: 600 });
    const { client, server, slot } = pair(rig);
    rig.sys(server, 'CAP_DELETE', [SLOT.INPUT]);
    const input = (length: number) => rig.op(0, { kind: 'input', pid: server, data: new Uint8Array(length) }).result;
    const send = (length: number) => rig.sys(client, 'SEND', [slot, 1], new Uint8Array(length));
    const revoke = () => rig.sys(client, 'CAP_REVOKE', [server, rig.sys(client, 'CAP_GRANT', [0, server, 2])!]);
    expect([send(200), send(200), send(200), send(0)]).toEqual([0, 0, 0, -AGAIN]);
    expect([input(200), input(401), input(400), input(1), input(0), input(0)]).toEqual([0, -AGAIN, 0, -AGAIN, 0, -AGAIN]);
    expect([revoke(), revoke(), revoke(), revoke()]).toEqual([1, 1, 1, 1]);
    expect(rig.drain(server, SLOT.OWN).map((m) => m.tag)).toEqual([1, 1, 1, 2, 2, 2, 0x3010, 0x3010, 0x3011]);
    expect([revoke(), input(600), send(600)]).toEqual([1, 0, 0]);
  });

  it('in capabilities on the way', () => {
    const rig = new Rig({ queueCaps: 3 });
    const { client, slot } = pair(rig);
    const derive = () => rig.sys(client, 'CAP_DERIVE', [0, 7])!;
    expect(sendCaps(rig, client, slot, [derive(), derive()])).toBe(0);
    expect(sendCaps(rig, client, slot, [derive(), derive()])).toBe(-AGAIN);
    expect(sendCaps(rig, client, slot, [derive()])).toBe(0);
  });
});

describe('capabilities in messages', () => {
  it('move: the sender has them no more, the receiver has them in new slots', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    const [one, two] = [rig.sys(client, 'CAP_DERIVE', [0, 6])!, rig.sys(client, 'EP_CREATE')!];
    const ids = [one, two].map((s) => rig.state.processes.get(client)!.slots.get(s)!.id);
    expect(sendCaps(rig, client, slot, [one, two], text('two'))).toBe(0);
    expect(rig.sys(client, 'CAP_INSPECT', [one])).toBe(-BADF);
    expect(rig.sys(client, 'SEND', [two, 1])).toBe(-BADF);
    expect(rig.sys(server, 'RECEIVE', [0])).toBe(1);
    const { slots, data } = rig.message();
    expect(ofText(data)).toBe('two');
    expect(slots).toHaveLength(2);
    expect(slots.map((s) => rig.state.processes.get(server)!.slots.get(s)!.id)).toEqual(ids);
    expect(rig.sys(server, 'SEND', [slots[0]!, 1], text('back'))).toBe(0);
    expect(rig.drain(client, 0).map((m) => ofText(m.data))).toEqual(['back']);
  });

  it('go straight to a waiting receiver', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    rig.sys(server, 'RECEIVE', [0]);
    sendCaps(rig, client, slot, [rig.sys(client, 'CAP_DERIVE', [0, 6])!]);
    const [arrived] = rig.lateMessage(server).slots;
    expect(rig.sys(server, 'SEND', [arrived!, 1])).toBe(0);
  });

  it('must be the sender’s to hand on', () => {
    const rig = new Rig();
    const { client, slot } = pair(rig);
    const noG = rig.sys(client, 'CAP_DERIVE', [0, 3])!;
    const good = rig.sys(client, 'CAP_DERIVE', [0, 7])!;
    expect(sendCaps(rig, client, slot, [good, noG])).toBe(-PERM);
    expect(sendCaps(rig, client, slot, [good, 99])).toBe(-BADF);
    expect(sendCaps(rig, client, slot, [good, good])).toBe(-INVAL);
    expect(
      sendCaps(
        rig,
        client,
        slot,
        new Array<number>(9).fill(0).map((_, i) => i),
      ),
    ).toBe(-OVERFLOW);
    expect(sendCaps(rig, client, slot, [], new Uint8Array(SIZE.MESSAGE + 1))).toBe(-OVERFLOW);
    expect(rig.sys(client, 'SEND_CAP', [slot, 1, packCounts(3, 1)], new Uint8Array(6))).toBe(-INVAL);
    expect(rig.sys(client, 'CAP_INSPECT', [good]), 'nothing has left').toBe(1);
    expect(sendCaps(rig, client, slot, [], text('none'))).toBe(0);
  });

  it('that find no room are lost, and the message is not', () => {
    const rig = new Rig({ caps: 8, capsFromOne: 3 });
    const { client, server, slot } = pair(rig);
    const [a, b] = [rig.sys(client, 'CAP_DERIVE', [0, 7])!, rig.sys(client, 'CAP_DERIVE', [0, 7])!];
    sendCaps(rig, client, slot, [a, b]);
    while (rig.sys(server, 'CAP_DERIVE', [0, 1])! > 0);
    rig.sys(server, 'CAP_DELETE', [SLOT.CONSOLE]);
    expect(rig.sys(server, 'RECEIVE', [0])).toBe(1);
    const { slots } = rig.message();
    expect([slots[0]! < 100, slots[1]]).toEqual([true, SLOT.NONE]);
    expect(rig.slots(server)).toHaveLength(8);
  });

  it('that came of one another and find no room go together', () => {
    // Of three, the third finds no room; it is where the first two came from, so they go with it.
    const rig = new Rig({ capsFromOne: 2 });
    const { client, server, slot } = pair(rig);
    const root = rig.sys(client, 'CAP_DERIVE', [0, 7])!;
    const [a, b] = [rig.sys(client, 'CAP_DERIVE', [root, 7])!, rig.sys(client, 'CAP_DERIVE', [root, 7])!];
    sendCaps(rig, client, slot, [a, b, root]);
    expect(rig.sys(server, 'RECEIVE', [0])).toBe(1);
    expect(rig.message().slots).toEqual([SLOT.NONE, SLOT.NONE, SLOT.NONE]);
  });

  it('end with the queue they are in', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    const third = rig.spawn('third');
    const parent = rig.sys(client, 'CAP_DERIVE', [0, 7])!;
    const child = rig.sys(client, 'CAP_GRANT', [parent, third, 2])!;
    sendCaps(rig, client, slot, [parent]);
    rig.kill(server);
    expect(rig.sys(third, 'SEND', [child, 1])).toBe(-BADF);
  });
});

describe('call and reply', () => {
  it('one asks and waits, the other answers that very call', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    expect(rig.sys(client, 'CALL', [slot, 5], text('what?'))).toBeUndefined();
    expect(rig.sys(server, 'RECEIVE', [0])).toBe(1);
    const { call, from, tag, data } = rig.message();
    expect([from, tag, ofText(data)]).toEqual([client, 5, 'what?']);
    expect(call).toBeGreaterThan(0);
    expect(rig.sys(server, 'REPLY', [call, 6], text('that'))).toBe(0);
    const answer = rig.lateMessage(client);
    expect(answer).toMatchObject({ from: server, tag: 6, call: 0, slots: [] });
    expect(ofText(answer.data)).toBe('that');
    expect(rig.sys(server, 'REPLY', [call, 6]), 'once').toBe(-NOENT);
  });

  it('a waiting server is served at once', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    rig.sys(server, 'RECEIVE', [0]);
    expect(rig.sys(client, 'CALL', [slot, 5])).toBeUndefined();
    expect(rig.sys(server, 'REPLY', [rig.lateMessage(server).call, 1])).toBe(0);
    expect(rig.lateMessage(client).tag).toBe(1);
  });

  it('only who received the call may answer it', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    const liar = rig.spawn('liar');
    rig.sys(client, 'CALL', [slot, 5]);
    for (const guess of [1, 2, 3]) expect(rig.sys(liar, 'REPLY', [guess, 1])).toBe(-NOENT);
    expect(rig.sys(server, 'REPLY', [1, 1]), 'not before it is received').toBe(-NOENT);
    rig.sys(server, 'RECEIVE', [0]);
    const { call } = rig.message();
    expect(rig.sys(liar, 'REPLY', [call, 1])).toBe(-NOENT);
    expect(rig.sys(server, 'REPLY', [call, 1, 1]), 'the high half counts').toBe(-NOENT);
  });

  it('the answer has its limit too', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    rig.sys(client, 'CALL', [slot, 5]);
    rig.sys(server, 'RECEIVE', [0]);
    const { call } = rig.message();
    expect(rig.sys(server, 'REPLY', [call, 1], new Uint8Array(SIZE.MESSAGE + 1))).toBe(-OVERFLOW);
    expect(rig.sys(server, 'REPLY', [call, 1], new Uint8Array(SIZE.MESSAGE))).toBe(0);
    expect(rig.lateMessage(client).data).toHaveLength(SIZE.MESSAGE);
  });

  it('is refused like a send', () => {
    const rig = new Rig({ queue: 1 });
    const { client, slot } = pair(rig);
    expect(rig.sys(client, 'CALL', [99, 1])).toBe(-BADF);
    expect(rig.sys(client, 'CALL', [SLOT.INPUT, 1])).toBe(-PERM);
    expect(rig.sys(client, 'CALL', [slot, 1, 0], new Uint8Array(SIZE.MESSAGE + 1))).toBe(-OVERFLOW);
    rig.sys(client, 'SEND', [slot, 1]);
    expect(rig.sys(client, 'CALL', [slot, 1])).toBe(-AGAIN);
  });

  it('a call that takes too long ends, queued or taken, and a late answer finds nobody', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    rig.sys(client, 'CALL', [slot, 1, 10]);
    rig.wait(10);
    expect(rig.answer(client)?.result).toBe(-AGAIN);
    expect(rig.drain(server, 0), 'its message is gone').toEqual([]);
    rig.sys(client, 'CALL', [slot, 1, 10]);
    rig.sys(server, 'RECEIVE', [0]);
    const { call } = rig.message();
    rig.wait(10);
    expect(rig.answer(client)?.result).toBe(-AGAIN);
    expect(rig.sys(server, 'REPLY', [call, 1])).toBe(-NOENT);
  });

  it.each(['queued', 'taken'])('a caller hears when its server is gone (call %s)', (when) => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    rig.sys(client, 'CALL', [slot, 1]);
    if (when === 'taken') rig.sys(server, 'RECEIVE', [0]);
    rig.kill(server);
    expect(rig.answer(client)?.result).toBe(-NOENT);
    expect(rig.sys(client, 'NOP')).toBe(0);
  });

  it('a caller hears when nobody can receive its call any more, though the server lives', () => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    rig.sys(client, 'CALL', [slot, 1]);
    expect(rig.sys(server, 'CAP_DELETE', [0])).toBe(0);
    expect(rig.answer(client)?.result).toBe(-NOENT);
    expect(rig.sys(client, 'SEND', [slot, 1])).toBe(-BADF);
  });

  it.each(['queued', 'taken'])('a server is not hurt by a caller that is gone (call %s)', (when) => {
    const rig = new Rig();
    const { client, server, slot } = pair(rig);
    rig.sys(client, 'CALL', [slot, 1]);
    if (when === 'taken') rig.sys(server, 'RECEIVE', [0]);
    rig.kill(client);
    expect(rig.sys(server, 'REPLY', [1, 1])).toBe(-NOENT);
    expect(rig.drain(server, 0)).toEqual([]);
  });
});

describe('console input', () => {
  it('comes from the kernel, to the input slot, byte for byte', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    expect(rig.op(0, { kind: 'input', pid, data: text('ls é\n') }).result).toBe(0);
    expect(rig.sys(pid, 'RECEIVE', [SLOT.INPUT])).toBe(1);
    expect(rig.message()).toMatchObject({ from: 0, tag: TAG.CONSOLE_INPUT });
    expect(ofText(rig.message().data)).toBe('ls é\n');
  });

  it('says when it cannot', () => {
    const rig = new Rig({ queue: 2 });
    const pid = rig.spawn();
    const input = (to: number, data = NO_BYTES) => rig.op(0, { kind: 'input', pid: to, data }).result;
    expect(input(99)).toBe(-NOENT);
    expect(input(0)).toBe(-NOENT);
    expect(input(pid, new Uint8Array(SIZE.MESSAGE + 1))).toBe(-OVERFLOW);
    expect([input(pid), input(pid), input(pid)]).toEqual([0, 0, -AGAIN]);
    rig.sys(pid, 'CAP_DELETE', [SLOT.INPUT]);
    rig.sys(pid, 'CAP_DELETE', [SLOT.OWN]);
    expect(input(pid)).toBe(-BADF);
  });

  it('goes where notices go: without the input slot, to the process’s own endpoint', () => {
    const rig = new Rig();
    const pid = rig.spawn();
    rig.sys(pid, 'CAP_DELETE', [SLOT.INPUT]);
    expect(rig.sys(pid, 'RECEIVE', [SLOT.OWN])).toBeUndefined();
    expect(rig.op(0, { kind: 'input', pid, data: text('ls') }).result).toBe(0);
    expect(rig.lateMessage(pid)).toMatchObject({ from: 0, tag: TAG.CONSOLE_INPUT, data: text('ls') });
  });
});

describe('notices', () => {
  it('fit beyond a full queue; then one stands for all the rest', () => {
    const rig = new Rig({ queue: 3, queueShare: 3, notices: 2, caps: 64 });
    const [giver, pid] = [rig.spawn('giver'), rig.spawn('victim')];
    for (let i = 0; i < 3; i++) rig.op(0, { kind: 'input', pid, data: NO_BYTES });
    for (let i = 0; i < 6; i++) {
      const slot = rig.sys(giver, 'CAP_GRANT', [0, pid, 2])!;
      expect(rig.sys(giver, 'CAP_REVOKE', [pid, slot])).toBe(1);
    }
    const tags = (n: number) =>
      Array.from({ length: n }, () => (rig.sys(pid, 'RECEIVE', [SLOT.INPUT, 1]) === 1 ? rig.message().tag : undefined));
    const { CONSOLE_INPUT, CAP_REVOKED, NOTICES_LOST } = TAG;
    expect(tags(4)).toEqual([CONSOLE_INPUT, CONSOLE_INPUT, CONSOLE_INPUT, CAP_REVOKED]);
    const slot = rig.sys(giver, 'CAP_GRANT', [0, pid, 2])!;
    rig.sys(giver, 'CAP_REVOKE', [pid, slot]);
    expect(tags(4), 'there is room for the next one again').toEqual([CAP_REVOKED, NOTICES_LOST, CAP_REVOKED, undefined]);
  });
});
