// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of phases: what each may do, what it asks for, and when it ends by time. */
#include "daemon/core/phases.h"

#define MS			1000000LL

#define PROMPT_ESTOP	"press and release the emergency stop"
#define PROMPT_NO_TIP	"the tip cannot be read: confirm that the needle is free and withdrawn"

/* What a phase may do, and what it asks of the operator. */
static const struct phase_class {
	bool flow;		/* the controller runs */
	bool armed;		/* valves may be needed */
	bool pausable;
	bool guarded;		/* a lost tip, a fault or a disarming ends the treatment */
	const char *prompt;	/* what the operator is asked */
	bool steps;		/* the operator is asked for the protocol's steps */
} phase_class[PHASE_COUNT] = {
	[PHASE_SELF_TEST] = { .armed = true },
	[PHASE_READY] = { .armed = true, .guarded = true, .steps = true },
	[PHASE_COOL] = { .armed = true, .guarded = true, .flow = true, .pausable = true },
	[PHASE_FREEZE] = { .armed = true, .guarded = true, .flow = true, .pausable = true },
	[PHASE_THAW] = { .armed = true, .guarded = true, .pausable = true },
	[PHASE_WITHDRAW] = { .prompt = "withdraw the needle, then confirm" },
};

static const struct phase_class *class_of(const struct treatment *t)
{
	return &phase_class[t->seq.phase];
}

bool phase_flows(const struct treatment *t)
{
	return class_of(t)->flow;
}

bool phase_armed(const struct treatment *t)
{
	return class_of(t)->armed;
}

bool phase_pausable(const struct treatment *t)
{
	return class_of(t)->pausable;
}

bool phase_guarded(const struct treatment *t)
{
	return class_of(t)->guarded;
}

/* The table of phases alone says where flow may be asked for (SM-PHASES). */
bool phase_wants_flow(const struct treatment *t)
{
	return class_of(t)->flow && !t->seq.paused;
}

bool phase_wants_armed(const struct treatment *t)
{
	/* Active thaw needs ARMED too, but never arms anew: a fault thaws passively. */
	if (t->seq.phase == PHASE_WARM)
		return t->profile.has_thaw && t->last.interlock == INTERLOCK_ARMED;
	return class_of(t)->armed && !t->seq.estop_asked;
}

bool phase_wants_clear(const struct treatment *t, const struct probe_sample *sample)
{
	return t->seq.phase == PHASE_SELF_TEST && sample->interlock == INTERLOCK_FAULT &&
	       !(sample->present_mask & sample->fault_mask);
}

const char *phase_prompt(const struct treatment *t)
{
	const struct phase_class *class = class_of(t);

	if (t->seq.evidence)
		return PROMPT_NO_TIP;
	if (t->seq.estop_asked)
		return PROMPT_ESTOP;
	if (class->steps)
		return protocol_step_prompt(t->protocol.step[t->seq.step]);
	return class->prompt ? class->prompt : "";
}

int64_t phase_estop_ns(const struct treatment *t)
{
	return t->seq.only_test ? ESTOP_MAX_S * 1000 * MS : t->protocol.ready_timeout_ms * MS;
}

static int64_t end_ns(const struct treatment *t)
{
	switch (t->seq.phase) {
	case PHASE_SELF_TEST:
		return t->seq.estop_asked ? phase_estop_ns(t) : 0;
	case PHASE_READY:
		return t->protocol.ready_timeout_ms * MS;
	case PHASE_WITHDRAW:
		return t->protocol.withdraw_timeout_ms * MS;
	default:
		return 0;
	}
}

int64_t phase_left_ns(const struct treatment *t)
{
	int64_t left = t->seq.phase == PHASE_FREEZE ?
		       t->protocol.freeze_ms * MS - t->seq.at_target_ns :
		       end_ns(t) - t->seq.phase_ns;

	return left > 0 ? left : 0;
}
