/* The pointer: it raises and drags windows, presses buttons, places the caret. A button acts when it is let go on what it was pressed on. */
#include <linux/input-event-codes.h>
#include <stddef.h>
#include "desk.h"

int pointer_x, pointer_y;

static const char *const arrow[] = {
	"#          ", "##         ", "#.#        ", "#..#       ", "#...#      ", "#....#     ", "#.....#    ", "#......#   ", "#.......#  ", "#........# ",
	"#......####", "#...#..#   ", "#..# #..#  ", "#.#  #..#  ", "##    #..# ", "#     #..# ", "       ##  ", NULL,
};
enum { ARROW_WIDTH = 11, ARROW_HEIGHT = 17 };
static const uint32_t arrow_colours[] = { 0x000000, 0xffffff };

static struct window *held; /* the window that the left button went down on */
static struct widget *held_widget;
static const struct icon *held_icon;
static bool dragging, moved;
static int grip_x, grip_y; /* from the window's corner to the pointer */

static struct rect pointer_rect(void)
{
	return (struct rect){ pointer_x, pointer_y, ARROW_WIDTH, ARROW_HEIGHT };
}

void paint_pointer(void)
{
	picture(pointer_x, pointer_y, arrow, "#.", arrow_colours);
}

void pointer_begin(void)
{
	pointer_x = screen_width / 2;
	pointer_y = screen_height - PANEL_HEIGHT - 40;
}

static void press(struct widget *w, bool pressed)
{
	if (w->pressed != pressed && w->kind != INPUT) {
		w->pressed = pressed;
		damage_widget(held, w);
	}
}

static void press_close_box(bool pressed)
{
	if (held->closing != pressed) {
		held->closing = pressed;
		damage(close_box_of(held));
	}
}

static bool closing; /* the left button went down on the close box */

static bool over_widget(void)
{
	return inside(widget_rect(held, held_widget), pointer_x, pointer_y);
}

void pointer_to(int x, int y)
{
	x = x < 0 ? 0 : x >= screen_width ? screen_width - 1 : x;
	y = y < 0 ? 0 : y >= screen_height ? screen_height - 1 : y;
	if (x == pointer_x && y == pointer_y)
		return;
	damage(pointer_rect());
	pointer_x = x;
	pointer_y = y;
	damage(pointer_rect());
	if (dragging) {
		move_window(held, x - grip_x, y - grip_y);
		moved = true;
	} else if (closing) {
		press_close_box(inside(close_box_of(held), x, y));
	} else if (held_widget != NULL) {
		press(held_widget, over_widget());
	}
}

static const struct icon *icon_at(int x, int y)
{
	for (int i = 0; i < icon_count; i++)
		if (inside(icons[i].at, x, y))
			return &icons[i];
	return NULL;
}

static void down(void)
{
	held = window_at(pointer_x, pointer_y);
	if (held == NULL) {
		held_icon = icon_at(pointer_x, pointer_y);
		return;
	}
	raise_window(held);
	if (inside(close_box_of(held), pointer_x, pointer_y)) {
		closing = true;
		press_close_box(true);
		return;
	}
	if (inside(title_of(held), pointer_x, pointer_y)) {
		dragging = true;
		moved = false;
		grip_x = pointer_x - held->at.x;
		grip_y = pointer_y - held->at.y;
		return;
	}
	for (int i = 0; i < held->count; i++) {
		struct widget *w = &held->widgets[i];
		struct rect at = widget_rect(held, w);
		if (!takes_focus(w) || !inside(at, pointer_x, pointer_y))
			continue;
		held_widget = w;
		if (held != &panel && held->focus != w)
			focus_on(held, w);
		if (w->kind == INPUT) {
			place_caret(w, pointer_x - at.x);
			damage(at);
		}
		press(w, true);
		return;
	}
}

static void up(void)
{
	if (dragging && moved)
		say("window %s moved to %d,%d", quoted(held->title), held->at.x, held->at.y);
	if (closing) {
		press_close_box(false);
		if (inside(close_box_of(held), pointer_x, pointer_y))
			close_window(held);
	}
	if (held_widget != NULL) {
		press(held_widget, false);
		if (held_widget->act != NULL && over_widget())
			held_widget->act(held_widget);
	}
	if (held_icon != NULL && held_icon == icon_at(pointer_x, pointer_y)) {
		say("clicked icon %s", quoted(held_icon->name));
		raise_window(held_icon->opens);
	}
	dragging = closing = false;
	held = NULL;
	held_widget = NULL;
	held_icon = NULL;
}

void pointer_button(int code, bool pressed)
{
	if (code == BTN_LEFT || code == BTN_TOUCH) {
		if (pressed)
			down();
		else
			up();
	} else if (pressed) {
		say("pointer %s at %d,%d", code == BTN_RIGHT ? "right" : code == BTN_MIDDLE ? "middle" : "other", pointer_x, pointer_y);
	}
}
