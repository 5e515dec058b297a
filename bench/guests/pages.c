// Translation: one word on each of 64 pages in a scattered order, so that most loads and stores meet another page than the last one did.
#include "bench.h"

enum { PAGES = 64, STRIDE = 1024 };
static u32 memory[PAGES * STRIDE];

void work(void) {
  u32 sum = 0, page = 0;
  for (u32 round = 0;; round++) {
    for (u32 i = 0; i < PAGES; i++) {
      page = (page * 5u + 17u) % PAGES;
      u32 *word = &memory[page * STRIDE + ((i * 37u) & 1023u)];
      sum += *word;
      *word = sum ^ i;
    }
    RESULT = sum;
  }
}
