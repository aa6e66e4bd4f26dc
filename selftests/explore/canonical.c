// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The abstraction. All times are counted from now, and all samples from the latest one. A time that
 * has passed its last use stands still there. A time with a long way to its use (to the end of a
 * thaw, of the settling of the sense line) is exact near both ends, and stands still in between, as
 * nothing looks at it there; it gets to its end by INPUT_CALM or by a long INPUT_PASS. What nothing
 * but records and statistics will show is forgotten; records are checked when they are made.
 *
 * explore.c takes steps beside each other in worlds that are kept canonical and in worlds that are
 * not, and compares what comes out.
 */
#include "selftests/explore/canonical.h"

/* As in interlock.c and contracts.md. */
#define PULSE_GAP_NS	(100 * MS)
#define SENSE_OFF_NS	(1100 * MS)
#define SENSE_WRONG_NS	(5 * MS)
#define SENSE_ON_NS	(200 * MS)
#define ARM_PULSES	4
#define MISSES_SHOWN	50
/* Where missed periods stand that are neither new nor about to be forgotten. */
#define MISSES_PARKED	10

/* A modulator has forgotten the cycle after so many periods. */
#define CYCLES_SHOWN	4

struct clock {
	s64 now_ns;
	s64 step_ns;
};

/* Counted from now, and not further away than told. */
static void shift(const struct clock *c, s64 *t, s64 past_ns, s64 future_ns)
{
	*t = CANONICAL_NS + clamp(*t - c->now_ns, -past_ns, future_ns);
}

/* An age that matters when it reaches horizon_ns. */
static void shift_long(const struct clock *c, s64 *t, s64 horizon_ns)
{
	s64 age_ns = c->now_ns - *t;

	if (age_ns > 2 * c->step_ns && age_ns < horizon_ns - c->step_ns)
		age_ns = 3 * c->step_ns;
	*t = CANONICAL_NS - clamp(age_ns, 0LL, horizon_ns);
}

/* Whole periods that are long overdue are alike, but the sampler's phase stays. */
static void shift_due(const struct clock *c, s64 *due_ns, u32 period_us)
{
	s64 period_ns = period_us * 1000LL;
	s64 overdue_ns = c->now_ns - *due_ns;
	s64 most_ns = max(2 * period_ns, 30 * MS) + 2 * period_ns;

	if (overdue_ns > most_ns)
		overdue_ns = most_ns + (overdue_ns - most_ns) % period_ns;
	*due_ns = CANONICAL_NS - overdue_ns;
}

/* A sample's number; all that are older than the onlooker remembers are alike. */
static u64 number(const struct cryo_interlock *il, u64 seq)
{
	u64 age = min(il->last.seq - seq, (u64)WORLD_SAMPLES);

	return il->last.seq ? CANONICAL_SEQ - age : 0;
}

static void canonical_samples(struct cryo_interlock *il, const struct clock *c)
{
	s64 horizon_ns = il->config.caps.validity_max_ms * MS;
	s64 sample_ns[CRYO_SAMPLE_TIMES] = {};

	for (u64 age = 0; age < WORLD_SAMPLES && age < il->last.seq; age++) {
		s64 *to = &sample_ns[(CANONICAL_SEQ - age) % CRYO_SAMPLE_TIMES];

		*to = il->sample_ns[(il->last.seq - age) % CRYO_SAMPLE_TIMES];
		shift(c, to, horizon_ns, 0);
	}
	memcpy(il->sample_ns, sample_ns, sizeof(sample_ns));
}

static void canonical_last(struct cryo_interlock *il, const struct clock *c)
{
	struct cryo_period *last = &il->last;
	for (u32 i = 0; i < CRYOPROBE_CHANNELS_MAX; i++)
		last->value[i].status &= ~CRYOPROBE_VALUE_FRESH;
	last->time_ns = 0;
	last->due_ns = 0;
	last->missed = 0;
	shift_due(c, &last->next_due_ns, il->period_us);
	if (last->seq)
		last->seq = CANONICAL_SEQ;
}

static void canonical_command(struct cryo_interlock *il, const struct clock *c,
			      const struct abstraction *a)
{
	bool armed = il->phase == CRYO_ARMED;

	il->arm_seq = armed ? number(il, il->arm_seq) : 0;
	il->command_seq = armed ? number(il, il->command_seq) : 0;
	if (!armed) {
		il->idle_since_ns = 0;
		return;
	}
	shift(c, &il->grant_ns, 0, S64_MAX / 4);
	shift(c, &il->tail_ns, 0, S64_MAX / 4);
	shift(c, &il->idle_since_ns, a->no_idle ? 0 : il->limits.idle_max_ms * MS, 0);
}

