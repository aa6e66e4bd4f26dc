// SPDX-License-Identifier: GPL-2.0-or-later
/* libcryo against the mock of cryod on a private bus. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "libcryo/internal.h"
#include "selftests/libcryo/bus.h"
#include "selftests/unit/test.h"

#define WAIT_MS 10000		/* far beyond anything but a failure */

static struct cryo_ctx *ctx;
static struct {
	int up, gone, added, removed, changed;
} seen;

static void count_event(struct cryo_ctx *from, enum cryo_event event, struct cryo_probe *probe,
			void *userdata)
{
	(void)from, (void)probe, (void)userdata;
	seen.up += event == CRYO_EVENT_DAEMON_UP;
	seen.gone += event == CRYO_EVENT_DAEMON_GONE;
	seen.added += event == CRYO_EVENT_PROBE_ADDED;
	seen.removed += event == CRYO_EVENT_PROBE_REMOVED;
	seen.changed += event == CRYO_EVENT_PROBE_CHANGED;
}

/* A bus, the mock with one probe, and a context; false: the test cannot go on. */
static bool set_up(void)
{
	ctx = cryo_ctx_unref(ctx);
	if (!bus_start() || !mock_start() || !mock_call("AddProbe", "s", "SN-1"))
		return false;
	if (cryo_ctx_new(&ctx) < 0)
		return false;
	memset(&seen, 0, sizeof(seen));
	cryo_ctx_set_handler(ctx, count_event, NULL);
	return true;
}

static void tear_down(void)
{
	ctx = cryo_ctx_unref(ctx);
	bus_stop();
}

/* Waits until *@count is @n. */
static bool wait_for(const int *count, int n)
{
	time_t end = time(NULL) + WAIT_MS / 1000;

	while (*count < n)
		if (cryo_ctx_wait(ctx, WAIT_MS) < 0 || time(NULL) > end)
			return false;
	return true;
}

static struct cryo_probe *probe(void)
{
	return cryo_ctx_probe(ctx, 0);
}

TEST(without_a_bus_no_context)
{
	struct cryo_ctx *untouched = (struct cryo_ctx *)&seen;

	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
	EXPECT_EQ(cryo_ctx_new(&untouched), -ENOENT);
	EXPECT(untouched == (struct cryo_ctx *)&seen);
	EXPECT_EQ(cryo_ctx_new(NULL), -EINVAL);
}

TEST(daemon_comes_and_goes)
{
	struct cryo_protocols *protocols = NULL;

	ASSERT(bus_start());
	ASSERT_EQ(cryo_ctx_new(&ctx), 0);
	memset(&seen, 0, sizeof(seen));
	cryo_ctx_set_handler(ctx, count_event, NULL);
	EXPECT(!cryo_ctx_daemon_runs(ctx));
	EXPECT_EQ(cryo_ctx_list_protocols(ctx, &protocols), -EHOSTUNREACH);
	EXPECT_STREQ(cryo_ctx_error(ctx), "cryod does not run: nobody owns io.cryo1 on the bus");

	ASSERT(mock_start());
	EXPECT(wait_for(&seen.up, 1));
	EXPECT(cryo_ctx_daemon_runs(ctx));
	EXPECT(mock_call("AddProbe", "s", "SN-1"));
	EXPECT(wait_for(&seen.added, 1));

	mock_kill();
	EXPECT(wait_for(&seen.gone, 1));
	EXPECT_EQ(seen.removed, 1);
	EXPECT_EQ(cryo_ctx_probe_count(ctx), 0);
	EXPECT(!cryo_ctx_daemon_runs(ctx));

	ASSERT(mock_start());
	EXPECT(wait_for(&seen.up, 2));
	tear_down();
}

