// SPDX-License-Identifier: GPL-2.0-or-later
/* Phases of a treatment, as a table of what each may do and how it goes on. */
#include <errno.h>

#include "daemon/core/conditions.h"
#include "kernel/include/uapi/linux/cryoprobe.h"

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

struct phase_class {
	bool flow;		/* the controller runs */
	bool armed;		/* valves may be needed */
	bool pausable;
	bool guarded;		/* a lost tip, a fault or a disarming ends the treatment */
	const char *prompt;	/* what the operator is asked */
	bool steps;		/* the operator is asked for the protocol's steps */
	void (*step)(struct treatment *t, const struct probe_sample *sample);
};

static const struct phase_class *class_of(enum phase phase);

static void push(struct treatment *t, enum treatment_event_kind kind, int32_t old, int32_t new,
		 const char *reason)
{
	events_push(&t->events, &(struct treatment_event){
		.kind = kind,
		.old = old,
		.new = new,
		.sample_seq = t->last.seq,
		.time_ns = t->last.time_ns,
		.reason = reason,
	});
}

/* Something that happened and is over: the alarm stays until it is acknowledged. */
static void mark(struct treatment *t, enum alarm_code code, uint32_t detail)
{
	treatment_alarm(t, code, true, detail);
	treatment_alarm(t, code, false, detail);
}

static void end_pause(struct treatment *t, const char *reason)
{
	if (!t->seq.paused)
		return;
	t->seq.paused = false;
	t->seq.pause_ns = 0;
	push(t, TREATMENT_EVENT_RESUMED, 0, 0, reason);
}

static void go(struct treatment *t, enum phase phase, const char *reason)
{
	enum phase old = t->seq.phase;

	end_pause(t, reason);
	t->seq.phase = phase;
	t->seq.phase_ns = 0;
	t->seq.confirmed = false;
	t->seq.evidence = false;
	t->seq.heating = false;
	t->seq.estop_asked = false;
	t->seq.step = 0;
	push(t, TREATMENT_EVENT_PHASE, old, phase, reason);
	if (*sequencer_prompt(t))
		push(t, TREATMENT_EVENT_PROMPT, 0, 0, sequencer_prompt(t));
}

/* The treatment ends early: warm to withdraw, whatever the reason (SM-WARM). */
static void stop(struct treatment *t, enum outcome outcome, const char *reason)
{
	t->seq.outcome = outcome;
	go(t, PHASE_WARM, reason);
}

static void finish(struct treatment *t, const char *reason)
{
	if (t->seq.outcome == OUTCOME_NONE)
		t->seq.outcome = OUTCOME_COMPLETED;
	t->seq.may_be_frozen = false;
	go(t, PHASE_IDLE, reason);
	push(t, TREATMENT_EVENT_OUTCOME, 0, t->seq.outcome, reason);
}

/* No needle is placed before the self-test has passed, so without ice there is nothing to warm. */
static void fail_self_test(struct treatment *t, enum outcome outcome, const char *reason)
{
	if (t->seq.may_be_frozen) {
		stop(t, outcome, reason);
		return;
	}
	t->seq.outcome = outcome;
	finish(t, reason);
}

static void start_cycle(struct treatment *t, const char *reason)
{
	t->seq.cycle++;
	t->seq.at_target_ns = 0;
	t->seq.isotherm_ns = 0;
	go(t, PHASE_COOL, reason);
}

static void end_cycle(struct treatment *t, const char *reason)
{
	if (t->seq.cycle < t->protocol.cycles)
		go(t, PHASE_THAW, reason);
	else
		go(t, PHASE_WARM, reason);
}

/* The ice's uncertainty counts as ice (SM-BOUNDARY). */
bool sequencer_at_boundary(const struct treatment *t)
{
	return t->protocol.boundary_um &&
	       t->estimate.radius_um + t->estimate.error_um >= t->protocol.boundary_um;
}

/* The nerve at that distance has had enough; the ice's uncertainty is taken for the isotherm's. */
static bool is_adequate(const struct treatment *t)
{
	return t->seq.isotherm_ns && t->seq.isotherm_ns >= t->protocol.isotherm_ms * MS;
}

