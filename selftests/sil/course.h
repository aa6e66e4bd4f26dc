/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One treatment of one virtual patient by the real core/, in simulated time, and its figures. */
#ifndef CRYO_SELFTESTS_SIL_COURSE_H
#define CRYO_SELFTESTS_SIL_COURSE_H

#include <stdio.h>

#include "daemon/core/protocol.h"
#include "daemon/core/treatment.h"
#include "selftests/sil/patient.h"

#define COURSE_CYCLES_MAX	PROTOCOL_CYCLES_MAX

/* By the plant's truth. Settled: from 5 s after the target was reached. */
struct cycle_figures {
	double to_target_s;
	double hold_s;			/* settled part of the freeze */
	double hold_rms_degc;		/* deviation from the target */
	double hold_worst_degc;
	double overshoot_degc;		/* below the target, at any time of the cycle */
	double ice_error_mm;		/* worst of the estimate's radius while freezing */
};

struct course_figures {
	enum outcome outcome;
	unsigned int cycles;		/* begun */
	struct cycle_figures cycle[COURSE_CYCLES_MAX];
	double floor_margin_degc;	/* lowest tip above the protocol's floor */
	double predicted_margin_degc;	/* by the kernel's prediction: a fault at 0 */
	double withdraw_tip_degc;	/* lowest tip while the withdraw prompt stood */
	bool flow_at_end;
	double ice_radius_mm, ice_estimate_mm;	/* the largest */
	double total_s;
	double cryogen_g;
};

/*
 * Treats, confirming every prompt at once; at most 30 min of simulated time. @trace, if not NULL,
 * gets a line of CSV every 200 ms. -ENOMEM, -ERANGE when the protocol does not fit the probe.
 */
int course_run(const struct patient_config *config, const struct protocol *protocol, bool has_thaw,
	       FILE *trace, struct course_figures *ret);

#endif
