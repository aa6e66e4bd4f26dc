// SPDX-License-Identifier: GPL-2.0-or-later
/* cryod.conf: which file wins, and what is said of one that has a mistake. */
#include <stdio.h>
#include <sys/stat.h>

#include "daemon/config.h"
#include "daemon/util.h"
#include "selftests/cryod/remove.h"
#include "selftests/unit/test.h"

static char root[] = "/tmp/cryo-config-XXXXXX";
static char problems[1024];

static const char *const directories[] = {
	"", "/etc", "/etc/cryo", "/etc/cryo/cryod.conf.d", "/usr", "/usr/lib", "/usr/lib/cryo",
	"/usr/lib/cryo/cryod.conf.d",
};

static void set_up(void)
{
	char path[96];

	snprintf(root, sizeof(root), "/tmp/cryo-config-XXXXXX");
	ASSERT(mkdtemp(root));
	for (size_t i = 1; i < ARRAY_SIZE(directories); i++) {
		snprintf(path, sizeof(path), "%s%s", root, directories[i]);
		ASSERT_EQ(mkdir(path, 0755), 0);
	}
	problems[0] = '\0';
}

static void tear_down(void)
{
	char path[96];

	for (size_t i = ARRAY_SIZE(directories); i-- > 0;) {
		snprintf(path, sizeof(path), "%s%s", root, directories[i]);
		EXPECT_EQ(remove_directory(path), 0);
	}
}

static void write_file(const char *name, const char *text)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", root, name);
	file = fopen(path, "w");
	ASSERT(file);
	fputs(text, file);
	fclose(file);
}

/* File, without the root, line and text of each. */
static void note(const char *file, unsigned int line, const char *text, void *userdata)
{
	size_t used = strlen(problems);

	(void)userdata;
	snprintf(problems + used, sizeof(problems) - used, "%s:%u: %s\n", file + strlen(root), line, text);
}

static int load(struct config *config)
{
	return config_load(root, config, note, NULL);
}

TEST(without_files_everything_is_kept)
{
	struct config config;

	set_up();
	ASSERT_EQ(load(&config), 0);
	EXPECT_EQ(config.records.keep_days, 0);
	EXPECT_EQ(config.records.size_max_mb, 0);
	EXPECT_STREQ(config.bus, "system");
	EXPECT_STREQ(config.database, "");
	EXPECT_STREQ(problems, "");
	tear_down();
}

TEST(drop_ins_win_by_name_and_etc_hides_usr)
{
	struct config config;

	set_up();
	write_file("/etc/cryo/cryod.conf", "# ours\n[Cryod]\nRecordsKeep=10\nRecordsMaxSize=100\nBus=session\n");
	write_file("/usr/lib/cryo/cryod.conf.d/10-vendor.conf", "[Cryod]\nRecordsKeep=20\nRecordsMaxSize=200\n");
	write_file("/usr/lib/cryo/cryod.conf.d/20-vendor.conf", "[Cryod]\nRecordsMaxSize=300\n");
	write_file("/etc/cryo/cryod.conf.d/20-vendor.conf", "[Cryod]\nDatabasePath=/srv/record.db\n");
	write_file("/etc/cryo/cryod.conf.d/30-site.conf", "[Cryod]\nRecordsKeep=30\nBus=\n");
	write_file("/etc/cryo/cryod.conf.d/40-not.disabled", "[Cryod]\nNonsense=1\n");
	ASSERT_EQ(load(&config), 0);
	EXPECT_EQ(config.records.keep_days, 30);
	EXPECT_EQ(config.records.size_max_mb, 200);
	EXPECT_STREQ(config.database, "/srv/record.db");
	EXPECT_STREQ(config.bus, "system");
	EXPECT_STREQ(problems, "");
	tear_down();
}

TEST(each_mistake_is_named_and_nothing_is_taken)
{
	struct config config = { .records.keep_days = 7 };

	set_up();
	write_file("/etc/cryo/cryod.conf",
		   "[Cryod]\nRecordsKeep=36501\nRecordsMaxSize=ten\nDatabasePath=record.db\nRecordKeep=1\n"
		   "nothing\n[Daemon]\nBus=session\n");
	write_file("/etc/cryo/cryod.conf.d/a.conf", "[Cryod]\nRecordsKeep=5\nRecordsMaxSize=-1\n");
	EXPECT_EQ(load(&config), -EINVAL);
	EXPECT_STREQ(problems,
		     "/etc/cryo/cryod.conf:2: RecordsKeep=36501: allowed is 0 to 36500, in days\n"
		     "/etc/cryo/cryod.conf:3: RecordsMaxSize=ten: allowed is 0 to 1000000, in MB\n"
		     "/etc/cryo/cryod.conf:4: DatabasePath=record.db: allowed is a path that begins with /\n"
		     "/etc/cryo/cryod.conf:5: RecordKeep= is no key of [Cryod]\n"
		     "/etc/cryo/cryod.conf:8: [Daemon]: the one section is [Cryod]\n"
		     "/etc/cryo/cryod.conf:6: is neither [Cryod], Key=value nor a comment\n"
		     "/etc/cryo/cryod.conf.d/a.conf:3: RecordsMaxSize=-1: allowed is 0 to 1000000, in MB\n");
	EXPECT_EQ(config.records.keep_days, 7);
	tear_down();
}

TEST(line_that_is_too_long_is_named)
{
	struct config config;
	char text[512] = "[Cryod]\n#";

	set_up();
	memset(text + strlen(text), ' ', 300);
	strcpy(text + 300, "RecordsKeep=3\nRecordsMaxSize=5\n");
	write_file("/etc/cryo/cryod.conf", text);
	EXPECT_EQ(load(&config), -EINVAL);
	EXPECT_STREQ(problems, "/etc/cryo/cryod.conf:2: the line has more than 180 bytes\n");
	tear_down();
}

TEST(file_that_cannot_be_read_is_named)
{
	struct config config;
	char path[96];

	set_up();
	snprintf(path, sizeof(path), "%s/etc/cryo/cryod.conf.d/gone.conf", root);
	ASSERT_EQ(symlink("/nonexistent/file", path), 0);
	EXPECT_EQ(load(&config), -EINVAL);
	EXPECT_STREQ(problems, "/etc/cryo/cryod.conf.d/gone.conf:0: No such file or directory\n");
	tear_down();
}

TEST_MAIN()
