// SPDX-License-Identifier: GPL-2.0-only
/*
 * Heating time. Rest takes back as much as it lasts, so that a heater that is
 * switched off for a moment now and then is still one long heating.
 *
 * Safety measure SM-HEATER.
 */
#include "heat.h"

/**
 * cryo_heat_count() - bring the account up to date
 * @heat: the account
 * @heating: it was heated since the last call
 * @now_ns: time now
 */
void cryo_heat_count(struct cryo_heat *heat, bool heating, s64 now_ns)
{
	s64 passed_ns = now_ns - heat->counted_ns;

	heat->counted_ns = now_ns;
	heat->heated_ns += heating ? passed_ns : -passed_ns;
	heat->heated_ns = max(heat->heated_ns, 0LL);
}

/**
 * cryo_heat_look() - one more valid reading of the tip
 * @heat: the account
 * @heating: it is heated
 * @tip_mdegc: the reading
 * @limit_mdegc: highest temperature to heat to
 */
void cryo_heat_look(struct cryo_heat *heat, bool heating, s32 tip_mdegc, s32 limit_mdegc)
{
	if (!heating || tip_mdegc <= limit_mdegc)
		heat->hot = 0;
	else if (heat->hot < CRYO_HEAT_HOT)
		heat->hot++;
}
