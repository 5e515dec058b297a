/* Keys: a US keyboard. Tab and Shift+Tab move the focus, Enter and Escape press a window's own buttons, Space presses what has the
 * focus, everything else edits. Ctrl+Q leaves. */
#include <linux/input-event-codes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include "desk.h"

/* What a key gives: plain and with shift, or a name. */
static const struct {
	const char *gives, *name;
} keys[] = {
	[KEY_1] = { "1!", NULL }, [KEY_2] = { "2@", NULL }, [KEY_3] = { "3#", NULL }, [KEY_4] = { "4$", NULL }, [KEY_5] = { "5%", NULL },
	[KEY_6] = { "6^", NULL }, [KEY_7] = { "7&", NULL }, [KEY_8] = { "8*", NULL }, [KEY_9] = { "9(", NULL }, [KEY_0] = { "0)", NULL },
	[KEY_MINUS] = { "-_", NULL }, [KEY_EQUAL] = { "=+", NULL }, [KEY_LEFTBRACE] = { "[{", NULL }, [KEY_RIGHTBRACE] = { "]}", NULL },
	[KEY_SEMICOLON] = { ";:", NULL }, [KEY_APOSTROPHE] = { "'\"", NULL }, [KEY_GRAVE] = { "`~", NULL }, [KEY_BACKSLASH] = { "\\|", NULL },
	[KEY_COMMA] = { ",<", NULL }, [KEY_DOT] = { ".>", NULL }, [KEY_SLASH] = { "/?", NULL }, [KEY_SPACE] = { "  ", "Space" },
	[KEY_Q] = { "qQ", NULL }, [KEY_W] = { "wW", NULL }, [KEY_E] = { "eE", NULL }, [KEY_R] = { "rR", NULL }, [KEY_T] = { "tT", NULL },
	[KEY_Y] = { "yY", NULL }, [KEY_U] = { "uU", NULL }, [KEY_I] = { "iI", NULL }, [KEY_O] = { "oO", NULL }, [KEY_P] = { "pP", NULL },
	[KEY_A] = { "aA", NULL }, [KEY_S] = { "sS", NULL }, [KEY_D] = { "dD", NULL }, [KEY_F] = { "fF", NULL }, [KEY_G] = { "gG", NULL },
	[KEY_H] = { "hH", NULL }, [KEY_J] = { "jJ", NULL }, [KEY_K] = { "kK", NULL }, [KEY_L] = { "lL", NULL }, [KEY_Z] = { "zZ", NULL },
	[KEY_X] = { "xX", NULL }, [KEY_C] = { "cC", NULL }, [KEY_V] = { "vV", NULL }, [KEY_B] = { "bB", NULL }, [KEY_N] = { "nN", NULL },
	[KEY_M] = { "mM", NULL }, [KEY_KP0] = { "00", NULL }, [KEY_KP1] = { "11", NULL }, [KEY_KP2] = { "22", NULL }, [KEY_KP3] = { "33", NULL },
	[KEY_KP4] = { "44", NULL }, [KEY_KP5] = { "55", NULL }, [KEY_KP6] = { "66", NULL }, [KEY_KP7] = { "77", NULL }, [KEY_KP8] = { "88", NULL },
	[KEY_KP9] = { "99", NULL }, [KEY_KPDOT] = { "..", NULL }, [KEY_KPPLUS] = { "++", NULL }, [KEY_KPMINUS] = { "--", NULL },
	[KEY_KPASTERISK] = { "**", NULL }, [KEY_KPSLASH] = { "//", NULL },
	[KEY_ESC] = { NULL, "Escape" }, [KEY_TAB] = { NULL, "Tab" }, [KEY_ENTER] = { NULL, "Enter" }, [KEY_KPENTER] = { NULL, "Enter" },
	[KEY_BACKSPACE] = { NULL, "Backspace" }, [KEY_DELETE] = { NULL, "Delete" }, [KEY_INSERT] = { NULL, "Insert" },
	[KEY_HOME] = { NULL, "Home" }, [KEY_END] = { NULL, "End" }, [KEY_PAGEUP] = { NULL, "PageUp" }, [KEY_PAGEDOWN] = { NULL, "PageDown" },
	[KEY_LEFT] = { NULL, "ArrowLeft" }, [KEY_RIGHT] = { NULL, "ArrowRight" }, [KEY_UP] = { NULL, "ArrowUp" }, [KEY_DOWN] = { NULL, "ArrowDown" },
	[KEY_F1] = { NULL, "F1" }, [KEY_F2] = { NULL, "F2" }, [KEY_F3] = { NULL, "F3" }, [KEY_F4] = { NULL, "F4" }, [KEY_F5] = { NULL, "F5" },
	[KEY_F6] = { NULL, "F6" }, [KEY_F7] = { NULL, "F7" }, [KEY_F8] = { NULL, "F8" }, [KEY_F9] = { NULL, "F9" }, [KEY_F10] = { NULL, "F10" },
	[KEY_F11] = { NULL, "F11" }, [KEY_F12] = { NULL, "F12" },
};
enum { KEYS = sizeof keys / sizeof *keys };

