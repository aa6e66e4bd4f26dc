// SPDX-License-Identifier: GPL-2.0-or-later
/* What of the list of alarms is to be heard, and the operator's pause of it. */
#include <errno.h>

#include "daemon/core/alarm-audio.h"

#define NS_PER_S	1000000000LL

uint32_t alarm_audio_max_s(const struct alarm *alarm, uint32_t alarms)
{
	for (uint32_t i = 0; i < alarms; i++)
		if (alarm[i].priority == ALARM_HIGH)
			return ALARM_AUDIO_MAX_HIGH_S;
	return ALARM_AUDIO_MAX_S;
}

int alarm_audio_pause(struct alarm_audio *audio, const struct alarm *alarm, uint32_t alarms,
		      uint32_t seconds, int64_t now_ns)
{
	if (seconds > alarm_audio_max_s(alarm, alarms))
		return -ERANGE;
	*audio = (struct alarm_audio){ 0 };
	if (!seconds || !alarms)
		return 0;
	audio->until_ns = now_ns + seconds * NS_PER_S;
	for (uint32_t i = 0; i < alarms; i++) {
		audio->paused[alarm[i].code].silent = true;
		audio->paused[alarm[i].code].since_ns = alarm[i].since_ns;
	}
	return 0;
}

static bool is_paused(const struct alarm_audio *audio, const struct alarm *alarm)
{
	return audio->paused[alarm->code].silent &&
	       audio->paused[alarm->code].since_ns == alarm->since_ns;
}

bool alarm_audio_step(struct alarm_audio *audio, const struct alarm *alarm, uint32_t alarms,
		      int64_t now_ns)
{
	bool left = false;

	if (!audio->until_ns)
		return false;
	for (uint32_t i = 0; i < alarms; i++)
		left |= is_paused(audio, &alarm[i]);
	if (left && now_ns < audio->until_ns)
		return false;
	*audio = (struct alarm_audio){ 0 };
	return true;
}

uint32_t alarm_audio_heard(const struct alarm_audio *audio, const struct alarm *alarm,
			   uint32_t alarms)
{
	uint32_t heard = 0;

	for (uint32_t i = 0; i < alarms; i++)
		if (!alarm[i].acknowledged && !is_paused(audio, &alarm[i]) &&
		    alarm[i].priority > heard)
			heard = alarm[i].priority;
	return heard;
}

uint32_t alarm_audio_left_s(const struct alarm_audio *audio, int64_t now_ns)
{
	if (now_ns >= audio->until_ns)
		return 0;
	return (audio->until_ns - now_ns + NS_PER_S - 1) / NS_PER_S;
}
