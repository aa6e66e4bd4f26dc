// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The invariants of every transition. A broken one is told by its text, which is the condition's
 * name in a trace, so each is a sentence of what has gone wrong. They show SM-PERMIT, SM-DEADMAN and
 * SM-LATCH in every state that can be reached.
 */
#include "selftests/explore/invariants.h"

#define MOVING (CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_FREEZE | CRYOPROBE_OUT_VENT | CRYOPROBE_OUT_THAW)
#define GAP_NS (100 * MS)
#define SENSORS (BIT_ULL(CRYOPROBE_FAULT_SENSOR_IO) | BIT_ULL(CRYOPROBE_FAULT_SENSOR_OPEN) | \
		 BIT_ULL(CRYOPROBE_FAULT_SENSOR_SHORT) | BIT_ULL(CRYOPROBE_FAULT_SENSOR_RANGE))

/* Leaves the function with the sentence if the condition holds. */
#define BROKEN_IF(condition, sentence) do { if (condition) return sentence; } while (0)
#define BROKEN_BY(check) do { const char *why_ = check; if (why_) return why_; } while (0)

/* One transition. */
struct step {
	const struct world *before;
	const struct input *input;
	const struct outcome *outcome;
	const struct world *after;
};

static bool latched(const struct cryo_interlock *il, enum cryoprobe_fault code)
{
	return il->latched & BIT_ULL(code);
}

static bool is_look(const struct input *input)
{
	return input->kind == INPUT_SAMPLE || input->kind == INPUT_GUARD;
}

/* Of many small ones. */
static bool is_sequence(const struct input *input)
{
	return input->kind == INPUT_TURN || input->kind == INPUT_CALM;
}

static u32 popcount(u64 bits)
{
	return __builtin_popcountll(bits);
}

/* As anybody can tell from the status. */
static bool testing(const struct world *w)
{
	struct cryoprobe_status status = {};

	cryo_interlock_status(&w->il, &status);
	return status.due & CRYOPROBE_DUE_VALVES;
}

/* Energy */

static const char *valve_test(const struct step *s)
{
	const struct world *w = s->after;
	u32 permit = cryo_interlock_permit(&w->il, w->now_ns);
	u32 both = CRYOPROBE_OUT_FREEZE | CRYOPROBE_OUT_SUPPLY;

	if (!testing(w)) {
		BROKEN_IF((permit & CRYOPROBE_OUT_FREEZE) && !w->seen.flow, "freeze that nobody asked for");
		BROKEN_IF((permit & both) == CRYOPROBE_OUT_FREEZE, "freeze without supply");
		BROKEN_IF(w->il.config.valve_times.open_ms && (w->il.flow || w->il.thaw) &&
			  w->seen.tested != both, "flow or thaw before each valve was tested");
		return NULL;
	}
	BROKEN_IF(w->il.phase != CRYO_ARMED, "valves are tested outside ARMED");
	BROKEN_IF((permit & both) == both, "both valves are permitted in their test");
	BROKEN_IF(permit & CRYOPROBE_OUT_THAW, "thaw is permitted in the valves' test");
	BROKEN_IF(w->il.flow || w->il.thaw, "flow or thaw in the valves' test");
	return NULL;
}

static const char *energy(const struct step *s)
{
	const struct world *w = s->after;
	u32 permit = cryo_interlock_permit(&w->il, w->now_ns);
	u32 opening = w->driven & ~s->before->driven & MOVING;

	BROKEN_IF(permit && w->il.phase != CRYO_ARMED, "something is permitted outside ARMED");
	BROKEN_IF(permit && w->now_ns >= w->seen.until_ns, "something is permitted past its validity");
	BROKEN_IF((permit & CRYOPROBE_OUT_THAW) && (permit & ~CRYOPROBE_OUT_THAW),
		  "thaw is permitted beside something else");
	BROKEN_IF((permit & CRYOPROBE_OUT_THAW) && !w->seen.thaw, "thaw that nobody asked for");
	BROKEN_BY(valve_test(s));
	BROKEN_IF(!(permit & CRYOPROBE_OUT_SUPPLY) != !(permit & CRYOPROBE_OUT_VENT),
		  "supply and vent apart");
	BROKEN_IF(opening && s->input->kind != INPUT_SAMPLE && !is_sequence(s->input),
		  "somebody but the sampler opens");
	if (s->input->kind == INPUT_PASS)
		return NULL;
	BROKEN_IF(w->driven & MOVING & ~permit, "driven but not permitted");
	BROKEN_IF((w->driven & CRYOPROBE_OUT_ALARM) && w->il.phase == CRYO_FAULT, "silent in FAULT");
	return NULL;
}

