// SPDX-License-Identifier: GPL-2.0-or-later
/* Before the first freeze: the self-test, and the operator's preparations. */
#include "daemon/core/conditions.h"
#include "daemon/core/moves.h"
#include "daemon/core/names.h"
#include "daemon/core/notices.h"
#include "daemon/core/phases.h"
#include "daemon/core/steps.h"
#include "kernel/include/uapi/linux/cryoprobe.h"

#define MS			1000000LL
#define S			1000000000LL

/* No needle is placed before the self-test has passed, so without ice there is nothing to warm. */
static void fail_self_test(struct treatment *t, enum outcome outcome, const char *reason)
{
	if (t->seq.may_be_frozen) {
		move_stop(t, outcome, reason);
		return;
	}
	if (t->seq.only_test) {
		move_end_test(t, reason);
		return;
	}
	t->seq.outcome = outcome;
	move_finish(t, reason);
}

/* Its contact answers, not the operator's word; the rest of the self-test then has its whole time. */
static void await_estop(struct treatment *t)
{
	if (!t->seq.estop_asked) {
		t->seq.estop_asked = true;
		move_ask(t);
	}
	if (t->seq.phase_ns < phase_estop_ns(t))
		return;
	notice_mark(t, ALARM_PROMPT_TIMEOUT, PHASE_SELF_TEST);
	self_test_fail(&t->self_test, SELF_TEST_ESTOP);
	fail_self_test(t, OUTCOME_ABORTED, "nobody pressed and released the emergency stop");
}

static bool self_test_passes(const struct treatment *t, const struct probe_sample *sample)
{
	return sample->interlock == INTERLOCK_ARMED && !sample->testing &&
	       t->tip.warm_ns >= SELF_TEST_TIME_S * S && sample->tip.mdegc < SELF_TEST_HOT_MDEGC;
}

static const char *why_self_test_lasts(const struct treatment *t, const struct probe_sample *sample,
				       enum self_test_step *ret_step)
{
	if (t->tip.lost) {
		*ret_step = SELF_TEST_READINGS;
		return "the tip cannot be read";
	}
	if (sample->interlock != INTERLOCK_ARMED) {
		*ret_step = SELF_TEST_ARMING;
		return "the probe could not be armed";
	}
	if (sample->testing) {
		*ret_step = SELF_TEST_SUPPLY_VALVE;
		return "the test of the valves did not end";
	}
	*ret_step = SELF_TEST_TIP;
	return "the tip is not between +5 and +50 degC";
}

static void give_up(struct treatment *t, const struct probe_sample *sample)
{
	enum self_test_step step;
	const char *reason = why_self_test_lasts(t, sample, &step);

	self_test_fail(&t->self_test, step);
	fail_self_test(t, OUTCOME_ABORTED, reason);
}

static void go_on(struct treatment *t)
{
	static const char reason[] = "self-test passed";

	self_test_pass(&t->self_test);
	if (t->seq.only_test)
		move_end_test(t, reason);
	else if (t->protocol.confirm_ready)
		move_to(t, PHASE_READY, reason);
	else
		move_to_cycle(t, reason);
}

void step_self_test(struct treatment *t, const struct probe_sample *sample)
{
	int64_t max_ns = sample->testing ? VALVE_TEST_MAX_S * S : SELF_TEST_MAX_S * S;
	uint64_t faults = sample->fault_mask & ~conditions_benign_faults(t);

	self_test_look(&t->self_test, sample);
	if (faults) {
		self_test_fault(&t->self_test, faults);
		fail_self_test(t, OUTCOME_FAULT, fault_title(conditions_first_fault(t, sample)));
	} else if (sample->estop_due || sample->present_mask & 1ULL << CRYOPROBE_FAULT_ESTOP) {
		await_estop(t);
	} else if (t->seq.estop_asked) {
		t->seq.estop_asked = false;
		t->seq.phase_ns = 0;
	} else if (self_test_passes(t, sample)) {
		go_on(t);
	} else if (t->seq.phase_ns >= max_ns) {
		give_up(t, sample);
	}
}

/* The next of the protocol's steps; false if that was the last. */
static bool next_step(struct treatment *t)
{
	if (t->seq.step + 1 >= t->protocol.steps)
		return false;
	t->seq.step++;
	t->seq.confirmed = false;
	move_ask(t);
	return true;
}

void step_ready(struct treatment *t, const struct probe_sample *sample)
{
	(void)sample;
	if (t->seq.confirmed) {
		if (!next_step(t))
			move_to_cycle(t, "needle placed");
	} else if (t->seq.phase_ns >= t->protocol.ready_timeout_ms * MS) {
		notice_mark(t, ALARM_PROMPT_TIMEOUT, PHASE_READY);
		move_stop(t, OUTCOME_ABORTED, "nobody confirmed that the needle is placed");
	}
}
