/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system calls on /dev/cryoprobeN behind pointers, so that tests can stand in for the kernel. */
#pragma once

#include <sys/types.h>

struct probe_io {
	/* Each returns -errno; read and ioctl as read(2) and ioctl(2) otherwise. */
	int (*open)(const struct probe_io *io, const char *node, int flags);
	void (*close)(const struct probe_io *io, int fd);
	int (*ioctl)(const struct probe_io *io, int fd, unsigned long request, void *argument);
	ssize_t (*read)(const struct probe_io *io, int fd, void *buffer, size_t size);
};

extern const struct probe_io probe_io_kernel;
