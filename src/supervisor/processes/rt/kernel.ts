// Syscalls (docs/supervisor.md has the table). Results are as the kernel gives them: negative is an error of the ABI, negated.

import { ERROR, RECEIVE, SIZE, SLOT, SYSCALL } from './abi.generated';
import './abort';
import { Reader, Writer, write } from './bytes';
import { answer, answer_length, syscall } from './env';

/** How long to wait before the log is tried again, milliseconds. */
const LAG: u32 = 20;

/** A syscall without data. */
export function ask(number: u32, a0: u32 = 0, a1: u32 = 0, a2: u32 = 0): i64 {
  return syscall(<i32>number, <i32>a0, <i32>a1, <i32>a2, 0, 0);
}

/** A syscall with what a writer has; OVERFLOW when that had no room for it. */
export function askWith(number: u32, a0: u32, a1: u32, a2: u32, data: Writer): i64 {
  if (!data.ok) return -ERROR.OVERFLOW;
  return syscall(<i32>number, <i32>a0, <i32>a1, <i32>a2, data.start, data.length);
}

/** A syscall without data, asked again while the kernel's log lags behind (AGAIN): not for one that says AGAIN for another reason. */
export function insist(number: u32, a0: u32 = 0, a1: u32 = 0, a2: u32 = 0): i64 {
  let result = ask(number, a0, a1, a2);
  while (result === -ERROR.AGAIN) {
    ask(SYSCALL.SLEEP, LAG);
    result = ask(number, a0, a1, a2);
  }
  return result;
}

/** A copy of the last answer's data. */
export function answered(): Reader {
  const bytes = new Uint8Array(answer_length());
  answer(bytes.dataStart, bytes.length);
  return new Reader(bytes);
}

/** What RECEIVE and CALL give. */
export class Message {
  /** Stamped by the kernel; 0 is the kernel itself. */
  readonly from: u32;
  readonly tag: u32;
  /** The call to answer, or 0. */
  readonly call: u64;
  /** Where its capabilities arrived. */
  readonly slots: u32[] = [];
  readonly data: Reader;

  constructor(bytes: Reader) {
    this.from = bytes.u32();
    this.tag = bytes.u32();
    this.call = bytes.u64();
    this.data = bytes;
    const count = bytes.u8();
    for (let i: u32 = 0; i < count && bytes.ok; i++) this.slots.push(bytes.u32());
  }
}

/** The error of the last `receive` or `call` that gave no message. */
export let failure: i64 = 0;

/** The next message in a slot; null when there is none within `timeout` milliseconds (0: waits for ever), or for another reason in `failure`. */
export function receive(slot: u32, timeout: u32 = 0): Message | null {
  // Without a time limit, AGAIN says that the log lags behind.
  while ((failure = ask(SYSCALL.RECEIVE, slot, 0, timeout)) === -ERROR.AGAIN && timeout === 0) ask(SYSCALL.SLEEP, LAG);
  return failure === 1 ? new Message(answered()) : null;
}

/** A message that is there already. */
export function poll(slot: u32): Message | null {
  failure = ask(SYSCALL.RECEIVE, slot, RECEIVE.NOBLOCK, 0);
  return failure === 1 ? new Message(answered()) : null;
}

/** Sends, and waits at most `timeout` milliseconds for the answer; null and `failure` without one. */
export function call(slot: u32, tag: u32, timeout: u32, data: Writer): Message | null {
  failure = askWith(SYSCALL.CALL, slot, tag, timeout, data);
  return failure === 1 ? new Message(answered()) : null;
}

export function send(slot: u32, tag: u32, data: Writer): i64 {
  return askWith(SYSCALL.SEND, slot, tag, 0, data);
}

/** Sends one capability along; it leaves the sender. */
export function sendCap(slot: u32, tag: u32, cap: u32): i64 {
  return askWith(SYSCALL.SEND_CAP, slot, tag, 1 << 16, write().u32(cap));
}

/** Answers a call. NOENT when its caller does not wait any more. */
export function reply(open: u64, tag: u32, data: Writer): i64 {
  return askWith(SYSCALL.REPLY, <u32>open, tag, <u32>(open >> 32), data);
}

/** The answer of a service: a result, and a slot. */
export function replyResult(open: u64, tag: u32, result: i64, slot: u32 = SLOT.NONE): i64 {
  return reply(
    open,
    tag,
    write()
      .u32(<u32>result)
      .u32(slot),
  );
}

/** A text for the log, or a command of init's. */
export function debug(text: string): i64 {
  return askWith(SYSCALL.DEBUG, 0, 0, 0, write().text(text));
}

/** Text to one's console, in pieces that a call takes. False when the console is gone. */
export function print(text: string): bool {
  // A character of UTF-16 is at most 3 bytes of UTF-8.
  const piece = <i32>(SIZE.CONSOLE / 3);
  for (let at = 0; at < text.length;) {
    let end = min(at + piece, text.length);
    // A surrogate pair stays together.
    if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end--;
    const result = askWith(SYSCALL.CONSOLE_WRITE, SLOT.CONSOLE, 0, 0, write().text(text.substring(at, end)));
    if (result === -ERROR.AGAIN) ask(SYSCALL.SLEEP, LAG);
    else if (result < 0) return false;
    else at = end;
  }
  return true;
}

export function pid(): u32 {
  return <u32>insist(SYSCALL.PID);
}

/** Ends the process. */
export function exit(code: i32): void {
  insist(SYSCALL.EXIT, <u32>code);
  unreachable();
}

/** A row of LIST_CAPS. */
export class Cap {
  constructor(
    readonly slot: u32,
    readonly type: u32,
    readonly rights: u32,
    readonly object: u64,
  ) {}
}

/** What one holds, from slot `first` on. */
export function caps(first: u32 = 0): Cap[] {
  const rows: Cap[] = [];
  if (insist(SYSCALL.LIST_CAPS, first) < 0) return rows;
  const bytes = answered();
  const count = bytes.u32();
  for (let i: u32 = 0; i < count && bytes.ok; i++) {
    const slot = bytes.u32();
    const type = bytes.u8();
    const rights = bytes.u8();
    rows.push(new Cap(slot, type, rights, bytes.u64()));
  }
  return rows;
}

/** A row of PS. */
export class Row {
  constructor(
    readonly pid: u32,
    readonly parent: u32,
    readonly kind: u32,
    readonly state: u32,
    readonly name: string,
  ) {}
}

/** The processes one may see, from pid `first` on. */
export function processes(first: u32 = 0): Row[] {
  const rows: Row[] = [];
  if (insist(SYSCALL.PS, first) < 0) return rows;
  const bytes = answered();
  const count = bytes.u32();
  for (let i: u32 = 0; i < count && bytes.ok; i++) {
    const pid = bytes.u32();
    const parent = bytes.u32();
    const kind = bytes.u8();
    const state = bytes.u8();
    rows.push(new Row(pid, parent, kind, state, bytes.text(<i32>bytes.u16())));
  }
  return rows;
}

/** The name of a process, as the kernel has it; '' for one that is not there or that one may not see. */
export function nameOf(pid: u32): string {
  const rows = processes(pid);
  return rows.length > 0 && rows[0].pid === pid ? rows[0].name : '';
}
