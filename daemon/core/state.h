/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a treatment is made of, for the files of core/ that share it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "daemon/core/alarm.h"
#include "daemon/core/controller.h"
#include "daemon/core/cylinder.h"
#include "daemon/core/events.h"
#include "daemon/core/ice.h"
#include "daemon/core/infrared.h"
#include "daemon/core/leak.h"
#include "daemon/core/protocol.h"
#include "daemon/core/self-test.h"
#include "daemon/core/types.h"
#include "daemon/core/vent.h"

/* What no protocol changes; protocol_describe() tells it. */
#define TIP_WARM_MDEGC		5000	/* a tip above this lets go of the tissue */
#define WARM_TIME_S		2	/* for so long, before it is believed */
#define PAUSE_MAX_S		60
#define SELF_TEST_TIME_S	1
#define SELF_TEST_MAX_S		20
#define VALVE_TEST_MAX_S	60
#define ESTOP_MAX_S		60	/* of a self-test without a treatment */
#define SELF_TEST_HOT_MDEGC	50000
#define THAW_MAX_S		600	/* between two cycles */
#define LOWER_BY_MDEGC		3000	/* a target that was out of reach: above what was reached */

/* What is known of the tip's sensor. */
struct tip_watch {
	int64_t invalid_ns;		/* how long without a valid value */
	int64_t warm_ns;		/* how long above +5 degC, valid and not heated */
	int64_t cold_ns;		/* how long below +5 degC, valid */
	int64_t elsewhere_warm_ns;	/* how long shaft or tissue has been above +5 degC */
	bool lost;
	bool cold;			/* for long enough to be believed */
	bool doubted;			/* the kernel found its values impossible: never valid again */
};

struct sequencer {
	enum phase phase;
	enum outcome outcome;
	bool paused;
	bool confirmed;			/* the operator's `advance`, not yet used */
	bool evidence;			/* WARM without a tip: it has thawed by other evidence */
	bool heating;
	bool may_be_frozen;		/* there was flow or a cold tip, and no proof of warmth since */
	bool estop_asked;		/* the operator was asked to exercise the E-stop */
	bool only_test;			/* SELF_TEST belongs to no treatment */
	uint32_t cycle;
	uint32_t repeats;		/* freezes that the operator has added at this site */
	uint32_t site;			/* from 1 */
	uint32_t step;			/* of READY: the protocol's step that is asked for */
	int64_t first_flow_ns;		/* of what may be frozen now, 0 where nobody saw it */
	int64_t last_flow_ns;		/* when flow was last possible */
	int64_t phase_ns;		/* time in this phase without pauses */
	int64_t pause_ns;
	int64_t at_target_ns;		/* in this cycle */
	int64_t isotherm_ns;		/* how long -20 degC has been where it shall be */
	bool adequate;			/* at this site that was for long enough, in some freeze */
};

struct treatment {
	struct probe_profile profile;
	uint32_t period_us;
	struct protocol protocol;
	struct sequencer seq;
	struct tip_watch tip;
	struct leak_watch leak;
	struct vent_watch vent;
	struct infrared_watch infrared;
	struct cylinder_watch cylinder;
	struct self_test self_test;	/* the present or last one */
	bool estop_exercise;		/* a pressed E-stop is its exercise, not a danger */
	struct controller controller;
	struct ice ice;
	struct ice_estimate estimate;
	bool ice_trusted;		/* the model has seen the whole freeze */
	struct alarm_list alarms;
	struct event_ring events;
	struct probe_sample last;	/* seq 0 before the first */
	struct protocol_error refusal;	/* why treatment_start() refused */
};
