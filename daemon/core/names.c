// SPDX-License-Identifier: GPL-2.0-or-later
/* Words for phases, outcomes and alarms, as the bus, the journal and the record use them. */
#include "daemon/core/treatment.h"

#define N_ELEMENTS(x) (sizeof(x) / sizeof((x)[0]))
#define LOOK_UP(table, index) \
	((size_t)(index) < N_ELEMENTS(table) && (table)[index] ? (table)[index] : "unknown")

const char *phase_to_string(enum phase phase)
{
	static const char *const name[] = {
		[PHASE_IDLE] = "idle",
		[PHASE_SELF_TEST] = "self-test",
		[PHASE_READY] = "ready",
		[PHASE_COOL] = "cool",
		[PHASE_FREEZE] = "freeze",
		[PHASE_THAW] = "thaw",
		[PHASE_WARM] = "warm",
		[PHASE_WITHDRAW] = "withdraw",
	};

	return LOOK_UP(name, phase);
}

const char *outcome_to_string(enum outcome outcome)
{
	static const char *const name[] = {
		[OUTCOME_NONE] = "none",
		[OUTCOME_COMPLETED] = "completed",
		[OUTCOME_ABORTED] = "aborted",
		[OUTCOME_FAULT] = "fault",
		[OUTCOME_INTERRUPTED] = "interrupted",
	};

	return LOOK_UP(name, outcome);
}

const char *alarm_to_string(enum alarm_code code)
{
	static const char *const name[] = {
		[ALARM_FAULT] = "fault",
		[ALARM_TIP_LOST] = "tip-lost",
		[ALARM_SATURATED] = "saturated",
		[ALARM_BOUNDARY] = "boundary",
		[ALARM_PROMPT_TIMEOUT] = "prompt-timeout",
		[ALARM_PAUSE_TIMEOUT] = "pause-timeout",
		[ALARM_FROZEN_FOUND] = "frozen-found",
		[ALARM_PRESSURE] = "pressure",
		[ALARM_RECORD] = "record",
	};

	return LOOK_UP(name, code);
}
