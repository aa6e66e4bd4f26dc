// SPDX-License-Identifier: GPL-2.0-or-later
/* What cryod is on the bus: a treatment from start to end, its record, its errors, and losses of all kinds. */
#include <poll.h>
#include <sys/socket.h>

#include "selftests/cryod/bus-bench.h"
#include "selftests/cryod/remove.h"

static size_t read_csv(int fd, char *text, size_t size)
{
	size_t used = 0;
	ssize_t n;

	while (used < size - 1 && (n = read(fd, text + used, size - 1 - used)) > 0)
		used += n;
	text[used] = '\0';
	return used;
}

/* Every row has the next sample's number, its last field. Gives how many rows there are. */
static unsigned int count_rows(const char *text)
{
	unsigned long seq = 0, expected = 0;
	unsigned int rows = 0;

	for (const char *end = strchr(text, '\n'); end; end = strchr(end + 1, '\n')) {
		const char *comma = end;

		if (!rows++)
			continue;
		while (*comma != ',')
			comma--;
		seq = strtoul(comma + 1, NULL, 10);
		EXPECT(rows == 2 || seq == expected);
		expected = seq + 1;
	}
	return rows - 1;
}

#define RECORD_BYTES	((size_t)16 << 20)

/* The record's text; @reply holds *ret_fd open. */
static void read_record(uint64_t treatment, sd_bus_message **reply, char *text, int *ret_fd)
{
	char error[128];

	ASSERT(ask("Export", error, reply, "t", treatment) >= 0);
	ASSERT(sd_bus_message_read(*reply, "h", ret_fd) >= 0);
	ASSERT_GT(read_csv(*ret_fd, text, RECORD_BYTES), 0);
}

static void expect_record(uint64_t treatment)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	_cleanup_free_ char *text = calloc(1, RECORD_BYTES);
	int fd = -1;

	read_record(treatment, &reply, text, &fd);
	EXPECT_GT(count_rows(text), 500);
	EXPECT(!strncmp(text, "time_s,tip_degc,target_degc,flow_permille,", 42));
	EXPECT(strstr(text, ",freeze,1,"));
	EXPECT(strstr(text, ",warm,1,"));
	/* Nobody can change it any more. */
	EXPECT_LT(write(fd, "x", 1), 0);
}

static void expect_in_record(uint64_t treatment, const char *wanted)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	_cleanup_free_ char *text = calloc(1, RECORD_BYTES);
	int fd = -1;

	read_record(treatment, &reply, text, &fd);
	EXPECT(strstr(text, wanted));
}

TEST(treatment_over_the_bus)
{
	uint64_t treatment;

	BEGIN();
	EXPECT(is_text("Serial", "T-1"));
	EXPECT(is_text("Cryogen", "n2o"));
	EXPECT(is_text("DeviceNode", NODE));
	EXPECT(is_text("Interlock", "fault"));
	treatment = start_treatment();
	EXPECT_EQ(treatment, 1);
	ASSERT(wait_for("Phase", "ready"));
	EXPECT(!is_text("Prompt", ""));
	EXPECT(verb("Advance"));
	ASSERT(wait_for("Phase", "freeze"));
	EXPECT(is_text("Interlock", "armed"));
	EXPECT(verb("EndPhase"));
	ASSERT(wait_for("Phase", "withdraw"));
	EXPECT(verb("Advance"));
	ASSERT(wait_for("Phase", "idle"));
	EXPECT(is_text("Outcome", "completed"));
	EXPECT_EQ(outputs_now(), 0);
	expect_record(treatment);
	tear_down();
}

/* The protocol "test" with a nerve close to the needle. */
static void add_protocol_near(void)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/near.protocol", directory);
	file = fopen(path, "w");
	fputs(protocol_text, file);
	fputs("[Freeze]\nIsotherm=0.7 mm\nIsothermTime=1 s\n", file);
	fclose(file);
}

static bool is_adequate(void)
{
	int adequate = false;

	EXPECT(sd_bus_get_property_trivial(client, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, "Adequate", NULL,
					   'b', &adequate) >= 0);
	return adequate;
}

