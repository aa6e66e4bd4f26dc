// SPDX-License-Identifier: GPL-2.0-or-later
/* The search, the trace of what it finds, and the walks that hold the abstraction against reality. */
#include <stdio.h>
#include <stdlib.h>

#include "selftests/explore/invariants.h"
#include "selftests/explore/search.h"
#include "selftests/explore/store.h"

/* A walk begins at one state of so many, and takes so many steps. */
#define WALK_EVERY	16
#define WALK_STEPS	8
/* Of a search that does not end: as many different values of a word, in as many worlds. */
#define VALUES_SHOWN	32U
#define WORLDS_SHOWN	30000

struct search {
	const struct scenario *scenario;
	struct store *store;
	struct figures *figures;
	u64 random;
};

static u32 draw(struct search *search, u32 below)
{
	search->random = search->random * 6364136223846793005ULL + 1442695040888963407ULL;
	return (search->random >> 33) % below;
}

static void show(const struct scenario *scenario, const struct store *store, u32 state)
{
	u32 input, parent = store_parent(store, state, &input);

	if (parent == STORE_ROOT)
		return;
	show(scenario, store, parent);
	printf("#   %s\n", scenario->inputs[input].name);
}

static void show_world(const struct world *w)
{
	printf("# phase %u latched %llx standing %llx flow %u thaw %u grant %+lld ns deadline %+lld ns "
	       "driven %x\n", w->il.phase, w->il.latched, w->il.standing, w->il.flow, w->il.thaw,
	       w->il.grant_ns - w->now_ns,
	       cryo_outputs_deadline(&w->out, &w->il, w->now_ns) - w->now_ns, w->driven);
}

static const char *step(const struct world *before, const struct input *input,
			struct world *after, struct outcome *outcome)
{
	const char *broken;

	*after = *before;
	*outcome = world_apply(after, input);
	broken = invariants_broken(before, input, outcome, after);
	if (!broken && (input->kind == INPUT_SAMPLE || input->kind == INPUT_GUARD))
		broken = deadlines_broken(after);
	return broken;
}

/* What of a world anybody can see. */
static const char *differs(const struct world *a, const struct outcome *of_a,
			   const struct world *b, const struct outcome *of_b)
{
	s64 a_next_ns = cryo_outputs_deadline(&a->out, &a->il, a->now_ns);
	s64 b_next_ns = cryo_outputs_deadline(&b->out, &b->il, b->now_ns);

	if (of_a->result != of_b->result || of_a->verdict != of_b->verdict || of_a->pulse != of_b->pulse)
		return "the abstraction changes an answer";
	if (a->il.phase != b->il.phase || a->il.latched != b->il.latched)
		return "the abstraction changes the phase or its faults";
	if (a->il.standing != b->il.standing)
		return "the abstraction changes what stands";
	if (a->driven != b->driven)
		return "the abstraction changes the outputs";
	if ((a_next_ns == S64_MAX) != (b_next_ns == S64_MAX) ||
	    (a_next_ns != S64_MAX && a_next_ns > a->now_ns &&
	     a_next_ns - a->now_ns != b_next_ns - b->now_ns))
		return "the abstraction changes a deadline";
	return NULL;
}

/* Some steps at random, in a world that is left alone and in one that is made canonical each time. */
static const char *walk(struct search *search, const struct world *from)
{
	const struct scenario *scenario = search->scenario;
	struct world real = *from, abstract = *from;
	struct outcome of_real, of_abstract;
	const struct input *taken[WALK_STEPS];
	const char *broken = NULL;

	for (u32 i = 0; i < WALK_STEPS && !broken; i++) {
		do {
			taken[i] = &scenario->inputs[draw(search, scenario->inputs_count)];
		} while (!world_possible(&real, taken[i]));
		of_real = world_apply(&real, taken[i]);
		of_abstract = world_apply(&abstract, taken[i]);
		broken = differs(&real, &of_real, &abstract, &of_abstract);
		canonical(&abstract, &scenario->abstraction);
		search->figures->walks++;
		for (u32 k = 0; broken && k <= i; k++)
			printf("#   walked: %s\n", taken[k]->name);
	}
	return broken;
}

static void note(struct figures *figures, const struct outcome *outcome, const struct world *w)
{
	figures->transitions++;
	figures->latched |= w->il.latched;
	figures->verdicts |= 1U << outcome->verdict;
}

static const char *expand(struct search *search, u32 state, const struct world *before)
{
	const struct scenario *scenario = search->scenario;
	struct outcome outcome;
	struct world after;
	const char *broken;

	for (u32 i = 0; i < scenario->inputs_count; i++) {
		const struct input *input = &scenario->inputs[i];

		if (!world_possible(before, input))
			continue;
		broken = step(before, input, &after, &outcome);
		note(search->figures, &outcome, &after);
		if (broken) {
			show(scenario, search->store, state);
			show_world(before);
			printf("#   %s\n", input->name);
			show_world(&after);
			return broken;
		}
		canonical(&after, &scenario->abstraction);
		store_add(search->store, &after, state, i);
	}
	return NULL;
}

static const char *look_at(struct search *search, u32 state, const struct world *w)
{
	const char *broken = expand(search, state, w);

	if (broken || state % WALK_EVERY)
		return broken;
	broken = walk(search, w);
	if (broken)
		show(search->scenario, search->store, state);
	return broken;
}

/* Which words of a world take the most values: what grows for ever is among them. */
static void show_growth(struct store *store)
{
	static u64 values[sizeof(struct world) / sizeof(u64)][VALUES_SHOWN];
	static u32 counts[ARRAY_SIZE(values)];
	u64 words[ARRAY_SIZE(values)];
	struct world w;

	for (u32 k = 0; k < WORLDS_SHOWN && store_next(store, &w) != STORE_ROOT; k++) {
		memcpy(words, &w, sizeof(w));
		for (u32 i = 0; i < ARRAY_SIZE(values); i++) {
			u32 known = 0;

			while (known < counts[i] && values[i][known] != words[i])
				known++;
			if (known == counts[i] && known < VALUES_SHOWN)
				values[i][counts[i]++] = words[i];
		}
	}
	for (u32 i = 0; i < ARRAY_SIZE(values); i++)
		if (counts[i] == VALUES_SHOWN)
			printf("#   %u values and more at byte %zu of struct world\n", VALUES_SHOWN,
			       i * sizeof(u64));
}

const char *search_run(const struct scenario *scenario, u32 states_max, struct figures *ret_figures)
{
	struct search search = { .scenario = scenario, .figures = ret_figures };
	const char *broken = NULL;
	struct world w;
	u32 state;

	*ret_figures = (struct figures) {};
	world_init(&w, &scenario->config, scenario->period_us, CANONICAL_NS);
	canonical(&w, &scenario->abstraction);
	search.store = store_new(&w);
	store_add(search.store, &w, STORE_ROOT, 0);
	while (!broken && store_count(search.store) < states_max) {
		state = store_next(search.store, &w);
		ret_figures->finished = state == STORE_ROOT;
		if (ret_figures->finished)
			break;
		broken = look_at(&search, state, &w);
	}
	if (!broken && !ret_figures->finished)
		show_growth(search.store);
	ret_figures->states = store_count(search.store);
	store_free(search.store);
	return broken;
}