static const char *flow_given(const struct step *s)
{
	const struct cryo_interlock *il = &s->after->il;
	bool armed = il->phase == CRYO_ARMED;

	BROKEN_IF(armed && il->flow && (il->flow != s->after->seen.flow), "another flow than granted");
	BROKEN_IF(armed && il->thaw && (il->thaw != s->after->seen.thaw), "another thaw than granted");
	BROKEN_IF(il->flow && il->thaw, "flow and thaw together");
	BROKEN_IF(!armed && (il->flow || il->thaw), "flow or thaw outside ARMED");
	return NULL;
}

static const char *modulated(const struct cryo_modulator *m, const struct world *w, u32 asked,
			     bool looked)
{
	BROKEN_IF(m->open && !asked, "open without flow");
	BROKEN_IF(looked && m->open && m->close_ns <= w->now_ns, "open past its time to close");
	BROKEN_IF(m->open && m->close_ns > w->now_ns + w->il.period_us * 1500LL,
		  "open for longer than a period and a half");
	return NULL;
}

static const char *modulators(const struct step *s)
{
	bool looked = is_look(s->input);

	BROKEN_IF(s->after->out.valve.open && s->after->out.heater.open, "valve and heater are open");
	if (s->input->kind == INPUT_PASS)
		return NULL;
	BROKEN_BY(modulated(&s->after->out.valve, s->after,
			    testing(s->after) || s->after->il.flow, looked));
	return modulated(&s->after->out.heater, s->after, s->after->il.thaw, looked);
}

/* Ranges that interlock.h declares */

static const char *ranges(const struct step *s)
{
	const struct cryo_interlock *il = &s->after->il;

	BROKEN_IF(il->phase > CRYO_ARMING, "no such phase");
	BROKEN_IF(il->flow > 1000 || il->thaw > 1000, "flow or thaw above 1000");
	BROKEN_IF(il->latched >> CRYO_FAULTS || il->standing >> CRYO_FAULTS, "no such fault");
	BROKEN_IF(!il->latched != (il->phase != CRYO_FAULT), "latched and FAULT apart");
	BROKEN_IF(il->latched && !latched(il, il->first), "the first fault is not latched");
	BROKEN_IF(il->pulses > 4, "more pulses than matter");
	BROKEN_IF(il->below_floor > 2, "more below_floor than matter");
	BROKEN_IF(il->valves.fallen > 2, "more falls than matter");
	BROKEN_IF(il->valves.step > CRYO_VALVES_SUPPLY_SHUT, "no such step of the valves' test");
	BROKEN_IF(il->freeze.length_ns < 0, "a freeze of negative length");
	BROKEN_IF(il->command_seq > il->last.seq || il->arm_seq > il->last.seq, "a sample to come");
	for (u32 i = 0; i < CRYOPROBE_CHANNELS_MAX; i++)
		BROKEN_IF(il->outside[i] > 2, "more readings outside than matter");
	for (u32 i = 0; i < ARRAY_SIZE(il->freeze.spent_ns); i++)
		BROKEN_IF(il->freeze.spent_ns[i] < 0, "negative freeze time");
	return NULL;
}

