/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interlock: states, latched faults, limits, and the single function that
 * says which outputs may be energised.
 *
 * It knows no clock and no hardware. The caller hands in the time, what the
 * sensors say and what the input lines are, and holds one lock around every
 * call and the writing of the outputs that follows from it.
 */
#ifndef CRYO_INTERLOCK_H
#define CRYO_INTERLOCK_H

#include "freeze.h"
#include "heat.h"
#include "plausibility.h"
#include "../pure.h"
#include "slope.h"
#include "valves.h"

#include <linux/cryoprobe.h>

/* A new arming needs at least this rate, and a command this many periods. */
#define CRYO_ARM_PERIOD_MAX_US	50000
#define CRYO_VALIDITY_PERIODS	3
/* Share of the period that reading and deciding may take when arming. */
#define CRYO_WORK_MAX_PERCENT	70

/* Commands can answer samples as old as the longest validity at 100 Hz. */
#define CRYO_SAMPLE_TIMES	128

#define CRYO_FAULTS		(CRYOPROBE_FAULT_USE_COUNT + 1)

/**
 * struct cryo_interlock_config - what the firmware says of one handpiece
 * @caps: widest limits
 * @channels: number of channels, the tip is channel 0
 * @required: mask of channels whose loss is a fault while armed
 * @pressures: mask of channels that are pressures
 * @ranged: mask of channels that have a range in @allowed
 * @compared: mask of channels that the self-test compares with @cold_junction
 * @cold_junction: index of the cold junction's channel
 * @allowed: the widest limits of a channel, and its limits if none are set
 * @tail_ms: time that the cryogen goes on cooling after closing
 * @lag_ms: time constant of the tip's sensor
 * @tip_resolution_mdegc: one step of the tip's converter at 0 degC, 0 if unknown
 * @valve_times: of the test of the valves
 * @has_thaw: there is a heater
 * @has_sense: the supply of the valves can be sensed
 */
struct cryo_interlock_config {
	struct cryoprobe_caps caps;
	u32 channels;
	u32 required;
	u32 pressures;
	u32 ranged;
	u32 compared;
	u32 cold_junction;
	struct cryoprobe_range allowed[CRYOPROBE_CHANNELS_MAX];
	u32 tail_ms;
	u32 lag_ms;
	u32 tip_resolution_mdegc;
	struct cryo_valve_times valve_times;
	bool has_thaw;
	bool has_sense;
};

/**
 * enum cryo_phase - states of the interlock
 * @CRYO_DISARMED: as CRYOPROBE_STATE_DISARMED
 * @CRYO_ARMED: as CRYOPROBE_STATE_ARMED
 * @CRYO_FAULT: as CRYOPROBE_STATE_FAULT
 * @CRYO_ARMING: the one-shot has to drop, and then the pulse starts; nothing may
 *	be energised; user space sees it as CRYOPROBE_STATE_DISARMED
 */
enum cryo_phase {
	CRYO_DISARMED = CRYOPROBE_STATE_DISARMED,
	CRYO_ARMED = CRYOPROBE_STATE_ARMED,
	CRYO_FAULT = CRYOPROBE_STATE_FAULT,
	CRYO_ARMING,
};

/**
 * struct cryo_lines - the lines as read now
 * @estop_released: the emergency stop is surely not pressed
 * @estop_edge: it was pressed since the last look, if only for a moment
 * @supply_sense: the valves are supplied; any value without that line
 * @driven: CRYOPROBE_OUT_* as driven
 * @found: the same as read back, as far as lines can be
 */
struct cryo_lines {
	bool estop_released;
	bool estop_edge;
	bool supply_sense;
	u32 driven;
	u32 found;
};

/**
 * struct cryo_period - one finished period of the sampler
 * @seq: its sample, strictly increasing from 1
 * @time_ns: end of the tip's read
 * @due_ns: when it was due
 * @next_due_ns: when the next one is due
 * @missed: periods that were left out since the last one
 * @tip_code: what the tip's provider gave, before all conversion
 * @scale_changed: a provider's scale, or what else its readings depend on, is not what it
 *	was when armed
 * @value: of every channel
 */
struct cryo_period {
	u64 seq;
	s64 time_ns;
	s64 due_ns;
	s64 next_due_ns;
	u32 missed;
	s32 tip_code;
	bool scale_changed;
	struct cryoprobe_value value[CRYOPROBE_CHANNELS_MAX];
};

