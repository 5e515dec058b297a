/* What is on this desk: icons, a form, a counter, a page about the machine, a panel; and what their buttons do. */
#include <stdio.h>
#include <string.h>
#include "desk.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))
#define WINDOW(name, x, y, w, h, list, ...) { .title = name, .at = { x, y, w, h }, .widgets = list, .count = COUNT(list), __VA_ARGS__ }

bool leaving;

static void submit(struct widget *), cancel(struct widget *), toggled(struct widget *);
static void count_up(struct widget *), count_again(struct widget *), understood(struct widget *), quit(struct widget *);

enum { NAME = 1, EMAIL = 3, SUBSCRIBE, SUBMIT, CANCEL, ANSWER };
static struct widget form_widgets[] = {
	{ .kind = LABEL, .name = "Name", .at = { 14, 14, 60, 24 } },
	[NAME] = { .kind = INPUT, .name = "Name", .at = { 80, 14, 208, 24 } },
	{ .kind = LABEL, .name = "E-mail", .at = { 14, 48, 60, 24 } },
	[EMAIL] = { .kind = INPUT, .name = "E-mail", .at = { 80, 48, 208, 24 } },
	[SUBSCRIBE] = { .kind = CHECKBOX, .name = "Send me news", .at = { 80, 82, 130, 20 }, .act = toggled },
	[SUBMIT] = { .kind = BUTTON, .name = "Submit", .at = { 80, 114, 96, 28 }, .act = submit },
	[CANCEL] = { .kind = BUTTON, .name = "Cancel", .at = { 192, 114, 96, 28 }, .act = cancel },
	[ANSWER] = { .kind = LABEL, .name = "", .at = { 14, 152, 274, 20 } },
};

enum { TOTAL, PLUS, AGAIN };
static struct widget counter_widgets[] = {
	[TOTAL] = { .kind = LABEL, .name = "Count: 0", .at = { 16, 14, 160, 24 } },
	[PLUS] = { .kind = BUTTON, .name = "Add one", .at = { 16, 46, 88, 28 }, .act = count_up },
	[AGAIN] = { .kind = BUTTON, .name = "Reset", .at = { 116, 46, 72, 28 }, .act = count_again },
};

static struct widget about_widgets[] = {
	{ .kind = LABEL, .name = "A desk for people and agents,", .at = { 14, 12, 250, 20 } },
	{ .kind = LABEL, .name = "drawn on /dev/fb0 by one C", .at = { 14, 32, 250, 20 } },
	{ .kind = LABEL, .name = "program, in a Linux that runs", .at = { 14, 52, 250, 20 } },
	{ .kind = LABEL, .name = "on a small RISC-V computer.", .at = { 14, 72, 250, 20 } },
	{ .kind = BUTTON, .name = "OK", .at = { 88, 104, 72, 28 }, .act = understood },
};

enum { STATUS, QUIT };
static struct widget panel_widgets[] = {
	[STATUS] = { .kind = LABEL, .name = "Ready", .at = { 10, 3, 500, 24 } },
	[QUIT] = { .kind = BUTTON, .name = "Quit", .at = { 560, 3, 72, 24 }, .act = quit },
};

static struct window form = WINDOW("Form", 130, 50, 312, 204, form_widgets, .open = true, .focus = &form_widgets[NAME],
				   .enter = &form_widgets[SUBMIT], .escape = &form_widgets[CANCEL]);
static struct window counter = WINDOW("Counter", 434, 222, 202, 116, counter_widgets, .open = true, .focus = &counter_widgets[PLUS]);
static struct window about = WINDOW("About", 200, 270, 258, 172, about_widgets, .focus = &about_widgets[4], .enter = &about_widgets[4],
				    .escape = &about_widgets[4]);
struct window panel = { .at = { 0, 480 - PANEL_HEIGHT, 640, PANEL_HEIGHT }, .open = true, .widgets = panel_widgets, .count = COUNT(panel_widgets) };

struct window *stack[] = { &about, &counter, &form };
int stack_count = COUNT(stack);

static const uint32_t icon_colours[] = { DARK, PAPER, 0x2a6fd0, 0x3f9a4f, 0xb98a2c };