TEST(getters_give_what_the_daemon_says)
{
	ASSERT(set_up());
	ASSERT_EQ(cryo_ctx_probe_count(ctx), 1);
	EXPECT(!cryo_ctx_probe(ctx, 1));
	EXPECT_STREQ(cryo_probe_serial(probe()), "SN-1");
	EXPECT_STREQ(cryo_probe_model(probe()), "CP-18");
	EXPECT_STREQ(cryo_probe_model_name(probe()), "Cryoprobe 18");
	EXPECT_STREQ(cryo_probe_cryogen(probe()), "n2o");
	EXPECT_STREQ(cryo_probe_device_node(probe()), "/dev/cryoprobe0");
	EXPECT_EQ(cryo_probe_gauge(probe()), 18);
	EXPECT_EQ(cryo_probe_active_length_um(probe()), 5000);
	EXPECT_EQ(cryo_probe_uses_left(probe()), 7);
	EXPECT_EQ(cryo_probe_interlock(probe()), CRYO_INTERLOCK_DISARMED);
	EXPECT_EQ(cryo_probe_phase(probe()), CRYO_PHASE_IDLE);
	EXPECT_EQ(cryo_probe_outcome(probe()), CRYO_OUTCOME_NONE);
	EXPECT_EQ(cryo_probe_treatment(probe()), 0);
	EXPECT_EQ(cryo_probe_tip_mdegc(probe()), 35000);
	EXPECT_EQ(cryo_probe_target_mdegc(probe()), CRYO_NOT_VALID);
	EXPECT_STREQ(cryo_probe_prompt(probe()), "");
	EXPECT(!cryo_probe_faults(probe())[0]);
	EXPECT_EQ(cryo_probe_alarm_count(probe()), 0);
	EXPECT(cryo_ctx_find_probe(ctx, "SN-1") == probe());
	EXPECT(!cryo_ctx_find_probe(ctx, "SN-2"));
	tear_down();
}

TEST(faults_and_alarms_are_explained)
{
	const struct cryo_explanation *e = cryo_explain("12");
	size_t n = 0;

	ASSERT(e);
	EXPECT_STREQ(cryo_explanation_name(e), "floor");
	EXPECT(!cryo_explanation_is_alarm(e));
	EXPECT(cryo_explain("floor") == e);
	EXPECT(cryo_explanation_is_alarm(cryo_explain("saturated")));
	EXPECT(!cryo_explain(""));
	EXPECT(!cryo_explain("-1"));
	EXPECT(!cryo_explain("12x"));
	EXPECT(!cryo_explain("1200"));
	for (; (e = cryo_explanation(n)); n++) {
		EXPECT(cryo_explain(cryo_explanation_name(e)) == e);
		EXPECT_GT(strlen(cryo_explanation_title(e)), 5);
		EXPECT_GT(strlen(cryo_explanation_cause(e)), 10);
		EXPECT_GT(strlen(cryo_explanation_action(e)), 10);
	}
	EXPECT_GT(n, 40);
}

