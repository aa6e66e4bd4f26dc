/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a page tells of the protocol as it was used, from its text. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * The value of the first line "@key=value", without blanks around it, cut to @size bytes; "" where there is
 * none. Returns @ret. cryod has checked the text: each key stands once.
 */
const char *report_protocol_value(const char *text, const char *key, char *ret, size_t size);

/* The same of a length, in the units of cryo.protocol(5); 0 where there is none. */
uint32_t report_protocol_um(const char *text, const char *key);
