// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The scenarios. All together in one would be too many states for any machine, so each has every
 * kind of request, and varies some causes while the others are held out of reach.
 */
#include "selftests/explore/scenarios.h"

#define STEP_NS (50 * MS)
#define T_US 50000

#define VALID CRYOPROBE_VALUE_VALID
#define LINES_GOOD .lines = { .estop_released = true, .supply_sense = true }
#define LINES_UNSUPPLIED .lines = { .estop_released = true }
#define LINES_ESTOP .lines = { .supply_sense = true }
#define LINES_BOUNCE .lines = { .estop_released = true, .estop_edge = true, .supply_sense = true }
#define LINES_STUCK .lines = { .estop_released = true, .supply_sense = true, .found = 1 }
#define WARM .status = VALID, .tip_mdegc = 34000

#define PASS { .name = "a period passes", .kind = INPUT_PASS, .number = STEP_NS }
#define SAMPLE(what, ...) { .name = "sample: " what, .kind = INPUT_SAMPLE, __VA_ARGS__ }
#define GUARD(what, ...) { .name = "guard: " what, .kind = INPUT_GUARD, __VA_ARGS__ }
#define COMMAND(what, age_, flow_, thaw_) \
	{ .name = "command: " what, .kind = INPUT_COMMAND, .age = age_, .flow = flow_, .thaw = thaw_ }
#define ARM(what, work) { .name = "arm" what, .kind = INPUT_ARM, .number = work }
#define CLEAR(what, back) { .name = "clear" what, .kind = INPUT_CLEAR, .number = back }
#define LIMITS(what, limits_) { .name = "limits" what, .kind = INPUT_LIMITS, .limits = limits_ }
#define TRIP(what, code) { .name = "trip: " what, .kind = INPUT_TRIP, .number = code }
#define DISARM { .name = "disarm", .kind = INPUT_DISARM }
#define RELEASE { .name = "release", .kind = INPUT_RELEASE }
#define RESUME { .name = "resume", .kind = INPUT_RESUME }
#define STOP { .name = "stop sampling", .kind = INPUT_STOP }
#define START(what, us) { .name = "sample every " what, .kind = INPUT_START, .number = us }
#define TURN(what, ...) { .name = "turn: " what, .kind = INPUT_TURN, LINES_GOOD, __VA_ARGS__ }
#define CALM { .name = "nothing but good periods", .kind = INPUT_CALM }

#define FAR_MS 600000
/* Less than full, or the tip would have to fall. */
#define FLOW 800

static const struct cryoprobe_limits wide_limits = {
	.validity_ms = 150, .tip_floor_mdegc = -200000, .freeze_max_ms = FAR_MS,
	.total_max_ms = FAR_MS, .idle_max_ms = FAR_MS, .heat_max_ms = FAR_MS,
	.heat_max_mdegc = 40000,
};

#define CAPS(freeze, total, idle, heat) {						\
	.validity_min_ms = 150, .validity_max_ms = 200, .tip_floor_mdegc = -200000,	\
	.freeze_max_ms = freeze, .total_max_ms = total, .total_window_ms = 3600000,	\
	.idle_max_ms = idle, .heat_max_ms = heat, .heat_max_mdegc = 40000,		\
}

/* Requests in every order, and every way to stop. */
static const struct input control_inputs[] = {
	PASS,
	SAMPLE("good", WARM, LINES_GOOD),
	GUARD("good", LINES_GOOD),
	GUARD("E-stop pressed", LINES_ESTOP),
	GUARD("E-stop bounces", LINES_BOUNCE),
	GUARD("an output is stuck", LINES_STUCK),
	COMMAND("flow", 0, FLOW, 0),
	COMMAND("flow for an older sample", 1, FLOW, 0),
	COMMAND("flow for an old sample", 3, FLOW, 0),
	COMMAND("flow for a sample to come", -1, FLOW, 0),
	COMMAND("thaw", 0, 0, 1000),
	COMMAND("nothing", 0, 0, 0),
	COMMAND("flow and thaw", 0, 1, 1),
	COMMAND("too much flow", 0, 1001, 0),
	COMMAND("too much thaw", 0, 0, 1001),
	ARM("", 35000),
	ARM(" without time to spare", 35001),
	DISARM,
	LIMITS("", &wide_limits),
	RELEASE,
	CLEAR("", 0),
	CLEAR(" with an old number", 1),
	TRIP("suspend", CRYOPROBE_FAULT_SUSPEND),
	RESUME,
};