TEST(signals_change_the_mirror)
{
	const struct cryo_alarm *alarm;
	char text[CRYO_TEXT_MAX];

	ASSERT(set_up());
	EXPECT(mock_call("Set", "sss", "SN-1", "Faults", "estop"));
	EXPECT(mock_call("Set", "sss", "SN-1", "Interlock", "fault"));
	EXPECT(mock_call("Set", "sss", "SN-1", "Alarms", "fault"));
	EXPECT(wait_for(&seen.changed, 3));
	EXPECT_EQ(cryo_probe_interlock(probe()), CRYO_INTERLOCK_FAULT);
	EXPECT_STREQ(cryo_probe_faults(probe())[0], "estop");
	EXPECT(!cryo_probe_faults(probe())[1]);
	ASSERT_EQ(cryo_probe_alarm_count(probe()), 1);
	alarm = cryo_probe_alarm(probe(), 0);
	EXPECT_STREQ(cryo_alarm_code(alarm), "fault");
	EXPECT_STREQ(cryo_alarm_priority(alarm), "high");
	EXPECT_EQ(cryo_alarm_detail(alarm), 7);
	EXPECT_STREQ(cryo_alarm_detail_text(alarm, text, sizeof(text)), "sensor-io");
	EXPECT(cryo_alarm_is_present(alarm));
	EXPECT(!cryo_alarm_is_acknowledged(alarm));
	EXPECT(!cryo_probe_alarm(probe(), 1));

	EXPECT(mock_call("Set", "sss", "SN-1", "IsothermDistance", "2000"));
	EXPECT(mock_call("Set", "sss", "SN-1", "IsothermTime", "120000"));
	EXPECT(mock_call("Set", "sss", "SN-1", "Adequate", "1"));
	EXPECT_EQ(cryo_probe_holder_uid(probe()), CRYO_NOBODY);
	EXPECT(mock_call("Set", "sss", "SN-1", "Holder", "1000"));
	EXPECT(wait_for(&seen.changed, 7));
	EXPECT_EQ(cryo_probe_holder_uid(probe()), 1000);
	EXPECT_EQ(cryo_probe_isotherm_distance_um(probe()), 2000);
	EXPECT_EQ(cryo_probe_isotherm_time_ms(probe()), 120000);
	EXPECT(cryo_probe_is_adequate(probe()));

	EXPECT_EQ(cryo_probe_pause_audio(probe(), 121), -EINVAL);
	EXPECT_EQ(cryo_probe_pause_audio(probe(), 120), 0);
	EXPECT(wait_for(&seen.changed, 8));
	EXPECT_EQ(cryo_probe_audio_paused_s(probe()), 120);
	EXPECT_EQ(cryo_probe_acknowledge(probe(), "fault"), 0);
	EXPECT(wait_for(&seen.changed, 9));
	EXPECT_EQ(cryo_probe_alarm_count(probe()), 0);
	tear_down();
}

TEST(a_self_test_tells_its_steps)
{
	const struct cryo_test *test;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_test_count(probe()), 0);
	EXPECT_EQ(cryo_probe_self_test(probe()), 1);
	ASSERT_EQ(cryo_probe_test_count(probe()), 3);
	EXPECT_STREQ(cryo_test_step(cryo_probe_test(probe(), 1)), "one-shot");
	EXPECT_EQ(cryo_test_result(cryo_probe_test(probe(), 1)), CRYO_TEST_NOT_WIRED);
	EXPECT(mock_call("Set", "sss", "SN-1", "FreezeValve", "failed"));
	EXPECT_EQ(cryo_probe_self_test(probe()), 0);
	test = cryo_probe_test(probe(), 2);
	EXPECT_EQ(cryo_test_result(test), CRYO_TEST_FAILED);
	EXPECT_STREQ(cryo_test_fault(test), "test-freeze-valve");
	EXPECT_STREQ(cryo_test_detail(test), "channel tip, value 2500, limit 2000");
	EXPECT(cryo_explain(cryo_test_fault(test)));
	EXPECT(strstr(cryo_test_title(test), "holds"));
	EXPECT(!cryo_probe_test(probe(), 3));
	EXPECT(mock_call("Set", "sss", "SN-1", "FreezeValve", "not-done"));
	EXPECT_EQ(cryo_probe_self_test(probe()), 0);
	EXPECT_EQ(cryo_probe_start(probe(), "demo", NULL), 0);
	EXPECT_EQ(cryo_probe_self_test(probe()), -EBUSY);
	EXPECT_EQ(cryo_probe_self_test(NULL), -EINVAL);
	tear_down();
}

