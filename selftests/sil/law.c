// SPDX-License-Identifier: GPL-2.0-or-later
/* On/off and PID. */
#include "selftests/sil/law.h"

#include <math.h>

#define FULL_PERMILLE		1000.0
#define HYSTERESIS_DEGC		1.0	/* to both sides */
#define FILTER_S		0.1	/* of the derivative */

const char *law_name(enum law law)
{
	static const char *const names[LAWS] = { "cryo", "on/off", "PID" };

	return names[law];
}

/* As sil-tune finds them. */
struct pid_gains law_pid_gains(void)
{
	return (struct pid_gains){ .proportional = 56, .integral_s = 1.84, .derivative_s = 0.125 };
}

void law_begin(struct law_state *l, enum law law, const struct pid_gains *gains)
{
	*l = (struct law_state){ .law = law, .gains = *gains };
}

void law_observe(struct law_state *l, int32_t tip_mdegc, int64_t dt_ns)
{
	double degc = tip_mdegc * 1e-3, dt_s = dt_ns * 1e-9;

	if (l->primed && dt_s > 0)
		l->rate_degc_s += ((degc - l->degc) / dt_s - l->rate_degc_s) *
				  dt_s / (FILTER_S + dt_s);
	l->degc = degc;
	l->primed = true;
}

static uint32_t on_off(struct law_state *l, double error)
{
	if (error > HYSTERESIS_DEGC)
		l->on = true;
	else if (error < -HYSTERESIS_DEGC)
		l->on = false;
	return l->on ? (uint32_t)FULL_PERMILLE : 0;
}

/* The integral stands still while the sum is beyond what can be had. */
static uint32_t pid(struct law_state *l, double error, double dt_s)
{
	double fast = l->gains.proportional * (error + l->gains.derivative_s * l->rate_degc_s);
	double sum = fast + l->integral;

	if ((sum < FULL_PERMILLE || error < 0) && (sum > 0 || error > 0))
		l->integral += l->gains.proportional * error / l->gains.integral_s * dt_s;
	return (uint32_t)lround(fmin(fmax(sum, 0), FULL_PERMILLE));
}

uint32_t law_flow(struct law_state *l, int32_t target_mdegc, int64_t dt_ns)
{
	double error = l->degc - target_mdegc * 1e-3;

	return l->law == LAW_PID ? pid(l, error, dt_ns * 1e-9) : on_off(l, error);
}

void law_rest(struct law_state *l)
{
	l->on = false;
	l->integral = 0;
}
