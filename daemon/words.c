// SPDX-License-Identifier: GPL-2.0-or-later
/* Words for the kernel's faults and events and for core's events. */
#include <linux/cryoprobe.h>

#include "daemon/core/treatment.h"
#include "daemon/words.h"
#include "daemon/util.h"

#define LOOK_UP(table, index) ((index) < ARRAY_SIZE(table) && (table)[index] ? (table)[index] : "unknown")

const char *fault_to_string(uint32_t fault)
{
	static const char *const name[] = {
		[CRYOPROBE_FAULT_BOUND] = "bound",
		[CRYOPROBE_FAULT_ESTOP] = "estop",
		[CRYOPROBE_FAULT_EXPIRED] = "expired",
		[CRYOPROBE_FAULT_RELEASED] = "released",
		[CRYOPROBE_FAULT_LATE] = "late",
		[CRYOPROBE_FAULT_MISSED] = "missed",
		[CRYOPROBE_FAULT_PULSE_GAP] = "pulse-gap",
		[CRYOPROBE_FAULT_SENSOR_IO] = "sensor-io",
		[CRYOPROBE_FAULT_SENSOR_OPEN] = "sensor-open",
		[CRYOPROBE_FAULT_SENSOR_SHORT] = "sensor-short",
		[CRYOPROBE_FAULT_SENSOR_RANGE] = "sensor-range",
		[CRYOPROBE_FAULT_SCALE] = "scale",
		[CRYOPROBE_FAULT_FLOOR] = "floor",
		[CRYOPROBE_FAULT_CHANNEL_LIMIT] = "channel-limit",
		[CRYOPROBE_FAULT_FREEZE_TIME] = "freeze-time",
		[CRYOPROBE_FAULT_TOTAL_TIME] = "total-time",
		[CRYOPROBE_FAULT_IDLE_TIME] = "idle-time",
		[CRYOPROBE_FAULT_SUPPLY_SENSE] = "supply-sense",
		[CRYOPROBE_FAULT_SUSPEND] = "suspend",
		[CRYOPROBE_FAULT_SHUTDOWN] = "shutdown",
		[CRYOPROBE_FAULT_REMOVED] = "removed",
		[CRYOPROBE_FAULT_STUCK_OPEN] = "stuck-open",
		[CRYOPROBE_FAULT_NO_RESPONSE] = "no-response",
		[CRYOPROBE_FAULT_REVERSED] = "reversed",
		[CRYOPROBE_FAULT_STEP] = "step",
		[CRYOPROBE_FAULT_STUCK_CODE] = "stuck-code",
		[CRYOPROBE_FAULT_PRESSURE_LOW] = "pressure-low",
		[CRYOPROBE_FAULT_PRESSURE_HIGH] = "pressure-high",
		[CRYOPROBE_FAULT_OVERHEAT] = "overheat",
		[CRYOPROBE_FAULT_TEST_ONE_SHOT] = "test-one-shot",
		[CRYOPROBE_FAULT_TEST_SUPPLY] = "test-supply",
		[CRYOPROBE_FAULT_TEST_FREEZE_VALVE] = "test-freeze-valve",
		[CRYOPROBE_FAULT_TEST_SUPPLY_VALVE] = "test-supply-valve",
		[CRYOPROBE_FAULT_TEST_SENSORS] = "test-sensors",
		[CRYOPROBE_FAULT_TEST_ESTOP] = "test-estop",
		[CRYOPROBE_FAULT_OUTPUT] = "output",
	};

	return LOOK_UP(name, fault);
}

const char *kernel_event_to_string(uint32_t kind)
{
	static const char *const name[] = {
		[CRYOPROBE_EVENT_STATE] = "state",
		[CRYOPROBE_EVENT_FAULT] = "fault",
		[CRYOPROBE_EVENT_CLEARED] = "cleared",
		[CRYOPROBE_EVENT_CLAIM] = "claim",
		[CRYOPROBE_EVENT_RELEASE] = "release",
		[CRYOPROBE_EVENT_LIMITS] = "limits",
		[CRYOPROBE_EVENT_OUTPUTS] = "outputs",
	};

	return LOOK_UP(name, kind);
}

const char *core_event_to_string(uint32_t kind)
{
	static const char *const name[] = {
		[TREATMENT_EVENT_PHASE] = "phase",
		[TREATMENT_EVENT_PROMPT] = "prompt",
		[TREATMENT_EVENT_ALARM] = "alarm",
		[TREATMENT_EVENT_ALARM_GONE] = "alarm-gone",
		[TREATMENT_EVENT_PAUSED] = "paused",
		[TREATMENT_EVENT_RESUMED] = "resumed",
		[TREATMENT_EVENT_OUTCOME] = "outcome",
	};

	return LOOK_UP(name, kind);
}

const char *interlock_to_string(uint32_t state)
{
	static const char *const name[] = {
		[CRYOPROBE_STATE_DISARMED] = "disarmed",
		[CRYOPROBE_STATE_ARMED] = "armed",
		[CRYOPROBE_STATE_FAULT] = "fault",
	};

	return LOOK_UP(name, state);
}

const char *verdict_to_string(uint32_t verdict)
{
	static const char *const name[] = {
		[CRYOPROBE_VERDICT_NONE] = "none",
		[CRYOPROBE_VERDICT_GRANTED] = "granted",
		[CRYOPROBE_VERDICT_DISARMED] = "refused: not armed",
		[CRYOPROBE_VERDICT_FAULT] = "refused: a fault is latched",
		[CRYOPROBE_VERDICT_STALE] = "refused: its sample is too old",
		[CRYOPROBE_VERDICT_REPLAY] = "refused: its sample was answered before",
		[CRYOPROBE_VERDICT_FUTURE] = "refused: no such sample",
		[CRYOPROBE_VERDICT_BEFORE_ARM] = "refused: its sample is from before arming",
		[CRYOPROBE_VERDICT_RANGE] = "refused: out of range",
		[CRYOPROBE_VERDICT_CONFLICT] = "refused: flow and thaw at once",
	};

	return LOOK_UP(name, verdict);
}
