// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interlock. Causes of faults are levels: every look recomputes which of
 * them stand, a standing cause latches while armed (some latch always), and
 * what is latched is only cleared when its cause is gone.
 *
 *	code		looked at	latches		cause is gone when
 *	BOUND		bind		at bind		at once
 *	ESTOP		tick		always		the line reads released
 *	EXPIRED		tick, command	armed		at once: nothing is granted
 *	RELEASED	release		armed		at once: there is a new claim
 *	LATE		tick		armed		a period has finished
 *	MISSED		period		armed		less than 3 of the last 50 missed
 *	PULSE_GAP	tick, pulse	armed		at once: arming starts the pulse anew
 *	SENSOR_*	period		armed		less than 3 of the last 5 readings bad
 *	SCALE		period		armed		at once: arming takes the new scale
 *	FLOOR		period		armed		the prediction is above the floor
 *	CHANNEL_LIMIT	period		armed		the last reading is within the limits
 *	FREEZE_TIME	tick, command	flow		at once: there is no flow
 *	TOTAL_TIME	tick, command	flow		at once: there is no flow
 *	IDLE_TIME	tick		armed		at once: not armed
 *	SUPPLY_SENSE	tick		armed		the line reads as expected
 *	SUSPEND		trip		always		resumed
 *	SHUTDOWN	trip		always		never
 *	REMOVED		trip		always		never
 *	STUCK_OPEN	period		always		not below the prediction, or 5 s are over
 *	NO_RESPONSE	period		armed		at once: there is no flow
 *	REVERSED	period		armed		at once: there is no flow
 *	STEP		period		armed		less than 3 of the last 5 readings jumped
 *	STUCK_CODE	period		armed		at once: there is no flow
 *	PRESSURE_LOW	period		armed		the last reading is within the limits
 *	PRESSURE_HIGH	period		armed		the last reading is within the limits
 *	OVERHEAT	tick, period	heating		at once: there is no heating
 *	OUTPUT		tick		always		all lines read back as they are driven
 *	TEST_ONE_SHOT	tick		not armed	the line reads as expected
 *	TEST_SUPPLY	tick		arming		at once: arming tests again
 *	TEST_*_VALVE	period		testing		at once: arming tests again
 *	TEST_SENSORS	arm		arming		at once: arming tests again
 *	TEST_ESTOP	arm		arming		the line has read pressed, and then released
 *
 * The sampler makes a period, the guard makes ticks.
 */
#include "interlock.h"

#define NO_CHANNEL		(-1)

/* A sensor is lost when this many of its last readings were bad. */
#define BAD_READINGS		3
#define BAD_READINGS_OF		0x1f	/* the last 5 */
/* Readings in a row that must be beyond a limit: one may be noise. */
#define OUTSIDE_READINGS	2

#define LATE_MIN_NS		(30 * CRYO_NS_PER_MS)
#define MISSES_MAX		3
#define MISSES_OF		((1ULL << 50) - 1)

/* The one-shot drops when no edge comes for this long. */
#define PULSE_GAP_NS		(100 * CRYO_NS_PER_MS)
/* Edges that surely bring the one-shot up. */
#define PULSES_TO_ARM		4
/* From a change of the one-shot to a steady sense line; off is in no hurry. */
#define SENSE_ON_SETTLE_NS	(200 * CRYO_NS_PER_MS)
#define SENSE_OFF_SETTLE_NS	(1000 * CRYO_NS_PER_MS)
/* How long it must read wrong: longer than a relay bounces. */
#define SENSE_WRONG_NS		(5 * CRYO_NS_PER_MS)

#define IDLE_ABOVE_MDEGC	0

/*
 * A needle that is in nobody, or thawed in somebody, is as warm as the room,
 * which the cold junction knows, or as a body.
 */
#define BELOW_JUNCTION_MDEGC	20000
#define ABOVE_JUNCTION_MDEGC	30000

#define SENSOR_FAULTS		(BIT_ULL(CRYOPROBE_FAULT_SENSOR_IO) | \
				 BIT_ULL(CRYOPROBE_FAULT_SENSOR_OPEN) | \
				 BIT_ULL(CRYOPROBE_FAULT_SENSOR_SHORT) | \
				 BIT_ULL(CRYOPROBE_FAULT_SENSOR_RANGE))
#define PLAUSIBILITY_FAULTS	(BIT_ULL(CRYOPROBE_FAULT_STUCK_OPEN) | \
				 BIT_ULL(CRYOPROBE_FAULT_NO_RESPONSE) | \
				 BIT_ULL(CRYOPROBE_FAULT_REVERSED) | \
				 BIT_ULL(CRYOPROBE_FAULT_STEP) | \
				 BIT_ULL(CRYOPROBE_FAULT_STUCK_CODE))
#define SENSE_FAULTS		(BIT_ULL(CRYOPROBE_FAULT_SUPPLY_SENSE) | \
				 BIT_ULL(CRYOPROBE_FAULT_TEST_ONE_SHOT))
