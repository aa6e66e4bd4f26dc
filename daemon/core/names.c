// SPDX-License-Identifier: GPL-2.0-or-later
/* Words for phases, outcomes, alarms, cryogens and the self-test, as the bus, the journal and the record use them. */
#include "daemon/core/lookup.h"
#include "daemon/core/names.h"
#include "daemon/core/protocol.h"
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

const char *protocol_step_to_string(enum protocol_step step)
{
	static const char *const name[] = {
		[STEP_PREPARATION] = "preparation",
		[STEP_PLACEMENT] = "placement",
		[STEP_HYDRODISSECTION] = "hydrodissection",
		[STEP_COMPRESSION] = "compression",
	};

	return LOOK_UP(name, step);
}

const char *protocol_step_prompt(enum protocol_step step)
{
	static const char *const prompt[] = {
		[STEP_PREPARATION] = "prepare and numb the site, then confirm",
		[STEP_PLACEMENT] = "place the needle, then confirm",
		[STEP_HYDRODISSECTION] = "push aside with fluid what must not freeze, then confirm",
		[STEP_COMPRESSION] = "compress the tissue over the needle, then confirm",
	};

	return LOOK_UP(prompt, step);
}

const char *self_test_step_to_string(enum self_test_step step)
{
	static const char *const name[] = {
		[SELF_TEST_READINGS] = "readings",
		[SELF_TEST_AGREEMENT] = "agreement",
		[SELF_TEST_ESTOP] = "estop",
		[SELF_TEST_ONE_SHOT] = "one-shot",
		[SELF_TEST_SUPPLY] = "supply",
		[SELF_TEST_ARMING] = "arming",
		[SELF_TEST_SUPPLY_VALVE] = "supply-valve",
		[SELF_TEST_FREEZE_VALVE] = "freeze-valve",
		[SELF_TEST_TIP] = "tip",
	};

	return LOOK_UP(name, step);
}

const char *self_test_result_to_string(enum self_test_result result)
{
	static const char *const name[] = {
		[SELF_TEST_NOT_DONE] = "not-done",
		[SELF_TEST_PASSED] = "passed",
		[SELF_TEST_FAILED] = "failed",
		[SELF_TEST_NOT_WIRED] = "not-wired",
	};

	return LOOK_UP(name, result);
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

const char *alarm_priority_to_string(enum alarm_priority priority)
{
	static const char *const name[] = {
		[ALARM_LOW] = "low",
		[ALARM_MEDIUM] = "medium",
		[ALARM_HIGH] = "high",
	};

	return LOOK_UP(name, priority);
}

const char *cryogen_to_string(enum cryogen cryogen)
{
	static const char *const name[] = {
		[CRYOGEN_N2O] = "n2o",
		[CRYOGEN_LN2] = "ln2",
	};

	return LOOK_UP(name, cryogen);
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
