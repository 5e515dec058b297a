// Operand fields to instruction words (unprivileged manual, 2.2, 2.3).

const b = (value: number, high: number, low: number, at: number): number => ((value >>> low) & ((1 << (high - low + 1)) - 1)) << at;

export const place = {
  rd: (r: number): number => r << 7,
  rs1: (r: number): number => r << 15,
  rs2: (r: number): number => r << 20,
  immI: (v: number): number => b(v, 11, 0, 20),
  immS: (v: number): number => b(v, 11, 5, 25) | b(v, 4, 0, 7),
  immB: (v: number): number => b(v, 12, 12, 31) | b(v, 10, 5, 25) | b(v, 4, 1, 8) | b(v, 11, 11, 7),
  /** `v` is the 20-bit upper immediate. */
  immU: (v: number): number => b(v, 19, 0, 12),
  immJ: (v: number): number => b(v, 20, 20, 31) | b(v, 10, 1, 21) | b(v, 11, 11, 20) | b(v, 19, 12, 12),
} as const;