TEST(refresh_reads_what_has_no_signal)
{
	ASSERT(set_up());
	EXPECT(mock_call("Set", "sss", "SN-1", "Tip", "-45200"));
	EXPECT(mock_call("Set", "sss", "SN-1", "Flow", "730"));
	EXPECT(mock_call("Set", "sss", "SN-1", "IceRadius", "3200"));
	EXPECT(mock_call("Set", "sss", "SN-1", "IsothermRadius", "2100"));
	EXPECT(mock_call("Set", "sss", "SN-1", "Boundary", "5000"));
	EXPECT(mock_call("Set", "sss", "SN-1", "BoundaryIn", "31000"));
	EXPECT(mock_call("Set", "sss", "SN-1", "PhaseLeft", "45000"));
	EXPECT(mock_call("Set", "sss", "SN-1", "IceError", "200"));
	EXPECT(mock_call("Set", "sss", "SN-1", "IceHalfLength", "6000"));
	EXPECT(mock_call("Set", "sss", "SN-1", "IceHalfLengthError", "300"));
	EXPECT(mock_call("Set", "sss", "SN-1", "IsothermError", "400"));
	EXPECT(mock_call("Set", "sss", "SN-1", "IsothermHalfLength", "3500"));
	EXPECT(mock_call("Set", "sss", "SN-1", "IsothermHalfLengthError", "500"));
	EXPECT(mock_call("Set", "sss", "SN-1", "IsothermHeld", "61000"));
	EXPECT_EQ(cryo_probe_tip_mdegc(probe()), 35000);
	EXPECT_EQ(cryo_probe_refresh(probe()), 0);
	EXPECT_EQ(cryo_probe_tip_mdegc(probe()), -45200);
	EXPECT_EQ(cryo_probe_flow_permille(probe()), 730);
	EXPECT_EQ(cryo_probe_ice_radius_um(probe()), 3200);
	EXPECT_EQ(cryo_probe_isotherm_radius_um(probe()), 2100);
	EXPECT_EQ(cryo_probe_ice_error_um(probe()), 200);
	EXPECT_EQ(cryo_probe_ice_half_length_um(probe()), 6000);
	EXPECT_EQ(cryo_probe_ice_half_length_error_um(probe()), 300);
	EXPECT_EQ(cryo_probe_isotherm_error_um(probe()), 400);
	EXPECT_EQ(cryo_probe_isotherm_half_length_um(probe()), 3500);
	EXPECT_EQ(cryo_probe_isotherm_half_length_error_um(probe()), 500);
	EXPECT_EQ(cryo_probe_isotherm_held_ms(probe()), 61000);
	EXPECT_EQ(cryo_probe_boundary_in_ms(probe()), 31000);
	EXPECT_EQ(cryo_probe_boundary_um(probe()), 5000);
	EXPECT_EQ(cryo_probe_phase_left_ms(probe()), 45000);
	tear_down();
}

TEST(newer_words_are_unknown)
{
	ASSERT(set_up());
	EXPECT(mock_call("Set", "sss", "SN-1", "Phase", "rewarm"));
	EXPECT(wait_for(&seen.changed, 1));
	EXPECT_EQ(cryo_probe_phase(probe()), CRYO_PHASE_UNKNOWN);
	EXPECT_STREQ(cryo_phase_to_string(CRYO_PHASE_UNKNOWN), "unknown");
	EXPECT_STREQ(cryo_phase_to_string((enum cryo_phase)8), "unknown");
	EXPECT_STREQ(cryo_phase_to_string(CRYO_PHASE_SELF_TEST), "self-test");
	EXPECT_STREQ(cryo_interlock_to_string(CRYO_INTERLOCK_ARMED), "armed");
	EXPECT_STREQ(cryo_outcome_to_string(CRYO_OUTCOME_INTERRUPTED), "interrupted");
	tear_down();
}

