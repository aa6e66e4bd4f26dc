/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The face of core/: one treatment on one probe. Samples and verbs come in,
 * commands and events go out; no I/O, no clock, no allocation, no globals.
 *
 * Every sample goes to treatment_step(), also when no treatment runs: it then
 * watches the tip and asks for no flow. All calls on one struct come from one
 * thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "daemon/core/types.h"

struct protocol;

enum alarm_priority {
	ALARM_LOW = 1,
	ALARM_MEDIUM = 2,
	ALARM_HIGH = 3,
};

enum alarm_code {
	ALARM_FAULT = 1,		/* the kernel latched a fault, detail is its code */
	ALARM_TIP_LOST = 2,		/* the tip's temperature is not valid */
	ALARM_SATURATED = 3,		/* full flow and still above the target */
	ALARM_BOUNDARY = 4,		/* ice ball at its boundary */
	ALARM_PROMPT_TIMEOUT = 5,
	ALARM_PAUSE_TIMEOUT = 6,
	ALARM_FROZEN_FOUND = 7,		/* a tip below +5 degC was found without a treatment */
	ALARM_PRESSURE = 8,		/* supply pressure outside the cryogen's usual range */
	ALARM_RECORD = 9,		/* the record cannot be kept */
	ALARM_LEAK = 10,		/* the tip cools without flow */
	ALARM_VENT = 11,		/* the line between the valves keeps its pressure */
	ALARM_INFRARED = 12,		/* infrared and thermocouple disagree */
	ALARM_CYLINDER = 13,		/* the supply will not last */
	ALARM_BUS = 14,			/* nobody could abort over the bus */
	ALARM_COUNT
};

struct alarm {
	enum alarm_code code;
	enum alarm_priority priority;
	uint32_t detail;
	int64_t since_ns;
	bool present;			/* condition still there */
	bool acknowledged;
};

enum treatment_event_kind {
	TREATMENT_EVENT_PHASE = 1,	/* from phase `old` to `new`, for `reason` */
	TREATMENT_EVENT_PROMPT,		/* the operator is asked, see `reason` */
	TREATMENT_EVENT_ALARM,		/* `new` = alarm_code raised, `old` = priority */
	TREATMENT_EVENT_ALARM_GONE,	/* `new` = alarm_code */
	TREATMENT_EVENT_PAUSED,
	TREATMENT_EVENT_RESUMED,
	TREATMENT_EVENT_OUTCOME,	/* `new` = enum outcome */
};

struct treatment_event {
	enum treatment_event_kind kind;
	int32_t old;
	int32_t new;
	uint32_t detail;		/* of an alarm */
	uint64_t sample_seq;
	int64_t time_ns;
	const char *reason;		/* static text, never NULL */
};

/* A snapshot for displays and the bus. */
struct treatment_status {
	enum phase phase;
	enum outcome outcome;
	bool paused;
	uint32_t cycle;			/* from 1; 0 outside a treatment */
	uint32_t cycles;
	uint32_t site;			/* from 1; 0 outside a treatment */
	uint32_t sites;
	int32_t target_mdegc;		/* valid in COOL and FREEZE */
	uint32_t flow_permille;		/* asked for */
	uint32_t phase_ms;		/* time in this phase */
	uint32_t phase_left_ms;		/* 0 where the phase does not end by time */
	const char *prompt;		/* what the operator is asked, "" if nothing; static text */
	uint32_t freeze_ms;		/* time at temperature in this cycle */
	uint32_t ice_radius_um;		/* -1 degC edge, from the needle's axis; 0 = none */
	uint32_t ice_half_length_um;
	uint32_t isotherm_radius_um;	/* -20 degC */
	uint32_t ice_error_um;		/* the estimate's own uncertainty */
	struct alarm alarm[ALARM_COUNT];
	uint32_t alarms;		/* entries of `alarm` in use, most urgent first */
};

/* Limits that the probe must be armed with for this treatment. */
struct treatment_limits {
	uint32_t validity_ms;
	int32_t tip_floor_mdegc;
	uint32_t freeze_max_ms;
	uint32_t total_max_ms;
	uint32_t idle_max_ms;
};

struct treatment;

/* Bytes and alignment that a struct treatment needs; the caller owns the memory. */
size_t treatment_size(void);

/* A probe has been found: no treatment yet. @period_us is the sampling period. */
void treatment_init(struct treatment *t, const struct probe_profile *profile, uint32_t period_us);

/*
 * Start @protocol, whose content is copied.
 * -EBUSY a treatment runs or the tip is not yet warm; -ERANGE the protocol does not fit
 * this probe, *ret_reason (static text or inside @t) says what and the allowed range.
 */
int treatment_start(struct treatment *t, const struct protocol *protocol, const char **ret_reason);

/* -ENOTCONN no treatment; -EALREADY nothing to do; -EINVAL not in this phase, with a reason. */
int treatment_verb(struct treatment *t, enum verb verb, const char **ret_reason);

/*
 * The daemon was restarted, or found an interrupted record: watch the thaw.
 * @last_flow_ns: when flow was last possible (CLOCK_MONOTONIC), for a tip that cannot be read.
 */
void treatment_watch_thaw(struct treatment *t, int64_t last_flow_ns);

/* Every sample, in order. Takes at most 50 us. */
void treatment_step(struct treatment *t, const struct probe_sample *sample,
		    struct probe_command *ret_command);

/* The oldest event not yet taken; false if there is none. At least 64 wait before one is dropped. */
bool treatment_next_event(struct treatment *t, struct treatment_event *ret);

void treatment_status(const struct treatment *t, struct treatment_status *ret);
void treatment_limits(const struct treatment *t, struct treatment_limits *ret);

/* Raise or end a condition that core/ cannot see (the record's disk, the bus). */
void treatment_condition(struct treatment *t, enum alarm_code code, bool present, uint32_t detail);
int treatment_acknowledge(struct treatment *t, enum alarm_code code);

const char *phase_to_string(enum phase phase);
const char *outcome_to_string(enum outcome outcome);
const char *alarm_to_string(enum alarm_code code);

/* What it is, in a few words; static text of docs/faults.md. */
const char *alarm_title(enum alarm_code code);
const char *fault_title(uint32_t fault);
