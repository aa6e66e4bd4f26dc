// SPDX-License-Identifier: GPL-2.0-only
/*
 * The controller's limits: each within what the firmware allows, none changed
 * while armed.
 *
 * Safety measure SM-CAPS.
 */
#include "interlock.h"

/**
 * cryo_interlock_validity_min_ms() - shortest validity at this sampling period
 * @il: the interlock
 *
 * Return: milliseconds.
 */
u32 cryo_interlock_validity_min_ms(const struct cryo_interlock *il)
{
	u32 periods_ms = div_u64((u64)CRYO_VALIDITY_PERIODS * il->period_us + 999, 1000);

	return max(periods_ms, il->config.caps.validity_min_ms);
}

static bool within(u32 value, u32 low, u32 high)
{
	return value >= low && value <= high;
}

static bool ranges_valid(const struct cryo_interlock *il, const struct cryoprobe_limits *limits)
{
	u32 i;

	if (limits->channel_mask >> il->config.channels)
		return false;
	for (i = 0; i < il->config.channels; i++)
		if (limits->channel[i].min > limits->channel[i].max)
			return false;
	return true;
}

static bool ranges_allowed(const struct cryo_interlock *il, const struct cryoprobe_limits *limits)
{
	u32 i;

	for (i = 0; i < il->config.channels; i++) {
		const struct cryoprobe_range *allowed = &il->config.allowed[i];

		if ((limits->channel_mask & il->config.ranged & BIT(i)) &&
		    (limits->channel[i].min < allowed->min ||
		     limits->channel[i].max > allowed->max))
			return false;
	}
	return true;
}

static bool heat_allowed(const struct cryoprobe_caps *caps, const struct cryoprobe_limits *limits)
{
	return limits->heat_max_ms <= caps->heat_max_ms &&
	       (!limits->heat_max_ms || limits->heat_max_mdegc <= caps->heat_max_mdegc);
}

/**
 * cryo_interlock_set_limits() - take the controller's limits
 * @il: the interlock
 * @limits: the limits
 *
 * Return: 0, -EBUSY while armed, -EINVAL for an unknown channel or an empty
 * range, -ERANGE for a value beyond what the firmware allows.
 */
int cryo_interlock_set_limits(struct cryo_interlock *il, const struct cryoprobe_limits *limits)
{
	const struct cryoprobe_caps *caps = &il->config.caps;

	if (cryo_interlock_live(il))
		return -EBUSY;
	if (!ranges_valid(il, limits))
		return -EINVAL;
	if (!within(limits->validity_ms, cryo_interlock_validity_min_ms(il),
		    caps->validity_max_ms) ||
	    limits->tip_floor_mdegc < caps->tip_floor_mdegc ||
	    !within(limits->freeze_max_ms, 1, caps->freeze_max_ms) ||
	    !within(limits->total_max_ms, 1, caps->total_max_ms) ||
	    !within(limits->idle_max_ms, 1, caps->idle_max_ms) ||
	    !heat_allowed(caps, limits) || !ranges_allowed(il, limits))
		return -ERANGE;
	il->limits = *limits;
	il->limits_set = true;
	memset(il->outside, 0, sizeof(il->outside));
	il->below_floor = 0;
	return 0;
}

/**
 * cryo_interlock_range() - limits of a channel: the controller's, else the firmware's
 * @il: the interlock
 * @channel: index
 *
 * Return: the limits, NULL if there are none.
 */
const struct cryoprobe_range *cryo_interlock_range(const struct cryo_interlock *il, u32 channel)
{
	if (il->limits_set && (il->limits.channel_mask & BIT(channel)))
		return &il->limits.channel[channel];
	return il->config.ranged & BIT(channel) ? &il->config.allowed[channel] : NULL;
}
