// Memory: copies 64 KB by words, four to a round, and compares a few of them.
#include "bench.h"

enum { WORDS = 16384 };
static u32 from[WORDS], to[WORDS];

void work(void) {
  u32 sum = 0;
  for (u32 i = 0; i < WORDS; i++) from[i] = i * 2654435761u;
  for (u32 round = 0;; round++) {
    const u32 *s = from;
    u32 *d = to;
    for (u32 i = 0; i < WORDS; i += 4, s += 4, d += 4) {
      d[0] = s[0];
      d[1] = s[1];
      d[2] = s[2];
      d[3] = s[3];
    }
    sum += to[(round * 97u) % WORDS];
    RESULT = sum;
  }
}
