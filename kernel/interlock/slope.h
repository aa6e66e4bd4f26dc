/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the tip is about to be.
 */
#ifndef CRYO_SLOPE_H
#define CRYO_SLOPE_H

#include "../pure.h"

#define CRYO_SLOPE_POINTS	16U

/**
 * struct cryo_slope - the newest readings
 * @time_ns: when they were taken
 * @mdegc: what they were
 * @count: how many there ever were
 */
struct cryo_slope {
	s64 time_ns[CRYO_SLOPE_POINTS];
	s32 mdegc[CRYO_SLOPE_POINTS];
	u32 count;
};

void cryo_slope_add(struct cryo_slope *slope, s64 time_ns, s32 mdegc);
s32 cryo_slope_lowest(const struct cryo_slope *slope, s64 lead_ns);

#endif /* CRYO_SLOPE_H */