static void watch_isotherm(struct treatment *t, int64_t seen_ns)
{
	bool there = t->protocol.isotherm_um && class_of(t->seq.phase)->flow &&
		     t->estimate.isotherm_radius_um >= t->protocol.isotherm_um + t->estimate.error_um;

	t->seq.isotherm_ns = there ? t->seq.isotherm_ns + seen_ns : 0;
}

static bool at_target(const struct treatment *t, const struct probe_sample *sample)
{
	return sample->tip.valid &&
	       sample->tip.mdegc <= t->protocol.target_mdegc + t->protocol.band_mdegc;
}

static void step_idle(struct treatment *t, const struct probe_sample *sample)
{
	(void)sample;
	if (!t->tip.cold)
		return;
	treatment_alarm(t, ALARM_FROZEN_FOUND, true, 0);
	sequencer_watch_thaw(t, OUTCOME_INTERRUPTED, t->last.time_ns,
			     "the tip is below +5 degC without a treatment");
}

#define PROMPT_ESTOP	"press and release the emergency stop"

/* Its contact answers, not the operator's word; the rest of the self-test then has its whole time. */
static void await_estop(struct treatment *t)
{
	if (!t->seq.estop_asked)
		push(t, TREATMENT_EVENT_PROMPT, 0, 0, PROMPT_ESTOP);
	t->seq.estop_asked = true;
	if (t->seq.phase_ns < t->protocol.ready_timeout_ms * MS)
		return;
	mark(t, ALARM_PROMPT_TIMEOUT, PHASE_SELF_TEST);
	fail_self_test(t, OUTCOME_ABORTED, "nobody pressed and released the emergency stop");
}

static bool self_test_passes(const struct treatment *t, const struct probe_sample *sample)
{
	return sample->interlock == INTERLOCK_ARMED && !sample->testing &&
	       t->tip.warm_ns >= SELF_TEST_TIME_S * S && sample->tip.mdegc < SELF_TEST_HOT_MDEGC;
}

static const char *why_self_test_lasts(const struct treatment *t, const struct probe_sample *sample)
{
	if (t->tip.lost)
		return "the tip cannot be read";
	if (sample->interlock != INTERLOCK_ARMED)
		return "the probe could not be armed";
	if (sample->testing)
		return "the test of the valves did not end";
	return "the tip is not between +5 and +50 degC";
}

static void step_self_test(struct treatment *t, const struct probe_sample *sample)
{
	int64_t max_ns = sample->testing ? VALVE_TEST_MAX_S * S : SELF_TEST_MAX_S * S;

	if (sample->fault_mask & ~conditions_benign_faults(t)) {
		fail_self_test(t, OUTCOME_FAULT, fault_title(sample->fault_code));
	} else if (sample->estop_due || sample->present_mask & 1ULL << CRYOPROBE_FAULT_ESTOP) {
		await_estop(t);
	} else if (t->seq.estop_asked) {
		t->seq.estop_asked = false;
		t->seq.phase_ns = 0;
	} else if (self_test_passes(t, sample)) {
		if (t->protocol.confirm_ready)
			go(t, PHASE_READY, "self-test passed");
		else
			start_cycle(t, "self-test passed");
	} else if (t->seq.phase_ns >= max_ns) {
		fail_self_test(t, OUTCOME_ABORTED, why_self_test_lasts(t, sample));
	}
}

/* The next of the protocol's steps; false if that was the last. */
static bool next_step(struct treatment *t)
{
	if (t->seq.step + 1 >= t->protocol.steps)
		return false;
	t->seq.step++;
	t->seq.confirmed = false;
	push(t, TREATMENT_EVENT_PROMPT, 0, 0, sequencer_prompt(t));
	return true;
}

static void step_ready(struct treatment *t, const struct probe_sample *sample)
{
	(void)sample;
	if (t->seq.confirmed) {
		if (!next_step(t))
			start_cycle(t, "needle placed");
	} else if (t->seq.phase_ns >= t->protocol.ready_timeout_ms * MS) {
		mark(t, ALARM_PROMPT_TIMEOUT, PHASE_READY);
		stop(t, OUTCOME_ABORTED, "nobody confirmed that the needle is placed");
	}
}

int32_t sequencer_warmest_mdegc(const struct protocol *protocol)
{
	return protocol->neurolysis ? -20000 : -10000;
}