/* The supply's sense line, right and wrong at any time, and causes that never go. */
static const struct input supply_inputs[] = {
	PASS,
	SAMPLE("good", WARM, LINES_GOOD),
	SAMPLE("unsupplied", WARM, LINES_UNSUPPLIED),
	GUARD("supplied", LINES_GOOD),
	GUARD("unsupplied", LINES_UNSUPPLIED),
	GUARD("E-stop pressed", LINES_ESTOP),
	COMMAND("flow", 0, FLOW, 0),
	ARM("", 0),
	DISARM,
	LIMITS("", &wide_limits),
	RELEASE,
	CLEAR("", 0),
	TRIP("shutdown", CRYOPROBE_FAULT_SHUTDOWN),
	TRIP("removed", CRYOPROBE_FAULT_REMOVED),
	CALM,
};

/* The tip's sensor answers, or not, and in which way. */
static const struct input sensor_inputs[] = {
	PASS,
	SAMPLE("good", WARM, LINES_GOOD),
	SAMPLE("no answer", .tip_mdegc = 34000, LINES_GOOD),
	SAMPLE("open", .tip_mdegc = 34000, .status = CRYOPROBE_VALUE_OPEN, LINES_GOOD),
	GUARD("good", LINES_GOOD),
	COMMAND("flow", 0, FLOW, 0),
	ARM("", 0),
	DISARM,
	LIMITS("", &wide_limits),
	CLEAR("", 0),
	CALM,
};

/* The sampler is slow, stops, changes its pace, and its provider its scale. */
static const struct input sampler_inputs[] = {
	PASS,
	SAMPLE("good", WARM, LINES_GOOD),
	SAMPLE("another scale", WARM, .scale_changed = true, LINES_GOOD),
	SAMPLE("after a long reading", WARM, .late = true, LINES_GOOD),
	GUARD("good", LINES_GOOD),
	COMMAND("flow", 0, FLOW, 0),
	COMMAND("flow for an older sample", 1, FLOW, 0),
	ARM("", 0),
	DISARM,
	LIMITS("", &wide_limits),
	RELEASE,
	CLEAR("", 0),
	TRIP("suspend", CRYOPROBE_FAULT_SUSPEND),
	RESUME,
	STOP,
	START("50 ms", T_US),
	START("100 ms", 2 * T_US),
	CALM,
};

static const struct cryoprobe_limits short_limits = {
	.validity_ms = 150, .tip_floor_mdegc = -200000, .freeze_max_ms = 250, .total_max_ms = 400,
	.idle_max_ms = 200, .heat_max_ms = 200, .heat_max_mdegc = 500,
};

/* Freeze time, total and idle time, a few periods long each; the tip warm, cold and lost. */
#define TIP_WARM .status = VALID, .tip_mdegc = 501
#define TIP_COLD .status = VALID, .tip_mdegc = 0
#define TIP_LOST .status = 0
static const struct input time_inputs[] = {
	PASS,
	TURN("warm, flow", TIP_WARM, .flow = FLOW),
	TURN("cold, flow", TIP_COLD, .flow = FLOW),
	TURN("lost, flow", TIP_LOST, .flow = FLOW),
	TURN("warm, nothing", TIP_WARM),
	TURN("cold, nothing", TIP_COLD),
	TURN("lost, nothing", TIP_LOST),
	TURN("warm, thaw", TIP_WARM, .thaw = 1000),
	TURN("cold, thaw", TIP_COLD, .thaw = 1000),
	GUARD("good", LINES_GOOD),
	ARM("", 0),
	DISARM,
	LIMITS("", &short_limits),
	CLEAR("", 0),
	{ .name = "nearly all of an assumed thaw passes", .kind = INPUT_PASS,
	  .number = CRYO_THAW_ASSUMED_NS - STEP_NS },
	CALM,
};

