// SPDX-License-Identifier: GPL-2.0-or-later
/* One treatment on one probe: the order of work for each sample, and the snapshot for displays. */
#include <errno.h>
#include <string.h>

#include "daemon/core/conditions.h"
#include "daemon/core/goals.h"
#include "daemon/core/ice-course.h"
#include "daemon/core/moves.h"
#include "daemon/core/notices.h"
#include "daemon/core/phases.h"
#include "daemon/core/sequencer.h"
#include "daemon/core/treatment.h"
#include "daemon/core/verbs.h"

#define NS_PER_MS		1000000
#define VALIDITY_MS		200	/* the kernel's usual dead man's time */
#define VALIDITY_PERIODS	4	/* the kernel wants three at least */

size_t treatment_size(void)
{
	return sizeof(struct treatment);
}

void treatment_init(struct treatment *t, const struct probe_profile *profile, uint32_t period_us)
{
	memset(t, 0, sizeof(*t));
	t->profile = *profile;
	t->period_us = period_us;
	/* Without a protocol only warm to withdraw can be met: with its usual prompt. */
	t->protocol.confirm_withdraw = true;
	t->protocol.withdraw_timeout_ms = 300000;
	controller_init(&t->controller, profile);
	ice_init(&t->ice, profile, ICE_UNKNOWN);
}

static int may_begin(const struct treatment *t, const char **ret_reason)
{
	if (t->seq.phase != PHASE_IDLE) {
		*ret_reason = t->seq.only_test ? "a self-test runs" : "a treatment runs";
		return -EBUSY;
	}
	if (t->last.tip.valid && t->last.tip.mdegc <= TIP_WARM_MDEGC) {
		*ret_reason = "the tip is not above +5 degC";
		return -EAGAIN;
	}
	if (conditions_wrong_probe(t)) {
		*ret_reason = conditions_wrong_probe(t);
		return -EIO;
	}
	return 0;
}

int treatment_start(struct treatment *t, const struct protocol *protocol, const char **ret_reason)
{
	int r = may_begin(t, ret_reason);

	if (r < 0)
		return r;
	r = protocol_check(protocol, &t->profile, &t->refusal);
	if (r) {
		*ret_reason = t->refusal.text;
		return r;
	}
	t->protocol = *protocol;
	controller_init(&t->controller, &t->profile);
	ice_course_begin(t);
	t->ice_trusted = true;
	sequencer_start(t);
	return 0;
}

int treatment_self_test(struct treatment *t, const struct probe_sample *sample, const char **ret_reason)
{
	int r = may_begin(t, ret_reason);

	if (r < 0)
		return r;
	if (sample->fault_mask & ~conditions_benign_faults(t)) {
		*ret_reason = fault_title(conditions_first_fault(t, sample));
		return -EIO;
	}
	sequencer_self_test(t);
	return 0;
}

int treatment_verb(struct treatment *t, enum verb verb, const char **ret_reason)
{
	return verb_do(t, verb, ret_reason);
}

void treatment_watch_thaw(struct treatment *t, int64_t last_flow_ns)
{
	move_watch_thaw(t, OUTCOME_INTERRUPTED, last_flow_ns,
			"an interrupted treatment was found");
}

static void observe(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns)
{
	if (sample->tip.valid)
		controller_observe(&t->controller, sample->tip.mdegc, dt_ns);
	else
		controller_miss(&t->controller, dt_ns);
	ice_course_step(t, sample, dt_ns);
}

static uint32_t flow(struct treatment *t, int64_t dt_ns)
{
	struct controller_goal goal = {
		.target_mdegc = t->protocol.target_mdegc,
		.floor_mdegc = t->protocol.floor_mdegc,
	};

	return controller_flow(&t->controller, &goal, dt_ns);
}

static void command(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns,
		    struct probe_command *ret)
{
	*ret = (struct probe_command){
		.want_armed = phase_wants_armed(t),
		.want_clear = phase_wants_clear(t, sample),
		.thaw_permille = t->seq.heating ? 1000 : 0,
	};
	if (phase_wants_flow(t) && sample->tip.valid && sample->interlock == INTERLOCK_ARMED)
		ret->flow_permille = flow(t, dt_ns);
	else
		controller_rest(&t->controller);
}

/* What the model of the ice was told may be wrong, too. */
static void doubt_tip(struct treatment *t)
{
	t->tip.doubted = true;
	t->last.tip.valid = false;
	t->ice_trusted = false;
}

