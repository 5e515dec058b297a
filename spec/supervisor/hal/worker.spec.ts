// What a process sees: its three functions, at the edges of its memory and of its mailbox.
import { describe, expect, it } from 'vitest';
import { ERROR, MAILBOX, SYSCALL, type Args, type ProcessMailbox } from '../../../src/supervisor/abi/index.js';
import { processImports, serveProcess, type ProcessScope } from '../../../src/supervisor/hal/process-worker.js';
import { plainText, readMessage, type FromProcess } from '../../../src/supervisor/hal/protocol.js';

/** A mailbox that is answered at once. */
class Answering {
  readonly asked: { number: number; args: Args; data: Uint8Array }[] = [];
  answer = { result: 0, data: new Uint8Array(0) };
  post(number: number, args: Args, data: Uint8Array): void {
    this.asked.push({ number, args, data: data.slice() });
  }
  wait(): boolean {
    return true;
  }
  take(): { result: number; data: Uint8Array } {
    return this.answer;
  }
}

function open(pages = 1): { env: ReturnType<typeof processImports>; mailbox: Answering; memory: WebAssembly.Memory; rings: () => number } {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 4 });
  const mailbox = new Answering();
  let rings = 0;
  return { env: processImports(memory, mailbox as unknown as ProcessMailbox, () => rings++), mailbox, memory, rings: () => rings };
}

describe('syscall', () => {
  it('posts number, arguments and bytes, and gives the result', () => {
    const { env, mailbox, memory, rings } = open();
    new Uint8Array(memory.buffer).set([1, 2, 3], 100);
    mailbox.answer = { result: -5, data: new Uint8Array(0) };
    expect(env.syscall(SYSCALL.SEND, 1, -1, 7, 100, 3)).toBe(-5n);
    expect(mailbox.asked).toEqual([{ number: SYSCALL.SEND, args: [1, -1, 7], data: Uint8Array.of(1, 2, 3) }]);
    expect(rings()).toBe(1);
    mailbox.answer = { result: 2 ** 53 - 1, data: new Uint8Array(0) };
    expect(env.syscall(SYSCALL.TIME, 0, 0, 0, 0, 0)).toBe(9007199254740991n);
  });

  it.each([
    ['behind the end', 65_536, 1],
    ['over the end', 65_530, 7],
    ['at a negative address', -1, 1],
    ['of negative length', 0, -1],
    ['of no bytes behind the end', 65_537, 0],
  ])('of a range %s is INVAL, and nothing is posted', (_, at, length) => {
    const { env, mailbox } = open();
    expect(env.syscall(SYSCALL.SEND, 0, 0, 0, at, length)).toBe(BigInt(-ERROR.INVAL));
    expect(mailbox.asked).toEqual([]);
  });

  it('takes the last byte of memory, and no byte at its end', () => {
    const { env, mailbox } = open();
    env.syscall(SYSCALL.SEND, 0, 0, 0, 65_535, 1);
    env.syscall(SYSCALL.SEND, 0, 0, 0, 65_536, 0);
    expect(mailbox.asked.map(({ data }) => data.length)).toEqual([1, 0]);
  });

  it('of more than a mailbox takes is OVERFLOW, and nothing is posted', () => {
    const { env, mailbox } = open(2);
    expect(env.syscall(SYSCALL.SEND, 0, 0, 0, 0, MAILBOX.DATA + 1)).toBe(BigInt(-ERROR.OVERFLOW));
    expect(mailbox.asked).toEqual([]);
    env.syscall(SYSCALL.SEND, 0, 0, 0, 0, MAILBOX.DATA);
    expect(mailbox.asked).toHaveLength(1);
  });

  it('sees memory that has grown', () => {
    const { env, mailbox, memory } = open();
    memory.grow(1);
    env.syscall(SYSCALL.SEND, 0, 0, 0, 65_536, 10);
    expect(mailbox.asked).toHaveLength(1);
  });
});

describe('answer', () => {
  it('copies what fits, where it fits, and says how much', () => {
    const { env, mailbox, memory } = open();
    mailbox.answer = { result: 1, data: Uint8Array.of(1, 2, 3, 4) };
    expect([env.answer_length(), env.answer(0, 10)]).toEqual([0, 0]);
    env.syscall(SYSCALL.RECEIVE, 0, 0, 0, 0, 0);
    expect([env.answer_length(), env.answer(10, 100), env.answer(20, 2)]).toEqual([4, 4, 2]);
    const bytes = new Uint8Array(memory.buffer);
    expect([...bytes.subarray(10, 14), ...bytes.subarray(20, 24)]).toEqual([1, 2, 3, 4, 1, 2, 0, 0]);
    expect([env.answer(65_534, 4), env.answer(65_536, 4), env.answer(-1, 4), env.answer(0, -1)]).toEqual([2, 0, 0, 4]);
  });
});

describe('the worker', () => {
  it('says that it was refused when the engine does not take the binary', () => {
    const said: FromProcess[] = [];
    const scope: ProcessScope = { onmessage: null, postMessage: (message) => void said.push(message) };
    serveProcess(scope);
    const mailbox = new SharedArrayBuffer(MAILBOX.BYTES);
    const data = { binary: Uint8Array.of(1, 2, 3), mailbox, initialPages: 1, memoryPages: 1, bell: false };
    scope.onmessage!({ data } as MessageEvent);
    expect(said).toEqual([{ kind: 'refused', text: expect.stringContaining('Error') as string }]);
    expect(scope.onmessage).toBeNull();
  });

  it('is believed in four words only', () => {
    for (const odd of [undefined, null, 7, 'started', {}, { kind: 'trap' }, { kind: 'trap', text: 7 }, { kind: 'memory', pid: 1 }, []]) {
      expect(readMessage(odd)).toBeUndefined();
    }
    expect(readMessage({ kind: 'started', pid: 1 })).toEqual({ kind: 'started' });
    expect(readMessage({ kind: 'trap', text: 'a\nb' })).toEqual({ kind: 'trap', text: 'a b' });
    expect(plainText('x'.repeat(1000))).toHaveLength(200);
  });
});
