// The mailbox: it moves 0 -> 1 -> 2 -> 0 and never otherwise, whatever the process scribbles; nothing is clipped; nothing is completed without a receipt.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createMailbox,
  KernelMailbox,
  MAILBOX,
  ProcessMailbox,
  Receipt,
  STATUS,
  SYSCALL,
  WORD,
  type MailboxBuffer,
} from '../../../src/supervisor/abi/index.js';
import { claimMint } from '../../../src/supervisor/abi/receipt.js';
import { openGateway, type Gateway, type Origin } from '../../../src/supervisor/axiom/index.js';

let gateway: Gateway;
let supervisor: Origin;
let init: Origin;
beforeAll(async () => {
  ({ gateway, supervisor } = await openGateway());
  gateway.execute(supervisor, { kind: 'boot' });
  gateway.execute(supervisor, { kind: 'start', pid: 1 });
  init = gateway.originOf(supervisor, 1);
});

/** A real receipt for init: of a NOP, or of what is asked. */
function receipt(number: number = SYSCALL.NOP, data = new Uint8Array(0)): Receipt {
  return gateway.execute(init, { kind: 'syscall', number, args: [0, 0, 0], data }).receipts[0]!;
}

const status = (buffer: MailboxBuffer): number => new Int32Array(buffer)[WORD.STATUS]!;

