/* The framebuffer (Documentation/fb/api.rst of the kernel) and the console it is taken from and given back to (ioctl_console(2)).
 * The font is the console's own, asked for while the program runs: nothing of it is kept here. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fb.h>
#include <linux/kd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "desk.h"

enum { FONT_PITCH = 32, FONT_GLYPHS = 512, FONT_WIDTH_MAX = 32 };

int screen_width, screen_height;
uint8_t font[256][GLYPH_HEIGHT];

static uint8_t *pixels;
static unsigned int stride;
static int console = -1;
static bool taken;

static void read_font(void)
{
	static uint8_t data[FONT_GLYPHS * FONT_PITCH * (FONT_WIDTH_MAX / 8)];
	struct console_font_op get = { .op = KD_FONT_OP_GET, .width = FONT_WIDTH_MAX, .height = FONT_PITCH, .charcount = FONT_GLYPHS, .data = data };

	if (ioctl(console, KDFONTOP, &get) < 0)
		fail(errno == EINVAL ? "the screen is not a text console; is another desk running?" : "the console gives no font: %s", strerror(errno));
	if (get.width != GLYPH_WIDTH || get.height != GLYPH_HEIGHT || get.charcount < 256)
		fail("the console's font has %u characters of %ux%u; this desk is drawn for 256 of 8x16", get.charcount, get.width, get.height);
	for (int i = 0; i < 256; i++)
		memcpy(font[i], data + i * FONT_PITCH, GLYPH_HEIGHT);
}

void screen_open(void)
{
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;
	int fb = open("/dev/fb0", O_RDWR | O_CLOEXEC);

	if (fb < 0)
		fail("/dev/fb0: %s; this machine has no screen", strerror(errno));
	if (ioctl(fb, FBIOGET_VSCREENINFO, &var) < 0 || ioctl(fb, FBIOGET_FSCREENINFO, &fix) < 0)
		fail("/dev/fb0: %s", strerror(errno));
	if (var.bits_per_pixel != 32 || var.red.offset != 16 || var.green.offset != 8 || var.blue.offset != 0)
		fail("/dev/fb0 has %u bits a pixel, red at bit %u; this desk draws x8r8g8b8", var.bits_per_pixel, var.red.offset);
	if (var.xres < 640 || var.yres < 480)
		fail("/dev/fb0 has %ux%u pixels; this desk wants 640x480", var.xres, var.yres);
	screen_width = (int)var.xres;
	screen_height = (int)var.yres;
	stride = fix.line_length;
	pixels = mmap(NULL, (size_t)stride * var.yres, PROT_READ | PROT_WRITE, MAP_SHARED, fb, 0);
	if (pixels == MAP_FAILED)
		fail("/dev/fb0 cannot be mapped: %s", strerror(errno));
	close(fb);

	console = open("/dev/tty0", O_RDWR | O_NOCTTY | O_CLOEXEC); /* the one that is on the screen */
	if (console < 0)
		fail("/dev/tty0: %s", strerror(errno));
	read_font();
	if (ioctl(console, KDSETMODE, KD_GRAPHICS) < 0)
		fail("the console does not give the screen away: %s", strerror(errno));
	taken = true;
}

void screen_close(void)
{
	if (taken)
		ioctl(console, KDSETMODE, KD_TEXT);
	taken = false;
}

uint32_t *screen_row(int y)
{
	return (uint32_t *)(pixels + (size_t)stride * (size_t)y);
}
