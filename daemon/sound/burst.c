// SPDX-License-Identifier: GPL-2.0-or-later
/* How an alarm sounds: bursts of pulses, and the pulse itself. */
#include <math.h>

#include "daemon/core/alarm.h"
#include "daemon/sound/burst.h"

/*
 * IEC 60601-1-8:2006, table 3: high priority has ten pulses, spaced x x 2x+t x, then 0.35 to 1.3 s, and
 * the same again, x = 50 to 125 ms; medium has three and low has one or two, 125 to 250 ms apart. Table 4: a
 * pulse t lasts 75 to 200 ms, of medium and low 125 to 250 ms. Bursts come 2.5 to 15 s, 2.5 to 30 s and more
 * than 15 s apart.
 */
#define X	100
#define Y	200
#define HIGH	150
#define LOW	200

static const struct burst bursts[] = {
	[ALARM_LOW] = { 2, { { 0, LOW }, { Y, LOW } }, 20000 },
	[ALARM_MEDIUM] = { 3, { { 0, LOW }, { Y, LOW }, { Y, LOW } }, 10000 },
	[ALARM_HIGH] = { 10, { { 0, HIGH }, { X, HIGH }, { X, HIGH }, { 2 * X + HIGH, HIGH }, { X, HIGH },
			       { 700, HIGH }, { X, HIGH }, { X, HIGH }, { 2 * X + HIGH, HIGH },
			       { X, HIGH } }, 5000 },
};

const struct burst *burst_of(uint32_t priority)
{
	return priority >= ALARM_LOW && priority <= ALARM_HIGH ? &bursts[priority] : NULL;
}

/* 0 to 1: how loud frame @i of @n is. */
static double loudness(size_t i, size_t n)
{
	double edge = n / 5.0, from_end = i < n - 1 - i ? i : n - 1 - i;

	return from_end < edge ? from_end / edge : 1;
}

void tone_fill(int16_t *frames, uint32_t ms)
{
	size_t n = TONE_FRAMES(ms);

	for (size_t i = 0; i < n; i++) {
		double sum = 0;

		for (int harmonic = 1; harmonic <= TONE_HARMONICS; harmonic++)
			sum += sin(2 * M_PI * TONE_PITCH_HZ * harmonic * i / TONE_RATE_HZ);
		frames[i] = lrint(INT16_MAX * loudness(i, n) * sum / TONE_HARMONICS);
	}
}
