/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a self-test finds out of a probe: at the beginning of every treatment, or by itself. Nothing
 * freezes in it: the kernel opens each valve alone, and the other one has to hold.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/types.h"

/* In the order in which they are done; those up to ARMING are the kernel's way to ARMED. */
enum self_test_step {
	SELF_TEST_READINGS,		/* all sensors that it needs can be read */
	SELF_TEST_AGREEMENT,		/* tip and shaft are as warm as the cold junction lets expect */
	SELF_TEST_ESTOP,		/* was pressed and released since power-up */
	SELF_TEST_ONE_SHOT,		/* without pulses the valves have no supply */
	SELF_TEST_SUPPLY,		/* with pulses they have */
	SELF_TEST_ARMING,		/* nothing else stood in its way */
	SELF_TEST_SUPPLY_VALVE,		/* holds while the freeze valve is open */
	SELF_TEST_FREEZE_VALVE,		/* holds while the supply valve is open */
	SELF_TEST_TIP,			/* between +5 and +50 degC, and steadily so */
	SELF_TEST_STEPS
};

enum self_test_result {
	SELF_TEST_NOT_DONE,		/* not yet, or another step ended the test before */
	SELF_TEST_PASSED,
	SELF_TEST_FAILED,
	SELF_TEST_NOT_WIRED,		/* the handpiece has no line to test it by */
};

#define SELF_TEST_NO_FAULT	(-1)

struct self_test {
	bool begun;			/* there has been one */
	struct self_test_finding {
		uint8_t result;		/* enum self_test_result */
		int8_t fault;		/* of the kernel, that a failed step has latched; or none */
	} step[SELF_TEST_STEPS];
};

/* @has_sense: the kernel can see whether the valves have supply. */
void self_test_begin(struct self_test *test, bool has_sense);

/* One sample of it. */
void self_test_look(struct self_test *test, const struct probe_sample *sample);

/* It ends well. */
void self_test_pass(struct self_test *test);

/* It ends by faults of the kernel, which tell the step; or in @step, by none. */
void self_test_fault(struct self_test *test, uint64_t fault_mask);
void self_test_fail(struct self_test *test, enum self_test_step step);
