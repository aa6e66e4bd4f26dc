// SPDX-License-Identifier: GPL-2.0-only
/*
 * What time alone does to the interlock, whoever looks first.
 *
 * Safety measures SM-DEADMAN, SM-PERIOD and SM-TIMES.
 */
#include "parts.h"

#define IDLE_ABOVE_MDEGC	0

static void check_expiry(struct cryo_interlock *il, s64 now_ns)
{
	if (il->phase != CRYO_ARMED || now_ns < il->grant_ns)
		return;
	cryo_latch(il, CRYOPROBE_FAULT_EXPIRED, NO_CHANNEL,
		   cryo_to_ms(now_ns - il->grant_ns + cryo_validity_ns(il)),
		   il->limits.validity_ms, now_ns);
}

/**
 * cryo_check_freeze_time() - flow ends when a freeze, or all of them, lasted too long
 * @il: the interlock, its account up to date
 * @now_ns: time now
 */
void cryo_check_freeze_time(struct cryo_interlock *il, s64 now_ns)
{
	s32 length_ms = cryo_to_ms(il->freeze.length_ns);
	s32 total_ms = cryo_to_ms(cryo_freeze_total_ns(&il->freeze));

	if (!il->flow)
		return;
	if (length_ms >= (s32)il->limits.freeze_max_ms)
		cryo_latch(il, CRYOPROBE_FAULT_FREEZE_TIME, NO_CHANNEL, length_ms,
			   il->limits.freeze_max_ms, now_ns);
	if (total_ms >= (s32)il->limits.total_max_ms)
		cryo_latch(il, CRYOPROBE_FAULT_TOTAL_TIME, NO_CHANNEL, total_ms,
			   il->limits.total_max_ms, now_ns);
}

/**
 * cryo_check_heat_time() - heating ends when it lasted too long
 * @il: the interlock, its account up to date
 * @now_ns: time now
 */
void cryo_check_heat_time(struct cryo_interlock *il, s64 now_ns)
{
	s32 heated_ms = cryo_to_ms(il->heat.heated_ns);

	if (il->thaw && heated_ms >= (s32)il->limits.heat_max_ms)
		cryo_latch(il, CRYOPROBE_FAULT_OVERHEAT, NO_CHANNEL, heated_ms,
			   il->limits.heat_max_ms, now_ns);
}

static void check_idle(struct cryo_interlock *il, s64 now_ns)
{
	bool cold = cryo_tip_valid(il) && il->last.value[0].value <= IDLE_ABOVE_MDEGC;

	if (il->phase != CRYO_ARMED || il->flow || il->thaw || cold ||
	    cryo_valves_testing(&il->valves)) {
		il->idle_since_ns = now_ns;
		return;
	}
	if (cryo_to_ms(now_ns - il->idle_since_ns) >= (s32)il->limits.idle_max_ms)
		cryo_latch(il, CRYOPROBE_FAULT_IDLE_TIME, NO_CHANNEL,
			   cryo_to_ms(now_ns - il->idle_since_ns), il->limits.idle_max_ms, now_ns);
}

/**
 * cryo_check_late() - the sampler has to finish its periods
 * @il: the interlock
 * @now_ns: time now
 */
void cryo_check_late(struct cryo_interlock *il, s64 now_ns)
{
	s64 overdue_ns = now_ns - il->last.next_due_ns;

	if (il->sampling && overdue_ns > cryo_late_ns(il))
		cryo_report(il, CRYOPROBE_FAULT_LATE, NO_CHANNEL, cryo_to_ms(overdue_ns),
			    cryo_to_ms(cryo_late_ns(il)), now_ns);
	else
		cryo_withdraw(il, CRYOPROBE_FAULT_LATE);
}

/**
 * cryo_pass_time() - bring all accounts up to date, and see what ends by itself
 * @il: the interlock
 * @now_ns: time now
 */
void cryo_pass_time(struct cryo_interlock *il, s64 now_ns)
{
	cryo_freeze_count(&il->freeze, il->flow, now_ns);
	cryo_heat_count(&il->heat, il->thaw, now_ns);
	cryo_valves_disturb(&il->valves, il->flow, il->thaw, now_ns);
	cryo_valves_pass(&il->valves, now_ns);
	cryo_check_freeze_time(il, now_ns);
	cryo_check_heat_time(il, now_ns);
	check_expiry(il, now_ns);
	check_idle(il, now_ns);
}
