/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures of a report as a page has them: with a minus sign, with a unit, in words where missing. Pure. */
#pragma once

#include "report.h"

#define REPORT_TEXT_MAX		160

/* "−60.2 °C"; "no reading" where not valid. Each returns @text. */
const char *report_temperature(char text[REPORT_TEXT_MAX], int32_t mdegc);
/* "+0.4 K" */
const char *report_deviation(char text[REPORT_TEXT_MAX], int64_t mk);
/* "9.7 s", from 100 s on "1:40" */
const char *report_seconds(char text[REPORT_TEXT_MAX], int64_t ns);
/* "1:05", minutes and seconds; hours where there are any */
const char *report_clock(char text[REPORT_TEXT_MAX], int64_t ns);
/* "2.8 mm"; "none" for 0 */
const char *report_radius(char text[REPORT_TEXT_MAX], uint32_t um);
/* "2026-11-23 18:53:07 +0100" by the clock here; "not recorded" for 0 */
const char *report_moment(char text[REPORT_TEXT_MAX], int64_t realtime_us);
/* "2027-02-14": so many days after the moment */
const char *report_day(char text[REPORT_TEXT_MAX], int64_t realtime_us, unsigned int days);
/* "nitrous oxide" */
const char *report_cryogen(const char *word);