/* What can be reached is held from now on: its way begins anew. */
static void lower_target(struct treatment *t, const struct probe_sample *sample)
{
	int32_t target = sample->tip.mdegc + LOWER_BY_MDEGC;

	if (target > sequencer_warmest_mdegc(&t->protocol)) {
		stop(t, OUTCOME_ABORTED, "what can be reached is too warm");
		return;
	}
	t->protocol.target_mdegc = target;
	t->controller.saturated_ns = 0;
	go(t, PHASE_COOL, "the target is out of reach, a warmer one is held");
}

/* What the protocol chose. */
static void answer_saturation(struct treatment *t, const struct probe_sample *sample)
{
	if (t->protocol.out_of_reach == REACH_KEEP || !sample->tip.valid ||
	    !conditions_saturated(t) || at_target(t, sample))
		return;
	if (t->protocol.out_of_reach == REACH_LOWER)
		lower_target(t, sample);
	else
		stop(t, OUTCOME_ABORTED, "the target is out of reach");
}

static void step_cool(struct treatment *t, const struct probe_sample *sample)
{
	if (sequencer_at_boundary(t)) {
		treatment_alarm(t, ALARM_BOUNDARY, true, t->estimate.radius_um);
		stop(t, OUTCOME_ABORTED, "the ice ball reached its boundary before the target");
	} else if (is_adequate(t)) {
		end_cycle(t, "-20 degC reached its distance for its time, before the target");
	} else if (at_target(t, sample)) {
		go(t, PHASE_FREEZE, "the tip is at its target");
	} else if (t->seq.phase_ns >= t->protocol.cool_max_ms * MS) {
		stop(t, OUTCOME_ABORTED, "the target was not reached in time");
	} else {
		answer_saturation(t, sample);
	}
}

static void step_freeze(struct treatment *t, const struct probe_sample *sample)
{
	int64_t freeze_ns = t->protocol.freeze_ms * MS;

	if (t->seq.at_target_ns >= freeze_ns) {
		end_cycle(t, "frozen for the protocol's time");
	} else if (is_adequate(t)) {
		end_cycle(t, "-20 degC was at its distance for its time");
	} else if (sequencer_at_boundary(t)) {
		treatment_alarm(t, ALARM_BOUNDARY, true, t->estimate.radius_um);
		end_cycle(t, "the ice ball reached its boundary");
	} else if (t->seq.phase_ns >= freeze_ns + t->protocol.cool_max_ms * MS) {
		stop(t, OUTCOME_ABORTED, "the target could not be held");
	} else {
		answer_saturation(t, sample);
	}
}

static void step_thaw(struct treatment *t, const struct probe_sample *sample)
{
	t->seq.heating = t->protocol.thaw_active && sample->interlock == INTERLOCK_ARMED &&
			 sample->tip.valid && sample->tip.mdegc < t->protocol.thaw_mdegc;
	if (sample->tip.valid && sample->tip.mdegc >= t->protocol.thaw_mdegc &&
	    t->seq.phase_ns >= t->protocol.thaw_min_ms * MS)
		start_cycle(t, "thawed between cycles");
	else if (t->seq.phase_ns >= THAW_MAX_S * S)
		stop(t, OUTCOME_ABORTED, "the thaw between cycles took too long");
}

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

#define PROMPT_NO_TIP	"the tip cannot be read: confirm that the needle is free and withdrawn"

static void step_warm(struct treatment *t, const struct probe_sample *sample)
{
	heat(t, sample);
	if (t->tip.warm_ns >= WARM_TIME_S * S) {
		t->seq.may_be_frozen = false;
		go(t, PHASE_WITHDRAW, "the tip is above +5 degC");
		return;
	}
	if (!t->tip.lost || !thawed_elsewhere(t)) {
		/* What was confirmed before is not confirmed for what may come. */
		t->seq.evidence = false;
		t->seq.confirmed = false;
		return;
	}
	if (!t->seq.evidence)
		push(t, TREATMENT_EVENT_PROMPT, 0, 0, PROMPT_NO_TIP);
	t->seq.evidence = true;
	if (t->seq.confirmed)
		finish(t, "confirmed by the operator without a tip sensor");
}