TEST(ice_that_was_enough_for_the_nerve_is_told)
{
	int64_t until;
	char error[128];

	BEGIN();
	add_protocol_near();
	ASSERT(call("Start", error, NULL, "sa{sv}", "near", 0) >= 0);
	ASSERT(wait_for("Phase", "ready"));
	EXPECT(!is_adequate());
	EXPECT(verb("Advance"));
	for (until = now_ns() + WAIT_S * NSEC_PER_SEC; !is_adequate() && now_ns() < until;)
		poll(NULL, 0, 5);
	EXPECT(is_adequate());
	EXPECT(verb("Abort"));
	tear_down();
}

TEST(errors_have_names)
{
	char error[128];

	BEGIN();
	EXPECT_LT(call("Start", error, NULL, "sa{sv}", "nosuch", 0), 0);
	EXPECT_STREQ(error, "io.cryo1.Error.NoSuchProtocol");
	EXPECT_LT(call("Start", error, NULL, "sa{sv}", "../etc/passwd", 0), 0);
	EXPECT_STREQ(error, "io.cryo1.Error.NoSuchProtocol");
	EXPECT_LT(call("Start", error, NULL, "sa{sv}", "bad", 0), 0);
	EXPECT_STREQ(error, "io.cryo1.Error.BadProtocol");
	EXPECT_LT(call("Start", error, NULL, "sa{sv}", "test", 1, "colour", "s", "blue"), 0);
	EXPECT_STREQ(error, SD_BUS_ERROR_INVALID_ARGS);
	EXPECT_LT(call("Pause", error, NULL, NULL), 0);
	EXPECT_STREQ(error, "io.cryo1.Error.NoTreatment");
	EXPECT_LT(call("AcknowledgeAlarm", error, NULL, "s", "nosuch"), 0);
	EXPECT_STREQ(error, SD_BUS_ERROR_INVALID_ARGS);
	EXPECT_LT(ask("Export", error, NULL, "t", (uint64_t)99), 0);
	EXPECT_STREQ(error, "io.cryo1.Error.NoSuchRecord");
	EXPECT_EQ(start_treatment(), 1);
	EXPECT_LT(call("Start", error, NULL, "sa{sv}", "test", 0), 0);
	EXPECT_STREQ(error, "io.cryo1.Error.Busy");
	tear_down();
}

static int on_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	(void)message, (void)error;
	++*(int *)userdata;
	return 0;
}

static bool start_refused(const char *option, const char *type, const void *value)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_bus_message_ sd_bus_message *message = NULL;

	sd_bus_message_new_method_call(client, &message, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, "Start");
	sd_bus_message_append(message, "s", "test");
	sd_bus_message_open_container(message, 'a', "{sv}");
	sd_bus_message_open_container(message, 'e', "sv");
	sd_bus_message_append(message, "s", option);
	sd_bus_message_open_container(message, 'v', type);
	sd_bus_message_append_basic(message, type[0], value);
	sd_bus_message_close_container(message);
	sd_bus_message_close_container(message);
	sd_bus_message_close_container(message);
	if (sd_bus_call(client, message, 0, &error, NULL) >= 0)
		return false;
	DIAG("%s", error.message);
	return sd_bus_error_has_name(&error, SD_BUS_ERROR_INVALID_ARGS) && strstr(error.message, option);
}

TEST(options_out_of_range_are_named)
{
	const uint32_t zero = 0, much = 1501;
	char text[66];

	BEGIN();
	memset(text, 'x', 65);
	text[65] = '\0';
	EXPECT(start_refused("operator", "s", text));
	EXPECT(start_refused("operator", "s", ""));
	EXPECT(start_refused("patient", "s", "a\tb"));
	EXPECT(start_refused("nerve", "s", "a\xc2\x85"));
	EXPECT(start_refused("end-organ-mm", "u", &zero));
	EXPECT(start_refused("end-organ-mm", "u", &much));
	EXPECT(start_refused("end-organ-mm", "s", "40"));
	EXPECT(is_text("Phase", "idle"));
	tear_down();
}

