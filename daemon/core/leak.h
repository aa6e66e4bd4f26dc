/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cooling that nobody asked for: cryogen that passes closed valves.
 *
 * Without flow a tip can only warm towards what is around it. In a thaw that is the tissue, else the
 * room, which the cold junction knows: a needle that comes out of a body, or out of a steriliser,
 * cools down to it and no further. So the tip may not fall below the highest temperature that it had
 * since the flow ended, nor, if that was above the room's, below the room's.
 */
#pragma once

#include "daemon/core/types.h"

struct leak_watch {
	int64_t quiet_ns;		/* how long nothing has cooled or heated the tip on purpose */
	int64_t below_ns;		/* how long the tip has been lower than it may be */
	int32_t reference_mdegc;	/* how warm it has been, at most the room; valid once quiet */
	bool known;			/* the reference is */
	bool leaks;
	uint32_t fallen_mdegc;		/* below the reference */
};

/* One sample, @dt_ns after the one before; the result is in @w->leaks. */
void leak_step(struct leak_watch *w, const struct probe_sample *sample, int64_t dt_ns);
