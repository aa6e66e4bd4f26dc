// SPDX-License-Identifier: GPL-2.0-or-later
/* The small parts: the ring between threads, protocol files, and the kernel's structs in other words. */
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#include "daemon/probe/convert.h"
#include "daemon/files.h"
#include "daemon/protocols.h"
#include "daemon/probe/ring.h"
#include "daemon/util.h"
#include "daemon/words.h"
#include "selftests/unit/test.h"

#define ENTRIES_THROUGH	200000

TEST(ring_is_full_and_empty)
{
	struct ring ring;
	int value = 0;

	EXPECT_EQ(ring_init(&ring, 3, sizeof(int)), -EINVAL);
	ASSERT_EQ(ring_init(&ring, 4, sizeof(int)), 0);
	EXPECT(!ring_pop(&ring, &value));
	for (int i = 0; i < 4; i++)
		EXPECT(ring_push(&ring, &i));
	EXPECT(!ring_push(&ring, &value));
	EXPECT_EQ(ring_room(&ring), 0);
	for (int i = 0; i < 4; i++) {
		EXPECT(ring_pop(&ring, &value));
		EXPECT_EQ(value, i);
	}
	EXPECT(!ring_pop(&ring, &value));
	ring_done(&ring);
}

static void *write_entries(void *userdata)
{
	struct ring *ring = userdata;

	for (uint64_t i = 1; i <= ENTRIES_THROUGH;) {
		uint64_t entry[4] = { i, ~i, i, ~i };

		if (ring_push(ring, entry))
			i++;
		else
			sched_yield();
	}
	return NULL;
}

