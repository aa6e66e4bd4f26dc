// SPDX-License-Identifier: GPL-2.0-or-later
/* The tip's temperature controller. */
#include <math.h>

#include "daemon/core/controller.h"
#include "daemon/core/ice.h"

#define FULL_PERMILLE		1000.0
#define FILTER_S		0.06	/* a tenth of the lead: takes off the converter's noise */
#define RATE_FILTER_S		0.25	/* averages over one period of the modulator, 200 ms */
#define FLOOR_MARGIN_DEGC	1.0

void controller_init(struct controller *c, const struct probe_profile *profile)
{
	*c = (struct controller){
		.gains = {
			.proportional = 60,
			.integral_s = 4,
			.lead_s = 0.7,
			.hold_permille = profile->cryogen == CRYOGEN_LN2 ? 250 : 400,
		},
	};
	c->integral_permille = c->gains.hold_permille;
}

void controller_observe(struct controller *c, int32_t tip_mdegc, int64_t dt_ns)
{
	double degc = tip_mdegc * 1e-3, dt_s = dt_ns * 1e-9, before = c->filtered_degc;

	if (!c->primed || dt_s > 1) {
		c->filtered_degc = degc;
		c->rate_degc_s = 0;
		c->primed = true;
		return;
	}
	if (dt_s <= 0)
		return;
	c->filtered_degc += (degc - before) * dt_s / (FILTER_S + dt_s);
	c->rate_degc_s += ((c->filtered_degc - before) / dt_s - c->rate_degc_s) *
			  dt_s / (RATE_FILTER_S + dt_s);
}

void controller_forget(struct controller *c)
{
	c->primed = false;
}

void controller_rest(struct controller *c)
{
	c->running = false;
	c->flow_permille = 0;
	c->saturated_ns = 0;
}

static double clamp(double value, double low, double high)
{
	return fmin(fmax(value, low), high);
}

uint32_t controller_flow(struct controller *c, int32_t target_mdegc, int32_t floor_mdegc,
			 int64_t dt_ns)
{
	double ahead = c->filtered_degc + c->gains.lead_s * c->rate_degc_s;
	double error = ahead - target_mdegc * 1e-3;
	double wanted = c->gains.proportional * error + c->integral_permille;
	double flow = clamp(wanted, 0, FULL_PERMILLE);

	if (!c->primed)
		return 0;
	/* The integral moves only where flow does: it neither winds up nor forgets. */
	if (wanted == flow)
		c->integral_permille = clamp(c->integral_permille + c->gains.proportional * error *
					     dt_ns * 1e-9 / c->gains.integral_s, 0, FULL_PERMILLE);
	if (ahead < floor_mdegc * 1e-3 + FLOOR_MARGIN_DEGC)
		flow = 0;
	c->running = true;
	c->flow_permille = (uint32_t)lround(flow);
	c->saturated_ns = c->flow_permille < FULL_PERMILLE ? 0 : c->saturated_ns + dt_ns;
	return c->flow_permille;
}
