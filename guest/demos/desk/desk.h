/* desk: a small windowed desktop on /dev/fb0. What its parts share; each part's file says what it does. */
#ifndef DESK_H
#define DESK_H

#include <stdbool.h>
#include <stdint.h>

/* Pixels, from the upper left corner of the screen; empty when w or h is not positive. */
struct rect {
	int x, y, w, h;
};

static inline bool inside(struct rect r, int x, int y)
{
	return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

struct rect intersection(struct rect a, struct rect b);
struct rect around(struct rect a, struct rect b); /* the smallest that holds both */

/* Colours, 0xRRGGBB. */
enum {
	DESKTOP = 0x2f6278,
	FACE = 0xd6d6d0,
	LIGHT = 0xffffff,
	SHADE = 0x82827c,
	DARK = 0x202020,
	PAPER = 0xffffff,
	INK = 0x101010,
	ACTIVE = 0x1b4f9c,
	INACTIVE = 0x7c8796,
	TITLE_INK = 0xffffff,
	FOCUS = 0x1b6fe0,
	CHOSEN = 0x1b4f9c,
};

/* screen.c: the framebuffer, the console's font, and who draws on the screen. */
enum { GLYPH_WIDTH = 8, GLYPH_HEIGHT = 16 };
extern int screen_width, screen_height;
extern uint8_t font[256][GLYPH_HEIGHT]; /* most significant bit = left pixel */
void screen_open(void);
void screen_close(void); /* gives it back to the console; may be called twice, and from a signal handler */
uint32_t *screen_row(int y);

/* paint.c: everything is cut to the rectangle that is being painted. */
void paint_within(struct rect clip);
void fill(struct rect r, uint32_t colour);
void outline(struct rect r, uint32_t colour);
void raised(struct rect r);
void sunken(struct rect r);
void text(int x, int y, const char *string, uint32_t colour);
void picture(int x, int y, const char *const *rows, const char *letters, const uint32_t *colours);

/* damage.c: the rectangles that are to be painted anew. */
void damage(struct rect r);
bool damaged(struct rect *r); /* takes one */

/* widget.c */
enum kind { LABEL, BUTTON, INPUT, CHECKBOX };
enum { TEXT_MAX = 63 };

struct widget {
	enum kind kind;
	struct rect at; /* from the upper left corner of the window's inside */
	const char *name;
	void (*act)(struct widget *);
	char value[TEXT_MAX + 1]; /* of inputs, and what a label shows when it is not empty */
	int caret, first; /* of inputs: characters before the caret, and before the first that shows */
	bool checked, pressed;
};

struct window {
	const char *title; /* NULL: the panel, without a frame */
	struct rect at; /* with its frame */
	bool open;
	struct widget *widgets;
	int count;
	struct widget *focus, *enter, *escape; /* what Enter and Escape press */
	bool closing; /* the close box is held down */
};

bool takes_focus(const struct widget *w);
void paint_widget(const struct widget *w, struct rect at, bool focused);
bool edit(struct widget *input, int key, int character, bool ctrl); /* whether the text or caret changed */
void place_caret(struct widget *input, int x); /* x: pixels from its left edge */

/* window.c: the stack of windows. */
enum { TITLE_HEIGHT = 20, FRAME = 3, PANEL_HEIGHT = 30 };
extern struct window *stack[]; /* bottom first */
extern int stack_count;
struct window *active_window(void);
struct window *window_at(int x, int y);
struct rect inside_of(const struct window *w);
struct rect title_of(const struct window *w);
struct rect close_box_of(const struct window *w);
struct rect widget_rect(const struct window *w, const struct widget *of);
void damage_widget(const struct window *w, const struct widget *of);
void raise_window(struct window *w); /* opens it too */
void close_window(struct window *w);
void move_window(struct window *w, int x, int y);
void focus_on(struct window *w, struct widget *to);
void focus_next(struct window *w, int step);
void paint_window(const struct window *w);

/* scene.c: what is on this desk. */
struct icon {
	const char *name;
	struct rect at;
	const char *const *rows;
	struct window *opens;
};

extern const char *const page_icon[], *const abacus_icon[], *const info_icon[]; /* icons.c */
extern struct icon icons[];
extern const int icon_count;
extern struct window panel;
extern bool leaving;
void scene_begin(void);
void paint_scene(void);

/* pointer.c: the pointer, and what its buttons do. */
extern int pointer_x, pointer_y;
void pointer_begin(void);
void pointer_to(int x, int y);
void pointer_button(int code, bool down);
void paint_pointer(void);

/* keys.c: a US keyboard. */
bool modifier(int code, bool down); /* whether the key is one; keeps whether it is held down */
void key(int code, int value); /* value: 0 up, 1 down, 2 repeated */

/* input.c: the devices of /dev/input. */
enum { MAX_DEVICES = 16 };
struct pollfd;
void input_open(void);
int input_poll(struct pollfd *fds); /* fills at most MAX_DEVICES + 1; gives the number */
void input_read(const struct pollfd *fds, int count);

/* say.c: one line on the serial line for each thing that happens. */
void say_open(void);
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *quoted(const char *string); /* the last four results stay valid */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