static void canonical_pulse(struct cryo_interlock *il, const struct clock *c)
{
	s64 sense_on_ns = SENSE_ON_NS + ARM_PULSES * il->period_us * 1000LL + c->step_ns;

	il->pulse_seq = il->pulse_seq == il->last.seq ? number(il, il->last.seq) : 0;
	if (il->config.has_sense)
		shift_long(c, &il->pulse_ns, SENSE_OFF_NS + c->step_ns);
	else
		shift(c, &il->pulse_ns, PULSE_GAP_NS, 0);
	if (!cryo_interlock_live(il)) {
		il->pulses = 0;
		il->pulse_seq = 0;
	}
	if (il->phase == CRYO_ARMING && il->config.has_sense && il->pulses)
		shift(c, &il->arming_ns, sense_on_ns, 0);
	else
		il->arming_ns = 0;
	if (il->sense_wrong)
		shift(c, &il->sense_wrong_ns, SENSE_WRONG_NS, 0);
	else
		il->sense_wrong_ns = 0;
}

/* How many, as far as it matters; all are forgotten in INPUT_CALM at once. */
static u64 park(u64 misses)
{
	u32 n = min(__builtin_popcountll(misses & ((1ULL << MISSES_SHOWN) - 1)), 3);

	return ((1ULL << n) - 1) << MISSES_PARKED;
}

static void canonical_history(struct cryo_interlock *il)
{
	il->misses = park(il->misses);
	for (u32 i = 0; i < CRYOPROBE_CHANNELS_MAX; i++)
		il->bad[i] &= il->config.required & BIT(i) ? 0x1f : 0;
	il->missed = 0;
	il->late = 0;
	il->fault_seq = 1000;
	memset(il->record, 0, sizeof(il->record));
	if (!il->latched)
		il->first = 0;
}

static void canonical_slope(struct cryo_slope *slope, const struct clock *c, bool newest_only)
{
	u32 points = min(slope->count, newest_only ? 1U : CRYO_SLOPE_POINTS);
	struct cryo_slope old = *slope;

	memset(slope, 0, sizeof(*slope));
	for (u32 i = old.count - points; i != old.count; i++) {
		s64 time_ns = old.time_ns[i % CRYO_SLOPE_POINTS];

		if (c->now_ns - time_ns > 300 * MS && i + 1 != old.count)
			continue;
		shift(c, &time_ns, newest_only ? 0 : 300 * MS + c->step_ns, 0);
		cryo_slope_add(slope, time_ns, old.mdegc[i % CRYO_SLOPE_POINTS]);
	}
}

/* No part of the window ends where the window is not what is looked at. */
static void canonical_freeze(struct cryo_interlock *il, const struct clock *c,
			     const struct abstraction *a)
{
	struct cryo_freeze *freeze = &il->freeze;
	s64 passed_ns = freeze->active ? c->now_ns - freeze->counted_ns : 0;
	s64 total_ns = min(cryo_freeze_total_ns(freeze) + passed_ns,
			   il->config.caps.total_max_ms * MS);

	freeze->length_ns = min(freeze->length_ns + passed_ns,
				il->config.caps.freeze_max_ms * MS);
	if (a->no_freeze) {
		total_ns = 0;
		memset(freeze, 0, offsetof(struct cryo_freeze, part_ns));
		freeze->flow_ns = c->now_ns;
	}
	if (!freeze->active)
		freeze->length_ns = 0;
	/* Of use only to what the explorer does not look at. */
	freeze->ended = false;
	freeze->ended_ns = 0;
	memset(freeze->spent_ns, 0, sizeof(freeze->spent_ns));
	freeze->spent_ns[0] = total_ns;
	freeze->part = 0;
	freeze->part_end_ns = CANONICAL_NS + freeze->part_ns;
	freeze->counted_ns = CANONICAL_NS;
	shift_long(c, &freeze->flow_ns, CRYO_THAW_ASSUMED_NS);
	if (freeze->warm)
		shift_long(c, &freeze->warm_ns, CRYO_THAWED_NS);
	else
		freeze->warm_ns = 0;
}

static void canonical_heat(struct cryo_interlock *il, const struct clock *c, bool no_heat)
{
	cryo_heat_count(&il->heat, il->thaw, c->now_ns);
	il->heat.heated_ns = no_heat ? 0 : min(il->heat.heated_ns, il->config.caps.heat_max_ms * MS);
	il->heat.counted_ns = CANONICAL_NS;
}