TEST(a_treatment_from_start_to_end)
{
	uint64_t treatment = 0;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_start(probe(), "demo", &treatment), 0);
	EXPECT_EQ(treatment, 1);
	EXPECT(wait_for(&seen.changed, 1));
	EXPECT_EQ(cryo_probe_phase(probe()), CRYO_PHASE_READY);
	EXPECT_STREQ(cryo_probe_protocol(probe()), "demo");
	EXPECT_STREQ(cryo_probe_prompt(probe()), "place the needle, then confirm");
	EXPECT_EQ(cryo_probe_site(probe()), 1);
	EXPECT_EQ(cryo_probe_sites(probe()), 3);
	EXPECT_EQ(cryo_probe_cycle(probe()), 1);
	EXPECT_EQ(cryo_probe_cycles(probe()), 2);

	EXPECT_EQ(cryo_probe_advance(probe()), 0);
	EXPECT(wait_for(&seen.changed, 2));
	EXPECT_EQ(cryo_probe_target_mdegc(probe()), -70000);
	EXPECT_EQ(cryo_probe_pause(probe()), 0);
	EXPECT(wait_for(&seen.changed, 3));
	EXPECT(cryo_probe_is_paused(probe()));
	EXPECT_EQ(cryo_probe_resume(probe()), 0);
	EXPECT_EQ(cryo_probe_repeat(probe()), 0);
	EXPECT(wait_for(&seen.changed, 5));
	EXPECT_EQ(cryo_probe_cycles(probe()), 3);
	EXPECT_EQ(cryo_probe_end_phase(probe()), 0);
	EXPECT(wait_for(&seen.changed, 6));
	EXPECT_EQ(cryo_probe_phase(probe()), CRYO_PHASE_THAW);
	EXPECT_EQ(cryo_probe_end_phase(probe()), -EOPNOTSUPP);
	EXPECT_EQ(cryo_probe_repeat(probe()), -EOPNOTSUPP);
	EXPECT_EQ(cryo_probe_abort(probe()), 0);
	EXPECT(wait_for(&seen.changed, 7));
	EXPECT_EQ(cryo_probe_phase(probe()), CRYO_PHASE_WARM);
	EXPECT_EQ(cryo_probe_outcome(probe()), CRYO_OUTCOME_ABORTED);
	tear_down();
}

TEST(what_a_treatment_is_for_goes_with_its_start)
{
	struct {
		struct cryo_start start;
		uint64_t newer;
	} options = {
		.start = { .operator_name = "Dr. A", .nerve = "genicular", .end_organ_mm = 120 },
	};
	uint64_t treatment = 0;

	ASSERT(set_up());
	options.newer = 1;
	EXPECT_EQ(cryo_probe_start_with(probe(), "demo", &options.start, sizeof(options), &treatment), -E2BIG);
	options.newer = 0;
	EXPECT_EQ(cryo_probe_start_with(probe(), "demo", NULL, 0, &treatment), -EINVAL);
	EXPECT_EQ(cryo_probe_start_with(probe(), "demo", &options.start, sizeof(options), &treatment), 0);
	EXPECT_EQ(treatment, 1);
	EXPECT_EQ(cryo_probe_refresh(probe()), 0);
	EXPECT_STREQ(cryo_probe_model(probe()), "operator=Dr. A nerve=genicular end-organ-mm=120 ");
	tear_down();
}

TEST(an_older_caller_has_fewer_options)
{
	struct cryo_start options = { .operator_name = "B", .patient = "unseen" };

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_start_with(probe(), "demo", &options, sizeof(char *), NULL), 0);
	EXPECT_EQ(cryo_probe_refresh(probe()), 0);
	EXPECT_STREQ(cryo_probe_model(probe()), "operator=B ");
	tear_down();
}

