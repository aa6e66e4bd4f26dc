// SPDX-License-Identifier: GPL-2.0-or-later
/* Cooling that nobody asked for (SM-LEAK). */
#include "daemon/core/leak.h"

#define S			1000000000LL

/* What is left in the needle has boiled off: twice the longest dead-volume tail and the sensor's lag. */
#define QUIET_NS		(3 * S)
/* A heated tip first falls back to the tissue around it. */
#define QUIET_AFTER_HEAT_NS	(15 * S)
#define FALL_MDEGC		3000	/* no noise, and no draught across the needle, is as large */
#define FALL_NS			(1 * S)
#define ROOM_MDEGC		20000	/* where the cold junction cannot be read */

static int32_t room(const struct probe_sample *sample)
{
	return sample->cold_junction.valid ? sample->cold_junction.mdegc : ROOM_MDEGC;
}

/* Counts up to zero while something acts on the tip, and from there on. */
static void count_quiet(struct leak_watch *w, const struct probe_sample *sample, int64_t dt_ns)
{
	if (sample->thaw_permille)
		w->quiet_ns = -QUIET_AFTER_HEAT_NS;
	else if (sample->flow_permille || sample->energised || sample->testing)
		w->quiet_ns = w->quiet_ns < -QUIET_NS ? w->quiet_ns : -QUIET_NS;
	else
		w->quiet_ns += dt_ns;
	if (w->quiet_ns < 0)
		w->known = w->leaks = false;
}

static void look(struct leak_watch *w, int32_t tip_mdegc, int32_t room_mdegc, int64_t dt_ns)
{
	int32_t warm = tip_mdegc < room_mdegc ? tip_mdegc : room_mdegc;

	if (!w->known || warm > w->reference_mdegc)
		w->reference_mdegc = warm;
	w->known = true;
	w->fallen_mdegc = w->reference_mdegc - warm;
	w->below_ns = w->fallen_mdegc > FALL_MDEGC ? w->below_ns + dt_ns : 0;
	w->leaks = w->below_ns >= FALL_NS;
}

void leak_step(struct leak_watch *w, const struct probe_sample *sample, int64_t dt_ns)
{
	count_quiet(w, sample, dt_ns);
	if (w->quiet_ns >= 0 && sample->tip.valid)
		look(w, sample->tip.mdegc, room(sample), dt_ns);
}
