// SPDX-License-Identifier: GPL-2.0-or-later
/* What cryod makes of who a probe says it is: uses left, and probes that are not to be used. */
#include "selftests/cryod/bus-bench.h"

#define UNKNOWN_PROBE	"/io/cryo1/probe/no_2did_2dcryoprobe0"

static uint32_t uses_left(void)
{
	uint32_t uses = 0;

	EXPECT(sd_bus_get_property_trivial(client, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, "UsesLeft", NULL, 'u', &uses) >= 0);
	return uses;
}

TEST(uses_are_not_limited_or_counted_by_the_kernel)
{
	BEGIN();
	EXPECT_EQ(uses_left(), UINT32_MAX);
	EXPECT(is_text("Model", "Fake 18"));
	EXPECT(is_text("ModelName", ""));
	stop_daemon();
	fake.identity.uses_left = 3;
	start_daemon();
	ASSERT(wait_for("Phase", "idle"));
	EXPECT_EQ(uses_left(), 3);
	EXPECT_EQ(start_treatment(), 1);
	ASSERT(wait_for("Phase", "ready"));
	EXPECT_EQ(uses_left(), 2);
	tear_down();
}

TEST(used_up_probe_is_refused_with_its_reason)
{
	_cleanup_(sd_bus_error_free) sd_bus_error error = SD_BUS_ERROR_NULL;

	BEGIN();
	stop_daemon();
	fake.identity.uses_left = 0;
	fake_kernel_latch(&fake, CRYOPROBE_FAULT_BOUND);
	fake_kernel_latch(&fake, CRYOPROBE_FAULT_USED_UP);
	start_daemon();
	ASSERT(wait_for("Phase", "idle"));
	EXPECT_LT(sd_bus_call_method(client, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, "Start", &error, NULL, "sa{sv}",
				     "test", 0), 0);
	EXPECT(sd_bus_error_has_name(&error, "io.cryo1.Error.Fault"));
	EXPECT_STREQ(error.message, "The probe has no uses left");
	EXPECT(is_text("Phase", "idle"));
	EXPECT(is_text("Outcome", "none"));
	tear_down();
}

TEST(probe_that_cannot_tell_who_it_is_has_a_name_all_the_same)
{
	_cleanup_free_ char *serial = NULL, *cryogen = NULL;

	BEGIN();
	stop_daemon();
	fake.identity = (struct cryoprobe_identity){ 0 };
	fake_kernel_latch(&fake, CRYOPROBE_FAULT_IDENTITY);
	start_daemon();
	for (int64_t until = now_ns() + 10 * NSEC_PER_SEC; !serial && now_ns() < until;)
		sd_bus_get_property_string(client, BUS_NAME, UNKNOWN_PROBE, BUS_PROBE_INTERFACE, "Serial", NULL,
					   &serial);
	ASSERT(serial);
	EXPECT_STREQ(serial, "no-id-cryoprobe0");
	/* What all probes are below is none. */
	EXPECT_LT(sd_bus_get_property_string(client, BUS_NAME, BUS_PROBE_PATH, BUS_PROBE_INTERFACE, "Cryogen", NULL,
					     &cryogen), 0);
	sd_bus_get_property_string(client, BUS_NAME, UNKNOWN_PROBE, BUS_PROBE_INTERFACE, "Cryogen", NULL, &cryogen);
	ASSERT(cryogen);
	EXPECT_STREQ(cryogen, "unknown");
	EXPECT_LT(sd_bus_call_method(client, BUS_NAME, UNKNOWN_PROBE, BUS_PROBE_INTERFACE, "Start", NULL, NULL,
				     "sa{sv}", "test", 0), 0);
	tear_down();
}