TEST(ring_between_threads_keeps_order_and_entries_whole)
{
	uint64_t entry[4], expected = 1, torn = 0;
	struct ring ring;
	pthread_t writer;

	ASSERT_EQ(ring_init(&ring, 16, sizeof(entry)), 0);
	ASSERT_EQ(pthread_create(&writer, NULL, write_entries, &ring), 0);
	while (expected <= ENTRIES_THROUGH) {
		if (!ring_pop(&ring, entry)) {
			sched_yield();
			continue;
		}
		torn += entry[0] != expected || entry[1] != ~expected || entry[2] != expected ||
			entry[3] != ~expected;
		expected++;
	}
	pthread_join(writer, NULL);
	EXPECT_EQ(torn, 0);
	ring_done(&ring);
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	EXPECT_EQ(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void remove_file(const char *dir, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	EXPECT_EQ(unlink(path), 0);
}

TEST(protocol_names_lead_nowhere_else)
{
	static const char *const bad[] = {
		"", ".", "..", "../demo", "/etc/passwd", "a/b", ".hidden", "a b", "a\n", "ä",
		"0123456789012345678901234567890123456789012345678901234567890123",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT(!protocol_name_is_valid(bad[i]));
	EXPECT(protocol_name_is_valid("lateral-femoral-cutaneous-2"));
}

TEST(administrators_protocol_hides_the_shipped_one)
{
	char etc[] = "/tmp/cryo-etc-XXXXXX", usr[] = "/tmp/cryo-usr-XXXXXX";
	const char *path[] = { etc, "/nonexistent", usr, NULL };
	_cleanup_free_ char *text = NULL;
	char **list = NULL;

	ASSERT(mkdtemp(etc) && mkdtemp(usr));
	write_file(usr, "b.protocol", "shipped");
	write_file(usr, "a.protocol", "other");
	write_file(usr, "README", "no protocol");
	write_file(etc, "b.protocol", "local");
	EXPECT_EQ(protocols_read(path, "b", &text), 0);
	EXPECT_STREQ(text, "local");
	EXPECT_EQ(protocols_read(path, "c", &text), -ENOENT);
	EXPECT_EQ(protocols_read(path, "../x", &text), -EINVAL);
	ASSERT_EQ(protocols_list(path, &list), 0);
	EXPECT_STREQ(list[0], "a");
	EXPECT_STREQ(list[1], "b");
	EXPECT_EQ(list[2], NULL);
	files_free_list(list);
	remove_file(usr, "b.protocol");
	remove_file(usr, "a.protocol");
	remove_file(usr, "README");
	remove_file(etc, "b.protocol");
	EXPECT(rmdir(etc) == 0 && rmdir(usr) == 0);
}

TEST(protocol_too_large_is_refused)
{
	char dir[] = "/tmp/cryo-big-XXXXXX";
	const char *path[] = { dir, NULL };
	char *text = NULL, *big = calloc(1, 70000);

	ASSERT(mkdtemp(dir));
	memset(big, '#', 69999);
	write_file(dir, "big.protocol", big);
	EXPECT_EQ(protocols_read(path, "big", &text), -EFBIG);
	remove_file(dir, "big.protocol");
	EXPECT_EQ(rmdir(dir), 0);
	free(big);
}

static const char installable[] =
	"[Protocol]\nTitle=Short\nCryogen=n2o\n[Freeze]\nTarget=-60\nFloor=-80\nCycles=1\nDuration=15 s\n"
	"CoolTimeout=45 s\n[Thaw]\nUntil=-5\nAtLeast=3 s\n"
	"[Prompts]\nReadyTimeout=4 min\nWithdrawTimeout=5 min\n";

static int install(const char *const *path, const char *name, const char *text)
{
	struct protocol_error error = { 0 };

	return protocols_install(path, path[1], name, text, &error);
}

TEST(a_protocol_is_installed_whole_or_not_at_all)
{
	char etc[] = "/tmp/cryo-etc-XXXXXX", var[] = "/tmp/cryo-var-XXXXXX";
	const char *path[] = { etc, var, NULL };
	struct protocol_error error = { 0 };
	_cleanup_free_ char *text = NULL;

	ASSERT(mkdtemp(etc) && mkdtemp(var) && rmdir(var) == 0);
	EXPECT_EQ(protocols_validate("x", installable, &error), 0);
	EXPECT_STREQ(error.text, "");
	EXPECT_EQ(install(path, "new", "[Protocol]\nNonsense=1\n"), -EBADMSG);
	EXPECT_EQ(protocols_read(path, "new", &text), -ENOENT);
	EXPECT_EQ(install(path, "new", installable), 0);
	EXPECT_EQ(install(path, "new", "[Protocol]\nNonsense=1\n"), -EBADMSG);
	EXPECT_EQ(protocols_read(path, "new", &text), 0);
	EXPECT_STREQ(text, installable);
	EXPECT_EQ(install(path, "new", installable), 0);
	EXPECT_EQ(install(path, "../new", installable), -EINVAL);
	write_file(etc, "b.protocol", installable);
	EXPECT_EQ(install(path, "b", installable), -EEXIST);
	remove_file(etc, "b.protocol");
	remove_file(var, "new.protocol");
	EXPECT(rmdir(etc) == 0 && rmdir(var) == 0);
}

TEST(channels_are_found_by_role)
{
	struct cryoprobe_info info = {
		.channels = 4,
		.channel = {
			{ .role = CRYOPROBE_ROLE_TIP },
			{ .role = CRYOPROBE_ROLE_TISSUE, .number = 0 },
			{ .role = CRYOPROBE_ROLE_TISSUE, .number = 1 },
			{ .role = CRYOPROBE_ROLE_PRESSURE },
		},
	};
	struct channel_map map;

	channel_map_from_info(&info, &map);
	EXPECT_EQ(map.tip, 0);
	EXPECT_EQ(map.tissue, 1);
	EXPECT_EQ(map.pressure, 3);
	EXPECT_EQ(map.shaft, -1);
}

/* The interlock may have changed after the sample was taken. */
TEST(status_is_believed_about_the_interlock)
{
	const struct channel_map map = { 0, -1, -1, -1, -1, -1, -1 };
	const struct cryoprobe_sample sample = {
		.seq = 7, .state = CRYOPROBE_STATE_ARMED, .channels = 1,
		.channel = { { -5000, CRYOPROBE_VALUE_OPEN } },
	};
	const struct cryoprobe_status status = {
		.state = CRYOPROBE_STATE_FAULT, .fault_mask = 1 << CRYOPROBE_FAULT_ESTOP,
		.first = { .code = CRYOPROBE_FAULT_ESTOP },
	};
	struct probe_sample seen;

	sample_from_kernel(&map, &sample, &status, &seen);
	EXPECT_EQ(seen.seq, 7);
	EXPECT_EQ((int)seen.interlock, (int)INTERLOCK_FAULT);
	EXPECT_EQ(seen.fault_code, CRYOPROBE_FAULT_ESTOP);
	EXPECT(!seen.tip.valid);
	EXPECT(!seen.pressure_valid);
}

TEST(line_pressure_is_the_second_of_its_role)
{
	const struct cryoprobe_info info = {
		.channels = 3,
		.channel = {
			{ .role = CRYOPROBE_ROLE_TIP },
			{ .role = CRYOPROBE_ROLE_PRESSURE, .number = 1 },
			{ .role = CRYOPROBE_ROLE_PRESSURE, .number = 0 },
		},
	};
	const struct cryoprobe_sample sample = {
		.channels = 3, .outputs = CRYOPROBE_OUT_VENT,
		.channel = {
			[1] = { 4100, CRYOPROBE_VALUE_VALID }, [2] = { 5200, CRYOPROBE_VALUE_VALID },
		},
	};
	const struct cryoprobe_status status = { 0 };
	struct channel_map map;
	struct probe_sample seen;

	channel_map_from_info(&info, &map);
	sample_from_kernel(&map, &sample, &status, &seen);
	EXPECT(seen.line_valid && seen.pressure_valid);
	EXPECT_EQ(seen.line_kpa, 4100);
	EXPECT_EQ(seen.pressure_kpa, 5200);
	EXPECT(seen.energised);
}

TEST(every_fault_has_a_word)
{
	for (uint32_t i = 0; i <= CRYOPROBE_FAULT_USE_COUNT; i++)
		EXPECT(strcmp(fault_to_string(i), "unknown"));
	EXPECT_STREQ(fault_to_string(63), "unknown");
}

TEST_MAIN()
