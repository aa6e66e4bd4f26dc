// SPDX-License-Identifier: GPL-2.0-only
/*
 * Freeze time. A freeze begins with flow and ends when the tip has surely
 * thawed, not when the flow ends: ice goes on killing. The total in the
 * sliding window is kept in parts of the window, and counts at least what lies
 * in the window and at most one part more.
 *
 * Safety measure SM-TIMES.
 */
#include "freeze.h"

/**
 * cryo_freeze_init() - start with nothing frozen
 * @freeze: the account
 * @window_ms: length of the sliding window of the total, at least 1
 * @now_ns: time now
 */
void cryo_freeze_init(struct cryo_freeze *freeze, u32 window_ms, s64 now_ns)
{
	memset(freeze, 0, sizeof(*freeze));
	freeze->part_ns = div_s64(window_ms * CRYO_NS_PER_MS, CRYO_FREEZE_PARTS);
	freeze->part_end_ns = now_ns + freeze->part_ns;
	freeze->counted_ns = now_ns;
}

static void spend(struct cryo_freeze *freeze, s64 until_ns)
{
	s64 passed_ns = until_ns - freeze->counted_ns;

	freeze->counted_ns = until_ns;
	if (!freeze->active)
		return;
	freeze->length_ns += passed_ns;
	freeze->spent_ns[freeze->part] += passed_ns;
}

static void next_part(struct cryo_freeze *freeze)
{
	freeze->part = (freeze->part + 1) % ARRAY_SIZE(freeze->spent_ns);
	freeze->spent_ns[freeze->part] = 0;
	freeze->part_end_ns += freeze->part_ns;
}

/**
 * cryo_freeze_count() - bring the account up to date
 * @freeze: the account
 * @flowing: there was flow since the last call
 * @now_ns: time now
 */
void cryo_freeze_count(struct cryo_freeze *freeze, bool flowing, s64 now_ns)
{
	while (now_ns >= freeze->part_end_ns) {
		spend(freeze, freeze->part_end_ns);
		next_part(freeze);
	}
	spend(freeze, now_ns);
	if (flowing) {
		freeze->flow_ns = now_ns;
		freeze->warm = false;
	}
}

/**
 * cryo_freeze_begin() - flow is granted now
 * @freeze: the account, up to date
 * @now_ns: time now
 *
 * Begins a freeze, unless one is going on.
 */
void cryo_freeze_begin(struct cryo_freeze *freeze, s64 now_ns)
{
	freeze->flow_ns = now_ns;
	freeze->warm = false;
	if (freeze->active)
		return;
	freeze->active = true;
	freeze->length_ns = 0;
}

static void end(struct cryo_freeze *freeze, s64 now_ns)
{
	if (!freeze->active)
		return;
	freeze->active = false;
	freeze->ended = true;
	freeze->ended_ns = now_ns;
}

/**
 * cryo_freeze_look() - the freeze ends if the tip tells so
 * @freeze: the account, up to date
 * @tip_valid: the tip can be trusted
 * @tip_mdegc: its temperature
 * @now_ns: time now
 */
void cryo_freeze_look(struct cryo_freeze *freeze, bool tip_valid, s32 tip_mdegc, s64 now_ns)
{
	bool was_warm = freeze->warm;

	if (!tip_valid) {
		freeze->warm = false;
		if (now_ns - freeze->flow_ns >= CRYO_THAW_ASSUMED_NS)
			end(freeze, now_ns);
		return;
	}
	freeze->warm = tip_mdegc > CRYO_THAWED_MDEGC && now_ns > freeze->flow_ns;
	if (!freeze->warm)
		return;
	if (!was_warm)
		freeze->warm_ns = now_ns;
	if (now_ns - freeze->warm_ns >= CRYO_THAWED_NS)
		end(freeze, now_ns);
}

/**
 * cryo_freeze_recent() - tell whether the needle may still be cold from a freeze
 * @freeze: the account, up to date
 * @now_ns: time now
 *
 * Return: true if one is going on, or has ended not long ago.
 */
bool cryo_freeze_recent(const struct cryo_freeze *freeze, s64 now_ns)
{
	return freeze->active ||
	       (freeze->ended && now_ns - freeze->ended_ns < CRYO_THAW_ASSUMED_NS);
}

/**
 * cryo_freeze_total_ns() - freeze time in the sliding window
 * @freeze: the account
 *
 * Return: nanoseconds, never less than the truth and at most one sixty-fourth
 * of the window more.
 */
s64 cryo_freeze_total_ns(const struct cryo_freeze *freeze)
{
	s64 total_ns = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(freeze->spent_ns); i++)
		total_ns += freeze->spent_ns[i];
	return total_ns;
}
