// SPDX-License-Identifier: GPL-2.0-or-later
/* Words for phases, outcomes and alarms, as the bus, the journal and the record use them. */
#include "daemon/core/lookup.h"
#include "daemon/core/treatment.h"
#include "faults-table.h"

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
#define NAME(code, symbol, name, ...) [ALARM_##symbol] = name,
		ALARMS(NAME)
#undef NAME
	};

	return LOOK_UP(name, code);
}

#define TITLE(code, symbol, name, title, ...) [code] = title,

const char *alarm_title(enum alarm_code code)
{
	static const char *const title[] = {
		ALARMS(TITLE)
	};

	return LOOK_UP(title, code);
}

const char *fault_title(uint32_t fault)
{
	static const char *const title[] = {
		FAULTS(TITLE)
	};

	return LOOK_UP(title, fault);
}
