// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's plausibility of the tip, and its test of the valves, on the plant: no healthy needle
 * trips them, whatever the cryogen, gauge, tissue and converter; and what is wrong is found in time,
 * the tip's floor before all.
 */
#include "selftests/unit/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "kernel/interlock/interlock.h"
#include "kernel/interlock/outputs.h"
#include "selftests/plant/handpiece.h"

#define MS CRYO_NS_PER_MS
#define STEP_NS ((s64)(HANDPIECE_FLUID_STEP_S * 1e9))
#define T_MS 20
#define V_MS 200
#define FLOOR_DEGC 3	/* the tip may fall below its floor by this: the contract's bar */
/* A MAX31856: what it measures is the mean of so long, and is read until the next is there. */
#define SLOW_MS 90
#define SLOW_LSB_MDEGC 8
#define SLOW_LAG_MS 280

/* A needle, its converter, and how it is driven. */
struct needle {
	enum cryogen cryogen;
	int gauge;
	const char *tissue;
	double noise_degc;
	s32 lsb_mdegc;
	bool slow;
	s32 floor_mdegc;	/* 0: so low that a prediction never gets there */
};

/* What the driver wants: full flow until the target, then a hold; or a fixed flow. */
struct part {
	double seconds;
	double target_degc;
	s32 flow_permille;	/* HOLD, HEAT, or fixed */
};

#define HOLD (-1)
#define HEAT (-2)

struct bench {
	struct handpiece plant;
	struct cryo_interlock il;
	struct cryo_outputs outputs;
	struct cryo_period period;
	struct needle needle;
	s64 now_ns;
	bool stuck;
	s32 code;
	s64 conversion_end_ns;
	double sum_degc;
	int looks;
};

static struct handpiece_config plant_config(const struct needle *n)
{
	struct handpiece_config config = handpiece_defaults();

	config.tip.cryogen = n->cryogen;
	config.tip.gauge = n->gauge;
	/* A heater suits its needle: by 3 W a fine one in fat rises faster than anything that is no step. */
	if (n->gauge > 20)
		config.tip.heater_w = 2;
	config.tissue = *tissue_find(n->tissue);
	config.cell_m = 0.2e-3;
	config.growth = 1.12;
	config.step_s = 20e-3;
	config.sensors.noise_degc = n->noise_degc;
	return config;
}

static struct cryo_interlock_config interlock_config(const struct needle *n)
{
	return (struct cryo_interlock_config){
		.caps = {
			.validity_min_ms = 20, .validity_max_ms = 1000,
			.tip_floor_mdegc = n->floor_mdegc ?: -400000,
			.freeze_max_ms = 600000, .total_max_ms = 1200000,
			.total_window_ms = 3600000, .idle_max_ms = 600000,
			.heat_max_ms = 60000, .heat_max_mdegc = 60000,
		},
		.channels = 1, .required = 1, .tail_ms = 500, .has_thaw = true,
		.lag_ms = n->slow ? SLOW_LAG_MS : 100,
		.valve_times = CRYO_VALVE_TIMES,
		.tip_resolution_mdegc = (u32)n->lsb_mdegc,
	};
}

static s32 read_code(struct bench *b)
{
	const struct sensors *s = &b->plant.sensors;
	double noise = b->needle.noise_degc * rng_normal(&b->plant.sensors.rng);
	double degc = s->tip_degc + noise + b->plant.disturbances.tip_step_degc +
		      b->plant.disturbances.tip_noise_degc * rng_normal(&b->plant.sensors.rng);

	if (b->plant.disturbances.tip_reversed > 0)
		degc = 2 * s->config.cold_junction_degc - degc;
	b->sum_degc += degc;
	b->looks++;
	if (b->needle.slow && b->now_ns < b->conversion_end_ns)
		return b->code;
	if (!b->stuck)
		b->code = (s32)lround(b->sum_degc / b->looks * 1e3 / b->needle.lsb_mdegc);
	b->conversion_end_ns = b->now_ns + SLOW_MS * MS;
	b->sum_degc = 0;
	b->looks = 0;
	return b->code;
}

