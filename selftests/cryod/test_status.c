// SPDX-License-Identifier: GPL-2.0-or-later
/* What an administrator sees of a probe without asking for it: the status line and the metrics. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/metrics-file.h"
#include "daemon/metrics.h"
#include "daemon/status.h"
#include "daemon/util.h"
#include "selftests/cryod/remove.h"
#include "selftests/unit/test.h"

#define WAIT_S	60

static struct probe idle_probe(void)
{
	struct probe probe = {
		.node = (char *)"/dev/cryoprobe0",
		.identity = { .serial = "SN-1", .model = "CP \"18\"", .cryogen = 1, .gauge = 18 },
		.latest.frame = { .seq = 7, .tip_mdegc = 35400, .pressure_kpa = 5000 },
	};

	return probe;
}

static struct probe freezing_probe(void)
{
	struct probe probe = idle_probe();

	probe.latest.frame.tip_mdegc = -60600;
	probe.latest.frame.flow_permille = 730;
	probe.latest.treatment.phase = PHASE_FREEZE;
	probe.latest.treatment.cycle = 2;
	probe.latest.treatment.cycles = 3;
	probe.latest.treatment.phase_left_ms = 11001;
	probe.latest.treatment.alarm[0] = (struct alarm){ .code = ALARM_CYLINDER, .priority = ALARM_MEDIUM };
	probe.latest.treatment.alarm[1] = (struct alarm){ .code = ALARM_RECORD, .priority = ALARM_LOW };
	probe.latest.treatment.alarms = 2;
	return probe;
}

static struct probe faulted_probe(void)
{
	struct probe probe = idle_probe();

	probe.latest.frame.tip_mdegc = CRYO_FRAME_NOT_VALID;
	probe.latest.frame.pressure_kpa = CRYO_FRAME_NOT_VALID;
	probe.latest.interlock.state = CRYOPROBE_STATE_FAULT;
	probe.latest.interlock.first.code = CRYOPROBE_FAULT_SENSOR_OPEN;
	probe.latest.interlock.fault_mask = 1ULL << CRYOPROBE_FAULT_SENSOR_OPEN;
	return probe;
}

TEST(status_says_what_a_probe_does)
{
	struct probe idle = idle_probe(), freezing = freezing_probe(), faulted = faulted_probe();
	char text[STATUS_MAX] = "";

	status_add_probe(text, &idle);
	EXPECT_STREQ(text, "/dev/cryoprobe0 SN-1: idle, tip 35 °C");
	*text = '\0';
	status_add_probe(text, &freezing);
	EXPECT_STREQ(text, "/dev/cryoprobe0 SN-1: freeze 2 of 3, 12 s left, tip -61 °C, "
			   "alarm cylinder and 1 more");
	*text = '\0';
	status_add_probe(text, &faulted);
	EXPECT_STREQ(text, "/dev/cryoprobe0 SN-1: idle, no tip temperature, fault sensor-open");
}

TEST(status_is_one_line_for_all_and_is_cut)
{
	struct probe probe = freezing_probe();
	char text[STATUS_MAX] = "";

	status_add_held(text, "/dev/cryoprobe1", 42);
	EXPECT_STREQ(text, "/dev/cryoprobe1: held by pid 42");
	for (int i = 0; i < 50; i++)
		status_add_probe(text, &probe);
	EXPECT_EQ(strlen(text), STATUS_MAX - 1);
	EXPECT(!strchr(text, '\n'));
}

static char *printed(const struct probes *probes)
{
	const struct metrics metrics = {
		.treatments = { [OUTCOME_COMPLETED] = 4 }, .alarms = { [ALARM_HIGH] = 2 }, .faults = 3,
	};
	const struct metrics_view view = { .metrics = &metrics, .probes = probes, .record = true };

	return metrics_text(&view);
}

#define EXPECT_IN(text, line) EXPECT(strstr(text, "\n" line "\n"))

TEST(metrics_tell_of_the_daemon)
{
	_cleanup_free_ char *text = printed(&(struct probes){ 0 });

	EXPECT_IN(text, "cryo_bus_connected 0");
	EXPECT_IN(text, "cryo_record_kept 1");
	EXPECT_IN(text, "cryo_treatments_total{outcome=\"completed\"} 4");
	EXPECT_IN(text, "cryo_treatments_total{outcome=\"interrupted\"} 0");
	EXPECT_IN(text, "cryo_alarms_total{priority=\"high\"} 2");
	EXPECT_IN(text, "cryo_faults_total 3");
	EXPECT_IN(text, "# TYPE cryo_faults_total counter");
}

TEST(metrics_tell_of_each_probe_in_base_units)
{
	struct probe probe = freezing_probe();
	_cleanup_free_ char *text = printed(&(struct probes){ .first = &probe });

	EXPECT_IN(text, "cryo_probe_info{serial=\"SN-1\",model=\"CP \\\"18\\\"\","
			"device=\"/dev/cryoprobe0\",cryogen=\"n2o\",gauge=\"18\"} 1");
	EXPECT_IN(text, "cryo_probe_tip_celsius{serial=\"SN-1\"} -60.600");
	EXPECT_IN(text, "cryo_probe_supply_pressure_pascals{serial=\"SN-1\"} 5000000");
	EXPECT_IN(text, "cryo_probe_flow_ratio{serial=\"SN-1\"} 0.730");
	EXPECT_IN(text, "cryo_probe_phase{serial=\"SN-1\",phase=\"freeze\"} 1");
	EXPECT_IN(text, "cryo_probe_phase{serial=\"SN-1\",phase=\"idle\"} 0");
	EXPECT_IN(text, "cryo_probe_interlock{serial=\"SN-1\",state=\"disarmed\"} 1");
	EXPECT_IN(text, "cryo_probe_alarm{serial=\"SN-1\",alarm=\"cylinder\"} 2");
}

/* HELP and TYPE once, before the samples of all probes; what is not known is not there. */
TEST(metrics_of_several_probes_stand_together)
{
	struct probe faulted = faulted_probe(), freezing = freezing_probe();
	_cleanup_free_ char *text = NULL;
	const char *tip;

	memcpy(faulted.identity.serial, "SN-2", 5);
	faulted.next = &freezing;
	text = printed(&(struct probes){ .first = &faulted });
	tip = strstr(text, "# TYPE cryo_probe_tip_celsius gauge\n");
	ASSERT(tip);
	EXPECT(!strstr(tip + 1, "# TYPE cryo_probe_tip_celsius"));
	EXPECT(!strstr(text, "cryo_probe_tip_celsius{serial=\"SN-2\"}"));
	EXPECT_IN(text, "cryo_probe_fault{serial=\"SN-2\",fault=\"sensor-open\"} 1");
	EXPECT_IN(text, "cryo_probe_flow_ratio{serial=\"SN-2\"} 0.000\n"
			"cryo_probe_flow_ratio{serial=\"SN-1\"} 0.730");
}

