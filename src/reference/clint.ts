// CLINT: software and timer interrupts of M-mode (privileged manual, 3.2.1; SiFive layout).
//   0x0000  msip       bit 0: MSIP
//   0x4000  mtimecmp   64 bits
//   0xbff8  mtime      64 bits, writable
// 32-bit accesses. Other offsets read zero and ignore writes.

import { W } from '../isa/state.js';
import { CLINT } from '../machine/devices.js';
import { mtimeHigh, mtimeLow, writeMtime } from './counters.js';

export function clintLoad(s: Uint32Array, offset: number): number {
  switch (offset) {
    case CLINT.MSIP:
      return s[W.msip]!;
    case CLINT.MTIMECMP:
      return s[W.mtimecmp]!;
    case CLINT.MTIMECMPH:
      return s[W.mtimecmp + 1]!;
    case CLINT.MTIME:
      return mtimeLow(s);
    case CLINT.MTIMEH:
      return mtimeHigh(s);
    default:
      return 0;
  }
}

export function clintStore(s: Uint32Array, offset: number, value: number): void {
  switch (offset) {
    case CLINT.MSIP:
      s[W.msip] = value & 1;
      break;
    case CLINT.MTIMECMP:
      s[W.mtimecmp] = value;
      break;
    case CLINT.MTIMECMPH:
      s[W.mtimecmp + 1] = value;
      break;
    case CLINT.MTIME:
      writeMtime(s, 0, value);
      break;
    case CLINT.MTIMEH:
      writeMtime(s, 1, value);
      break;
  }
}
