/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * User API of /dev/cryoprobeN, the control channel of a cryoneurolysis probe.
 *
 * De-energised is safe and the kernel alone makes it safe: user space only
 * asks for flow, and what is granted ends by itself. A controller claims the
 * device, sets limits, arms, and then calls CRYOPROBE_IOC_EXCHANGE once per
 * sampling period: it hands in a command that names the sample it was
 * computed from, and gets the next sample. read() gives records of every
 * sample and event to any number of other readers.
 *
 * All times are CLOCK_MONOTONIC nanoseconds unless the name says otherwise,
 * temperatures are thousandths of a degree Celsius, pressures are gauge
 * kilopascals, flow and thaw power are per mille of full duty.
 *
 * Every struct is a multiple of 8 bytes, has the same layout for 32- and
 * 64-bit callers, and has no implicit padding. Reserved fields must be zero.
 * Structs grow at their end: the request number carries the caller's size,
 * a shorter struct is filled up with zeros, a longer one is accepted when
 * what the kernel does not know is zero, and what is copied back is never
 * longer than the caller's struct.
 */
#ifndef _UAPI_LINUX_CRYOPROBE_H
#define _UAPI_LINUX_CRYOPROBE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define CRYOPROBE_ABI_VERSION	1
#define CRYOPROBE_CHANNELS_MAX	16
#define CRYOPROBE_FULL_FLOW	1000

/**
 * enum cryoprobe_role - what a channel measures
 * @CRYOPROBE_ROLE_NONE: unused slot
 * @CRYOPROBE_ROLE_TIP: the needle's tip; always channel 0
 * @CRYOPROBE_ROLE_SHAFT: the needle's insulated shaft
 * @CRYOPROBE_ROLE_TISSUE: a separate needle in the tissue
 * @CRYOPROBE_ROLE_COLD_JUNCTION: the thermocouples' reference junction
 * @CRYOPROBE_ROLE_INFRARED: surface temperature by infrared
 * @CRYOPROBE_ROLE_PRESSURE: cryogen pressure, numbered CRYOPROBE_PRESSURE_*
 */
enum cryoprobe_role {
	CRYOPROBE_ROLE_NONE = 0,
	CRYOPROBE_ROLE_TIP = 1,
	CRYOPROBE_ROLE_SHAFT = 2,
	CRYOPROBE_ROLE_TISSUE = 3,
	CRYOPROBE_ROLE_COLD_JUNCTION = 4,
	CRYOPROBE_ROLE_INFRARED = 5,
	CRYOPROBE_ROLE_PRESSURE = 6,
};

/* struct cryoprobe_channel_info.number of CRYOPROBE_ROLE_PRESSURE */
#define CRYOPROBE_PRESSURE_SUPPLY	0	/* before the valves */
#define CRYOPROBE_PRESSURE_LINE		1	/* between supply and freeze valve */

enum cryoprobe_unit {
	CRYOPROBE_UNIT_NONE = 0,
	CRYOPROBE_UNIT_MDEGC = 1,
	CRYOPROBE_UNIT_KPA = 2,
};

/* Status of one channel's value, struct cryoprobe_value.status */
#define CRYOPROBE_VALUE_VALID	(1U << 0)	/* usable, may be from an earlier period */
#define CRYOPROBE_VALUE_FRESH	(1U << 1)	/* read in this very period */
#define CRYOPROBE_VALUE_OPEN	(1U << 2)	/* open circuit */
#define CRYOPROBE_VALUE_SHORT	(1U << 3)	/* short circuit or over/under voltage */
#define CRYOPROBE_VALUE_RANGE	(1U << 4)	/* outside what the sensor can measure */
#define CRYOPROBE_VALUE_IO	(1U << 5)	/* the provider answered with an error */
#define CRYOPROBE_VALUE_BUSY	(1U << 6)	/* the provider answered -EBUSY */

/**
 * struct cryoprobe_value - one channel's part of a sample
 * @value: in the unit that CRYOPROBE_IOC_INFO gives for the channel
 * @status: CRYOPROBE_VALUE_* flags
 */
struct cryoprobe_value {
	__s32 value;
	__u32 status;
};

enum cryoprobe_state {
	CRYOPROBE_STATE_DISARMED = 0,
	CRYOPROBE_STATE_ARMED = 1,
	CRYOPROBE_STATE_FAULT = 2,
};

