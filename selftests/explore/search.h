/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Breadth first through all that can happen in a scenario.
 */
#ifndef CRYO_SELFTESTS_EXPLORE_SEARCH_H
#define CRYO_SELFTESTS_EXPLORE_SEARCH_H

#include "selftests/explore/canonical.h"

/**
 * struct scenario - a world, and what may happen in it
 * @name: for the report
 * @config: of the interlock
 * @period_us: of the sampler at first
 * @abstraction: how far it looks
 * @inputs: what may happen
 * @inputs_count: how many
 * @reduced: part of the reduced run
 */
struct scenario {
	const char *name;
	struct cryo_interlock_config config;
	u32 period_us;
	struct abstraction abstraction;
	const struct input *inputs;
	u32 inputs_count;
	bool reduced;
};

/**
 * struct figures - what a search has seen
 * @states: how many
 * @transitions: how many
 * @walks: steps that were also taken without the abstraction
 * @latched: mask of faults that were latched in some state
 * @verdicts: mask of verdicts
 * @finished: there are no other states
 */
struct figures {
	u32 states;
	u64 transitions;
	u64 walks;
	u64 latched;
	u32 verdicts;
	bool finished;
};

/**
 * search_run() - look at every state that can be reached
 * @scenario: the scenario
 * @states_max: give up above
 * @ret_figures: filled in in any case
 *
 * Return: what is broken, NULL if nothing is. The way there is printed.
 */
const char *search_run(const struct scenario *scenario, u32 states_max,
		       struct figures *ret_figures);

#endif /* CRYO_SELFTESTS_EXPLORE_SEARCH_H */
