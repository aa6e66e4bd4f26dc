// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every scene as a page, under the sanitizers, always in the same order. With a folder's name in PAGES the pages are left there,
 * for selftests/report/test-page and for people to look at.
 */
#include <errno.h>
#include <unistd.h>

#include "libcryo/tools/report-page.h"
#include "selftests/report/scenes.h"
#include "selftests/unit/test.h"

struct memory {
	FILE *file;
	char *bytes;
	size_t size;
};

static int keep(void *userdata, const void *data, size_t size)
{
	struct memory *memory = userdata;

	return fwrite(data, 1, size, memory->file) == size ? 0 : -EIO;
}

static struct memory page_of(const struct record *record, enum report_format format)
{
	struct memory memory = { .file = NULL };
	struct report report;

	memory.file = open_memstream(&memory.bytes, &memory.size);
	EXPECT_EQ(report_read(&record->data, &report), 0);
	EXPECT_EQ(report_page(&report, format, keep, &memory), 0);
	report_release(&report);
	fclose(memory.file);
	return memory;
}

static void leave(const struct memory *page, const char *name, const char *suffix)
{
	char path[4096];
	FILE *file;

	if (!getenv("PAGES"))
		return;
	snprintf(path, sizeof(path), "%s/%s.%s", getenv("PAGES"), name, suffix);
	file = fopen(path, "w");
	ASSERT(file);
	EXPECT_EQ(fwrite(page->bytes, 1, page->size, file), page->size);
	fclose(file);
}

/* What fontconfig keeps for the process's life. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig";
}

const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}

static void draw(const struct scene *scene, const struct record *record, enum report_format format,
		 const char *suffix)
{
	struct memory page = page_of(record, format);

	DIAG("%s.%s: %zu bytes", scene->name, suffix, page.size);
	EXPECT_GT(page.size, 1000);
	leave(&page, scene->name, suffix);
	free(page.bytes);
}

TEST(every_scene_is_a_page)
{
	for (size_t i = 0; i < n_scenes; i++) {
		struct record record = record_new();

		scenes[i].play(&record);
		draw(&scenes[i], &record, REPORT_PDF, "pdf");
		draw(&scenes[i], &record, REPORT_SVG, "svg");
		record_free(&record);
	}
}

TEST(of_nonsense_there_is_a_page_too)
{
	static const struct scene scene = { "nonsense", scene_nonsense };
	struct record record = record_new();

	scene.play(&record);
	draw(&scene, &record, REPORT_PDF, "pdf");
	draw(&scene, &record, REPORT_SVG, "svg");
	record_free(&record);
}

TEST(a_page_of_many_samples_is_not_a_large_file)
{
	struct record record = record_new();
	struct memory page;

	record_begin(&record);
	while (record.data.n_frames < FRAMES_MAX - 30000)
		record_freeze(&record, -60000 - (record.data.n_frames / 100 % 2) * 4000, 20, 400);
	page = page_of(&record, REPORT_PDF);
	EXPECT_LT(page.size, 400000);
	free(page.bytes);
	record_free(&record);
}

static int refuse(void *userdata, const void *data, size_t size)
{
	(void)userdata, (void)data, (void)size;
	return -ENOSPC;
}

TEST(what_cannot_be_written_is_told)
{
	struct record record = record_new();
	struct report report;

	EXPECT_EQ(report_read(&record.data, &report), 0);
	EXPECT_EQ(report_page(&report, REPORT_PDF, refuse, NULL), -ENOSPC);
	EXPECT_EQ(report_page(&report, REPORT_SVG, refuse, NULL), -ENOSPC);
	report_release(&report);
	record_free(&record);
}

TEST_MAIN()
