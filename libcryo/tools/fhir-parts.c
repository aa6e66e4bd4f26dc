// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the files that write FHIR share. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fhir-parts.h"

/* FNV-1a of 128 bits: the offset basis and the prime of Fowler, Noll and Vo. */
#define FNV_BASIS	(((unsigned __int128)0x6c62272e07bb0142ULL << 64) | 0x62b821756295c58dULL)
#define FNV_PRIME	(((unsigned __int128)0x0000000001000000ULL << 64) | 0x000000000000013bULL)

#define YEAR_10000_US	253402300800000000LL

static unsigned __int128 hash(const char *text)
{
	unsigned __int128 h = FNV_BASIS;

	for (const unsigned char *c = (const unsigned char *)text; *c; c++)
		h = (h ^ *c) * FNV_PRIME;
	return h;
}

const char *fhir_identity(char text[FHIR_TEXT_MAX], const struct report_data *data, const char *part,
			  unsigned int number)
{
	char name[512];
	unsigned __int128 h;
	uint64_t high, low;

	snprintf(name, sizeof(name), "%s|%" PRId64 "|%" PRIu64 "|%s|%u", data->serial, data->started_us,
		 data->treatment, part, number);
	h = hash(name);
	high = ((uint64_t)(h >> 64) & ~0xf000ULL) | 0x8000;		/* version 8 */
	low = ((uint64_t)h & ~(3ULL << 62)) | 1ULL << 63;		/* variant 10 */
	snprintf(text, FHIR_TEXT_MAX, "urn:uuid:%08x-%04x-%04x-%04x-%012" PRIx64, (unsigned int)(high >> 32),
		 (unsigned int)(high >> 16) & 0xffff, (unsigned int)high & 0xffff, (unsigned int)(low >> 48),
		 (uint64_t)(low & 0xffffffffffffULL));
	return text;
}

bool fhir_has_moment(int64_t realtime_us)
{
	return realtime_us > 0 && realtime_us < YEAR_10000_US;
}

const char *fhir_moment(char text[FHIR_TEXT_MAX], int64_t realtime_us)
{
	time_t seconds = realtime_us / 1000000;
	char date[32] = "";
	struct tm utc;

	if (gmtime_r(&seconds, &utc))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text, FHIR_TEXT_MAX, "%s.%03dZ", date, (int)(realtime_us / 1000 % 1000));
	return text;
}

void fhir_text(struct json *j, const char *key, const char *text)
{
	if (!*text)
		return;
	json_open(j, key, '{');
	json_string(j, "text", text);
	json_close(j, '}');
}

void fhir_quantity(struct json *j, const char *key, int64_t thousandths, const char *unit, const char *code)
{
	json_open(j, key, '{');
	json_thousandths(j, "value", thousandths);
	json_string(j, "unit", unit);
	json_string(j, "system", "http://unitsofmeasure.org");
	json_string(j, "code", code);
	json_close(j, '}');
}

void fhir_reference(struct json *j, const char *key, bool array, const char *identity)
{
	if (array)
		json_open(j, key, '[');
	json_open(j, array ? NULL : key, '{');
	json_string(j, "reference", identity);
	json_close(j, '}');
	if (array)
		json_close(j, ']');
}

void fhir_period(struct json *j, const char *key, int64_t start_us, int64_t end_us)
{
	char text[FHIR_TEXT_MAX];

	if (!fhir_has_moment(start_us))
		return;
	json_open(j, key, '{');
	json_string(j, "start", fhir_moment(text, start_us));
	if (end_us >= start_us && fhir_has_moment(end_us))
		json_string(j, "end", fhir_moment(text, end_us));
	json_close(j, '}');
}

void fhir_subject(struct json *j, const struct report_data *data)
{
	json_open(j, "subject", '{');
	if (*data->patient) {
		json_open(j, "identifier", '{');
		json_string(j, "value", data->patient);
		json_close(j, '}');
	}
	json_string(j, "display", *data->patient ? data->patient : "not recorded");
	json_close(j, '}');
}

void fhir_entry_open(struct json *j, const char *identity, const char *type)
{
	json_open(j, NULL, '{');
	json_string(j, "fullUrl", identity);
	json_open(j, "resource", '{');
	json_string(j, "resourceType", type);
}

void fhir_entry_close(struct json *j)
{
	json_close(j, '}');
	json_close(j, '}');
}
