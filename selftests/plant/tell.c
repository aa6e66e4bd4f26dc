// SPDX-License-Identifier: GPL-2.0-or-later
/* cryo-plant --tell: hands one line to a virtual patient that runs, and prints its answer. */
#include "selftests/plant/tell.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "selftests/plant/control.h"

/* A descriptor, or -errno. */
static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}
	return fd;
}

/* 0 with the answer, without its newline; or -errno. */
static int ask(int fd, const char *line, char answer[CONTROL_REPLY_MAX + 2])
{
	struct timeval longest = { .tv_sec = 5 };
	size_t used = 0;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof(longest)) < 0 ||
	    dprintf(fd, "%s\n", line) < 0)
		return -errno;
	while (used < CONTROL_REPLY_MAX + 1) {
		ssize_t n = recv(fd, answer + used, CONTROL_REPLY_MAX + 1 - used, 0);

		if (n < 0)
			return -errno;
		if (n == 0)
			return -ECONNRESET;
		used += n;
		answer[used] = '\0';
		if (answer[used - 1] == '\n') {
			answer[used - 1] = '\0';
			return 0;
		}
	}
	return -EMSGSIZE;
}

int plant_tell(const char *path, const char *line)
{
	char answer[CONTROL_REPLY_MAX + 2] = "";
	int fd = connect_to(path), r;

	if (fd < 0)
		return fd;
	r = ask(fd, line, answer);
	close(fd);
	if (r < 0)
		return r;
	puts(answer);
	return strncmp(answer, "ok", 2) ? -EBADMSG : 0;
}
