// The counters and mtime (privileged manual, 3.1.10, 3.2.1). Everything counts from the retired instructions; 64-bit values are two words.

import { read64, TIME_SHIFT, W, write64 } from '../isa/state.js';

/** Low word of the sum of two 64-bit state values. */
function sumLow(s: Uint32Array, a: number, b: number): number {
  return (s[a]! + s[b]!) >>> 0;
}

/** High word of the sum of two 64-bit state values. */
function sumHigh(s: Uint32Array, a: number, b: number): number {
  return (s[a + 1]! + s[b + 1]! + (s[a]! + s[b]! > 0xffffffff ? 1 : 0)) >>> 0;
}

/** A half of mcycle or minstret, by its offset field. */
export function counterLow(s: Uint32Array, offset: number): number {
  return sumLow(s, W.retired, offset);
}
export function counterHigh(s: Uint32Array, offset: number): number {
  return sumHigh(s, W.retired, offset);
}

/** Writes a half of mcycle or minstret so that the next instruction reads it. `half`: 0 low, 1 high. */
export function writeCounter(s: Uint32Array, offset: number, half: 0 | 1, value: number): void {
  const base = read64(s, W.retired) + 1n;
  write64(s, offset, replaceHalf(base + read64(s, offset), half, value) - base);
}

/** retired >> TIME_SHIFT. */
function ticksLow(s: Uint32Array): number {
  return ((s[W.retired]! >>> TIME_SHIFT) | (s[W.retired + 1]! << (32 - TIME_SHIFT))) >>> 0;
}
function ticksHigh(s: Uint32Array): number {
  return s[W.retired + 1]! >>> TIME_SHIFT;
}

export function mtimeLow(s: Uint32Array): number {
  return (ticksLow(s) + s[W.mtime_offset]!) >>> 0;
}
export function mtimeHigh(s: Uint32Array): number {
  return (ticksHigh(s) + s[W.mtime_offset + 1]! + (ticksLow(s) + s[W.mtime_offset]! > 0xffffffff ? 1 : 0)) >>> 0;
}

/** Writes a half of mtime so that the storing instruction itself reads it. */
export function writeMtime(s: Uint32Array, half: 0 | 1, value: number): void {
  const ticks = read64(s, W.retired) >> BigInt(TIME_SHIFT);
  write64(s, W.mtime_offset, replaceHalf(ticks + read64(s, W.mtime_offset), half, value) - ticks);
}

function replaceHalf(whole: bigint, half: 0 | 1, value: number): bigint {
  const w = BigInt(value >>> 0);
  return half === 0 ? (BigInt.asUintN(64, whole) & ~0xffffffffn) | w : (whole & 0xffffffffn) | (w << 32n);
}

/** True when mtime >= the 64-bit value at `compare` (mtimecmp or stimecmp; privileged manual, 3.2.1, 15.1). */
export function timerDue(s: Uint32Array, compare: number): boolean {
  const high = mtimeHigh(s);
  const wanted = s[compare + 1]!;
  return high > wanted || (high === wanted && mtimeLow(s) >= s[compare]!);
}

/** How many instructions can retire before the timer becomes due; Infinity when it is due already or 2^33 ticks or more away. */
export function retirementsUntil(s: Uint32Array, compare: number): number {
  const apart = s[compare + 1]! - mtimeHigh(s);
  if (timerDue(s, compare) || apart > 1) return Infinity;
  const ticks = apart * 0x100000000 + s[compare]! - mtimeLow(s);
  return ticks * 2 ** TIME_SHIFT - (s[W.retired]! & (2 ** TIME_SHIFT - 1));
}
