// SPDX-License-Identifier: GPL-2.0-or-later
/* What operators do with a treatment over the bus beside steering it: alarms, and whose it is. */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>

#include "daemon/bus/polkit.h"
#include "selftests/cryod/bus-bench.h"

static uint32_t audio_paused(void)
{
	uint32_t seconds = 0;

	EXPECT(sd_bus_get_property_trivial(client, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, "AudioPaused",
					   NULL, 'u', &seconds) >= 0);
	return seconds;
}

static uint32_t holder(void)
{
	uint32_t uid = 0;

	EXPECT(sd_bus_get_property_trivial(client, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, "Holder", NULL,
					   'u', &uid) >= 0);
	return uid;
}

static void raise_fault(void)
{
	pthread_mutex_lock(&fake.lock);
	fake_kernel_latch(&fake, CRYOPROBE_FAULT_LATE);
	pthread_mutex_unlock(&fake.lock);
	EXPECT(wait_for("Interlock", "fault"));
	EXPECT(has_alarm("fault"));
}

TEST(sound_is_paused_within_its_range)
{
	char error[128];

	BEGIN();
	EXPECT(call("PauseAudio", error, NULL, "u", 120) >= 0);
	EXPECT_EQ(audio_paused(), 0);		/* nothing is listed */
	EXPECT_EQ(start_treatment(), 1);
	ASSERT(wait_for("Phase", "ready"));
	raise_fault();
	EXPECT_LT(call("PauseAudio", error, NULL, "u", 121), 0);
	EXPECT_STREQ(error, SD_BUS_ERROR_INVALID_ARGS);
	EXPECT(call("PauseAudio", error, NULL, "u", 120) >= 0);
	EXPECT_GT(audio_paused(), 100);
	EXPECT(call("PauseAudio", error, NULL, "u", 0) >= 0);
	EXPECT_EQ(audio_paused(), 0);
	tear_down();
}

/* A program that writes to PROGRAM.said what it is told to play. */
static void make_sound_program(char program[32])
{
	int fd = mkstemp(program);
	FILE *file = fdopen(fd, "w");

	fputs("#!/bin/sh\necho a fake\nexec cat >>$0.said\n", file);
	EXPECT_EQ(fchmod(fd, 0700), 0);
	fclose(file);
}

static bool wait_until_played(const char *said, const char *wanted)
{
	for (int64_t until = now_ns() + WAIT_S * NSEC_PER_SEC; now_ns() < until; poll(NULL, 0, 5)) {
		char text[64] = "";
		FILE *file = fopen(said, "re");

		if (!file)
			continue;
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
		if (!strcmp(text, wanted))
			return true;
	}
	return false;
}

TEST(alarms_are_heard_until_they_are_paused_or_acknowledged)
{
	char program[32] = "/tmp/cryo-sound-XXXXXX", said[48], error[128];

	make_sound_program(program);
	snprintf(said, sizeof(said), "%s.said", program);
	sound_program = program;
	BEGIN();
	sound_program = NULL;
	EXPECT_EQ(start_treatment(), 1);
	ASSERT(wait_for("Phase", "ready"));
	raise_fault();
	EXPECT(wait_until_played(said, "3"));
	EXPECT(call("PauseAudio", error, NULL, "u", 100) >= 0);
	EXPECT(wait_until_played(said, "30"));
	EXPECT(call("PauseAudio", error, NULL, "u", 0) >= 0);
	EXPECT(wait_until_played(said, "303"));
	EXPECT(call("AcknowledgeAlarm", error, NULL, "s", "fault") >= 0);
	EXPECT(wait_until_played(said, "3030"));
	tear_down();
	unlink(said);
	unlink(program);
}

/*
 * Several clients
 */

/* The name of the error, "" if there was none. */
static const char *call_as(sd_bus *who, const char *method)
{
	static char error[128];
	sd_bus *mine = client;

	client = who;
	call(method, error, NULL, NULL);
	client = mine;
	return error;
}

TEST(a_treatment_has_one_operator)
{
	sd_bus *other;

	BEGIN();
	other = new_client();
	EXPECT_EQ(holder(), UINT32_MAX);
	EXPECT_EQ(start_treatment(), 1);
	EXPECT_EQ(holder(), geteuid());
	ASSERT(wait_for("Phase", "ready"));
	EXPECT_STREQ(call_as(other, "Advance"), "io.cryo1.Error.NotOperator");
	EXPECT_STREQ(call_as(other, "ClearFault"), "io.cryo1.Error.NotOperator");
	EXPECT(verb("Advance"));
	/* Once the one who started it has left, any client of the same user may go on. */
	connect_client();
	EXPECT_STREQ(call_as(other, "Pause"), "");
	EXPECT_STREQ(call_as(client, "Resume"), "");
	EXPECT_STREQ(call_as(other, "TakeOver"), "");
	EXPECT_STREQ(call_as(client, "Pause"), "io.cryo1.Error.NotOperator");
	EXPECT_STREQ(call_as(client, "Abort"), "");
	EXPECT(wait_for("Outcome", "aborted"));
	EXPECT(wait_for("Phase", "withdraw"));
	EXPECT_STREQ(call_as(other, "Advance"), "");
	EXPECT(wait_for("Phase", "idle"));
	EXPECT_EQ(holder(), UINT32_MAX);
	sd_bus_flush_close_unref(other);
	tear_down();
}

