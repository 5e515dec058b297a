/* What happened, one line each on the serial line, for whoever watches the desk from outside. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "desk.h"

static int line = STDOUT_FILENO;

void say_open(void)
{
	int serial = open("/dev/ttyS0", O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (serial >= 0)
		line = serial;
	(void)!write(line, "\n", 1); /* away from the shell's prompt */
}

void say(const char *format, ...)
{
	char text[512] = "desk: ";
	size_t start = strlen(text), length;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + start, sizeof text - start - 1, format, arguments);
	va_end(arguments);
	length = strlen(text);
	text[length++] = '\n';
	for (size_t at = 0; at < length;) {
		ssize_t count = write(line, text + at, length - at);
		if (count < 0 && errno != EINTR)
			return;
		if (count > 0)
			at += (size_t)count;
	}
}

const char *quoted(const char *string)
{
	static char buffers[4][2 * TEXT_MAX + 3];
	static int turn;
	char *start = buffers[turn++ % 4], *at = start;

	*at++ = '"';
	for (int i = 0; i < TEXT_MAX && string[i] != '\0'; i++) {
		if (string[i] == '"' || string[i] == '\\')
			*at++ = '\\';
		*at++ = string[i];
	}
	*at++ = '"';
	*at = '\0';
	return start;
}

void fail(const char *format, ...)
{
	va_list arguments;

	screen_close();
	va_start(arguments, format);
	fputs("desk: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}
