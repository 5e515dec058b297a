// One process over a worker of paper: what is handed to it, and the order in which it is let go of.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ProcessMailbox, SLOT, SYSCALL } from '../../../src/supervisor/abi/index.js';
import { openGateway } from '../../../src/supervisor/axiom/index.js';
import { PACE } from '../../../src/supervisor/hal/pace.js';
import { checkBinary } from '../../../src/supervisor/hal/process-binary.js';
import type { ProcessWorker, ToProcess } from '../../../src/supervisor/hal/protocol.js';
import { WasmProcess } from '../../../src/supervisor/hal/wasm-process.js';
import { Dispatcher } from '../../../src/supervisor/supervisor/dispatcher.js';
import { waits } from '../wasm.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

async function open() {
  const { gateway, supervisor } = await openGateway();
  const dispatcher = new Dispatcher(gateway, supervisor);
  dispatcher.asSupervisor({ kind: 'boot' });
  dispatcher.asSupervisor({ kind: 'start', pid: 1 });
  const messages: ToProcess[] = [];
  const done: string[] = [];
  const worker: ProcessWorker = {
    onmessage: null,
    onerror: null,
    postMessage: (message) => void messages.push(message as ToProcess),
    terminate: () => void done.push('terminate'),
  };
  const binary = waits();
  const info = checkBinary(binary);
  const faults: string[] = [];
  const process = new WasmProcess(
    { pid: 1, binary, info, worker, generation: 1, wake: 'poll', patience: { starting: 30_000, running: 10_000 } },
    { ring: () => {}, fault: (_, reason, text) => void faults.push(`${reason} ${text}`) },
  );
  dispatcher.attach(1, (receipt) => process.answer(receipt));
  const mailbox = new ProcessMailbox(messages[0]!.mailbox);
  /** Posts a call and has it served. */
  const call = (number: number, data = new Uint8Array(0)): void => {
    mailbox.post(number, [SLOT.CONSOLE, 0, 0], data);
    dispatcher.asProcess(1, { kind: 'syscall', ...process.take()! });
  };
  return { process, worker, messages, done, mailbox, call, faults };
}

it('its worker gets one message: binary, mailbox, and the memory it may have', async () => {
  const { messages, mailbox, process } = await open();
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({ initialPages: 1, memoryPages: 4, bell: false });
  expect([mailbox.pid, mailbox.generation, process.started, process.patience]).toEqual([1, 1, false, 30_000]);
});

it('an answer that waits for the console comes when it is due', async () => {
  const { process, mailbox, call } = await open();
  for (let i = 0; i < PACE.BURST / 16_384; i++) {
    call(SYSCALL.CONSOLE_WRITE, new Uint8Array(16_384));
    expect(mailbox.take()?.result).toBe(16_384);
  }
  call(SYSCALL.CONSOLE_WRITE, new Uint8Array(16_384));
  expect([mailbox.take(), process.timers, process.waits]).toEqual([undefined, 1, true]);
  vi.advanceTimersByTime((16_384 * 1000) / PACE.RATE + 1);
  expect([mailbox.take()?.result, process.timers, process.written]).toEqual([16_384, 0, PACE.BURST + 16_384]);
});

it('stopped, it has no timer left, its worker is terminated and not heard, and its mailbox is not touched', async () => {
  const { process, worker, done, mailbox, call, faults } = await open();
  for (let i = 0; i <= PACE.BURST / 16_384; i++) {
    if (i > 0) mailbox.take();
    call(SYSCALL.CONSOLE_WRITE, new Uint8Array(16_384));
  }
  expect([process.timers, vi.getTimerCount()]).toEqual([1, 1]);
  process.stop();
  expect([process.timers, vi.getTimerCount(), done, worker.onmessage, worker.onerror]).toEqual([0, 0, ['terminate'], null, null]);
  expect([mailbox.take(), process.take(), faults]).toEqual([undefined, undefined, []]);
});

it('its mailbox is let go of before its worker is', async () => {
  const { process, worker, mailbox } = await open();
  let taken: unknown = 'not asked';
  worker.terminate = () => {
    mailbox.post(SYSCALL.NOP, [0, 0, 0]);
    taken = process.take();
  };
  process.stop();
  expect(taken).toBeUndefined();
});