static const struct cryo_lines lines = { .estop_released = true };

static void flow_for_a_period(struct bench *b)
{
	s64 end_ns = b->now_ns + T_MS * MS;

	cryo_outputs_open(&b->outputs, &b->il, b->now_ns);
	for (; b->now_ns < end_ns; b->now_ns += STEP_NS) {
		cryo_outputs_look(&b->outputs, b->now_ns);
		handpiece_step(&b->plant, cryo_outputs_follow(&b->outputs, &b->il, b->now_ns));
		if (b->now_ns >= cryo_interlock_deadline(&b->il, b->now_ns))
			cryo_interlock_tick(&b->il, &lines, b->now_ns);
	}
}

static void next_period(struct bench *b)
{
	flow_for_a_period(b);
	b->period.seq++;
	b->period.time_ns = b->now_ns;
	b->period.due_ns = b->now_ns;
	b->period.next_due_ns = b->now_ns + T_MS * MS;
	b->period.tip_code = read_code(b);
	b->period.value[0] = (struct cryoprobe_value){
		b->period.tip_code * b->needle.lsb_mdegc,
		CRYOPROBE_VALUE_VALID | CRYOPROBE_VALUE_FRESH,
	};
	cryo_interlock_period(&b->il, &b->period, b->now_ns);
	cryo_interlock_tick(&b->il, &lines, b->now_ns);
	cryo_interlock_pulse(&b->il, b->now_ns);
}

static void arm(struct bench *b)
{
	EXPECT_EQ(cryo_interlock_arm(&b->il, 1000, b->now_ns), 0);
	for (int i = 0; i < 5; i++)
		next_period(b);
	EXPECT_EQ(cryo_interlock_state(&b->il), CRYOPROBE_STATE_ARMED);
}

static void begin(struct bench *b, const struct needle *needle, int fault)
{
	struct handpiece_config config = plant_config(needle);
	struct cryo_interlock_config il = interlock_config(needle);
	struct cryoprobe_limits limits = {
		.validity_ms = V_MS, .tip_floor_mdegc = il.caps.tip_floor_mdegc,
		.freeze_max_ms = 600000, .total_max_ms = 1200000, .idle_max_ms = 600000,
		.heat_max_ms = 60000, .heat_max_mdegc = 60000,
	};

	*b = (struct bench){ .needle = *needle, .now_ns = MS };
	ASSERT_EQ(handpiece_begin(&b->plant, &config), 0);
	if (fault >= 0)
		handpiece_set_fault(&b->plant, fault, 1);
	b->outputs.valve = (struct cryo_modulator){
		.min_on_ns = 15 * MS, .min_off_ns = 15 * MS, .period_ns = 100 * MS,
	};
	b->outputs.heater = (struct cryo_modulator){
		.min_on_ns = MS, .min_off_ns = MS, .period_ns = 200 * MS,
	};
	cryo_outputs_reset(&b->outputs, b->now_ns);
	cryo_interlock_init(&b->il, &il, b->now_ns);
	cryo_interlock_start_sampling(&b->il, T_MS * 1000, b->now_ns + T_MS * MS);
	cryo_interlock_tick(&b->il, &(struct cryo_lines){}, b->now_ns);
	for (int i = 0; i < 10; i++)
		next_period(b);
	EXPECT_EQ(cryo_interlock_clear(&b->il, b->il.fault_seq), 0);
	EXPECT_EQ(cryo_interlock_set_limits(&b->il, &limits), 0);
	arm(b);
}

/* Proportional to the error, and to what the rate says it will be. */
static u32 wanted_flow(struct bench *b, const struct part *part)
{
	double error;

	if (part->flow_permille == HEAT)
		return 0;
	if (part->flow_permille != HOLD)
		return (u32)part->flow_permille;
	error = cryo_slope_lowest(&b->il.tip, 300 * MS) * 1e-3 - part->target_degc;
	return (u32)lround(fmin(fmax(error * 60, 0), 1000));
}

