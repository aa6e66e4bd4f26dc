// SPDX-License-Identifier: GPL-2.0-or-later
/* The real system calls on /dev/cryoprobeN. */
#include <fcntl.h>
#include <sys/ioctl.h>

#include "daemon/probe/probe-io.h"
#include "daemon/util.h"

static int kernel_open(const struct probe_io *io, const char *node, int flags)
{
	int fd;

	(void)io;
	fd = open(node, flags | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

static void kernel_close(const struct probe_io *io, int fd)
{
	(void)io;
	safe_close(fd);
}

static int kernel_ioctl(const struct probe_io *io, int fd, unsigned long request, void *argument)
{
	int r;

	(void)io;
	r = ioctl(fd, request, argument);
	return r < 0 ? -errno : r;
}

static ssize_t kernel_read(const struct probe_io *io, int fd, void *buffer, size_t size)
{
	ssize_t n;

	(void)io;
	n = read(fd, buffer, size);
	return n < 0 ? -errno : n;
}

const struct probe_io probe_io_kernel = {
	.open = kernel_open,
	.close = kernel_close,
	.ioctl = kernel_ioctl,
	.read = kernel_read,
};
