// SPDX-License-Identifier: GPL-2.0-or-later
/* Verifying: what is as it was written is intact, and whatever was changed by hand is found and named. */
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>

#include "daemon/record/store-chain.h"
#include "daemon/util.h"
#include "selftests/cryod/remove.h"
#include "selftests/cryod/verdict.h"
#include "selftests/unit/test.h"

#define SAMPLES	100

static char directory[] = "/tmp/cryo-chain-XXXXXX";
static char path[64];
static const struct channel_map map = { 0, -1, -1, -1, -1, 1, -1 };

static void write_samples(struct store *store, uint64_t id, uint64_t first, uint64_t last)
{
	for (uint64_t seq = first; seq <= last; seq++) {
		struct cryoprobe_sample sample = {
			.seq = seq, .time_ns = seq * 20000000, .channels = 2, .state = 1,
			.channel = { { -60250, CRYOPROBE_VALUE_VALID }, { 5100, CRYOPROBE_VALUE_VALID } },
		};
		struct cryo_frame frame = { .seq = seq, .phase = PHASE_FREEZE, .target_mdegc = -60000 };

		EXPECT_EQ(store_sample(store, id, &map, &sample), 0);
		EXPECT_EQ(store_step(store, id, &frame), 0);
		if (seq % 10 == 0)
			EXPECT_EQ(store_event(store, id, &(struct store_event){
				.time_ns = seq, .sample_seq = seq, .source = "core", .kind = "phase",
				.text = "a treatment goes its way",
			}), 0);
	}
}

static void begin(struct store *store, uint64_t id)
{
	const struct store_treatment treatment = {
		.id = id, .serial = "S-1", .model = "M", .gauge = 18, .protocol = "demo",
	};

	EXPECT_EQ(store_begin(store, &treatment), 0);
}

static void write_record(struct store *store, uint64_t id)
{
	begin(store, id);
	write_samples(store, id, 1, SAMPLES);
	EXPECT_EQ(store_end(store, id, "completed"), 0);
}

