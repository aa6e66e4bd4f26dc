/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must hold whatever happens, in the words of the contracts and from what the onlooker saw.
 */
#ifndef CRYO_SELFTESTS_EXPLORE_INVARIANTS_H
#define CRYO_SELFTESTS_EXPLORE_INVARIANTS_H

#include "selftests/explore/world.h"

/**
 * invariants_broken() - look at one transition
 * @before: the world before
 * @input: what happened
 * @outcome: what it gave back
 * @after: the world after
 *
 * Return: what does not hold, NULL if all does.
 */
const char *invariants_broken(const struct world *before, const struct input *input,
			      const struct outcome *outcome, const struct world *after);

/**
 * deadlines_broken() - look around the deadlines of one state
 * @w: the world
 *
 * A nanosecond before each one nothing has ended yet, and at it everything has.
 *
 * Return: what does not hold, NULL if all does.
 */
const char *deadlines_broken(const struct world *w);

#endif /* CRYO_SELFTESTS_EXPLORE_INVARIANTS_H */
