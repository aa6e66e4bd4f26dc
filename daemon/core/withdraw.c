// SPDX-License-Identifier: GPL-2.0-or-later
/* After the freezes: warm until the needle lets go, then out; on to the next site, or the end. */
#include "daemon/core/ice-course.h"
#include "daemon/core/moves.h"
#include "daemon/core/notices.h"
#include "daemon/core/steps.h"

#define MS			1000000LL
#define S			1000000000LL

#define HEAT_OFF_MDEGC		15000
#define HEAT_ON_MDEGC		7000
/*
 * Without heat a 16G needle with 15 mm of active tip lets go after 1.1 times the time it froze in
 * tissue with little blood, after 1.8 times in a gel without any (measured on the plant, 5 min at
 * -70 degC); liquid nitrogen may be colder. How long it froze may be known; else it is the firmware's
 * longest freeze.
 */
#define WORST_THAW_MORE_NS	(60 * S)
#define WORST_THAW_MIN_NS	(600 * S)
#define WORST_THAW_N2O		2
#define WORST_THAW_LN2		3

static void heat(struct treatment *t, const struct probe_sample *sample)
{
	bool possible = t->profile.has_thaw && sample->interlock == INTERLOCK_ARMED &&
			sample->tip.valid;
	int32_t until = t->seq.heating ? HEAT_OFF_MDEGC : HEAT_ON_MDEGC;

	t->seq.heating = possible && sample->tip.mdegc < until;
}

static int64_t worst_thaw_ns(const struct treatment *t)
{
	int64_t factor = t->profile.cryogen == CRYOGEN_LN2 ? WORST_THAW_LN2 : WORST_THAW_N2O;
	int64_t worst_ns = factor * t->profile.caps_freeze_max_ms * MS;

	if (t->seq.first_flow_ns)
		return factor * (t->seq.last_flow_ns - t->seq.first_flow_ns) + WORST_THAW_MORE_NS;
	return worst_ns > WORST_THAW_MIN_NS ? worst_ns : WORST_THAW_MIN_NS;
}

/* Whether something other than the lost tip says that it has thawed. */
static bool thawed_elsewhere(const struct treatment *t)
{
	if (!t->seq.may_be_frozen)
		return true;
	if (t->ice_trusted && t->tip.elsewhere_warm_ns >= WARM_TIME_S * S &&
	    !t->estimate.radius_um && !t->estimate.error_um)
		return true;
	return t->last.time_ns - t->seq.last_flow_ns >= worst_thaw_ns(t);
}

void step_warm(struct treatment *t, const struct probe_sample *sample)
{
	heat(t, sample);
	if (t->tip.warm_ns >= WARM_TIME_S * S) {
		t->seq.may_be_frozen = false;
		move_to(t, PHASE_WITHDRAW, "the tip is above +5 degC");
		return;
	}
	if (!t->tip.lost || !thawed_elsewhere(t)) {
		/* What was confirmed before is not confirmed for what may come. */
		t->seq.evidence = false;
		t->seq.confirmed = false;
		return;
	}
	if (!t->seq.evidence) {
		t->seq.evidence = true;
		move_ask(t);
	}
	if (t->seq.confirmed)
		move_finish(t, "confirmed by the operator without a tip sensor");
}

/* The needle is out and warm; the probe tests itself again before it goes in elsewhere. */
static void next_site(struct treatment *t)
{
	t->seq.site++;
	t->seq.cycle = 0;
	t->seq.repeats = 0;
	t->seq.adequate = false;
	t->seq.may_be_frozen = false;
	t->tip.warm_ns = 0;
	ice_course_begin(t);
	move_to(t, PHASE_SELF_TEST, "needle withdrawn, on to the next site");
}

void step_withdraw(struct treatment *t, const struct probe_sample *sample)
{
	(void)sample;
	if (t->tip.cold) {
		move_to(t, PHASE_WARM, "the tip is below +5 degC again");
	} else if (t->seq.confirmed && t->seq.outcome == OUTCOME_NONE &&
		   t->seq.site < t->protocol.sites) {
		next_site(t);
	} else if (t->seq.confirmed || !t->protocol.confirm_withdraw) {
		move_finish(t, t->seq.confirmed ? "needle withdrawn" : "the tip is warm");
	} else if (t->seq.phase_ns >= t->protocol.withdraw_timeout_ms * MS) {
		notice_mark(t, ALARM_PROMPT_TIMEOUT, PHASE_WITHDRAW);
		move_finish(t, "nobody confirmed that the needle is withdrawn");
	}
}
