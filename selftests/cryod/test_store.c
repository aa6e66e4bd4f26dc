// SPDX-License-Identifier: GPL-2.0-or-later
/* The store: what comes out again, and what survives a killed writer and a full disk. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "daemon/record/store.h"
#include "daemon/util.h"
#include "selftests/cryod/remove.h"
#include "selftests/cryod/verdict.h"
#include "selftests/unit/test.h"

static char directory[] = "/tmp/cryo-store-XXXXXX";
static char path[64];

static const struct channel_map map = { 0, -1, -1, -1, -1, 1, -1 };
static const struct store_treatment treatment = {
	.id = 3, .serial = "S-1", .model = "M", .gauge = 18, .protocol = "demo",
	.started_ns = 5000000000,
};

static void set_up(void)
{
	snprintf(directory, sizeof(directory), "/tmp/cryo-store-XXXXXX");
	ASSERT(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/record.db", directory);
}

static void tear_down(void)
{
	EXPECT_EQ(remove_directory(directory), 0);
}

static struct cryoprobe_sample sample_of(uint64_t seq)
{
	return (struct cryoprobe_sample){
		.seq = seq, .time_ns = 5000000000 + seq * 20000000, .channels = 2,
		.state = CRYOPROBE_STATE_ARMED, .outputs = CRYOPROBE_OUT_SUPPLY,
		.flow_permille = 500,
		.channel = {
			{ -60250, CRYOPROBE_VALUE_VALID }, { 5100, CRYOPROBE_VALUE_VALID },
		},
	};
}

static int write_sample(struct store *store, uint64_t seq)
{
	struct cryoprobe_sample sample = sample_of(seq);

	return store_sample(store, treatment.id, &map, &sample);
}

/* One number out of the database, by a connection of its own; -1 if it cannot be had. */
static long query(const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *s = NULL;
	long value = -1;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
		value = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return value;
}

static bool database_is_whole(void)
{
	return query("SELECT integrity_check = 'ok' FROM pragma_integrity_check") == 1;
}

TEST(csv_has_units_and_joins_by_sample)
{
	struct cryo_frame frame = {
		.seq = 1, .phase = PHASE_FREEZE, .cycle = 2, .target_mdegc = -60000,
		.ice_radius_um = 4210, .isotherm_radius_um = 2500, .flow_asked_permille = 510,
		.ice_error_um = 200, .ice_half_length_um = 6000, .ice_half_length_error_um = 300,
		.isotherm_error_um = 400, .isotherm_half_length_um = 3500,
		.isotherm_half_length_error_um = 500, .isotherm_distance_um = 2000,
		.isotherm_held_ms = 61000, .adequate = 1,
	};
	struct cryoprobe_sample lost = sample_of(2);
	_cleanup_(store_closep) struct store *store = NULL;
	struct store_reader *reader;
	struct store_question question = { .kind = STORE_CSV, .treatment = treatment.id };
	char text[4096] = "";
	int fd = question.fd = memfd_create("csv", 0);

	set_up();
	lost.channel[0].status = CRYOPROBE_VALUE_OPEN;
	ASSERT_EQ(store_open(path, &store), 0);
	ASSERT_EQ(store_begin(store, &treatment), 0);
	EXPECT_EQ(write_sample(store, 1), 0);
	EXPECT_EQ(store_step(store, treatment.id, &frame), 0);
	EXPECT_EQ(store_sample(store, treatment.id, &map, &lost), 0);
	ASSERT_EQ(store_reader_new(store, &question, &reader), 0);
	EXPECT_EQ(store_reader_some(reader, 1), 1);
	EXPECT_EQ(store_reader_some(reader, 10), 0);
	store_reader_free(reader);
	EXPECT_GT(pread(fd, text, sizeof(text) - 1, 0), 0);
	EXPECT_STREQ(strchr(text, '\n') + 1,
		     "0.0200,-60.250,-60.000,500,510,0,freeze,2,4.210,2.500,,,,,5100,0x1,1,0x0,"
		     "0.200,6.000,0.300,0.400,3.500,0.500,2.000,61.000,1,1\n"
		     "0.0400,,,500,,0,,,,,,,,,5100,0x1,1,0x0,,,,,,,,,,2\n");
	EXPECT(strstr(text, "time_s,tip_degc,target_degc,flow_permille,") == text);
	close(fd);
	tear_down();
}

