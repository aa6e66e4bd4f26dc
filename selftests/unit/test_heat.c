// SPDX-License-Identifier: GPL-2.0-or-later
/* The account of heating: rest takes back what it lasts, and one hot reading is noise. */
#include "kernel/interlock/heat.h"
#include "selftests/unit/test.h"

#define LIMIT_MDEGC 43000

TEST(rest_takes_back_as_much_and_no_more)
{
	struct cryo_heat heat = { .counted_ns = 100 };

	cryo_heat_count(&heat, true, 150);
	EXPECT_EQ(heat.heated_ns, 50);
	cryo_heat_count(&heat, false, 170);
	EXPECT_EQ(heat.heated_ns, 30);
	cryo_heat_count(&heat, false, 1000);
	EXPECT_EQ(heat.heated_ns, 0);
	cryo_heat_count(&heat, true, 1001);
	EXPECT_EQ(heat.heated_ns, 1);
}

TEST(hot_readings_count_in_a_row_while_heating)
{
	static const struct { bool heating; s32 mdegc; u8 hot; } looks[] = {
		{ true, LIMIT_MDEGC, 0 }, { true, LIMIT_MDEGC + 1, 1 }, { true, LIMIT_MDEGC, 0 },
		{ true, LIMIT_MDEGC + 1, 1 }, { true, LIMIT_MDEGC + 1, 2 },
		{ true, LIMIT_MDEGC + 1, 2 }, { false, LIMIT_MDEGC + 1, 0 },
	};
	struct cryo_heat heat = {};

	for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
		cryo_heat_look(&heat, looks[i].heating, looks[i].mdegc, LIMIT_MDEGC);
		EXPECT_EQ(heat.hot, looks[i].hot);
	}
}

TEST_MAIN()
