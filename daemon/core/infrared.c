// SPDX-License-Identifier: GPL-2.0-or-later
/* Two sensors on one tip (SM-INFRARED). */
#include <stdlib.h>

#include "daemon/core/infrared.h"

#define S			1000000000LL

/* An MLX90614 ends at -70 degC; above +60 degC there is no treatment. */
#define COLDEST_MDEGC		(-60000)
#define WARMEST_MDEGC		60000
/*
 * 3 degC for the infrared thermometer, whose 0.5 degC hold from 0 to 50 degC only and for a black
 * surface (assumed), 1 degC for a type T thermocouple of class 1 at -60 degC (IEC 60584-1: 0.015 |t|),
 * 1 degC for its needle's offset, and 1 degC for a sensor that lags the other by 0.1 s while the tip
 * falls by 10 degC/s.
 */
#define TOLERANCE_MDEGC		6000
/* Longer than the tip can fall faster than that. */
#define APART_NS		(2 * S)

static bool believed(const struct reading *reading)
{
	return reading->valid && reading->mdegc >= COLDEST_MDEGC && reading->mdegc <= WARMEST_MDEGC;
}

void infrared_step(struct infrared_watch *w, const struct probe_sample *sample, int64_t dt_ns)
{
	uint32_t difference;

	if (!believed(&sample->infrared) || !believed(&sample->tip)) {
		w->apart_ns = 0;
		w->apart = false;
		return;
	}
	difference = abs(sample->infrared.mdegc - sample->tip.mdegc);
	w->apart_ns = difference > TOLERANCE_MDEGC ? w->apart_ns + dt_ns : 0;
	w->apart = w->apart_ns >= APART_NS;
	w->difference_mdegc = difference;
}
