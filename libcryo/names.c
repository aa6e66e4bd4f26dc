// SPDX-License-Identifier: LGPL-2.1-or-later
/* The words of the bus and the numbers of the API. */
#include <string.h>

#include "internal.h"

#define N_ELEMENTS(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const char *const phases[] = {
	[CRYO_PHASE_IDLE] = "idle",
	[CRYO_PHASE_SELF_TEST] = "self-test",
	[CRYO_PHASE_READY] = "ready",
	[CRYO_PHASE_COOL] = "cool",
	[CRYO_PHASE_FREEZE] = "freeze",
	[CRYO_PHASE_THAW] = "thaw",
	[CRYO_PHASE_WARM] = "warm",
	[CRYO_PHASE_WITHDRAW] = "withdraw",
};

static const char *const interlocks[] = {
	[CRYO_INTERLOCK_DISARMED] = "disarmed",
	[CRYO_INTERLOCK_ARMED] = "armed",
	[CRYO_INTERLOCK_FAULT] = "fault",
};

static const char *const outcomes[] = {
	[CRYO_OUTCOME_NONE] = "none",
	[CRYO_OUTCOME_COMPLETED] = "completed",
	[CRYO_OUTCOME_ABORTED] = "aborted",
	[CRYO_OUTCOME_FAULT] = "fault",
	[CRYO_OUTCOME_INTERRUPTED] = "interrupted",
};

static const char *const verdicts[] = {
	[CRYO_VERDICT_INTACT] = "intact",
	[CRYO_VERDICT_DAMAGED] = "damaged",
	[CRYO_VERDICT_OPEN] = "open",
	[CRYO_VERDICT_EXPIRED] = "expired",
};

static const char *const test_results[] = {
	[CRYO_TEST_NOT_DONE] = "not-done",
	[CRYO_TEST_PASSED] = "passed",
	[CRYO_TEST_FAILED] = "failed",
	[CRYO_TEST_NOT_WIRED] = "not-wired",
};

static const char *to_string(const char *const words[], int n, int value)
{
	return value >= 0 && value < n ? words[value] : "unknown";
}

static int from_string(const char *const words[], int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(words[i], word))
			return i;
	return -1;
}

const char *cryo_phase_to_string(enum cryo_phase phase)
{
	return to_string(phases, N_ELEMENTS(phases), phase);
}

const char *cryo_interlock_to_string(enum cryo_interlock interlock)
{
	return to_string(interlocks, N_ELEMENTS(interlocks), interlock);
}

const char *cryo_outcome_to_string(enum cryo_outcome outcome)
{
	return to_string(outcomes, N_ELEMENTS(outcomes), outcome);
}

const char *cryo_verdict_to_string(enum cryo_verdict verdict)
{
	return to_string(verdicts, N_ELEMENTS(verdicts), verdict);
}

const char *cryo_test_result_to_string(enum cryo_test_result result)
{
	return to_string(test_results, N_ELEMENTS(test_results), result);
}

enum cryo_phase phase_from_string(const char *word)
{
	return from_string(phases, N_ELEMENTS(phases), word);
}

enum cryo_interlock interlock_from_string(const char *word)
{
	return from_string(interlocks, N_ELEMENTS(interlocks), word);
}

enum cryo_outcome outcome_from_string(const char *word)
{
	return from_string(outcomes, N_ELEMENTS(outcomes), word);
}

enum cryo_verdict verdict_from_string(const char *word)
{
	return from_string(verdicts, N_ELEMENTS(verdicts), word);
}

enum cryo_test_result test_result_from_string(const char *word)
{
	return from_string(test_results, N_ELEMENTS(test_results), word);
}
