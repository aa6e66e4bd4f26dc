/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes alarms heard, by a program beside cryod (daemon/sound). What it plays on, or that there is nothing,
 * is told in the journal once; without it everything else goes on.
 */
#pragma once

#include <stdint.h>

#include <systemd/sd-event.h>

struct alarm_sound;

/* @program is started at once. -errno; that it cannot be started is none. */
int alarm_sound_new(sd_event *event, const char *program, struct alarm_sound **ret);
void alarm_sound_free(struct alarm_sound *sound);

/*
 * Lets the burst of this priority be heard from now on, 0 for silence. May be called at any rate and never
 * waits. A program that has ended is started again, at most every ten seconds.
 */
void alarm_sound_set(struct alarm_sound *sound, uint32_t priority);
