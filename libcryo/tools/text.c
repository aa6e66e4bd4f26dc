// SPDX-License-Identifier: LGPL-2.1-or-later
/* Values as people read them. Pure. */
#include <stdio.h>
#include <string.h>

#include "text.h"

const char *text_temperature(char text[TEXT_MAX], int32_t mdegc, bool utf8)
{
	if (mdegc == CRYO_NOT_VALID)
		snprintf(text, TEXT_MAX, "--");
	else
		snprintf(text, TEXT_MAX, "%+.1f %s", mdegc / 1000.0, utf8 ? "°C" : "degC");
	return text;
}

const char *text_length(char text[TEXT_MAX], uint32_t um)
{
	snprintf(text, TEXT_MAX, "%.1f mm", um / 1000.0);
	return text;
}

const char *text_measured(char text[TEXT_MAX], uint32_t um, uint32_t error_um, bool utf8)
{
	snprintf(text, TEXT_MAX, "%.1f %s %.1f mm", um / 1000.0, utf8 ? "±" : "+-", error_um / 1000.0);
	return text;
}

const char *text_nerve(char text[TEXT_NERVE_MAX], uint32_t distance_um, uint32_t held_ms, uint32_t wanted_ms,
		       bool adequate)
{
	snprintf(text, TEXT_NERVE_MAX, "at %.1f mm, -20 for %u s of %u s: %s", distance_um / 1000.0,
		 held_ms / 1000, wanted_ms / 1000, adequate ? "reached" : "not reached yet");
	return text;
}

const char *text_share(char text[TEXT_MAX], uint32_t permille)
{
	snprintf(text, TEXT_MAX, "%u %%", (permille + 5) / 10);
	return text;
}

const char *text_uses(char text[TEXT_MAX], uint32_t uses)
{
	if (uses == CRYO_UNLIMITED)
		snprintf(text, TEXT_MAX, "-");
	else
		snprintf(text, TEXT_MAX, "%u", uses);
	return text;
}

const char *text_left(char text[TEXT_MAX], uint32_t ms)
{
	uint32_t s = ms / 1000 + (ms % 1000 > 0);

	if (ms == 0)
		snprintf(text, TEXT_MAX, "--");
	else
		snprintf(text, TEXT_MAX, "%u:%02u", s / 60, s % 60);
	return text;
}

bool text_wrap(char line[TEXT_COLUMNS + 1], const char **text)
{
	const char *from = *text + strspn(*text, " ");
	size_t n = strlen(from);

	if (n > TEXT_COLUMNS) {
		n = TEXT_COLUMNS;
		while (n && from[n] != ' ')
			n--;
		n = n ? n : TEXT_COLUMNS;
	}
	snprintf(line, TEXT_COLUMNS + 1, "%.*s", (int)n, from);
	*text = from + n;
	return n;
}