/* A fact that is a text. */
static void expect_fact(sd_bus_message *facts, const char *name, const char *wanted)
{
	const char *key, *value = "";

	ASSERT(sd_bus_message_rewind(facts, 1) >= 0);
	sd_bus_message_enter_container(facts, 'a', "{sv}");
	while (sd_bus_message_enter_container(facts, 'e', "sv") > 0) {
		sd_bus_message_read(facts, "s", &key);
		if (!strcmp(key, name)) {
			EXPECT_GT(sd_bus_message_read(facts, "v", "s", &value), 0);
			break;
		}
		sd_bus_message_skip(facts, "v");
		sd_bus_message_exit_container(facts);
	}
	EXPECT_STREQ(value, wanted);
}

static void expect_facts(uint64_t treatment)
{
	_cleanup_bus_message_ sd_bus_message *facts = NULL;
	char error[128];

	ASSERT(ask("Get", error, &facts, "t", treatment) >= 0);
	expect_fact(facts, "serial", "T-1");
	expect_fact(facts, "operator", "Ada Müller");
	expect_fact(facts, "nerve", "genicular");
	expect_fact(facts, "cryogen", "n2o");
	expect_fact(facts, "outcome", "aborted");
	expect_fact(facts, "cryod-version", CRYO_VERSION);
	expect_fact(facts, "protocol-text", protocol_text);
}

static void expect_verdict(uint64_t treatment, const char *wanted)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	const char *verdict, *detail;
	char error[128];

	ASSERT(ask("Verify", error, &reply, "t", treatment) >= 0);
	ASSERT(sd_bus_message_read(reply, "ss", &verdict, &detail) > 0);
	DIAG("%s: %s", verdict, detail);
	EXPECT_STREQ(verdict, wanted);
}

static void expect_list(uint64_t treatment)
{
	_cleanup_bus_message_ sd_bus_message *list = NULL;
	const char *serial, *protocol, *operator, *outcome;
	int64_t started, ended;
	char error[128];
	uint64_t id;

	ASSERT(ask("List", error, &list, "ut", 10, (uint64_t)0) >= 0);
	ASSERT(sd_bus_message_enter_container(list, 'a', "(tsssxxs)") >= 0);
	ASSERT(sd_bus_message_read(list, "(tsssxxs)", &id, &serial, &protocol, &operator, &started,
				   &ended, &outcome) > 0);
	EXPECT_EQ(id, treatment);
	EXPECT_STREQ(protocol, "test");
	EXPECT_STREQ(operator, "Ada Müller");
	EXPECT_STREQ(outcome, "aborted");
	EXPECT_GT(ended, started);
	EXPECT_EQ(sd_bus_message_at_end(list, 0), 1);
	EXPECT_LT(ask("List", error, NULL, "ut", 0, (uint64_t)0), 0);
	EXPECT_STREQ(error, SD_BUS_ERROR_INVALID_ARGS);
}

static void expect_events(uint64_t treatment)
{
	_cleanup_bus_message_ sd_bus_message *events = NULL;
	const char *source, *kind, *text;
	int64_t time_ns, old, new;
	bool aborted = false;
	char error[128];
	uint64_t seq;

	ASSERT(ask("Events", error, &events, "t", treatment) >= 0);
	ASSERT(sd_bus_message_enter_container(events, 'a', "(xtssxxs)") >= 0);
	while (sd_bus_message_read(events, "(xtssxxs)", &time_ns, &seq, &source, &kind, &old, &new,
				   &text) > 0)
		aborted |= !strcmp(source, "core") && !strcmp(kind, "outcome") && new == OUTCOME_ABORTED;
	EXPECT(aborted);
}

static void expect_samples(uint64_t treatment)
{
	const size_t recorded = sizeof(struct cryo_frame);
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	struct cryo_frame frame, last = { 0 };
	char error[128];
	bool cooled = false;
	int fd, n = 0;

	ASSERT(ask("Samples", error, &reply, "t", treatment) >= 0);
	ASSERT(sd_bus_message_read(reply, "h", &fd) >= 0);
	for (; read(fd, &frame, recorded) == (ssize_t)recorded; n++) {
		EXPECT_EQ(frame.bytes, recorded);
		EXPECT(!n || frame.seq == last.seq + 1);
		EXPECT(!n || frame.time_ns > last.time_ns);
		cooled |= frame.phase == PHASE_COOL && frame.flow_asked_permille && frame.cycles == 1 &&
			  frame.site == 1;
		last = frame;
	}
	EXPECT_GT(n, 100);
	EXPECT(cooled);
}