/* Output lines, 1 = energised. De-energised is safe for every one of them. */
#define CRYOPROBE_OUT_SUPPLY	(1U << 0)	/* normally closed */
#define CRYOPROBE_OUT_FREEZE	(1U << 1)	/* normally closed, modulated */
#define CRYOPROBE_OUT_VENT	(1U << 2)	/* normally open: energised = shut */
#define CRYOPROBE_OUT_THAW	(1U << 3)	/* heater, modulated */
#define CRYOPROBE_OUT_ALARM	(1U << 4)	/* de-energised = sounding */

/**
 * enum cryoprobe_fault - latched causes, bit numbers of the fault masks
 * @CRYOPROBE_FAULT_BOUND: freshly bound, nobody has looked yet
 * @CRYOPROBE_FAULT_ESTOP: the emergency stop is pressed, or cannot be read
 * @CRYOPROBE_FAULT_EXPIRED: no valid command within the command's validity
 * @CRYOPROBE_FAULT_RELEASED: the controller's file was closed while ARMED
 * @CRYOPROBE_FAULT_LATE: the sampler did not finish a period in time
 * @CRYOPROBE_FAULT_MISSED: too many periods missed
 * @CRYOPROBE_FAULT_PULSE_GAP: the heartbeat pulse stopped for too long
 * @CRYOPROBE_FAULT_SENSOR_IO: a required channel answers with errors
 * @CRYOPROBE_FAULT_SENSOR_OPEN: a required channel is an open circuit
 * @CRYOPROBE_FAULT_SENSOR_SHORT: a required channel is a short circuit
 * @CRYOPROBE_FAULT_SENSOR_RANGE: a required channel is out of its range
 * @CRYOPROBE_FAULT_SCALE: a provider's scale, averaging or type of thermocouple
 *	changed since arming
 * @CRYOPROBE_FAULT_FLOOR: the tip is, or is about to be, below its floor
 * @CRYOPROBE_FAULT_CHANNEL_LIMIT: a channel left the limits that were set
 * @CRYOPROBE_FAULT_FREEZE_TIME: longest single freeze exceeded
 * @CRYOPROBE_FAULT_TOTAL_TIME: longest total freeze in the window exceeded
 * @CRYOPROBE_FAULT_IDLE_TIME: armed without flow for too long
 * @CRYOPROBE_FAULT_SUPPLY_SENSE: valve supply differs from what was driven
 * @CRYOPROBE_FAULT_SUSPEND: the system was suspended
 * @CRYOPROBE_FAULT_SHUTDOWN: the system reboots or powers off
 * @CRYOPROBE_FAULT_REMOVED: the driver is being unbound
 * @CRYOPROBE_FAULT_STUCK_OPEN: the tip goes on falling after the valves closed
 * @CRYOPROBE_FAULT_NO_RESPONSE: full flow, and the tip hardly falls
 * @CRYOPROBE_FAULT_REVERSED: full flow, and the tip rises
 * @CRYOPROBE_FAULT_STEP: the tip changes faster than it can
 * @CRYOPROBE_FAULT_STUCK_CODE: the tip does not change where it must
 * @CRYOPROBE_FAULT_PRESSURE_LOW: a pressure is below its limit
 * @CRYOPROBE_FAULT_PRESSURE_HIGH: a pressure is above its limit
 * @CRYOPROBE_FAULT_OVERHEAT: heating for too long, or too hot
 * @CRYOPROBE_FAULT_TEST_ONE_SHOT: self-test: valve supply without pulses
 * @CRYOPROBE_FAULT_TEST_SUPPLY: self-test: no valve supply with pulses
 * @CRYOPROBE_FAULT_TEST_FREEZE_VALVE: self-test: the freeze valve does not hold
 * @CRYOPROBE_FAULT_TEST_SUPPLY_VALVE: self-test: the supply valve does not hold
 * @CRYOPROBE_FAULT_TEST_SENSORS: self-test: tip or shaft disagree with the cold
 *	junction
 * @CRYOPROBE_FAULT_TEST_ESTOP: self-test: the emergency stop has not been
 *	pressed and released since power-up
 * @CRYOPROBE_FAULT_OUTPUT: an output line reads back other than it is driven
 * @CRYOPROBE_FAULT_IDENTITY: the probe does not tell who it is, or tells
 *	otherwise than when it was bound
 * @CRYOPROBE_FAULT_USED_UP: the probe has no uses left
 * @CRYOPROBE_FAULT_CRYOGEN: the probe is made for another cryogen than the
 *	console's
 * @CRYOPROBE_FAULT_USE_COUNT: the probe's use cannot be counted
 */
