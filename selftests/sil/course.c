// SPDX-License-Identifier: GPL-2.0-or-later
/* Closes the loop between core/ and the plant, as cryod and the kernel do; keeps the figures. */
#include "selftests/sil/course.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define PERIOD_US	20000
#define PERIOD_NS	(PERIOD_US * 1000LL)
#define TOTAL_MAX_S	1800
#define SETTLING_S	5.0
#define TRACE_EVERY	10	/* periods */

struct course {
	struct patient *patient;
	struct treatment *treatment;
	const struct protocol *protocol;
	struct probe_sample sample;
	struct probe_command command, former;	/* a command acts one period after its sample */
	struct treatment_status status;
	struct patient_view view;
	struct course_figures figures;
	double cool_since_s, freeze_since_s;
	double square_sum, square_time_s;
	enum phase phase;
};

static double now_s(const struct course *c)
{
	return c->sample.seq * (PERIOD_NS * 1e-9);
}

static struct probe_profile profile_of(const struct patient_config *config, bool has_thaw)
{
	return (struct probe_profile){
		.cryogen = config->nitrogen ? CRYOGEN_LN2 : CRYOGEN_N2O,
		.gauge = config->gauge,
		.active_um = (uint32_t)lround(config->active_mm * 1e3),
		.shaft_mm = 100,
		.caps_tip_floor_mdegc = config->nitrogen ? -190000 : -100000,
		.caps_freeze_max_ms = 600000,
		.caps_total_max_ms = 1200000,
		.caps_validity_max_ms = 1000,
		.caps_idle_max_ms = 600000,
		.has_thaw = has_thaw,
	};
}

static struct reading reading(int32_t mdegc)
{
	return (struct reading){ mdegc, true };
}

/* The kernel's part: arms and disarms, grants what was asked for one period ago. */
static void sample_next(struct course *c)
{
	c->sample.seq++;
	c->sample.time_ns = c->sample.seq * PERIOD_NS;
	c->sample.interlock = c->former.want_armed ? INTERLOCK_ARMED : INTERLOCK_DISARMED;
	c->sample.flow_permille = c->former.want_armed ? c->former.flow_permille : 0;
	c->sample.thaw_permille = c->former.want_armed ? c->former.thaw_permille : 0;
	patient_step(c->patient, c->sample.flow_permille, c->sample.thaw_permille, PERIOD_NS);
	c->view = patient_look(c->patient, c->sample.seq % TRACE_EVERY == 0);
	c->sample.tip = reading(c->view.tip_mdegc);
	c->sample.shaft = reading(c->view.shaft_mdegc);
	c->sample.tissue = reading(c->view.tissue_mdegc);
	c->sample.cold_junction = reading(24000);
	c->sample.pressure_kpa = c->view.pressure_kpa;
	c->sample.pressure_valid = true;
}

static struct cycle_figures *cycle_of(struct course *c)
{
	return &c->figures.cycle[c->status.cycle ? c->status.cycle - 1 : 0];
}

static void enter(struct course *c)
{
	if (c->status.phase == PHASE_COOL) {
		c->cool_since_s = now_s(c);
		c->square_sum = 0;
		c->square_time_s = 0;
		c->figures.cycles = c->status.cycle;
	}
	if (c->status.phase == PHASE_FREEZE) {
		c->freeze_since_s = now_s(c);
		cycle_of(c)->to_target_s = now_s(c) - c->cool_since_s;
	}
}

static void note_hold(struct course *c, struct cycle_figures *figures, double deviation)
{
	if (c->status.phase != PHASE_FREEZE || now_s(c) - c->freeze_since_s < SETTLING_S)
		return;
	c->square_sum += deviation * deviation * PERIOD_NS * 1e-9;
	c->square_time_s += PERIOD_NS * 1e-9;
	figures->hold_s = c->square_time_s;
	figures->hold_rms_degc = sqrt(c->square_sum / c->square_time_s);
	figures->hold_worst_degc = fmax(figures->hold_worst_degc, fabs(deviation));
}

static void note_ice(struct course *c, struct cycle_figures *figures)
{
	double estimate = c->status.ice_radius_um * 1e-3;

	if (c->sample.seq % TRACE_EVERY || c->view.ice_radius_mm <= 0)
		return;
	figures->ice_error_mm = fmax(figures->ice_error_mm, fabs(estimate - c->view.ice_radius_mm));
	if (c->view.ice_radius_mm > c->figures.ice_radius_mm) {
		c->figures.ice_radius_mm = c->view.ice_radius_mm;
		c->figures.ice_estimate_mm = estimate;
	}
}

