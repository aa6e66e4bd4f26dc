// SPDX-License-Identifier: GPL-2.0-or-later
/* What a treatment tells its estimate of the ice. */
#include "daemon/core/ice-course.h"

#include "daemon/core/conditions.h"
#include "daemon/core/phases.h"

void ice_course_begin(struct treatment *t)
{
	ice_init(&t->ice, &t->profile, t->protocol.tissue);
	if (t->protocol.tissue_sensor_um)
		ice_place_sensor(&t->ice, t->protocol.tissue_sensor_um);
}

/* The tip is going to be at its target, or stays where it is. */
static void forecast(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns)
{
	int32_t tip_mdegc = conditions_saturated(t) && sample->tip.valid ?
			    sample->tip.mdegc : t->protocol.target_mdegc;

	ice_look_ahead(&t->ice, t->protocol.boundary_um, tip_mdegc, dt_ns);
}

void ice_course_step(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns)
{
	ice_step(&t->ice, &sample->tip, dt_ns);
	ice_compare(&t->ice, &sample->tissue);
	if (phase_flows(t)) {
		ice_weigh(&t->ice, sample->flow_permille, dt_ns);
		forecast(t, sample, dt_ns);
	} else {
		ice_look_ahead(&t->ice, 0, 0, dt_ns);
	}
	ice_estimate(&t->ice, &t->estimate);
}
