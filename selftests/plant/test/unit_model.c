// SPDX-License-Identifier: GPL-2.0-or-later
/* Small cases of grid, tissue and solver, cheap enough for the sanitizers. */
#include "selftests/unit/test.h"

#include <math.h>
#include <string.h>

#include "selftests/plant/bioheat.h"
#include "selftests/plant/grid.h"
#include "selftests/plant/iceball.h"

TEST(grid_ends_where_asked_and_grows)
{
	static struct grid g;

	grid_begin(&g, -1);
	grid_append_shrinking(&g, 1, 0.01, 1.2);
	grid_append_both(&g, 0.5, 0.01, 1.2);
	grid_append_growing(&g, 2, 0.01, 1.2);
	EXPECT_NEAR(g.edge[0], -1, 0);
	EXPECT_NEAR(g.edge[g.n_edges - 1], 2.5, 1e-12);
	for (size_t i = 1; i < g.n_edges; i++)
		EXPECT_GT(g.edge[i], g.edge[i - 1]);
	for (size_t i = 2; i < g.n_edges; i++) {
		double ratio = (g.edge[i] - g.edge[i - 1]) / (g.edge[i - 1] - g.edge[i - 2]);

		EXPECT(ratio > 1 / 1.35 && ratio < 1.35);
	}
	EXPECT(!grid_full(&g));
}

TEST(grid_that_is_too_fine_is_full)
{
	static struct grid g;

	grid_begin(&g, 0);
	grid_append_growing(&g, 1, 1e-6, 1);
	EXPECT(grid_full(&g));
}

TEST(tissue_curves_invert)
{
	const struct tissue *t;

	for (size_t i = 0; (t = tissue_at(i)); i++) {
		EXPECT(tissue_find(t->name) == t);
		for (double degc = -195.3; degc < 60; degc += 0.7) {
			EXPECT_NEAR(tissue_degc(t, tissue_enthalpy(t, degc)), degc, 1e-9);
			EXPECT_NEAR(tissue_degc_of_theta(t, tissue_theta(t, degc)), degc, 1e-9);
		}
	}
	EXPECT(tissue_find("granite") == NULL);
}

TEST(tissue_latent_heat_is_in_the_enthalpy)
{
	const struct tissue *t;

	for (size_t i = 0; (t = tissue_at(i)); i++) {
		double end = t->freeze_end_degc - 10, start = t->freeze_start_degc + 10;
		double sensible = 10 * (t->c_frozen + t->c_unfrozen) +
				  tissue_c_freezing(t) *
				  (t->freeze_start_degc - t->freeze_end_degc);

		EXPECT_NEAR(tissue_enthalpy(t, start) - tissue_enthalpy(t, end),
			    sensible + t->latent, 1e-3);
	}
}

static const struct bioheat_drive freeze = {
	.boiling_degc = -85, .boiling_w_k = 0.5, .cooling_max_w = 8,
};

static struct bioheat_config coarse(void)
{
	return (struct bioheat_config){
		.shape = BIOHEAT_NEEDLE, .wall = BIOHEAT_WALL_TIP,
		.tissue = *tissue_find("muscle"), .radius_m = 0.6e-3, .active_m = 7e-3,
		.cell_m = 0.4e-3, .growth = 1.3, .reach_m = 0.02, .initial_degc = 37,
		.tip_capacity_j_k = 0.03, .contact_m2k_w = 1e-5,
	};
}

TEST(configuration_without_a_grid_is_refused)
{
	struct bioheat_config c = coarse();

	c.cell_m = 0;
	EXPECT(bioheat_new(&c) == NULL);
	c = coarse();
	c.cell_m = 1e-9;
	c.growth = 1;
	EXPECT(bioheat_new(&c) == NULL);
	c = coarse();
	c.radius_m = 0;
	EXPECT(bioheat_new(&c) == NULL);
}

