// SPDX-License-Identifier: GPL-2.0-or-later
/* Expiry: which records go and which never do, and what is left of those that went. */
#include <sqlite3.h>
#include <stdio.h>

#include "daemon/record/store-expire.h"
#include "daemon/util.h"
#include "selftests/cryod/remove.h"
#include "selftests/cryod/verdict.h"
#include "selftests/unit/test.h"

#define SAMPLES	400

static char directory[] = "/tmp/cryo-expire-XXXXXX";
static char path[64];
static struct store *store;
static const struct channel_map map = { 0, -1, -1, -1, -1, -1, -1 };

static void set_up(void)
{
	snprintf(directory, sizeof(directory), "/tmp/cryo-expire-XXXXXX");
	ASSERT(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/record.db", directory);
	ASSERT_EQ(store_open(path, &store), 0);
}

static void tear_down(void)
{
	store_close(store);
	EXPECT_EQ(remove_directory(directory), 0);
}

/* @outcome NULL: it goes on. */
static void write_record(uint64_t id, const char *serial, const char *outcome)
{
	struct store_treatment treatment = { .id = id, .model = "M", .protocol = "demo" };

	snprintf(treatment.serial, sizeof(treatment.serial), "%s", serial);
	EXPECT_EQ(store_begin(store, &treatment), 0);
	for (uint64_t seq = 1; seq <= SAMPLES; seq++) {
		struct cryoprobe_sample sample = { .seq = seq, .time_ns = seq * 20000000 };

		EXPECT_EQ(store_sample(store, id, &map, &sample), 0);
		EXPECT_EQ(store_step(store, id, &(struct cryo_frame){ .seq = seq }), 0);
	}
	EXPECT_EQ(store_event(store, id, &(struct store_event){
		.source = "core", .kind = "phase", .text = "",
	}), 0);
	EXPECT_EQ(outcome ? store_end(store, id, outcome) : store_commit(store), 0);
}

/* Until there is nothing more to do; how many records have expired. */
static int expire(const struct store_limits *limits)
{
	uint64_t id;
	int n = 0, r;

	do {
		r = store_expire_some(store, limits, 100, &id);
		EXPECT_GE(r, 0);
		n += id != 0;
		EXPECT_EQ(store_commit(store), 0);
	} while (r > 0);
	return n;
}

static long query(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	long value = -1;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		value = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return value;
}

static void expect_verdict(uint64_t id, const char *wanted)
{
	char text[VERDICT_MAX];

	get_verdict(store, id, text);
	DIAG("%s", text);
	EXPECT(!strncmp(text, wanted, strlen(wanted)) && text[strlen(wanted)] == ':');
}

TEST(without_limits_nothing_goes)
{
	set_up();
	write_record(1, "S-1", "completed");
	EXPECT_EQ(expire(&(struct store_limits){ .keep_days = 0 }), 0);
	EXPECT_EQ(expire(&(struct store_limits){ .keep_days = 1, .size_max_mb = 100 }), 0);
	EXPECT_EQ(query("SELECT count(*) FROM records"), 1);
	tear_down();
}

/* 1 MB is less than what these hold. */
TEST(oldest_closed_ones_go_first)
{
	const struct store_limits limits = { .size_max_mb = 1 };
	long held;
	int gone;

	set_up();
	write_record(1, "S-1", "completed");
	write_record(2, "S-2", "interrupted");
	write_record(3, "S-3", NULL);
	for (uint64_t id = 4; id <= 30; id++)
		write_record(id, "S-1", "completed");
	gone = expire(&limits);
	EXPECT_GT(gone, 2);
	EXPECT_EQ(query("SELECT count(*) FROM records"), 30 - gone);
	/* Not watched, and still running. */
	EXPECT_EQ(query("SELECT count(*) FROM records WHERE id IN (2, 3)"), 2);
	EXPECT_EQ(query("SELECT min(id) FROM records WHERE id > 3"), 3 + gone);
	EXPECT_EQ(query("SELECT count(*) FROM samples WHERE treatment = 1 OR treatment = 4"), 0);
	EXPECT_EQ(query("SELECT count(*) FROM chains"), 30 - gone);
	held = query("SELECT (SELECT page_count FROM pragma_page_count)"
		     " - (SELECT freelist_count FROM pragma_freelist_count)") * 4096;
	EXPECT_LE(held, 1000000);
	DIAG("%d of 30 records have expired, %ld kB are held", gone, held / 1000);
	expect_verdict(1, "expired");
	expect_verdict(2, "intact");
	expect_verdict(3, "open");
	expect_verdict(30, "intact");
	expect_verdict(0, "intact");
	tear_down();
}

TEST(interrupted_one_goes_once_its_thaw_was_watched)
{
	const struct store_limits limits = { .size_max_mb = 1 };

	set_up();
	for (uint64_t id = 1; id <= 30; id++)
		write_record(id, "S-1", "interrupted");
	EXPECT_EQ(expire(&limits), 0);
	EXPECT_EQ(store_mark_thawed(store, "S-1"), 0);
	EXPECT_GT(expire(&limits), 0);
	tear_down();
}

static void age(uint64_t id, int days)
{
	char sql[160], *error = NULL;
	sqlite3 *db;

	snprintf(sql, sizeof(sql), "DROP TRIGGER IF EXISTS marks_update; UPDATE marks SET time_us = time_us"
		 " - %d * 86400000000 WHERE treatment = %d", days, (int)id);
	ASSERT_EQ(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, sql, NULL, NULL, &error);
	EXPECT_STREQ(error ?: "", "");
	sqlite3_free(error);
	sqlite3_close(db);
}

TEST(those_that_are_old_enough_go)
{
	set_up();
	write_record(1, "S-1", "completed");
	write_record(2, "S-1", "aborted");
	write_record(3, "S-1", "fault");
	age(1, 40);
	age(2, 31);
	age(3, 29);
	EXPECT_EQ(expire(&(struct store_limits){ .keep_days = 30 }), 2);
	EXPECT_EQ(query("SELECT min(id) FROM records"), 3);
	expect_verdict(2, "expired");
	tear_down();
}

/* The power goes between the tombstone and the rows, or between the rows. */
TEST(expiry_goes_on_after_a_restart)
{
	const struct store_limits limits = { .keep_days = 30 }, none = { .keep_days = 0 };
	uint64_t id, last = 0;

	set_up();
	write_record(1, "S-1", "completed");
	age(1, 40);
	EXPECT_EQ(store_expire_some(store, &limits, 100, &id), 1);
	EXPECT_EQ(id, 1);
	EXPECT_EQ(store_expire_some(store, &limits, 100, &id), 1);
	EXPECT_EQ(store_commit(store), 0);
	store_close(store);
	ASSERT_EQ(store_open(path, &store), 0);
	expect_verdict(1, "expired");
	EXPECT_EQ(store_mark_interrupted(store), 0);
	EXPECT_EQ(expire(&none), 0);
	EXPECT_EQ(query("SELECT count(*) FROM samples"), 0);
	EXPECT_EQ(query("SELECT count(*) FROM treatments"), 0);
	EXPECT_EQ(query("SELECT count(*) FROM heads"), 2);
	/* Its number is not given again. */
	EXPECT_EQ(store_last_treatment(store, &last), 0);
	EXPECT_EQ(last, 1);
	tear_down();
}

TEST_MAIN()