/* As warm as a heated thaw makes it. */
static u32 wanted_thaw(struct bench *b, const struct part *part)
{
	return part->flow_permille == HEAT && b->period.value[0].value < 40000 ?
	       CRYOPROBE_FULL_FLOW : 0;
}

/* Returns the fault that has latched, -1 if none. */
static int drive(struct bench *b, const struct part *part)
{
	s64 end_ns = b->now_ns + (s64)(part->seconds * 1e9);

	while (b->now_ns < end_ns) {
		cryo_interlock_command(&b->il, b->period.seq, wanted_flow(b, part),
				       wanted_thaw(b, part), b->now_ns);
		next_period(b);
		if (cryo_interlock_state(&b->il) == CRYOPROBE_STATE_FAULT)
			return (int)b->il.first;
	}
	return -1;
}

static void tell(const struct bench *b)
{
	const struct cryoprobe_fault_record *r = &b->il.record[b->il.first];

	DIAG("%s %dG %s, noise %.2f degC, converter %d mdegC: fault %u at %.2f s, value %d, limit %d, flow %u, tip %.1f degC",
	     b->needle.cryogen == CRYOGEN_LN2 ? "LN2" : "N2O", b->needle.gauge, b->needle.tissue,
	     b->needle.noise_degc, b->needle.lsb_mdegc, b->il.latched ? r->code : 999,
	     b->now_ns * 1e-9, r->value, r->limit, b->il.flow, b->plant.sensors.tip_degc);
}

/* Down as fast as it goes, held, let go, again, shallow, pulsed slowly, and to the end. */
static const struct part healthy[] = {
	{ 5, 0, 0 }, { 20, -60, HOLD }, { 2, 0, 0 }, { 10, -60, HOLD }, { 10, 0, 0 },
	{ 20, -40, HOLD }, { 20, 0, 0 }, { 15, -10, HOLD }, { 10, 0, 0 }, { 15, 5, HOLD },
	{ 10, 0, 20 }, { 5, 0, 100 }, { 5, 0, 1000 }, { 5, 0, 300 }, { 5, 0, 950 },
	{ 5, 0, 0 }, { 40, 0, 1000 }, { 20, 0, 600 }, { 5, 0, 20 }, { 40, 0, 0 },
};

static void expect_healthy(const struct needle *needle)
{
	struct bench *b = calloc(1, sizeof(*b));
	int fault = -1;

	begin(b, needle, -1);
	for (size_t i = 0; i < ARRAY_SIZE(healthy) && fault < 0; i++)
		fault = drive(b, &healthy[i]);
	EXPECT_EQ(fault, -1);
	if (fault >= 0)
		tell(b);
	handpiece_end(&b->plant);
	free(b);
}

static const char *const tissues[] = { "muscle", "fat" };
static const enum cryogen cryogens[] = { CRYOGEN_N2O, CRYOGEN_LN2 };

/* An ADS1115's step without any noise is the hardest for STUCK_CODE, a MAX31855's is the coarsest. */
static const struct { double noise_degc; s32 lsb_mdegc; int gauges; bool slow; } converters[] = {
	{ 0, 10, 1, false }, { 0.03, 10, 3, false }, { 0, 63, 3, false }, { 0, 250, 3, false },
	{ 0.2, 8, 3, false }, { 0, SLOW_LSB_MDEGC, 1, true },
};

TEST(no_healthy_needle_trips)
{
	for (size_t k = 0; k < ARRAY_SIZE(converters); k++)
		for (size_t c = 0; c < ARRAY_SIZE(cryogens); c++)
			for (int gauge = 16; gauge <= 22; gauge += converters[k].gauges)
				for (size_t t = 0; t < ARRAY_SIZE(tissues); t++)
					expect_healthy(&(struct needle){
						cryogens[c], gauge, tissues[t],
						converters[k].noise_degc, converters[k].lsb_mdegc,
						converters[k].slow, 0,
					});
}

/* The test of the valves, and the rest before it after bind. */
#define VALVES_S 4.6
#define TESTED { VALVES_S, 0, 0 }