/* Two records, the second is what will be changed. */
static void set_up(void)
{
	_cleanup_(store_closep) struct store *store = NULL;

	snprintf(directory, sizeof(directory), "/tmp/cryo-chain-XXXXXX");
	ASSERT(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/record.db", directory);
	ASSERT_EQ(store_open(path, &store), 0);
	write_record(store, 1);
	write_record(store, 2);
}

static void tear_down(void)
{
	EXPECT_EQ(remove_directory(directory), 0);
}

static void expect_verdict(uint64_t id, const char *wanted)
{
	_cleanup_(store_closep) struct store *store = NULL;
	char text[VERDICT_MAX];

	ASSERT_EQ(store_open(path, &store), 0);
	get_verdict(store, id, text);
	EXPECT_STREQ(text, wanted);
}

/* By somebody who knows of the triggers. */
static void tamper(const char *sql)
{
	static const char *const triggers[] = { "update", "delete" };
	static const char *const tables[] = {
		"treatments", "samples", "steps", "events", "marks", "heads",
	};
	char drop[64], *error = NULL;
	sqlite3 *db;

	ASSERT_EQ(sqlite3_open(path, &db), SQLITE_OK);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (size_t j = 0; j < ARRAY_SIZE(triggers); j++) {
			snprintf(drop, sizeof(drop), "DROP TRIGGER %s_%s", tables[i], triggers[j]);
			EXPECT_EQ(sqlite3_exec(db, drop, NULL, NULL, NULL), SQLITE_OK);
		}
	sqlite3_exec(db, sql, NULL, NULL, &error);
	EXPECT_STREQ(error ?: "", "");
	EXPECT_GT(sqlite3_changes(db), 0);
	sqlite3_free(error);
	sqlite3_close(db);
}

TEST(what_was_written_is_intact)
{
	set_up();
	expect_verdict(1, "intact: ");
	expect_verdict(2, "intact: ");
	expect_verdict(0, "intact: 2 records, 2 entries in the index");
	expect_verdict(3, "");
	tear_down();
}

/* The encoding of docs/records.md, by its words. */
TEST(chain_is_as_documented)
{
	const struct chain_value row[] = { CHAIN_NUMBER(-2), chain_text(NULL), chain_text("ab") };
	static const char encoded[] =
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
		"S" "\0\0\0\0\0\0\0\1" "i" "\xff\xff\xff\xff\xff\xff\xff\xfe" "n" "s" "\0\0\0\2" "ab";
	uint8_t hash[crypto_hash_sha256_BYTES];
	struct chain chain = { 0 };
	int64_t tag = chain_add(&chain, 'S', row, 3);

	crypto_hash_sha256(hash, (const uint8_t *)encoded, sizeof(encoded) - 1);
	EXPECT(!memcmp(hash, chain.head, sizeof(hash)));
	EXPECT_EQ(chain.links, 1);
	EXPECT_EQ((tag >> 56) & 0xff, hash[0]);
	EXPECT_EQ(tag & 0xff, hash[7]);
}

static const struct {
	const char *sql, *detail;
} changes[] = {
	{ "UPDATE treatments SET operator = 'x' WHERE id = 2", "treatments, id 2: changed" },
	{ "UPDATE samples SET tip_mdegc = -60251 WHERE treatment = 2 AND seq = 50",
	  "samples, seq 50: changed" },
	{ "UPDATE samples SET shaft_mdegc = x'00' WHERE treatment = 2 AND seq = 50",
	  "samples, seq 50: changed" },
	{ "UPDATE samples SET tag = tag + 1 WHERE treatment = 2 AND seq = 7", "samples, seq 7: changed" },
	{ "UPDATE steps SET phase = 'thaw' WHERE treatment = 2 AND seq = 20", "steps, seq 20: changed" },
	{ "UPDATE events SET text = text || '!' WHERE treatment = 2 AND seq = 20",
	  "events, link 43: changed" },
	{ "UPDATE events SET text = text || char(0) || '!' WHERE treatment = 2 AND seq = 20",
	  "events, link 43: changed" },
	{ "UPDATE marks SET text = 'aborted' WHERE treatment = 2", "marks, link 212: changed" },
	{ "DELETE FROM samples WHERE treatment = 2 AND seq = 30",
	  "a row is missing, link 62, before steps, seq 30" },
	{ "DELETE FROM events WHERE treatment = 2 AND seq = 100",
	  "a row is missing, link 211, before marks, link 212" },
	{ "DELETE FROM marks WHERE treatment = 2", "1 rows are missing at its end" },
	{ "UPDATE samples SET seq = 9999 WHERE treatment = 2 AND seq = 30",
	  "samples, seq 9999: not in its place" },
	{ "INSERT INTO samples SELECT treatment, 9999, time_ns, state, outputs, flow_permille,"
	  " thaw_permille, tip_mdegc, shaft_mdegc, tissue_mdegc, infrared_mdegc, cold_junction_mdegc,"
	  " pressure_kpa, missed, command_seq, fault_mask, 10, tag FROM samples WHERE treatment = 2"
	  " AND seq = 5", "samples, seq 9999: added" },
	{ "INSERT INTO events SELECT treatment, time_ns, seq, source, kind, old, new, text, 213, tag"
	  " FROM events WHERE treatment = 2 AND seq = 10", "events, link 213: added" },
	{ "UPDATE chains SET head = zeroblob(32) WHERE treatment = 2", "chains, treatment 2: changed" },
};

TEST(every_change_is_found_and_named)
{
	char wanted[256];

	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		set_up();
		tamper(changes[i].sql);
		snprintf(wanted, sizeof(wanted), "damaged: %s", changes[i].detail);
		expect_verdict(2, wanted);
		snprintf(wanted, sizeof(wanted), "damaged: record 2: %s", changes[i].detail);
		expect_verdict(0, wanted);
		expect_verdict(1, "intact: ");
		tear_down();
	}
}

