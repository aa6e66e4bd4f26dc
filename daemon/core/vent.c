// SPDX-License-Identifier: GPL-2.0-or-later
/* The vent between the valves (SM-VENT). */
#include "daemon/core/vent.h"

#define S			1000000000LL

/* A vent empties the line in some tenths of a second; long hoses take longer. */
#define EMPTY_NS		(3 * S)
/* What is left is little against the working pressure, and above the transducer's error at zero. */
#define REST_KPA		50
#define REST_SHARE		10	/* a tenth of the working pressure */

void vent_step(struct vent_watch *w, const struct probe_sample *sample, int64_t dt_ns)
{
	if (!sample->line_valid)
		return;
	if (sample->energised) {
		if (sample->line_kpa > w->working_kpa)
			w->working_kpa = sample->line_kpa;
		w->closed_ns = 0;
		w->blocked = false;
		return;
	}
	w->closed_ns += dt_ns;
	w->blocked = w->closed_ns >= EMPTY_NS &&
		     sample->line_kpa > REST_KPA + w->working_kpa / REST_SHARE;
}
