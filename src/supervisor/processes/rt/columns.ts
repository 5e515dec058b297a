// How many columns of a terminal a character takes: 0 for those that sit on the one before, 2 for the wide ones of East Asia and pictures.

/** Pairs of first and last code point (Unicode: general categories Mn, Me and Cf; East Asian Width W and F; the common ones). */
const NONE: StaticArray<u32> = [0x300, 0x36f, 0x483, 0x489, 0x591, 0x5bd, 0x200b, 0x200f, 0x202a, 0x202e, 0x20d0, 0x20ff, 0xfe00, 0xfe0f];
const WIDE: StaticArray<u32> = [
  0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60, 0xffe0, 0xffe6, 0x1f300,
  0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff, 0x20000, 0x3fffd,
];

function within(point: u32, ranges: StaticArray<u32>): bool {
  for (let i = 0; i < ranges.length; i += 2) if (point >= ranges[i] && point <= ranges[i + 1]) return true;
  return false;
}

export function columns(point: u32): i32 {
  if (point < 0x300) return 1;
  return within(point, NONE) ? 0 : within(point, WIDE) ? 2 : 1;
}