static const char *status(const struct step *s)
{
	const struct cryo_interlock *il = &s->after->il;
	struct cryoprobe_status status = {};

	cryo_interlock_status(il, &status);
	BROKEN_IF(status.state > CRYOPROBE_STATE_FAULT, "no such state");
	BROKEN_IF((status.state == CRYOPROBE_STATE_ARMED) != (il->phase == CRYO_ARMED),
		  "the state told is not the state");
	BROKEN_IF(status.present_mask & ~status.fault_mask, "present but not latched");
	BROKEN_IF(status.grant_ns && il->phase != CRYO_ARMED, "a grant is told outside ARMED");
	return NULL;
}

/* Faults */

static const char *record(const struct step *s, u32 code)
{
	const struct cryoprobe_fault_record *record = &s->after->il.record[code];

	BROKEN_IF(record->code != code, "a record with another code");
	BROKEN_IF(record->time_ns != s->after->now_ns && !is_sequence(s->input),
		  "a record with another time");
	BROKEN_IF(record->channel < -1 || record->channel >= CRYOPROBE_CHANNELS_MAX,
		  "a record of no channel");
	return NULL;
}

static const char *faults(const struct step *s)
{
	const struct cryo_interlock *old = &s->before->il, *il = &s->after->il;
	bool cleared = s->input->kind == INPUT_CLEAR && !s->outcome->result;
	u64 news = il->latched & ~old->latched;

	BROKEN_IF(il->fault_seq - old->fault_seq != popcount(news), "fault_seq does not count faults");
	BROKEN_IF((old->latched & ~il->latched) && !cleared, "a fault has gone by itself");
	BROKEN_IF(old->phase == CRYO_FAULT && il->phase != CRYO_FAULT && !cleared, "FAULT was left");
	BROKEN_IF(old->latched && il->latched && old->first != il->first, "the first fault changed");
	for (u32 code = 0; code < CRYO_FAULTS; code++)
		if (news & BIT_ULL(code))
			BROKEN_BY(record(s, code));
	return NULL;
}

/* What the onlooker has seen amiss, as far as it must be told. */
static const char *unnoticed(const struct world *w)
{
	const struct cryo_interlock *il = &w->il;
	s64 late_ns = max(2 * il->period_us * 1000LL, 30 * MS);

	BROKEN_IF(w->seen.estop && !latched(il, CRYOPROBE_FAULT_ESTOP), "the E-stop was not seen");
	BROKEN_IF(w->seen.stuck && !latched(il, CRYOPROBE_FAULT_OUTPUT), "a stuck output was not seen");
	if (!cryo_interlock_live(il))
		return NULL;
	BROKEN_IF(il->flow && w->now_ns - w->seen.frozen_ns >= il->limits.freeze_max_ms * MS,
		  "a freeze for too long");
	BROKEN_IF(w->seen.tripped, "live while suspended, down or gone");
	BROKEN_IF(il->config.required && popcount(w->seen.bad) >= 3, "live with the tip lost");
	BROKEN_IF(il->sampling && w->now_ns - w->seen.due_ns > late_ns, "live with a late sampler");
	BROKEN_IF(w->seen.pulses && w->now_ns - w->seen.pulse_ns >= GAP_NS, "live without pulse");
	BROKEN_IF(il->phase == CRYO_ARMED && w->now_ns >= il->grant_ns, "armed past the grant");
	return NULL;
}

static const char *cleared(const struct step *s)
{
	const struct cryo_interlock *old = &s->before->il;
	const struct onlooker *seen = &s->before->seen;

	if (s->outcome->result == -EAGAIN)
		return s->input->number ? NULL : "clear: the right fault_seq is refused";
	BROKEN_IF(s->input->number, "clear: an old fault_seq is taken");
	if (s->outcome->result == -EBUSY)
		return old->latched & old->standing ? NULL : "clear: no cause stands";
	BROKEN_IF(s->outcome->result, "clear: an unknown error");
	BROKEN_IF(s->after->il.latched, "clear: faults are left");
	BROKEN_IF(latched(old, CRYOPROBE_FAULT_ESTOP) && seen->estop, "clear: the E-stop is pressed");
	BROKEN_IF(latched(old, CRYOPROBE_FAULT_OUTPUT) && seen->stuck, "clear: an output is stuck");
	BROKEN_IF(old->latched & seen->tripped, "clear: suspended, down or gone");
	BROKEN_IF((old->latched & SENSORS) && popcount(seen->bad) >= 3, "clear: the tip is lost");
	return NULL;
}

