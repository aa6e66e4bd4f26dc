/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cryod.conf and its drop-ins, as cryod.conf(5) has them. */
#pragma once

#include <limits.h>

#include "daemon/record/store-expire.h"

struct config {
	struct store_limits records;
	char database[PATH_MAX];	/* "" where it is as usual */
	char metrics[PATH_MAX];		/* "": none */
	char bus[256];			/* "system", "session" or a D-Bus address */
};

/* What is wrong in a file; @line is 0 where none is concerned. */
typedef void (*config_problem_t)(const char *file, unsigned int line, const char *text, void *userdata);

void config_init(struct config *config);

/*
 * Read all files below the directory @root, "" for that of the system, and tell each problem. -EINVAL: there
 * was one; *ret is as it was then. -ENOMEM
 */
int config_load(const char *root, struct config *ret, config_problem_t problem, void *userdata);