TEST(without_cooling_nothing_cools)
{
	struct bioheat_config c = coarse();
	struct bioheat_drive idle = { 0 };
	struct bioheat *b;

	c.tissue.metabolic = 0;
	b = bioheat_new(&c);
	ASSERT(b != NULL);
	for (int i = 0; i < 100; i++)
		bioheat_step(b, 0.1, &idle);
	EXPECT_NEAR(bioheat_tip_degc(b), 37, 1e-9);
	EXPECT_NEAR(bioheat_degc_at(b, 3e-3, 3e-3), 37, 1e-9);
	EXPECT_NEAR(bioheat_ice_volume(b), 0, 0);
	EXPECT_NEAR(iceball_measure(b, -1).radius_m, 0, 0);
	bioheat_free(b);
}

static double freeze_then_reset(struct bioheat *b)
{
	double tip_degc;

	for (int i = 0; i < 200; i++)
		bioheat_step(b, 0.1, &freeze);
	tip_degc = bioheat_tip_degc(b);
	EXPECT_LT(tip_degc, -40);
	EXPECT_GT(iceball_measure(b, -1).radius_m, 1e-3);
	EXPECT_GT(bioheat_ice_volume(b), 0);
	bioheat_reset(b);
	EXPECT_NEAR(bioheat_tip_degc(b), 37, 0);
	EXPECT_NEAR(bioheat_ice_volume(b), 0, 0);
	return tip_degc;
}

TEST(same_input_same_output)
{
	struct bioheat_config c = coarse();
	struct bioheat *b = bioheat_new(&c);
	double first;

	ASSERT(b != NULL);
	first = freeze_then_reset(b);
	EXPECT_NEAR(freeze_then_reset(b), first, 0);
	bioheat_free(b);
}

TEST(contact_resistance_keeps_tissue_warmer)
{
	struct bioheat_drive cold = { .wall_degc = -80 };
	double radius[2];

	for (int i = 0; i < 2; i++) {
		struct bioheat_config c = coarse();
		struct bioheat *b;

		c.wall = BIOHEAT_WALL_TEMPERATURE;
		c.contact_m2k_w = i * 2e-4;
		b = bioheat_new(&c);
		ASSERT(b != NULL);
		for (int n = 0; n < 200; n++)
			bioheat_step(b, 0.1, &cold);
		radius[i] = iceball_measure(b, -1).radius_m;
		bioheat_free(b);
	}
	EXPECT_LT(radius[1], radius[0]);
}

/* Blood gives heat to the tissue that has been cooled; all of it is in the tissue or in the tip. */
TEST(a_vessel_holds_the_ice_back)
{
	double radius[2];

	for (int i = 0; i < 2; i++) {
		struct bioheat_config c = coarse();
		struct bioheat *b;
		double before_j, given_j = 0;

		if (i)
			c.vessel = (struct vessel){ 2.5e-3, 4e-3, 50 };
		b = bioheat_new(&c);
		ASSERT(b != NULL);
		before_j = bioheat_tissue_heat_j(b);
		for (int n = 0; n < 6000; n++) {
			given_j += 0.01 * bioheat_source_w(b);
			bioheat_step(b, 0.01, &freeze);
		}
		EXPECT_NEAR(bioheat_tissue_heat_j(b) - before_j, given_j - bioheat_wall_heat_j(b),
			    2e-3 * bioheat_wall_heat_j(b));
		radius[i] = iceball_measure(b, -1).radius_m;
		bioheat_free(b);
	}
	EXPECT_LT(radius[1], 0.95 * radius[0]);
}

TEST(a_long_step_is_divided)
{
	struct bioheat_config c = coarse();
	struct bioheat *one = bioheat_new(&c), *many = bioheat_new(&c);

	ASSERT(one != NULL && many != NULL);
	bioheat_step(one, 30, &freeze);
	for (int i = 0; i < 3000; i++)
		bioheat_step(many, 0.01, &freeze);
	EXPECT_NEAR(bioheat_tip_degc(one), bioheat_tip_degc(many), 1.0);
	bioheat_free(one);
	bioheat_free(many);
}

TEST_MAIN()
