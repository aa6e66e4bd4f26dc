// SPDX-License-Identifier: GPL-2.0-or-later
/* kill-stamped PID SIGNAL: sends the signal and prints the CLOCK_MONOTONIC nanoseconds just before it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int main(int argc, char **argv)
{
	pid_t pid = argc == 3 ? atoi(argv[1]) : 0;
	int number = argc == 3 ? atoi(argv[2]) : 0;
	struct timespec t;

	if (pid < 1 || number < 1 || number > 64) {
		fprintf(stderr, "usage: kill-stamped PID SIGNAL (1 to 64)\n");
		return EXIT_FAILURE;
	}
	clock_gettime(CLOCK_MONOTONIC, &t);
	if (kill(pid, number) < 0) {
		fprintf(stderr, "kill-stamped: process %d: %s\n", pid, strerror(errno));
		return EXIT_FAILURE;
	}
	printf("%lld\n", t.tv_sec * 1000000000LL + t.tv_nsec);
	return EXIT_SUCCESS;
}