/* Recomputed with each period. */
#define PERIOD_FAULTS		(SENSOR_FAULTS | \
				 BIT_ULL(CRYOPROBE_FAULT_MISSED) | \
				 BIT_ULL(CRYOPROBE_FAULT_FLOOR) | \
				 PLAUSIBILITY_FAULTS | \
				 BIT_ULL(CRYOPROBE_FAULT_PRESSURE_LOW) | \
				 BIT_ULL(CRYOPROBE_FAULT_PRESSURE_HIGH) | \
				 BIT_ULL(CRYOPROBE_FAULT_CHANNEL_LIMIT))
/* Latch in every state. */
#define ALWAYS_FAULTS		(BIT_ULL(CRYOPROBE_FAULT_ESTOP) | \
				 BIT_ULL(CRYOPROBE_FAULT_STUCK_OPEN) | \
				 BIT_ULL(CRYOPROBE_FAULT_OUTPUT) | \
				 BIT_ULL(CRYOPROBE_FAULT_SUPPLY_SENSE) | \
				 BIT_ULL(CRYOPROBE_FAULT_TEST_ONE_SHOT))

static s32 to_ms(s64 ns)
{
	return clamp(div_s64(ns, CRYO_NS_PER_MS), (s64)0, (s64)S32_MAX);
}

/**
 * cryo_interlock_live() - tell whether it is armed, or about to be
 * @il: the interlock
 *
 * Return: true if so.
 */
bool cryo_interlock_live(const struct cryo_interlock *il)
{
	return il->phase == CRYO_ARMED || il->phase == CRYO_ARMING;
}

static s64 period_ns(const struct cryo_interlock *il)
{
	return il->period_us * 1000LL;
}

static s64 validity_ns(const struct cryo_interlock *il)
{
	return il->limits.validity_ms * CRYO_NS_PER_MS;
}

static s64 late_ns(const struct cryo_interlock *il)
{
	return max(2 * period_ns(il), LATE_MIN_NS);
}

static bool tip_valid(const struct cryo_interlock *il)
{
	return il->last.value[0].status & CRYOPROBE_VALUE_VALID;
}

/* Every way out of ARMED comes through here. */
static void stop(struct cryo_interlock *il, enum cryo_phase phase)
{
	il->phase = phase;
	il->flow = 0;
	il->thaw = 0;
	il->grant_ns = 0;
	il->tail_ns = 0;
	il->command_seq = 0;
	cryo_valves_stop(&il->valves);
}

static void latch(struct cryo_interlock *il, enum cryoprobe_fault code, s32 channel, s32 value,
		  s32 limit, s64 now_ns)
{
	stop(il, CRYO_FAULT);
	if (il->latched & BIT_ULL(code))
		return;
	if (!il->latched)
		il->first = code;
	il->latched |= BIT_ULL(code);
	il->fault_seq++;
	il->record[code] = (struct cryoprobe_fault_record) {
		.code = code,
		.channel = channel,
		.value = value,
		.limit = limit,
		.time_ns = now_ns,
		.sample_seq = il->last.seq,
	};
}

/* The cause stands now. */
static void report(struct cryo_interlock *il, enum cryoprobe_fault code, s32 channel, s32 value,
		   s32 limit, s64 now_ns)
{
	il->standing |= BIT_ULL(code);
	if (cryo_interlock_live(il) || (ALWAYS_FAULTS & BIT_ULL(code)))
		latch(il, code, channel, value, limit, now_ns);
}

static void withdraw(struct cryo_interlock *il, enum cryoprobe_fault code)
{
	il->standing &= ~BIT_ULL(code);
}

/* Time */

static void check_expiry(struct cryo_interlock *il, s64 now_ns)
{
	if (il->phase != CRYO_ARMED || now_ns < il->grant_ns)
		return;
	latch(il, CRYOPROBE_FAULT_EXPIRED, NO_CHANNEL,
	      to_ms(now_ns - il->grant_ns + validity_ns(il)), il->limits.validity_ms, now_ns);
}

static void check_freeze_time(struct cryo_interlock *il, s64 now_ns)
{
	s32 length_ms = to_ms(il->freeze.length_ns);
	s32 total_ms = to_ms(cryo_freeze_total_ns(&il->freeze));

	if (!il->flow)
		return;
	if (length_ms >= (s32)il->limits.freeze_max_ms)
		latch(il, CRYOPROBE_FAULT_FREEZE_TIME, NO_CHANNEL, length_ms,
		      il->limits.freeze_max_ms, now_ns);
	if (total_ms >= (s32)il->limits.total_max_ms)
		latch(il, CRYOPROBE_FAULT_TOTAL_TIME, NO_CHANNEL, total_ms,
		      il->limits.total_max_ms, now_ns);
}