/* Requests: the reason given is a true one */

static const char *granted(const struct step *s)
{
	const struct world *w = s->after;
	const struct input *in = s->input;

	BROKEN_IF(w->il.phase != CRYO_ARMED, "granted outside ARMED");
	BROKEN_IF(in->flow > 1000 || in->thaw > 1000, "granted more than all");
	BROKEN_IF(in->flow && in->thaw, "granted flow and thaw");
	BROKEN_IF(in->thaw && !w->il.config.has_thaw, "granted a heater that is not there");
	BROKEN_IF(in->age < 0, "granted for a sample to come");
	BROKEN_IF(w->now_ns >= w->seen.until_ns, "granted for a stale sample");
	BROKEN_IF(s->before->il.last.seq - in->age <= s->before->il.command_seq, "granted a replay");
	BROKEN_IF(s->before->il.last.seq - in->age < s->before->il.arm_seq, "granted from before arming");
	BROKEN_IF(w->il.grant_ns != w->seen.until_ns, "granted for another time");
	BROKEN_IF((testing(w) && (in->flow || in->thaw)) !=
		  (s->outcome->verdict == CRYOPROBE_VERDICT_TESTING), "not told that valves are tested");
	return NULL;
}

static bool verdict_true(const struct step *s)
{
	const struct input *in = s->input;
	const struct cryo_interlock *old = &s->before->il;
	u64 seq = old->last.seq - in->age;

	switch (s->outcome->verdict) {
	case CRYOPROBE_VERDICT_DISARMED:
		return !old->latched && old->phase != CRYO_ARMED;
	case CRYOPROBE_VERDICT_FAULT:
		return s->after->il.latched;
	case CRYOPROBE_VERDICT_STALE:
		return s->before->now_ns - s->before->seen.sample_ns[in->age] >=
		       old->limits.validity_ms * MS;
	case CRYOPROBE_VERDICT_REPLAY:
		return seq <= old->command_seq;
	case CRYOPROBE_VERDICT_FUTURE:
		return in->age < 0;
	case CRYOPROBE_VERDICT_BEFORE_ARM:
		return seq < old->arm_seq;
	case CRYOPROBE_VERDICT_RANGE:
		return in->flow > 1000 || in->thaw > 1000 ||
		       (in->thaw && (!old->config.has_thaw || !old->limits.heat_max_ms));
	case CRYOPROBE_VERDICT_CONFLICT:
		return in->flow && in->thaw;
	default:
		return false;
	}
}

static const char *commanded(const struct step *s)
{
	const struct cryo_interlock *old = &s->before->il, *il = &s->after->il;

	BROKEN_BY(unnoticed(s->after));
	if (s->outcome->verdict == CRYOPROBE_VERDICT_GRANTED ||
	    s->outcome->verdict == CRYOPROBE_VERDICT_TESTING)
		return granted(s);
	BROKEN_IF(!verdict_true(s), "refused for a reason that is none");
	BROKEN_IF(il->phase == CRYO_ARMED &&
		  (il->flow != old->flow || il->thaw != old->thaw || il->grant_ns != old->grant_ns ||
		   il->command_seq != old->command_seq), "refused, and yet something changed");
	return NULL;
}

static bool timing_fits(const struct step *s)
{
	const struct cryo_interlock *il = &s->before->il;

	return il->period_us <= 50000 && il->limits.validity_ms * 1000 >= 3 * il->period_us &&
	       s->input->number * 100 <= il->period_us * 70LL;
}

