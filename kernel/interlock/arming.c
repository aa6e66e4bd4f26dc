// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arm sequence, and the pulses that keep the one-shot up: readings and
 * emergency stop first, then the one-shot without pulses, then with them. The
 * test of the valves follows in ARMED.
 *
 * Safety measures SM-SELFTEST and SM-PULSE.
 */
#include "parts.h"

/* Edges that surely bring the one-shot up. */
#define PULSES_TO_ARM		4
/* From a change of the one-shot to a steady sense line; off is in no hurry. */
#define SENSE_ON_SETTLE_NS	(200 * CRYO_NS_PER_MS)
#define SENSE_OFF_SETTLE_NS	(1000 * CRYO_NS_PER_MS)

/*
 * A needle that is in nobody, or thawed in somebody, is as warm as the room,
 * which the cold junction knows, or as a body.
 */
#define BELOW_JUNCTION_MDEGC	20000
#define ABOVE_JUNCTION_MDEGC	30000

/* A sensor that was lost just now needs no debouncing: nothing is lost by waiting. */
static void check_readiness(struct cryo_interlock *il, s64 now_ns)
{
	u32 i;

	for (i = 0; i < il->config.channels; i++) {
		const struct cryoprobe_value *v = &il->last.value[i];

		if ((cryo_required(il) & BIT(i)) && !(v->status & CRYOPROBE_VALUE_VALID))
			cryo_latch(il, cryo_sensor_code(v->status), i, v->value, 1, now_ns);
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
			cryo_latch(il, CRYOPROBE_FAULT_TEST_SENSORS, i, v->value, junction_mdegc,
				   now_ns);
	}
}

static void test_estop(struct cryo_interlock *il, s64 now_ns)
{
	if (!il->estop_tried)
		cryo_report(il, CRYOPROBE_FAULT_TEST_ESTOP, NO_CHANNEL, 0, 1, now_ns);
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
	cryo_check_period(il, now_ns);
	cryo_check_late(il, now_ns);
	test_sensors(il, now_ns);
	test_estop(il, now_ns);
	return il->phase == CRYO_FAULT ? -EIO : 0;
}

/**
 * cryo_check_pulse_gap() - no pulse may come after the one-shot has dropped
 * @il: the interlock
 * @now_ns: time now
 */
void cryo_check_pulse_gap(struct cryo_interlock *il, s64 now_ns)
{
	s64 gap_ns = now_ns - il->pulse_ns;

	if (cryo_interlock_live(il) && il->pulses && gap_ns >= PULSE_GAP_NS)
		cryo_latch(il, CRYOPROBE_FAULT_PULSE_GAP, NO_CHANNEL, cryo_to_ms(gap_ns),
			   cryo_to_ms(PULSE_GAP_NS), now_ns);
}

/**
 * cryo_one_shot_dropped() - tell whether the valves must be without supply
 * @il: the interlock
 * @now_ns: time now
 *
 * Return: true if the one-shot gets no edges, and has had the time to drop.
 */
bool cryo_one_shot_dropped(const struct cryo_interlock *il, s64 now_ns)
{
	bool pulsing = cryo_interlock_live(il) && il->pulses;

	return !pulsing && now_ns > il->pulse_ns + PULSE_GAP_NS + SENSE_OFF_SETTLE_NS;
}

/* The one-shot is up: flow may be asked for from now on. */
static void finish_arming(struct cryo_interlock *il, s64 now_ns)
{
	il->phase = CRYO_ARMED;
	il->arm_seq = il->last.seq;
	il->grant_ns = now_ns + cryo_validity_ns(il);
	cryo_valves_begin(&il->valves, now_ns);
}

/**
 * cryo_go_on_arming() - armed, if the one-shot has come up
 * @il: the interlock
 * @sense: the valves are supplied
 * @now_ns: time now
 */
void cryo_go_on_arming(struct cryo_interlock *il, bool sense, s64 now_ns)
{
	if (il->phase != CRYO_ARMING || il->pulses < PULSES_TO_ARM)
		return;
	if (!il->config.has_sense || sense)
		finish_arming(il, now_ns);
	else if (now_ns - il->arming_ns > SENSE_ON_SETTLE_NS + PULSES_TO_ARM * cryo_period_ns(il))
		cryo_latch(il, CRYOPROBE_FAULT_TEST_SUPPLY, NO_CHANNEL, 0, 1, now_ns);
}

/* An arm sequence first sees the one-shot without pulses: it must not be up. */
static bool may_pulse(const struct cryo_interlock *il, s64 now_ns)
{
	if (!cryo_interlock_live(il))
		return false;
	return il->pulses || !il->config.has_sense ||
	       (cryo_one_shot_dropped(il, now_ns) && !il->sense_wrong);
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
	cryo_check_pulse_gap(il, now_ns);
	if (!may_pulse(il, now_ns) || il->last.seq == il->pulse_seq)
		return false;
	if (!il->pulses)
		il->arming_ns = now_ns;
	il->pulse_seq = il->last.seq;
	il->pulse_ns = now_ns;
	il->pulses = min(il->pulses + 1, (u32)PULSES_TO_ARM);
	return true;
}
