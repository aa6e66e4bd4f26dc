/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world that the explorer moves about in: interlock and outputs as the kernel drives them, under
 * one lock each time, and what an onlooker remembers who trusts neither.
 */
#ifndef CRYO_SELFTESTS_EXPLORE_WORLD_H
#define CRYO_SELFTESTS_EXPLORE_WORLD_H

#include "kernel/interlock/outputs.h"

#define MS CRYO_NS_PER_MS

/* Samples whose times the onlooker remembers, and the oldest that a command may name. */
#define WORLD_SAMPLES	4
/* Good periods of INPUT_CALM: longer than anything but the assumed thaw takes to be forgotten. */
#define WORLD_CALM	60

enum input_kind {
	INPUT_PASS,		/* time passes */
	INPUT_SAMPLE,		/* the sampler finishes a period */
	INPUT_GUARD,		/* the guard looks */
	INPUT_COMMAND,
	INPUT_ARM,
	INPUT_DISARM,
	INPUT_LIMITS,
	INPUT_RELEASE,
	INPUT_CLEAR,
	INPUT_TRIP,
	INPUT_RESUME,
	INPUT_STOP,		/* sampling stops */
	INPUT_START,		/* sampling starts */
	INPUT_TURN,		/* a period passes, and all do their part */
	INPUT_CALM,		/* nothing but good periods, for long */
};

/**
 * struct input - one thing that may happen
 * @name: for traces
 * @kind: what
 * @lines: of INPUT_SAMPLE, _GUARD and _TURN: the input lines; found is what differs from driven
 * @status: of INPUT_SAMPLE and _TURN: the tip's status, CRYOPROBE_VALUE_FRESH apart
 * @tip_mdegc: of INPUT_SAMPLE and _TURN: the tip
 * @late: of INPUT_SAMPLE: it was due when the last one said, however long ago
 * @scale_changed: of INPUT_SAMPLE: so it is
 * @age: of INPUT_COMMAND: how many samples before the latest it names, negative for the future
 * @flow: of INPUT_COMMAND and _TURN
 * @thaw: of INPUT_COMMAND and _TURN
 * @number: of INPUT_PASS: nanoseconds; _ARM: work in us; _CLEAR: how much too old the fault_seq is;
 *	_TRIP: the code; _START: period in us
 * @limits: of INPUT_LIMITS
 */
struct input {
	const char *name;
	enum input_kind kind;
	struct cryo_lines lines;
	u32 status;
	s32 tip_mdegc;
	bool late;
	bool scale_changed;
	s32 age;
	u32 flow;
	u32 thaw;
	s64 number;
	const struct cryoprobe_limits *limits;
};

/**
 * struct onlooker - what was seen from outside
 * @sample_ns: times of the latest samples, the newest first
 * @until_ns: end of the validity of the command that was granted last, or of arming
 * @flow: asked for by it
 * @thaw: asked for by it
 * @pulse_ns: the last pulse since @armed_ns, or that time
 * @pulses: since then, at most 4
 * @pulsed: no sample has come since the last pulse
 * @bad: the tip's last five readings, set bits were bad
 * @estop: it was pressed at the last look
 * @stuck: an output read back other than driven at the last look
 * @tripped: mask of INPUT_TRIP's codes that stand
 * @due_ns: when the next period is due
 * @wrong: the supply was off while ARMED at the last look
 * @wrong_ns: since when
 * @freezing: there was flow, and the tip has not surely thawed since
 * @frozen_ns: since when
 * @flow_ns: when there was flow last
 * @warm: the tip was valid and warm at the last sample, without flow
 * @warm_ns: since when
 * @tested: mask of the valves that were driven alone since armed: CRYOPROBE_OUT_FREEZE, _SUPPLY
 */
struct onlooker {
	s64 sample_ns[WORLD_SAMPLES];
	s64 until_ns;
	u32 flow;
	u32 thaw;
	s64 pulse_ns;
	u32 pulses;
	bool pulsed;
	u8 bad;
	bool estop;
	bool stuck;
	u64 tripped;
	s64 due_ns;
	bool wrong;
	s64 wrong_ns;
	bool freezing;
	s64 frozen_ns;
	s64 flow_ns;
	bool warm;
	s64 warm_ns;
	u32 tested;
};

struct world {
	struct cryo_interlock il;
	struct cryo_outputs out;
	struct onlooker seen;
	s64 now_ns;
	u32 driven;
};

/**
 * struct outcome - what an input gave back
 * @result: of a request, 0 or negative errno
 * @verdict: of INPUT_COMMAND
 * @pulse: of INPUT_GUARD: there was an edge
 */
struct outcome {
	int result;
	u32 verdict;
	bool pulse;
};

/** world_init() - just bound, at a time and with outputs' times of our choice. */
void world_init(struct world *w, const struct cryo_interlock_config *config, u32 period_us,
		s64 now_ns);

/** world_possible() - tells whether this can happen now: no period finishes before it is due. */
bool world_possible(const struct world *w, const struct input *input);

/** world_apply() - let it happen. */
struct outcome world_apply(struct world *w, const struct input *input);

#endif /* CRYO_SELFTESTS_EXPLORE_WORLD_H */
