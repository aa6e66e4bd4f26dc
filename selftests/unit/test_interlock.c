// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The interlock: every rule, every verdict, every fault.
 */
#include "kernel/interlock.h"
#include "selftests/unit/test.h"

#define MS CRYO_NS_PER_MS

TEST(starts_in_fault)
{
	struct cryo_interlock_config config = { .caps = { .total_window_ms = 1000 }, .channels = 1 };
	struct cryo_interlock il;

	cryo_interlock_init(&il, &config, 0);
	EXPECT_EQ(cryo_interlock_state(&il), CRYOPROBE_STATE_FAULT);
	EXPECT_EQ(cryo_interlock_permit(&il, 0), 0);
}

TEST_MAIN()
