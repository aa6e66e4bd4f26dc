/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How an alarm sounds: bursts of pulses, and the pulse itself, after IEC 60601-1-8:2006, 6.3.3.1. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define PULSES_MAX	10

/* A pulse, and the silence before it. */
struct pulse {
	uint32_t gap_ms;
	uint32_t tone_ms;
};

struct burst {
	uint32_t pulses;
	struct pulse pulse[PULSES_MAX];
	uint32_t pause_ms;		/* from its end to its next beginning */
};

/* Of enum alarm_priority; NULL for any other number. */
const struct burst *burst_of(uint32_t priority);

#define TONE_RATE_HZ	48000
#define TONE_PITCH_HZ	440
#define TONE_HARMONICS	5		/* all of one loudness */

/* Frames of a pulse of so many ms, mono at TONE_RATE_HZ. */
#define TONE_FRAMES(ms)	((size_t)(ms) * TONE_RATE_HZ / 1000)

/* Fills TONE_FRAMES(@ms) frames; a fifth of the time to rise, and a fifth to fall. */
void tone_fill(int16_t *frames, uint32_t ms);
