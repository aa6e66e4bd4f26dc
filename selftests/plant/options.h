/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command line of cryo-plant. */
#ifndef CRYO_PLANT_OPTIONS_H
#define CRYO_PLANT_OPTIONS_H

#include <stdbool.h>

#include "selftests/plant/plant.h"

struct options {
	const char *page, *control, *log, *edges, *headless, *tell;
	struct handpiece_config handpiece[PLANT_HANDPIECES_MAX];
	unsigned int handpieces;
	unsigned int first, last;	/* of those that an option is for */
	double log_hz;
	struct planned_fault fault[PLANT_PLANNED_MAX];
	unsigned int n_faults;
	bool help;
};

/* 0, or -EINVAL after a message on stderr that names the option and its range. */
int options_parse(struct options *o, int argc, char *argv[]);

void options_print_help(FILE *f);

#endif
