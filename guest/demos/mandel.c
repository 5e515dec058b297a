/* mandel [columns [rows [iterations]]]: the Mandelbrot set in characters, in integers alone:
 * fixed point with 12 fraction bits, so that the same picture comes out of every machine. */
#include <stdio.h>
#include <stdlib.h>

#define FRACTION 12
#define ONE (1 << FRACTION)
#define X_MIN (-(ONE * 9) / 4)
#define X_SPAN (ONE * 3)
#define Y_MIN (-(ONE * 5) / 4)
#define Y_SPAN ((ONE * 5) / 2)

static const char shades[] = " .:-=+*#%@";

static int number(const char *text, const char *name, int low, int high)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end != '\0' || value < low || value > high) {
		fprintf(stderr, "mandel: %s is a number from %d to %d, not '%s'\n", name, low, high, text);
		exit(2);
	}
	return (int)value;
}

/* The number of steps until |z| exceeds 2, at most `limit`. */
static int escape(int cx, int cy, int limit)
{
	int x = 0, y = 0, n;

	for (n = 0; n < limit; n++) {
		int xx = (x * x) >> FRACTION, yy = (y * y) >> FRACTION;
		if (xx + yy > 4 * ONE)
			break;
		y = ((2 * x * y) >> FRACTION) + cy;
		x = xx - yy + cx;
	}
	return n;
}

int main(int argc, char **argv)
{
	int columns = argc > 1 ? number(argv[1], "columns", 2, 200) : 78;
	int rows = argc > 2 ? number(argv[2], "rows", 2, 200) : 24;
	int limit = argc > 3 ? number(argv[3], "iterations", 1, 10000) : 60;
	int top = (int)sizeof shades - 2;

	for (int row = 0; row < rows; row++) {
		for (int column = 0; column < columns; column++) {
			int n = escape(X_MIN + X_SPAN / (columns - 1) * column, Y_MIN + Y_SPAN / (rows - 1) * row, limit);
			putchar(n == limit ? shades[top] : shades[n % top]);
		}
		putchar('\n');
	}
	return 0;
}
