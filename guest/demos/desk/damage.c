/* The rectangles that are to be painted anew: a short list. Those that touch become one, and a full list becomes one. */
#include "desk.h"

enum { MAX_DAMAGE = 16 };
static struct rect list[MAX_DAMAGE];
static int count;

static bool overlap(struct rect a, struct rect b)
{
	struct rect both = intersection(a, b);

	return both.w > 0 && both.h > 0;
}

void damage(struct rect r)
{
	r = intersection(r, (struct rect){ 0, 0, screen_width, screen_height });
	if (r.w <= 0 || r.h <= 0)
		return;
	for (int i = 0; i < count;) {
		if (count < MAX_DAMAGE && !overlap(list[i], r)) {
			i++;
			continue;
		}
		r = around(list[i], r);
		list[i] = list[--count];
		i = 0; /* it has grown: it may touch others now */
	}
	list[count++] = r;
}

bool damaged(struct rect *r)
{
	if (count == 0)
		return false;
	*r = list[--count];
	return true;
}
