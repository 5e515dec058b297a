/* Drawing. The hart runs a few million instructions a second: whatever lies outside the clip rectangle costs next to nothing. */
#include <string.h>
#include "desk.h"

static struct rect clip;

struct rect intersection(struct rect a, struct rect b)
{
	int x = a.x > b.x ? a.x : b.x, y = a.y > b.y ? a.y : b.y;
	int right = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
	int bottom = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;

	return (struct rect){ x, y, right - x, bottom - y };
}

struct rect around(struct rect a, struct rect b)
{
	int x = a.x < b.x ? a.x : b.x, y = a.y < b.y ? a.y : b.y;
	int right = a.x + a.w > b.x + b.w ? a.x + a.w : b.x + b.w;
	int bottom = a.y + a.h > b.y + b.h ? a.y + a.h : b.y + b.h;

	return (struct rect){ x, y, right - x, bottom - y };
}

void paint_within(struct rect r)
{
	clip = intersection(r, (struct rect){ 0, 0, screen_width, screen_height });
}

void fill(struct rect r, uint32_t colour)
{
	r = intersection(r, clip);
	for (int y = r.y; r.w > 0 && y < r.y + r.h; y++) {
		uint32_t *at = screen_row(y) + r.x, *end = at + r.w;
		for (; end - at >= 8; at += 8)
			at[0] = at[1] = at[2] = at[3] = at[4] = at[5] = at[6] = at[7] = colour;
		while (at < end)
			*at++ = colour;
	}
}

/* A frame of one pixel: upper and left edge, lower and right edge. */
static void edges(struct rect r, uint32_t upper, uint32_t lower)
{
	fill((struct rect){ r.x, r.y, r.w, 1 }, upper);
	fill((struct rect){ r.x, r.y, 1, r.h }, upper);
	fill((struct rect){ r.x, r.y + r.h - 1, r.w, 1 }, lower);
	fill((struct rect){ r.x + r.w - 1, r.y, 1, r.h }, lower);
}

static struct rect shrunk(struct rect r, int by)
{
	return (struct rect){ r.x + by, r.y + by, r.w - 2 * by, r.h - 2 * by };
}

void outline(struct rect r, uint32_t colour)
{
	edges(r, colour, colour);
}

void raised(struct rect r)
{
	outline(r, DARK);
	edges(shrunk(r, 1), LIGHT, SHADE);
}

void sunken(struct rect r)
{
	outline(r, DARK);
	edges(shrunk(r, 1), SHADE, LIGHT);
}

static void glyph(int x, int y, const uint8_t *rows, uint32_t colour)
{
	struct rect r = intersection((struct rect){ x, y, GLYPH_WIDTH, GLYPH_HEIGHT }, clip);

	if (r.w <= 0)
		return;
	for (int row = r.y; row < r.y + r.h; row++) {
		unsigned int bits = rows[row - y];
		uint32_t *at = screen_row(row) + x;
		if (r.w < GLYPH_WIDTH) /* the part of it that is inside */
			bits &= (0xffu >> (r.x - x)) & (0xff00u >> (r.x + r.w - x));
		for (; bits & 0xff; bits <<= 1, at++)
			if (bits & 0x80)
				*at = colour;
	}
}

void text(int x, int y, const char *string, uint32_t colour)
{
	if (y >= clip.y + clip.h || y + GLYPH_HEIGHT <= clip.y)
		return;
	for (; *string != '\0' && x < clip.x + clip.w; string++, x += GLYPH_WIDTH)
		if (x + GLYPH_WIDTH > clip.x)
			glyph(x, y, font[(uint8_t)*string], colour);
}

/* A picture drawn in letters: each letter of `letters` has its colour, every other character is transparent. */
void picture(int x, int y, const char *const *rows, const char *letters, const uint32_t *colours)
{
	for (int row = 0; rows[row] != NULL; row++) {
		if (y + row < clip.y || y + row >= clip.y + clip.h)
			continue;
		uint32_t *at = screen_row(y + row);
		for (int column = 0; rows[row][column] != '\0'; column++) {
			const char *letter = strchr(letters, rows[row][column]);
			if (letter != NULL && x + column >= clip.x && x + column < clip.x + clip.w)
				at[x + column] = colours[letter - letters];
		}
	}
}
