// SPDX-License-Identifier: GPL-2.0-or-later
/* Records that have been kept for long enough go, a part in each tick, so that nothing else waits. */
#include "daemon/record/recorder-parts.h"

#define ROWS_AT_ONCE		500
#define LOOK_TICKS		600		/* once a minute */

void expire_limit(struct recorder_thread *t, const struct store_limits *limits)
{
	t->limits = *limits;
	t->expiring = true;
}

void expire_look(struct recorder_thread *t)
{
	struct recorder_report gone = { .kind = RECORDER_EXPIRED };
	int r;

	if (!t->expiring && t->ticks % LOOK_TICKS)
		return;
	if (!health_good(t))
		return;
	r = store_expire_some(t->store, &t->limits, ROWS_AT_ONCE, &gone.key);
	health_wrote(t, r);
	t->expiring = r > 0;
	if (r > 0 && gone.key)
		recorder_tell(t, &gone);
}
