// SPDX-License-Identifier: GPL-2.0-or-later
/* Every way from one phase to another. */
#include "daemon/core/goals.h"
#include "daemon/core/moves.h"
#include "daemon/core/notices.h"
#include "daemon/core/phases.h"

void move_ask(struct treatment *t)
{
	notice(t, TREATMENT_EVENT_PROMPT, 0, 0, phase_prompt(t));
}

void move_resume(struct treatment *t, const char *reason)
{
	if (!t->seq.paused)
		return;
	t->seq.paused = false;
	t->seq.pause_ns = 0;
	notice(t, TREATMENT_EVENT_RESUMED, 0, 0, reason);
}

void move_to(struct treatment *t, enum phase phase, const char *reason)
{
	enum phase old = t->seq.phase;

	move_resume(t, reason);
	if (phase != PHASE_SELF_TEST)
		t->seq.only_test = false;
	t->seq.phase = phase;
	t->seq.phase_ns = 0;
	t->seq.confirmed = false;
	t->seq.evidence = false;
	t->seq.heating = false;
	t->seq.estop_asked = false;
	t->seq.step = 0;
	notice(t, TREATMENT_EVENT_PHASE, old, phase, reason);
	if (*phase_prompt(t))
		move_ask(t);
}

/* The treatment ends early: warm to withdraw, whatever the reason (SM-WARM). */
void move_stop(struct treatment *t, enum outcome outcome, const char *reason)
{
	t->seq.outcome = outcome;
	move_to(t, PHASE_WARM, reason);
}

/* What froze before this daemon lived may still be frozen (SM-RESTART). */
void move_watch_thaw(struct treatment *t, enum outcome outcome, int64_t last_flow_ns,
		     const char *reason)
{
	t->seq.may_be_frozen = true;
	t->seq.first_flow_ns = 0;
	t->seq.last_flow_ns = last_flow_ns;
	t->ice_trusted = false;
	move_stop(t, outcome, reason);
}

void move_end_test(struct treatment *t, const char *reason)
{
	move_to(t, PHASE_IDLE, reason);
}

void move_finish(struct treatment *t, const char *reason)
{
	if (t->seq.outcome == OUTCOME_NONE)
		t->seq.outcome = OUTCOME_COMPLETED;
	t->seq.may_be_frozen = false;
	move_to(t, PHASE_IDLE, reason);
	notice(t, TREATMENT_EVENT_OUTCOME, 0, t->seq.outcome, reason);
}

void move_to_cycle(struct treatment *t, const char *reason)
{
	t->seq.cycle++;
	t->seq.at_target_ns = 0;
	t->seq.isotherm_ns = 0;
	move_to(t, PHASE_COOL, reason);
}

void move_from_cycle(struct treatment *t, const char *reason)
{
	if (t->seq.cycle < goal_cycles(t))
		move_to(t, PHASE_THAW, reason);
	else
		move_to(t, PHASE_WARM, reason);
}