static void check_heat_time(struct cryo_interlock *il, s64 now_ns)
{
	s32 heated_ms = to_ms(il->heat.heated_ns);

	if (il->thaw && heated_ms >= (s32)il->limits.heat_max_ms)
		latch(il, CRYOPROBE_FAULT_OVERHEAT, NO_CHANNEL, heated_ms,
		      il->limits.heat_max_ms, now_ns);
}

static void check_idle(struct cryo_interlock *il, s64 now_ns)
{
	bool cold = tip_valid(il) && il->last.value[0].value <= IDLE_ABOVE_MDEGC;

	if (il->phase != CRYO_ARMED || il->flow || il->thaw || cold ||
	    cryo_valves_testing(&il->valves)) {
		il->idle_since_ns = now_ns;
		return;
	}
	if (to_ms(now_ns - il->idle_since_ns) >= (s32)il->limits.idle_max_ms)
		latch(il, CRYOPROBE_FAULT_IDLE_TIME, NO_CHANNEL,
		      to_ms(now_ns - il->idle_since_ns), il->limits.idle_max_ms, now_ns);
}

static void check_late(struct cryo_interlock *il, s64 now_ns)
{
	s64 overdue_ns = now_ns - il->last.next_due_ns;

	if (il->sampling && overdue_ns > late_ns(il))
		report(il, CRYOPROBE_FAULT_LATE, NO_CHANNEL, to_ms(overdue_ns),
		       to_ms(late_ns(il)), now_ns);
	else
		withdraw(il, CRYOPROBE_FAULT_LATE);
}

/* What time alone does, whoever looks first. */
static void pass_time(struct cryo_interlock *il, s64 now_ns)
{
	cryo_freeze_count(&il->freeze, il->flow, now_ns);
	cryo_heat_count(&il->heat, il->thaw, now_ns);
	cryo_valves_disturb(&il->valves, il->flow, il->thaw, now_ns);
	cryo_valves_pass(&il->valves, now_ns);
	check_freeze_time(il, now_ns);
	check_heat_time(il, now_ns);
	check_expiry(il, now_ns);
	check_idle(il, now_ns);
}

/* Sensors */

static u32 required(const struct cryo_interlock *il)
{
	return il->config.required | (il->limits_set ? il->limits.channel_mask : 0);
}

static enum cryoprobe_fault sensor_code(u32 status)
{
	if (status & CRYOPROBE_VALUE_OPEN)
		return CRYOPROBE_FAULT_SENSOR_OPEN;
	if (status & CRYOPROBE_VALUE_SHORT)
		return CRYOPROBE_FAULT_SENSOR_SHORT;
	if (status & CRYOPROBE_VALUE_RANGE)
		return CRYOPROBE_FAULT_SENSOR_RANGE;
	return CRYOPROBE_FAULT_SENSOR_IO;
}

static bool outside(const struct cryo_interlock *il, u32 i)
{
	const struct cryoprobe_range *range = cryo_interlock_range(il, i);
	s32 value = il->last.value[i].value;

	return range && (value < range->min || value > range->max);
}

/* Takes a reading into the debouncing history of its channel. */
static void note_reading(struct cryo_interlock *il, u32 i)
{
	u32 status = il->last.value[i].status;

	if (!(status & CRYOPROBE_VALUE_FRESH))
		return;
	il->bad[i] <<= 1;
	if (!(status & CRYOPROBE_VALUE_VALID))
		il->bad[i] |= 1;
	else if (!outside(il, i))
		il->outside[i] = 0;
	else if (il->outside[i] < OUTSIDE_READINGS)
		il->outside[i]++;
}

static enum cryoprobe_fault range_code(const struct cryo_interlock *il, u32 i, bool low)
{
	if (!(il->config.pressures & BIT(i)))
		return CRYOPROBE_FAULT_CHANNEL_LIMIT;
	return low ? CRYOPROBE_FAULT_PRESSURE_LOW : CRYOPROBE_FAULT_PRESSURE_HIGH;
}

static void check_range(struct cryo_interlock *il, u32 i, s64 now_ns)
{
	const struct cryoprobe_range *range = cryo_interlock_range(il, i);
	s32 value = il->last.value[i].value;
	bool low;

	if (!range || il->outside[i] < OUTSIDE_READINGS)
		return;
	low = value < range->min;
	report(il, range_code(il, i, low), i, value, low ? range->min : range->max, now_ns);
}

static void check_channel(struct cryo_interlock *il, u32 i, s64 now_ns)
{
	const struct cryoprobe_value *v = &il->last.value[i];
	u32 bad = hweight8(il->bad[i] & BAD_READINGS_OF);

	if (bad >= BAD_READINGS) {
		/* It may fail in another way by now, and yet it is lost. */
		il->standing |= il->latched & SENSOR_FAULTS;
		report(il, sensor_code(v->status), i, v->value, bad, now_ns);
	}
}

static s32 tip_floor(const struct cryo_interlock *il)
{
	return il->limits_set ? il->limits.tip_floor_mdegc : il->config.caps.tip_floor_mdegc;
}