/* What happens to the needle between two parts, or was there from the beginning. */
static const struct sick {
	const char *fault;		/* of the plant; NULL: the converter repeats its last number */
	struct part before, after;
	enum cryoprobe_fault found;
	double within_s;
	double slow_within_s;		/* by a slow converter; 0: it promises nothing */
} sick[] = {
	{ "freeze-leak", { 0, 0, 0 }, { 5, 0, 0 },
	  CRYOPROBE_FAULT_TEST_FREEZE_VALVE, VALVES_S, VALVES_S + 0.3 },
	{ "supply-leak", { 0, 0, 0 }, { 5, 0, 0 },
	  CRYOPROBE_FAULT_TEST_SUPPLY_VALVE, VALVES_S, VALVES_S + 0.3 },
	{ "reversed-tip", { 0, 0, 0 }, { 10, 0, 1000 },
	  CRYOPROBE_FAULT_REVERSED, VALVES_S + 1.5, VALVES_S + 1.8 },
	{ "stuck-closed", TESTED, { 10, 0, 1000 }, CRYOPROBE_FAULT_NO_RESPONSE, 3.1, 3.4 },
	/* A mean makes two of a step, which are not too large, and little of noise. */
	{ "step", { 20, -60, HOLD }, { 10, -60, HOLD }, CRYOPROBE_FAULT_STEP, 0.1, 0 },
	{ "noise-burst", { 20, -60, HOLD }, { 10, -60, HOLD }, CRYOPROBE_FAULT_STEP, 0.3, 0 },
	{ NULL, TESTED, { 10, 0, 300 }, CRYOPROBE_FAULT_STUCK_CODE, 2.1, 2.2 },
	{ NULL, { VALVES_S + 1.5, 0, 1000 }, { 10, 0, 1000 },
	  CRYOPROBE_FAULT_STUCK_CODE, 2.1, 2.2 },
	/* And too little of the pulses of a hold for anything to be expected. */
	{ NULL, { 20, -60, HOLD }, { 10, 0, 300 }, CRYOPROBE_FAULT_STUCK_CODE, 2.1, 0 },
	{ "stuck-open", { 20, -40, HOLD }, { 6, 0, 0 }, CRYOPROBE_FAULT_STUCK_OPEN, 2, 5 },
	/* The supply valve alone holds the temperature, as gently as a slow converter is not sure of. */
	{ "stuck-open", { VALVES_S + 1, 0, 1000 }, { 20, -40, HOLD },
	  CRYOPROBE_FAULT_STUCK_OPEN, 20, 0 },
	{ "stuck-open", { 20, -40, HOLD }, { 15, -40, HOLD }, CRYOPROBE_FAULT_STUCK_OPEN, 5, 15 },
};

static void expect_found(const struct needle *needle, const struct sick *s)
{
	struct bench *b = calloc(1, sizeof(*b));
	double within_s;
	s64 begin_ns;
	int found;

	begin(b, needle, s->before.seconds > 0 || !s->fault ? -1 : fault_find(s->fault));
	found = drive(b, &s->before);
	EXPECT_EQ(found, -1);
	if (s->fault)
		handpiece_set_fault(&b->plant, fault_find(s->fault), 1);
	b->stuck = !s->fault;
	begin_ns = b->now_ns;
	within_s = needle->slow ? s->slow_within_s : s->within_s;
	found = drive(b, &s->after);
	if (found != (int)s->found || (b->now_ns - begin_ns) * 1e-9 > within_s) {
		EXPECT_EQ(found, (int)s->found);
		EXPECT_LE((b->now_ns - begin_ns) * 1e-9, within_s);
		DIAG("%s", s->fault ? s->fault : "stuck code");
		tell(b);
	}
	handpiece_end(&b->plant);
	free(b);
}

static void expect_each_found(const struct sick *s, bool slow)
{
	s32 lsb_mdegc = slow ? SLOW_LSB_MDEGC : 10;

	for (size_t c = 0; c < ARRAY_SIZE(cryogens); c++)
		for (int gauge = 16; gauge <= 22; gauge += 3)
			for (size_t t = 0; t < ARRAY_SIZE(tissues); t++)
				expect_found(&(struct needle){ cryogens[c], gauge, tissues[t],
							       0.03, lsb_mdegc, slow, 0 }, s);
}

