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

#include "daemon/core/alarm.h"
#include "daemon/core/events.h"
#include "daemon/core/names.h"
#include "daemon/core/self-test.h"
#include "daemon/core/types.h"

struct protocol;

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
	uint32_t isotherm_half_length_um;
	/* The estimate's own uncertainty. */
	uint32_t ice_error_um, ice_half_length_error_um;
	uint32_t isotherm_error_um, isotherm_half_length_error_um;
	uint32_t boundary_um;		/* ice radius that is not to be passed, 0 = none */
	uint32_t boundary_ms;		/* until the edge is at its boundary, 0 = none or not foreseen */
	/*
	 * Adequacy, for a nerve at the protocol's distance (0 = none is named): how long -20 degC has
	 * been there without a break, its uncertainty counted as not there; and whether in some
	 * freeze at this site that was for the protocol's time.
	 */
	uint32_t isotherm_distance_um, isotherm_held_ms;
	uint32_t isotherm_ms;		/* how long it shall be there, 0 = no nerve is named */
	bool adequate;
	struct alarm alarm[ALARM_COUNT];
	uint32_t alarms;		/* entries of `alarm` in use, most urgent first */
	struct self_test self_test;	/* the present or last one */
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
 * -EBUSY a treatment runs; -EAGAIN the tip is not yet warm; -EIO this probe is not to be used, as by its
 * identity; -ERANGE the protocol does not fit this probe, *ret_reason (static text or inside @t) says what
 * and the allowed range.
 */
int treatment_start(struct treatment *t, const struct protocol *protocol, const char **ret_reason);

/*
 * A self-test without a treatment: SELF_TEST, and idle again, with outcome, cycle and site as they were.
 * The needle is to be in nobody. -EBUSY a treatment or a self-test runs; -EAGAIN the tip is not warm;
 * -EIO a fault is latched in @sample, the latest, perhaps not yet stepped with: it would be found again.
 * Each with a reason, as above.
 */
int treatment_self_test(struct treatment *t, const struct probe_sample *sample, const char **ret_reason);

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