TEST(refusals_have_an_errno_and_a_reason)
{
	uint64_t treatment = 77;

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_abort(probe()), -ESRCH);
	EXPECT_STREQ(cryo_ctx_error(ctx), "no treatment runs");
	EXPECT_EQ(cryo_probe_start(probe(), "nonsense", &treatment), -ENOENT);
	EXPECT_EQ(cryo_probe_acknowledge(probe(), "nonsense"), -EINVAL);
	EXPECT(mock_call("Set", "sss", "SN-1", "Tip", "-3000"));
	EXPECT_EQ(cryo_probe_start(probe(), "demo", &treatment), -EAGAIN);
	EXPECT(mock_call("Set", "sss", "SN-1", "Interlock", "fault"));
	EXPECT(mock_call("Set", "sss", "SN-1", "Faults", "estop"));
	EXPECT_EQ(cryo_probe_start(probe(), "demo", &treatment), -EIO);
	EXPECT_EQ(cryo_probe_clear_fault(probe()), -EIO);
	EXPECT_STREQ(cryo_ctx_error(ctx), "estop: still pressed");
	EXPECT(mock_call("Set", "sss", "SN-1", "Faults", "released"));
	EXPECT_EQ(cryo_probe_clear_fault(probe()), 0);
	EXPECT(mock_call("Set", "sss", "SN-1", "Phase", "cool"));
	EXPECT_EQ(cryo_probe_start(probe(), "demo", &treatment), -EBUSY);
	EXPECT_EQ(cryo_probe_advance(probe()), -EOPNOTSUPP);
	EXPECT_EQ(cryo_probe_start(probe(), NULL, &treatment), -EINVAL);
	EXPECT_EQ(treatment, 77);
	tear_down();
}

TEST(errors_that_the_mock_does_not_make)
{
	static const struct {
		const char *name;
		int error;
	} cases[] = {
		{ "io.cryo1.Error.NoSuchProbe", ENODEV },
		{ "io.cryo1.Error.BadProtocol", ERANGE },
		{ "org.freedesktop.DBus.Error.UnknownObject", ENODEV },
		{ "org.freedesktop.DBus.Error.Failed", EREMOTEIO },
		{ "org.freedesktop.DBus.Error.AccessDenied", EACCES },
		{ "org.freedesktop.DBus.Error.ServiceUnknown", EHOSTUNREACH },
		{ "org.freedesktop.DBus.Error.Spawn.ChildExited", EHOSTUNREACH },
		{ "org.freedesktop.systemd1.NoSuchUnit", EHOSTUNREACH },
		{ "com.example.Unheard", EPERM },
	};
	struct cryo_ctx local = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sd_bus_error error = SD_BUS_ERROR_MAKE_CONST(cases[i].name, "because");

		EXPECT_EQ(ctx_fail_call(&local, "Start", &error, -EPERM), -cases[i].error);
	}
	EXPECT_STREQ(cryo_ctx_error(&local), "because");
}

TEST(protocols_are_listed_and_read)
{
	CRYO_CLEANUP(cryo_protocols_free) struct cryo_protocols *protocols = NULL;
	char *text = NULL, *version = NULL;

	ASSERT(set_up());
	ASSERT_EQ(cryo_ctx_list_protocols(ctx, &protocols), 0);
	ASSERT_EQ(cryo_protocols_count(protocols), 3);
	EXPECT_STREQ(cryo_protocols_name(protocols, 0), "demo");
	EXPECT_STREQ(cryo_protocols_title(protocols, 2), "Intercostal nerve");
	EXPECT(!cryo_protocols_name(protocols, 3));
	EXPECT_EQ(cryo_ctx_read_protocol(ctx, "demo", &text), 0);
	EXPECT_STREQ(text, "[Protocol]\nTitle=Short double freeze\n");
	free(text);
	text = NULL;
	EXPECT_EQ(cryo_ctx_read_protocol(ctx, "demmo", &text), -ENOENT);
	EXPECT(!text);
	EXPECT_EQ(cryo_ctx_daemon_version(ctx, &version), 0);
	EXPECT_STREQ(version, "mock");
	free(version);
	tear_down();
}

