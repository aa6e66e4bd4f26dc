/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sensors on one tip: the infrared thermometer looks at what the thermocouple is in. Where both
 * can be believed they must agree; when they do not, one of them is wrong and nobody knows which.
 */
#pragma once

#include "daemon/core/types.h"

struct infrared_watch {
	int64_t apart_ns;
	bool apart;
	uint32_t difference_mdegc;	/* valid if apart */
};

/* One sample, @dt_ns after the one before; the result is in @w->apart. */
void infrared_step(struct infrared_watch *w, const struct probe_sample *sample, int64_t dt_ns);
