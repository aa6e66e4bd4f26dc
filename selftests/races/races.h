/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who meets in the driver, beside the controllers of selftests/fuzz. */
#ifndef CRYO_SELFTESTS_RACES_RACES_H
#define CRYO_SELFTESTS_RACES_RACES_H

#include <stdbool.h>

/** races_periods() - so many more were seen. */
void races_periods(unsigned long count);

/** races_hz - sampling frequency after a bind. */
extern unsigned int races_hz;

/** races_probe_comes() - wait until it is bound, false after 25 seconds. */
bool races_probe_comes(unsigned int probe);

/* The threads; those that are there once for each probe get its number as (void *)(uintptr_t). */
void *races_reader(void *probe);	/* reads all records, and counts periods */
void *races_looker(void *probe);	/* asks for whatever may be asked for by anybody */
void *races_rival(void *unused);	/* takes over the claim, clears, and goes */
void *races_stopper(void *unused);	/* disarms, as anybody may who can write */
void *races_binder(void *unused);	/* unbinds and binds */
void *races_weather(void *unused);	/* emergency stop, sensors, bus, rate */

#endif /* CRYO_SELFTESTS_RACES_RACES_H */