enum cryoprobe_fault {
	CRYOPROBE_FAULT_BOUND = 0,
	CRYOPROBE_FAULT_ESTOP = 1,
	CRYOPROBE_FAULT_EXPIRED = 2,
	CRYOPROBE_FAULT_RELEASED = 3,
	CRYOPROBE_FAULT_LATE = 4,
	CRYOPROBE_FAULT_MISSED = 5,
	CRYOPROBE_FAULT_PULSE_GAP = 6,
	CRYOPROBE_FAULT_SENSOR_IO = 7,
	CRYOPROBE_FAULT_SENSOR_OPEN = 8,
	CRYOPROBE_FAULT_SENSOR_SHORT = 9,
	CRYOPROBE_FAULT_SENSOR_RANGE = 10,
	CRYOPROBE_FAULT_SCALE = 11,
	CRYOPROBE_FAULT_FLOOR = 12,
	CRYOPROBE_FAULT_CHANNEL_LIMIT = 13,
	CRYOPROBE_FAULT_FREEZE_TIME = 14,
	CRYOPROBE_FAULT_TOTAL_TIME = 15,
	CRYOPROBE_FAULT_IDLE_TIME = 16,
	CRYOPROBE_FAULT_SUPPLY_SENSE = 17,
	CRYOPROBE_FAULT_SUSPEND = 18,
	CRYOPROBE_FAULT_SHUTDOWN = 19,
	CRYOPROBE_FAULT_REMOVED = 20,
	CRYOPROBE_FAULT_STUCK_OPEN = 21,
	CRYOPROBE_FAULT_NO_RESPONSE = 22,
	CRYOPROBE_FAULT_REVERSED = 23,
	CRYOPROBE_FAULT_STEP = 24,
	CRYOPROBE_FAULT_STUCK_CODE = 25,
	CRYOPROBE_FAULT_PRESSURE_LOW = 26,
	CRYOPROBE_FAULT_PRESSURE_HIGH = 27,
	CRYOPROBE_FAULT_OVERHEAT = 28,
	CRYOPROBE_FAULT_TEST_ONE_SHOT = 29,
	CRYOPROBE_FAULT_TEST_SUPPLY = 30,
	CRYOPROBE_FAULT_TEST_FREEZE_VALVE = 31,
	CRYOPROBE_FAULT_TEST_SUPPLY_VALVE = 32,
	CRYOPROBE_FAULT_TEST_SENSORS = 33,
	CRYOPROBE_FAULT_TEST_ESTOP = 34,
	CRYOPROBE_FAULT_OUTPUT = 35,
	CRYOPROBE_FAULT_IDENTITY = 36,
	CRYOPROBE_FAULT_USED_UP = 37,
	CRYOPROBE_FAULT_CRYOGEN = 38,
	CRYOPROBE_FAULT_USE_COUNT = 39,
};

/**
 * struct cryoprobe_sample - everything known at the end of one period
 * @seq: strictly increasing, 1 is the first sample after bind
 * @time_ns: end of the tip's read
 * @due_ns: when the period was due
 * @period_us: sampling period
 * @state: enum cryoprobe_state after this period's decision
 * @outputs: CRYOPROBE_OUT_* as driven after this period's decision
 * @flow_permille: flow granted
 * @thaw_permille: thaw power granted
 * @missed: periods missed since bind
 * @command_seq: sample_seq of the command in force, 0 if none
 * @fault_mask: latched faults, bit numbers are enum cryoprobe_fault
 * @fault_seq: grows with every newly latched fault
 * @channels: how many entries of @channel are in use
 * @channel: values by channel index, as CRYOPROBE_IOC_INFO lists them
 */
struct cryoprobe_sample {
	__u64 seq;
	__s64 time_ns;
	__s64 due_ns;
	__u32 period_us;
	__u32 state;
	__u32 outputs;
	__u32 flow_permille;
	__u32 thaw_permille;
	__u32 missed;
	__u64 command_seq;
	__u64 fault_mask;
	__u32 fault_seq;
	__u32 channels;
	struct cryoprobe_value channel[CRYOPROBE_CHANNELS_MAX];
};