/* The needle is out and warm; the probe tests itself again before it goes in elsewhere. */
static void next_site(struct treatment *t)
{
	t->seq.site++;
	t->seq.cycle = 0;
	t->seq.may_be_frozen = false;
	t->tip.warm_ns = 0;
	ice_init(&t->ice, &t->profile, t->protocol.tissue);
	go(t, PHASE_SELF_TEST, "needle withdrawn, on to the next site");
}

static void step_withdraw(struct treatment *t, const struct probe_sample *sample)
{
	(void)sample;
	if (t->tip.cold) {
		go(t, PHASE_WARM, "the tip is below +5 degC again");
	} else if (t->seq.confirmed && t->seq.outcome == OUTCOME_NONE &&
		   t->seq.site < t->protocol.sites) {
		next_site(t);
	} else if (t->seq.confirmed || !t->protocol.confirm_withdraw) {
		finish(t, t->seq.confirmed ? "needle withdrawn" : "the tip is warm");
	} else if (t->seq.phase_ns >= t->protocol.withdraw_timeout_ms * MS) {
		mark(t, ALARM_PROMPT_TIMEOUT, PHASE_WITHDRAW);
		finish(t, "nobody confirmed that the needle is withdrawn");
	}
}

static const struct phase_class phase_class[PHASE_COUNT] = {
	[PHASE_IDLE] = { .step = step_idle },
	[PHASE_SELF_TEST] = { .step = step_self_test, .armed = true },
	[PHASE_READY] = { .step = step_ready, .armed = true, .guarded = true,
			  .steps = true },
	[PHASE_COOL] = { .step = step_cool, .armed = true, .guarded = true, .flow = true,
			 .pausable = true },
	[PHASE_FREEZE] = { .step = step_freeze, .armed = true, .guarded = true, .flow = true,
			   .pausable = true },
	[PHASE_THAW] = { .step = step_thaw, .armed = true, .guarded = true, .pausable = true },
	[PHASE_WARM] = { .step = step_warm },
	[PHASE_WITHDRAW] = { .step = step_withdraw,
			     .prompt = "withdraw the needle, then confirm" },
};

static const struct phase_class *class_of(enum phase phase)
{
	return &phase_class[phase];
}

/* What ends a guarded phase; true if it has. */
static bool guard(struct treatment *t, const struct probe_sample *sample)
{
	if (!class_of(t->seq.phase)->guarded)
		return false;
	if (sample->interlock == INTERLOCK_FAULT)
		stop(t, OUTCOME_FAULT, fault_title(sample->fault_code));
	else if (sample->interlock == INTERLOCK_DISARMED)
		stop(t, OUTCOME_ABORTED, "the probe was disarmed by another");
	else if (t->tip.lost)
		stop(t, OUTCOME_ABORTED, "the tip cannot be read any more");
	else if (t->leak.leaks)
		stop(t, OUTCOME_ABORTED, "the tip cools without any flow asked for");
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
		mark(t, ALARM_PAUSE_TIMEOUT, 0);
		stop(t, OUTCOME_ABORTED, "paused for longer than 60 s");
	}
	return true;
}

void sequencer_step(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns)
{
	int64_t seen_ns = t->period_us * 2000LL;

	if (seen_ns > dt_ns)
		seen_ns = dt_ns;
	conditions_look(t, sample, dt_ns, seen_ns);
	if (!guard(t, sample) && !pausing(t, dt_ns)) {
		t->seq.phase_ns += dt_ns;
		if (t->seq.phase == PHASE_FREEZE && at_target(t, sample))
			t->seq.at_target_ns += seen_ns;
		watch_isotherm(t, seen_ns);
		class_of(t->seq.phase)->step(t, sample);
	}
	conditions_tell(t, sample);
}

void sequencer_start(struct treatment *t)
{
	t->seq = (struct sequencer){
		.phase = PHASE_IDLE,
		.site = 1,
		.last_flow_ns = t->seq.last_flow_ns,
	};
	t->tip.warm_ns = 0;
	t->tip.doubted = false;
	go(t, PHASE_SELF_TEST, "treatment started");
}