static s32 predicted_tip(const struct cryo_interlock *il)
{
	s64 lead_ns = (il->config.tail_ms + il->config.lag_ms) * CRYO_NS_PER_MS +
		      2 * period_ns(il);

	return cryo_slope_lowest(&il->tip, lead_ns);
}

static void look_at_plausibility(struct cryo_interlock *il)
{
	struct cryo_tip_look look = {
		.time_ns = il->last.time_ns,
		.mdegc = il->last.value[0].value,
		.code = il->last.tip_code,
		.lowest_mdegc = predicted_tip(il),
		.flow_permille = il->flow,
	};

	cryo_plausibility_look(&il->plausibility, &look);
}

static void note_tip(struct cryo_interlock *il, s64 now_ns)
{
	const struct cryoprobe_value *tip = &il->last.value[0];

	cryo_freeze_look(&il->freeze, tip_valid(il), tip->value, now_ns);
	if (!tip_valid(il))
		return;
	cryo_slope_add(&il->tip, il->last.time_ns, tip->value);
	look_at_plausibility(il);
	cryo_heat_look(&il->heat, il->thaw, tip->value, il->limits.heat_max_mdegc);
	cryo_valves_look(&il->valves, tip->value);
	if (predicted_tip(il) >= tip_floor(il))
		il->below_floor = 0;
	else if (il->below_floor < OUTSIDE_READINGS)
		il->below_floor++;
}

static void check_plausibility(struct cryo_interlock *il, s64 now_ns)
{
	const struct cryo_plausibility *p = &il->plausibility;
	u32 code;

	for (code = CRYO_PLAUSIBILITY_FIRST; code <= CRYO_PLAUSIBILITY_LAST; code++) {
		const struct cryo_finding *finding = &p->finding[code - CRYO_PLAUSIBILITY_FIRST];

		if (p->standing & BIT_ULL(code))
			report(il, code, 0, finding->value, finding->limit, now_ns);
	}
}

static void check_valves(struct cryo_interlock *il, s64 now_ns)
{
	u32 code = cryo_valves_failed(&il->valves);

	if (code)
		latch(il, code, 0, il->valves.fall_mdegc, CRYO_VALVES_FALL_MDEGC, now_ns);
}

/* Everything that a period decides; also looked at when arming. */
static void check_period(struct cryo_interlock *il, s64 now_ns)
{
	u32 i, misses = hweight64(il->misses & MISSES_OF);

	il->standing &= ~PERIOD_FAULTS;
	for (i = 0; i < il->config.channels; i++) {
		if (required(il) & BIT(i))
			check_channel(il, i, now_ns);
		check_range(il, i, now_ns);
	}
	if (il->below_floor >= OUTSIDE_READINGS)
		report(il, CRYOPROBE_FAULT_FLOOR, 0, predicted_tip(il), tip_floor(il), now_ns);
	check_plausibility(il, now_ns);
	check_valves(il, now_ns);
	if (il->heat.hot >= CRYO_HEAT_HOT)
		latch(il, CRYOPROBE_FAULT_OVERHEAT, 0, il->last.value[0].value,
		      il->limits.heat_max_mdegc, now_ns);
	if (misses >= MISSES_MAX)
		report(il, CRYOPROBE_FAULT_MISSED, NO_CHANNEL, misses, MISSES_MAX, now_ns);
	if (il->last.scale_changed && cryo_interlock_live(il))
		latch(il, CRYOPROBE_FAULT_SCALE, NO_CHANNEL, 0, 0, now_ns);
}

/**
 * cryo_interlock_period() - the sampler has finished a period
 * @il: the interlock
 * @period: what it has found
 * @now_ns: time now
 */
void cryo_interlock_period(struct cryo_interlock *il, const struct cryo_period *period,
			   s64 now_ns)
{
	u32 i;

	pass_time(il, now_ns);
	check_late(il, now_ns);
	if (now_ns - period->due_ns > late_ns(il))
		il->late++;
	il->missed += period->missed;
	for (i = 0; i < min(period->missed, 50U); i++)
		il->misses = il->misses << 1 | 1;
	il->misses <<= 1;

	il->last = *period;
	il->sample_ns[period->seq % CRYO_SAMPLE_TIMES] = period->time_ns;
	for (i = 0; i < il->config.channels; i++)
		note_reading(il, i);
	note_tip(il, now_ns);
	check_period(il, now_ns);
}

/* Lines and pulse */

static void check_estop(struct cryo_interlock *il, const struct cryo_lines *lines, s64 now_ns)
{
	withdraw(il, CRYOPROBE_FAULT_ESTOP);
	if (!lines->estop_released)
		il->estop_pressed = true;
	else if (il->estop_pressed)
		il->estop_tried = true;
	if (il->estop_tried)
		withdraw(il, CRYOPROBE_FAULT_TEST_ESTOP);
	if (!lines->estop_released)
		report(il, CRYOPROBE_FAULT_ESTOP, NO_CHANNEL, 0, 1, now_ns);
	else if (lines->estop_edge)
		latch(il, CRYOPROBE_FAULT_ESTOP, NO_CHANNEL, 0, 1, now_ns);
}

