// SPDX-License-Identifier: GPL-2.0-or-later
/* The recorder on a disk that cannot be written for a while, and the record of a thaw. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>

#include "daemon/record/answer.h"
#include "daemon/record/recorder.h"
#include "daemon/util.h"
#include "selftests/cryod/fake-kernel.h"
#include "selftests/cryod/remove.h"
#include "selftests/cryod/verdict.h"
#include "selftests/unit/test.h"

#define KEY	7
#define WAIT_S	30

static char directory[] = "/tmp/cryo-recorder-XXXXXX";
static char path[64];
static struct fake_kernel fake;
static sd_event *event;
static struct recorder *recorder;
static int health;
static int control_fd;
static uint64_t expired;

static void on_health(int error, void *userdata)
{
	(void)userdata;
	health = error;
}

static void on_kernel_event(uint64_t key, const struct cryoprobe_event *kernel_event, void *userdata)
{
	(void)key, (void)kernel_event, (void)userdata;
}

static void on_answered(uint64_t id, int error, struct answer *answer, void *userdata)
{
	(void)id, (void)error, (void)userdata;
	answer_free(answer);
}

static void on_expired(uint64_t treatment, void *userdata)
{
	(void)userdata;
	expired = treatment;
}

static void start_recorder(void)
{
	static const struct recorder_listener listener = {
		.health = on_health, .event = on_kernel_event, .answered = on_answered,
		.expired = on_expired,
	};
	struct channel_map map;

	health = 0;
	ASSERT(sd_event_new(&event) >= 0);
	ASSERT(recorder_new(event, path, &listener, &recorder) >= 0);
	channel_map_from_info(&fake.info, &map);
	recorder_add_probe(recorder, KEY, &fake.io,
			   fake.io.open(&fake.io, "/dev/cryoprobe0", O_RDONLY | O_NONBLOCK), &map);
}

static void stop_recorder(void)
{
	recorder_free(recorder);
	event = sd_event_unref(event);
}

static void set_up(void)
{
	signal(SIGXFSZ, SIG_IGN);
	snprintf(directory, sizeof(directory), "/tmp/cryo-recorder-XXXXXX");
	ASSERT(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/record.db", directory);
	fake_kernel_init(&fake, "T-1");
	control_fd = fake.io.open(&fake.io, "/dev/cryoprobe0", O_RDWR);
	start_recorder();
}

static void tear_down(void)
{
	stop_recorder();
	fake.io.close(&fake.io, control_fd);
	fake_kernel_done(&fake);
	EXPECT_EQ(remove_directory(directory), 0);
}

/* No file of this process can be written while the disk is full. */
static void fill_disk(bool full)
{
	struct rlimit limit;

	ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = full ? 0 : limit.rlim_max;
	ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void samples(unsigned int n)
{
	struct cryoprobe_exchange exchange;

	while (n--) {
		exchange = (struct cryoprobe_exchange){ .flags = CRYOPROBE_EXCHANGE_NO_COMMAND };
		fake.io.ioctl(&fake.io, control_fd, CRYOPROBE_IOC_EXCHANGE, &exchange);
	}
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

/* The recorder's thread works on its own time: gives samples until @sql gives @wanted. */
static bool until(const char *sql, long wanted)
{
	for (int64_t end = now_ns() + WAIT_S * NSEC_PER_SEC; now_ns() < end;) {
		samples(1);
		sd_event_run(event, 10000);
		if (query(sql) >= wanted)
			return true;
	}
	DIAG("%s: %ld", sql, query(sql));
	return false;
}

static bool until_healthy(bool healthy)
{
	for (int64_t end = now_ns() + WAIT_S * NSEC_PER_SEC; now_ns() < end;) {
		samples(1);
		sd_event_run(event, 10000);
		if (!health == healthy)
			return true;
	}
	return false;
}

/* By a connection of its own, as the recorder's thread goes on. */
static void expect_verdict(uint64_t id, const char *wanted)
{
	_cleanup_(store_closep) struct store *store = NULL;
	char text[VERDICT_MAX];

	ASSERT_EQ(store_open(path, &store), 0);
	get_verdict(store, id, text);
	EXPECT_STREQ(text, wanted);
}

static void begin(uint64_t id)
{
	struct store_treatment treatment = {
		.id = id, .serial = "T-1", .model = "Fake 18", .protocol = "test",
		.started_ns = fake.sample.time_ns,
	};

	recorder_begin(recorder, KEY, &treatment);
}

TEST(full_disk_leaves_one_gap_that_the_record_names)
{
	set_up();
	begin(1);
	ASSERT(until("SELECT count(*) FROM samples", 20));
	fill_disk(true);
	EXPECT(until_healthy(false));
	samples(100);
	poll(NULL, 0, 1500);
	fill_disk(false);
	EXPECT(until_healthy(true));
	EXPECT(until("SELECT count(*) FROM events WHERE kind = 'not-written'", 1));
	ASSERT(until("SELECT count(*) FROM samples WHERE seq > (SELECT new FROM events"
		     " WHERE kind = 'not-written')", 20));
	EXPECT_EQ(query("SELECT count(*) FROM events WHERE kind = 'not-written'"), 1);
	/* All that is not named as missing is there, and nothing of what is. */
	EXPECT_EQ(query("SELECT count(*) FROM samples, events WHERE kind = 'not-written' AND"
			" samples.seq BETWEEN old AND new"), 0);
	EXPECT_EQ(query("SELECT max(samples.seq) - min(samples.seq) + 1 - count(*) - (new - old + 1)"
			" FROM samples, events WHERE kind = 'not-written'"), 0);
	EXPECT_GE(query("SELECT new - old FROM events WHERE kind = 'not-written'"), 100);
	recorder_end(recorder, KEY, OUTCOME_COMPLETED);
	ASSERT(until("SELECT NOT open FROM records", 1));
	expect_verdict(1, "intact: ");
	EXPECT_EQ(query("SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
	tear_down();
}

TEST(what_began_and_ended_on_a_full_disk_is_made_good)
{
	set_up();
	begin(1);
	ASSERT(until("SELECT count(*) FROM samples", 1));
	fill_disk(true);
	recorder_end(recorder, KEY, OUTCOME_COMPLETED);
	begin(2);
	EXPECT(until_healthy(false));
	recorder_end(recorder, KEY, OUTCOME_ABORTED);
	begin(3);
	samples(10);
	poll(NULL, 0, 1500);
	fill_disk(false);
	EXPECT(until_healthy(true));
	EXPECT(until("SELECT outcome = 'completed' FROM records WHERE id = 1", 1));
	EXPECT(until("SELECT outcome = 'aborted' FROM records WHERE id = 2", 1));
	EXPECT(until("SELECT open FROM records WHERE id = 3", 1));
	EXPECT(until("SELECT count(*) FROM samples WHERE treatment = 3", 10));
	expect_verdict(1, "intact: ");
	expect_verdict(2, "intact: ");
	tear_down();
}

TEST(thaw_is_recorded_with_the_interrupted_treatment)
{
	long before;

	set_up();
	begin(1);
	ASSERT(until("SELECT count(*) FROM samples", 20));
	stop_recorder();
	before = query("SELECT count(*) FROM samples WHERE treatment = 1");
	/* The driver is bound anew: its numbers begin at 1 again. */
	fake.sample.seq = 0;
	start_recorder();
	recorder_resume(recorder, KEY, 1);
	ASSERT(until("SELECT count(*) FROM samples WHERE treatment = 1", before + 20));
	recorder_end(recorder, KEY, OUTCOME_INTERRUPTED);
	EXPECT(until("SELECT outcome = 'interrupted' AND ended_us > 0 AND NOT open FROM records", 1));
	expect_verdict(1, "intact: ");
	/* In the order of numbers as of time. */
	EXPECT_EQ(query("SELECT count(*) FROM samples a JOIN samples b ON b.seq > a.seq"
			" WHERE b.time_ns <= a.time_ns"), 0);
	tear_down();
}

TEST(record_begins_with_its_treatment)
{
	set_up();
	samples(200);
	begin(1);
	ASSERT(until("SELECT count(*) FROM samples", 20));
	EXPECT_EQ(query("SELECT count(*) FROM samples, treatments WHERE time_ns < started_ns"), 0);
	EXPECT_EQ(query("SELECT count(*) FROM samples, treatments WHERE time_ns = started_ns"), 1);
	tear_down();
}

TEST(database_that_comes_late_has_its_own_numbers)
{
	char away[80];

	set_up();
	EXPECT_EQ(recorder_next_treatment(recorder), 1);
	begin(1);
	ASSERT(until("SELECT count(*) FROM treatments", 1));
	recorder_end(recorder, KEY, OUTCOME_COMPLETED);
	stop_recorder();
	snprintf(away, sizeof(away), "%s.away", directory);
	ASSERT_EQ(rename(directory, away), 0);
	start_recorder();
	EXPECT(until_healthy(false));
	begin(recorder_next_treatment(recorder));
	ASSERT_EQ(rename(away, directory), 0);
	EXPECT(until_healthy(true));
	EXPECT(until("SELECT count(*) FROM treatments", 2));
	tear_down();
}

static unsigned int count_threads(void)
{
	DIR *tasks = opendir("/proc/self/task");
	unsigned int n = 0;

	while (readdir(tasks))
		n++;
	closedir(tasks);
	return n - 2;			/* the folder, and the one that it is in */
}

static void (*close_at_once)(const struct probe_io *io, int fd);
static atomic_bool hangs;

static void close_slowly(const struct probe_io *io, int fd)
{
	while (atomic_load(&hangs))
		poll(NULL, 0, 10);
	close_at_once(io, fd);
}

/* Whoever ends is not held up by a thread that hangs; and that one ends when it can. */
TEST(thread_that_hangs_holds_up_nobody)
{
	unsigned int threads = count_threads();

	set_up();
	EXPECT_EQ(count_threads(), threads + 1);
	close_at_once = fake.io.close;
	fake.io.close = close_slowly;
	atomic_store(&hangs, true);
	stop_recorder();
	EXPECT_EQ(count_threads(), threads + 1);
	atomic_store(&hangs, false);
	for (int64_t end = now_ns() + WAIT_S * NSEC_PER_SEC; count_threads() > threads && now_ns() < end;)
		poll(NULL, 0, 10);
	EXPECT_EQ(count_threads(), threads);
	fake.io.close = close_at_once;
	start_recorder();
	tear_down();
}

TEST(expired_records_are_told)
{
	const struct store_limits limits = { .size_max_mb = 1 };

	set_up();
	expired = 0;
	begin(1);
	ASSERT(until("SELECT count(*) FROM samples", 1));
	recorder_limit(recorder, &limits);
	/* More than the limit, in a record that may not go before it is closed. */
	for (int n = 4000; n <= 20000; n += 4000) {
		samples(4000);
		ASSERT(until("SELECT count(*) FROM samples", n));
	}
	EXPECT_EQ(expired, 0);
	recorder_end(recorder, KEY, OUTCOME_COMPLETED);
	EXPECT(until("SELECT count(*) FROM records WHERE NOT open", 1));
	recorder_limit(recorder, &limits);
	EXPECT(until("SELECT count(*) = 0 FROM treatments", 1));
	EXPECT_EQ(expired, 1);
	EXPECT_EQ(query("SELECT count(*) FROM samples"), 0);
	EXPECT_EQ(query("SELECT count(*) FROM heads WHERE state = 'expired'"), 1);
	EXPECT_EQ(health, 0);
	tear_down();
}

TEST_MAIN()
