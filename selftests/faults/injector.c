// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fault-injector: does one thing to the guest at an instant that it tells beforehand, in nanoseconds of
 * CLOCK_MONOTONIC, since what it does may well be the last that is heard of the guest.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <time.h>
#include <unistd.h>

#include "selftests/faults/injector.h"

#define NS_PER_S	1000000000LL
#define AHEAD_NS	300000000LL	/* time for the word to leave the guest */

struct timespec tell_instant(void)
{
	struct timespec t;
	long long at_ns;

	clock_gettime(CLOCK_MONOTONIC, &t);
	at_ns = t.tv_sec * NS_PER_S + t.tv_nsec + AHEAD_NS;
	printf("t0 %lld\n", at_ns);
	fflush(stdout);
	t.tv_sec = at_ns / NS_PER_S;
	t.tv_nsec = at_ns % NS_PER_S;
	return t;
}

void await_instant(void)
{
	struct timespec t = tell_instant();

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

int fail(const char *what)
{
	fprintf(stderr, "fault-injector: %s: %s\n", what, strerror(errno));
	return EXIT_FAILURE;
}

static int send_signal(char *const words[])
{
	pid_t pid = atoi(words[0]);
	int number = atoi(words[1]);

	if (pid < 1 || number < 1 || number > 64) {
		fprintf(stderr, "fault-injector: signal: expected a process and a number from 1 to 64\n");
		return EXIT_FAILURE;
	}
	await_instant();
	return kill(pid, number) < 0 ? fail("kill") : EXIT_SUCCESS;
}

/* The file is opened beforehand: to look up a name takes time. */
static int write_file(char *const words[])
{
	int fd = open(words[0], O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return fail(words[0]);
	await_instant();
	return write(fd, words[1], strlen(words[1])) < 0 ? fail(words[0]) : EXIT_SUCCESS;
}

static int run(char *const words[])
{
	await_instant();
	execvp(words[0], words);
	return fail(words[0]);
}

static int go_down(int how)
{
	await_instant();
	return reboot(how) < 0 ? fail("reboot") : EXIT_SUCCESS;
}

static int reboot_now(char *const words[])
{
	(void)words;
	return go_down(RB_AUTOBOOT);
}

static int power_off_now(char *const words[])
{
	(void)words;
	return go_down(RB_POWER_OFF);
}

static const struct verb {
	const char *name;
	int words;			/* that it needs at least */
	int (*act)(char *const words[]);
	const char *help;
} verbs[] = {
	{ "signal", 2, send_signal, "PID NUMBER" },
	{ "write", 2, write_file, "FILE TEXT" },
	{ "spin", 1, spin_thread, "THREAD" },
	{ "hog", 1, hog, "SECONDS" },
	{ "flood", 1, flood, "SECONDS" },
	{ "reboot", 0, reboot_now, "" },
	{ "poweroff", 0, power_off_now, "" },
	{ "run", 1, run, "COMMAND [ARGUMENT...]" },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(argv[1], verbs[i].name) && argc - 2 >= verbs[i].words)
			return verbs[i].act(argv + 2);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		fprintf(stderr, "usage: fault-injector %s %s\n", verbs[i].name, verbs[i].help);
	return EXIT_FAILURE;
}