static void note(struct course *c)
{
	struct cycle_figures *figures = cycle_of(c);
	double target = c->protocol->target_mdegc * 1e-3;

	c->figures.predicted_margin_degc = fmin(c->figures.predicted_margin_degc,
						(c->view.predicted_mdegc -
						 c->protocol->floor_mdegc) * 1e-3);
	if (c->status.phase != c->phase)
		enter(c);
	c->phase = c->status.phase;
	if (c->phase == PHASE_COOL || c->phase == PHASE_FREEZE) {
		figures->overshoot_degc = fmax(figures->overshoot_degc,
					       target - c->view.true_tip_degc);
		note_hold(c, figures, c->view.true_tip_degc - target);
		note_ice(c, figures);
	}
	if (c->phase == PHASE_WITHDRAW)
		c->figures.withdraw_tip_degc = fmin(c->figures.withdraw_tip_degc,
						    c->view.true_tip_degc);
}

static void print_trace(const struct course *c, FILE *trace)
{
	if (!trace || c->sample.seq % TRACE_EVERY)
		return;
	fprintf(trace, "%.2f,%s,%u,%.3f,%.3f,%u,%u,%.3f,%.3f,%.3f\n", now_s(c),
		phase_to_string(c->status.phase), c->status.cycle, c->view.true_tip_degc,
		c->sample.tip.mdegc * 1e-3, c->sample.flow_permille, c->sample.thaw_permille,
		c->view.ice_radius_mm, c->status.ice_radius_um * 1e-3,
		c->status.ice_error_um * 1e-3);
}

static void confirm(struct course *c)
{
	const char *reason;

	if (*c->status.prompt)
		treatment_verb(c->treatment, VERB_ADVANCE, &reason);
}

static void turn(struct course *c, FILE *trace)
{
	struct treatment_event event;

	sample_next(c);
	c->former = c->command;
	treatment_step(c->treatment, &c->sample, &c->command);
	while (treatment_next_event(c->treatment, &event))
		if (trace && event.kind == TREATMENT_EVENT_PHASE)
			fprintf(trace, "# %.2f %s: %s\n", now_s(c), phase_to_string(event.new),
				event.reason);
	treatment_status(c->treatment, &c->status);
	note(c);
	print_trace(c, trace);
}

static int run(struct course *c, FILE *trace)
{
	const char *reason;
	int r;

	turn(c, trace);
	r = treatment_start(c->treatment, c->protocol, &reason);
	if (r) {
		fprintf(stderr, "cannot start: %s\n", reason);
		return r;
	}
	do {
		turn(c, trace);
		confirm(c);
	} while (c->status.phase != PHASE_IDLE && now_s(c) < TOTAL_MAX_S);
	c->figures.outcome = c->status.outcome;
	c->figures.total_s = now_s(c);
	c->figures.cryogen_g = c->view.cryogen_g;
	c->figures.floor_margin_degc = c->view.lowest_tip_degc - c->protocol->floor_mdegc * 1e-3;
	c->figures.flow_at_end = c->command.flow_permille || c->sample.flow_permille;
	return 0;
}

int course_run(const struct patient_config *config, const struct protocol *protocol, bool has_thaw,
	       FILE *trace, struct course_figures *ret)
{
	struct probe_profile profile = profile_of(config, has_thaw);
	struct course c = {
		.patient = patient_new(config),
		.treatment = malloc(treatment_size()),
		.protocol = protocol,
		.figures.withdraw_tip_degc = INFINITY,
		.figures.predicted_margin_degc = INFINITY,
	};
	int r = -ENOMEM;

	if (trace)
		fprintf(trace, "time_s,phase,cycle,tip_true_degc,tip_read_degc,flow_permille,thaw_permille,ice_true_mm,ice_estimate_mm,ice_error_mm\n");
	if (c.patient && c.treatment) {
		treatment_init(c.treatment, &profile, PERIOD_US);
		r = run(&c, trace);
	}
	patient_free(c.patient);
	free(c.treatment);
	if (!r)
		*ret = c.figures;
	return r;
}
