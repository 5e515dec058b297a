/* The stack of windows: which is on top, where they stand, what has the focus, how they look. */
#include <stddef.h>
#include <string.h>
#include "desk.h"

enum { CLOSE_BOX = 14, KEPT_IN_VIEW = 60 };

/* The one on top, or NULL when all are closed. */
struct window *active_window(void)
{
	for (int i = stack_count - 1; i >= 0; i--)
		if (stack[i]->open)
			return stack[i];
	return NULL;
}

struct window *window_at(int x, int y)
{
	if (inside(panel.at, x, y))
		return &panel;
	for (int i = stack_count - 1; i >= 0; i--)
		if (stack[i]->open && inside(stack[i]->at, x, y))
			return stack[i];
	return NULL;
}

struct rect inside_of(const struct window *w)
{
	if (w->title == NULL)
		return w->at;
	return (struct rect){ w->at.x + FRAME, w->at.y + FRAME + TITLE_HEIGHT, w->at.w - 2 * FRAME, w->at.h - 2 * FRAME - TITLE_HEIGHT };
}

struct rect title_of(const struct window *w)
{
	return (struct rect){ w->at.x + FRAME, w->at.y + FRAME, w->title == NULL ? 0 : w->at.w - 2 * FRAME, TITLE_HEIGHT };
}

struct rect close_box_of(const struct window *w)
{
	struct rect title = title_of(w);

	return (struct rect){ title.x + title.w - CLOSE_BOX - 3, title.y + 3, w->title == NULL ? 0 : CLOSE_BOX, CLOSE_BOX };
}

struct rect widget_rect(const struct window *w, const struct widget *of)
{
	struct rect content = inside_of(w);

	return (struct rect){ content.x + of->at.x, content.y + of->at.y, of->at.w, of->at.h };
}

void damage_widget(const struct window *w, const struct widget *of)
{
	if (w->open && of != NULL)
		damage(widget_rect(w, of));
}

void raise_window(struct window *w)
{
	struct window *before = active_window();
	int at = 0;

	if (w->title == NULL || before == w)
		return;
	while (stack[at] != w)
		at++;
	for (; at < stack_count - 1; at++)
		stack[at] = stack[at + 1];
	stack[at] = w;
	say("window %s %s", quoted(w->title), w->open ? "raised" : "opened");
	w->open = true;
	damage(w->at);
	if (before != NULL) { /* its title and its focus change their looks */
		damage(title_of(before));
		damage_widget(before, before->focus);
	}
	if (w->focus != NULL)
		focus_on(w, w->focus);
}

void close_window(struct window *w)
{
	struct window *next;

	w->open = false;
	damage(w->at);
	say("window %s closed", quoted(w->title));
	next = active_window();
	if (next != NULL) {
		damage(title_of(next));
		damage_widget(next, next->focus);
	}
}

void move_window(struct window *w, int x, int y)
{
	int lowest = screen_height - PANEL_HEIGHT - TITLE_HEIGHT - FRAME;

	x = x < KEPT_IN_VIEW - w->at.w ? KEPT_IN_VIEW - w->at.w : x > screen_width - KEPT_IN_VIEW ? screen_width - KEPT_IN_VIEW : x;
	y = y < 0 ? 0 : y > lowest ? lowest : y;
	if (x == w->at.x && y == w->at.y)
		return;
	damage(w->at);
	w->at.x = x;
	w->at.y = y;
	damage(w->at);
}

void focus_on(struct window *w, struct widget *to)
{
	static const char *const kinds[] = { "label", "button", "input", "checkbox" };

	damage_widget(w, w->focus);
	w->focus = to;
	damage_widget(w, to);
	say("focus %s %s", kinds[to->kind], quoted(to->name));
}

/* The next one that takes the focus: step 1 forwards, -1 backwards. */
void focus_next(struct window *w, int step)
{
	int at = w->focus != NULL ? (int)(w->focus - w->widgets) : step > 0 ? -1 : w->count;

	for (int i = 0; i < w->count; i++) {
		at = (at + step + w->count) % w->count;
		if (takes_focus(&w->widgets[at])) {
			focus_on(w, &w->widgets[at]);
			return;
		}
	}
}

static void paint_title(const struct window *w)
{
	static const char *const cross[] = { "x      x", "xx    xx", " xx  xx ", "  xxxx  ", "   xx   ", "  xxxx  ", " xx  xx ", "xx    xx", "x      x", NULL };
	static const uint32_t ink[] = { INK };
	struct rect title = title_of(w), box = close_box_of(w);

	fill(title, w == active_window() ? ACTIVE : INACTIVE);
	text(title.x + 6, title.y + (TITLE_HEIGHT - GLYPH_HEIGHT) / 2, w->title, TITLE_INK);
	fill(box, FACE);
	if (w->closing)
		sunken(box);
	else
		raised(box);
	picture(box.x + 3, box.y + 3, cross, "x", ink);
}

void paint_window(const struct window *w)
{
	bool active = w == active_window();

	fill(w->at, FACE);
	raised(w->at);
	if (w->title != NULL)
		paint_title(w);
	for (int i = 0; i < w->count; i++)
		paint_widget(&w->widgets[i], widget_rect(w, &w->widgets[i]), active && w->focus == &w->widgets[i]);
}
