// SPDX-License-Identifier: GPL-2.0-or-later
/* The tip as a few states, and the filter that learns them. */
#include <math.h>
#include <string.h>

#include "daemon/core/needle.h"
#include "daemon/core/tip-model.h"

/*
 * The binding's defaults, used for every needle: what a sensor lags by, and what flows on after
 * closing. Needles with 20 to 300 ms and 0.4 to 0.6 s are held as well.
 */
#define SENSOR_LAG_S	0.1
#define TAIL_S		0.5
/* Tissue that a second or two of heat reaches follows the tip with this time. */
#define LAYER_S		0.8
/* Exchange with that layer, W/(m2 K): between fat and muscle, by their effusivities at 2 rad/s. */
#define LAYER_W_M2K	2950.0
/* Time in which the nozzle's flow is brought to a new value: the valve's own period, and no more. */
#define FLOW_S		0.15

/*
 * Between two short openings the flow falls off evenly, so the tip's course is a parabola. Its
 * middle lies above its mean by 1/24 of what the tip would warm in a cycle of 0.2 s without flow.
 * Openings that are not alike leave less of that: 1/40 is best on 83 tuning patients. At a duty of
 * one half the course is as steep to both sides.
 */
#define SKEW_S		(0.2 / 40)
#define SKEW_MOST_K	0.4

#define STEP_MAX_S	0.02	/* of the model: a fifth of the sensor's lag */
#define POWER_LEAST	0.2
#define CONTACT_LEAST	0.2
#define LEARNT_MOST	3.0

/*
 * How much the states wander in a second, and how uncertain the learnt two may become: were that
 * not bounded, a steady hold, which cannot tell power from source, would forget them.
 */
static const double wander[TIP_STATES] = {
	[TIP_STEEL] = 0.5, [TIP_LAYER] = 0.7, [TIP_SOURCE] = 25, [TIP_POWER] = 0.3,
	[TIP_CONTACT] = 0.5,
};
#define POWER_UNKNOWN	0.3
#define CONTACT_UNKNOWN	0.4
#define LEARNT_AT_FIRST	0.2
/*
 * The pulses of the valve move the tip by about 0.7 K five times a second. They are not in the
 * model, and count as the sensor's noise: 0.4 K2 for 50 ms, whatever the sampling.
 */
#define NOISE_K2_S	0.02

void tip_model_init(struct tip_model *m, const struct probe_profile *profile)
{
	double capacity = needle_capacity_j_k(profile);

	*m = (struct tip_model){
		.power_k_s = needle_full_flow_w(profile) / capacity,
		.contact_hz = LAYER_W_M2K * needle_area_m2(profile) / capacity,
	};
	m->state[TIP_POWER] = 1;
	m->state[TIP_CONTACT] = 1;
}

void tip_model_restart(struct tip_model *m, double degc)
{
	memset(m->covariance, 0, sizeof(m->covariance));
	for (int i = 0; i <= TIP_LAYER; i++) {
		m->state[i] = degc;
		m->covariance[i][i] = 0.1;
	}
	m->state[TIP_SOURCE] = 0;
	m->covariance[TIP_SOURCE][TIP_SOURCE] = 1;
	m->covariance[TIP_POWER][TIP_POWER] = LEARNT_AT_FIRST * LEARNT_AT_FIRST;
	m->covariance[TIP_CONTACT][TIP_CONTACT] = LEARNT_AT_FIRST * LEARNT_AT_FIRST;
}

double tip_model_rate(const struct tip_model *m)
{
	const double *s = m->state;

	return m->contact_hz * s[TIP_CONTACT] * (s[TIP_LAYER] - s[TIP_STEEL]) + s[TIP_SOURCE] -
	       m->power_k_s * s[TIP_POWER] * m->flow;
}

/* What is behind the valve leaves through the nozzle with the root of its pressure. */
static void pass_liquid(struct tip_model *m, double duty, double dt_s)
{
	m->flow = fmin(sqrt(m->liquid_s / TAIL_S), m->liquid_s / dt_s + duty);
	m->liquid_s += (duty - m->flow) * dt_s;
}

static void move_state(struct tip_model *m, double dt_s)
{
	double *s = m->state, rate = tip_model_rate(m);

	s[TIP_SENSED] += (s[TIP_STEEL] - s[TIP_SENSED]) * dt_s / SENSOR_LAG_S;
	s[TIP_LAYER] += (s[TIP_STEEL] - s[TIP_LAYER]) * dt_s / LAYER_S;
	s[TIP_STEEL] += rate * dt_s;
}

