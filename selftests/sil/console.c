// SPDX-License-Identifier: GPL-2.0-or-later
/* One patient's plant with the kernel's converters, interlock and modulator, in simulated time. */
#include "selftests/sil/console.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "kernel/interlock/outputs.h"
#include "kernel/thermocouple.h"
#include "selftests/plant/handpiece.h"
#include "selftests/plant/rng.h"
#include "selftests/sil/anatomy.h"

#define STEP_NS		((int64_t)(HANDPIECE_FLUID_STEP_S * 1e9))
#define WORK_US		2000	/* of the sampler in a period: an ADS1115 at 860 SPS */

#define FULL_SCALE_NV	256000000LL	/* of the converter at its highest gain */
#define CODES		32768

enum channel { TIP, SHAFT, TISSUE, COLD_JUNCTION, PRESSURE, CHANNELS };

struct console {
	struct traits traits;
	struct handpiece handpiece;
	struct trace *trace;
	struct cryo_interlock interlock;
	struct cryo_outputs outputs;
	struct rng rng;
	int64_t now_ns;
	uint64_t seq;
	uint32_t driven;		/* CRYOPROBE_OUT_* */
	uint16_t openings;
	double lowest_tip_degc;
};

static double value_of(const struct console *c, enum trait trait)
{
	return c->traits.value[trait];
}

/* The binding's defaults, and caps as a maker of needles would set them. */
static struct cryo_interlock_config interlock_config(const struct traits *t)
{
	return (struct cryo_interlock_config){
		.caps = {
			.validity_min_ms = 30,
			.validity_max_ms = 1000,
			.tip_floor_mdegc = t->value[TRAIT_NITROGEN] > 0 ? -190000 : -130000,
			.freeze_max_ms = 1200000,
			.total_max_ms = 2400000,
			.total_window_ms = 3600000,
			.idle_max_ms = 600000,
			.heat_max_ms = 300000,
			.heat_max_mdegc = 43000,
		},
		.channels = CHANNELS,
		.required = 1U << TIP | 1U << COLD_JUNCTION,
		.tail_ms = 500,
		.lag_ms = 100,
		.valve_times = CRYO_VALVE_TIMES,
		.has_thaw = t->value[TRAIT_HEATER] > 0,
	};
}

static void begin_kernel(struct console *c)
{
	struct cryo_interlock_config config = interlock_config(&c->traits);

	cryo_interlock_init(&c->interlock, &config, 0);
	/* Somebody tries the emergency stop. */
	cryo_interlock_tick(&c->interlock, &(struct cryo_lines){}, 0);
	cryo_interlock_start_sampling(&c->interlock,
				      (u32)lround(value_of(c, TRAIT_PERIOD_MS) * 1e3), 0);
	c->outputs.valve = (struct cryo_modulator){
		.min_on_ns = anatomy_min_on_ms(&c->traits) * 1000000LL,
		.min_off_ns = 15000000, .period_ns = 200000000,
	};
	c->outputs.heater = (struct cryo_modulator){
		.min_on_ns = 1000000, .min_off_ns = 1000000, .period_ns = 200000000,
	};
	cryo_outputs_reset(&c->outputs, 0);
}

struct console *console_new(const struct traits *traits, struct trace *trace)
{
	struct console *c = calloc(1, sizeof(*c));
	struct handpiece_config config = anatomy_config(traits);

	if (!c || handpiece_begin(&c->handpiece, &config)) {
		free(c);
		return NULL;
	}
	c->traits = *traits;
	c->trace = trace;
	c->rng = rng_seeded(traits->seed + 1000);
	c->lowest_tip_degc = handpiece_tip_degc(&c->handpiece);
	begin_kernel(c);
	trace->points = 0;
	trace->ices = 0;
	return c;
}

void console_free(struct console *c)
{
	if (!c)
		return;
	handpiece_end(&c->handpiece);
	free(c);
}

void console_describe(const struct console *c, struct cryoprobe_info *ret_info,
		      struct cryoprobe_identity *ret_identity)
{
	static const uint32_t roles[CHANNELS] = {
		[TIP] = CRYOPROBE_ROLE_TIP, [SHAFT] = CRYOPROBE_ROLE_SHAFT,
		[TISSUE] = CRYOPROBE_ROLE_TISSUE, [COLD_JUNCTION] = CRYOPROBE_ROLE_COLD_JUNCTION,
		[PRESSURE] = CRYOPROBE_ROLE_PRESSURE,
	};

