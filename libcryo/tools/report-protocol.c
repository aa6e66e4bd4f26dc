// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a page tells of the protocol as it was used, from its text. Pure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report-protocol.h"

#define BLANKS		" \t\r"
#define LENGTH_MAX_UM	1e6

/* What follows "@key=" if @line begins with it, else NULL. */
static const char *after_key(const char *line, const char *key)
{
	size_t n = strlen(key);

	line += strspn(line, BLANKS);
	if (strncmp(line, key, n))
		return NULL;
	line += n;
	line += strspn(line, BLANKS);
	return *line == '=' ? line + 1 + strspn(line + 1, BLANKS) : NULL;
}

const char *report_protocol_value(const char *text, const char *key, char *ret, size_t size)
{
	const char *value = NULL, *comment;
	size_t n;

	while (text && !(value = after_key(text, key))) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	n = value ? strcspn(value, "\n") : 0;
	/* The reader of protocols, inih, leaves out a comment after a blank. */
	comment = n ? memmem(value, n, " ;", 2) : NULL;
	n = comment ? (size_t)(comment - value) : n;
	while (n && strchr(BLANKS, value[n - 1]))
		n--;
	snprintf(ret, size, "%.*s", (int)n, value ? value : "");
	return ret;
}

uint32_t report_protocol_um(const char *text, const char *key)
{
	char value[64], *unit;
	double length = strtod(report_protocol_value(text, key, value, sizeof(value)), &unit);

	unit += strspn(unit, BLANKS);
	if (!*unit || !strcmp(unit, "mm"))
		length *= 1000;
	else if (strcmp(unit, "um"))
		return 0;
	return length > 0 && length < LENGTH_MAX_UM ? length + 0.5 : 0;
}