/**
 * struct cryo_interlock - all of the interlock's state
 * @config: what the firmware says
 * @limits: what the controller has promised, if @limits_set
 * @limits_set: there are limits
 * @period_us: sampling period
 * @sampling: periods are due
 * @phase: state
 * @latched: mask of faults, until they are cleared
 * @standing: mask of causes that are there now, latched or not
 * @fault_seq: grows with every newly latched fault
 * @first: the first one of @latched
 * @record: of each fault, when it was latched last
 * @command_seq: the sample that the command in force answers
 * @grant_ns: end of what is granted
 * @tail_ns: end of the tail of the last flow
 * @flow: granted, per mille
 * @thaw: granted, per mille
 * @last: the latest period
 * @arm_seq: the latest sample when last armed
 * @sample_ns: times of the latest samples, by number
 * @misses: one bit for each period, set if it was missed
 * @missed: how many ever were
 * @late: how many ever were finished late
 * @bad: by channel, one bit for each reading, set if there was none
 * @outside: by channel, readings out of limits in a row, as far as it matters
 * @below_floor: periods in a row with the tip below the floor, or about to be
 * @tip: of the prediction
 * @plausibility: of the tip's readings
 * @freeze: freeze time
 * @heat: heating time
 * @valves: the test of the valves, while ARMED
 * @idle_since_ns: since when there was neither flow nor cold while armed
 * @estop_pressed: it has read pressed since bind
 * @estop_tried: it has read pressed, and then released
 * @arming_ns: the first edge since arming began, if @pulses
 * @pulses: edges since then, as far as it matters
 * @pulse_ns: the latest edge
 * @pulse_seq: the latest sample at that time
 * @sense_wrong: the sense line was wrong at the last look
 * @sense_wrong_ns: since when
 *
 * Owned by the interlock's files; others change it only through the functions
 * below.
 */
struct cryo_interlock {
	struct cryo_interlock_config config;
	struct cryoprobe_limits limits;
	bool limits_set;
	u32 period_us;
	bool sampling;

	enum cryo_phase phase;
	u64 latched;
	u64 standing;
	u32 fault_seq;
	enum cryoprobe_fault first;
	struct cryoprobe_fault_record record[CRYO_FAULTS];

	u64 command_seq;
	s64 grant_ns;
	s64 tail_ns;
	u32 flow;
	u32 thaw;

	struct cryo_period last;
	u64 arm_seq;
	s64 sample_ns[CRYO_SAMPLE_TIMES];
	u64 misses;
	u32 missed;
	u32 late;

	u8 bad[CRYOPROBE_CHANNELS_MAX];
	u8 outside[CRYOPROBE_CHANNELS_MAX];
	u8 below_floor;
	struct cryo_slope tip;
	struct cryo_plausibility plausibility;
	struct cryo_freeze freeze;
	struct cryo_heat heat;
	struct cryo_valves valves;
	s64 idle_since_ns;

	bool estop_pressed;
	bool estop_tried;
	s64 arming_ns;
	u32 pulses;
	s64 pulse_ns;
	u64 pulse_seq;
	bool sense_wrong;
	s64 sense_wrong_ns;
};

void cryo_interlock_init(struct cryo_interlock *il, const struct cryo_interlock_config *config,
			 s64 now_ns);
void cryo_interlock_start_sampling(struct cryo_interlock *il, u32 period_us, s64 first_due_ns);
void cryo_interlock_stop_sampling(struct cryo_interlock *il);

void cryo_interlock_release(struct cryo_interlock *il, s64 now_ns);
int cryo_interlock_arm(struct cryo_interlock *il, u32 work_us, s64 now_ns);
void cryo_interlock_disarm(struct cryo_interlock *il, s64 now_ns);
u32 cryo_interlock_command(struct cryo_interlock *il, u64 sample_seq, u32 flow, u32 thaw,
			   s64 now_ns);
int cryo_interlock_clear(struct cryo_interlock *il, u32 fault_seq);

void cryo_interlock_period(struct cryo_interlock *il, const struct cryo_period *period,
			   s64 now_ns);
void cryo_interlock_tick(struct cryo_interlock *il, const struct cryo_lines *lines, s64 now_ns);
bool cryo_interlock_pulse(struct cryo_interlock *il, s64 now_ns);
void cryo_interlock_trip(struct cryo_interlock *il, enum cryoprobe_fault code, s64 now_ns);
void cryo_interlock_resume(struct cryo_interlock *il);

u32 cryo_interlock_permit(const struct cryo_interlock *il, s64 now_ns);
u32 cryo_interlock_duty(const struct cryo_interlock *il);
s64 cryo_interlock_deadline(const struct cryo_interlock *il, s64 now_ns);
bool cryo_interlock_live(const struct cryo_interlock *il);
u32 cryo_interlock_state(const struct cryo_interlock *il);
void cryo_interlock_status(const struct cryo_interlock *il, struct cryoprobe_status *status);

/* limits.c */
int cryo_interlock_set_limits(struct cryo_interlock *il, const struct cryoprobe_limits *limits);
u32 cryo_interlock_validity_min_ms(const struct cryo_interlock *il);
const struct cryoprobe_range *cryo_interlock_range(const struct cryo_interlock *il, u32 channel);

#endif /* CRYO_INTERLOCK_H */
