/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nobody can hold better: the ripple of a tip that gets exactly the duty it needs, in the
 * smallest equal pulses that the valve, the sampling and the bar on openings allow, with no
 * jitter, noise or lag.
 */
#ifndef CRYO_SELFTESTS_SIL_ORACLE_H
#define CRYO_SELFTESTS_SIL_ORACLE_H

#include "selftests/sil/traits.h"

#define ORACLE_OPENINGS_S	5.0	/* the bar */
#define ORACLE_MIN_OFF_MS	15	/* the valve's, as the binding has it */

struct oracle {
	double amplitude_degc;		/* half of the ripple's height */
	double rms_degc;
};

/* @duty: share of full flow that holds this patient at its target. */
struct oracle oracle_ripple(const struct traits *traits, double duty);

#endif