void treatment_step(struct treatment *t, const struct probe_sample *sample,
		    struct probe_command *ret_command)
{
	int64_t dt_ns = t->last.seq ? sample->time_ns - t->last.time_ns : t->period_us * 1000LL;

	if (dt_ns < 0)
		dt_ns = 0;
	t->last = *sample;
	if (conditions_tip_doubted(t, sample))
		doubt_tip(t);
	observe(t, &t->last, dt_ns);
	sequencer_step(t, &t->last, dt_ns);
	command(t, &t->last, dt_ns, ret_command);
}

bool treatment_next_event(struct treatment *t, struct treatment_event *ret)
{
	return events_pop(&t->events, ret);
}

void treatment_status(const struct treatment *t, struct treatment_status *ret)
{
	*ret = (struct treatment_status){
		.phase = t->seq.phase,
		.outcome = t->seq.outcome,
		.paused = t->seq.paused,
		.cycle = t->seq.cycle,
		.cycles = t->seq.phase == PHASE_IDLE ? t->protocol.cycles : goal_cycles(t),
		.site = t->seq.site,
		.sites = t->protocol.sites,
		.target_mdegc = t->protocol.target_mdegc,
		.flow_permille = t->controller.flow_permille,
		.phase_ms = t->seq.phase_ns / NS_PER_MS,
		.phase_left_ms = phase_left_ns(t) / NS_PER_MS,
		.prompt = phase_prompt(t),
		.freeze_ms = t->seq.at_target_ns / NS_PER_MS,
		.ice_radius_um = t->estimate.radius_um,
		.ice_half_length_um = t->estimate.half_length_um,
		.isotherm_radius_um = t->estimate.isotherm_radius_um,
		.ice_error_um = t->estimate.error_um,
		.ice_half_length_error_um = t->estimate.half_length_error_um,
		.isotherm_half_length_um = t->estimate.isotherm_half_length_um,
		.isotherm_error_um = t->estimate.isotherm_error_um,
		.isotherm_half_length_error_um = t->estimate.isotherm_half_length_error_um,
		.boundary_um = t->seq.phase == PHASE_IDLE ? 0 : t->protocol.boundary_um,
		.boundary_ms = t->estimate.boundary_ms,
		.isotherm_distance_um = t->seq.phase == PHASE_IDLE ? 0 : t->protocol.isotherm_um,
		.isotherm_held_ms = t->seq.isotherm_ns / NS_PER_MS,
		.isotherm_ms = t->seq.phase == PHASE_IDLE ? 0 : t->protocol.isotherm_ms,
		.adequate = t->seq.adequate,
		.self_test = t->self_test,
	};
	ret->alarms = alarm_sorted(&t->alarms, ret->alarm);
}

static uint32_t at_most(uint64_t value, uint32_t cap)
{
	return value < cap ? value : cap;
}

/* The kernel counts a freeze until the tip is warm: thaw and warming belong to it. */
static uint64_t longest_ms(const struct protocol *p)
{
	const uint64_t pause_ms = 60000, thaw_ms = 120000, warm_ms = 300000;
	uint64_t cycle_ms = 2ULL * p->cool_max_ms + p->freeze_ms + pause_ms + thaw_ms;

	return protocol_most_cycles(p) * (cycle_ms + p->thaw_min_ms) + warm_ms;
}

void treatment_limits(const struct treatment *t, struct treatment_limits *ret)
{
	uint64_t validity_ms = VALIDITY_PERIODS * (uint64_t)t->period_us / 1000;

	if (validity_ms < VALIDITY_MS)
		validity_ms = VALIDITY_MS;
	*ret = (struct treatment_limits){
		.validity_ms = at_most(validity_ms, t->profile.caps_validity_max_ms),
		.tip_floor_mdegc = t->seq.only_test ? 0 : t->protocol.floor_mdegc,
		.freeze_max_ms = at_most(longest_ms(&t->protocol), t->profile.caps_freeze_max_ms),
		.total_max_ms = t->profile.caps_total_max_ms,
		.idle_max_ms = t->profile.caps_idle_max_ms,
	};
}

void treatment_condition(struct treatment *t, enum alarm_code code, bool present, uint32_t detail)
{
	notice_alarm(t, code, present, detail);
}

int treatment_acknowledge(struct treatment *t, enum alarm_code code)
{
	return notice_acknowledged(t, code);
}