/**
 * struct cryoprobe_fault_record - the first fault since the last clear
 * @code: enum cryoprobe_fault
 * @channel: channel index, -1 where no channel is concerned
 * @value: what was seen, in the channel's unit or in milliseconds
 * @limit: what it was compared with
 * @time_ns: when it was latched
 * @sample_seq: latest sample at that time
 */
struct cryoprobe_fault_record {
	__u32 code;
	__s32 channel;
	__s32 value;
	__s32 limit;
	__s64 time_ns;
	__u64 sample_seq;
};

/* struct cryoprobe_status.due: what comes before flow can be granted */
#define CRYOPROBE_DUE_ESTOP	(1U << 0)	/* press and release the emergency stop */
#define CRYOPROBE_DUE_VALVES	(1U << 1)	/* ARMED; the valves are tested, each alone */

/**
 * struct cryoprobe_status - the interlock as it stands now
 * @state: enum cryoprobe_state
 * @outputs: CRYOPROBE_OUT_* as driven
 * @fault_mask: latched faults
 * @present_mask: of these, the ones whose cause is still there
 * @fault_seq: to be handed to CRYOPROBE_IOC_CLEAR_FAULT
 * @missed: periods missed since bind
 * @late: periods finished late since bind
 * @work_us: longest work per period in the last second
 * @sample_seq: latest sample
 * @arm_seq: latest sample when ARMED was entered, 0 if never
 * @grant_ns: when what is granted ends, 0 if nothing is
 * @flow_permille: flow granted
 * @thaw_permille: thaw power granted
 * @freeze_ms: length of the freeze that is going on, 0 if none
 * @total_ms: total freeze in the sliding window
 * @owner_pid: the controller's process in the caller's namespace, 0 if none
 * @due: CRYOPROBE_DUE_* flags
 * @owner_comm: the controller's name
 * @first: the first fault since the last clear, valid if @fault_mask
 */
struct cryoprobe_status {
	__u32 state;
	__u32 outputs;
	__u64 fault_mask;
	__u64 present_mask;
	__u32 fault_seq;
	__u32 missed;
	__u32 late;
	__u32 work_us;
	__u64 sample_seq;
	__u64 arm_seq;
	__s64 grant_ns;
	__u32 flow_permille;
	__u32 thaw_permille;
	__u32 freeze_ms;
	__u32 total_ms;
	__u32 owner_pid;
	__u32 due;
	char owner_comm[16];
	struct cryoprobe_fault_record first;
};

/**
 * struct cryoprobe_range - limits of one channel, in its unit
 * @min: lowest allowed value
 * @max: highest allowed value
 */
struct cryoprobe_range {
	__s32 min;
	__s32 max;
};

/**
 * struct cryoprobe_limits - what the controller promises to stay within
 * @validity_ms: how long a command lasts, counted from its sample
 * @tip_floor_mdegc: the tip never goes below
 * @freeze_max_ms: longest single freeze
 * @total_max_ms: longest total freeze in the sliding window
 * @idle_max_ms: longest time ARMED without flow while the tip is above 0 degC
 * @channel_mask: which entries of @channel are checked
 * @heat_max_ms: longest heating without a rest as long; 0: no heating
 * @heat_max_mdegc: the tip is not heated above
 * @channel: limits by channel index
 *
 * There are no defaults. Each value must be within the caps of
 * struct cryoprobe_info, and each range within what it allows. Limits die with
 * the claim.
 */
struct cryoprobe_limits {
	__u32 validity_ms;
	__s32 tip_floor_mdegc;
	__u32 freeze_max_ms;
	__u32 total_max_ms;
	__u32 idle_max_ms;
	__u32 channel_mask;
	__u32 heat_max_ms;
	__s32 heat_max_mdegc;
	struct cryoprobe_range channel[CRYOPROBE_CHANNELS_MAX];
};

/**
 * struct cryoprobe_caps - the widest limits that the firmware allows
 * @validity_min_ms: shortest command validity, at least three periods
 * @validity_max_ms: longest command validity
 * @tip_floor_mdegc: lowest allowed tip floor
 * @freeze_max_ms: longest allowed single freeze
 * @total_max_ms: longest allowed total freeze
 * @total_window_ms: length of the sliding window of the total
 * @idle_max_ms: longest allowed armed idle
 * @heat_max_ms: longest allowed heating, 0 without a heater
 * @heat_max_mdegc: highest allowed tip temperature while heating
 * @reserved: zero
 */
