/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A writer of JSON on one line: commas and escapes are its business, nesting is the caller's. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool comma;		/* something stands before in this object or array */
};

/* @key is NULL inside an array. @bracket: '{' or '['. */
void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_string(struct json *j, const char *key, const char *text);
void json_integer(struct json *j, const char *key, int64_t value);
void json_unsigned(struct json *j, const char *key, uint64_t value);
/* A number with three places. */
void json_thousandths(struct json *j, const char *key, int64_t value);
void json_boolean(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
