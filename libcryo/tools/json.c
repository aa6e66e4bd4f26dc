// SPDX-License-Identifier: LGPL-2.1-or-later
/* A writer of JSON on one line. */
#include <inttypes.h>

#include "json.h"

/* RFC 8259: quotes, backslashes and control characters are escaped, all else stands as it is. */
static void quote(FILE *out, const char *text)
{
	fputc('"', out);
	for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			fprintf(out, "\\%c", *c);
		else if (*c < 0x20)
			fprintf(out, "\\u%04x", *c);
		else
			fputc(*c, out);
	}
	fputc('"', out);
}

static void begin(struct json *j, const char *key)
{
	if (j->comma)
		fputs(", ", j->out);
	j->comma = true;
	if (!key)
		return;
	quote(j->out, key);
	fputs(": ", j->out);
}

void json_open(struct json *j, const char *key, char bracket)
{
	begin(j, key);
	fputc(bracket, j->out);
	j->comma = false;
}

void json_close(struct json *j, char bracket)
{
	fputc(bracket, j->out);
	j->comma = true;
}

void json_string(struct json *j, const char *key, const char *text)
{
	begin(j, key);
	quote(j->out, text);
}

void json_integer(struct json *j, const char *key, int64_t value)
{
	begin(j, key);
	fprintf(j->out, "%" PRId64, value);
}

void json_unsigned(struct json *j, const char *key, uint64_t value)
{
	begin(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_thousandths(struct json *j, const char *key, int64_t value)
{
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;

	begin(j, key);
	fprintf(j->out, "%s%" PRIu64 ".%03u", value < 0 ? "-" : "", magnitude / 1000,
		(unsigned int)(magnitude % 1000));
}

void json_boolean(struct json *j, const char *key, bool value)
{
	begin(j, key);
	fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
	begin(j, key);
	fputs("null", j->out);
}
