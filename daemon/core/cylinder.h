/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long the supply will last. While there is liquid in it a cylinder keeps its pressure, whatever
 * is drawn; once that is gone the pressure falls with the contents. So the pressure tells nothing for
 * long, and then a line drawn through it tells all.
 */
#pragma once

#include "daemon/core/types.h"

struct cylinder_watch {
	double kpa, kpa_s;		/* smoothed, and its change */
	bool primed;
	int64_t short_ns;		/* how long it has been too short */
	uint32_t left_s;		/* at this rate; valid if ending */
	bool ending;			/* too little is left for long enough to be sure */
};

/*
 * One sample, @dt_ns after the one before; @empty_kpa is the pressure at which the supply counts as
 * empty. The result is in @w->ending.
 */
void cylinder_step(struct cylinder_watch *w, const struct probe_sample *sample, int32_t empty_kpa,
		   int64_t dt_ns);
