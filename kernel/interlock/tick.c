// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guard's look at the lines: emergency stop, outputs read back, and the
 * supply of the valves.
 *
 * Safety measures SM-ESTOP, SM-OUTPUT and SM-SENSE.
 */
#include "parts.h"

/* How long the sense line must read wrong: longer than a relay bounces. */
#define SENSE_WRONG_NS		(5 * CRYO_NS_PER_MS)

#define SENSE_FAULTS		(BIT_ULL(CRYOPROBE_FAULT_SUPPLY_SENSE) | \
				 BIT_ULL(CRYOPROBE_FAULT_TEST_ONE_SHOT))

static void check_estop(struct cryo_interlock *il, const struct cryo_lines *lines, s64 now_ns)
{
	cryo_withdraw(il, CRYOPROBE_FAULT_ESTOP);
	if (!lines->estop_released)
		il->estop_pressed = true;
	else if (il->estop_pressed)
		il->estop_tried = true;
	if (il->estop_tried)
		cryo_withdraw(il, CRYOPROBE_FAULT_TEST_ESTOP);
	if (!lines->estop_released)
		cryo_report(il, CRYOPROBE_FAULT_ESTOP, NO_CHANNEL, 0, 1, now_ns);
	else if (lines->estop_edge)
		cryo_latch(il, CRYOPROBE_FAULT_ESTOP, NO_CHANNEL, 0, 1, now_ns);
}

static void check_outputs(struct cryo_interlock *il, const struct cryo_lines *lines, s64 now_ns)
{
	cryo_withdraw(il, CRYOPROBE_FAULT_OUTPUT);
	if (lines->found != lines->driven)
		cryo_report(il, CRYOPROBE_FAULT_OUTPUT, NO_CHANNEL, lines->found, lines->driven,
			    now_ns);
}

/* What the sense line must read; false while the one-shot may be changing. */
static bool sense_known(const struct cryo_interlock *il, bool *ret_expected, s64 now_ns)
{
	*ret_expected = il->phase == CRYO_ARMED;
	return il->phase == CRYO_ARMED || cryo_one_shot_dropped(il, now_ns);
}

static void check_sense(struct cryo_interlock *il, bool sense, s64 now_ns)
{
	enum cryoprobe_fault wrong;
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
	wrong = expected ? CRYOPROBE_FAULT_SUPPLY_SENSE : CRYOPROBE_FAULT_TEST_ONE_SHOT;
	if (now_ns - il->sense_wrong_ns >= SENSE_WRONG_NS)
		cryo_report(il, wrong, NO_CHANNEL, sense, expected, now_ns);
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
	cryo_pass_time(il, now_ns);
	cryo_check_late(il, now_ns);
	cryo_check_pulse_gap(il, now_ns);
	cryo_go_on_arming(il, lines->supply_sense, now_ns);
	check_sense(il, lines->supply_sense, now_ns);
}