/*
 * The file
 */

static char directory[] = "/tmp/cryo-metrics-XXXXXX";
static struct metrics_file *file;

static const char *in_directory(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void open_file(void)
{
	snprintf(directory, sizeof(directory), "/tmp/cryo-metrics-XXXXXX");
	ASSERT(mkdtemp(directory));
	ASSERT_EQ(metrics_file_new(&file), 0);
}

/* How the last one ended, by asking for another until it has. */
static int put(const char *name, const char *text)
{
	const char *path = in_directory(name);
	int r = metrics_file_put(file, path, strdup(text));

	for (int64_t until = now_ns() + WAIT_S * NSEC_PER_SEC; r == -EBUSY && now_ns() < until;) {
		poll(NULL, 0, 5);
		r = metrics_file_put(file, path, strdup(text));
	}
	return r;
}

static void close_file(void)
{
	metrics_file_free(file);
	EXPECT_EQ(remove_directory(directory), 0);
}

TEST(file_is_replaced_and_everybody_may_read_it)
{
	struct stat before, after;
	char text[16] = "";
	int fd;

	open_file();
	EXPECT_EQ(put("a.prom", "first\n"), 0);
	EXPECT_EQ(put("b.prom", "first\n"), 0);
	EXPECT_EQ(stat(in_directory("a.prom"), &before), 0);
	EXPECT_EQ(put("a.prom", "second\n"), 0);
	EXPECT_EQ(put("b.prom", "second\n"), 0);
	EXPECT_EQ(stat(in_directory("a.prom"), &after), 0);
	EXPECT_NE(before.st_ino, after.st_ino);
	EXPECT_EQ(after.st_mode & 0777, 0644);
	fd = open(in_directory("a.prom"), O_RDONLY | O_CLOEXEC);
	EXPECT_EQ(read(fd, text, sizeof(text) - 1), 7);
	EXPECT_STREQ(text, "second\n");
	close(fd);
	EXPECT_EQ(put("nonexistent/a.prom", "third\n"), 0);
	EXPECT_EQ(put("a.prom", "fourth\n"), -ENOENT);
	EXPECT_EQ(put("a.prom", "fifth\n"), 0);
	close_file();
}

/* A FIFO that nobody reads is a disk that hangs: to open it for writing takes until somebody does. */
TEST(disk_that_hangs_holds_nobody_up)
{
	int fd;

	open_file();
	ASSERT_EQ(mkfifo(in_directory("a.prom.new"), 0600), 0);
	EXPECT_EQ(metrics_file_put(file, in_directory("a.prom"), strdup("first\n")), 0);
	EXPECT_EQ(metrics_file_put(file, in_directory("a.prom"), strdup("second\n")), -EBUSY);
	EXPECT_EQ(metrics_file_put(file, in_directory("b.prom"), strdup("third\n")), -EBUSY);
	fd = open(in_directory("a.prom.new"), O_RDONLY | O_CLOEXEC);
	EXPECT_EQ(put("b.prom", "fourth\n"), 0);
	close(fd);
	close_file();
}

TEST(who_ends_does_not_wait_for_a_disk_that_hangs)
{
	int64_t until = now_ns() + WAIT_S * NSEC_PER_SEC;
	int fd;

	open_file();
	ASSERT_EQ(mkfifo(in_directory("a.prom.new"), 0600), 0);
	EXPECT_EQ(metrics_file_put(file, in_directory("a.prom"), strdup("first\n")), 0);
	metrics_file_free(file);
	/* The thread that was left behind comes back, finishes and takes all with it. */
	fd = open(in_directory("a.prom.new"), O_RDONLY | O_CLOEXEC);
	while (access(in_directory("a.prom"), F_OK) < 0 && now_ns() < until)
		poll(NULL, 0, 5);
	EXPECT_EQ(access(in_directory("a.prom"), F_OK), 0);
	close(fd);
	EXPECT_EQ(remove_directory(directory), 0);
}

TEST_MAIN()