TEST(unknown_treatment_has_no_record)
{
	const struct store_question question = { .kind = STORE_CSV, .treatment = 99, .fd = -1 };
	_cleanup_(store_closep) struct store *store = NULL;
	struct store_reader *reader = NULL;

	set_up();
	ASSERT_EQ(store_open(path, &store), 0);
	EXPECT_EQ(store_reader_new(store, &question, &reader), -ENOENT);
	EXPECT_EQ(reader, NULL);
	tear_down();
}

static void count(const struct store_frozen *frozen, void *userdata)
{
	EXPECT_STREQ(frozen->serial, "S-1");
	EXPECT_EQ(frozen->treatment, 3);
	EXPECT_STREQ(frozen->protocol, "demo");
	++*(int *)userdata;
}

TEST(interrupted_stays_open_until_thawed)
{
	struct store *store = NULL;
	uint64_t last = 0;
	int frozen = 0;

	set_up();
	ASSERT_EQ(store_open(path, &store), 0);
	ASSERT_EQ(store_begin(store, &treatment), 0);
	store_close(store);
	ASSERT_EQ(store_open(path, &store), 0);
	EXPECT_EQ(store_mark_interrupted(store), 0);
	EXPECT_EQ(store_list_frozen(store, count, &frozen), 0);
	EXPECT_EQ(frozen, 1);
	EXPECT_EQ(store_mark_thawed(store, "S-1"), 0);
	EXPECT_EQ(store_list_frozen(store, count, &frozen), 0);
	EXPECT_EQ(frozen, 1);
	EXPECT_EQ(store_last_treatment(store, &last), 0);
	EXPECT_EQ(last, 3);
	store_close(store);
	tear_down();
}

TEST(ended_is_not_interrupted)
{
	_cleanup_(store_closep) struct store *store = NULL;
	int frozen = 0;

	set_up();
	ASSERT_EQ(store_open(path, &store), 0);
	ASSERT_EQ(store_begin(store, &treatment), 0);
	EXPECT_EQ(store_end(store, treatment.id, "completed"), 0);
	EXPECT_EQ(store_mark_interrupted(store), 0);
	EXPECT_EQ(store_list_frozen(store, count, &frozen), 0);
	EXPECT_EQ(frozen, 0);
	tear_down();
}

/* Writes and commits for ever, telling by a pipe what has been committed. */
static void write_for_ever(int tell)
{
	struct store *store = NULL;

	if (store_open(path, &store) < 0 || store_begin(store, &treatment) < 0)
		_exit(1);
	for (uint64_t seq = 1;; seq++) {
		if (write_sample(store, seq) < 0)
			_exit(1);
		if (seq % 50)
			continue;
		if (store_commit(store) < 0 || write(tell, &seq, sizeof(seq)) < 0)
			_exit(1);
	}
}

TEST(killed_writer_leaves_all_that_was_committed)
{
	uint64_t seq = 0, committed;
	int tell[2], status;
	pid_t child;

	set_up();
	ASSERT_EQ(pipe(tell), 0);
	child = fork();
	if (!child)
		write_for_ever(tell[1]);
	close(tell[1]);
	while (seq < 5000 && read(tell[0], &seq, sizeof(seq)) == sizeof(seq))
		;
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	EXPECT(WIFSIGNALED(status));
	committed = seq;
	while (read(tell[0], &seq, sizeof(seq)) == sizeof(seq))
		committed = seq;
	close(tell[0]);
	EXPECT(database_is_whole());
	EXPECT_GE(query("SELECT max(seq) FROM samples"), committed);
	EXPECT_EQ(query("SELECT max(seq) - count(*) FROM samples"), 0);
	DIAG("%lu committed", (unsigned long)committed);
	tear_down();
}

/* In a child, so that the limit is its own: writes until the disk is "full", then exits with -errno. */
static void fill_the_disk(int tell)
{
	const struct rlimit limit = { 400 * 1024, 400 * 1024 };
	struct store *store = NULL;
	uint64_t committed = 0;
	int r = 0;

	signal(SIGXFSZ, SIG_IGN);
	if (store_open(path, &store) < 0 || store_begin(store, &treatment) < 0)
		_exit(0);
	setrlimit(RLIMIT_FSIZE, &limit);
	for (uint64_t seq = 1; r >= 0 && seq < 1000000; seq++) {
		r = write_sample(store, seq);
		if (r >= 0 && seq % 50 == 0) {
			r = store_commit(store);
			committed = r < 0 ? committed : seq;
		}
	}
	(void)!write(tell, &committed, sizeof(committed));
	_exit(-r);
}