/* The scenarios' tips are plausible: none moves far, stands still, or is under full flow for long. */
static void canonical_plausibility(struct cryo_interlock *il)
{
	u32 resolution_mdegc = il->plausibility.resolution_mdegc;

	memset(&il->plausibility, 0, sizeof(il->plausibility));
	il->plausibility.resolution_mdegc = resolution_mdegc;
	il->last.tip_code = 0;
}

static void canonical_valves(struct cryo_valves *valves, const struct clock *c)
{
	shift(c, &valves->rest_ns, 0, S64_MAX / 4);
	if (cryo_valves_testing(valves)) {
		shift(c, &valves->end_ns, c->step_ns, S64_MAX / 4);
	} else {
		valves->end_ns = 0;
		valves->high_mdegc = 0;
		valves->fallen = 0;
	}
	valves->fall_mdegc = 0;
	if (!valves->times.open_ms)
		valves->rest_ns = 0;
}

static void canonical_modulator(struct cryo_modulator *m, const struct clock *c)
{
	shift(c, &m->changed_ns, max(m->min_on_ns, m->min_off_ns), 0);
	if (m->open)
		shift(c, &m->close_ns, 0, S64_MAX / 4);
	else
		m->close_ns = 0;
	if (!m->running) {
		m->cycle_ns = 0;
		m->late_ns = 0;
		m->opened_ns = 0;
		m->due_ns = 0;
		return;
	}
	shift(c, &m->cycle_ns, CYCLES_SHOWN * m->period_ns, m->period_ns);
	shift(c, &m->opened_ns, CYCLES_SHOWN * m->period_ns, 0);
	if (m->due_ns != S64_MAX)
		shift(c, &m->due_ns, 0, CYCLES_SHOWN * m->period_ns);
}

static void canonical_thaw(struct onlooker *seen, const struct cryo_interlock *il,
			   const struct clock *c, bool no_freeze)
{
	if (no_freeze) {
		seen->freezing = false;
		seen->warm = false;
		seen->flow_ns = c->now_ns;
	}
	if (seen->freezing)
		shift(c, &seen->frozen_ns, il->config.caps.freeze_max_ms * MS, 0);
	else
		seen->frozen_ns = 0;
	shift_long(c, &seen->flow_ns, CRYO_THAW_ASSUMED_NS);
	if (seen->warm)
		shift_long(c, &seen->warm_ns, CRYO_THAWED_NS);
	else
		seen->warm_ns = 0;
}

static void canonical_onlooker(struct onlooker *seen, const struct cryo_interlock *il,
			       const struct clock *c)
{
	s64 horizon_ns = il->config.caps.validity_max_ms * MS;

	for (unsigned int i = 0; i < WORLD_SAMPLES; i++)
		shift(c, &seen->sample_ns[i], horizon_ns, 0);
	seen->bad &= il->config.required & 1 ? 0x1f : 0;
	shift(c, &seen->until_ns, 0, S64_MAX / 4);
	shift(c, &seen->pulse_ns, PULSE_GAP_NS, 0);
	shift_due(c, &seen->due_ns, il->period_us);
	shift(c, &seen->wrong_ns, SENSE_WRONG_NS, 0);
	if (!seen->wrong)
		seen->wrong_ns = 0;
	if (!cryo_interlock_live(il)) {
		seen->until_ns = 0;
		seen->flow = 0;
		seen->thaw = 0;
		seen->pulse_ns = 0;
		seen->pulses = 0;
		seen->pulsed = false;
	}
	if (!il->config.valve_times.open_ms)
		seen->tested = 0;
}

void canonical(struct world *w, const struct abstraction *a)
{
	struct clock c = { w->now_ns, a->step_ns };
	struct cryo_interlock *il = &w->il;

	canonical_onlooker(&w->seen, il, &c);
	canonical_thaw(&w->seen, il, &c, a->no_freeze);
	canonical_samples(il, &c);
	canonical_command(il, &c, a);
	canonical_pulse(il, &c);
	canonical_history(il);
	canonical_slope(&il->tip, &c, a->no_slope);
	canonical_freeze(il, &c, a);
	canonical_heat(il, &c, a->no_heat);
	canonical_plausibility(il);
	canonical_last(il, &c);
	canonical_valves(&il->valves, &c);
	canonical_modulator(&w->out.valve, &c);
	canonical_modulator(&w->out.heater, &c);
	w->now_ns = CANONICAL_NS;
}
