// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test of the valves. Two valves in a row stop the cryogen, so that one
 * may fail; and a first failure that nobody notices waits for the second. So
 * each is opened once alone, and the tip tells whether the other one holds.
 *
 * The freeze valve comes first: the line between the two is empty then. After
 * the supply valve's turn it is full, and the vent empties it.
 *
 * Safety measure SM-SELFTEST.
 */
#include "valves.h"

#define NS_PER_MS		1000000LL

static s64 length_ns(const struct cryo_valves *valves)
{
	switch (valves->step) {
	case CRYO_VALVES_FREEZE:
	case CRYO_VALVES_SUPPLY:
		return valves->times.open_ms * NS_PER_MS;
	default:
		return valves->times.shut_ms * NS_PER_MS;
	}
}

/**
 * cryo_valves_disturb() - what moves the tip keeps a test waiting
 * @valves: the test
 * @flowing: there was flow until now
 * @heating: it was heated until now
 * @now_ns: time now
 */
void cryo_valves_disturb(struct cryo_valves *valves, bool flowing, bool heating, s64 now_ns)
{
	if (flowing)
		valves->rest_ns = max(valves->rest_ns,
				      now_ns + valves->times.rest_ms * NS_PER_MS);
	if (heating)
		valves->rest_ns = max(valves->rest_ns,
				      now_ns + valves->times.cool_ms * NS_PER_MS);
}

static void enter(struct cryo_valves *valves, enum cryo_valve_step step, s64 now_ns)
{
	valves->step = step;
	valves->end_ns = now_ns + length_ns(valves);
	if (step != CRYO_VALVES_FREEZE && step != CRYO_VALVES_SUPPLY)
		return;
	valves->high_mdegc = S32_MIN;
	valves->fallen = 0;
}

/**
 * cryo_valves_begin() - test the valves as soon as the tip is at rest
 * @valves: the test
 * @now_ns: time now
 */
void cryo_valves_begin(struct cryo_valves *valves, s64 now_ns)
{
	if (!valves->times.open_ms)
		return;
	valves->step = CRYO_VALVES_REST;
	valves->end_ns = max(valves->rest_ns, now_ns);
	cryo_valves_pass(valves, now_ns);
}

/**
 * cryo_valves_stop() - break the test off
 * @valves: the test
 */
void cryo_valves_stop(struct cryo_valves *valves)
{
	valves->step = CRYO_VALVES_IDLE;
}

/**
 * cryo_valves_pass() - go on to the next step when it is time
 * @valves: the test
 * @now_ns: time now
 *
 * A step that is ended late does not make the next one shorter.
 */
void cryo_valves_pass(struct cryo_valves *valves, s64 now_ns)
{
	if (!cryo_valves_testing(valves) || now_ns < valves->end_ns)
		return;
	if (valves->step == CRYO_VALVES_SUPPLY_SHUT)
		cryo_valves_stop(valves);
	else
		enter(valves, valves->step + 1, now_ns);
}

/**
 * cryo_valves_look() - one more valid reading of the tip
 * @valves: the test
 * @tip_mdegc: the reading
 */
void cryo_valves_look(struct cryo_valves *valves, s32 tip_mdegc)
{
	if (valves->step < CRYO_VALVES_FREEZE)
		return;
	valves->high_mdegc = max(valves->high_mdegc, tip_mdegc);
	valves->fall_mdegc = valves->high_mdegc - tip_mdegc;
	if (valves->fall_mdegc <= CRYO_VALVES_FALL_MDEGC)
		valves->fallen = 0;
	else if (valves->fallen < CRYO_VALVES_FALLEN)
		valves->fallen++;
}

/**
 * cryo_valves_testing() - tell whether the test is going on
 * @valves: the test
 *
 * Return: true if so.
 */
bool cryo_valves_testing(const struct cryo_valves *valves)
{
	return valves->step != CRYO_VALVES_IDLE;
}

/**
 * cryo_valves_open() - what the test has open now
 * @valves: the test
 * @now_ns: time now
 *
 * Return: mask of CRYOPROBE_OUT_*; FREEZE and SUPPLY are never both in it.
 */
u32 cryo_valves_open(const struct cryo_valves *valves, s64 now_ns)
{
	if (now_ns >= valves->end_ns)
		return 0;
	if (valves->step == CRYO_VALVES_FREEZE)
		return CRYOPROBE_OUT_FREEZE;
	if (valves->step == CRYO_VALVES_SUPPLY)
		return CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_VENT;
	return 0;
}

/**
 * cryo_valves_failed() - tell which valve does not hold
 * @valves: the test
 *
 * Return: CRYOPROBE_FAULT_TEST_SUPPLY_VALVE, CRYOPROBE_FAULT_TEST_FREEZE_VALVE,
 * or 0.
 */
u32 cryo_valves_failed(const struct cryo_valves *valves)
{
	if (valves->step < CRYO_VALVES_FREEZE || valves->fallen < CRYO_VALVES_FALLEN)
		return 0;
	return valves->step < CRYO_VALVES_SUPPLY ? CRYOPROBE_FAULT_TEST_SUPPLY_VALVE :
						   CRYOPROBE_FAULT_TEST_FREEZE_VALVE;
}
