/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Moments of the wall clock as people give them on a command line. Pure, but for the time zone. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * "2026-11-23", "2026-11-23 18:53" or "2026-11-23 18:53:07" by the clock here, in microseconds since
 * 1970. Of a day without a time it is the beginning; with @end, which is for a period's end, that of
 * the day, the minute or the second after it. False: there is no such moment.
 */
bool moment_parse(const char *text, bool end, int64_t *ret_us);
