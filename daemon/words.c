// SPDX-License-Identifier: GPL-2.0-or-later
/* Words for the kernel's faults and events and for core's events. */
#include <linux/cryoprobe.h>

#include "daemon/core/lookup.h"
#include "daemon/core/treatment.h"
#include "daemon/words.h"
#include "faults-table.h"

const char *fault_to_string(uint32_t fault)
{
	static const char *const name[] = {
#define NAME(code, symbol, name, ...) [CRYOPROBE_FAULT_##symbol] = name,
		FAULTS(NAME)
#undef NAME
	};

	return LOOK_UP(name, fault);
}

const char *fault_to_message_id(uint32_t fault)
{
	static const char *const id[] = {
#define ID(code, symbol, name, title, cause, action, message) [CRYOPROBE_FAULT_##symbol] = message,
		FAULTS(ID)
#undef ID
	};

	return LOOK_UP(id, fault);
}

const char *alarm_to_message_id(uint32_t alarm)
{
	static const char *const id[] = {
#define ID(code, symbol, name, title, cause, action, message, ...) [ALARM_##symbol] = message,
		ALARMS(ID)
#undef ID
	};

	return LOOK_UP(id, alarm);
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
		[TREATMENT_EVENT_REPEAT] = "repeat",
		[TREATMENT_EVENT_ACKNOWLEDGED] = "acknowledged",
		[TREATMENT_EVENT_AUDIO_PAUSED] = "audio-paused",
		[TREATMENT_EVENT_TAKEN_OVER] = "taken-over",
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
		[CRYOPROBE_VERDICT_TESTING] = "no flow yet: the valves are being tested",
	};

	return LOOK_UP(name, verdict);
}