TEST(changed_index_is_found)
{
	static const struct {
		const char *sql, *detail;
	} index[] = {
		{ "UPDATE heads SET head = zeroblob(32) WHERE entry = 2",
		  "damaged: index, entry 2: its signature does not fit" },
		{ "UPDATE heads SET state = 'expired' WHERE entry = 2",
		  "damaged: index, entry 2: its signature does not fit" },
		{ "UPDATE heads SET signature = zeroblob(63) WHERE entry = 1",
		  "damaged: index, entry 1: changed" },
		{ "DELETE FROM heads WHERE entry = 1", "damaged: index, entry 1: missing" },
		{ "DELETE FROM heads WHERE entry = 2", "damaged: it has no entry in the index" },
		{ "DELETE FROM treatments WHERE id = 2", "damaged: treatments, id 2: missing" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(index); i++) {
		set_up();
		tamper(index[i].sql);
		expect_verdict(2, index[i].detail);
		tear_down();
	}
	set_up();
	tamper("DELETE FROM treatments WHERE id = 1");
	expect_verdict(0, "damaged: treatments, id 1: missing");
	tear_down();
}

/* Every place with these bytes gets another first one; how many there were. */
static int change_bytes(FILE *file, const char *wanted, char first)
{
	size_t matched = 0;
	int c, n = 0;

	while ((c = fgetc(file)) != EOF) {
		matched = c == wanted[matched] ? matched + 1 : c == wanted[0];
		if (wanted[matched])
			continue;
		fseek(file, -(long)matched, SEEK_CUR);
		fputc(first, file);
		fseek(file, matched - 1, SEEK_CUR);
		matched = 0;
		n++;
	}
	return n;
}

/* Not through SQLite, which knows nothing of it. */
TEST(changed_byte_of_the_file_is_found)
{
	FILE *file;

	set_up();
	file = fopen(path, "r+");
	EXPECT_GE(change_bytes(file, "a treatment goes its way", 'A'), 20);
	fclose(file);
	expect_verdict(1, "damaged: events, link 22: changed");
	tear_down();
}

TEST(another_key_signs_nothing_of_before)
{
	char key[80];

	set_up();
	snprintf(key, sizeof(key), "%s/record.key", directory);
	EXPECT_EQ(unlink(key), 0);
	expect_verdict(1, "damaged: index, entry 1: its signature does not fit");
	tear_down();
}

TEST(key_is_private_and_its_public_half_is_not)
{
	struct store *store = NULL;
	char file[80];
	struct stat st;
	FILE *key;

	set_up();
	snprintf(file, sizeof(file), "%s/record.pub", directory);
	ASSERT_EQ(stat(file, &st), 0);
	EXPECT_EQ(st.st_mode & 0777, 0644);
	EXPECT_EQ(st.st_size, 65);
	snprintf(file, sizeof(file), "%s/record.key", directory);
	ASSERT_EQ(stat(file, &st), 0);
	EXPECT_EQ(st.st_mode & 0777, 0600);
	key = fopen(file, "w");
	fputs("no key\n", key);
	fclose(key);
	EXPECT_EQ(store_open(path, &store), -EKEYREJECTED);
	tear_down();
}

TEST(chain_goes_on_after_a_restart)
{
	struct store_place place;
	struct store *store = NULL;
	char text[VERDICT_MAX];

	set_up();
	ASSERT_EQ(store_open(path, &store), 0);
	begin(store, 3);
	write_samples(store, 3, 1, 50);
	EXPECT_EQ(store_commit(store), 0);
	/* What is not committed then is not in the chain either. */
	write_samples(store, 3, 51, 60);
	store_rollback(store);
	write_samples(store, 3, 51, 53);
	get_verdict(store, 3, text);
	EXPECT_STREQ(text, "open: ");
	store_close(store);
	ASSERT_EQ(store_open(path, &store), 0);
	EXPECT_EQ(store_mark_interrupted(store), 0);
	get_verdict(store, 3, text);
	EXPECT_STREQ(text, "intact: ");
	EXPECT_EQ(store_resume(store, 3, &place), 0);
	EXPECT_EQ(place.last_seq, 50);
	write_samples(store, 3, 51, 80);
	get_verdict(store, 3, text);
	EXPECT_STREQ(text, "open: ");
	EXPECT_EQ(store_end(store, 3, "interrupted"), 0);
	EXPECT_EQ(store_mark_thawed(store, "S-1"), 0);
	get_verdict(store, 3, text);
	EXPECT_STREQ(text, "intact: ");
	get_verdict(store, 0, text);
	EXPECT_STREQ(text, "intact: 3 records, 5 entries in the index");
	store_close(store);
	tear_down();
}

TEST_MAIN()
