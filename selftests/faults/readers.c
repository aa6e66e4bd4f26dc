// SPDX-License-Identifier: GPL-2.0-or-later
/* Readers of the probe that never rest: one for each processor, without a claim. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/cryoprobe.h>

#include "selftests/faults/injector.h"

#define READERS	2
#define PROBE	"/dev/cryoprobe0"

/* Whatever a reader may ask; what the driver answers is no matter. */
static void ask(int fd)
{
	struct cryoprobe_exchange x = { .flags = CRYOPROBE_EXCHANGE_NO_COMMAND };
	struct cryoprobe_status status;
	struct cryoprobe_info info;
	char records[4096];

	ioctl(fd, CRYOPROBE_IOC_INFO, &info);
	ioctl(fd, CRYOPROBE_IOC_STATUS, &status);
	ioctl(fd, CRYOPROBE_IOC_EXCHANGE, &x);
	while (read(fd, records, sizeof(records)) > 0)
		;
}

static void read_until(time_t end_s)
{
	int fd = open(PROBE, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct timespec now;

	if (fd < 0)
		_exit(fail(PROBE));
	do {
		ask(fd);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end_s);
	_exit(EXIT_SUCCESS);
}

int flood(char *const words[])
{
	struct timespec now;
	int status;

	await_instant();
	clock_gettime(CLOCK_MONOTONIC, &now);
	for (int i = 0; i < READERS; i++) {
		pid_t child = fork();

		if (child < 0)
			return fail("fork");
		if (!child)
			read_until(now.tv_sec + atoi(words[0]) + 1);
	}
	while (wait(&status) > 0)
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
