// SPDX-License-Identifier: GPL-2.0-or-later
/* The ring of events between core/ and whoever records or shows them. */
#include "daemon/core/events.h"

void events_push(struct event_ring *ring, const struct treatment_event *event)
{
	if (ring->count == EVENTS_MAX) {
		ring->first = (ring->first + 1) % EVENTS_MAX;
		ring->count--;
	}
	ring->event[(ring->first + ring->count) % EVENTS_MAX] = *event;
	ring->count++;
}

bool events_pop(struct event_ring *ring, struct treatment_event *ret)
{
	if (!ring->count)
		return false;
	*ret = ring->event[ring->first];
	ring->first = (ring->first + 1) % EVENTS_MAX;
	ring->count--;
	return true;
}
