/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a report tells of a treatment in numbers; docs/report.md defines each. Pure. */
#pragma once

#include <stdbool.h>

#include "report-course.h"

/* One freeze at one site, with the thaw or warming after it. */
struct report_cycle {
	unsigned int site, cycle;	/* both from 1 */
	int64_t start_ns;
	int32_t target_mdegc;		/* the last one of the cycle; CRYO_NOT_VALID: none was told */
	bool target_changed;
	bool reached;			/* the target; false: the two times are 0 */
	int64_t to_target_ns, held_ns;
	bool hold_known;		/* there were readings at the target */
	int64_t hold_mean_mk;		/* mean magnitude of the deviation, thousandths of a kelvin */
	int64_t hold_worst_mk;		/* the deviation of the largest magnitude, with its sign */
	int32_t coldest_mdegc;		/* CRYO_NOT_VALID: the tip was never read */
	/* Radii and half lengths when the flow ended, estimated, each with its uncertainty. */
	uint32_t ice_um, ice_error_um, ice_half_um, ice_half_error_um;
	uint32_t isotherm_um, isotherm_error_um, isotherm_half_um, isotherm_half_error_um;
	uint32_t nerve_um;		/* where -20 degC was to be; 0: nowhere */
	uint32_t nerve_held_ms;		/* how long it surely was, at the longest */
	bool adequate;			/* by the end of this freeze that was long enough at this site */
	int64_t unread_ns;		/* how long the tip could not be read */
};

/* Of the whole treatment. */
struct report_total {
	int64_t duration_ns;		/* from its start to its last sample */
	unsigned int sites;
	int32_t coldest_mdegc;		/* CRYO_NOT_VALID: the tip was never read */
	uint32_t ice_um, isotherm_um;	/* the largest radii, estimated */
	uint64_t missing;		/* samples that the record lacks between its first and last */
	int64_t longest_gap_ns;		/* without a sample, beyond their usual distance; 0: none */
	int64_t unread_ns;		/* how long the tip could not be read */
};

struct report_figures {
	struct report_total total;
	struct report_cycle *cycles;	/* free() */
	size_t n_cycles;
};

/* 0, or -ENOMEM. */
int report_figures(const struct report_data *data, const struct report_course *course,
		   struct report_figures *ret);
