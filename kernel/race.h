/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Delays that make threads meet in orders which hardly ever come by themselves:
 * before each lock and each write of a line. For tests only, which build with
 * CRYO_RACE_DELAYS=y (selftests/races); otherwise there is nothing here.
 */
#ifndef CRYO_RACE_H
#define CRYO_RACE_H

#ifdef CRYO_RACE_DELAYS

#include <linux/delay.h>
#include <linux/random.h>

/* As long as another CPU holds the lock, and now and then far longer. */
#define CRYO_RACE_SHORT_US	64
#define CRYO_RACE_LONG_US	1024

/** cryo_race_delay() - spin for a random time, half of the time for none. Any context. */
static inline void cryo_race_delay(void)
{
	u32 dice = get_random_u32();

	if (!(dice % 16))
		udelay((dice >> 8) % CRYO_RACE_LONG_US);
	else if (dice % 2)
		udelay((dice >> 8) % CRYO_RACE_SHORT_US);
}

#else

static inline void cryo_race_delay(void)
{
}

#endif /* CRYO_RACE_DELAYS */
#endif /* CRYO_RACE_H */
