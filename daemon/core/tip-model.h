/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the controller knows of the needle's tip, learnt while it freezes.
 *
 * Full flow cools the tip's steel by some kelvin per second; a layer of tissue around it follows
 * the tip and warms it; whatever else warms it, blood, tissue farther out, ice that forms, is one
 * slowly changing source. How well this needle cools, how firmly it is in contact with its tissue,
 * and by how much its sensor lags differ from patient to patient, by a factor of three and more. So
 * all three are states of an extended Kalman filter, like the temperatures, and are known after the
 * first second of flow.
 */
#pragma once

#include <stdint.h>

#include "daemon/core/types.h"

enum tip_state {
	TIP_SENSED,		/* what the lagging sensor shows, degC */
	TIP_STEEL,		/* the tip itself, degC */
	TIP_LAYER,		/* tissue around it, degC */
	TIP_SOURCE,		/* warming by everything else, K/s */
	TIP_POWER,		/* cooling by full flow against nominal */
	TIP_CONTACT,		/* exchange with the layer against nominal */
	TIP_LAG,		/* logarithm of the sensor's lag against nominal */
	TIP_STATES
};

struct tip_model {
	double state[TIP_STATES];
	double covariance[TIP_STATES][TIP_STATES];
	double power_k_s;	/* nominal cooling by full flow */
	double contact_hz;	/* nominal exchange with the layer, 1/s */
	double liquid_s;	/* behind the valve, in seconds of full flow */
	double flow;		/* out of the nozzle, share of full flow */
	double flowing_s;	/* since the valve was last at rest */
};

/* Nothing is known yet; tip_model_restart() must follow. */
void tip_model_init(struct tip_model *m, const struct probe_profile *profile);

/* All is at @degc. What was learnt of power, contact and lag is kept. */
void tip_model_restart(struct tip_model *m, double degc);

/* Goes on by @dt_s, at most 1 s, with the valve open for the share @duty of it. */
void tip_model_predict(struct tip_model *m, double duty, double dt_s);

/*
 * The sensor says @degc, @dt_s after it last said something. @held_s: for how long the tip has been
 * held at its target. Lag and contact are plain to see on the way there; later the valve's pulses
 * would be taken for them.
 */
void tip_model_correct(struct tip_model *m, double degc, double dt_s, double held_s);

/* How fast the tip's temperature changes now, K/s. */
double tip_model_rate(const struct tip_model *m);

/* The state @lead_s from now, with the nozzle's flow as it is. */
struct tip_model tip_model_ahead(const struct tip_model *m, double lead_s);

/* By how much the sensor is behind the tip, s. */
double tip_model_lag_s(const struct tip_model *m);

/*
 * The nozzle's flow, as a share of full flow, at which the tip's temperature would change by
 * @rate_k_s; outside 0 to 1 if no flow does that.
 */
double tip_model_flow_for(const struct tip_model *m, double rate_k_s);

/*
 * By how much the middle between the tip's highest and lowest lies above its mean, K, when it is
 * held by the valve's pulses: a short opening cools at once, and then ever less.
 */
double tip_model_skew_k(const struct tip_model *m);

/* The valve's duty, 0 to 1, that brings the nozzle's flow to @flow, 0 to 1, and keeps it there. */
double tip_model_duty_for(const struct tip_model *m, double flow);