static void check_outputs(struct cryo_interlock *il, const struct cryo_lines *lines, s64 now_ns)
{
	withdraw(il, CRYOPROBE_FAULT_OUTPUT);
	if (lines->found != lines->driven)
		report(il, CRYOPROBE_FAULT_OUTPUT, NO_CHANNEL, lines->found, lines->driven,
		       now_ns);
}

static void check_pulse_gap(struct cryo_interlock *il, s64 now_ns)
{
	s64 gap_ns = now_ns - il->pulse_ns;

	if (cryo_interlock_live(il) && il->pulses && gap_ns >= PULSE_GAP_NS)
		latch(il, CRYOPROBE_FAULT_PULSE_GAP, NO_CHANNEL, to_ms(gap_ns),
		      to_ms(PULSE_GAP_NS), now_ns);
}

/* The one-shot gets no edges, and has had the time to drop. */
static bool dropped(const struct cryo_interlock *il, s64 now_ns)
{
	bool pulsing = cryo_interlock_live(il) && il->pulses;

	return !pulsing && now_ns > il->pulse_ns + PULSE_GAP_NS + SENSE_OFF_SETTLE_NS;
}

/* What the sense line must read; false while the one-shot may be changing. */
static bool sense_known(const struct cryo_interlock *il, bool *ret_expected, s64 now_ns)
{
	*ret_expected = il->phase == CRYO_ARMED;
	return il->phase == CRYO_ARMED || dropped(il, now_ns);
}

static void check_sense(struct cryo_interlock *il, bool sense, s64 now_ns)
{
	bool expected;

	if (!il->config.has_sense)
		return;
	if (!sense_known(il, &expected, now_ns) || sense == expected) {
		il->sense_wrong = false;
		il->standing &= ~SENSE_FAULTS;
		return;
	}
	if (!il->sense_wrong)
		il->sense_wrong_ns = now_ns;
	il->sense_wrong = true;
	if (now_ns - il->sense_wrong_ns >= SENSE_WRONG_NS)
		report(il, expected ? CRYOPROBE_FAULT_SUPPLY_SENSE : CRYOPROBE_FAULT_TEST_ONE_SHOT,
		       NO_CHANNEL, sense, expected, now_ns);
}

/* The one-shot is up: flow may be asked for from now on. */
static void finish_arming(struct cryo_interlock *il, s64 now_ns)
{
	il->phase = CRYO_ARMED;
	il->arm_seq = il->last.seq;
	il->grant_ns = now_ns + validity_ns(il);
	il->idle_since_ns = now_ns;
	il->sense_wrong = false;
	cryo_valves_begin(&il->valves, now_ns);
}

static void go_on_arming(struct cryo_interlock *il, bool sense, s64 now_ns)
{
	if (il->phase != CRYO_ARMING || il->pulses < PULSES_TO_ARM)
		return;
	if (!il->config.has_sense || sense)
		finish_arming(il, now_ns);
	else if (now_ns - il->arming_ns > SENSE_ON_SETTLE_NS + PULSES_TO_ARM * period_ns(il))
		latch(il, CRYOPROBE_FAULT_TEST_SUPPLY, NO_CHANNEL, 0, 1, now_ns);
}

/**
 * cryo_interlock_tick() - the guard looks
 * @il: the interlock
 * @lines: the input lines as read now
 * @now_ns: time now
 */
void cryo_interlock_tick(struct cryo_interlock *il, const struct cryo_lines *lines, s64 now_ns)
{
	check_estop(il, lines, now_ns);
	check_outputs(il, lines, now_ns);
	pass_time(il, now_ns);
	check_late(il, now_ns);
	check_pulse_gap(il, now_ns);
	go_on_arming(il, lines->supply_sense, now_ns);
	check_sense(il, lines->supply_sense, now_ns);
}

/* An arm sequence first sees the one-shot without pulses: it must not be up. */
static bool may_pulse(const struct cryo_interlock *il, s64 now_ns)
{
	if (!cryo_interlock_live(il))
		return false;
	return il->pulses || !il->config.has_sense || (dropped(il, now_ns) && !il->sense_wrong);
}

/**
 * cryo_interlock_pulse() - ask whether to feed the one-shot now
 * @il: the interlock, after a tick
 * @now_ns: time now
 *
 * Return: true if an edge is to be given: armed, or arming and the one-shot has
 * been seen to drop; and the sampler has finished a period since the last edge.
 */
bool cryo_interlock_pulse(struct cryo_interlock *il, s64 now_ns)
{
	check_pulse_gap(il, now_ns);
	if (!may_pulse(il, now_ns) || il->last.seq == il->pulse_seq)
		return false;
	if (!il->pulses)
		il->arming_ns = now_ns;
	il->pulse_seq = il->last.seq;
	il->pulse_ns = now_ns;
	il->pulses = min(il->pulses + 1, (u32)PULSES_TO_ARM);
	return true;
}