/* What froze before this daemon lived may still be frozen (SM-RESTART). */
void sequencer_watch_thaw(struct treatment *t, enum outcome outcome, int64_t last_flow_ns,
			  const char *reason)
{
	t->seq.may_be_frozen = true;
	t->seq.first_flow_ns = 0;
	t->seq.last_flow_ns = last_flow_ns;
	t->ice_trusted = false;
	stop(t, outcome, reason);
}

static int verb_pause(struct treatment *t, const char **ret_reason)
{
	if (!class_of(t->seq.phase)->pausable) {
		*ret_reason = "only cool, freeze and thaw can be paused";
		return -EINVAL;
	}
	if (t->seq.paused)
		return -EALREADY;
	t->seq.paused = true;
	t->seq.pause_ns = 0;
	push(t, TREATMENT_EVENT_PAUSED, 0, 0, "paused by the operator");
	return 0;
}

static int verb_advance(struct treatment *t, const char **ret_reason)
{
	if (t->seq.estop_asked) {
		*ret_reason = "the emergency stop itself confirms that it was pressed and released";
		return -EINVAL;
	}
	if (!*sequencer_prompt(t)) {
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
		end_cycle(t, reason);
		return 0;
	case PHASE_THAW:
		start_cycle(t, reason);
		return 0;
	default:
		*ret_reason = "only cool, freeze and thaw can be ended";
		return -EINVAL;
	}
}

static int verb_abort(struct treatment *t)
{
	if (t->seq.phase == PHASE_WARM || t->seq.phase == PHASE_WITHDRAW)
		return -EALREADY;
	stop(t, OUTCOME_ABORTED, "aborted by the operator");
	return 0;
}

int sequencer_verb(struct treatment *t, enum verb verb, const char **ret_reason)
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
		end_pause(t, "resumed by the operator");
		return 0;
	case VERB_ADVANCE:
		return verb_advance(t, ret_reason);
	case VERB_ABORT:
		return verb_abort(t);
	case VERB_END_PHASE:
		return verb_end_phase(t, ret_reason);
	case VERB_COUNT:
		break;
	}
	*ret_reason = "no such verb";
	return -EINVAL;
}

bool sequencer_phase_flows(const struct treatment *t)
{
	return class_of(t->seq.phase)->flow;
}

bool sequencer_phase_armed(const struct treatment *t)
{
	return class_of(t->seq.phase)->armed;
}

/* The table of phases alone says where flow may be asked for (SM-PHASES). */
bool sequencer_wants_flow(const struct treatment *t)
{
	return class_of(t->seq.phase)->flow && !t->seq.paused;
}

bool sequencer_wants_armed(const struct treatment *t)
{
	/* Active thaw needs ARMED too, but never arms anew: a fault thaws passively. */
	if (t->seq.phase == PHASE_WARM)
		return t->profile.has_thaw && t->last.interlock == INTERLOCK_ARMED;
	return class_of(t->seq.phase)->armed && !t->seq.estop_asked;
}

bool sequencer_wants_clear(const struct treatment *t, const struct probe_sample *sample)
{
	return t->seq.phase == PHASE_SELF_TEST && sample->interlock == INTERLOCK_FAULT &&
	       !(sample->present_mask & sample->fault_mask);
}

const char *sequencer_prompt(const struct treatment *t)
{
	const struct phase_class *class = class_of(t->seq.phase);

	if (t->seq.evidence)
		return PROMPT_NO_TIP;
	if (t->seq.estop_asked)
		return PROMPT_ESTOP;
	if (class->steps)
		return protocol_step_prompt(t->protocol.step[t->seq.step]);
	return class->prompt ? class->prompt : "";
}

static int64_t end_ns(const struct treatment *t)
{
	switch (t->seq.phase) {
	case PHASE_SELF_TEST:
		return t->seq.estop_asked ? t->protocol.ready_timeout_ms * MS : 0;
	case PHASE_READY:
		return t->protocol.ready_timeout_ms * MS;
	case PHASE_WITHDRAW:
		return t->protocol.withdraw_timeout_ms * MS;
	default:
		return 0;
	}
}

int64_t sequencer_left_ns(const struct treatment *t)
{
	int64_t left = t->seq.phase == PHASE_FREEZE ?
		       t->protocol.freeze_ms * MS - t->seq.at_target_ns :
		       end_ns(t) - t->seq.phase_ns;

	return left > 0 ? left : 0;
}
