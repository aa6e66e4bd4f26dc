/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When the nerve may be expected to work again. Pure. */
#pragma once

#include "report-figures.h"

/*
 * How far an axon grows in a day: 1 to 2 mm in man (Seddon, Medawar and Smith 1943). Half of that is
 * assumed for slow ones; docs/report.md says why.
 */
#define REPORT_REGROWTH_UM_PER_DAY	1000U
#define REPORT_REGROWTH_SLOW_UM_PER_DAY	500U
#define REPORT_REGROWTH_FAST_UM_PER_DAY	2000U

/* Axons are interrupted and their sheaths spared in between (J. Clin. Med. 2024, 13(11), 3304). */
#define REPORT_LESION_MDEGC		(-20000)
#define REPORT_SHEATH_MDEGC		(-100000)

struct report_recovery {
	enum {
		RECOVERY_EXPECTED,
		RECOVERY_NO_DISTANCE,	/* to the end organ was recorded */
		RECOVERY_NO_LESION,	/* nothing around the needle came to -20 degC */
		RECOVERY_TOO_COLD,	/* below -100 degC the sheaths may not be spared */
		RECOVERY_UNREAD,	/* the tip was never read */
	} state;
	unsigned int days, days_min, days_max;	/* 0 unless expected; rounded up */
};

struct report_recovery report_recovery(const struct report_total *total, uint32_t end_organ_mm);
