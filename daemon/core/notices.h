/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a treatment tells whoever listens: its events, and its alarms as they come and go. */
#pragma once

#include "daemon/core/state.h"

/* An event of the present sample; @reason is static text. */
void notice(struct treatment *t, enum treatment_event_kind kind, int32_t old, int32_t new,
	    const char *reason);

/* Raises or ends an alarm and tells it. */
void notice_alarm(struct treatment *t, enum alarm_code code, bool present, uint32_t detail);

/* The operator has seen it, which is told. As alarm_acknowledge(). */
int notice_acknowledged(struct treatment *t, enum alarm_code code);

/* Something that happened and is over: the alarm stays until it is acknowledged. */
void notice_mark(struct treatment *t, enum alarm_code code, uint32_t detail);
