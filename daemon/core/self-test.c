// SPDX-License-Identifier: GPL-2.0-or-later
/* What a self-test finds out of a probe. */
#include "daemon/core/self-test.h"
#include "kernel/include/uapi/linux/cryoprobe.h"

#define FAULT(name)	(1ULL << CRYOPROBE_FAULT_##name)
#define STEP(name)	(1U << SELF_TEST_##name)
#define TO_ARMED	(STEP(SUPPLY_VALVE) - 1)
#define ALL		(STEP(STEPS) - 1)

/* Which faults each step latches, and which steps come before it and so have passed when it does. */
static const struct {
	uint64_t faults;
	uint32_t after;
} step_class[SELF_TEST_STEPS] = {
	[SELF_TEST_READINGS] = {
		.faults = FAULT(SENSOR_IO) | FAULT(SENSOR_OPEN) | FAULT(SENSOR_SHORT) |
			  FAULT(SENSOR_RANGE) | FAULT(SCALE),
	},
	[SELF_TEST_AGREEMENT] = { .faults = FAULT(TEST_SENSORS), .after = STEP(READINGS) },
	[SELF_TEST_ESTOP] = { .faults = FAULT(ESTOP) | FAULT(TEST_ESTOP) },
	/* Also seen before anybody arms. */
	[SELF_TEST_ONE_SHOT] = { .faults = FAULT(TEST_ONE_SHOT) },
	[SELF_TEST_SUPPLY] = {
		.faults = FAULT(TEST_SUPPLY) | FAULT(SUPPLY_SENSE),
		.after = STEP(READINGS) | STEP(AGREEMENT) | STEP(ESTOP) | STEP(ONE_SHOT),
	},
	[SELF_TEST_SUPPLY_VALVE] = { .faults = FAULT(TEST_SUPPLY_VALVE), .after = TO_ARMED },
	[SELF_TEST_FREEZE_VALVE] = {
		.faults = FAULT(TEST_FREEZE_VALVE), .after = TO_ARMED | STEP(SUPPLY_VALVE),
	},
};

void self_test_begin(struct self_test *test, bool has_sense)
{
	*test = (struct self_test){ .begun = true };
	for (int i = 0; i < SELF_TEST_STEPS; i++)
		test->step[i].fault = SELF_TEST_NO_FAULT;
	if (has_sense)
		return;
	test->step[SELF_TEST_ONE_SHOT].result = SELF_TEST_NOT_WIRED;
	test->step[SELF_TEST_SUPPLY].result = SELF_TEST_NOT_WIRED;
}

static void pass(struct self_test *test, uint32_t steps)
{
	for (int i = 0; i < SELF_TEST_STEPS; i++)
		if (steps >> i & 1 && test->step[i].result == SELF_TEST_NOT_DONE)
			test->step[i].result = SELF_TEST_PASSED;
}

void self_test_look(struct self_test *test, const struct probe_sample *sample)
{
	if (sample->interlock != INTERLOCK_ARMED)
		return;
	pass(test, TO_ARMED);
	if (!sample->testing)
		pass(test, STEP(SUPPLY_VALVE) | STEP(FREEZE_VALVE));
}

void self_test_pass(struct self_test *test)
{
	pass(test, ALL);
}

void self_test_fail(struct self_test *test, enum self_test_step step)
{
	test->step[step].result = SELF_TEST_FAILED;
}

/* A fault of another kind came in the middle of a step. */
static void fail_present_step(struct self_test *test, uint64_t fault_mask)
{
	int step = SELF_TEST_ARMING;

	while (step < SELF_TEST_TIP && test->step[step].result != SELF_TEST_NOT_DONE)
		step++;
	self_test_fail(test, step);
	test->step[step].fault = __builtin_ctzll(fault_mask);
}

void self_test_fault(struct self_test *test, uint64_t fault_mask)
{
	bool told = false;

	for (int i = 0; i < SELF_TEST_STEPS; i++) {
		uint64_t latched = step_class[i].faults & fault_mask;

		if (!latched)
			continue;
		self_test_fail(test, i);
		test->step[i].fault = __builtin_ctzll(latched);
		told = true;
	}
	for (int i = 0; i < SELF_TEST_STEPS; i++)
		if (test->step[i].result == SELF_TEST_FAILED)
			pass(test, step_class[i].after);
	if (!told && fault_mask)
		fail_present_step(test, fault_mask);
}