/* Derivatives of the state after @dt_s by the state now. */
static void fill_transition(const struct tip_model *m, double dt_s,
			    double f[TIP_STATES][TIP_STATES])
{
	const double *s = m->state;
	double contact = m->contact_hz * s[TIP_CONTACT];

	memset(f, 0, sizeof(double[TIP_STATES][TIP_STATES]));
	for (int i = 0; i < TIP_STATES; i++)
		f[i][i] = 1;
	f[TIP_SENSED][TIP_SENSED] -= dt_s / SENSOR_LAG_S;
	f[TIP_SENSED][TIP_STEEL] = dt_s / SENSOR_LAG_S;
	f[TIP_STEEL][TIP_STEEL] -= contact * dt_s;
	f[TIP_STEEL][TIP_LAYER] = contact * dt_s;
	f[TIP_STEEL][TIP_SOURCE] = dt_s;
	f[TIP_STEEL][TIP_POWER] = -m->power_k_s * m->flow * dt_s;
	f[TIP_STEEL][TIP_CONTACT] = m->contact_hz * (s[TIP_LAYER] - s[TIP_STEEL]) * dt_s;
	f[TIP_LAYER][TIP_LAYER] -= dt_s / LAYER_S;
	f[TIP_LAYER][TIP_STEEL] = dt_s / LAYER_S;
}

/* @ret = @a times @b, or times the transpose of @b. */
static void multiply(const double a[TIP_STATES][TIP_STATES], const double b[TIP_STATES][TIP_STATES],
		     bool transpose, double ret[TIP_STATES][TIP_STATES])
{
	for (int i = 0; i < TIP_STATES; i++)
		for (int j = 0; j < TIP_STATES; j++) {
			double sum = 0;

			for (int k = 0; k < TIP_STATES; k++)
				sum += a[i][k] * (transpose ? b[j][k] : b[k][j]);
			ret[i][j] = sum;
		}
}

static void bound(struct tip_model *m, enum tip_state i, double most)
{
	double scale;

	if (m->covariance[i][i] <= most * most)
		return;
	scale = most / sqrt(m->covariance[i][i]);
	for (int j = 0; j < TIP_STATES; j++) {
		m->covariance[i][j] *= scale;
		m->covariance[j][i] *= scale;
	}
}

static void step(struct tip_model *m, double dt_s)
{
	double f[TIP_STATES][TIP_STATES], product[TIP_STATES][TIP_STATES];

	fill_transition(m, dt_s, f);
	move_state(m, dt_s);
	multiply(f, m->covariance, false, product);
	multiply(product, f, true, m->covariance);
	for (int i = 0; i < TIP_STATES; i++)
		m->covariance[i][i] += wander[i] * wander[i] * dt_s;
	bound(m, TIP_POWER, POWER_UNKNOWN);
	bound(m, TIP_CONTACT, CONTACT_UNKNOWN);
}

void tip_model_predict(struct tip_model *m, double duty, double dt_s)
{
	int steps = (int)ceil(dt_s / STEP_MAX_S);

	pass_liquid(m, duty, dt_s);
	for (int i = 0; i < steps; i++)
		step(m, dt_s / steps);
}

static double clamp(double value, double low, double high)
{
	return fmin(fmax(value, low), high);
}

void tip_model_correct(struct tip_model *m, double degc, double dt_s)
{
	double row[TIP_STATES], gain[TIP_STATES];
	double error = degc - m->state[TIP_SENSED];

	memcpy(row, m->covariance[TIP_SENSED], sizeof(row));
	for (int i = 0; i < TIP_STATES; i++) {
		gain[i] = m->covariance[i][TIP_SENSED] / (row[TIP_SENSED] + NOISE_K2_S / dt_s);
		m->state[i] += gain[i] * error;
	}
	for (int i = 0; i < TIP_STATES; i++)
		for (int j = 0; j < TIP_STATES; j++)
			m->covariance[i][j] -= gain[i] * row[j];
	m->state[TIP_POWER] = clamp(m->state[TIP_POWER], POWER_LEAST, LEARNT_MOST);
	m->state[TIP_CONTACT] = clamp(m->state[TIP_CONTACT], CONTACT_LEAST, LEARNT_MOST);
}

struct tip_model tip_model_ahead(const struct tip_model *m, double lead_s)
{
	struct tip_model ahead = *m;

	move_state(&ahead, lead_s);
	return ahead;
}

double tip_model_flow_for(const struct tip_model *m, double rate_k_s)
{
	double power = m->power_k_s * m->state[TIP_POWER];

	return m->flow + (tip_model_rate(m) - rate_k_s) / power;
}

double tip_model_skew_k(const struct tip_model *m)
{
	double flow = tip_model_flow_for(m, 0);
	double warming_k_s = flow * m->power_k_s * m->state[TIP_POWER];

	return clamp(SKEW_S * warming_k_s * (1 - 2 * flow), 0, SKEW_MOST_K);
}

double tip_model_duty_for(const struct tip_model *m, double flow)
{
	return clamp(flow + (flow * flow * TAIL_S - m->liquid_s) / FLOW_S, 0, 1);
}