/* Requests */

/**
 * cryo_interlock_init() - start in FAULT, because nobody has looked yet
 * @il: the interlock
 * @config: what the firmware says
 * @now_ns: time now
 */
void cryo_interlock_init(struct cryo_interlock *il, const struct cryo_interlock_config *config,
			 s64 now_ns)
{
	memset(il, 0, sizeof(*il));
	il->config = *config;
	il->plausibility.resolution_mdegc = config->tip_resolution_mdegc;
	il->valves.times = config->valve_times;
	/* The one-shot may still be up from the time before, and the tip be falling. */
	il->pulse_ns = now_ns;
	cryo_valves_disturb(&il->valves, true, false, now_ns);
	cryo_freeze_init(&il->freeze, config->caps.total_window_ms, now_ns);
	latch(il, CRYOPROBE_FAULT_BOUND, NO_CHANNEL, 0, 0, now_ns);
}

/**
 * cryo_interlock_start_sampling() - periods come from now on
 * @il: the interlock
 * @period_us: sampling period
 * @first_due_ns: when the first one is due
 */
void cryo_interlock_start_sampling(struct cryo_interlock *il, u32 period_us, s64 first_due_ns)
{
	il->period_us = period_us;
	il->last.next_due_ns = first_due_ns;
	il->misses = 0;
	il->sampling = true;
}

/**
 * cryo_interlock_stop_sampling() - no period is due any more
 * @il: the interlock
 */
void cryo_interlock_stop_sampling(struct cryo_interlock *il)
{
	il->sampling = false;
}

/**
 * cryo_interlock_release() - the controller has gone, and its limits with it
 * @il: the interlock
 * @now_ns: time now
 */
void cryo_interlock_release(struct cryo_interlock *il, s64 now_ns)
{
	pass_time(il, now_ns);
	if (cryo_interlock_live(il))
		latch(il, CRYOPROBE_FAULT_RELEASED, NO_CHANNEL, 0, 0, now_ns);
	il->limits_set = false;
	memset(&il->limits, 0, sizeof(il->limits));
	memset(il->outside, 0, sizeof(il->outside));
}

/* A sensor that was lost just now needs no debouncing: nothing is lost by waiting. */
static void check_readiness(struct cryo_interlock *il, s64 now_ns)
{
	u32 i;

	for (i = 0; i < il->config.channels; i++) {
		const struct cryoprobe_value *v = &il->last.value[i];

		if ((required(il) & BIT(i)) && !(v->status & CRYOPROBE_VALUE_VALID))
			latch(il, sensor_code(v->status), i, v->value, 1, now_ns);
	}
}

/* Sensors that agree with nothing near them are broken, or wired wrongly. */
static void test_sensors(struct cryo_interlock *il, s64 now_ns)
{
	s32 junction_mdegc = il->last.value[il->config.cold_junction].value;
	s32 difference;
	u32 i;

	if (cryo_freeze_recent(&il->freeze, now_ns))
		return;
	for (i = 0; i < il->config.channels; i++) {
		const struct cryoprobe_value *v = &il->last.value[i];

		if (!(il->config.compared & BIT(i)) || !(v->status & CRYOPROBE_VALUE_VALID))
			continue;
		difference = v->value - junction_mdegc;
		if (difference < -BELOW_JUNCTION_MDEGC || difference > ABOVE_JUNCTION_MDEGC)
			latch(il, CRYOPROBE_FAULT_TEST_SENSORS, i, v->value, junction_mdegc,
			      now_ns);
	}
}

static void test_estop(struct cryo_interlock *il, s64 now_ns)
{
	if (!il->estop_tried)
		report(il, CRYOPROBE_FAULT_TEST_ESTOP, NO_CHANNEL, 0, 1, now_ns);
}

static bool timing_allows_arming(const struct cryo_interlock *il, u32 work_us)
{
	return il->period_us <= CRYO_ARM_PERIOD_MAX_US &&
	       il->limits.validity_ms >= cryo_interlock_validity_min_ms(il) &&
	       (u64)work_us * 100 <= (u64)il->period_us * CRYO_WORK_MAX_PERCENT;
}

/**
 * cryo_interlock_arm() - begin the arm sequence
 * @il: the interlock
 * @work_us: mean work of the sampler in a period
 * @now_ns: time now
 *
 * The sequence goes on by ticks and pulses, and ends in ARMED or FAULT.
 *
 * Return: 0, -EALREADY if armed or arming, -EIO if a fault is latched or stands
 * in the way (it is latched then), -ENODATA without limits, -EAGAIN before the
 * first sample, -ERANGE if the sampling period is above 50 ms or more than a
 * third of the validity, or if work takes more than 70 % of it.
 */
