// SPDX-License-Identifier: GPL-2.0-or-later
/* A treatment's way through its phases, a sample at a time. */
#include "daemon/core/sequencer.h"

#include "daemon/core/conditions.h"
#include "daemon/core/goals.h"
#include "daemon/core/moves.h"
#include "daemon/core/names.h"
#include "daemon/core/notices.h"
#include "daemon/core/phases.h"
#include "daemon/core/steps.h"

#define S			1000000000LL

static void step_idle(struct treatment *t, const struct probe_sample *sample)
{
	(void)sample;
	if (!t->tip.cold)
		return;
	notice_alarm(t, ALARM_FROZEN_FOUND, true, 0);
	move_watch_thaw(t, OUTCOME_INTERRUPTED, t->last.time_ns,
			"the tip is below +5 degC without a treatment");
}

/* What ends a guarded phase; true if it has. */
static bool guard(struct treatment *t, const struct probe_sample *sample)
{
	if (!phase_guarded(t))
		return false;
	if (sample->interlock == INTERLOCK_FAULT)
		move_stop(t, OUTCOME_FAULT, fault_title(sample->fault_code));
	else if (sample->interlock == INTERLOCK_DISARMED)
		move_stop(t, OUTCOME_ABORTED, "the probe was disarmed by another");
	else if (t->tip.lost)
		move_stop(t, OUTCOME_ABORTED, "the tip cannot be read any more");
	else if (t->leak.leaks)
		move_stop(t, OUTCOME_ABORTED, "the tip cools without any flow asked for");
	else
		return false;
	return true;
}

/* A pause stops the clock of its phase, never longer than PAUSE_MAX_S * S; true while it stands. */
static bool pausing(struct treatment *t, int64_t dt_ns)
{
	if (!t->seq.paused)
		return false;
	t->seq.pause_ns += dt_ns;
	t->seq.heating = false;
	if (t->seq.pause_ns >= PAUSE_MAX_S * S) {
		notice_mark(t, ALARM_PAUSE_TIMEOUT, 0);
		move_stop(t, OUTCOME_ABORTED, "paused for longer than 60 s");
	}
	return true;
}

typedef void (*step_fn)(struct treatment *t, const struct probe_sample *sample);

static const step_fn step[PHASE_COUNT] = {
	[PHASE_IDLE] = step_idle,
	[PHASE_SELF_TEST] = step_self_test,
	[PHASE_READY] = step_ready,
	[PHASE_COOL] = step_cool,
	[PHASE_FREEZE] = step_freeze,
	[PHASE_THAW] = step_thaw,
	[PHASE_WARM] = step_warm,
	[PHASE_WITHDRAW] = step_withdraw,
};

void sequencer_step(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns)
{
	int64_t seen_ns = t->period_us * 2000LL;

	if (seen_ns > dt_ns)
		seen_ns = dt_ns;
	conditions_look(t, sample, dt_ns, seen_ns);
	if (!guard(t, sample) && !pausing(t, dt_ns)) {
		t->seq.phase_ns += dt_ns;
		if (t->seq.phase == PHASE_FREEZE && goal_target(t, sample))
			t->seq.at_target_ns += seen_ns;
		goal_watch(t, seen_ns);
		step[t->seq.phase](t, sample);
	}
	conditions_tell(t, sample);
}

/* What the sensors say is looked at anew. */
static void begin_self_test(struct treatment *t, const char *reason)
{
	t->tip.warm_ns = 0;
	t->tip.doubted = false;
	self_test_begin(&t->self_test, t->profile.has_sense);
	move_to(t, PHASE_SELF_TEST, reason);
}

void sequencer_self_test(struct treatment *t)
{
	t->seq.only_test = true;
	begin_self_test(t, "self-test started");
}

void sequencer_start(struct treatment *t)
{
	t->seq = (struct sequencer){
		.phase = PHASE_IDLE,
		.site = 1,
		.last_flow_ns = t->seq.last_flow_ns,
	};
	begin_self_test(t, "treatment started");
}
