// SPDX-License-Identifier: GPL-2.0-or-later
/* The external one-shot (SM-ONESHOT). */
#include "selftests/plant/oneshot.h"

#include "kernel/include/uapi/linux/cryoprobe-sim.h"

void oneshot_poll(struct oneshot *o, int64_t now_ns)
{
	if (now_ns - o->last_edge_ns <= CRYOSIM_ONESHOT_NS)
		return;
	o->on = false;
	o->arm_edges = 0;
}

void oneshot_edge(struct oneshot *o, int64_t now_ns, bool energised)
{
	oneshot_poll(o, now_ns);
	o->last_edge_ns = now_ns;
	if (o->on)
		return;
	o->arm_edges = energised ? 0 : o->arm_edges + 1;
	o->on = o->arm_edges >= CRYOSIM_REARM_EDGES;
}

int64_t oneshot_drops_at_ns(const struct oneshot *o)
{
	return o->on ? o->last_edge_ns + CRYOSIM_ONESHOT_NS : INT64_MAX;
}

void oneshot_excuse(struct oneshot *o, int64_t stall_ns)
{
	o->last_edge_ns += stall_ns;
}
