/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Figures of merit of one freeze, by the plant's truth, in the words of IEC 60601-1-10 and of FDA's
 * guidance on physiologic closed-loop control. The target is the one that the patient's own sensor
 * offset leaves: where the tip is when the sensor reads the protocol's target.
 */
#ifndef CRYO_SELFTESTS_SIL_FIGURES_H
#define CRYO_SELFTESTS_SIL_FIGURES_H

#include <stddef.h>

#include "selftests/sil/trace.h"

#define BAND_DEGC	1.0
#define CALM_S		5.0
#define OUTSIDE_SHARE	0.01	/* of the time, that a settled tip may be outside */

/**
 * struct freeze_figures - one way to the target and its hold
 * @response_s: from the first flow to nine tenths of the way
 * @settling_s: from the first flow until the tip is within the band for CALM_S, and from then on but
 *	for OUTSIDE_SHARE of the time; infinite if not
 * @last_outside_s: from the first flow until it is within the band without any exception
 * @overshoot_degc: most below the target
 * @within_share: of the time since it first stayed within the band for CALM_S; of the whole freeze
 *	if it never did
 * @rms_degc, @steady_degc, @worst_degc: deviation in that time: root mean square, mean, largest
 * @absolute_degc: mean deviation from the protocol's own target
 * @tracking_degc: mean of the deviation's magnitude since the target was first reached
 * @openings_s: openings of the freeze valve per second in that time
 * @drawn_g, @total_s: cryogen and time from the first flow to the end
 * @hold_drawn_g, @hold_s: the same since it settled
 */
struct freeze_figures {
	double response_s, settling_s, last_outside_s, overshoot_degc;
	double within_share, rms_degc, steady_degc, worst_degc, absolute_degc;
	double tracking_degc;
	double openings_s;
	double drawn_g, total_s;
	double hold_drawn_g, hold_s;
};

/* Over the @n points of a cycle's cool and freeze, for a band of @band_degc to both sides. */
struct freeze_figures freeze_figures(const struct trace_point *point, size_t n, double target_degc,
				     double offset_degc, double band_degc);

#endif
