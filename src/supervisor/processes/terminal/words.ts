// Numbers as words: errors, objects, rights, notices.

import { ERROR, EVERY, OBJECT, REVOKE_REASON, RIGHT, SLOT, TAG } from '../rt/abi.generated';
import { Message } from '../rt/kernel';

export function errorWord(result: i64): string {
  switch (<i32>-result) {
    case <i32>ERROR.PERM:
      return 'PERM';
    case <i32>ERROR.NOENT:
      return 'NOENT';
    case <i32>ERROR.INVAL:
      return 'INVAL';
    case <i32>ERROR.NOSYS:
      return 'NOSYS';
    case <i32>ERROR.AGAIN:
      return 'AGAIN';
    case <i32>ERROR.NOMEM:
      return 'NOMEM';
    case <i32>ERROR.BADF:
      return 'BADF';
    case <i32>ERROR.BUSY:
      return 'BUSY';
    case <i32>ERROR.EXIST:
      return 'EXIST';
    case <i32>ERROR.OVERFLOW:
      return 'OVERFLOW';
    default:
      return `error ${-result}`;
  }
}

const TYPES: StaticArray<string> = ['', 'endpoint', 'process', 'memory', 'irq', 'io_port', 'console', 'vm'];

/** The type of an object by its name; 0 for none. */
export function typeOf(word: string): u32 {
  for (let i = 1; i < TYPES.length; i++) if (TYPES[i] === word) return i;
  return 0;
}

export function typeWord(type: u32): string {
  return type > 0 && type < <u32>TYPES.length ? TYPES[type] : `type ${type}`;
}

export function objectWord(type: u32, object: u64): string {
  return type === OBJECT.PROCESS && object === EVERY.PROCESS ? 'every process' : `${typeWord(type)} ${object}`;
}

/** Some of r, w, g, in this order; 0 for anything else. */
export function rightsOf(word: string): u32 {
  let rights: u32 = 0;
  for (let i = 0; i < word.length; i++) {
    const c = word.charCodeAt(i);
    const one = c === 0x72 ? RIGHT.READ : c === 0x77 ? RIGHT.WRITE : c === 0x67 ? RIGHT.GRANT : 0;
    if (one === 0 || one <= rights) return 0;
    rights |= one;
  }
  return rights;
}

export function rightsWord(rights: u32): string {
  return (rights & RIGHT.READ ? 'r' : '') + (rights & RIGHT.WRITE ? 'w' : '') + (rights & RIGHT.GRANT ? 'g' : '');
}

/** A notice of the kernel: which capability went, and why. */
export function noticeText(message: Message): string {
  if (message.tag !== TAG.CAP_REVOKED) return 'notice: capabilities went; there were too many to tell. Type caps to see what is left.';
  const slot = message.data.u32();
  const type = message.data.u8();
  const object = message.data.u64();
  const reason = message.data.u8();
  if (type === OBJECT.PROCESS && reason === REVOKE_REASON.SOURCE_GONE) return `notice: process ${object} has ended; slot ${slot} is empty.`;
  const why =
    reason === REVOKE_REASON.EXPLICIT
      ? 'it was revoked'
      : reason === REVOKE_REASON.EXPIRED
        ? 'its time is over'
        : 'what it came from is gone';
  const lost = slot === SLOT.INIT ? ' Nothing can be asked of init any more.' : '';
  return `notice: slot ${slot} (${objectWord(type, object)}) is empty: ${why}.${lost}`;
}
