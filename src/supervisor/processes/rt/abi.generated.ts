// Generated from src/supervisor/abi by scripts/build-processes.ts. Do not edit.

export namespace SYSCALL {
  export const NOP: u32 = 0;
  export const DEBUG: u32 = 1;
  export const TIME: u32 = 2;
  export const PID: u32 = 3;
  export const LIST_CAPS: u32 = 4;
  export const PS: u32 = 5;
  export const WALLCLOCK: u32 = 6;
  export const CONSOLE_WRITE: u32 = 7;
  export const EXIT: u32 = 17;
  export const YIELD: u32 = 18;
  export const SLEEP: u32 = 19;
  export const CAP_GRANT: u32 = 48;
  export const CAP_REVOKE: u32 = 49;
  export const CAP_DELETE: u32 = 50;
  export const CAP_INSPECT: u32 = 51;
  export const CAP_DERIVE: u32 = 52;
  export const EP_CREATE: u32 = 53;
  export const SEND: u32 = 64;
  export const RECEIVE: u32 = 65;
  export const CALL: u32 = 66;
  export const REPLY: u32 = 67;
  export const SEND_CAP: u32 = 68;
}

export namespace ERROR {
  export const PERM: i64 = 1;
  export const NOENT: i64 = 2;
  export const INVAL: i64 = 3;
  export const NOSYS: i64 = 4;
  export const AGAIN: i64 = 5;
  export const NOMEM: i64 = 6;
  export const BADF: i64 = 7;
  export const BUSY: i64 = 8;
  export const EXIST: i64 = 9;
  export const OVERFLOW: i64 = 10;
}

export namespace OBJECT {
  export const ENDPOINT: u32 = 1;
  export const PROCESS: u32 = 2;
  export const MEMORY: u32 = 3;
  export const IRQ: u32 = 4;
  export const IO_PORT: u32 = 5;
  export const CONSOLE: u32 = 6;
  export const VM: u32 = 7;
}

export namespace RIGHT {
  export const READ: u32 = 1;
  export const WRITE: u32 = 2;
  export const GRANT: u32 = 4;
  export const ALL: u32 = 7;
}

export namespace TAG {
  export const CONSOLE_INPUT: u32 = 2;
  export const CAP_REVOKED: u32 = 12304;
  export const NOTICES_LOST: u32 = 12305;
}

export namespace REVOKE_REASON {
  export const EXPLICIT: u32 = 1;
  export const EXPIRED: u32 = 2;
  export const SOURCE_GONE: u32 = 3;
}

export namespace SLOT {
  export const OWN: u32 = 0;
  export const INPUT: u32 = 1;
  export const INIT: u32 = 2;
  export const CONSOLE: u32 = 3;
  export const FIRST_FREE: u32 = 4;
  export const NONE: u32 = 4294967295;
}

export namespace PID {
  export const SUPERVISOR: u32 = 0;
  export const INIT: u32 = 1;
  export const PERMISSION: u32 = 2;
}

export namespace KIND {
  export const SUPERVISOR: u32 = 0;
  export const WASM: u32 = 1;
  export const VM: u32 = 2;
  export const PRINCIPAL: u32 = 3;
}

export namespace PROCESS_STATE {
  export const STARTING: u32 = 0;
  export const RUNNING: u32 = 1;
  export const BLOCKED: u32 = 2;
}

export namespace SIZE {
  export const MESSAGE: u32 = 16384;
  export const MESSAGE_CAPS: u32 = 8;
  export const CONSOLE: u32 = 16384;
  export const DEBUG: u32 = 4096;
  export const NAME: u32 = 64;
}

export namespace RECEIVE {
  export const NOBLOCK: u32 = 1;
}

export namespace EVERY {
  export const PROCESS: u32 = 0;
}

export namespace MAILBOX {
  export const HEADER: u32 = 64;
  export const DATA: u32 = 65536;
  export const BYTES: u32 = 65600;
}

export namespace INIT_TAG {
  export const ANSWER: u32 = 4096;
  export const SPAWN: u32 = 4097;
  export const KILL: u32 = 4098;
  export const GRANT: u32 = 4099;
  export const REVOKE: u32 = 4100;
  export const CONNECT: u32 = 4101;
  export const REGISTER: u32 = 4102;
  export const OUTCOME: u32 = 4103;
}

export namespace PERMISSION_TAG {
  export const ANSWER: u32 = 8192;
  export const REQUEST: u32 = 8193;
  export const REVOKE: u32 = 8194;
  export const LIST: u32 = 8195;
}

export namespace SERVICE {
  export const REASON: u32 = 200;
  export const ASKING: u32 = 16;
  export const ASK_TIME: u32 = 60000;
  export const ASK_TIME_MOST: u32 = 600000;
  export const GRANTS: u32 = 32;
}

export namespace MANIFEST {
  export const NAMES: u32 = 64;
  export const LIST: u32 = 24;
  export const BYTES: u32 = 16777216;
  export const CHILDREN: u32 = 8;
}
