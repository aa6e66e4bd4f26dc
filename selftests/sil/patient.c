// SPDX-License-Identifier: GPL-2.0-or-later
/* The plant of one handpiece with the kernel's modulator and prediction around it. */
#include "selftests/sil/patient.h"

#include <math.h>
#include <stdlib.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "selftests/plant/handpiece.h"
#include "selftests/plant/rng.h"

#include "kernel/modulator.h"
#include "kernel/slope.h"

/* The kernel's lead with the binding's defaults at 50 Hz: tail, sensor lag and two periods. */
#define LEAD_NS 640000000LL
#define STEP_NS ((int64_t)(HANDPIECE_FLUID_STEP_S * 1e9))

struct patient {
	struct handpiece handpiece;
	struct cryo_modulator freeze;
	struct cryo_slope slope;
	struct rng rng;
	int64_t now_ns;
	double lowest_tip_degc;
};

struct patient_config patient_defaults(void)
{
	return (struct patient_config){
		.gauge = 18, .active_mm = 7, .tissue = "muscle", .room_degc = 20,
		.cell_mm = 0.15, .seed = 1,
	};
}

static int begin(struct handpiece *h, const struct patient_config *config)
{
	struct handpiece_config hc = handpiece_defaults();
	const struct tissue *tissue = tissue_find(config->tissue);

	if (!tissue)
		return -1;
	hc.tip.cryogen = config->nitrogen ? CRYOGEN_LN2 : CRYOGEN_N2O;
	hc.tip.gauge = config->gauge;
	hc.tip.active_m = config->active_mm * 1e-3;
	hc.tissue = *tissue;
	hc.cylinder_degc = config->room_degc;
	hc.cell_m = config->cell_mm * 1e-3;
	hc.seed = config->seed;
	return handpiece_begin(h, &hc);
}

struct patient *patient_new(const struct patient_config *config)
{
	struct patient *p = calloc(1, sizeof(*p));

	if (!p || begin(&p->handpiece, config)) {
		free(p);
		return NULL;
	}
	/* The binding's defaults for the valve. */
	p->freeze = (struct cryo_modulator){
		.min_on_ns = 15000000, .min_off_ns = 15000000, .period_ns = 200000000,
	};
	cryo_modulator_reset(&p->freeze, 0);
	p->rng = rng_seeded(config->seed + 1000);
	p->lowest_tip_degc = handpiece_tip_degc(&p->handpiece);
	return p;
}

void patient_free(struct patient *p)
{
	if (!p)
		return;
	handpiece_end(&p->handpiece);
	free(p);
}

void patient_step(struct patient *p, uint32_t flow_permille, uint32_t thaw_permille,
		  int64_t period_ns)
{
	uint32_t word = flow_permille ? CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_VENT : 0;

	if (thaw_permille && !flow_permille)
		word |= CRYOSIM_OUT_THAW;
	cryo_modulator_step(&p->freeze, flow_permille, p->now_ns, period_ns);
	for (int64_t end = p->now_ns + period_ns; p->now_ns < end; p->now_ns += STEP_NS) {
		if (p->freeze.open && p->now_ns >= p->freeze.close_ns)
			cryo_modulator_close(&p->freeze, p->now_ns);
		handpiece_step(&p->handpiece, word | (p->freeze.open ? CRYOSIM_OUT_FREEZE : 0));
		p->lowest_tip_degc = fmin(p->lowest_tip_degc, handpiece_tip_degc(&p->handpiece));
	}
}

static int32_t read_mdegc(struct patient *p, double degc)
{
	const struct sensors_config *c = &p->handpiece.sensors.config;

	return (int32_t)lround(1e3 * (degc + c->noise_degc * rng_normal(&p->rng)));
}

struct patient_view patient_look(struct patient *p, bool with_ice)
{
	const struct sensors *s = &p->handpiece.sensors;
	struct patient_view view = {
		.tip_mdegc = read_mdegc(p, s->tip_degc + s->config.tip_offset_degc),
		.shaft_mdegc = read_mdegc(p, s->shaft_degc),
		.tissue_mdegc = read_mdegc(p, s->tissue_degc),
		.pressure_kpa = (int32_t)lround(handpiece_supply_kpa(&p->handpiece)),
		.true_tip_degc = handpiece_tip_degc(&p->handpiece),
		.lowest_tip_degc = p->lowest_tip_degc,
		.cryogen_g = p->handpiece.tip.drawn_g,
	};
	struct iceball edge, isotherm;

	cryo_slope_add(&p->slope, p->now_ns, view.tip_mdegc);
	view.predicted_mdegc = cryo_slope_lowest(&p->slope, LEAD_NS);
	if (!with_ice)
		return view;
	edge = iceball_measure(p->handpiece.tissue, -1);
	isotherm = iceball_measure(p->handpiece.tissue, -20);
	view.ice_radius_mm = edge.radius_m * 1e3;
	view.ice_half_length_mm = iceball_half_length_m(&edge) * 1e3;
	view.isotherm_radius_mm = isotherm.radius_m * 1e3;
	return view;
}