TEST(protocols_are_validated_and_installed)
{
	static const char text[] = "[Protocol]\nTitle=Short double freeze\n";

	ASSERT(set_up());
	EXPECT_EQ(cryo_ctx_validate_protocol(ctx, text), 0);
	EXPECT_EQ(cryo_ctx_validate_protocol(ctx, "nonsense"), -ERANGE);
	EXPECT_STREQ(cryo_ctx_error(ctx), "line 1: no section");
	EXPECT_EQ(cryo_ctx_validate_protocol(ctx, NULL), -EINVAL);
	EXPECT_EQ(cryo_ctx_install_protocol(ctx, "mine", text), 0);
	EXPECT_EQ(cryo_ctx_install_protocol(ctx, "mine", "nonsense"), -ERANGE);
	EXPECT_EQ(cryo_ctx_install_protocol(ctx, "../mine", text), -EINVAL);
	EXPECT_EQ(cryo_ctx_install_protocol(ctx, NULL, text), -EINVAL);
	tear_down();
}

TEST(a_silent_daemon_is_given_up_and_can_be_asked_again)
{
	uint64_t treatment = 0;

	ASSERT(set_up());
	EXPECT_EQ(cryo_ctx_set_timeout(ctx, 0), -EINVAL);
	EXPECT_STREQ(cryo_ctx_error(ctx), "timeout of 0 ms is outside 1 to 600000 ms");
	EXPECT_EQ(cryo_ctx_set_timeout(ctx, CRYO_TIMEOUT_MAX_MS + 1), -EINVAL);
	EXPECT(mock_call("Hang", "b", true));
	EXPECT_EQ(cryo_ctx_set_timeout(ctx, 50), 0);
	EXPECT_EQ(cryo_probe_start(probe(), "demo", &treatment), -ETIMEDOUT);
	EXPECT_STREQ(cryo_ctx_error(ctx), "cryod gave no answer to Start within 50 ms");
	EXPECT(mock_call("Hang", "b", false));
	EXPECT_EQ(cryo_ctx_set_timeout(ctx, CRYO_TIMEOUT_DEFAULT_MS), 0);
	EXPECT_EQ(cryo_probe_start(probe(), "demo", &treatment), 0);
	tear_down();
}

TEST(probes_are_plugged_and_unplugged)
{
	CRYO_CLEANUP(cryo_probe_unref) struct cryo_probe *kept = NULL;

	ASSERT(set_up());
	kept = cryo_probe_ref(probe());
	EXPECT(mock_call("AddProbe", "s", "SN-0"));
	EXPECT(wait_for(&seen.added, 1));
	EXPECT_EQ(cryo_ctx_probe_count(ctx), 2);
	EXPECT_STREQ(cryo_probe_serial(cryo_ctx_probe(ctx, 0)), "SN-0");
	EXPECT(cryo_ctx_probe(ctx, 1) == kept);

	EXPECT(mock_call("RemoveProbe", "s", "SN-1"));
	EXPECT(wait_for(&seen.removed, 1));
	EXPECT_EQ(cryo_ctx_probe_count(ctx), 1);
	EXPECT(!cryo_probe_is_present(kept));
	EXPECT_STREQ(cryo_probe_serial(kept), "SN-1");
	EXPECT_EQ(cryo_probe_abort(kept), -ENODEV);
	EXPECT_EQ(cryo_probe_refresh(kept), -ENODEV);
	tear_down();
}

TEST(a_probe_outlives_its_context)
{
	CRYO_CLEANUP(cryo_probe_unref) struct cryo_probe *kept = NULL;

	ASSERT(set_up());
	kept = cryo_probe_ref(probe());
	tear_down();
	EXPECT(!cryo_probe_is_present(kept));
	EXPECT_EQ(cryo_probe_gauge(kept), 18);
	EXPECT_EQ(cryo_probe_pause(kept), -ENODEV);
}

/* Signals that sd-bus has read during a blocking call must still wake the caller's loop. */
TEST(the_descriptor_wakes_for_what_a_call_has_read)
{
	struct pollfd fd = { .events = POLLIN };

	ASSERT(set_up());
	EXPECT_EQ(cryo_probe_start(probe(), "demo", NULL), 0);
	fd.fd = cryo_ctx_fd(ctx);
	EXPECT_EQ(poll(&fd, 1, WAIT_MS), 1);
	EXPECT_EQ(cryo_ctx_dispatch(ctx), 1);
	EXPECT_EQ(seen.changed, 1);
	EXPECT_EQ(cryo_ctx_dispatch(ctx), 0);
	EXPECT_EQ(poll(&fd, 1, 0), 0);
	tear_down();
}