	*ret_info = (struct cryoprobe_info){
		.capabilities = c->interlock.config.has_thaw ? CRYOPROBE_CAP_THAW : 0,
		.channels = CHANNELS,
		.caps = c->interlock.config.caps,
		.period_us = c->interlock.period_us,
	};
	for (int i = 0; i < CHANNELS; i++)
		ret_info->channel[i].role = roles[i];
	*ret_identity = (struct cryoprobe_identity){
		.cryogen = value_of(c, TRAIT_NITROGEN) > 0 ? CRYOPROBE_CRYOGEN_LN2 :
							     CRYOPROBE_CRYOGEN_N2O,
		.gauge = (uint32_t)value_of(c, TRAIT_GAUGE),
		.shaft_length_mm = 100,
		.active_um = (uint32_t)lround(value_of(c, TRAIT_ACTIVE_MM) * 1e3),
	};
}

/* The converter's steps are wider at a lower gain. */
static int64_t quantised(const struct console *c, int64_t nv)
{
	int64_t step_nv = FULL_SCALE_NV * (1 << (int)value_of(c, TRAIT_ADC_BITS_LOST)) / CODES;

	return (nv + (nv < 0 ? -step_nv : step_nv) / 2) / step_nv * step_nv;
}

static struct cryoprobe_value good(int32_t value)
{
	return (struct cryoprobe_value){ value, CRYOPROBE_VALUE_VALID | CRYOPROBE_VALUE_FRESH };
}

/* As the driver reads a thermocouple behind an amplifier, against the bias. */
static struct cryoprobe_value thermocouple(const struct console *c, int64_t pin_nv,
					   int32_t cold_junction_mdegc)
{
	int64_t nv = quantised(c, pin_nv - CRYOSIM_TC_BIAS_NV) * 1000 / CRYOSIM_TC_GAIN_MILLI;
	int32_t mdegc;

	if (cryo_tc_linearise(CRYO_TC_T, (s32)nv, cold_junction_mdegc, &mdegc))
		return (struct cryoprobe_value){ 0, CRYOPROBE_VALUE_RANGE | CRYOPROBE_VALUE_FRESH };
	return good(mdegc);
}

static void read_channels(struct console *c, struct cryoprobe_value *value)
{
	struct sensor_readings r = handpiece_sense(&c->handpiece);
	int32_t plug_mdegc = (int32_t)(r.ambient_mk / 20 * 20 - 273150);	/* steps of 20 mK */

	value[TIP] = thermocouple(c, r.ain_nv[0][0], plug_mdegc);
	value[SHAFT] = thermocouple(c, r.ain_nv[1][0], plug_mdegc);
	value[TISSUE] = thermocouple(c, r.ain_nv[1][1], plug_mdegc);
	value[COLD_JUNCTION] = good(plug_mdegc);
	value[PRESSURE] = good((int32_t)((r.ain_nv[1][2] - CRYOSIM_PRESSURE_ZERO_NV) /
					 CRYOSIM_PRESSURE_NV_PER_KPA));
}

static void note(struct console *c)
{
	struct trace_point *p = trace_add_point(c->trace);

	p->time_s = (float)c->handpiece.time_s;
	p->tip_degc = (float)handpiece_tip_degc(&c->handpiece);
	p->drawn_g = (float)c->handpiece.tip.drawn_g;
	p->openings = c->openings;
	p->open = c->driven & CRYOPROBE_OUT_FREEZE;
	p->flow_permille = (uint16_t)c->interlock.flow;
	p->reading_degc = c->interlock.last.value[TIP].value * 1e-3f;
	c->lowest_tip_degc = fmin(c->lowest_tip_degc, p->tip_degc);
}

/* Closes what is not permitted any more, or whose time has come. */
static void follow(struct console *c)
{
	uint32_t driven = cryo_outputs_follow(&c->outputs, &c->interlock, c->now_ns);

	if (driven & ~c->driven & CRYOPROBE_OUT_FREEZE)
		c->openings++;
	c->driven = driven;
}

static void look(struct console *c)
{
	static const struct cryo_lines lines = { .estop_released = true };

	cryo_interlock_tick(&c->interlock, &lines, c->now_ns);
	cryo_outputs_look(&c->outputs, c->now_ns);
}

static void guard(struct console *c)
{
	look(c);
	cryo_interlock_pulse(&c->interlock, c->now_ns);
	follow(c);
}