TEST(records_are_told)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	char error[128];
	int changes = 0;

	BEGIN();
	ASSERT(sd_bus_match_signal(client, NULL, BUS_NAME, BUS_RECORDS_PATH, BUS_RECORDS_INTERFACE,
				   "Changed", on_changed, &changes) >= 0);
	ASSERT(call("Start", error, &reply, "sa{sv}", "test", 3, "operator", "s", "Ada Müller", "nerve", "s",
		    "genicular", "end-organ-mm", "u", 45) >= 0);
	ASSERT(wait_for("Phase", "ready"));
	EXPECT(verb("Advance"));
	ASSERT(wait_for("Phase", "freeze"));
	expect_verdict(1, "open");
	EXPECT(verb("Abort"));
	ASSERT(wait_for("Phase", "withdraw"));
	EXPECT(verb("Advance"));
	ASSERT(wait_for("Phase", "idle"));
	expect_verdict(1, "intact");
	expect_verdict(0, "intact");
	expect_list(1);
	expect_facts(1);
	expect_events(1);
	expect_samples(1);
	EXPECT_LT(ask("Get", error, NULL, "t", (uint64_t)7), 0);
	EXPECT_STREQ(error, "io.cryo1.Error.NoSuchRecord");
	while (sd_bus_process(client, NULL) > 0)
		;
	EXPECT_EQ(changes, 2);
	tear_down();
}

TEST(clear_fault_says_what_stands_in_its_way)
{
	char error[128];

	BEGIN();
	under_lock(&fake.estop, true);
	EXPECT_LT(call("ClearFault", error, NULL, NULL), 0);
	EXPECT_STREQ(error, "io.cryo1.Error.Fault");
	under_lock(&fake.estop, false);
	EXPECT(verb("ClearFault"));
	EXPECT(wait_for("Interlock", "disarmed"));
	tear_down();
}

TEST(stream_has_the_treatment)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	struct cryo_frame frame;
	uint64_t seq = 0;
	char error[128];
	int fd;

	BEGIN();
	ASSERT(call("OpenStream", error, &reply, NULL) >= 0);
	ASSERT(sd_bus_message_read(reply, "h", &fd) >= 0);
	for (int i = 0; i < 200; i++) {
		struct pollfd readable = { .fd = fd, .events = POLLIN };

		ASSERT(poll(&readable, 1, WAIT_S * 1000) == 1);
		ASSERT_EQ(recv(fd, &frame, sizeof(frame), 0), (ssize_t)sizeof(frame));
		EXPECT_EQ(frame.bytes, sizeof(frame));
		EXPECT_GT(frame.seq, seq);
		seq = frame.seq;
	}
	EXPECT_GT(frame.tip_mdegc, 30000);
	tear_down();
}

TEST(changes_are_signalled)
{
	int64_t until = now_ns() + WAIT_S * NSEC_PER_SEC;
	int changes = 0;

	BEGIN();
	ASSERT(sd_bus_match_signal(client, NULL, BUS_NAME, PROBE, "org.freedesktop.DBus.Properties",
				   "PropertiesChanged", on_changed, &changes) >= 0);
	EXPECT_EQ(start_treatment(), 1);
	while (changes < 3 && now_ns() < until) {
		while (sd_bus_process(client, NULL) > 0)
			;
		sd_bus_wait(client, 10000);
	}
	EXPECT_GE(changes, 3);
	tear_down();
}