TEST(a_sick_needle_is_found_in_time)
{
	for (size_t i = 0; i < ARRAY_SIZE(sick); i++)
		expect_each_found(&sick[i], false);
}

TEST(a_sick_needle_is_found_by_a_slow_converter)
{
	for (size_t i = 0; i < ARRAY_SIZE(sick); i++)
		if (sick[i].slow_within_s > 0)
			expect_each_found(&sick[i], true);
}

/* Full flow until the floor trips, and what the tail still does; the lowest tip below the floor. */
static double fall_below_floor(struct bench *b)
{
	double lowest_degc = 100;
	s64 end_ns;

	EXPECT_EQ(drive(b, &(struct part){ VALVES_S + 60, 0, 1000 }), CRYOPROBE_FAULT_FLOOR);
	for (end_ns = b->now_ns + 5000 * MS; b->now_ns < end_ns;) {
		next_period(b);
		lowest_degc = fmin(lowest_degc, handpiece_tip_degc(&b->plant));
	}
	return b->needle.floor_mdegc * 1e-3 - lowest_degc;
}

static void expect_floor(const struct needle *needle)
{
	struct bench *b = calloc(1, sizeof(*b));
	double below_degc;

	begin(b, needle, -1);
	below_degc = fall_below_floor(b);
	EXPECT_LE(below_degc, FLOOR_DEGC);
	if (below_degc > FLOOR_DEGC) {
		DIAG("%.1f degC below the floor", below_degc);
		tell(b);
	}
	handpiece_end(&b->plant);
	free(b);
}

TEST(the_floor_holds_at_full_flow)
{
	static const s32 floors_mdegc[] = { -40000, -60000 };

	for (int slow = 0; slow <= 1; slow++)
		for (size_t f = 0; f < ARRAY_SIZE(floors_mdegc); f++)
			for (size_t c = 0; c < ARRAY_SIZE(cryogens); c++)
				for (int gauge = 16; gauge <= 22; gauge += 3)
					expect_floor(&(struct needle){
						cryogens[c], gauge, "fat", 0.03,
						slow ? SLOW_LSB_MDEGC : 10, slow, floors_mdegc[f],
					});
}

/* What the needle did before it is armed again at once. */
static const struct part before_arming[][2] = {
	{ { VALVES_S + 1, 0, 1000 }, { 0, 0, 0 } },
	{ { 25, -60, HOLD }, { 0, 0, 0 } },
	{ { 25, -60, HOLD }, { 4, 0, 0 } },
	{ { 25, -60, HOLD }, { 3, 0, HEAT } },
	{ { 25, -60, HOLD }, { 12, 0, HEAT } },
};

static void expect_rearmed(const struct needle *needle, const struct part part[2])
{
	struct bench *b = calloc(1, sizeof(*b));

	begin(b, needle, -1);
	EXPECT_EQ(drive(b, &part[0]), -1);
	EXPECT_EQ(drive(b, &part[1]), -1);
	cryo_interlock_disarm(&b->il, b->now_ns);
	arm(b);
	if (drive(b, &(struct part){ 14, 0, 0 }) != -1 || cryo_valves_testing(&b->il.valves)) {
		EXPECT_EQ(cryo_interlock_state(&b->il), CRYOPROBE_STATE_ARMED);
		EXPECT(!cryo_valves_testing(&b->il.valves));
		tell(b);
	}
	handpiece_end(&b->plant);
	free(b);
}

TEST(a_healthy_needle_can_be_armed_again_at_once)
{
	for (size_t i = 0; i < ARRAY_SIZE(before_arming); i++)
		for (size_t c = 0; c < ARRAY_SIZE(cryogens); c++)
			for (int gauge = 16; gauge <= 22; gauge += 3)
				for (size_t t = 0; t < ARRAY_SIZE(tissues); t++)
					expect_rearmed(&(struct needle){ cryogens[c], gauge,
									 tissues[t], 0.1, 10, false, 0 },
						       before_arming[i]);
}

TEST_MAIN()