static uint32_t word_of(uint32_t outputs)
{
	return (outputs & CRYOPROBE_OUT_SUPPLY ? CRYOSIM_OUT_SUPPLY : 0) |
	       (outputs & CRYOPROBE_OUT_FREEZE ? CRYOSIM_OUT_FREEZE : 0) |
	       (outputs & CRYOPROBE_OUT_VENT ? CRYOSIM_OUT_VENT : 0) |
	       (outputs & CRYOPROBE_OUT_THAW ? CRYOSIM_OUT_THAW : 0);
}

/* The plant goes on, and the guard's timer goes off where an opening ends. */
static void advance(struct console *c, int64_t until_ns)
{
	while (c->now_ns < until_ns) {
		double tissue_s = c->handpiece.tissue_s;

		if (c->now_ns >= cryo_outputs_deadline(&c->outputs, &c->interlock, c->now_ns))
			guard(c);
		handpiece_step(&c->handpiece, word_of(c->driven));
		c->now_ns += STEP_NS;
		if (c->handpiece.tissue_s > tissue_s)
			note(c);
	}
}

static void fill_sample(const struct console *c, const struct cryo_period *period,
			struct cryoprobe_sample *ret)
{
	const struct cryo_interlock *il = &c->interlock;

	*ret = (struct cryoprobe_sample){
		.seq = period->seq,
		.time_ns = period->time_ns,
		.due_ns = period->due_ns,
		.period_us = il->period_us,
		.state = cryo_interlock_state(il),
		.outputs = c->driven,
		.flow_permille = il->flow,
		.thaw_permille = il->thaw,
		.command_seq = il->command_seq,
		.fault_mask = il->latched,
		.fault_seq = il->fault_seq,
		.channels = CHANNELS,
	};
	memcpy(ret->channel, period->value, sizeof(ret->channel));
}

void console_sample(struct console *c, struct cryoprobe_sample *ret_sample,
		    struct cryoprobe_status *ret_status)
{
	int64_t period_ns = c->interlock.period_us * 1000LL;
	int64_t due_ns = ++c->seq * period_ns;
	int64_t late_ns = (int64_t)(value_of(c, TRAIT_JITTER_MS) * 1e6 * rng_uniform(&c->rng));
	struct cryo_period period = {
		.seq = c->seq, .due_ns = due_ns, .next_due_ns = due_ns + period_ns,
	};

	advance(c, due_ns + late_ns);
	period.time_ns = c->now_ns;
	read_channels(c, period.value);
	cryo_interlock_period(&c->interlock, &period, c->now_ns);
	look(c);
	cryo_outputs_open(&c->outputs, &c->interlock, c->now_ns);
	follow(c);
	guard(c);
	fill_sample(c, &period, ret_sample);
	*ret_status = (struct cryoprobe_status){ 0 };
	cryo_interlock_status(&c->interlock, ret_status);
}

int console_set_limits(struct console *c, const struct cryoprobe_limits *limits)
{
	return cryo_interlock_set_limits(&c->interlock, limits);
}

int console_arm(struct console *c)
{
	return cryo_interlock_arm(&c->interlock, WORK_US, c->now_ns);
}

void console_disarm(struct console *c)
{
	cryo_interlock_disarm(&c->interlock, c->now_ns);
	follow(c);
}

int console_clear_fault(struct console *c, uint32_t fault_seq)
{
	return cryo_interlock_clear(&c->interlock, fault_seq);
}

uint32_t console_command(struct console *c, uint64_t sample_seq, uint32_t flow_permille,
			 uint32_t thaw_permille)
{
	return cryo_interlock_command(&c->interlock, sample_seq, flow_permille, thaw_permille,
				      c->now_ns);
}

static void measure(const struct console *c, double degc, double *ret_radius_mm,
		    double *ret_half_length_mm)
{
	struct iceball ball = iceball_measure(c->handpiece.tissue, degc);

	*ret_radius_mm = ball.radius_m * 1e3;
	*ret_half_length_mm = iceball_half_length_m(&ball) * 1e3;
}

struct console_truth console_truth(const struct console *c, bool with_ice)
{
	struct console_truth truth = {
		.tip_degc = handpiece_tip_degc(&c->handpiece),
		.lowest_tip_degc = c->lowest_tip_degc,
		.drawn_g = c->handpiece.tip.drawn_g,
		.has_liquid = cylinder_has_liquid(&c->handpiece.cylinder),
	};

	if (!with_ice)
		return truth;
	measure(c, -1, &truth.ice_mm[AXIS_EDGE], &truth.ice_mm[AXIS_EDGE_LENGTH]);
	measure(c, -20, &truth.ice_mm[AXIS_ISOTHERM], &truth.ice_mm[AXIS_ISOTHERM_LENGTH]);
	return truth;
}
