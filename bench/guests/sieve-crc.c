// Arithmetic and bytes: primes below 8192 by crossing out, then the CRC-32 of the table, bit by bit.
#include "bench.h"

enum { SIZE = 8192, CHECKED = 1024 };
static u8 table[SIZE];

static void sieve(void) {
  for (u32 i = 0; i < SIZE; i++) table[i] = 1;
  for (u32 p = 2; p * p < SIZE; p++) {
    if (!table[p]) continue;
    for (u32 multiple = p * p; multiple < SIZE; multiple += p) table[multiple] = 0;
  }
}

static u32 crc32(u32 crc, const u8 *bytes, u32 length) {
  for (u32 i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
  }
  return crc;
}

void work(void) {
  u32 crc = 0;
  for (u32 round = 0;; round++) {
    sieve();
    crc = crc32(crc ^ round, table, CHECKED);
    RESULT = crc;
  }
}
