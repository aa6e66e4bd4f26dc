// SPDX-License-Identifier: GPL-2.0-or-later
/* What operators do with a treatment over the bus beside steering it: alarms, and whose it is. */
#include "selftests/cryod/bus-bench.h"

static uint32_t audio_paused(void)
{
	uint32_t seconds = 0;

	EXPECT(sd_bus_get_property_trivial(client, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, "AudioPaused",
					   NULL, 'u', &seconds) >= 0);
	return seconds;
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