static const struct cryoprobe_limits floor_limits = {
	.validity_ms = 150, .tip_floor_mdegc = -60000, .freeze_max_ms = FAR_MS,
	.total_max_ms = FAR_MS, .idle_max_ms = FAR_MS, .heat_max_ms = FAR_MS,
	.heat_max_mdegc = 40000,
};

/* The floor and its prediction: a tip that stands and falls. */
static const struct input floor_inputs[] = {
	PASS,
	TURN("-40 degC", .status = VALID, .tip_mdegc = -40000),
	TURN("-50 degC", .status = VALID, .tip_mdegc = -50000),
	ARM("", 0),
	LIMITS("", &floor_limits),
	CLEAR("", 0),
};

static const struct cryoprobe_limits tip_limits = {
	.validity_ms = 150, .tip_floor_mdegc = -200000, .freeze_max_ms = FAR_MS,
	.total_max_ms = FAR_MS, .idle_max_ms = FAR_MS, .heat_max_ms = FAR_MS,
	.heat_max_mdegc = 40000, .channel_mask = 1,
	.channel = { { 0, 34000 } },
};

static const struct cryoprobe_limits wrong_limits = {
	.validity_ms = 149, .tip_floor_mdegc = -200000, .freeze_max_ms = FAR_MS,
	.total_max_ms = FAR_MS, .idle_max_ms = FAR_MS, .heat_max_ms = FAR_MS,
	.heat_max_mdegc = 40000,
};

/* A channel's limits, set, refused, kept, left; and the other ways for a sensor to fail. */
static const struct input channel_inputs[] = {
	PASS,
	TURN("within", WARM, .flow = FLOW),
	TURN("above", .status = VALID, .tip_mdegc = 34001, .flow = FLOW),
	TURN("short", .status = CRYOPROBE_VALUE_SHORT, .flow = FLOW),
	TURN("out of range", .status = CRYOPROBE_VALUE_RANGE, .flow = FLOW),
	ARM("", 0),
	DISARM,
	LIMITS("", &wide_limits),
	LIMITS(" of the tip", &tip_limits),
	LIMITS(" beyond the caps", &wrong_limits),
	RELEASE,
	CLEAR("", 0),
};

/* Duties between none and full. */
static const struct input duty_inputs[] = {
	PASS,
	SAMPLE("good", WARM, LINES_GOOD),
	GUARD("good", LINES_GOOD),
	COMMAND("nearly full flow", 0, FLOW, 0),
	COMMAND("half flow", 0, 500, 0),
	COMMAND("half thaw", 0, 0, 500),
	COMMAND("nothing", 0, 0, 0),
	ARM("", 0),
	DISARM,
	LIMITS("", &wide_limits),
	CLEAR("", 0),
};

/*
 * The test of the valves, a few periods long: the tip falls or not, commands come or not. Its fall is
 * no step, and thaw and flow leave it as it is.
 */
static const struct input valve_inputs[] = {
	PASS,
	SAMPLE("good", WARM, LINES_GOOD),
	SAMPLE("the tip has fallen", .status = VALID, .tip_mdegc = 31900, LINES_GOOD),
	GUARD("good", LINES_GOOD),
	GUARD("E-stop pressed", LINES_ESTOP),
	COMMAND("flow", 0, FLOW, 0),
	COMMAND("thaw", 0, 0, 1000),
	COMMAND("nothing", 0, 0, 0),
	COMMAND("flow and thaw", 0, 1, 1),
	ARM("", 0),
	DISARM,
	LIMITS("", &wide_limits),
	CLEAR("", 0),
};

