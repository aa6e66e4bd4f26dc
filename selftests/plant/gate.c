// SPDX-License-Identifier: GPL-2.0-or-later
/* Gates the valve lines by one-shot and E-stop contact. */
#include "selftests/plant/gate.h"

#include "kernel/include/uapi/linux/cryoprobe-sim.h"

#define VALVES (CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_VENT | CRYOSIM_OUT_THAW)
#define BLOCKS_ARMING (CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_THAW)

void gate_word(struct gate *g, uint32_t word, int64_t now_ns)
{
	bool pulsed = (word ^ g->word) & CRYOSIM_OUT_PULSE;

	g->word = word;
	if (!pulsed)
		return;
	g->pulse_edges++;
	oneshot_edge(&g->oneshot, now_ns, word & BLOCKS_ARMING);
}

bool gate_oneshot(const struct gate *g)
{
	return g->oneshot_stuck ? g->oneshot_stuck > 0 : g->oneshot.on;
}

/* SM-CONTACT: in hardware, whatever the software does. */
bool gate_supplies(const struct gate *g)
{
	return gate_oneshot(g) && (!g->estop_pressed || g->estop_welded);
}

uint32_t gate_effective(const struct gate *g)
{
	return gate_supplies(g) ? g->word & VALVES : 0;
}
