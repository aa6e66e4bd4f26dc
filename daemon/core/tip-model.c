// SPDX-License-Identifier: GPL-2.0-or-later
/* The tip as a few states, and the filter that learns them. */
#include <math.h>
#include <string.h>

#include "daemon/core/needle.h"
#include "daemon/core/tip-model.h"

/* What flows on after closing: the binding's default. Needles with 0.4 to 0.6 s are held as well. */
#define TAIL_S		0.5
/* What a sensor lags by is learnt: the middle of 20 to 300 ms, and how uncertain its logarithm is. */
#define LAG_S		0.08
#define LAG_LEAST_S	0.02
#define LAG_MOST_S	0.35
#define LAG_UNKNOWN	0.8
/* Tissue that a second or two of heat reaches follows the tip with this time. */
#define LAYER_S		0.8
/* Exchange with that layer, W/(m2 K): between fat and muscle, by their effusivities at 2 rad/s. */
#define LAYER_W_M2K	2950.0
/* Time in which the nozzle's flow is brought to a new value: the valve's own period, and no more. */
#define FLOW_S		0.1

/*
 * Between two short openings the flow falls off evenly, so the tip's course is a parabola. Its
 * middle lies above its mean by 1/24 of what the tip would warm in a cycle of 0.2 s without flow.
 * Openings that are not alike leave less of that: 1/40 is best on 83 tuning patients. At a duty of
 * one half the course is as steep to both sides.
 */
#define SKEW_S		(0.2 / 40)
#define SKEW_MOST_K	0.4

#define STEP_MAX_S	0.02	/* of the model */
/*
 * Between patients. In a long hold pulses are taken for power, and at full flow what is frozen is,
 * but not beyond this. The more flow there is, the less a tip that boils it gains by more.
 */
#define POWER_LEAST	0.5
#define POWER_LOST	0.3	/* of that, at full flow */
#define POWER_MOST	1.5
#define CONTACT_LEAST	0.2
#define CONTACT_MOST	2.0
/* For how long in a hold the two that pulses are taken for are still learnt. */
#define LAG_HELD_S	0.2
#define CONTACT_HELD_S	10.0

/*
 * How much the states wander in a second, and how uncertain the learnt two may become: were that
 * not bounded, a steady hold, which cannot tell power from source, would forget them.
 */
static const double wander[TIP_STATES] = {
	[TIP_STEEL] = 0.3, [TIP_LAYER] = 0.7, [TIP_SOURCE] = 25, [TIP_POWER] = 0.1,
	[TIP_CONTACT] = 0.2,
};
/*
 * While flow begins all was at rest before, and the source is what it was: else the filter would
 * put down to it, and to power, that a slow sensor shows nothing yet.
 */
#define CALM_S		0.5
#define CALM_SHARE	0.05
#define POWER_UNKNOWN	0.3
#define CONTACT_UNKNOWN	0.4
#define LEARNT_AT_FIRST	0.2
/*
 * The pulses of the valve move the tip by about 0.7 K five times a second. They are not in the
 * model, and count as the sensor's noise: 0.28 K2 for 50 ms, whatever the sampling.
 */
#define NOISE_K2_S	0.014

void tip_model_init(struct tip_model *m, const struct probe_profile *profile)
{
	double capacity = needle_capacity_j_k(profile);

	*m = (struct tip_model){
		.power_k_s = needle_full_flow_w(profile) / capacity,
		.contact_hz = LAYER_W_M2K * needle_area_m2(profile) / capacity,
	};
	m->state[TIP_POWER] = 1;
	m->state[TIP_CONTACT] = 1;
	m->covariance[TIP_LAG][TIP_LAG] = LAG_UNKNOWN * LAG_UNKNOWN;
}

void tip_model_restart(struct tip_model *m, double degc)
{
	double lag = m->covariance[TIP_LAG][TIP_LAG];

	memset(m->covariance, 0, sizeof(m->covariance));
	m->covariance[TIP_LAG][TIP_LAG] = lag;
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
	m->liquid_s = fmax(m->liquid_s + (duty - m->flow) * dt_s, 0);	/* rounding may go below */
}

double tip_model_lag_s(const struct tip_model *m)
{
	return LAG_S * exp(m->state[TIP_LAG]);
}

/* Share of what the sensor is behind that it makes good in @dt_s. */
static double follows(const struct tip_model *m, double dt_s)
{
	return -expm1(-dt_s / tip_model_lag_s(m));
}