static const int modifiers[] = { KEY_LEFTSHIFT, KEY_RIGHTSHIFT, KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTALT, KEY_RIGHTALT, KEY_LEFTMETA, KEY_RIGHTMETA };
enum { MODIFIERS = sizeof modifiers / sizeof *modifiers };
static bool held[MODIFIERS];
static bool caps;

static void say_key(int code, int character, bool shift, bool ctrl, bool alt)
{
	const char *name = (unsigned)code < KEYS ? keys[code].name : NULL;
	char text[16];

	if (name == NULL && character != 0)
		snprintf(text, sizeof text, "%c", character);
	else
		snprintf(text, sizeof text, name != NULL ? "%s" : "%.0s%d", name != NULL ? name : "", code);
	say("key %s%s%s%s", ctrl ? "ctrl+" : "", alt ? "alt+" : "", shift && name != NULL ? "shift+" : "", text);
}

static void press(struct window *w, struct widget *button)
{
	if (button == NULL || button->act == NULL)
		return;
	button->act(button);
	damage_widget(w, button);
}

/* A key that is no text, or text for what has the focus. */
static void act(struct window *w, int code, int character, bool shift, bool ctrl)
{
	struct widget *focus = w->focus;

	if (code == KEY_TAB) {
		focus_next(w, shift ? -1 : 1);
	} else if (code == KEY_ENTER || code == KEY_KPENTER) {
		press(w, focus != NULL && focus->kind == BUTTON ? focus : w->enter);
	} else if (code == KEY_ESC) {
		press(w, w->escape);
	} else if (focus != NULL && focus->kind == INPUT) {
		char before[TEXT_MAX + 1];
		strcpy(before, focus->value);
		if (!edit(focus, code, character, ctrl))
			return;
		damage_widget(w, focus);
		if (strcmp(before, focus->value) != 0)
			say("input %s = %s", quoted(focus->name), quoted(focus->value));
	} else if (code == KEY_SPACE) {
		press(w, focus);
	}
}

bool modifier(int code, bool down)
{
	for (int i = 0; i < MODIFIERS; i++)
		if (code == modifiers[i]) {
			held[i] = down;
			return true;
		}
	return false;
}

void key(int code, int value)
{
	bool shift, ctrl, alt;
	int character = 0;
	struct window *w = active_window();

	if (modifier(code, value != 0) || value == 0)
		return;
	if (code == KEY_CAPSLOCK) {
		caps = value == 1 ? !caps : caps;
		return;
	}
	shift = held[0] || held[1];
	ctrl = held[2] || held[3];
	alt = held[4] || held[5];
	if ((unsigned)code < KEYS && keys[code].gives != NULL) {
		bool letter = keys[code].gives[0] >= 'a' && keys[code].gives[0] <= 'z';
		character = keys[code].gives[letter ? shift != caps : shift];
	}
	if (ctrl && character != 0)
		character = keys[code].gives[0];
	say_key(code, character, shift, ctrl, alt);
	if (ctrl && code == KEY_Q)
		leaving = true;
	else if (w != NULL && !alt)
		act(w, code, character, shift, ctrl);
}