int cryo_interlock_arm(struct cryo_interlock *il, u32 work_us, s64 now_ns)
{
	if (cryo_interlock_live(il))
		return -EALREADY;
	if (il->phase == CRYO_FAULT)
		return -EIO;
	if (!il->limits_set)
		return -ENODATA;
	if (!il->last.seq || !il->sampling)
		return -EAGAIN;
	if (!timing_allows_arming(il, work_us))
		return -ERANGE;

	il->phase = CRYO_ARMING;
	il->pulses = 0;
	il->pulse_seq = il->last.seq;
	/* The scale is compared with the one found here. */
	il->last.scale_changed = false;
	check_readiness(il, now_ns);
	check_period(il, now_ns);
	check_late(il, now_ns);
	test_sensors(il, now_ns);
	test_estop(il, now_ns);
	return il->phase == CRYO_FAULT ? -EIO : 0;
}

/**
 * cryo_interlock_disarm() - everything off; a latched fault stays
 * @il: the interlock
 * @now_ns: time now
 */
void cryo_interlock_disarm(struct cryo_interlock *il, s64 now_ns)
{
	pass_time(il, now_ns);
	if (cryo_interlock_live(il))
		stop(il, CRYO_DISARMED);
}

static s64 sample_age_ns(const struct cryo_interlock *il, u64 seq, s64 now_ns)
{
	if (il->last.seq - seq >= CRYO_SAMPLE_TIMES)
		return S64_MAX;
	return now_ns - il->sample_ns[seq % CRYO_SAMPLE_TIMES];
}

static enum cryoprobe_verdict judge(const struct cryo_interlock *il, u64 sample_seq, u32 flow,
				    u32 thaw, s64 now_ns)
{
	if (il->phase == CRYO_FAULT)
		return CRYOPROBE_VERDICT_FAULT;
	if (il->phase != CRYO_ARMED)
		return CRYOPROBE_VERDICT_DISARMED;
	if (flow > CRYOPROBE_FULL_FLOW || thaw > CRYOPROBE_FULL_FLOW ||
	    (thaw && !(il->config.has_thaw && il->limits.heat_max_ms)))
		return CRYOPROBE_VERDICT_RANGE;
	if (flow && thaw)
		return CRYOPROBE_VERDICT_CONFLICT;
	if (sample_seq > il->last.seq)
		return CRYOPROBE_VERDICT_FUTURE;
	if (sample_seq < il->arm_seq)
		return CRYOPROBE_VERDICT_BEFORE_ARM;
	if (sample_seq <= il->command_seq)
		return CRYOPROBE_VERDICT_REPLAY;
	if (sample_age_ns(il, sample_seq, now_ns) >= validity_ns(il))
		return CRYOPROBE_VERDICT_STALE;
	if ((flow || thaw) && cryo_valves_testing(&il->valves))
		return CRYOPROBE_VERDICT_TESTING;
	return CRYOPROBE_VERDICT_GRANTED;
}

static void grant(struct cryo_interlock *il, u64 sample_seq, u32 flow, u32 thaw, s64 now_ns)
{
	if (flow)
		cryo_freeze_begin(&il->freeze, now_ns);
	if (thaw)
		il->tail_ns = now_ns;
	else if (il->flow && !flow)
		il->tail_ns = now_ns + il->config.tail_ms * CRYO_NS_PER_MS;
	il->flow = flow;
	il->thaw = thaw;
	il->command_seq = sample_seq;
	il->grant_ns = il->sample_ns[sample_seq % CRYO_SAMPLE_TIMES] + validity_ns(il);
}

/**
 * cryo_interlock_command() - judge the controller's command
 * @il: the interlock
 * @sample_seq: the sample that it answers
 * @flow: wanted flow per mille
 * @thaw: wanted thaw power per mille
 * @now_ns: time now
 *
 * A command that is refused leaves the one before in force, until that ends.
 * While the valves are tested, one for flow or thaw counts as one for nothing.
 *
 * Return: enum cryoprobe_verdict.
 */
u32 cryo_interlock_command(struct cryo_interlock *il, u64 sample_seq, u32 flow, u32 thaw,
			   s64 now_ns)
{
	enum cryoprobe_verdict verdict;

	pass_time(il, now_ns);
	check_late(il, now_ns);
	check_pulse_gap(il, now_ns);
	verdict = judge(il, sample_seq, flow, thaw, now_ns);
	if (verdict == CRYOPROBE_VERDICT_TESTING)
		grant(il, sample_seq, 0, 0, now_ns);
	if (verdict != CRYOPROBE_VERDICT_GRANTED)
		return verdict;
	grant(il, sample_seq, flow, thaw, now_ns);
	/* A freeze or a heating that is over its time already ends before it goes on. */
	check_freeze_time(il, now_ns);
	check_heat_time(il, now_ns);
	return il->phase == CRYO_FAULT ? CRYOPROBE_VERDICT_FAULT : verdict;
}

/**
 * cryo_interlock_clear() - take back latched faults
 * @il: the interlock
 * @fault_seq: the newest fault that the caller has seen
 *
 * Return: 0, -EAGAIN if there is a newer one, -EBUSY if the cause of one of
 * them still stands.
 */