static void move_state(struct tip_model *m, double dt_s)
{
	double *s = m->state, rate = tip_model_rate(m);

	s[TIP_SENSED] += (s[TIP_STEEL] - s[TIP_SENSED]) * follows(m, dt_s);
	s[TIP_LAYER] += (s[TIP_STEEL] - s[TIP_LAYER]) * dt_s / LAYER_S;
	s[TIP_STEEL] += rate * dt_s;
}

/* Derivatives of the state after @dt_s by the state now. */
static void fill_transition(const struct tip_model *m, double dt_s,
			    double f[TIP_STATES][TIP_STATES])
{
	const double *s = m->state;
	double contact = m->contact_hz * s[TIP_CONTACT], share = follows(m, dt_s);

	memset(f, 0, sizeof(double[TIP_STATES][TIP_STATES]));
	for (int i = 0; i < TIP_STATES; i++)
		f[i][i] = 1;
	f[TIP_SENSED][TIP_SENSED] -= share;
	f[TIP_SENSED][TIP_STEEL] = share;
	f[TIP_SENSED][TIP_LAG] = (s[TIP_STEEL] - s[TIP_SENSED]) * (share - 1) * dt_s /
				 tip_model_lag_s(m);
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

/* How much the states wander in @dt_s. */
static void add_wander(struct tip_model *m, double dt_s)
{
	double calm = fmin(CALM_SHARE + m->flowing_s / CALM_S, 1);

	for (int i = 0; i < TIP_STATES; i++) {
		double w = wander[i] * (i == TIP_SOURCE ? calm : 1);

		m->covariance[i][i] += w * w * dt_s;
	}
}

static void step(struct tip_model *m, double dt_s)
{
	double f[TIP_STATES][TIP_STATES], product[TIP_STATES][TIP_STATES];

	fill_transition(m, dt_s, f);
	move_state(m, dt_s);
	multiply(f, m->covariance, false, product);
	multiply(product, f, true, m->covariance);
	add_wander(m, dt_s);
	bound(m, TIP_POWER, POWER_UNKNOWN);
	bound(m, TIP_CONTACT, CONTACT_UNKNOWN);
}

void tip_model_predict(struct tip_model *m, double duty, double dt_s)
{
	int steps = (int)ceil(dt_s / STEP_MAX_S);

	pass_liquid(m, duty, dt_s);
	m->flowing_s = duty > 0 ? m->flowing_s + dt_s : 0;
	for (int i = 0; i < steps; i++)
		step(m, dt_s / steps);
}

static double clamp(double value, double low, double high)
{
	return fmin(fmax(value, low), high);
}

static bool is_learnt(enum tip_state i, double held_s)
{
	if (i == TIP_LAG)
		return held_s <= LAG_HELD_S;
	return i != TIP_CONTACT || held_s <= CONTACT_HELD_S;
}

/* The covariance is right for gains that are not the best, too. */
static void gain_knowledge(struct tip_model *m, const double gain[TIP_STATES], double variance)
{
	double row[TIP_STATES];

	memcpy(row, m->covariance[TIP_SENSED], sizeof(row));
	for (int i = 0; i < TIP_STATES; i++)
		for (int j = 0; j < TIP_STATES; j++)
			m->covariance[i][j] += gain[i] * gain[j] * variance - gain[i] * row[j] -
					       row[i] * gain[j];
}

void tip_model_correct(struct tip_model *m, double degc, double dt_s, double held_s)
{
	double variance = m->covariance[TIP_SENSED][TIP_SENSED] + NOISE_K2_S / dt_s;
	double error = degc - m->state[TIP_SENSED];
	double gain[TIP_STATES] = { 0 };

	for (enum tip_state i = 0; i < TIP_STATES; i++)
		if (is_learnt(i, held_s)) {
			gain[i] = m->covariance[i][TIP_SENSED] / variance;
			m->state[i] += gain[i] * error;
		}
	gain_knowledge(m, gain, variance);
	m->state[TIP_POWER] = clamp(m->state[TIP_POWER], POWER_LEAST - POWER_LOST * m->flow,
				    POWER_MOST);
	m->state[TIP_CONTACT] = clamp(m->state[TIP_CONTACT], CONTACT_LEAST, CONTACT_MOST);
	m->state[TIP_LAG] = clamp(m->state[TIP_LAG], log(LAG_LEAST_S / LAG_S),
				  log(LAG_MOST_S / LAG_S));
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
