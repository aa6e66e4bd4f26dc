// SPDX-License-Identifier: GPL-2.0-or-later
/* The console's bell: it cannot tell how long a tone lasts, but how often it comes. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "daemon/sound/player.h"

/* The screen's console: a serial one may belong to another program. */
#define BELL	"/dev/tty0"

static int tone(struct output *output, uint32_t ms)
{
	int fd = (intptr_t)output->handle;

	if (write(fd, "\a", 1) < 0)
		return -errno;
	poll(NULL, 0, ms);
	return 0;
}

int output_open_bell(struct output *ret)
{
	int fd = open(BELL, O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	*ret = (struct output){ .name = "bell", .tone = tone, .handle = (void *)(intptr_t)fd };
	return 0;
}