/* Sensor and sampler fail together. */
static const struct input both_inputs[] = {
	PASS,
	SAMPLE("good", WARM, LINES_GOOD),
	SAMPLE("no answer", .tip_mdegc = 34000, LINES_GOOD),
	SAMPLE("open", .tip_mdegc = 34000, .status = CRYOPROBE_VALUE_OPEN, LINES_GOOD),
	SAMPLE("another scale", WARM, .scale_changed = true, LINES_GOOD),
	SAMPLE("after a long reading", WARM, .late = true, LINES_GOOD),
	GUARD("good", LINES_GOOD),
	COMMAND("flow", 0, FLOW, 0),
	ARM("", 0),
	DISARM,
	LIMITS("", &wide_limits),
	CLEAR("", 0),
	STOP,
	START("50 ms", T_US),
	START("100 ms", 2 * T_US),
	CALM,
};

#define SCENARIO(name_, inputs_) \
	.name = name_, .inputs = inputs_, .inputs_count = ARRAY_SIZE(inputs_), .period_us = T_US

#define CONFIG(caps_, ...) \
	.config = { .caps = caps_, .channels = 1, .tail_ms = 50, .lag_ms = 100, __VA_ARGS__ }

/* Where long times and the tip's slope do not matter. */
#define TIMELESS \
	.abstraction = { .step_ns = STEP_NS, .no_freeze = true, .no_idle = true, .no_heat = true, \
			 .no_slope = true }

const struct scenario scenarios[] = {
	{
		SCENARIO("control", control_inputs),
		CONFIG(CAPS(FAR_MS, FAR_MS, FAR_MS, FAR_MS), .required = 1, .has_thaw = true),
		TIMELESS,
		.reduced = true,
	},
	{
		SCENARIO("supply", supply_inputs),
		CONFIG(CAPS(FAR_MS, FAR_MS, FAR_MS, FAR_MS), .required = 1, .has_sense = true),
		TIMELESS,
		.reduced = true,
	},
	{
		SCENARIO("sensors", sensor_inputs),
		CONFIG(CAPS(FAR_MS, FAR_MS, FAR_MS, FAR_MS), .required = 1),
		TIMELESS,
		.reduced = true,
	},
	{
		SCENARIO("sampler", sampler_inputs),
		CONFIG(CAPS(FAR_MS, FAR_MS, FAR_MS, FAR_MS), .required = 1),
		TIMELESS,
		.reduced = true,
	},
	{
		SCENARIO("times", time_inputs),
		CONFIG(CAPS(250, 400, 200, 200), .has_thaw = true),
		.abstraction = { .step_ns = STEP_NS, .no_slope = true },
		.reduced = true,
	},
	{
		SCENARIO("channel", channel_inputs),
		CONFIG(CAPS(FAR_MS, FAR_MS, FAR_MS, FAR_MS), .required = 1),
		TIMELESS,
		.reduced = true,
	},
	{
		SCENARIO("floor", floor_inputs),
		CONFIG(CAPS(FAR_MS, FAR_MS, FAR_MS, FAR_MS), .required = 1),
		.abstraction = { .step_ns = STEP_NS, .no_freeze = true, .no_idle = true, .no_heat = true },
		.reduced = true,
	},
	{
		SCENARIO("duty", duty_inputs),
		CONFIG(CAPS(FAR_MS, FAR_MS, FAR_MS, FAR_MS), .required = 1, .has_thaw = true),
		TIMELESS,
		.reduced = true,
	},
	{
		SCENARIO("valves", valve_inputs),
		CONFIG(CAPS(FAR_MS, FAR_MS, FAR_MS, FAR_MS), .required = 1, .has_thaw = true,
		       .valve_times = { .rest_ms = 100, .cool_ms = 150, .open_ms = 100, .shut_ms = 50 }),
		TIMELESS,
		.reduced = true,
	},
	{
		SCENARIO("both", both_inputs),
		CONFIG(CAPS(FAR_MS, FAR_MS, FAR_MS, FAR_MS), .required = 1),
		TIMELESS,
	},
};

const u32 scenarios_count = ARRAY_SIZE(scenarios);
