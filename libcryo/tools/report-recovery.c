// SPDX-License-Identifier: LGPL-2.1-or-later
/* When the nerve may be expected to work again. Pure. */
#include "report-recovery.h"

static unsigned int days_at(uint32_t distance_mm, uint32_t um_per_day)
{
	return (distance_mm * 1000ULL + um_per_day - 1) / um_per_day;
}

struct report_recovery report_recovery(const struct report_total *total, uint32_t end_organ_mm)
{
	if (total->coldest_mdegc == CRYO_NOT_VALID)
		return (struct report_recovery){ .state = RECOVERY_UNREAD };
	if (total->coldest_mdegc > REPORT_LESION_MDEGC || total->isotherm_um == 0)
		return (struct report_recovery){ .state = RECOVERY_NO_LESION };
	if (total->coldest_mdegc < REPORT_SHEATH_MDEGC)
		return (struct report_recovery){ .state = RECOVERY_TOO_COLD };
	if (end_organ_mm == 0)
		return (struct report_recovery){ .state = RECOVERY_NO_DISTANCE };
	return (struct report_recovery){
		.state = RECOVERY_EXPECTED,
		.days = days_at(end_organ_mm, REPORT_REGROWTH_UM_PER_DAY),
		.days_min = days_at(end_organ_mm, REPORT_REGROWTH_FAST_UM_PER_DAY),
		.days_max = days_at(end_organ_mm, REPORT_REGROWTH_SLOW_UM_PER_DAY),
	};
}