struct cryoprobe_caps {
	__u32 validity_min_ms;
	__u32 validity_max_ms;
	__s32 tip_floor_mdegc;
	__u32 freeze_max_ms;
	__u32 total_max_ms;
	__u32 total_window_ms;
	__u32 idle_max_ms;
	__u32 heat_max_ms;
	__s32 heat_max_mdegc;
	__u32 reserved;
};

/* struct cryoprobe_channel_info.flags */
#define CRYOPROBE_CHANNEL_REQUIRED	(1U << 0)	/* its loss is a fault while ARMED */
#define CRYOPROBE_CHANNEL_LINEARISED	(1U << 1)	/* from a voltage, by the driver */

/**
 * struct cryoprobe_channel_info - what a channel is
 * @role: enum cryoprobe_role
 * @number: counts channels of the same role from 0
 * @unit: enum cryoprobe_unit
 * @flags: CRYOPROBE_CHANNEL_* flags
 * @range: what the sensor can measure
 * @every: the channel is read in every Nth period
 * @reserved: zero
 * @label: as in the IIO device
 */
struct cryoprobe_channel_info {
	__u32 role;
	__u32 number;
	__u32 unit;
	__u32 flags;
	struct cryoprobe_range range;
	__u32 every;
	__u32 reserved;
	char label[16];
};

/* struct cryoprobe_info.capabilities: what this handpiece is wired for */
#define CRYOPROBE_CAP_THAW		(1ULL << 0)	/* active thaw */
#define CRYOPROBE_CAP_SUPPLY_SENSE	(1ULL << 1)	/* supply-sense-gpios */
#define CRYOPROBE_CAP_PULSE		(1ULL << 2)	/* watchdog-gpios, the one-shot */
#define CRYOPROBE_CAP_TRIGGER		(1ULL << 3)	/* reserved: trigger-gpios */
#define CRYOPROBE_CAP_ALARM		(1ULL << 4)	/* reserved: alarm-gpios */
#define CRYOPROBE_CAP_DETECT		(1ULL << 5)	/* reserved: handpiece-detect-gpios */

/**
 * struct cryoprobe_info - what does not change while the driver is bound
 * @abi_version: CRYOPROBE_ABI_VERSION of the driver
 * @channels: entries of @channel in use
 * @capabilities: CRYOPROBE_CAP_* flags
 * @caps: widest limits
 * @period_us: sampling period now (the one field that may change)
 * @iio_device: N of iio:deviceN
 * @owner_pid: process that holds the claim, in the caller's namespace, or 0
 * @reserved: zero
 * @owner_comm: its name
 * @name: the device's name, as the kernel log has it
 * @channel: the channels
 * @allowed: by channel, the widest range that its limits may have; one that
 *	the firmware limits is held to that even if the controller sets no limits
 */
struct cryoprobe_info {
	__u32 abi_version;
	__u32 channels;
	__u64 capabilities;
	struct cryoprobe_caps caps;
	__u32 period_us;
	__s32 iio_device;
	__u32 owner_pid;
	__u32 reserved;
	char owner_comm[16];
	char name[32];
	struct cryoprobe_channel_info channel[CRYOPROBE_CHANNELS_MAX];
	struct cryoprobe_range allowed[CRYOPROBE_CHANNELS_MAX];
};

enum cryoprobe_cryogen {
	CRYOPROBE_CRYOGEN_UNKNOWN = 0,
	CRYOPROBE_CRYOGEN_N2O = 1,
	CRYOPROBE_CRYOGEN_LN2 = 2,
};

/**
 * struct cryoprobe_identity - the probe that is plugged in
 * @model: NUL-terminated
 * @serial: NUL-terminated
 * @cryogen: enum cryoprobe_cryogen
 * @gauge: 16 to 22, 0 if unknown
 * @shaft_length_mm: length of the needle, 0 if unknown
 * @active_um: length of the active tip in micrometres, 0 if unknown
 * @uses_left: treatments left, 0xffffffff if not limited
 * @reserved: zero
 */
struct cryoprobe_identity {
	char model[32];
	char serial[32];
	__u32 cryogen;
	__u32 gauge;
	__u32 shaft_length_mm;
	__u32 active_um;
	__u32 uses_left;
	__u32 reserved[3];
};

/* struct cryoprobe_claim.flags */
/* Take it from an owner who is not ARMED and whose validity has passed. */
#define CRYOPROBE_CLAIM_TAKEOVER	(1U << 0)

