// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JSON and FHIR of every scene, under the sanitizers. With a folder's name in EXPORTS they are left
 * there, for selftests/report/test-export and for validate-fhir to look at.
 */
#include "libcryo/tools/fhir-parts.h"
#include "libcryo/tools/fhir.h"
#include "libcryo/tools/record-json.h"
#include "selftests/report/scenes.h"
#include "selftests/unit/test.h"

/* What @write prints of @record; free() it. */
static char *export(const struct record *record, void (*write)(FILE *out, const struct report *report))
{
	struct report report;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	EXPECT_EQ(report_read(&record->data, &report), 0);
	write(out, &report);
	report_release(&report);
	fclose(out);
	EXPECT_GT(size, 100);
	EXPECT_EQ(text[size - 1], '\n');
	return text;
}

static void leave(const char *text, const char *name, const char *suffix)
{
	char path[4096];
	FILE *file;

	if (!getenv("EXPORTS"))
		return;
	snprintf(path, sizeof(path), "%s/%s.%s", getenv("EXPORTS"), name, suffix);
	file = fopen(path, "w");
	ASSERT(file);
	EXPECT_GE(fputs(text, file), 0);
	fclose(file);
}

static void check(const struct scene *scene, void (*write)(FILE *out, const struct report *report),
		  const char *suffix)
{
	struct record record = record_new();
	char *first, *second;

	scene->play(&record);
	first = export(&record, write);
	second = export(&record, write);
	EXPECT_STREQ(first, second);
	leave(first, scene->name, suffix);
	free(first);
	free(second);
	record_free(&record);
}

TEST(every_scene_can_be_exported)
{
	for (size_t i = 0; i < n_scenes; i++) {
		check(&scenes[i], record_json, "json");
		check(&scenes[i], fhir_bundle, "fhir.json");
	}
}

TEST(of_nonsense_there_is_an_export_too)
{
	struct record record = record_new();

	scene_nonsense(&record);
	free(export(&record, record_json));
	free(export(&record, fhir_bundle));
	record_free(&record);
}

TEST(names_are_escaped)
{
	struct record record = record_new();
	char *text;

	record.data.operator_name = "Dr. \"A\" \\ B";
	record.data.patient = "line\nbreak\x01";
	text = export(&record, record_json);
	EXPECT(strstr(text, "\"operator\": \"Dr. \\\"A\\\" \\\\ B\""));
	EXPECT(strstr(text, "\"patient\": \"line\\u000abreak\\u0001\""));
	free(text);
	text = export(&record, fhir_bundle);
	EXPECT(strstr(text, "\"display\": \"Dr. \\\"A\\\" \\\\ B\""));
	EXPECT(strstr(text, "\"value\": \"line\\u000abreak\\u0001\""));
	free(text);
	record_free(&record);
}

TEST(identities_are_uuids_that_differ)
{
	struct record record = record_new();
	char one[FHIR_TEXT_MAX], other[FHIR_TEXT_MAX];

	fhir_identity(one, &record.data, "freeze", 0);
	EXPECT_EQ(strlen(one), strlen("urn:uuid:00000000-0000-8000-8000-000000000000"));
	EXPECT_EQ(one[23], '8');
	EXPECT(strchr("89ab", one[28]));
	EXPECT_STREQ(fhir_identity(other, &record.data, "freeze", 0), one);
	EXPECT(strcmp(fhir_identity(other, &record.data, "freeze", 1), one));
	EXPECT(strcmp(fhir_identity(other, &record.data, "device", 0), one));
	record.data.treatment++;
	EXPECT(strcmp(fhir_identity(other, &record.data, "freeze", 0), one));
	record_free(&record);
}

TEST(the_hash_is_fnv_1a)
{
	struct record record = record_new();
	char text[FHIR_TEXT_MAX];

	record.data.serial = "";
	record.data.started_us = 0;
	record.data.treatment = 0;
	/* FNV-1a/128 of "|0|0|x|0", with version and variant put in; worked out in Python. */
	EXPECT_STREQ(fhir_identity(text, &record.data, "x", 0), "urn:uuid:815fc1f6-bc65-8b6a-b008-89c1cd066a25");
	record_free(&record);
}

TEST(moments_are_of_universal_time)
{
	char text[FHIR_TEXT_MAX];

	setenv("TZ", "Europe/Berlin", 1);
	EXPECT_STREQ(fhir_moment(text, 1795392000123456), "2026-11-23T00:00:00.123Z");
	EXPECT(fhir_has_moment(1795392000123456));
	EXPECT(!fhir_has_moment(0) && !fhir_has_moment(-1) && !fhir_has_moment(1LL << 60));
}

TEST_MAIN()