/* SM-RECORD */
TEST(full_disk_is_told_and_loses_nothing_before)
{
	uint64_t committed = 0;
	int tell[2], status;
	pid_t child;

	set_up();
	ASSERT_EQ(pipe(tell), 0);
	child = fork();
	if (!child)
		fill_the_disk(tell[1]);
	close(tell[1]);
	waitpid(child, &status, 0);
	ASSERT(WIFEXITED(status));
	EXPECT(WEXITSTATUS(status) == ENOSPC || WEXITSTATUS(status) == EIO);
	ASSERT_EQ(read(tell[0], &committed, sizeof(committed)), (ssize_t)sizeof(committed));
	close(tell[0]);
	EXPECT_GT(committed, 0);
	EXPECT(database_is_whole());
	EXPECT_GE(query("SELECT max(seq) FROM samples"), committed);
	DIAG("%lu committed before the disk was full", (unsigned long)committed);
	tear_down();
}

TEST(database_that_another_writes_is_told_as_such)
{
	struct store *store;
	sqlite3 *other;

	set_up();
	ASSERT_EQ(store_open(path, &store), 0);
	ASSERT_EQ(sqlite3_open(path, &other), SQLITE_OK);
	ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	EXPECT_EQ(store_begin(store, &treatment), -EBUSY);
	EXPECT(strstr(store_error_text(-EBUSY), "another process"));
	sqlite3_close(other);
	EXPECT_EQ(store_begin(store, &treatment), 0);
	store_close(store);
	tear_down();
}

TEST(not_a_database_is_refused)
{
	struct store *store = NULL;
	int fd;

	set_up();
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	for (int i = 0; i < 200; i++)
		EXPECT_EQ(write(fd, "this is no database\n", 20), 20);
	close(fd);
	EXPECT_EQ(store_open(path, &store), -EBADMSG);
	EXPECT_EQ(store, NULL);
	tear_down();
}

/* What the first releases left: their schema, which had no version, and three treatments. */
static char *first_release(void)
{
	char *text = calloc(1, 1 << 16);
	FILE *file = fopen("selftests/cryod/version-0.sql", "re");

	EXPECT(file);
	EXPECT_GT(fread(text, 1, (1 << 16) - 1, file), 1000);
	fclose(file);
	return text;
}

static void write_database(const char *sql)
{
	char *error = NULL;
	sqlite3 *db;

	ASSERT_EQ(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, sql, NULL, NULL, &error);
	EXPECT_STREQ(error ?: "", "");
	sqlite3_free(error);
	sqlite3_close(db);
}

static void expect_frozen(const struct store_frozen *frozen, void *userdata)
{
	EXPECT_STREQ(frozen->serial, "S-2");
	EXPECT_EQ(frozen->treatment, 11);
	++*(int *)userdata;
}

TEST(unversioned_database_is_brought_up_to_date)
{
	_cleanup_(store_closep) struct store *store = NULL;
	_cleanup_free_ char *unversioned = first_release();
	uint64_t last = 0;
	int frozen = 0;

	set_up();
	write_database(unversioned);
	ASSERT_EQ(store_open(path, &store), 0);
	EXPECT_EQ(query("PRAGMA user_version"), 2);
	EXPECT_EQ(query("SELECT count(*) FROM records"), 3);
	EXPECT_EQ(query("SELECT outcome = 'completed' AND NOT open AND ended_us = 1700000300000000"
			" AND started_us = 1700000000000000 FROM records WHERE id = 4"), 1);
	EXPECT_EQ(query("SELECT outcome = 'interrupted' AND thawed FROM records WHERE id = 9"), 1);
	EXPECT_EQ(query("SELECT count(*) FROM samples WHERE treatment = 4 AND tip_mdegc = -60250"), 300);
	EXPECT_EQ(query("SELECT count(*) FROM steps WHERE flow_asked_permille = 510"), 300);
	EXPECT_EQ(query("SELECT text = 'treatment started' FROM events"), 1);
	EXPECT_EQ(query("SELECT links FROM chains WHERE treatment = 4"), 1 + 300 + 300 + 1 + 1);
	EXPECT_EQ(query("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'old%'"), 0);
	EXPECT_EQ(store_list_frozen(store, expect_frozen, &frozen), 0);
	EXPECT_EQ(frozen, 1);
	EXPECT_EQ(store_last_treatment(store, &last), 0);
	EXPECT_EQ(last, 11);
	EXPECT(database_is_whole());
	tear_down();
}

