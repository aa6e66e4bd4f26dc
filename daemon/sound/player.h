/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plays the bursts that it is told to, on whatever can make a tone. */
#pragma once

#include <stdint.h>

struct output {
	const char *name;
	/* One pulse; returns when it is over. -errno: it cannot any more. */
	int (*tone)(struct output *output, uint32_t ms);
	void *handle;
};

/* Each opens its own, and returns 0 or -errno if there is none. */
int output_open_alsa(struct output *ret);
int output_open_bell(struct output *ret);

/*
 * Each byte that comes from @fd is a priority, '0' for silence to '3': its burst begins at once, and
 * again and again until another one comes. 0 at the end of the file, or -errno.
 */
int player_run(int fd, struct output *output);