struct icon icons[] = {
	{ "Form", { 24, 24, 64, 60 }, page_icon, &form },
	{ "Counter", { 24, 104, 64, 60 }, abacus_icon, &counter },
	{ "About", { 24, 184, 64, 60 }, info_icon, &about },
};
const int icon_count = COUNT(icons);

static void label(struct window *w, struct widget *of, const char *text)
{
	snprintf(of->value, sizeof of->value, "%s", text);
	damage_widget(w, of);
}

static void clicked(const struct widget *button, const char *more)
{
	char text[TEXT_MAX + 1];

	say("clicked button %s%s", quoted(button->name), more);
	snprintf(text, sizeof text, "Clicked %s", button->name);
	label(&panel, &panel_widgets[STATUS], text);
}

static void submit(struct widget *button)
{
	char more[2 * (2 * TEXT_MAX + 3) + 32], text[TEXT_MAX + 1];

	snprintf(more, sizeof more, " input=%s email=%s news=%s", quoted(form_widgets[NAME].value), quoted(form_widgets[EMAIL].value),
		 form_widgets[SUBSCRIBE].checked ? "on" : "off");
	clicked(button, more);
	snprintf(text, sizeof text, "Hello, %.24s.", form_widgets[NAME].value[0] != '\0' ? form_widgets[NAME].value : "whoever you are");
	label(&form, &form_widgets[ANSWER], text);
}

static void cancel(struct widget *button)
{
	clicked(button, "");
	for (int i = NAME; i <= EMAIL; i += EMAIL - NAME) {
		form_widgets[i].value[0] = '\0';
		form_widgets[i].caret = form_widgets[i].first = 0;
		damage_widget(&form, &form_widgets[i]);
	}
	form_widgets[SUBSCRIBE].checked = false;
	damage_widget(&form, &form_widgets[SUBSCRIBE]);
	label(&form, &form_widgets[ANSWER], "");
	focus_on(&form, &form_widgets[NAME]);
}

static void toggled(struct widget *box)
{
	box->checked = !box->checked;
	say("checkbox %s %s", quoted(box->name), box->checked ? "on" : "off");
}

static int total; /* of the counter */

static void counted(const struct widget *button)
{
	char text[TEXT_MAX + 1];

	snprintf(text, sizeof text, " count=%d", total);
	clicked(button, text);
	snprintf(text, sizeof text, "Count: %d", total);
	label(&counter, &counter_widgets[TOTAL], text);
}

static void count_up(struct widget *button)
{
	total++;
	counted(button);
}

static void count_again(struct widget *button)
{
	total = 0;
	counted(button);
}

static void understood(struct widget *button)
{
	clicked(button, "");
	close_window(&about);
}

static void quit(struct widget *button)
{
	clicked(button, "");
	leaving = true;
}

void scene_begin(void)
{
	panel.at.y = screen_height - PANEL_HEIGHT;
	panel.at.w = screen_width;
	panel_widgets[QUIT].at.x = screen_width - 80;
	damage((struct rect){ 0, 0, screen_width, screen_height });
}

static void paint_icon(const struct icon *icon)
{
	int width = (int)strlen(icon->name) * GLYPH_WIDTH;

	picture(icon->at.x + (icon->at.w - (int)strlen(icon->rows[0])) / 2, icon->at.y + 6, icon->rows, "#.bgy", icon_colours);
	text(icon->at.x + (icon->at.w - width) / 2, icon->at.y + 42, icon->name, TITLE_INK);
}

/* Paints what is to be painted, one rectangle after the other; what a window hides altogether is left out. */
void paint_scene(void)
{
	for (struct rect r; damaged(&r);) {
		int bottom = -1;

		paint_within(r);
		for (int i = 0; i < stack_count; i++) {
			struct rect part = intersection(r, stack[i]->at);
			if (stack[i]->open && part.w == r.w && part.h == r.h)
				bottom = i;
		}
		if (bottom < 0) {
			fill(r, DESKTOP);
			for (int i = 0; i < icon_count; i++)
				paint_icon(&icons[i]);
		}
		for (int i = bottom < 0 ? 0 : bottom; i < stack_count; i++) {
			struct rect part = intersection(r, stack[i]->at);
			if (stack[i]->open && part.w > 0 && part.h > 0)
				paint_window(stack[i]);
		}
		paint_window(&panel);
		paint_pointer();
	}
}
