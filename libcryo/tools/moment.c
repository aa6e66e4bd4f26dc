// SPDX-License-Identifier: LGPL-2.1-or-later
/* Moments of the wall clock as people give them on a command line. */
#include <string.h>
#include <time.h>

#include "moment.h"

#define US_PER_S 1000000LL

/* mktime() would take the 31st of a shorter month for a day of the next. */
static bool is_same_day(const struct tm *given, const struct tm *found)
{
	return given->tm_mday == found->tm_mday && given->tm_mon == found->tm_mon;
}

static bool in_seconds(struct tm local, bool end, int days, int minutes, int seconds, int64_t *ret_us)
{
	struct tm given = local;
	time_t moment;

	local.tm_isdst = -1;
	moment = mktime(&local);
	if (moment == -1 || !is_same_day(&given, &local))
		return false;
	if (end) {
		local.tm_mday += days;
		local.tm_min += minutes;
		local.tm_sec += seconds;
		local.tm_isdst = -1;
		moment = mktime(&local);
	}
	*ret_us = moment * US_PER_S;
	return true;
}

bool moment_parse(const char *text, bool end, int64_t *ret_us)
{
	static const struct {
		const char *format;
		int days, minutes, seconds;
	} formats[] = {
		{ "%Y-%m-%d", 1, 0, 0 }, { "%Y-%m-%d %H:%M", 0, 1, 0 }, { "%Y-%m-%d %H:%M:%S", 0, 0, 1 },
	};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct tm local = { 0 };
		const char *rest = strptime(text, formats[i].format, &local);

		if (rest && !*rest)
			return in_seconds(local, end, formats[i].days, formats[i].minutes,
					  formats[i].seconds, ret_us);
	}
	return false;
}