/**
 * struct cryoprobe_claim - become the one controller
 * @flags: CRYOPROBE_CLAIM_* flags
 * @owner_pid: out: on -EBUSY, who holds it
 * @owner_comm: out: on -EBUSY, its name
 */
struct cryoprobe_claim {
	__u32 flags;
	__u32 owner_pid;
	char owner_comm[16];
};

/**
 * struct cryoprobe_clear_fault - take back latched faults whose cause is gone
 * @fault_seq: in: as last seen; -EAGAIN if a newer fault has been latched
 * @reserved: must be zero
 * @present_mask: out: on -EBUSY, the causes that are still there
 */
struct cryoprobe_clear_fault {
	__u32 fault_seq;
	__u32 reserved;
	__u64 present_mask;
};

/**
 * enum cryoprobe_verdict - what became of an exchange's command
 * @CRYOPROBE_VERDICT_NONE: there was none
 * @CRYOPROBE_VERDICT_GRANTED: it is in force until grant_ns
 * @CRYOPROBE_VERDICT_DISARMED: refused: not ARMED
 * @CRYOPROBE_VERDICT_FAULT: refused: a fault is latched
 * @CRYOPROBE_VERDICT_STALE: refused: its sample is older than the validity
 * @CRYOPROBE_VERDICT_REPLAY: refused: sample_seq does not increase
 * @CRYOPROBE_VERDICT_FUTURE: refused: no such sample yet
 * @CRYOPROBE_VERDICT_BEFORE_ARM: refused: its sample is older than the arming
 * @CRYOPROBE_VERDICT_RANGE: refused: flow or thaw above 1000, or thaw without a heater
 * @CRYOPROBE_VERDICT_CONFLICT: refused: flow and thaw at once
 * @CRYOPROBE_VERDICT_TESTING: the valves are being tested; it counts as a command
 *	for neither flow nor thaw
 */
enum cryoprobe_verdict {
	CRYOPROBE_VERDICT_NONE = 0,
	CRYOPROBE_VERDICT_GRANTED = 1,
	CRYOPROBE_VERDICT_DISARMED = 2,
	CRYOPROBE_VERDICT_FAULT = 3,
	CRYOPROBE_VERDICT_STALE = 4,
	CRYOPROBE_VERDICT_REPLAY = 5,
	CRYOPROBE_VERDICT_FUTURE = 6,
	CRYOPROBE_VERDICT_BEFORE_ARM = 7,
	CRYOPROBE_VERDICT_RANGE = 8,
	CRYOPROBE_VERDICT_CONFLICT = 9,
	CRYOPROBE_VERDICT_TESTING = 10,
};

/* struct cryoprobe_exchange.flags */
#define CRYOPROBE_EXCHANGE_NO_COMMAND	(1U << 0)	/* only wait and look */

/**
 * struct cryoprobe_exchange - one turn of the control loop
 * @flags: in: CRYOPROBE_EXCHANGE_* flags
 * @flow_permille: in: wanted flow, 0 to 1000
 * @thaw_permille: in: wanted thaw power, 0 to 1000; one of the two must be 0
 * @verdict: out: enum cryoprobe_verdict
 * @sample_seq: in: the sample that the command answers
 * @skipped: out: samples since @sample_seq that this caller did not get
 * @reserved: must be zero
 * @status: out: the interlock
 * @sample: out: the latest sample, newer than @sample_seq
 *
 * The command is judged at once; then the call waits for a sample newer than
 * @sample_seq and gives the latest. With O_NONBLOCK it does not wait: -EAGAIN
 * if there is none, and the command stands.
 */
struct cryoprobe_exchange {
	__u32 flags;
	__u32 flow_permille;
	__u32 thaw_permille;
	__u32 verdict;
	__u64 sample_seq;
	__u32 skipped;
	__u32 reserved;
	struct cryoprobe_status status;
	struct cryoprobe_sample sample;
};

enum cryoprobe_record_type {
	CRYOPROBE_RECORD_SAMPLE = 1,
	CRYOPROBE_RECORD_EVENT = 2,
};

