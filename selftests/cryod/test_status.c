// SPDX-License-Identifier: GPL-2.0-or-later
/* What an administrator sees of a probe without asking for it: the status line and the metrics. */
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/metrics.h"
#include "daemon/status.h"
#include "daemon/util.h"
#include "selftests/unit/test.h"

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
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	metrics_print(out, &view);
	fclose(out);
	return text;
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

TEST(file_is_replaced_and_everybody_may_read_it)
{
	const struct metrics metrics = { .faults = 1 };
	const struct metrics_view view = { .metrics = &metrics, .probes = &(struct probes){ 0 } };
	char path[] = "/tmp/cryo-metrics-XXXXXX";
	struct stat before, after;

	close(mkstemp(path));
	EXPECT_EQ(stat(path, &before), 0);
	EXPECT_EQ(metrics_write(path, &view), 0);
	EXPECT_EQ(stat(path, &after), 0);
	EXPECT_NE(before.st_ino, after.st_ino);
	EXPECT_EQ(after.st_mode & 0777, 0644);
	EXPECT_GT(after.st_size, 500);
	EXPECT_EQ(unlink(path), 0);
	EXPECT_EQ(metrics_write("/nonexistent/metrics.prom", &view), -ENOENT);
}

TEST_MAIN()