describe.each([
  ['shared', true],
  ['plain', false],
])('a mailbox (%s memory)', (_, shared) => {
  it('has 64 bytes of header and 64 KiB of data, with pid and generation in their words', () => {
    const buffer = createMailbox(7, 3, shared);
    expect(buffer.byteLength).toBe(64 + 65536);
    expect([...new Int32Array(buffer, 0, 16)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 7, 3, 0, 0, 0, 0, 0, 0]);
    const mailbox = new ProcessMailbox(buffer);
    expect([mailbox.pid, mailbox.generation]).toEqual([7, 3]);
  });

  it('carries a request and its answer', () => {
    const buffer = createMailbox(1, 1, shared);
    const [process, kernel] = [new ProcessMailbox(buffer), new KernelMailbox(1, buffer)];
    expect(kernel.take()).toBeUndefined();
    process.post(SYSCALL.SEND, [1, 0xffffffff, 3], Uint8Array.of(9, 8, 7));
    expect(status(buffer)).toBe(STATUS.PENDING);
    expect(process.take()).toBeUndefined();
    expect(kernel.take()).toEqual({ number: SYSCALL.SEND, args: [1, 0xffffffff, 3], data: Uint8Array.of(9, 8, 7) });
    expect(kernel.take(), 'taken once').toBeUndefined();
    expect(kernel.complete(receipt(SYSCALL.LIST_CAPS))).toBe(true);
    expect(status(buffer)).toBe(STATUS.READY);
    const answer = process.take()!;
    expect(answer.result).toBeGreaterThan(0);
    expect(answer.data.length).toBe(4 + 14 * answer.result);
    expect(status(buffer)).toBe(STATUS.IDLE);
  });

  it('carries results of either sign and beyond 32 bits', () => {
    const buffer = createMailbox(1, 1, shared);
    const [process, kernel] = [new ProcessMailbox(buffer), new KernelMailbox(1, buffer)];
    process.post(0x77, [0, 0, 0]);
    kernel.take();
    kernel.complete(receipt(0x77));
    expect(process.take()!.result).toBe(-4);
    process.post(SYSCALL.WALLCLOCK, [0, 0, 0]);
    kernel.take();
    const wall = receipt(SYSCALL.WALLCLOCK);
    expect(wall.result).toBeGreaterThan(2 ** 32);
    kernel.complete(wall);
    expect(process.take()!.result).toBe(wall.result);
  });

  it('leaves nothing of the request to be mistaken for an answer', () => {
    const buffer = createMailbox(1, 1, shared);
    const [process, kernel] = [new ProcessMailbox(buffer), new KernelMailbox(1, buffer)];
    process.post(SYSCALL.NOP, [0, 0, 0], new Uint8Array(100).fill(1));
    kernel.take();
    kernel.complete(receipt());
    expect(process.take()!.data).toHaveLength(0);
  });

  it('takes as much as the area holds, and not a byte more', () => {
    const buffer = createMailbox(1, 1, shared);
    const [process, kernel] = [new ProcessMailbox(buffer), new KernelMailbox(1, buffer)];
    expect(() => process.post(SYSCALL.NOP, [0, 0, 0], new Uint8Array(MAILBOX.DATA + 1))).toThrow(/65537 bytes/);
    expect(status(buffer)).toBe(STATUS.IDLE);
    process.post(SYSCALL.NOP, [0, 0, 0], new Uint8Array(MAILBOX.DATA).fill(5));
    expect(kernel.take()!.data!.every((b) => b === 5)).toBe(true);
  });

  it('tells a length beyond the area from data: OVERFLOW', () => {
    for (const length of [MAILBOX.DATA + 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
      const buffer = createMailbox(1, 1, shared);
      new ProcessMailbox(buffer).post(SYSCALL.NOP, [0, 0, 0]);
      new Int32Array(buffer)[WORD.LENGTH] = length;
      expect(new KernelMailbox(1, buffer).take()!.data).toBeUndefined();
    }
  });

  it('copies: what the process scribbles later does not reach the kernel', () => {
    const buffer = createMailbox(1, 1, shared);
    new ProcessMailbox(buffer).post(SYSCALL.SEND, [1, 2, 3], Uint8Array.of(1, 2, 3));
    const request = new KernelMailbox(1, buffer).take()!;
    new Uint8Array(buffer).fill(0xaa, 4);
    expect(request).toEqual({ number: SYSCALL.SEND, args: [1, 2, 3], data: Uint8Array.of(1, 2, 3) });
  });

  it('is refused a second call while one is open', () => {
    const mailbox = new ProcessMailbox(createMailbox(1, 1, shared));
    mailbox.post(SYSCALL.NOP, [0, 0, 0]);
    expect(() => mailbox.post(SYSCALL.NOP, [0, 0, 0])).toThrow(/a call is open/);
  });

  it('is neither read nor written once it is detached', () => {
    const buffer = createMailbox(1, 1, shared);
    const [process, kernel] = [new ProcessMailbox(buffer), new KernelMailbox(1, buffer)];
    process.post(SYSCALL.NOP, [0, 0, 0]);
    kernel.take();
    kernel.detach();
    expect(kernel.complete(receipt())).toBe(false);
    expect(status(buffer)).toBe(STATUS.PENDING);
    expect(kernel.take()).toBeUndefined();
  });
});

it('buffers of another size are no mailboxes', () => {
  expect(() => new ProcessMailbox(new ArrayBuffer(MAILBOX.BYTES - 4))).toThrow(/65596 bytes/);
  expect(() => new KernelMailbox(1, new ArrayBuffer(MAILBOX.BYTES + 4))).toThrow(/65604 bytes/);
});

describe('against a process that scribbles', () => {
  // The process writes any word at any time; the kernel takes and completes in turns. Whatever comes, the kernel changes the status only from 1 to 2,
  // and only for a request that it took.
  it('the kernel moves the status from pending to ready, and nothing else', () => {
    const word = fc.oneof(fc.constant<number>(WORD.STATUS), fc.nat(15));
    const scribble = fc.record({ kind: fc.constant('write' as const), word, value: fc.integer({ min: -2, max: 3 }) });
    const act = fc.oneof(scribble, fc.constant({ kind: 'take' as const }), fc.constant({ kind: 'complete' as const }));
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        const buffer = createMailbox(1, 1, false);
        const words = new Int32Array(buffer, 0, 16);
        const kernel = new KernelMailbox(1, buffer);
        let open = false;
        for (const each of acts) {
          const before = words[0]!;
          if (each.kind === 'write') words[each.word] = each.value;
          else if (each.kind === 'take') {
            const request = kernel.take();
            expect(request !== undefined).toBe(!open && before === STATUS.PENDING);
            open ||= request !== undefined;
            expect(words[0]).toBe(before);
          } else {
            const done = kernel.complete(receipt());
            expect(done).toBe(open && before === STATUS.PENDING);
            expect(words[0]).toBe(done ? STATUS.READY : before);
            open = false;
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('words 8 and 9 say nothing to the kernel: whose mailbox it is, it knows', () => {
    const buffer = createMailbox(1, 1, false);
    const process = new ProcessMailbox(buffer);
    const kernel = new KernelMailbox(1, buffer);
    process.post(SYSCALL.PID, [0, 0, 0]);
    new Int32Array(buffer)[WORD.PID] = 0;
    kernel.take();
    expect(kernel.complete(receipt(SYSCALL.PID))).toBe(true);
    expect(process.take()!.result).toBe(1);
  });
});

describe('receipts', () => {
  const taken = (pid = 1): KernelMailbox => {
    const buffer = createMailbox(pid, 1, false);
    new ProcessMailbox(buffer).post(SYSCALL.NOP, [0, 0, 0]);
    const kernel = new KernelMailbox(pid, buffer);
    kernel.take();
    return kernel;
  };

  it('say where the answer stands in the log', () => {
    const proof = receipt(SYSCALL.PID);
    const events = gateway.syslog.since(proof.request);
    expect(events.find((e) => e.id === proof.request)).toMatchObject({ kind: 'request', pid: 1, number: SYSCALL.PID });
    expect(events.find((e) => e.kind === 'response' && e.request === proof.request)).toMatchObject({ result: 1, delivered: true });
  });

  it('cannot be made up', () => {
    const fields = { pid: 1, request: 1, result: 0, data: new Uint8Array(0) };
    const forged: unknown[] = [
      fields,
      { ...fields, '#spent': false },
      Object.create(Receipt.prototype),
      Object.setPrototypeOf({ ...fields }, Receipt.prototype),
      undefined,
      null,
      5,
      new Proxy(receipt(), {}),
    ];
    for (const each of forged) expect(() => taken().complete(each as Receipt)).toThrow(/without a receipt/);
    const Constructor = receipt().constructor as new (key: symbol, f: typeof fields) => Receipt;
    expect(() => new Constructor(Symbol('mint'), fields)).toThrow(/come from the gateway/);
    class Mine extends Receipt {}
    expect(() => new Mine(Symbol('mint'), fields)).toThrow(/come from the gateway/);
  });

  it('have one minter, which is taken', () => {
    expect(() => claimMint()).toThrow(/the gateway has the mint/);
  });

  it('are good for one completion, of their own process', () => {
    const proof = receipt();
    expect(() => taken(2).complete(proof)).toThrow(/of process 1 for process 2/);
    expect(taken().complete(proof)).toBe(true);
    expect(() => taken().complete(proof)).toThrow(/spent/);
  });

  it('cannot be changed', () => {
    const proof = receipt(SYSCALL.PID) as unknown as Record<string, unknown>;
    expect(() => {
      proof['result'] = 5;
    }).toThrow(TypeError);
    expect(proof['result']).toBe(1);
  });
});
