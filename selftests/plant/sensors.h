/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Thermocouples with lag and noise, the front end's voltages, infrared and pressure. */
#ifndef CRYO_PLANT_SENSORS_H
#define CRYO_PLANT_SENSORS_H

#include <stdint.h>

#include "selftests/plant/faults.h"
#include "selftests/plant/rng.h"

/**
 * struct sensors_config - what separates readings from truth
 * @tip_lag_s: of the tip thermocouple, 0.02 to 0.3 s
 * @other_lag_s: of shaft, tissue needle and infrared
 * @tip_offset_degc: constant error of the tip thermocouple
 * @tissue_offset_degc: constant error of the tissue needle's thermocouple
 * @noise_degc: deviation of each thermocouple reading
 * @pressure_noise_kpa: deviation of each pressure reading
 * @cold_junction_degc: temperature of the handpiece's plug
 */
struct sensors_config {
	double tip_lag_s, other_lag_s;
	double tip_offset_degc, tissue_offset_degc;
	double noise_degc, pressure_noise_kpa;
	double cold_junction_degc;
};

/* Temperatures as the sensors have them, lagging the truth. */
struct sensors {
	struct sensors_config config;
	struct rng rng;
	double tip_degc, shaft_degc, tissue_degc, infrared_degc;
};

struct sensor_truth {
	double tip_degc, shaft_degc, tissue_degc;
	double supply_kpa, line_kpa;	/* gauge */
};

/* In the units of the shared page. */
struct sensor_readings {
	int64_t ain_nv[3][4];
	int64_t object_mk, ambient_mk;
};

struct sensors_config sensors_defaults(void);

/* Starts settled at these temperatures. */
void sensors_begin(struct sensors *s, const struct sensors_config *config,
		   const struct sensor_truth *truth, uint64_t seed);

void sensors_step(struct sensors *s, double step_s, const struct sensor_truth *truth);

/* Voltages and infrared registers now, with fresh noise. */
struct sensor_readings sensors_read(struct sensors *s, const struct sensor_truth *truth,
				    const struct disturbances *d);

#endif
