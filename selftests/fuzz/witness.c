// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may follow what. A call takes effect at some instant between its begin and its end, so of
 * two calls one is surely the later only if it began after the other's end; where the order is not
 * sure, the driver is given the benefit of the doubt.
 *
 * An opening at t is asked for if there is a command that was begun by t and has not expired, and an
 * arming begun by t and not after that command's end, and neither of the two surely came before a
 * stop that was surely over at t.
 */
#include <stdlib.h>
#include <string.h>

#include "selftests/fuzz/witness.h"

#define HANDPIECES	CRYOSIM_HANDPIECES_MAX
#define ACTUATORS	(CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_THAW)
#define ENERGISED	(ACTUATORS | CRYOSIM_OUT_VENT)
/* A call that waits for a sample, or for the arming sequence, has ended by then. */
#define LONGEST_CALL_NS	30000000000LL
/* Ten seconds of rest after heating, and each valve's second, on a slow guest. */
#define LONGEST_TRIAL_NS	20000000000LL

const char *const witness_rule_names[WITNESS_RULES] = {
	[WITNESS_OPENED_UNASKED] = "nothing_opens_without_a_command_in_force",
	[WITNESS_ENERGISED_DISARMED] = "nothing_is_energised_without_arming",
	[WITNESS_ENERGISED_UNBOUND] = "nothing_is_energised_while_unbound",
	[WITNESS_FREEZE_AND_THAW] = "freeze_and_thaw_are_never_energised_together",
};

struct story {
	const struct intent *intents;
	size_t count;
};

static int by_begin(const void *a, const void *b)
{
	const struct intent *x = a, *y = b;

	return (x->begin_ns > y->begin_ns) - (x->begin_ns < y->begin_ns);
}

/* How many intents were begun by then: theirs are the first ones. */
static size_t begun_by(const struct story *story, int64_t time_ns)
{
	size_t low = 0, high = story->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (story->intents[middle].begin_ns <= time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool concerns(const struct intent *intent, unsigned int handpiece)
{
	return intent->handpieces & (1U << handpiece);
}

/* The last stop that was surely over; what ended before it began counts no more. */
static int64_t stopped_ns(const struct story *story, unsigned int handpiece, int64_t time_ns)
{
	for (size_t i = begun_by(story, time_ns); i-- > 0;) {
		const struct intent *intent = &story->intents[i];

		if ((intent->kind == INTENT_STOP || intent->kind == INTENT_UNBIND) &&
		    intent->succeeded && concerns(intent, handpiece) && intent->end_ns < time_ns)
			return intent->begin_ns;
	}
	return INT64_MIN;
}

/* An arming that may have come before @command_end_ns and not before the last stop. */
static bool armed_before(const struct story *story, unsigned int handpiece, int64_t time_ns,
			 int64_t since_ns)
{
	for (size_t i = begun_by(story, time_ns); i-- > 0;) {
		const struct intent *intent = &story->intents[i];

		if (intent->kind == INTENT_ARM && intent->succeeded &&
		    concerns(intent, handpiece) && intent->end_ns >= since_ns)
			return true;
	}
	return false;
}

static bool asked_for(const struct story *story, unsigned int handpiece, int64_t time_ns)
{
	int64_t since_ns = stopped_ns(story, handpiece, time_ns);

	for (size_t i = begun_by(story, time_ns); i-- > 0;) {
		const struct intent *intent = &story->intents[i];
		int64_t until_ns = intent->end_ns < time_ns ? intent->end_ns : time_ns;

		if (intent->begin_ns < time_ns - LONGEST_CALL_NS)
			return false;
		if (intent->kind == INTENT_COMMAND && intent->succeeded &&
		    concerns(intent, handpiece) && intent->expiry_ns >= time_ns &&
		    intent->end_ns >= since_ns &&
		    armed_before(story, handpiece, until_ns, since_ns))
			return true;
	}
	return false;
}

/* Unbound: the last of the two kinds that was begun is an unbinding, and it is over. */
static bool unbound(const struct story *story, unsigned int handpiece, int64_t time_ns)
{
	for (size_t i = begun_by(story, time_ns); i-- > 0;) {
		const struct intent *intent = &story->intents[i];

		if (!concerns(intent, handpiece))
			continue;
		if (intent->kind == INTENT_BIND)
			return false;
		if (intent->kind == INTENT_UNBIND && intent->succeeded)
			return intent->end_ns < time_ns;
	}
	return false;
}

static void break_rule(struct witness_report *report, enum witness_rule rule,
		       const struct cryosim_edge *edge)
{
	if (!report->violations[rule]++)
		report->first[rule] = *edge;
}

/* After arming the driver tries each valve alone; that one is no way for the fluid. */
static bool may_be_a_trial(const struct story *story, const struct cryosim_edge *edge)
{
	uint32_t open = edge->word & ACTUATORS;
	int64_t stop_ns = stopped_ns(story, edge->handpiece, edge->time_ns);
	int64_t since_ns = edge->time_ns - LONGEST_TRIAL_NS;

	if (open != CRYOSIM_OUT_SUPPLY && open != CRYOSIM_OUT_FREEZE)
		return false;
	return armed_before(story, edge->handpiece, edge->time_ns,
			    stop_ns > since_ns ? stop_ns : since_ns);
}

static void check_edge(const struct story *story, const struct cryosim_edge *edge,
		       uint32_t risen, struct witness_report *report)
{
	unsigned int handpiece = edge->handpiece;
	int64_t time_ns = edge->time_ns;

	if ((edge->word & CRYOSIM_OUT_FREEZE) && (edge->word & CRYOSIM_OUT_THAW))
		break_rule(report, WITNESS_FREEZE_AND_THAW, edge);
	if ((edge->word & ENERGISED) && unbound(story, handpiece, time_ns))
		break_rule(report, WITNESS_ENERGISED_UNBOUND, edge);
	if ((risen & ENERGISED) &&
	    !armed_before(story, handpiece, time_ns, stopped_ns(story, handpiece, time_ns)))
		break_rule(report, WITNESS_ENERGISED_DISARMED, edge);
	if (!(risen & ACTUATORS))
		return;
	report->openings++;
	if (!asked_for(story, handpiece, time_ns) && !may_be_a_trial(story, edge))
		break_rule(report, WITNESS_OPENED_UNASKED, edge);
}

void witness_check(struct intent *intents, size_t intents_count, const struct cryosim_edge *edges,
		   size_t edges_count, struct witness_report *ret_report)
{
	struct story story = { .intents = intents, .count = intents_count };
	uint32_t word[HANDPIECES] = {};

	memset(ret_report, 0, sizeof(*ret_report));
	qsort(intents, intents_count, sizeof(*intents), by_begin);
	for (size_t i = 0; i < edges_count; i++) {
		const struct cryosim_edge *edge = &edges[i];

		if (edge->handpiece >= HANDPIECES)
			continue;
		check_edge(&story, edge, edge->word & ~word[edge->handpiece], ret_report);
		word[edge->handpiece] = edge->word;
		ret_report->edges++;
	}
}
