// The numbers both sides of the boundary agree on: syscalls, errors, object types, rights, tags, slots. One table, many readers.

/** Syscall numbers (the mailbox's number word). */
export const SYSCALL = {
  NOP: 0x00,
  DEBUG: 0x01,
  TIME: 0x02,
  PID: 0x03,
  LIST_CAPS: 0x04,
  PS: 0x05,
  WALLCLOCK: 0x06,
  CONSOLE_WRITE: 0x07,
  EXIT: 0x11,
  YIELD: 0x12,
  SLEEP: 0x13,
  CAP_GRANT: 0x30,
  CAP_REVOKE: 0x31,
  CAP_DELETE: 0x32,
  CAP_INSPECT: 0x33,
  CAP_DERIVE: 0x34,
  EP_CREATE: 0x35,
  SEND: 0x40,
  RECEIVE: 0x41,
  CALL: 0x42,
  REPLY: 0x43,
  SEND_CAP: 0x44,
} as const;

/** What the supervisor itself does, and what a principal does to a machine. They stand in the same log as syscalls; no mailbox can ask for them. */
export const OPERATION = {
  INPUT: 0xf0,
  REVOKE: 0xf1,
  BOOT: 0xf2,
  CREATE: 0xf3,
  START: 0xf4,
  KILL: 0xf5,
  FAULT: 0xf6,
  TICK: 0xf7,
  MINT: 0xf8,
  RENEW: 0xf9,
  VM_BEGIN: 0xfa,
  VM_END: 0xfb,
} as const;

/** A negative result is one of these, negated. */
export const ERROR = {
  /** The caller has not the right. */
  PERM: 1,
  /** The process, call or use is not there. */
  NOENT: 2,
  /** An argument is out of its range. */
  INVAL: 3,
  /** No such syscall. */
  NOSYS: 4,
  /** Not now: nothing to receive, a full queue, a time limit reached. */
  AGAIN: 5,
  /** A quota is used up. */
  NOMEM: 6,
  /** The slot is empty or holds another kind of object. */
  BADF: 7,
  /** The process has a call open already. */
  BUSY: 8,
  /** It is there already. */
  EXIST: 9,
  /** Longer than the limit. Nothing is ever clipped. */
  OVERFLOW: 10,
} as const;
export type ErrorName = keyof typeof ERROR;

/** What a capability is about. */
export const OBJECT = { ENDPOINT: 1, PROCESS: 2, MEMORY: 3, IRQ: 4, IO_PORT: 5, CONSOLE: 6, VM: 7 } as const;
export type ObjectType = (typeof OBJECT)[keyof typeof OBJECT];

/**
 * Rights, a bit set. READ: receive from an endpoint, see a process, observe a machine. WRITE: send to an endpoint, kill a process, write to a
 * console, control a machine. GRANT: hand it on, derive from it, take back what came of it.
 */
export const RIGHT = { READ: 1, WRITE: 2, GRANT: 4, ALL: 7 } as const;

/** Object id of the Process capability that stands for every process. */
export const EVERY_PROCESS = 0;

/** Object id of the VM capability that stands for machines to come: W on it boots a machine that is not there yet, R sees what could be booted. */
export const MACHINES_TO_COME = 0;

/** Tags of messages the kernel sends (from PID 0). Other tags are the processes' own. */
export const TAG = {
  CONSOLE_INPUT: 0x0002,
  /** A revoke notice (`decodeNotice`). */
  CAP_REVOKED: 0x3010,
  /** Stands for notices there was no room for: look at your capabilities again. No data. */
  NOTICES_LOST: 0x3011,
} as const;

/** Why a capability went, as a revoke notice tells it. */
export const REVOKE_REASON = { EXPLICIT: 1, EXPIRED: 2, SOURCE_GONE: 3 } as const;
export type RevokeReason = (typeof REVOKE_REASON)[keyof typeof REVOKE_REASON];

/** Why a process was faulted. */
export const FAULT = { BAD_SYSCALL: 1, MEMORY: 2, CAPABILITY: 3, TRAP: 4, TIMEOUT: 5, DEVICE_LOST: 6, UNKNOWN: 255 } as const;

/** Slots with a fixed meaning. A process is born with them (those it is given) and its own start at FIRST_FREE. */
export const SLOT = {
  /** The process's own endpoint: R, W, G. */
  OWN: 0,
  /** Console input and notices of the kernel: R. */
  INPUT: 1,
  /** Init's endpoint: W. */
  INIT: 2,
  /** The process's own console: W. Absent unless it was given one. */
  CONSOLE: 3,
  FIRST_FREE: 4,
  /** Stands for "no slot": a transferred capability that did not arrive. */
  NONE: 0xffffffff,
} as const;

/** PIDs fixed before anything is fetched. */
export const PID = { SUPERVISOR: 0, INIT: 1, PERMISSION: 2 } as const;

/** RECEIVE: answer AGAIN instead of waiting. */
export const RECEIVE_NOBLOCK = 1;

/** What a process is. */
export const KIND = {
  SUPERVISOR: 0,
  /** WebAssembly in a worker. */
  WASM: 1,
  /** A machine of the hypervisor. */
  VM: 2,
  /** An agent or a person: no code of its own, capabilities on machines. */
  PRINCIPAL: 3,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];

/** State of a process, as PS tells it. */
export const PROCESS_STATE = { STARTING: 0, RUNNING: 1, BLOCKED: 2 } as const;
export type ProcessState = (typeof PROCESS_STATE)[keyof typeof PROCESS_STATE];

/** Sizes of the ABI, in bytes unless said otherwise. */
export const SIZE = {
  /** A message's own bytes. */
  MESSAGE: 16384,
  /** Capabilities one message carries. */
  MESSAGE_CAPS: 8,
  /** One CONSOLE_WRITE. */
  CONSOLE: 16384,
  /** One DEBUG text. */
  DEBUG: 4096,
  /** A process's name, in UTF-8. */
  NAME: 64,
} as const;

const names = new Map<number, string>(Object.entries({ ...SYSCALL, ...OPERATION }).map(([name, number]) => [number, name]));
/** The name of a syscall or operation number, for people; a number nobody knows in hex. */
export function syscallName(number: number): string {
  return names.get(number) ?? `0x${(number >>> 0).toString(16).padStart(2, '0')}`;
}

const errorNames = new Map<number, string>(Object.entries(ERROR).map(([name, number]) => [number, name]));
/** The name of a negative result (PERM for -1), or undefined for a result that is none. */
export function errorName(result: number): string | undefined {
  return errorNames.get(-result);
}

const objectNames = new Map<number, string>(Object.entries(OBJECT).map(([name, number]) => [number, name]));
/** The name of an object type, for people. */
export function objectName(type: number): string {
  return objectNames.get(type) ?? String(type);
}
