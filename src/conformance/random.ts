// The seeded generator behind every random program and table: sfc32, the same sequence on every platform.

/** A stream of pseudo-random numbers. Two streams with equal seed and index are equal. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(seed: number, index = 0) {
    this.a = seed | 0;
    this.b = index | 0;
    this.c = 0x9e3779b9 | 0;
    for (let i = 0; i < 16; i++) this.u32();
  }

  /** 0 to 2^32 - 1. */
  u32(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return t >>> 0;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor((this.u32() / 0x100000000) * limit);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.u32() < probability * 0x100000000;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  /** One of the values, each as often as its weight says. */
  weighted<T>(from: readonly (readonly [weight: number, value: T])[]): T {
    let at = (this.u32() / 0x100000000) * from.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of from) {
      at -= weight;
      if (at < 0) return value;
    }
    return from[from.length - 1]![1];
  }

  /** A word that is often at the edge of something: 0, signs, powers of two and their neighbours, bytes, or anything. */
  word(): number {
    switch (this.below(6)) {
      case 0:
        return this.pick([0, 1, 0xffffffff, 0x80000000, 0x7fffffff, 0xfffffffe, 2, 0x80000001]);
      case 1:
        return ((1 << this.below(32)) + this.between(-1, 1)) >>> 0;
      case 2:
        return this.between(-16, 16) >>> 0;
      default:
        return this.u32();
    }
  }
}
