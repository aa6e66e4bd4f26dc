// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a finished period of the sampler tells the interlock: readings, their
 * limits, and what they amount to.
 *
 * Safety measures SM-SENSOR, SM-SCALE, SM-FLOOR and SM-CHANNEL.
 */
#include "parts.h"

/* A sensor is lost when this many of its last readings were bad. */
#define BAD_READINGS		3
#define BAD_READINGS_OF		0x1f	/* the last 5 */
/* Readings in a row that must be beyond a limit: one may be noise. */
#define OUTSIDE_READINGS	2

#define MISSES_MAX		3U
#define MISSES_OF		((1ULL << 50) - 1)

#define SENSOR_FAULTS		(BIT_ULL(CRYOPROBE_FAULT_SENSOR_IO) | \
				 BIT_ULL(CRYOPROBE_FAULT_SENSOR_OPEN) | \
				 BIT_ULL(CRYOPROBE_FAULT_SENSOR_SHORT) | \
				 BIT_ULL(CRYOPROBE_FAULT_SENSOR_RANGE))
#define PLAUSIBILITY_FAULTS	(BIT_ULL(CRYOPROBE_FAULT_STUCK_OPEN) | \
				 BIT_ULL(CRYOPROBE_FAULT_NO_RESPONSE) | \
				 BIT_ULL(CRYOPROBE_FAULT_REVERSED) | \
				 BIT_ULL(CRYOPROBE_FAULT_STEP) | \
				 BIT_ULL(CRYOPROBE_FAULT_STUCK_CODE))
/* Recomputed with each period. */
#define PERIOD_FAULTS		(SENSOR_FAULTS | \
				 BIT_ULL(CRYOPROBE_FAULT_MISSED) | \
				 BIT_ULL(CRYOPROBE_FAULT_FLOOR) | \
				 PLAUSIBILITY_FAULTS | \
				 BIT_ULL(CRYOPROBE_FAULT_PRESSURE_LOW) | \
				 BIT_ULL(CRYOPROBE_FAULT_PRESSURE_HIGH) | \
				 BIT_ULL(CRYOPROBE_FAULT_CHANNEL_LIMIT))

/**
 * cryo_required() - channels whose loss is a fault while armed
 * @il: the interlock
 *
 * Return: mask of the firmware's and those that the controller has limited.
 */
u32 cryo_required(const struct cryo_interlock *il)
{
	return il->config.required | (il->limits_set ? il->limits.channel_mask : 0);
}

/**
 * cryo_sensor_code() - which fault a reading is that is not valid
 * @status: CRYOPROBE_VALUE_* flags
 *
 * Return: the fault.
 */
enum cryoprobe_fault cryo_sensor_code(u32 status)
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
	else
		il->outside[i] = min(il->outside[i] + 1, OUTSIDE_READINGS);
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
	cryo_report(il, range_code(il, i, low), i, value, low ? range->min : range->max, now_ns);
}

static void check_channel(struct cryo_interlock *il, u32 i, s64 now_ns)
{
	const struct cryoprobe_value *v = &il->last.value[i];
	u32 bad = hweight8(il->bad[i] & BAD_READINGS_OF);

	if (bad >= BAD_READINGS) {
		/* It may fail in another way by now, and yet it is lost. */
		il->standing |= il->latched & SENSOR_FAULTS;
		cryo_report(il, cryo_sensor_code(v->status), i, v->value, bad, now_ns);
	}
}

static s32 tip_floor(const struct cryo_interlock *il)
{
	return il->limits_set ? il->limits.tip_floor_mdegc : il->config.caps.tip_floor_mdegc;
}

static s32 predicted_tip(const struct cryo_interlock *il)
{
	s64 lead_ns = (il->config.tail_ms + il->config.lag_ms) * CRYO_NS_PER_MS +
		      2 * cryo_period_ns(il);

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

	cryo_freeze_look(&il->freeze, cryo_tip_valid(il), tip->value, now_ns);
	if (!cryo_tip_valid(il))
		return;
	cryo_slope_add(&il->tip, il->last.time_ns, tip->value);
	look_at_plausibility(il);
	cryo_heat_look(&il->heat, il->thaw, tip->value, il->limits.heat_max_mdegc);
	cryo_valves_look(&il->valves, tip->value);
	if (predicted_tip(il) >= tip_floor(il))
		il->below_floor = 0;
	else
		il->below_floor = min(il->below_floor + 1, OUTSIDE_READINGS);
}

static void check_plausibility(struct cryo_interlock *il, s64 now_ns)
{
	const struct cryo_plausibility *p = &il->plausibility;
	u32 code;

	for (code = CRYO_PLAUSIBILITY_FIRST; code <= CRYO_PLAUSIBILITY_LAST; code++) {
		const struct cryo_finding *finding = &p->finding[code - CRYO_PLAUSIBILITY_FIRST];

		if (p->standing & BIT_ULL(code))
			cryo_report(il, code, 0, finding->value, finding->limit, now_ns);
	}
}

static void check_valves(struct cryo_interlock *il, s64 now_ns)
{
	u32 code = cryo_valves_failed(&il->valves);

	if (code)
		cryo_latch(il, code, 0, il->valves.fall_mdegc, CRYO_VALVES_FALL_MDEGC, now_ns);
}

/**
 * cryo_check_period() - everything that a period decides; also looked at when arming
 * @il: the interlock, the latest period noted
 * @now_ns: time now
 */
void cryo_check_period(struct cryo_interlock *il, s64 now_ns)
{
	u32 i, misses = hweight64(il->misses & MISSES_OF);

	il->standing &= ~PERIOD_FAULTS;
	for (i = 0; i < il->config.channels; i++) {
		if (cryo_required(il) & BIT(i))
			check_channel(il, i, now_ns);
		check_range(il, i, now_ns);
	}
	if (il->below_floor >= OUTSIDE_READINGS)
		cryo_report(il, CRYOPROBE_FAULT_FLOOR, 0, predicted_tip(il), tip_floor(il), now_ns);
	check_plausibility(il, now_ns);
	check_valves(il, now_ns);
	if (il->heat.hot >= CRYO_HEAT_HOT)
		cryo_latch(il, CRYOPROBE_FAULT_OVERHEAT, 0, il->last.value[0].value,
			   il->limits.heat_max_mdegc, now_ns);
	if (misses >= MISSES_MAX)
		cryo_report(il, CRYOPROBE_FAULT_MISSED, NO_CHANNEL, misses, MISSES_MAX, now_ns);
	if (il->last.scale_changed && cryo_interlock_live(il))
		cryo_latch(il, CRYOPROBE_FAULT_SCALE, NO_CHANNEL, 0, 0, now_ns);
}

/* One bit for each that was missed, as far as it matters, and one for the one that came. */
static void note_misses(struct cryo_interlock *il, u32 missed)
{
	u32 bits = min(missed, MISSES_MAX);

	il->missed += missed;
	il->misses = (il->misses << bits | (BIT_ULL(bits) - 1)) << 1;
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

	cryo_pass_time(il, now_ns);
	cryo_check_late(il, now_ns);
	if (now_ns - period->due_ns > cryo_late_ns(il))
		il->late++;
	note_misses(il, period->missed);

	il->last = *period;
	il->sample_ns[period->seq % CRYO_SAMPLE_TIMES] = period->time_ns;
	for (i = 0; i < il->config.channels; i++)
		note_reading(il, i);
	note_tip(il, now_ns);
	cryo_check_period(il, now_ns);
}
