/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fleet's monitoring wants to know, as a file in Prometheus' text format for node_exporter. */
#pragma once

#include "daemon/probe/probes.h"

/* What has happened since cryod was started. */
struct metrics {
	uint64_t treatments[OUTCOME_INTERRUPTED + 1];	/* that have ended, by outcome */
	uint64_t alarms[ALARM_HIGH + 1];		/* raised, by priority */
	uint64_t faults;				/* latched, without those of a bind */
};

/* What is at present. */
struct metrics_view {
	const struct metrics *metrics;
	const struct probes *probes;
	bool bus;			/* connected */
	bool record;			/* is kept */
};

/* The whole text, on the heap; NULL: there is no memory for it. */
char *metrics_text(const struct metrics_view *view);
