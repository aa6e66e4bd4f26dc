// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts tissue, tip, cylinder and sensors together and advances them in step. */
#include "selftests/plant/handpiece.h"

#include <errno.h>
#include <math.h>

#define BODY_DEGC 37
#define ATMOSPHERE_KPA 101.325
#define REACH_M 0.03

#define SHAFT_BEYOND_M 8e-3	/* of the shaft's thermocouple, past the active length */

struct handpiece_config handpiece_defaults(void)
{
	return (struct handpiece_config){
		.tip = tip_defaults(), .tissue = *tissue_find("muscle"), .cylinder_degc = 20,
		.liquid_g = INFINITY,
		.contact_m2k_w = 1e-5, .tissue_needle_m = 5e-3, .cell_m = 0.15e-3, .growth = 1.1, .step_s = 10e-3,
		.sensors = sensors_defaults(), .seed = 1,
	};
}

static struct bioheat *tissue_new(const struct handpiece_config *c, const struct tissue *tissue)
{
	struct bioheat_config config = {
		.shape = BIOHEAT_NEEDLE, .wall = BIOHEAT_WALL_TIP, .tissue = *tissue,
		.vessel = c->vessel,
		.radius_m = tip_radius_m(c->tip.gauge), .active_m = c->tip.active_m,
		.cell_m = c->cell_m, .growth = c->growth, .reach_m = REACH_M,
		.initial_degc = BODY_DEGC, .tip_capacity_j_k = tip_capacity_j_k(&c->tip),
		.contact_m2k_w = c->contact_m2k_w,
	};

	return bioheat_new(&config);
}

double handpiece_supply_kpa(const struct handpiece *h)
{
	double kpa = cylinder_kpa(&h->cylinder) - ATMOSPHERE_KPA;

	return fmax(kpa * (1 + h->disturbances.pressure_share), 0);
}

static struct sensor_truth truth_of(const struct handpiece *h)
{
	double active_m = h->config.tip.active_m;

	return (struct sensor_truth){
		.tip_degc = bioheat_tip_degc(h->tissue),
		.shaft_degc = bioheat_degc_at(h->tissue, tip_radius_m(h->config.tip.gauge),
					      active_m + SHAFT_BEYOND_M),
		.tissue_degc = bioheat_degc_at(h->tissue, h->config.tissue_needle_m,
					       active_m / 2),
		.supply_kpa = handpiece_supply_kpa(h),
		.line_kpa = h->tip.line_kpa,
	};
}

int handpiece_begin(struct handpiece *h, const struct handpiece_config *config)
{
	*h = (struct handpiece){ .config = *config };
	h->tissue = tissue_new(config, &config->tissue);
	if (!h->tissue)
		return errno == ENOMEM ? -ENOMEM : -EINVAL;
	handpiece_reset(h);
	return 0;
}

void handpiece_end(struct handpiece *h)
{
	bioheat_free(h->tissue);
	h->tissue = NULL;
}

void handpiece_reset(struct handpiece *h)
{
	struct sensor_truth truth;

	bioheat_reset(h->tissue);
	tip_begin(&h->tip, &h->config.tip, h->config.seed);
	h->cylinder = cylinder_full(h->config.tip.cryogen, h->config.cylinder_degc);
	cylinder_leave(&h->cylinder, h->config.liquid_g);
	if (h->disturbances.cylinder_empty > 0)
		cylinder_empty(&h->cylinder);
	h->time_s = 0;
	h->tissue_s = 0;
	h->drive = (struct bioheat_drive){ 0 };
	truth = truth_of(h);
	sensors_begin(&h->sensors, &h->config.sensors, &truth, ~h->config.seed);
}

int handpiece_set_tissue(struct handpiece *h, const struct tissue *tissue)
{
	struct bioheat *other = tissue_new(&h->config, tissue);

	if (!other)
		return -ENOMEM;
	bioheat_free(h->tissue);
	h->tissue = other;
	h->config.tissue = *tissue;
	handpiece_reset(h);
	return 0;
}

void handpiece_set_fault(struct handpiece *h, int fault, int on)
{
	uint64_t bit = 1ULL << fault;

	h->faults = on ? h->faults | bit : h->faults & ~bit;
	h->disturbances = fault_disturbances(h->faults);
	if (h->disturbances.pressure_fall_1_s <= 0)
		h->cylinder.lost_share = 0;
	if (h->disturbances.cylinder_empty > 0)
		cylinder_empty(&h->cylinder);
}

/* The fluid acts on the tissue as its mean over the tissue's step. */
static void collect(struct bioheat_drive *sum, const struct bioheat_drive *now, double step_s)
{
	sum->boiling_degc += now->boiling_degc * step_s;
	sum->boiling_w_k += now->boiling_w_k * step_s;
	sum->cooling_max_w += now->cooling_max_w * step_s;
	sum->heater_w += now->heater_w * step_s;
}

static void advance_tissue(struct handpiece *h)
{
	double span_s = h->time_s - h->tissue_s;
	struct bioheat_drive mean = {
		.boiling_degc = h->drive.boiling_degc / span_s,
		.boiling_w_k = h->drive.boiling_w_k / span_s,
		.cooling_max_w = h->drive.cooling_max_w / span_s,
		.heater_w = h->drive.heater_w / span_s,
	};

	bioheat_step(h->tissue, span_s, &mean);
	h->tissue_s = h->time_s;
	h->drive = (struct bioheat_drive){ 0 };
}

void handpiece_step(struct handpiece *h, uint32_t effective)
{
	struct bioheat_drive now = tip_step(&h->tip, HANDPIECE_FLUID_STEP_S, effective,
					    bioheat_tip_degc(h->tissue), &h->cylinder,
					    &h->disturbances);
	struct sensor_truth truth;

	collect(&h->drive, &now, HANDPIECE_FLUID_STEP_S);
	h->cylinder.lost_share += (1 - h->cylinder.lost_share) * HANDPIECE_FLUID_STEP_S *
				  h->disturbances.pressure_fall_1_s;
	h->time_s += HANDPIECE_FLUID_STEP_S;
	if (h->time_s - h->tissue_s < h->config.step_s - HANDPIECE_FLUID_STEP_S / 2)
		return;
	advance_tissue(h);
	truth = truth_of(h);
	sensors_step(&h->sensors, h->config.step_s, &truth);
}

double handpiece_tip_degc(const struct handpiece *h)
{
	return bioheat_tip_degc(h->tissue);
}

struct sensor_readings handpiece_sense(struct handpiece *h)
{
	struct sensor_truth truth = truth_of(h);

	return sensors_read(&h->sensors, &truth, &h->disturbances);
}