static bool arm_true(const struct step *s)
{
	const struct cryo_interlock *old = &s->before->il;

	switch (s->outcome->result) {
	case 0:
		return s->after->il.phase == CRYO_ARMING && old->phase == CRYO_DISARMED &&
		       old->limits_set && old->sampling && old->last.seq && timing_fits(s) &&
		       (!old->config.required ||
			(old->last.value[0].status & CRYOPROBE_VALUE_VALID));
	case -EALREADY:
		return cryo_interlock_live(old);
	case -EIO:
		return s->after->il.phase == CRYO_FAULT;
	case -ENODATA:
		return !old->limits_set;
	case -EAGAIN:
		return !old->sampling || !old->last.seq;
	case -ERANGE:
		return !timing_fits(s);
	default:
		return false;
	}
}

static const char *armed(const struct step *s)
{
	BROKEN_IF(!arm_true(s), "arm: an answer that is not true");
	BROKEN_IF(s->after->il.phase == CRYO_ARMED && s->before->il.phase != CRYO_ARMED,
		  "armed without pulses");
	return NULL;
}

static const char *limited(const struct step *s)
{
	const struct cryo_interlock *old = &s->before->il, *il = &s->after->il;
	bool same = !memcmp(&old->limits, &il->limits, sizeof(il->limits));

	if (s->input->kind == INPUT_LIMITS && !s->outcome->result) {
		BROKEN_IF(cryo_interlock_live(old), "limits set while armed");
		BROKEN_IF(!il->limits_set, "limits taken and not set");
		BROKEN_IF(memcmp(&il->limits, s->input->limits, sizeof(il->limits)), "other limits");
		return NULL;
	}
	if (s->input->kind == INPUT_RELEASE)
		return il->limits_set ? "limits outlive the claim" : NULL;
	BROKEN_IF(!same || il->limits_set != old->limits_set, "limits changed by themselves");
	return NULL;
}

static const char *requested(const struct step *s)
{
	switch (s->input->kind) {
	case INPUT_COMMAND:
		return commanded(s);
	case INPUT_ARM:
		return armed(s);
	case INPUT_CLEAR:
		return cleared(s);
	case INPUT_DISARM:
	case INPUT_RELEASE:
	case INPUT_TRIP:
		return cryo_interlock_live(&s->after->il) ? "live after a stop" : NULL;
	case INPUT_SAMPLE:
	case INPUT_GUARD:
		return unnoticed(s->after);
	default:
		return NULL;
	}
}

/* Phases */

static const char *phases(const struct step *s)
{
	const struct cryo_interlock *old = &s->before->il, *il = &s->after->il;
	bool new_armed = il->phase == CRYO_ARMED && old->phase != CRYO_ARMED;
	bool new_arming = il->phase == CRYO_ARMING && old->phase != CRYO_ARMING;

	BROKEN_IF(new_armed && old->phase != CRYO_ARMING, "armed without an arm sequence");
	BROKEN_IF(new_armed && s->before->seen.pulses + is_sequence(s->input) < 4,
		  "armed before the one-shot is up");
	BROKEN_IF(new_armed && il->config.has_sense && !s->input->lines.supply_sense,
		  "armed without supply");
	BROKEN_IF(new_arming && s->input->kind != INPUT_ARM, "arming by itself");
	BROKEN_IF(cryo_interlock_live(il) && !il->limits_set, "live without limits");
	return NULL;
}

static const char *pulse(const struct step *s)
{
	if (!s->outcome->pulse)
		return NULL;
	BROKEN_IF(!cryo_interlock_live(&s->after->il), "a pulse while neither armed nor arming");
	BROKEN_IF(s->before->seen.pulsed, "a second pulse for one period");
	return NULL;
}

const char *invariants_broken(const struct world *before, const struct input *input,
			      const struct outcome *outcome, const struct world *after)
{
	const struct step s = { before, input, outcome, after };

	BROKEN_BY(ranges(&s));
	BROKEN_BY(energy(&s));
	BROKEN_BY(flow_given(&s));
	BROKEN_BY(modulators(&s));
	BROKEN_BY(status(&s));
	BROKEN_BY(faults(&s));
	BROKEN_BY(phases(&s));
	BROKEN_BY(limited(&s));
	BROKEN_BY(pulse(&s));
	return requested(&s);
}
