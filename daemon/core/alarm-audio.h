/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of the list of alarms is to be heard, and the operator's pause of it, after IEC 60601-1-8
 * ("audio paused"). A pause is for the alarms that were listed when it began: one that is raised
 * later sounds at once.
 */
#pragma once

#include "daemon/core/alarm.h"

#define ALARM_AUDIO_DEFAULT_S	120
#define ALARM_AUDIO_MAX_S	600
#define ALARM_AUDIO_MAX_HIGH_S	120	/* while one of high priority is listed */

struct alarm_audio {
	int64_t until_ns;		/* of the pause; 0: there is none */
	struct {
		bool silent;
		int64_t since_ns;	/* of the alarm that is meant: a later one is another */
	} paused[ALARM_COUNT];		/* by code */
};

/* The longest pause that may begin now, in s. */
uint32_t alarm_audio_max_s(const struct alarm *alarm, uint32_t alarms);

/*
 * Silences what is listed now for @seconds; 0 ends a pause. Where nothing is listed none begins.
 * -ERANGE: longer than alarm_audio_max_s().
 */
int alarm_audio_pause(struct alarm_audio *audio, const struct alarm *alarm, uint32_t alarms,
		      uint32_t seconds, int64_t now_ns);

/*
 * Ends a pause whose time is over, or of whose alarms none is left. True if it has done so: to be
 * called now and then, and whenever the list has changed.
 */
bool alarm_audio_step(struct alarm_audio *audio, const struct alarm *alarm, uint32_t alarms,
		      int64_t now_ns);

/* The highest priority that is neither acknowledged nor paused; 0: nothing is to be heard. */
uint32_t alarm_audio_heard(const struct alarm_audio *audio, const struct alarm *alarm,
			   uint32_t alarms);

/* Time left of the pause in s, rounded up; 0: there is none. */
uint32_t alarm_audio_left_s(const struct alarm_audio *audio, int64_t now_ns);
