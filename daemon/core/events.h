/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring of events that waits for its one reader; when it is full the oldest is dropped. */
#pragma once

#include "daemon/core/treatment.h"

#define EVENTS_MAX	128

struct event_ring {
	struct treatment_event event[EVENTS_MAX];
	unsigned int first;
	unsigned int count;
};

void events_push(struct event_ring *ring, const struct treatment_event *event);

/* Takes the oldest; false if there is none. */
bool events_pop(struct event_ring *ring, struct treatment_event *ret);
