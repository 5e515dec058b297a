// What ordinary programs do: sorting by recursion, strings, a chained hash table, a small matrix product, a division.
#include "bench.h"

enum { NUMBERS = 512, LETTERS = 200, BUCKETS = 64, NODES = 256, SIDE = 8 };

struct node {
  struct node *next;
  u32 key, count;
};
static int numbers[NUMBERS];
static char text[LETTERS + 1], copy[LETTERS + 1];
static struct node nodes[NODES], *buckets[BUCKETS];
static int left[SIDE * SIDE], right[SIDE * SIDE], product[SIDE * SIDE];

__attribute__((noinline)) static void sort(int *a, int from, int to) {
  while (from < to) {
    int pivot = a[(from + to) / 2], i = from, j = to;
    while (i <= j) {
      while (a[i] < pivot) i++;
      while (a[j] > pivot) j--;
      if (i > j) break;
      int swapped = a[i];
      a[i++] = a[j];
      a[j--] = swapped;
    }
    if (j - from < to - i) {
      sort(a, from, j);
      from = i;
    } else {
      sort(a, i, to);
      to = j;
    }
  }
}

__attribute__((noinline)) static int measure(const char *s) {
  int n = 0;
  while (s[n]) n++;
  return n;
}

__attribute__((noinline)) static void duplicate(char *to, const char *from) {
  while ((*to++ = *from++)) continue;
}

__attribute__((noinline)) static int compare(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a - *b;
}

static u32 bucket_of(u32 key) { return (key ^ (key >> 6)) % BUCKETS; }

__attribute__((noinline)) static struct node *find(u32 key) {
  struct node *n = buckets[bucket_of(key)];
  while (n && n->key != key) n = n->next;
  return n;
}

void work(void) {
  u32 sum = 0;
  for (u32 round = 0;; round++) {
    u32 seed = round;
    for (int i = 0; i < NUMBERS; i++) numbers[i] = (int)next(&seed);
    sort(numbers, 0, NUMBERS - 1);
    sum += (u32)numbers[17];

    for (int i = 0; i < LETTERS; i++) text[i] = (char)('a' + (next(&seed) & 15));
    for (int i = 0; i < 20; i++) {
      duplicate(copy, text);
      sum += (u32)(measure(copy) + compare(text, copy));
    }

    for (int i = 0; i < BUCKETS; i++) buckets[i] = 0;
    for (int i = 0; i < NODES; i++) {
      u32 key = next(&seed) & 1023;
      struct node *n = find(key);
      if (n) {
        n->count++;
        continue;
      }
      nodes[i] = (struct node){buckets[bucket_of(key)], key, 1};
      buckets[bucket_of(key)] = &nodes[i];
    }
    for (int i = 0; i < 512; i++) {
      struct node *n = find(next(&seed) & 1023);
      if (n) sum += n->count;
    }

    for (int i = 0; i < SIDE * SIDE; i++) {
      left[i] = i * (int)round;
      right[i] = i + (int)round;
    }
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < SIDE; j++) {
        int cell = 0;
        for (int k = 0; k < SIDE; k++) cell += left[i * SIDE + k] * right[k * SIDE + j];
        product[i * SIDE + j] = cell;
      }
    }
    sum += (u32)(product[9] / (int)((round & 7) + 1));
    RESULT = sum;
  }
}
