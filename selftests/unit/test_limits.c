// SPDX-License-Identifier: GPL-2.0-or-later
/* The controller's limits: what the firmware allows, to the last thousandth. */
#include "kernel/interlock/interlock.h"
#include "selftests/unit/test.h"

#define TIP 0
#define PRESSURE 2

static const struct cryo_interlock_config config = {
	.caps = {
		.validity_min_ms = 20, .validity_max_ms = 1000, .tip_floor_mdegc = -90000,
		.freeze_max_ms = 60000, .total_max_ms = 120000, .total_window_ms = 640000,
		.idle_max_ms = 300000, .heat_max_ms = 10000, .heat_max_mdegc = 43000,
	},
	.channels = 3, .ranged = BIT(TIP) | BIT(PRESSURE),
	.allowed[TIP] = { -80000, 60000 }, .allowed[PRESSURE] = { 2500, 6900 },
};

static struct cryo_interlock sampled_at(u32 period_us)
{
	struct cryo_interlock il;

	cryo_interlock_init(&il, &config, 0);
	cryo_interlock_start_sampling(&il, period_us, 0);
	return il;
}

TEST(validity_is_three_whole_periods_or_what_the_firmware_says)
{
	static const struct { u32 period_us, validity_ms; } cases[] = {
		{ 20000, 60 }, { 20001, 61 }, { 20667, 63 }, { 6666, 20 }, { 6667, 21 }, { 1000, 20 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cryo_interlock il = sampled_at(cases[i].period_us);

		EXPECT_EQ(cryo_interlock_validity_min_ms(&il), cases[i].validity_ms);
	}
}

#define LIMITS(validity, floor, freeze, total, idle, ...) {			\
	.validity_ms = validity, .tip_floor_mdegc = floor,			\
	.freeze_max_ms = freeze, .total_max_ms = total, .idle_max_ms = idle,	\
	__VA_ARGS__								\
}

TEST(limits_have_to_be_within_the_caps)
{
	static const struct {
		const char *name;
		struct cryoprobe_limits limits;
		int result;
	} cases[] = {
		{ "widest", LIMITS(1000, -90000, 60000, 120000, 300000), 0 },
		{ "narrowest", LIMITS(60, 0, 1, 1, 1), 0 },
		{ "validity too short", LIMITS(59, -80000, 30000, 90000, 200000), -ERANGE },
		{ "validity too long", LIMITS(1001, -80000, 30000, 90000, 200000), -ERANGE },
		{ "floor too low", LIMITS(200, -90001, 30000, 90000, 200000), -ERANGE },
		{ "no freeze", LIMITS(200, -80000, 0, 90000, 200000), -ERANGE },
		{ "freeze too long", LIMITS(200, -80000, 60001, 90000, 200000), -ERANGE },
		{ "no total", LIMITS(200, -80000, 30000, 0, 200000), -ERANGE },
		{ "total too long", LIMITS(200, -80000, 30000, 120001, 200000), -ERANGE },
		{ "no idle", LIMITS(200, -80000, 30000, 90000, 0), -ERANGE },
		{ "idle too long", LIMITS(200, -80000, 30000, 90000, 300001), -ERANGE },
		{ "unknown channel", LIMITS(200, -80000, 30000, 90000, 200000, .channel_mask = BIT(3)), -EINVAL },
		{ "heat longer", LIMITS(200, -80000, 30000, 90000, 200000, .heat_max_ms = 10001), -ERANGE },
		{ "heat hotter", LIMITS(200, -80000, 30000, 90000, 200000, .heat_max_ms = 10000,
					.heat_max_mdegc = 43001), -ERANGE },
		{ "heat", LIMITS(200, -80000, 30000, 90000, 200000, .heat_max_ms = 10000,
				 .heat_max_mdegc = 43000), 0 },
		{ "no heat", LIMITS(200, -80000, 30000, 90000, 200000, .heat_max_mdegc = 99999), 0 },
		{ "pressure as allowed", LIMITS(200, -80000, 30000, 90000, 200000, .channel_mask = BIT(PRESSURE),
						.channel[PRESSURE] = { 2500, 6900 }), 0 },
		{ "pressure lower", LIMITS(200, -80000, 30000, 90000, 200000, .channel_mask = BIT(PRESSURE),
					   .channel[PRESSURE] = { 2499, 6900 }), -ERANGE },
		{ "pressure higher", LIMITS(200, -80000, 30000, 90000, 200000, .channel_mask = BIT(PRESSURE),
					    .channel[PRESSURE] = { 2500, 6901 }), -ERANGE },
		{ "tip as allowed", LIMITS(200, -80000, 30000, 90000, 200000, .channel_mask = BIT(TIP),
					   .channel[TIP] = { -80000, 60000 }), 0 },
		{ "tip lower", LIMITS(200, -80000, 30000, 90000, 200000, .channel_mask = BIT(TIP),
				      .channel[TIP] = { -80001, 60000 }), -ERANGE },
		{ "empty range", LIMITS(200, -80000, 30000, 90000, 200000, .channel[1].min = 1), -EINVAL },
		{ "empty range of the tip", LIMITS(200, -80000, 30000, 90000, 200000,
						   .channel[TIP].min = 1), -EINVAL },
		{ "range of no channel", LIMITS(200, -80000, 30000, 90000, 200000,
						.channel[3].min = 1), 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cryo_interlock il = sampled_at(20000);
		int result = cryo_interlock_set_limits(&il, &cases[i].limits);

		EXPECT_EQ(result, cases[i].result);
		if (result != cases[i].result)
			DIAG("case: %s", cases[i].name);
	}
}

TEST(new_limits_begin_their_own_history)
{
	static const struct cryoprobe_limits limits = LIMITS(200, -80000, 30000, 90000, 200000);
	struct cryo_interlock il = sampled_at(20000);

	il.outside[PRESSURE] = 1;
	il.below_floor = 1;
	EXPECT_EQ(cryo_interlock_set_limits(&il, &limits), 0);
	EXPECT_EQ(il.outside[PRESSURE], 0);
	EXPECT_EQ(il.below_floor, 0);
}

TEST_MAIN()
