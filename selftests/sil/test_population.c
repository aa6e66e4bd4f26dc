// SPDX-License-Identifier: GPL-2.0-or-later
/* A few patients of the tuning set: the same in any company, and all of them safe. */
#include "selftests/unit/test.h"

#include <string.h>

#include "selftests/sil/population.h"

#define PATIENTS	24
#define COMPANY		4

static void draw(struct subject *subject, size_t n)
{
	memset(subject, 0, n * sizeof(*subject));
	for (size_t i = 0; i < n; i++)
		traits_draw(&subject[i].traits, SEED_TUNING + i);
}

TEST(company_changes_nothing)
{
	static struct subject alone[COMPANY], together[COMPANY];

	draw(alone, COMPANY);
	draw(together, COMPANY);
	ASSERT_EQ(population_treat(alone, COMPANY, 1, 1, false), 0);
	ASSERT_EQ(population_treat(together, COMPANY, 1, 3, false), 0);
	for (int i = 0; i < COMPANY; i++)
		EXPECT(!memcmp(&alone[i].course[LAW_CORE].cycle, &together[i].course[LAW_CORE].cycle,
			       sizeof(alone[i].course[LAW_CORE].cycle)));
}

TEST(everybody_is_safe)
{
	static struct subject subject[PATIENTS];

	draw(subject, PATIENTS);
	ASSERT_EQ(population_treat(subject, PATIENTS, 0, 2, false), 0);
	for (int i = 0; i < PATIENTS; i++) {
		const struct course *c = &subject[i].course[LAW_CORE];

		DIAG("seed %llu: lowest tip %.1f degC above the floor, withdrawn at %.1f degC or above",
		     (unsigned long long)subject[i].traits.seed, c->floor_margin_degc,
		     c->withdraw_tip_degc);
		EXPECT_GE(c->floor_margin_degc, 0.0);
		EXPECT(!c->flow_at_end);
		EXPECT_GT(c->withdraw_tip_degc, 0.0);
	}
}

TEST_MAIN()
