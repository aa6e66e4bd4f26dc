/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The retriggerable one-shot that drops the valve supply 100 ms after the last pulse edge, by the
 * host's monotonic clock. Its arm sequence is that of the shared page's header.
 */
#ifndef CRYO_PLANT_ONESHOT_H
#define CRYO_PLANT_ONESHOT_H

#include <stdbool.h>
#include <stdint.h>

struct oneshot {
	bool on;
	unsigned int arm_edges;		/* of the arm sequence so far */
	int64_t last_edge_ns;
};

/*
 * An edge of the pulse line at @now_ns, in rising order of time. @energised: supply, freeze or thaw
 * is driven. Drops first if the edge comes too late.
 */
void oneshot_edge(struct oneshot *o, int64_t now_ns, bool energised);

/* Time has passed: drops the output when the last edge is too old. */
void oneshot_poll(struct oneshot *o, int64_t now_ns);

/* When it drops unless an edge comes; INT64_MAX while off. */
int64_t oneshot_drops_at_ns(const struct oneshot *o);

/*
 * The plant itself did not look for @stall_ns: edges in that time were seen late, for which the
 * one-shot is not to blame.
 */
void oneshot_excuse(struct oneshot *o, int64_t stall_ns);

#endif
