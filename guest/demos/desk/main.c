/* desk: a small windowed desktop for a machine with a framebuffer, a keyboard and an absolute pointer (docs/guest.md). */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "desk.h"

static void leave(int signal_number)
{
	(void)signal_number;
	leaving = true;
}

/* A defect must not take the console along. */
static void crash(int signal_number)
{
	screen_close();
	raise(signal_number); /* its default action again, by SA_RESETHAND */
}

/* Signals that ask the desk to leave come while it waits, and at no other time. Gives the mask to wait with. */
static sigset_t set_signals(void)
{
	static const int asking[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT }, fatal[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	struct sigaction asks = { .sa_handler = leave }, dies = { .sa_handler = crash, .sa_flags = (int)SA_RESETHAND };
	sigset_t blocked, before;

	sigemptyset(&blocked);
	for (unsigned i = 0; i < sizeof asking / sizeof *asking; i++) {
		sigaddset(&blocked, asking[i]);
		sigaction(asking[i], &asks, NULL);
	}
	for (unsigned i = 0; i < sizeof fatal / sizeof *fatal; i++)
		sigaction(fatal[i], &dies, NULL);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	return before;
}

int main(int argc, char **argv)
{
	struct pollfd fds[MAX_DEVICES + 1];
	sigset_t waiting;

	if (argc > 1) {
		fprintf(stderr, "usage: desk\nA small desktop on the screen, with keyboard and pointer; Ctrl+Q or its Quit button ends it.\n");
		return strcmp(argv[1], "--help") == 0 ? 0 : 2;
	}
	screen_open();
	waiting = set_signals();
	say_open();
	pointer_begin();
	input_open();
	scene_begin();
	paint_scene();
	say("ready");
	while (!leaving) {
		int count = input_poll(fds);
		if (ppoll(fds, (nfds_t)count, NULL, &waiting) < 0) {
			if (errno != EINTR)
				fail("poll: %s", strerror(errno));
			continue;
		}
		input_read(fds, count);
		paint_scene();
	}
	screen_close();
	say("quit");
	return 0;
}
