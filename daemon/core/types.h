/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words that all of core/ shares: samples in, commands out, phases, verbs and outcomes. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum cryogen {
	CRYOGEN_UNKNOWN = 0,
	CRYOGEN_N2O = 1,
	CRYOGEN_LN2 = 2,
};

/* What the needle is placed in, as far as a protocol says it. */
enum ice_class {
	ICE_UNKNOWN = 0,
	ICE_MUSCLE,
	ICE_NERVE,		/* nerve in muscle */
	ICE_FAT,
	ICE_GEL,		/* a phantom */
	ICE_CLASSES
};

/* Where a treatment stands. Refreeze is COOL and FREEZE of a later cycle. */
enum phase {
	PHASE_IDLE = 0,		/* no treatment, or it is over */
	PHASE_SELF_TEST,	/* sensors looked at, no flow */
	PHASE_READY,		/* waits for the operator's `advance`: needle placed */
	PHASE_COOL,		/* flow, until the tip is in the target band */
	PHASE_FREEZE,		/* flow, hold the target for the protocol's time */
	PHASE_THAW,		/* no flow, until the protocol's thaw temperature and time */
	PHASE_WARM,		/* no flow, warm to withdraw: until a valid tip stays above +5 degC */
	PHASE_WITHDRAW,		/* tip is warm: waits for `advance` (needle withdrawn) or a time-out */
	PHASE_COUNT
};

enum outcome {
	OUTCOME_NONE = 0,	/* still going on */
	OUTCOME_COMPLETED,
	OUTCOME_ABORTED,	/* by the operator, or a prompt's or pause's time-out */
	OUTCOME_FAULT,		/* the kernel latched a fault */
	OUTCOME_INTERRUPTED,	/* the daemon died or was stopped in it */
};

enum verb {
	VERB_PAUSE,		/* flow 0, at most 60 s, then abort */
	VERB_RESUME,
	VERB_ADVANCE,		/* the operator confirms the present prompt */
	VERB_ABORT,		/* to PHASE_WARM at once */
	VERB_END_PHASE,		/* a freeze or the thaw after it has been long enough */
	VERB_REPEAT,		/* one more freeze at this site */
	VERB_COUNT
};

enum interlock_state {
	INTERLOCK_DISARMED = 0,
	INTERLOCK_ARMED = 1,
	INTERLOCK_FAULT = 2,
};

/* A temperature that may be missing. */
struct reading {
	int32_t mdegc;
	bool valid;
};

/* One sample of the probe, as the kernel gave it. */
struct probe_sample {
	uint64_t seq;
	int64_t time_ns;		/* CLOCK_MONOTONIC, end of the tip's read */
	enum interlock_state interlock;
	uint64_t fault_mask;		/* latched, bits are enum cryoprobe_fault */
	uint64_t present_mask;		/* of these, the cause is still there */
	uint32_t fault_code;		/* first latched, valid if fault_mask */
	bool estop_due;			/* arming waits for the E-stop to be pressed and released */
	bool testing;			/* ARMED, and the kernel tests the valves: no flow yet */
	uint32_t flow_permille;		/* granted */
	uint32_t thaw_permille;		/* granted */
	struct reading tip;
	struct reading shaft;
	struct reading tissue;
	struct reading infrared;
	struct reading cold_junction;
	int32_t pressure_kpa;		/* of the supply, valid if pressure_valid */
	bool pressure_valid;
	int32_t line_kpa;		/* between the valves, valid if line_valid */
	bool line_valid;
	bool energised;			/* any of supply, freeze and vent valve */
};

/* What core/ wants of the probe in answer to a sample. */
struct probe_command {
	uint32_t flow_permille;
	uint32_t thaw_permille;
	bool want_armed;		/* arm when DISARMED; disarm when false */
	bool want_clear;		/* take back latched faults whose cause is gone */
};

/* What is known of the plugged-in probe. */
struct probe_profile {
	enum cryogen cryogen;
	uint32_t gauge;			/* 16 to 22 */
	uint32_t active_um;		/* length of the active tip */
	uint32_t shaft_mm;
	int32_t caps_tip_floor_mdegc;	/* the firmware's caps */
	uint32_t caps_freeze_max_ms;
	uint32_t caps_total_max_ms;
	uint32_t caps_validity_max_ms;
	uint32_t caps_idle_max_ms;
	uint32_t caps_heat_max_ms;
	int32_t caps_heat_max_mdegc;
	bool has_thaw;
	bool has_sense;			/* of the valves' supply */
};
