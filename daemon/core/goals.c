// SPDX-License-Identifier: GPL-2.0-or-later
/* Goals of a freeze. */
#include "daemon/core/goals.h"
#include "daemon/core/phases.h"

#define MS			1000000LL
/*
 * The ice grows on when the flow has ended, while its core is still cold: by 0.03 mm as a rule, and
 * by less than 0.12 mm in 95 % of 240 freezes of selftests/sil that a boundary ended.
 */
#define COAST_UM		100

bool goal_target(const struct treatment *t, const struct probe_sample *sample)
{
	return sample->tip.valid &&
	       sample->tip.mdegc <= t->protocol.target_mdegc + t->protocol.band_mdegc;
}

uint32_t goal_cycles(const struct treatment *t)
{
	return t->protocol.cycles + t->seq.repeats;
}

/* The ice's uncertainty, and what it will grow by yet, count as ice (SM-BOUNDARY). */
bool goal_boundary(const struct treatment *t)
{
	return t->protocol.boundary_um &&
	       t->estimate.radius_um + t->estimate.error_um + COAST_UM >=
		       t->protocol.boundary_um;
}

/* The nerve at that distance has had enough. */
bool goal_isotherm(const struct treatment *t)
{
	return t->seq.isotherm_ns && t->seq.isotherm_ns >= t->protocol.isotherm_ms * MS;
}

void goal_watch(struct treatment *t, int64_t seen_ns)
{
	bool there = t->protocol.isotherm_um && phase_flows(t) &&
		     t->estimate.isotherm_radius_um >=
			     t->protocol.isotherm_um + t->estimate.isotherm_error_um;

	t->seq.isotherm_ns = there ? t->seq.isotherm_ns + seen_ns : 0;
	if (goal_isotherm(t))
		t->seq.adequate = true;
}

int32_t goal_warmest_mdegc(const struct protocol *protocol)
{
	return protocol->neurolysis ? -20000 : -10000;
}
