/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One virtual patient with its needle: tissue, tip, cylinder and sensors, advanced together.
 * Pure.
 */
#ifndef CRYO_PLANT_HANDPIECE_H
#define CRYO_PLANT_HANDPIECE_H

#include <stdint.h>

#include "selftests/plant/bioheat.h"
#include "selftests/plant/cylinder.h"
#include "selftests/plant/faults.h"
#include "selftests/plant/iceball.h"
#include "selftests/plant/sensors.h"
#include "selftests/plant/tip.h"

/**
 * struct handpiece_config - a patient and a needle
 * @tip: needle and console
 * @tissue: properties, copied
 * @vessel: near the needle, if any
 * @cylinder_degc: temperature of the room and the cylinder
 * @liquid_g: liquid in the cylinder at first, not more than a full one has
 * @contact_m2k_w: thermal resistance between needle and tissue
 * @tissue_needle_m: distance of the thermocouple beside the active length's middle, from the axis
 * @cell_m, @growth: of the grid at the needle
 * @step_s: of the tissue; a multiple of the fluid's HANDPIECE_FLUID_STEP_S
 * @sensors: lag, offset and noise
 * @seed: of noise and jitter
 */
struct handpiece_config {
	struct tip_config tip;
	struct tissue tissue;
	struct vessel vessel;
	double cylinder_degc, liquid_g;
	double contact_m2k_w;
	double tissue_needle_m;
	double cell_m, growth;
	double step_s;
	struct sensors_config sensors;
	uint64_t seed;
};

#define HANDPIECE_FLUID_STEP_S 1e-3

struct handpiece {
	struct handpiece_config config;
	struct bioheat *tissue;
	struct tip tip;
	struct cylinder cylinder;
	struct sensors sensors;
	uint64_t faults;		/* by index of the table */
	struct disturbances disturbances;
	double time_s;			/* simulated since the reset */
	double tissue_s;		/* up to which the tissue has been advanced */
	struct bioheat_drive drive;	/* sums since then */
};

struct handpiece_config handpiece_defaults(void);

/* 0, -ENOMEM, or -EINVAL when the configuration makes no grid. */
int handpiece_begin(struct handpiece *h, const struct handpiece_config *config);
void handpiece_end(struct handpiece *h);

/* Warm tissue, no cryogen behind the valve, a full cylinder; faults stay. */
void handpiece_reset(struct handpiece *h);

/* Another tissue; resets. On error nothing changes. */
int handpiece_set_tissue(struct handpiece *h, const struct tissue *tissue);

/* Sets or clears a fault of the table. */
void handpiece_set_fault(struct handpiece *h, int fault, int on);

/* Advances by HANDPIECE_FLUID_STEP_S with these CRYOSIM_OUT_* bits powered. */
void handpiece_step(struct handpiece *h, uint32_t effective);

double handpiece_tip_degc(const struct handpiece *h);

/* What the chips' pins see now, with fresh noise; levels are the caller's. */
struct sensor_readings handpiece_sense(struct handpiece *h);

/* Supply pressure before the valves, gauge. */
double handpiece_supply_kpa(const struct handpiece *h);

#endif