/* What version 1 did not have is taken away again. */
static const char without_ice[] = "DROP TABLE ice; PRAGMA user_version = 1";

TEST(database_of_version_1_gets_its_ice_and_keeps_its_chains)
{
	struct cryo_frame frame = { .seq = 1, .phase = PHASE_COOL, .cycle = 1 };
	char verdict[VERDICT_MAX];
	struct store *store;

	set_up();
	ASSERT_EQ(store_open(path, &store), 0);
	ASSERT_EQ(store_begin(store, &treatment), 0);
	EXPECT_EQ(write_sample(store, 1), 0);
	EXPECT_EQ(store_step(store, treatment.id, &frame), 0);
	EXPECT_EQ(store_commit(store), 0);
	store_close(store);
	write_database(without_ice);
	ASSERT_EQ(store_open(path, &store), 0);
	EXPECT_EQ(query("PRAGMA user_version"), 2);
	frame.seq = 2;
	frame.ice_radius_um = 1000;
	EXPECT_EQ(write_sample(store, 2), 0);
	EXPECT_EQ(store_step(store, treatment.id, &frame), 0);
	EXPECT_EQ(store_end(store, treatment.id, "completed"), 0);
	EXPECT_EQ(query("SELECT seq FROM ice"), 2);
	get_verdict(store, treatment.id, verdict);
	EXPECT_STREQ(verdict, "intact: ");
	store_close(store);
	EXPECT_EQ(query("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'ice%' AND type = 'trigger'"), 2);
	tear_down();
}

/* In the middle of it: there is no table to be filled. */
TEST(database_that_cannot_be_brought_up_to_date_is_as_it_was)
{
	_cleanup_free_ char *unversioned = first_release();
	struct store *store = NULL;

	set_up();
	write_database(unversioned);
	write_database("DROP TABLE events; CREATE TABLE events(treatment INTEGER)");
	EXPECT_EQ(store_open(path, &store), -EIO);
	EXPECT_EQ(query("PRAGMA user_version"), 0);
	EXPECT_EQ(query("SELECT count(*) FROM treatments WHERE started_realtime_s > 0"), 3);
	EXPECT_EQ(query("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'old%'"), 0);
	tear_down();
}

static long file_size(void)
{
	struct stat st;

	return stat(path, &st) < 0 ? -1 : st.st_size;
}

TEST(database_of_a_newer_cryod_is_left_alone)
{
	struct store *store = NULL;
	long size;

	set_up();
	write_database("PRAGMA user_version = 3; CREATE TABLE treatments(id INTEGER PRIMARY KEY, soul TEXT)");
	size = file_size();
	EXPECT_EQ(store_open(path, &store), -EPROTO);
	EXPECT_EQ(file_size(), size);
	EXPECT_EQ(query("PRAGMA user_version"), 3);
	EXPECT_EQ(query("SELECT count(*) FROM sqlite_schema"), 1);
	EXPECT(strstr(store_error_text(-EPROTO), "newer"));
	tear_down();
}

TEST(rows_are_only_added)
{
	_cleanup_(store_closep) struct store *store = NULL;

	set_up();
	ASSERT_EQ(store_open(path, &store), 0);
	ASSERT_EQ(store_begin(store, &treatment), 0);
	EXPECT_EQ(write_sample(store, 1), 0);
	EXPECT_EQ(store_commit(store), 0);
	EXPECT_EQ(query("UPDATE samples SET tip_mdegc = 0"), -1);
	EXPECT_EQ(query("UPDATE treatments SET serial = ''"), -1);
	EXPECT_EQ(query("DELETE FROM samples"), -1);
	EXPECT_EQ(query("SELECT count(*) FROM samples WHERE tip_mdegc = -60250"), 1);
	tear_down();
}

TEST_MAIN()