TEST(stopping_disarms_and_the_next_start_watches_the_thaw)
{
	BEGIN();
	EXPECT_EQ(start_treatment(), 1);
	ASSERT(wait_for("Phase", "ready"));
	EXPECT(verb("Advance"));
	ASSERT(wait_for("Phase", "freeze"));
	stop_daemon();
	EXPECT_EQ(outputs_now(), 0);
	EXPECT_NE(fake.status.state, CRYOPROBE_STATE_ARMED);
	EXPECT_EQ(fake.status.fault_mask, 0);
	start_daemon();
	ASSERT(wait_for("Phase", "warm"));
	EXPECT(is_text("Outcome", "interrupted"));
	EXPECT(is_text("Protocol", "test"));
	ASSERT(wait_for("Phase", "withdraw"));
	EXPECT(verb("Advance"));
	ASSERT(wait_for("Phase", "idle"));
	/* The thaw belongs to the treatment that was cut off. */
	expect_in_record(1, ",freeze,1,");
	expect_in_record(1, ",warm,0,");
	expect_in_record(1, ",withdraw,0,");
	/* Once watched, it is over. */
	expect_verdict(1, "intact");
	stop_daemon();
	start_daemon();
	ASSERT(wait_for("Phase", "idle"));
	tear_down();
}

TEST(unplugged_probe_leaves_the_bus)
{
	char error[128];

	BEGIN();
	under_lock(&fake.unplugged, true);
	for (int64_t until = now_ns() + WAIT_S * NSEC_PER_SEC; now_ns() < until;) {
		_cleanup_free_ char *phase = get_text("Phase");

		if (!phase)
			break;
	}
	EXPECT_LT(call("Abort", error, NULL, NULL), 0);
	tear_down();
}

TEST(probe_of_another_controller_is_waited_for)
{
	set_up();
	fake.stranger = (struct cryoprobe_claim){ .owner_pid = 4711, .owner_comm = "somebody" };
	if (!start_bus()) {
		fake_kernel_done(&fake);
		EXPECT_EQ(remove_directory(directory), 0);
		SKIP("dbus-daemon does not run here");
	}
	start_daemon();
	connect_client();
	while (!atomic_load(&ready))
		sched_yield();
	EXPECT(!is_text("Phase", "idle"));
	pthread_mutex_lock(&fake.lock);
	fake.stranger.owner_pid = 0;
	pthread_mutex_unlock(&fake.lock);
	EXPECT(wait_for("Phase", "idle"));
	tear_down();
}

TEST(control_that_stands_still_ends_the_daemon)
{
	BEGIN();
	EXPECT_EQ(start_treatment(), 1);
	ASSERT(wait_for("Phase", "ready"));
	EXPECT(verb("Advance"));
	ASSERT(wait_for("Phase", "freeze"));
	EXPECT_NE(outputs_now(), 0);
	atomic_store(&abandoned, false);
	atomic_store(&fake.hang, true);
	for (int64_t until = now_ns() + WAIT_S * NSEC_PER_SEC;
	     !atomic_load(&abandoned) && now_ns() < until;)
		poll(NULL, 0, 10);
	EXPECT(atomic_load(&abandoned));
	EXPECT_EQ(atomic_load(&loop_result), -ETIME);
	EXPECT_EQ(outputs_now(), 0);
	atomic_store(&fake.hang, false);
	stop_daemon();
	start_daemon();
	ASSERT(wait_for("Phase", "warm"));
	EXPECT(is_text("Outcome", "interrupted"));
	tear_down();
}

/* A treatment outlives the bus by ten seconds; then nobody could stop it but the daemon itself. */
TEST(lost_bus_aborts_after_ten_seconds_and_comes_back)
{
	BEGIN();
	pthread_mutex_lock(&fake.lock);
	fake.pace_us = 20000;
	pthread_mutex_unlock(&fake.lock);
	EXPECT_EQ(start_treatment(), 1);
	ASSERT(wait_for("Phase", "ready"));
	EXPECT(verb("Advance"));
	ASSERT(wait_for("Phase", "cool"));
	stop_bus();
	poll(NULL, 0, 2000);
	EXPECT_NE(outputs_now(), 0);
	for (int64_t until = now_ns() + WAIT_S * NSEC_PER_SEC; outputs_now() && now_ns() < until;)
		poll(NULL, 0, 20);
	EXPECT_EQ(outputs_now(), 0);
	ASSERT(start_bus());
	connect_client();
	ASSERT(wait_for("Outcome", "aborted"));
	EXPECT(has_alarm("bus"));
	tear_down();
}

TEST_MAIN()
