// SPDX-License-Identifier: LGPL-2.1-or-later
/* Figures of a report as a page has them. Pure. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report-text.h"

#define NS_PER_S	1000000000LL
#define US_PER_S	1000000LL
#define S_PER_DAY	86400LL

/* A number with one place and a true minus sign, and none before a zero. */
static const char *signed_number(char text[REPORT_TEXT_MAX], double value, const char *plus,
				 const char *unit)
{
	double rounded = round(value * 10) / 10;
	const char *sign = rounded < 0 ? "−" : rounded > 0 ? plus : "";

	snprintf(text, REPORT_TEXT_MAX, "%s%.1f %s", sign, fabs(rounded), unit);
	return text;
}

const char *report_temperature(char text[REPORT_TEXT_MAX], int32_t mdegc)
{
	if (mdegc != CRYO_NOT_VALID)
		return signed_number(text, mdegc / 1000.0, "", "°C");
	snprintf(text, REPORT_TEXT_MAX, "no reading");
	return text;
}

const char *report_deviation(char text[REPORT_TEXT_MAX], int64_t mk)
{
	return signed_number(text, mk / 1000.0, "+", "K");
}

const char *report_seconds(char text[REPORT_TEXT_MAX], int64_t ns)
{
	if (ns >= 100 * NS_PER_S)
		return report_clock(text, ns);
	snprintf(text, REPORT_TEXT_MAX, "%.1f s", ns / (double)NS_PER_S);
	return text;
}

const char *report_clock(char text[REPORT_TEXT_MAX], int64_t ns)
{
	long long s = llabs(ns / NS_PER_S) + (llabs(ns % NS_PER_S) >= NS_PER_S / 2);
	const char *sign = ns < 0 && s ? "−" : "";

	if (s >= 3600)
		snprintf(text, REPORT_TEXT_MAX, "%s%lld:%02lld:%02lld", sign, s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(text, REPORT_TEXT_MAX, "%s%lld:%02lld", sign, s / 60, s % 60);
	return text;
}

const char *report_radius(char text[REPORT_TEXT_MAX], uint32_t um)
{
	if (um)
		snprintf(text, REPORT_TEXT_MAX, "%.1f mm", um / 1000.0);
	else
		snprintf(text, REPORT_TEXT_MAX, "none");
	return text;
}

static const char *print_time(char text[REPORT_TEXT_MAX], time_t seconds, const char *format)
{
	struct tm local;

	if (!localtime_r(&seconds, &local) || !strftime(text, REPORT_TEXT_MAX, format, &local))
		snprintf(text, REPORT_TEXT_MAX, "%lld s since 1970", (long long)seconds);
	return text;
}

const char *report_moment(char text[REPORT_TEXT_MAX], int64_t realtime_us)
{
	if (realtime_us)
		return print_time(text, realtime_us / US_PER_S, "%Y-%m-%d %H:%M:%S %z");
	snprintf(text, REPORT_TEXT_MAX, "not recorded");
	return text;
}

const char *report_day(char text[REPORT_TEXT_MAX], int64_t realtime_us, unsigned int days)
{
	return print_time(text, realtime_us / US_PER_S + days * S_PER_DAY, "%Y-%m-%d");
}

const char *report_cryogen(const char *word)
{
	if (!strcmp(word, "n2o"))
		return "nitrous oxide";
	return strcmp(word, "ln2") ? word : "liquid nitrogen";
}
