/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long, and how hot, the tip has been heated.
 */
#ifndef CRYO_HEAT_H
#define CRYO_HEAT_H

#include "../pure.h"

/**
 * struct cryo_heat - account of heating
 * @heated_ns: heating time, less the time of rest since
 * @counted_ns: until when that is right
 * @hot: readings in a row above the limit while heating, as far as it matters
 */
struct cryo_heat {
	s64 heated_ns;
	s64 counted_ns;
	u8 hot;
};

/* Readings in a row that must be above the limit: one may be noise. */
#define CRYO_HEAT_HOT	2

void cryo_heat_count(struct cryo_heat *heat, bool heating, s64 now_ns);
void cryo_heat_look(struct cryo_heat *heat, bool heating, s32 tip_mdegc, s32 limit_mdegc);

#endif /* CRYO_HEAT_H */
