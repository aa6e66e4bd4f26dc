// SPDX-License-Identifier: GPL-2.0-or-later
/* From temperatures and pressure to the voltages at the converters' pins. */
#include "selftests/plant/sensors.h"

#include <math.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "selftests/plant/emf.h"

#define NV_PER_V 1e9

/* State of a thermocouple's wires. */
enum wires { WIRES_GOOD, WIRES_OPEN, WIRES_SHORT, WIRES_REVERSED };

struct sensors_config sensors_defaults(void)
{
	return (struct sensors_config){
		.tip_lag_s = 0.06, .other_lag_s = 0.15, .noise_degc = 0.03,
		.pressure_noise_kpa = 5, .cold_junction_degc = 24,
	};
}

void sensors_begin(struct sensors *s, const struct sensors_config *config,
		   const struct sensor_truth *truth, uint64_t seed)
{
	*s = (struct sensors){
		.config = *config, .rng = rng_seeded(seed),
		.tip_degc = truth->tip_degc, .shaft_degc = truth->shaft_degc,
		.tissue_degc = truth->tissue_degc, .infrared_degc = truth->tip_degc,
	};
}

static void follow(double *sensor, double truth, double share)
{
	*sensor += share * (truth - *sensor);
}

void sensors_step(struct sensors *s, double step_s, const struct sensor_truth *truth)
{
	double tip_share = -expm1(-step_s / s->config.tip_lag_s);
	double other_share = -expm1(-step_s / s->config.other_lag_s);

	follow(&s->tip_degc, truth->tip_degc, tip_share);
	follow(&s->infrared_degc, truth->tip_degc, other_share);
	follow(&s->shaft_degc, truth->shaft_degc, other_share);
	follow(&s->tissue_degc, truth->tissue_degc, other_share);
}

static int64_t pin_nv(double nv)
{
	return (int64_t)llround(fmin(fmax(nv, 0), CRYOSIM_ADC_SUPPLY_NV));
}

static int64_t thermocouple_nv(const struct sensors *s, double degc, enum wires wires)
{
	double gain = CRYOSIM_TC_GAIN_MILLI / 1000.0;
	double emf_v = emf_type_t(degc) - emf_type_t(s->config.cold_junction_degc);

	if (wires == WIRES_OPEN)	/* the bias resistors pull it there: SM-BIAS */
		return CRYOSIM_ADC_SUPPLY_NV;
	if (wires == WIRES_SHORT)
		emf_v = 0;
	if (wires == WIRES_REVERSED)
		emf_v = -emf_v;
	return pin_nv(CRYOSIM_TC_BIAS_NV + gain * emf_v * NV_PER_V);
}

static enum wires tip_wires(const struct disturbances *d)
{
	if (d->tip_open > 0)
		return WIRES_OPEN;
	if (d->tip_short > 0)
		return WIRES_SHORT;
	return d->tip_reversed > 0 ? WIRES_REVERSED : WIRES_GOOD;
}

static int64_t pressure_nv(struct sensors *s, double kpa)
{
	kpa += s->config.pressure_noise_kpa * rng_normal(&s->rng);
	return pin_nv(CRYOSIM_PRESSURE_ZERO_NV + CRYOSIM_PRESSURE_NV_PER_KPA * kpa);
}

static int64_t millikelvin(double degc)
{
	return llround(1000 * (degc + 273.15));
}

struct sensor_readings sensors_read(struct sensors *s, const struct sensor_truth *truth,
				    const struct disturbances *d)
{
	double noise = s->config.noise_degc;
	double tip = s->tip_degc + s->config.tip_offset_degc + d->tip_step_degc +
		     hypot(noise, d->tip_noise_degc) * rng_normal(&s->rng);
	double shaft = s->shaft_degc + d->shaft_degc + noise * rng_normal(&s->rng);
	double tissue = s->tissue_degc + s->config.tissue_offset_degc +
			noise * rng_normal(&s->rng);
	int64_t supply_nv = pressure_nv(s, truth->supply_kpa);
	int64_t line_nv = pressure_nv(s, truth->line_kpa);

	return (struct sensor_readings){
		.ain_nv = {
			{ thermocouple_nv(s, tip, tip_wires(d)), CRYOSIM_TC_BIAS_NV },
			{ thermocouple_nv(s, shaft, d->shaft_open > 0 ? WIRES_OPEN : WIRES_GOOD),
			  thermocouple_nv(s, tissue, d->tissue_open > 0 ? WIRES_OPEN : WIRES_GOOD),
			  d->transducer_open > 0 ? 0 : supply_nv, CRYOSIM_TC_BIAS_NV },
			{ d->line_transducer_open > 0 ? 0 : line_nv },
		},
		.object_mk = millikelvin(s->infrared_degc + d->infrared_degc),
		.ambient_mk = millikelvin(s->config.cold_junction_degc + d->cold_junction_degc),
	};
}
