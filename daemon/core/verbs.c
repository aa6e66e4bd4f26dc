// SPDX-License-Identifier: GPL-2.0-or-later
/* The operator's verbs. */
#include <errno.h>

#include "daemon/core/goals.h"
#include "daemon/core/moves.h"
#include "daemon/core/notices.h"
#include "daemon/core/phases.h"
#include "daemon/core/verbs.h"

static int verb_pause(struct treatment *t, const char **ret_reason)
{
	if (!phase_pausable(t)) {
		*ret_reason = "only cool, freeze and thaw can be paused";
		return -EINVAL;
	}
	if (t->seq.paused)
		return -EALREADY;
	t->seq.paused = true;
	t->seq.pause_ns = 0;
	notice(t, TREATMENT_EVENT_PAUSED, 0, 0, "paused by the operator");
	return 0;
}

static int verb_advance(struct treatment *t, const char **ret_reason)
{
	if (t->seq.estop_asked) {
		*ret_reason = "the emergency stop itself confirms that it was pressed and released";
		return -EINVAL;
	}
	if (!*phase_prompt(t)) {
		*ret_reason = "there is nothing to confirm in this phase";
		return -EINVAL;
	}
	if (t->seq.confirmed)
		return -EALREADY;
	t->seq.confirmed = true;
	return 0;
}

static int verb_end_phase(struct treatment *t, const char **ret_reason)
{
	static const char reason[] = "ended by the operator";

	switch (t->seq.phase) {
	case PHASE_COOL:
	case PHASE_FREEZE:
		move_from_cycle(t, reason);
		return 0;
	case PHASE_THAW:
		move_to_cycle(t, reason);
		return 0;
	default:
		*ret_reason = "only cool, freeze and thaw can be ended";
		return -EINVAL;
	}
}

static int verb_repeat(struct treatment *t, const char **ret_reason)
{
	bool freezes = phase_flows(t) || t->seq.phase == PHASE_THAW;

	if (!freezes) {
		*ret_reason = "only in cool, freeze and thaw can a freeze be added";
		return -EINVAL;
	}
	if (t->seq.repeats >= t->protocol.repeats) {
		*ret_reason = "the protocol allows no further freeze at this site";
		return -EINVAL;
	}
	t->seq.repeats++;
	notice(t, TREATMENT_EVENT_REPEAT, 0, (int32_t)goal_cycles(t),
	       "one more freeze, by the operator");
	return 0;
}

static int verb_abort(struct treatment *t)
{
	static const char reason[] = "aborted by the operator";

	if (t->seq.phase == PHASE_WARM || t->seq.phase == PHASE_WITHDRAW)
		return -EALREADY;
	if (t->seq.only_test && !t->seq.may_be_frozen)
		move_end_test(t, reason);
	else
		move_stop(t, OUTCOME_ABORTED, reason);
	return 0;
}

int verb_do(struct treatment *t, enum verb verb, const char **ret_reason)
{
	*ret_reason = "";
	if (t->seq.phase == PHASE_IDLE)
		return -ENOTCONN;
	switch (verb) {
	case VERB_PAUSE:
		return verb_pause(t, ret_reason);
	case VERB_RESUME:
		if (!t->seq.paused)
			return -EALREADY;
		move_resume(t, "resumed by the operator");
		return 0;
	case VERB_ADVANCE:
		return verb_advance(t, ret_reason);
	case VERB_ABORT:
		return verb_abort(t);
	case VERB_END_PHASE:
		return verb_end_phase(t, ret_reason);
	case VERB_REPEAT:
		return verb_repeat(t, ret_reason);
	case VERB_COUNT:
		break;
	}
	*ret_reason = "no such verb";
	return -EINVAL;
}
