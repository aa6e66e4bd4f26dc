// SPDX-License-Identifier: GPL-2.0-or-later
/* Freezes, and the thaws between them. */
#include "daemon/core/conditions.h"
#include "daemon/core/goals.h"
#include "daemon/core/moves.h"
#include "daemon/core/notices.h"
#include "daemon/core/steps.h"

#define MS			1000000LL
#define S			1000000000LL

/* What can be reached is held from now on: its way begins anew. */
static void lower_target(struct treatment *t, const struct probe_sample *sample)
{
	int32_t target = sample->tip.mdegc + LOWER_BY_MDEGC;

	if (target > goal_warmest_mdegc(&t->protocol)) {
		move_stop(t, OUTCOME_ABORTED, "what can be reached is too warm");
		return;
	}
	t->protocol.target_mdegc = target;
	t->controller.saturated_ns = 0;
	move_to(t, PHASE_COOL, "the target is out of reach, a warmer one is held");
}

/* What the protocol chose. */
static void answer_saturation(struct treatment *t, const struct probe_sample *sample)
{
	if (t->protocol.out_of_reach == REACH_KEEP || !sample->tip.valid ||
	    !conditions_saturated(t) || goal_target(t, sample))
		return;
	if (t->protocol.out_of_reach == REACH_LOWER)
		lower_target(t, sample);
	else
		move_stop(t, OUTCOME_ABORTED, "the target is out of reach");
}

void step_cool(struct treatment *t, const struct probe_sample *sample)
{
	if (goal_boundary(t)) {
		notice_alarm(t, ALARM_BOUNDARY, true, t->estimate.radius_um);
		move_stop(t, OUTCOME_ABORTED, "the ice ball reached its boundary before the target");
	} else if (goal_isotherm(t)) {
		move_from_cycle(t, "-20 degC reached its distance for its time, before the target");
	} else if (goal_target(t, sample)) {
		move_to(t, PHASE_FREEZE, "the tip is at its target");
	} else if (t->seq.phase_ns >= t->protocol.cool_max_ms * MS) {
		move_stop(t, OUTCOME_ABORTED, "the target was not reached in time");
	} else {
		answer_saturation(t, sample);
	}
}

void step_freeze(struct treatment *t, const struct probe_sample *sample)
{
	int64_t freeze_ns = t->protocol.freeze_ms * MS;

	if (t->seq.at_target_ns >= freeze_ns) {
		move_from_cycle(t, "frozen for the protocol's time");
	} else if (goal_isotherm(t)) {
		move_from_cycle(t, "-20 degC was at its distance for its time");
	} else if (goal_boundary(t)) {
		notice_alarm(t, ALARM_BOUNDARY, true, t->estimate.radius_um);
		move_from_cycle(t, "the ice ball reached its boundary");
	} else if (t->seq.phase_ns >= freeze_ns + t->protocol.cool_max_ms * MS) {
		move_stop(t, OUTCOME_ABORTED, "the target could not be held");
	} else {
		answer_saturation(t, sample);
	}
}

void step_thaw(struct treatment *t, const struct probe_sample *sample)
{
	t->seq.heating = t->protocol.thaw_active && sample->interlock == INTERLOCK_ARMED &&
			 sample->tip.valid && sample->tip.mdegc < t->protocol.thaw_mdegc;
	if (sample->tip.valid && sample->tip.mdegc >= t->protocol.thaw_mdegc &&
	    t->seq.phase_ns >= t->protocol.thaw_min_ms * MS)
		move_to_cycle(t, "thawed between cycles");
	else if (t->seq.phase_ns >= THAW_MAX_S * S)
		move_stop(t, OUTCOME_ABORTED, "the thaw between cycles took too long");
}
