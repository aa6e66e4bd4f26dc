/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nobody can hold better: the ripple of a tip that gets exactly the duty it needs, in the
 * smallest pulses that the valve, the sampling and the bar on openings allow. Once in equal pulses,
 * and once with what no controller foresees: how late this patient's valve opens and closes each
 * time, and his samples come. What an opening gave too much or too little the next one makes good.
 * There is no noise, lag or fault of estimation.
 */
#ifndef CRYO_SELFTESTS_SIL_ORACLE_H
#define CRYO_SELFTESTS_SIL_ORACLE_H

#include "selftests/sil/traits.h"

#define ORACLE_OPENINGS_S	5.0	/* the bar */
#define ORACLE_ROOM_DEGC	0.7	/* of the band of 1 degC: 0.3 are left for the controller */
#define ORACLE_MIN_OFF_MS	15	/* the valve's, as the binding has it */

struct oracle {
	double amplitude_degc;		/* half of the ripple's height with equal pulses */
	double band_degc;		/* the rest with real ones: 99 % of the time within */
	double rms_degc;
	double below_degc;		/* at most in 60 s */
};

/* @duty: share of full flow that holds this patient at its target. */
struct oracle oracle_ripple(const struct traits *traits, double duty);

#endif
