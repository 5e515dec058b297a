/* Labels, buttons, text inputs and check boxes: how they look, and how text is edited. */
#include <linux/input-event-codes.h>
#include <string.h>
#include "desk.h"

enum { BOX = 14, PADDING = 6 };

bool takes_focus(const struct widget *w)
{
	return w->kind != LABEL;
}

static int columns(const struct widget *w)
{
	return (w->at.w - 2 * PADDING) / GLYPH_WIDTH;
}

static int middle(struct rect at)
{
	return at.y + (at.h - GLYPH_HEIGHT) / 2;
}

static void paint_button(const struct widget *w, struct rect at, bool focused)
{
	int down = w->pressed ? 1 : 0;

	fill(at, FACE);
	if (w->pressed)
		sunken(at);
	else
		raised(at);
	text(at.x + (at.w - (int)strlen(w->name) * GLYPH_WIDTH) / 2 + down, middle(at) + down, w->name, INK);
	if (focused)
		outline((struct rect){ at.x + 3, at.y + 3, at.w - 6, at.h - 6 }, FOCUS);
}

static void paint_input(const struct widget *w, struct rect at, bool focused)
{
	char shown[TEXT_MAX + 1];
	int x = at.x + PADDING;

	fill(at, PAPER);
	sunken(at);
	strncpy(shown, w->value + w->first, sizeof shown);
	shown[columns(w)] = '\0';
	text(x, middle(at), shown, INK);
	if (focused) {
		outline(at, FOCUS);
		fill((struct rect){ x + (w->caret - w->first) * GLYPH_WIDTH - 1, middle(at), 2, GLYPH_HEIGHT }, FOCUS);
	}
}

static void paint_checkbox(const struct widget *w, struct rect at, bool focused)
{
	struct rect box = { at.x, at.y + (at.h - BOX) / 2, BOX, BOX };

	fill(box, w->pressed ? FACE : PAPER);
	sunken(box);
	if (w->checked)
		for (int i = 0; i < 7; i++) { /* a tick: three pixels down, then up */
			int y = box.y + (i < 3 ? 6 + i : 10 - i);
			fill((struct rect){ box.x + 4 + i, y - 1, 1, 3 }, INK);
		}
	text(box.x + BOX + PADDING, middle(at), w->name, INK);
	if (focused)
		outline((struct rect){ box.x + BOX + 3, at.y, (int)strlen(w->name) * GLYPH_WIDTH + 6, at.h }, FOCUS);
}

void paint_widget(const struct widget *w, struct rect at, bool focused)
{
	switch (w->kind) {
	case LABEL:
		text(at.x, middle(at), w->value[0] != '\0' ? w->value : w->name, INK);
		break;
	case BUTTON:
		paint_button(w, at, focused);
		break;
	case INPUT:
		paint_input(w, at, focused);
		break;
	case CHECKBOX:
		paint_checkbox(w, at, focused);
		break;
	}
}

/* Moves the caret, and the text under it so that the caret shows. */
static void caret_to(struct widget *w, int caret)
{
	int length = (int)strlen(w->value), room = columns(w);

	w->caret = caret < 0 ? 0 : caret > length ? length : caret;
	if (w->caret < w->first)
		w->first = w->caret;
	if (w->caret > w->first + room)
		w->first = w->caret - room;
}

void place_caret(struct widget *w, int x)
{
	caret_to(w, w->first + (x - PADDING + GLYPH_WIDTH / 2) / GLYPH_WIDTH);
}

/* Takes `count` characters out at `at`. */
static void cut(struct widget *w, int at, int count)
{
	memmove(w->value + at, w->value + at + count, strlen(w->value + at + count) + 1);
	if (w->first > (int)strlen(w->value))
		w->first = 0;
	caret_to(w, at);
}

bool edit(struct widget *w, int key, int character, bool ctrl)
{
	int length = (int)strlen(w->value), before = w->caret;

	switch (key) {
	case KEY_LEFT:
		caret_to(w, w->caret - 1);
		return w->caret != before;
	case KEY_RIGHT:
		caret_to(w, w->caret + 1);
		return w->caret != before;
	case KEY_HOME:
		caret_to(w, 0);
		return w->caret != before;
	case KEY_END:
		caret_to(w, length);
		return w->caret != before;
	case KEY_BACKSPACE:
		if (w->caret == 0)
			return false;
		cut(w, w->caret - 1, 1);
		return true;
	case KEY_DELETE:
		if (w->caret == length)
			return false;
		cut(w, w->caret, 1);
		return true;
	}
	if (ctrl && character == 'u' && length > 0) {
		cut(w, 0, length);
		return true;
	}
	if (ctrl || character < ' ' || character > '~' || length >= TEXT_MAX)
		return false;
	memmove(w->value + w->caret + 1, w->value + w->caret, (size_t)(length - w->caret) + 1);
	w->value[w->caret] = (char)character;
	caret_to(w, w->caret + 1);
	return true;
}
