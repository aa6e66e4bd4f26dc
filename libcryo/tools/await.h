/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for a probe that has gone, with cryod or with the whole bus, to be there again. */
#pragma once

#include "cryoctl.h"

#define AWAIT_FOR_EVER	(-1)

/*
 * Waits for at most @seconds, 0 not at all, for the probe with this serial number; @in->ctx may be
 * replaced by another context. Returns 1 with the probe, borrowed; 0 when the time is over; -EINTR
 * when @signal_fd is readable.
 */
int await_probe(struct invocation *in, const char *serial, int seconds, int signal_fd,
		struct cryo_probe **ret_probe);
