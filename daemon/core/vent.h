/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vent between the valves: once both are closed, the line between them must lose its pressure,
 * or liquid stays trapped there and passes the freeze valve when it opens the next time.
 */
#pragma once

#include "daemon/core/types.h"

struct vent_watch {
	int64_t closed_ns;		/* how long nothing has been energised */
	int32_t working_kpa;		/* highest pressure in the line while the valves worked */
	bool blocked;
};

/* One sample, @dt_ns after the one before; the result is in @w->blocked. */
void vent_step(struct vent_watch *w, const struct probe_sample *sample, int64_t dt_ns);