static void call_from_handler(struct cryo_ctx *from, enum cryo_event event,
			      struct cryo_probe *changed, void *userdata)
{
	int *results = userdata;

	if (event != CRYO_EVENT_PROBE_CHANGED)
		return;
	results[0] = cryo_probe_refresh(changed);
	results[1] = cryo_ctx_dispatch(from);
	cryo_ctx_unref(from);
}

TEST(a_handler_may_call_and_drop_the_context)
{
	int results[2] = { 1, 1 };

	ASSERT(set_up());
	cryo_ctx_set_handler(ctx, call_from_handler, results);
	EXPECT_EQ(cryo_probe_start(probe(), "demo", NULL), 0);
	EXPECT_EQ(cryo_ctx_dispatch(ctx), 1);
	ctx = NULL;
	EXPECT_EQ(results[0], 0);
	EXPECT_EQ(results[1], -EBUSY);
	tear_down();
}

TEST(a_record_is_exported)
{
	char text[256] = "";
	int fds[2];

	ASSERT(set_up());
	ASSERT_EQ(pipe2(fds, O_CLOEXEC), 0);
	EXPECT_EQ(cryo_probe_export(probe(), 77, fds[1]), -ESRCH);
	EXPECT_EQ(cryo_probe_export(probe(), 1, fds[1]), 0);
	EXPECT_GT(read(fds[0], text, sizeof(text) - 1), 0);
	EXPECT_STREQ(text, "time_s,tip_degc\n0.0000,37.000\n0.0200,36.900\n");
	EXPECT_EQ(cryo_probe_export(probe(), 1, -1), -EINVAL);
	close(fds[0]);
	close(fds[1]);
	tear_down();
}

TEST(an_export_gives_up_on_a_receiver_that_stands_still)
{
	static char filling[1 << 16];
	int fds[2];

	ASSERT(set_up());
	ASSERT_EQ(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	while (write(fds[1], filling, sizeof(filling)) > 0)
		;
	EXPECT_EQ(cryo_probe_start(probe(), "demo", NULL), 0);
	EXPECT_EQ(cryo_ctx_set_timeout(ctx, 500), 0);
	EXPECT_EQ(cryo_probe_export(probe(), 1, fds[1]), -ETIMEDOUT);
	EXPECT_STREQ(cryo_ctx_error(ctx), "the receiver of the record stood still for 500 ms");
	close(fds[0]);
	close(fds[1]);
	tear_down();
}

TEST(a_lost_bus_is_said)
{
	int r = 0;

	ASSERT(set_up());
	bus_kill();
	for (int i = 0; r >= 0 && i < 3; i++)
		r = cryo_ctx_wait(ctx, WAIT_MS);
	EXPECT_EQ(r, -ENOTCONN);
	EXPECT_EQ(cryo_ctx_dispatch(ctx), -ENOTCONN);
	EXPECT_EQ(cryo_probe_abort(probe()), -ENOTCONN);
	EXPECT_STREQ(cryo_ctx_error(ctx), "the bus connection was lost");
	tear_down();
}

TEST(null_is_accepted_where_it_is_said)
{
	EXPECT(!cryo_ctx_unref(NULL));
	EXPECT(!cryo_probe_unref(NULL));
	EXPECT(!cryo_protocols_free(NULL));
	EXPECT(!cryo_stream_free(NULL));
	EXPECT_EQ(cryo_ctx_dispatch(NULL), -EINVAL);
	EXPECT_EQ(cryo_probe_start(NULL, "demo", NULL), -EINVAL);
}

TEST_MAIN()
