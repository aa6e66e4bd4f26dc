/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One world for all that will behave alike: what makes the number of states finite.
 */
#ifndef CRYO_SELFTESTS_EXPLORE_CANONICAL_H
#define CRYO_SELFTESTS_EXPLORE_CANONICAL_H

#include "selftests/explore/world.h"

#define CANONICAL_NS	(1LL << 50)	/* time now, of every canonical world */
#define CANONICAL_SEQ	(1ULL << 20)	/* the latest sample of every one, unless there is none */

/**
 * struct abstraction - how far a scenario looks
 * @step_ns: its shortest time that passes
 * @no_freeze: limits of freeze time are out of reach
 * @no_idle: so is the longest idle time
 * @no_heat: so is the longest heating
 * @no_slope: the floor is out of reach of any line through the readings
 */
struct abstraction {
	s64 step_ns;
	bool no_freeze;
	bool no_idle;
	bool no_heat;
	bool no_slope;
};

/** canonical() - turn a world into the one that stands for it. */
void canonical(struct world *w, const struct abstraction *a);

#endif /* CRYO_SELFTESTS_EXPLORE_CANONICAL_H */
