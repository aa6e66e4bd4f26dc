// SPDX-License-Identifier: GPL-2.0-or-later
/* Which tissue it is: by the flow that the tip needs, and by a thermocouple that lies in it. */
#include <math.h>

#include "daemon/core/ice-parts.h"

/* Heat of late: with this weight of the past. */
#define LATE_S		30.0
/* As found on patients of the tuning set. */
#define ENOUGH_FLOW	0.2
#define SHAFT_POWER	0.2
/* Of what a flow is expected to give and what a tissue takes, as natural logarithm. */
#define HEAT_SPREAD	0.25

/* Of a thermocouple of class 1 and the body's temperature, and of where it was placed. */
#define SENSOR_K	1.0
#define SENSOR_M	0.3e-3
/* Of the share between usual (0) and fast (1), which is the limit of the class. */
#define SHARE_SPREAD	0.45
/* Of a reading's difference, in its spread, beyond which it is not believed. */
#define BELIEVED	3.0

/*
 * Minus twice the log-likelihood of what is off by the root of @square spreads: of Student's
 * distribution with three degrees of freedom, for a patient may be an odd one.
 */
static double misfit(double square)
{
	return 4 * log1p(square / 3);
}

double ice_between(const double of[ICE_OF_A_KIND], double share)
{
	double end = share > 0 ? of[ICE_FAST] : of[ICE_SLOW];

	return of[ICE_USUAL] + fabs(share) * (end - of[ICE_USUAL]);
}

void ice_weigh(struct ice *ice, uint32_t flow_permille, int64_t dt_ns)
{
	double dt_s = dt_ns * 1e-9, late = -expm1(-dt_s / LATE_S);

	if (dt_ns <= 0 || !ice->wall.known)
		return;
	ice->flow += (flow_permille * 1e-3 - ice->flow) * late;
	for (int kind = 0; kind < ice->kinds; kind++) {
		int usual = kind * ICE_OF_A_KIND + ICE_USUAL;
		double tissue_w = ice_field_wall_w(&ice->geometry, &ice->tissue[usual],
						   ice->enthalpy[usual], ice->wall.degc);
		double steel_w = ice->capacity_j_k * ice->fall_k / dt_s;
		double *taken_w = &ice->evidence[kind].taken_w;

		*taken_w += (tissue_w + steel_w - *taken_w) * late;
	}
}

static double sensed_degc(const struct ice *ice, int tissue, const struct ice_place *place)
{
	return ice_field_degc(&ice->tissue[tissue], ice->enthalpy[tissue], &ice->wall, place);
}

/*
 * One step of a Kalman filter for the share. Every reading is weighed against the class alone, and
 * not against the readings before: where it was placed does not change, so they all err alike.
 */
static void compare_kind(struct ice *ice, int kind, double degc)
{
	const struct ice_sensor *sensor = &ice->sensor;
	struct ice_evidence *e = &ice->evidence[kind];
	int first = kind * ICE_OF_A_KIND, usual = first + ICE_USUAL;
	double slope = (sensed_degc(ice, first + ICE_FAST, &sensor->place) -
			sensed_degc(ice, first + ICE_SLOW, &sensor->place)) / 2;
	double across = (sensed_degc(ice, usual, &sensor->outside) -
			 sensed_degc(ice, usual, &sensor->inside)) / 2;
	double own = slope * slope * SHARE_SPREAD * SHARE_SPREAD;
	double reading = SENSOR_K * SENSOR_K + across * across;
	double off = degc - sensed_degc(ice, usual, &sensor->place);

	e->share = fmax(fmin(slope * SHARE_SPREAD * SHARE_SPREAD * off / (own + reading), 1), -1);
	e->doubt = sqrt(reading / (own + reading));
	e->misfit = misfit(off * off / (own + reading)) + log(own + reading);
	if (off * off > BELIEVED * BELIEVED * (own + reading)) {
		e->share = 0;
		e->doubt = 1;
	}
}

static void forget_sensor(struct ice *ice)
{
	for (int kind = 0; kind < ice->kinds; kind++) {
		ice->evidence[kind].share = 0;
		ice->evidence[kind].doubt = 1;
		ice->evidence[kind].misfit = 0;
	}
}

void ice_compare(struct ice *ice, const struct reading *tissue)
{
	if (!ice->sensor.fitted)
		return;
	if (!tissue->valid) {
		forget_sensor(ice);
		return;
	}
	for (int kind = 0; kind < ice->kinds; kind++)
		compare_kind(ice, kind, tissue->mdegc * 1e-3);
}

void ice_place_sensor(struct ice *ice, uint32_t distance_um)
{
	double radius_m = distance_um * 1e-6;

	ice->sensor = (struct ice_sensor){
		.fitted = true,
		.place = ice_field_place(&ice->geometry, radius_m),
		.inside = ice_field_place(&ice->geometry, radius_m - SENSOR_M),
		.outside = ice_field_place(&ice->geometry, radius_m + SENSOR_M),
	};
}

/* What the flow of late is expected to give: a shaft that little flow leaves warm takes its part. */
static double given_w(const struct ice *ice)
{
	return ice->full_flow_w * ice->flow * pow(fmin(ice->flow / ENOUGH_FLOW, 1), SHAFT_POWER);
}

/* Heat given and taken differ by a factor that is about log-normal. */
static double heat_misfit(const struct ice *ice, int kind)
{
	double off = log(given_w(ice) / ice->evidence[kind].taken_w) / HEAT_SPREAD;

	return misfit(off * off);
}

double ice_fat_share(const struct ice *ice)
{
	const struct ice_evidence *lean = &ice->evidence[ICE_KIND_LEAN];
	const struct ice_evidence *fat = &ice->evidence[ICE_KIND_FAT];
	double against;

	if (ice->kinds < ICE_KINDS)
		return 0;
	against = fat->misfit - lean->misfit;
	if (ice->flow > 0 && lean->taken_w > 0 && fat->taken_w > 0)
		against += heat_misfit(ice, ICE_KIND_FAT) - heat_misfit(ice, ICE_KIND_LEAN);
	return 1 / (1 + exp(against / 2));
}
