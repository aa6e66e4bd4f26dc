/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values as people read them. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <cryo.h>

#define TEXT_MAX 32
#define TEXT_ALARM_MAX 128
#define TEXT_NERVE_MAX 80
#define TEXT_COLUMNS 76

/* "-45.2 °C", "-45.2 degC" without UTF-8, "--" where not valid. Returns @text. */
const char *text_temperature(char text[TEXT_MAX], int32_t mdegc, bool utf8);
/* "3.2 mm" */
const char *text_length(char text[TEXT_MAX], uint32_t um);
/* "3.2 ± 0.2 mm", "3.2 +- 0.2 mm" without UTF-8 */
const char *text_measured(char text[TEXT_MAX], uint32_t um, uint32_t error_um, bool utf8);
/* "at 2.0 mm, -20 for 61 s of 120 s: not reached yet" */
const char *text_nerve(char text[TEXT_NERVE_MAX], uint32_t distance_um, uint32_t held_ms, uint32_t wanted_ms,
		       bool adequate);
/* "73 %" */
const char *text_share(char text[TEXT_MAX], uint32_t permille);
/* "3", "-" where uses are not limited */
const char *text_uses(char text[TEXT_MAX], uint32_t uses);
/* "1:05", rounded up to full seconds; "--" for 0 */
const char *text_left(char text[TEXT_MAX], uint32_t ms);

/*
 * The next line of @text, of whole words and at most TEXT_COLUMNS bytes, and @text moved behind it;
 * a longer word is cut. False at the end.
 */
bool text_wrap(char line[TEXT_COLUMNS + 1], const char **text);
