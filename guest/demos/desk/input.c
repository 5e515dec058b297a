/* Keyboards and absolute pointers among /dev/input/event* (Documentation/input/event-codes.rst): whatever says that it has keys, or an X and a
 * Y axis, is used, also when it appears later. They are grabbed: what is typed on the desk does not reach the console's shell. */
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "desk.h"

#define FOLDER "/dev/input"
#define BITS(count) (((count) + 8 * sizeof(unsigned long) - 1) / (8 * sizeof(unsigned long)))

enum { MAX_BUTTONS = 8 };

struct device {
	int fd; /* 0: unused */
	int number;
	bool pointer;
	struct input_absinfo x, y;
	bool lost; /* events were dropped: nothing counts until the next report */
	/* What a pointer's report said so far: it counts as a whole, the place first. */
	int to_x, to_y, buttons;
	struct input_event button[MAX_BUTTONS];
};

static struct device devices[MAX_DEVICES];
static int watch = -1;

static bool has(const unsigned long *bits, int bit)
{
	return bits[bit / (8 * sizeof(unsigned long))] >> (bit % (8 * sizeof(unsigned long))) & 1;
}

static void open_device(int number)
{
	unsigned long keys[BITS(KEY_CNT)] = { 0 }, axes[BITS(ABS_CNT)] = { 0 };
	struct device *at = NULL;
	char path[32], name[64] = "";

	for (int i = MAX_DEVICES - 1; i >= 0; i--) {
		if (devices[i].fd == 0)
			at = &devices[i];
		else if (devices[i].number == number)
			return;
	}
	snprintf(path, sizeof path, FOLDER "/event%d", number);
	int fd = at != NULL ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	ioctl(fd, EVIOCGBIT(EV_KEY, sizeof keys), keys);
	ioctl(fd, EVIOCGBIT(EV_ABS, sizeof axes), axes);
	bool keyboard = has(keys, KEY_A) && has(keys, KEY_ENTER);
	bool pointer = has(axes, ABS_X) && has(axes, ABS_Y) && (has(keys, BTN_LEFT) || has(keys, BTN_TOUCH));
	*at = (struct device){ .fd = fd, .number = number, .pointer = pointer, .to_x = pointer_x, .to_y = pointer_y };
	if (pointer)
		pointer = ioctl(fd, EVIOCGABS(ABS_X), &at->x) >= 0 && ioctl(fd, EVIOCGABS(ABS_Y), &at->y) >= 0;
	if (!keyboard && !pointer) {
		close(fd);
		at->fd = 0;
		return;
	}
	ioctl(fd, EVIOCGRAB, 1);
	ioctl(fd, EVIOCGNAME(sizeof name - 1), name);
	say("device %s %s", pointer ? "pointer" : "keyboard", quoted(name));
}

/* Opens devices that have come; those that are known are left alone. */
static void scan(void)
{
	for (int i = 0; i < MAX_DEVICES; i++)
		open_device(i);
}

/* The folder comes with the first device and goes with the last, and its watch with it: its parent is watched too. */
static void look_again(void)
{
	inotify_add_watch(watch, FOLDER, IN_CREATE);
	scan();
}

void input_open(void)
{
	watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	inotify_add_watch(watch, "/dev", IN_CREATE);
	look_again();
}

int input_poll(struct pollfd *fds)
{
	int count = 0;

	fds[count++] = (struct pollfd){ .fd = watch, .events = POLLIN };
	for (int i = 0; i < MAX_DEVICES; i++)
		if (devices[i].fd != 0)
			fds[count++] = (struct pollfd){ .fd = devices[i].fd, .events = POLLIN };
	return count;
}

/* A value of an axis as a pixel. */
static int scaled(int value, const struct input_absinfo *axis, int pixels)
{
	int64_t range = (int64_t)axis->maximum - axis->minimum;

	return range <= 0 ? value : (int)(((int64_t)value - axis->minimum) * (pixels - 1) / range);
}

/* After lost events: which modifiers are down now. */
static void resume(struct device *d)
{
	unsigned long down[BITS(KEY_CNT)] = { 0 };

	d->lost = false;
	d->buttons = 0;
	if (!d->pointer && ioctl(d->fd, EVIOCGKEY(sizeof down), down) >= 0)
		for (int code = 0; code < BTN_MISC; code++)
			modifier(code, has(down, code));
}

static void report(struct device *d)
{
	pointer_to(d->to_x, d->to_y);
	for (int i = 0; i < d->buttons; i++)
		pointer_button(d->button[i].code, d->button[i].value != 0);
	d->buttons = 0;
}

static void take(struct device *d, const struct input_event *e)
{
	if (e->type == EV_SYN && e->code == SYN_DROPPED) {
		d->lost = true;
	} else if (e->type == EV_SYN && e->code == SYN_REPORT) {
		if (d->lost)
			resume(d);
		else if (d->pointer)
			report(d);
	} else if (d->lost) {
		return;
	} else if (d->pointer && e->type == EV_ABS && e->code == ABS_X) {
		d->to_x = scaled(e->value, &d->x, screen_width);
	} else if (d->pointer && e->type == EV_ABS && e->code == ABS_Y) {
		d->to_y = scaled(e->value, &d->y, screen_height);
	} else if (d->pointer && e->type == EV_KEY && e->code >= BTN_MISC && d->buttons < MAX_BUTTONS) {
		d->button[d->buttons++] = *e;
	} else if (e->type == EV_KEY && e->code < BTN_MISC) {
		key(e->code, e->value);
	}
}

static void read_device(struct device *d)
{
	struct input_event events[64];

	for (;;) {
		ssize_t length = read(d->fd, events, sizeof events);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0 && errno == EAGAIN)
			return;
		if (length <= 0) { /* it is gone */
			close(d->fd);
			d->fd = 0;
			return;
		}
		for (size_t i = 0; i < (size_t)length / sizeof *events; i++)
			take(d, &events[i]);
	}
}

void input_read(const struct pollfd *fds, int count)
{
	char changes[1024];

	if (fds[0].revents != 0) {
		while (read(watch, changes, sizeof changes) > 0)
			continue;
		look_again();
	}
	for (int i = 1; i < count; i++)
		for (int j = 0; fds[i].revents != 0 && j < MAX_DEVICES; j++)
			if (devices[j].fd == fds[i].fd)
				read_device(&devices[j]);
}