/**
 * enum cryoprobe_event_kind - what an event record tells
 * @CRYOPROBE_EVENT_STATE: the interlock went from state @old to @new
 * @CRYOPROBE_EVENT_FAULT: a fault was latched, see fault
 * @CRYOPROBE_EVENT_CLEARED: latched faults were cleared, @old is their fault_seq
 * @CRYOPROBE_EVENT_CLAIM: pid and comm took the claim
 * @CRYOPROBE_EVENT_RELEASE: pid and comm gave it up
 * @CRYOPROBE_EVENT_LIMITS: limits were set
 * @CRYOPROBE_EVENT_OUTPUTS: outputs changed from @old to @new
 */
enum cryoprobe_event_kind {
	CRYOPROBE_EVENT_STATE = 1,
	CRYOPROBE_EVENT_FAULT = 2,
	CRYOPROBE_EVENT_CLEARED = 3,
	CRYOPROBE_EVENT_CLAIM = 4,
	CRYOPROBE_EVENT_RELEASE = 5,
	CRYOPROBE_EVENT_LIMITS = 6,
	CRYOPROBE_EVENT_OUTPUTS = 7,
};

/**
 * struct cryoprobe_event - something happened
 * @kind: enum cryoprobe_event_kind
 * @old: see the kind
 * @new: see the kind
 * @pid: process concerned, in the initial namespace, or 0
 * @time_ns: when
 * @sample_seq: latest sample at that time
 * @comm: process concerned
 * @fault: of CRYOPROBE_EVENT_FAULT
 */
struct cryoprobe_event {
	__u32 kind;
	__u32 old;
	__u32 new;
	__u32 pid;
	__s64 time_ns;
	__u64 sample_seq;
	char comm[16];
	struct cryoprobe_fault_record fault;
};

/**
 * struct cryoprobe_record - what read() gives, one or more at a time
 * @type: enum cryoprobe_record_type
 * @lost: records of this open that were dropped just before this one
 * @seq: number of the record in this open's queue, lost ones counted
 * @sample: of CRYOPROBE_RECORD_SAMPLE
 * @event: of CRYOPROBE_RECORD_EVENT
 * @space: zero where the type's own part ends
 */
struct cryoprobe_record {
	__u32 type;
	__u32 lost;
	__u64 seq;
	union {
		struct cryoprobe_sample sample;
		struct cryoprobe_event event;
		__u64 space[30];
	};
};

/**
 * struct cryoprobe_mask - which records read() gives on this open
 * @types: bit N set: records of type N; both are given by default
 * @reserved: must be zero
 */
struct cryoprobe_mask {
	__u32 types;
	__u32 reserved;
};

#define CRYOPROBE_IOC_MAGIC		0xCB
#define CRYOPROBE_IOC_INFO		_IOR(CRYOPROBE_IOC_MAGIC, 0x40, struct cryoprobe_info)
#define CRYOPROBE_IOC_IDENTITY		_IOR(CRYOPROBE_IOC_MAGIC, 0x41, struct cryoprobe_identity)
#define CRYOPROBE_IOC_STATUS		_IOR(CRYOPROBE_IOC_MAGIC, 0x42, struct cryoprobe_status)
#define CRYOPROBE_IOC_CLAIM		_IOWR(CRYOPROBE_IOC_MAGIC, 0x43, struct cryoprobe_claim)
#define CRYOPROBE_IOC_RELEASE		_IO(CRYOPROBE_IOC_MAGIC, 0x44)
#define CRYOPROBE_IOC_GET_LIMITS	_IOR(CRYOPROBE_IOC_MAGIC, 0x45, struct cryoprobe_limits)
#define CRYOPROBE_IOC_SET_LIMITS	_IOW(CRYOPROBE_IOC_MAGIC, 0x46, struct cryoprobe_limits)
#define CRYOPROBE_IOC_ARM		_IO(CRYOPROBE_IOC_MAGIC, 0x47)
#define CRYOPROBE_IOC_DISARM		_IO(CRYOPROBE_IOC_MAGIC, 0x48)
#define CRYOPROBE_IOC_CLEAR_FAULT	\
	_IOWR(CRYOPROBE_IOC_MAGIC, 0x49, struct cryoprobe_clear_fault)
#define CRYOPROBE_IOC_EXCHANGE		_IOWR(CRYOPROBE_IOC_MAGIC, 0x4a, struct cryoprobe_exchange)
#define CRYOPROBE_IOC_MASK		_IOW(CRYOPROBE_IOC_MAGIC, 0x4b, struct cryoprobe_mask)

#endif /* _UAPI_LINUX_CRYOPROBE_H */