int cryo_interlock_clear(struct cryo_interlock *il, u32 fault_seq)
{
	if (fault_seq != il->fault_seq)
		return -EAGAIN;
	if (il->latched & il->standing)
		return -EBUSY;
	if (!il->latched)
		return 0;
	il->latched = 0;
	il->phase = CRYO_DISARMED;
	return 0;
}

/**
 * cryo_interlock_trip() - latch a cause that others have found
 * @il: the interlock
 * @code: CRYOPROBE_FAULT_SUSPEND, _SHUTDOWN or _REMOVED; it stands from now on
 * @now_ns: time now
 */
void cryo_interlock_trip(struct cryo_interlock *il, enum cryoprobe_fault code, s64 now_ns)
{
	pass_time(il, now_ns);
	il->standing |= BIT_ULL(code);
	latch(il, code, NO_CHANNEL, 0, 0, now_ns);
}

/**
 * cryo_interlock_resume() - the system is awake again
 * @il: the interlock
 */
void cryo_interlock_resume(struct cryo_interlock *il)
{
	withdraw(il, CRYOPROBE_FAULT_SUSPEND);
}

/* Decisions */

/**
 * cryo_interlock_permit() - the one place that says what may be energised
 * @il: the interlock
 * @now_ns: time now
 *
 * The vent is shut while flow is granted or its tail runs, and open otherwise;
 * the supply valve goes with it. In the test of the valves FREEZE is alone.
 *
 * Return: mask of CRYOPROBE_OUT_*; FREEZE and THAW are never both in it.
 */
u32 cryo_interlock_permit(const struct cryo_interlock *il, s64 now_ns)
{
	if (il->phase != CRYO_ARMED || now_ns >= il->grant_ns)
		return 0;
	if (cryo_valves_testing(&il->valves))
		return cryo_valves_open(&il->valves, now_ns);
	if (il->thaw)
		return CRYOPROBE_OUT_THAW;
	if (il->flow)
		return CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT | CRYOPROBE_OUT_FREEZE;
	if (now_ns < il->tail_ns)
		return CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT;
	return 0;
}

/**
 * cryo_interlock_duty() - how much of the time the freeze valve is open
 * @il: the interlock
 *
 * Return: per mille of the time in which FREEZE is permitted.
 */
u32 cryo_interlock_duty(const struct cryo_interlock *il)
{
	return cryo_valves_testing(&il->valves) ? CRYOPROBE_FULL_FLOW : il->flow;
}

/**
 * cryo_interlock_deadline() - when the guard must look again at the latest
 * @il: the interlock
 * @now_ns: time now
 *
 * Return: a time, S64_MAX if none.
 */
s64 cryo_interlock_deadline(const struct cryo_interlock *il, s64 now_ns)
{
	s64 next_ns = S64_MAX;

	if (!cryo_interlock_live(il))
		return next_ns;
	if (il->sampling)
		next_ns = il->last.next_due_ns + late_ns(il) + 1;
	if (il->pulses)
		next_ns = min(next_ns, il->pulse_ns + PULSE_GAP_NS);
	if (il->phase != CRYO_ARMED)
		return next_ns;
	if (il->tail_ns > now_ns)
		next_ns = min(next_ns, il->tail_ns);
	if (cryo_valves_testing(&il->valves))
		next_ns = min(next_ns, il->valves.end_ns);
	return min(next_ns, il->grant_ns);
}

/**
 * cryo_interlock_state() - the state as user space knows it
 * @il: the interlock
 *
 * Return: enum cryoprobe_state.
 */
u32 cryo_interlock_state(const struct cryo_interlock *il)
{
	return il->phase == CRYO_ARMING ? CRYOPROBE_STATE_DISARMED : (u32)il->phase;
}

/**
 * cryo_interlock_status() - fill in what the interlock knows
 * @il: the interlock
 * @status: to be filled in; other fields are left alone
 */
void cryo_interlock_status(const struct cryo_interlock *il, struct cryoprobe_status *status)
{
	status->state = cryo_interlock_state(il);
	status->fault_mask = il->latched;
	status->present_mask = il->latched & il->standing;
	status->fault_seq = il->fault_seq;
	status->missed = il->missed;
	status->late = il->late;
	status->sample_seq = il->last.seq;
	status->arm_seq = il->arm_seq;
	status->grant_ns = il->phase == CRYO_ARMED ? il->grant_ns : 0;
	status->flow_permille = il->flow;
	status->thaw_permille = il->thaw;
	status->freeze_ms = il->freeze.active ? to_ms(il->freeze.length_ns) : 0;
	status->due = (il->estop_tried ? 0 : CRYOPROBE_DUE_ESTOP) |
		      (cryo_valves_testing(&il->valves) ? CRYOPROBE_DUE_VALVES : 0);
	status->total_ms = to_ms(cryo_freeze_total_ns(&il->freeze));
	if (il->latched)
		status->first = il->record[il->first];
}