TEST(nobody_takes_over_what_does_not_run)
{
	BEGIN();
	EXPECT_STREQ(call_as(client, "TakeOver"), "io.cryo1.Error.NoTreatment");
	tear_down();
}

/*
 * Several users, and polkit
 */

static _Atomic(const char *) allowed;	/* the actions that polkit gives to everybody */
static atomic_bool polkit_ends;

static int on_check(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *action;
	int r;

	(void)userdata, (void)error;
	r = sd_bus_message_skip(m, "(sa{sv})");
	if (r >= 0)
		r = sd_bus_message_read(m, "s", &action);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(m, "(bba{ss})", strstr(atomic_load(&allowed), action) != NULL,
					  false, 0);
}

static void *run_polkit(void *userdata)
{
	static const sd_bus_vtable vtable[] = {
		SD_BUS_VTABLE_START(0),
		SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", "(bba{ss})", on_check,
			      SD_BUS_VTABLE_UNPRIVILEGED),
		SD_BUS_VTABLE_END
	};
	sd_bus *bus = userdata;

	sd_bus_add_object_vtable(bus, NULL, "/org/freedesktop/PolicyKit1/Authority",
				 "org.freedesktop.PolicyKit1.Authority", vtable, NULL);
	while (!atomic_load(&polkit_ends))
		if (sd_bus_process(bus, NULL) == 0)
			sd_bus_wait(bus, 20000);
	sd_bus_flush_close_unref(bus);
	return NULL;
}

static pthread_t start_polkit(void)
{
	sd_bus *bus = new_client();
	pthread_t thread;

	EXPECT(sd_bus_request_name(bus, "org.freedesktop.PolicyKit1", 0) >= 0);
	atomic_store(&polkit_ends, false);
	EXPECT_EQ(pthread_create(&thread, NULL, run_polkit, bus), 0);
	return thread;
}

/* What a method said to the user nobody: static text, "" if nothing. @what: path, interface, method, arguments. */
static const char *busctl_as_nobody(const char *what)
{
	static char said[512];
	char command[512];
	FILE *pipe;
	size_t n;

	snprintf(command, sizeof(command),
		 "setpriv --reuid=65534 --regid=65534 --clear-groups busctl --address=%s call %s %s 2>&1",
		 address, BUS_NAME, what);
	pipe = popen(command, "r");
	n = fread(said, 1, sizeof(said) - 1, pipe);
	said[n] = '\0';
	pclose(pipe);
	if (n)
		DIAG("nobody: %s: %s", what, said);
	return said;
}

static const char *call_as_nobody(const char *method)
{
	char what[128];

	snprintf(what, sizeof(what), "%s %s %s", PROBE, BUS_PROBE_INTERFACE, method);
	return busctl_as_nobody(what);
}

/* Whether a text could be installed anybody may ask; to keep it wants another action than to treat. */
static void install_a_protocol(void)
{
	static const char *const install = BUS_PATH " io.cryo1.Manager InstallProtocol ss mine nonsense";

	atomic_store(&allowed, POLKIT_OBSERVE " " POLKIT_TREAT);
	EXPECT(strstr(busctl_as_nobody(BUS_PATH " io.cryo1.Manager ValidateProtocol s nonsense"), "bs false"));
	EXPECT(strstr(busctl_as_nobody(install), "Access denied"));
	atomic_store(&allowed, POLKIT_CONFIGURE);
	EXPECT(strstr(busctl_as_nobody(install), "mine.protocol, line 1"));
}

static void watch_and_take_over(void)
{
	EXPECT_EQ(start_treatment(), 1);
	ASSERT(wait_for("Phase", "ready"));
	atomic_store(&allowed, "");
	EXPECT(strstr(call_as_nobody("Advance"), "Access denied"));
	atomic_store(&allowed, POLKIT_OBSERVE " " POLKIT_TREAT);
	EXPECT(strstr(call_as_nobody("Advance"), "held by user 0"));
	EXPECT(strstr(call_as_nobody("TakeOver"), "Access denied"));
	EXPECT(is_text("Phase", "ready"));
	atomic_store(&allowed, POLKIT_TREAT " " POLKIT_SERVICE);
	EXPECT_EQ(holder(), 0);
	EXPECT_STREQ(call_as_nobody("TakeOver"), "");
	EXPECT_EQ(holder(), 65534);
	EXPECT_STREQ(call_as(client, "Advance"), "io.cryo1.Error.NotOperator");
	EXPECT_STREQ(call_as_nobody("Advance"), "");
	EXPECT(wait_for("Phase", "freeze"));
	atomic_store(&allowed, "");
	EXPECT_STREQ(call_as_nobody("Abort"), "");
	EXPECT(wait_for("Outcome", "aborted"));
}

TEST(another_user_may_abort_and_what_polkit_gives)
{
	pthread_t polkit;

	if (geteuid() != 0)
		SKIP("only root can be another user");
	BEGIN();
	EXPECT_EQ(chmod(directory, 0711), 0);
	polkit = start_polkit();
	install_a_protocol();
	watch_and_take_over();
	atomic_store(&polkit_ends, true);
	pthread_join(polkit, NULL);
	tear_down();
}
