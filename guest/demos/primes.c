/* primes [limit]: the sieve of Eratosthenes; prints how many primes lie below the limit, the largest,
 * and a checksum over all of them (FNV-1a, 32 bits), so that two machines can be compared by one line. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LIMIT_DEFAULT 100000ul
#define LIMIT_MAX 16000000ul

int main(int argc, char **argv)
{
	unsigned long limit = LIMIT_DEFAULT;

	if (argc > 1) {
		char *end;
		limit = strtoul(argv[1], &end, 10);
		if (*end != '\0' || end == argv[1] || limit < 2 || limit > LIMIT_MAX) {
			fprintf(stderr, "primes: the limit is a number from 2 to %lu, not '%s'\n", LIMIT_MAX, argv[1]);
			return 2;
		}
	}

	uint8_t *composite = calloc(limit, 1);
	if (!composite) {
		fprintf(stderr, "primes: no memory for a sieve of %lu bytes; try a smaller limit\n", limit);
		return 1;
	}

	unsigned long count = 0, largest = 0;
	uint32_t checksum = 2166136261u;
	for (unsigned long n = 2; n < limit; n++) {
		if (composite[n])
			continue;
		count++;
		largest = n;
		for (int shift = 0; shift < 32; shift += 8)
			checksum = (checksum ^ ((n >> shift) & 0xff)) * 16777619u;
		if (n <= limit / n)
			for (unsigned long multiple = n * n; multiple < limit; multiple += n)
				composite[multiple] = 1;
	}
	free(composite);
	printf("%lu primes below %lu, the largest %lu, checksum %08x\n", count, limit, largest, (unsigned)checksum);
	return 0;
}
