/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One treatment of one virtual patient by the real core/, in simulated time, and its figures. */
#ifndef CRYO_SELFTESTS_SIL_COURSE_H
#define CRYO_SELFTESTS_SIL_COURSE_H

#include "daemon/core/protocol.h"
#include "daemon/core/treatment.h"
#include "selftests/sil/figures.h"
#include "selftests/sil/law.h"
#include "selftests/sil/trace.h"
#include "selftests/sil/traits.h"

#define COURSE_BAND_DEGC	2	/* of the protocol: the freeze's time counts within */
#define FULL_FLOW_BELOW_DEGC	5	/* full flow is tried until here */

struct course_cycle {
	struct freeze_figures freeze;
	double ice_error_mm;		/* largest of the estimate's radius */
	double edge_mm, said_edge_mm;	/* when the truth was largest */
};

/* By the plant's truth, but for what the console says of itself. */
struct course {
	bool completed;			/* treated to the end, as far as it was to be */
	const char *reason;		/* of the last change of phase before warm to withdraw */
	uint32_t fault_code;		/* the kernel's, 0 = none */
	unsigned int cycles;		/* begun */
	struct course_cycle cycle[PROTOCOL_CYCLES_MAX];
	double floor_margin_degc;	/* lowest tip above the protocol's floor */
	double withdraw_tip_degc;	/* lowest tip while the withdraw prompt stood */
	double saturated_s;		/* first said, since the first flow; infinite if never */
	bool flow_at_end;
	bool ran_out;			/* of liquid */
	double total_s, drawn_g;
};

/* How a patient answers to full flow, nothing else. */
struct full_flow {
	double to_target_s;		/* to within BAND_DEGC of the target; infinite if never */
	double lowest_degc;		/* against the target, in the time that was tried */
	double rate_g_s;
};

struct course_options {
	enum law law;
	struct pid_gains gains;
	bool whole;			/* until withdrawn; else until the last freeze has ended */
	double boundary_mm;		/* of the ice, 0 = none; the ice is then followed further */
};

/* What the traits ask for: a freeze of 60 s in each cycle. */
struct protocol course_protocol(const struct traits *traits);

/*
 * Treats, confirming every prompt at once; at most 30 min of simulated time. @trace is of this
 * course afterwards. -ENOMEM, -ERANGE when the protocol does not fit the probe.
 */
int course_run(const struct traits *traits, const struct protocol *protocol,
	       const struct course_options *options, struct trace *trace, struct course *ret);

/* Judges the freezes in @trace, which is of that course, anew for a band of @band_degc. */
void course_judge(const struct traits *traits, const struct protocol *protocol,
		  const struct trace *trace, double band_degc, struct course *course);

/* Whether a point of the trace is in the cool or the freeze of this cycle. */
bool course_is_freeze(const struct trace_point *p, unsigned int cycle);

/* Full flow until 5 degC below the target, at most 60 s. -ENOMEM. */
int course_full_flow(const struct traits *traits, struct trace *trace, struct full_flow *ret);

#endif
