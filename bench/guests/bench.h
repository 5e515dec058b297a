// What the bench guests share: a place for the result that keeps the compiler honest, and a small generator of numbers.
#ifndef BENCH_H
#define BENCH_H
typedef unsigned int u32;
typedef unsigned char u8;

/** The host reads the last result here. */
#define RESULT (*(volatile u32 *)0x7f000)

/** Next number of a linear congruential sequence (the constants of Numerical Recipes), upper 24 bits. */
static inline u32 next(u32 *seed) {
  *seed = *seed * 1664525u + 1013904223u;
  return *seed >> 8;
}
#endif
