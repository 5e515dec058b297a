// An embedded core's mix: list walking and reversal, a matrix by constants, a state machine over text, a CRC-16 over it all.
#include "bench.h"

enum { ITEMS = 64, SIDE = 10 };
struct item {
  struct item *next;
  short value, index;
};
static struct item items[ITEMS];
static short a[SIDE * SIDE], b[SIDE * SIDE];
static int c[SIDE * SIDE];
static const char input[] = "5012,1234,-874,+122,35.54400,.1234500,-110.700,+0.64400,5.500e+3,-.123e-2,-87e+832,+0.6e-12,T0.3e-1F,-T.T++Tq,1T3.4e4z,34.0e-T^";

static u32 crc16(u32 data, u32 crc) {
  for (int i = 0; i < 16; i++, data >>= 1) {
    u32 carry = (data ^ crc) & 1u;
    crc >>= 1;
    if (carry) crc ^= 0xa001u;
  }
  return crc;
}

__attribute__((noinline)) static struct item *reverse(struct item *list) {
  struct item *done = 0;
  while (list) {
    struct item *rest = list->next;
    list->next = done;
    done = list;
    list = rest;
  }
  return done;
}

__attribute__((noinline)) static u32 states(const char *s) {
  enum { START, WHOLE, FRACTION, EXPONENT, BAD } state = START;
  u32 counts[5] = {0, 0, 0, 0, 0};
  for (; *s; s++) {
    if (*s == ',') {
      counts[state]++;
      state = START;
      continue;
    }
    int digit = *s >= '0' && *s <= '9', sign = *s == '+' || *s == '-';
    switch (state) {
      case START: state = digit || sign ? WHOLE : *s == '.' ? FRACTION : BAD; break;
      case WHOLE: state = digit ? WHOLE : *s == '.' ? FRACTION : *s == 'e' ? EXPONENT : BAD; break;
      case FRACTION: state = digit ? FRACTION : *s == 'e' ? EXPONENT : BAD; break;
      case EXPONENT: state = digit || sign ? EXPONENT : BAD; break;
      case BAD: break;
    }
  }
  return counts[WHOLE] | counts[FRACTION] << 6 | counts[EXPONENT] << 12 | counts[BAD] << 18;
}

void work(void) {
  u32 crc = 0, seed = 1;
  for (u32 round = 0;; round++) {
    for (int i = 0; i < ITEMS; i++) items[i] = (struct item){i + 1 < ITEMS ? &items[i + 1] : 0, (short)next(&seed), (short)i};
    struct item *list = reverse(items);
    for (struct item *it = list; it; it = it->next) crc = crc16((u32)it->value ^ (u32)it->index, crc);
    for (int i = 0; i < SIDE * SIDE; i++) {
      a[i] = (short)(next(&seed) & 255);
      b[i] = (short)(next(&seed) & 255);
    }
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < SIDE; j++) {
        int sum = 0;
        for (int k = 0; k < SIDE; k++) sum += a[i * SIDE + k] * b[k * SIDE + j];
        c[i * SIDE + j] = sum;
      }
    }
    crc = crc16((u32)c[(round * 7) % (SIDE * SIDE)], crc);
    crc = crc16(states(input), crc);
    RESULT = crc;
  }
}
