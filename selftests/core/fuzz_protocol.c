// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parser of protocols on any text: under libFuzzer (`make fuzz-protocol`), and over the corpus as
 * a regression, where it brings a main() of its own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/core/protocol.h"

#define require(condition) do { if (!(condition)) fail(#condition); } while (0)

static void fail(const char *condition)
{
	fprintf(stderr, "does not hold: %s\n", condition);
	abort();
}

/* What holds of everything that is accepted. */
static void judge(const struct protocol *p)
{
	char text[PROTOCOL_COURSE_MAX];

	require(*p->title && strlen(p->title) < sizeof(p->title));
	require(p->floor_mdegc < p->target_mdegc && p->target_mdegc <= -10000);
	require(p->cycles >= 1 && p->cycles <= PROTOCOL_CYCLES_MAX);
	require(p->sites >= 1 && p->sites <= 8);
	require(p->steps >= 1 && p->steps <= STEP_COUNT);
	require(p->freeze_ms >= 5000 && p->freeze_ms <= 600000);
	require(p->cool_max_ms && p->ready_timeout_ms && p->withdraw_timeout_ms);
	require(protocol_most_cycles(p) <= PROTOCOL_CYCLES_MAX);
	require(protocol_most_cycles(p) == 1 || p->thaw_mdegc > p->target_mdegc);
	require(!p->tissue_sensor_um || p->tissue_sensor_um >= 2000);
	require(!p->boundary_um || p->isotherm_um < p->boundary_um);
	require(!protocol_describe(p, text, sizeof(text)));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct protocol_error error = { 0 };
	struct protocol protocol, before;
	int r;

	memset(&protocol, 0xa5, sizeof(protocol));
	before = protocol;
	r = protocol_parse("fuzz", (const char *)data, size, &protocol, &error);
	if (!r) {
		judge(&protocol);
		return 0;
	}
	require(r == -EBADMSG);
	require(*error.text && memchr(error.text, '\0', sizeof(error.text)));
	require(!memcmp(&protocol, &before, sizeof(protocol)));
	return 0;
}

#ifndef FUZZER
#include <dirent.h>

#include "selftests/unit/test.h"

#define CORPUS	"selftests/core/corpus"

static void try_file(const char *name)
{
	static unsigned char text[65536];
	char path[512];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), CORPUS "/%s", name);
	file = fopen(path, "r");
	ASSERT(file);
	n = fread(text, 1, sizeof(text), file);
	fclose(file);
	LLVMFuzzerTestOneInput(text, n);
}

TEST(corpus_breaks_nothing)
{
	DIR *directory = opendir(CORPUS);
	unsigned int files = 0;
	struct dirent *entry;

	ASSERT(directory);
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		try_file(entry->d_name);
		files++;
	}
	closedir(directory);
	DIAG("%u texts", files);
	EXPECT_GT(files, 20);
}

TEST_MAIN()
#endif
