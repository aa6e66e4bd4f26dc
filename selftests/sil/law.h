/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Control laws that the core's controller is compared with on the same patients. They see what it
 * sees, and the phases of the treatment are the core's for all of them.
 */
#ifndef CRYO_SELFTESTS_SIL_LAW_H
#define CRYO_SELFTESTS_SIL_LAW_H

#include <stdbool.h>
#include <stdint.h>

enum law {
	LAW_CORE,		/* the core's own controller */
	LAW_ON_OFF,		/* full flow or none, 2 degC of hysteresis */
	LAW_PID,		/* fixed gains, tuned on the nominal patient */
	LAWS
};

struct pid_gains {
	double proportional;	/* permille per degC */
	double integral_s, derivative_s;
};

struct law_state {
	enum law law;
	struct pid_gains gains;
	bool on;
	bool primed;
	double degc, rate_degc_s;	/* filtered */
	double integral;		/* permille */
};

const char *law_name(enum law law);

/* What the tuning found, see README.md. */
struct pid_gains law_pid_gains(void);

void law_begin(struct law_state *l, enum law law, const struct pid_gains *gains);

/* Every valid sample, flow or not. */
void law_observe(struct law_state *l, int32_t tip_mdegc, int64_t dt_ns);

/* Flow in permille towards the target; not for LAW_CORE. */
uint32_t law_flow(struct law_state *l, int32_t target_mdegc, int64_t dt_ns);

/* No flow wanted now. */
void law_rest(struct law_state *l);

#endif
