// SPDX-License-Identifier: GPL-2.0-or-later
/* The solver against steady states in perfused tissue: Pennes' profiles, and the ice ball's end. */
#include "selftests/unit/test.h"

#include <math.h>

#include "selftests/plant/iceball.h"
#include "selftests/plant/test/exact.h"

/* The parameter sets' own perfusion and metabolism, which the freezing solutions leave out. */
#define SET_PERFUSION 1800
#define SET_METABOLIC 4200

static void check_pennes(enum bioheat_shape shape, const char *column)
{
	struct bioheat_config config = {
		.shape = shape, .wall = BIOHEAT_WALL_TEMPERATURE, .tissue = *tissue_find("tissue"),
		.radius_m = 1e-3, .cell_m = 1e-4, .growth = 1.05, .reach_m = 0.029,
		.outer_fixed = true, .initial_degc = 37,
	};
	struct bioheat_drive drive = { .wall_degc = 0 };
	struct bioheat *b;
	static struct csv c;
	double worst = 0;

	config.tissue.perfusion = SET_PERFUSION;
	config.tissue.metabolic = SET_METABOLIC;
	b = bioheat_new(&config);
	ASSERT(b != NULL && csv_open(&c, "freezing/pennes_steady.csv"));
	exact_run(b, 20000, 1, &drive);
	while (csv_next(&c)) {
		double r = csv_number(&c, "r_m");

		if (csv_number(&c, "a_m") != config.radius_m || r <= config.radius_m || r >= 0.03)
			continue;
		worst = fmax(worst, fabs(bioheat_degc_at(b, r, 0.5) - csv_number(&c, column)));
	}
	DIAG("steady Pennes, %s: worst %.3g degC", column, worst);
	EXPECT_GT(worst, 0);
	EXPECT_LT(worst, 0.05);
	csv_close(&c);
	bioheat_free(b);
}

TEST(steady_pennes_cylinder)
{
	check_pennes(BIOHEAT_CYLINDER, "cylinder_b0.03_T37");
}

TEST(steady_pennes_sphere)
{
	check_pennes(BIOHEAT_SPHERE, "sphere_b0.03_T37");
}

/*
 * After so long the front moves no more. Its place is interpolated: a freezing cell's share says
 * nothing then.
 */
static void check_steady_sphere(const struct csv *c, struct tally *radii)
{
	struct bioheat_config config = {
		.shape = BIOHEAT_SPHERE, .wall = BIOHEAT_WALL_TEMPERATURE,
		.tissue = *tissue_find("tissue-sharp"),
		.radius_m = csv_number(c, "probe_radius_m"), .cell_m = 1e-4, .growth = 1.03,
		.reach_m = 0.15, .outer_fixed = true,
		.initial_degc = 37 + SET_METABOLIC / (double)SET_PERFUSION,
	};
	struct bioheat_drive drive = { .wall_degc = csv_number(c, "T_probe_C") };
	struct bioheat *b;

	config.tissue.perfusion = SET_PERFUSION;
	config.tissue.metabolic = SET_METABOLIC;
	b = bioheat_new(&config);
	ASSERT(b != NULL);
	exact_run(b, 20000, 2, &drive);
	tally_add(radii, exact_share_off(iceball_measure(b, -1).radius_m,
					 csv_number(c, "R_sphere_m")));
	bioheat_free(b);
}

TEST(steady_ice_ball)
{
	struct tally radii = { 0 };
	static struct csv c;

	ASSERT(csv_open(&c, "freezing/steady_iceball.csv"));
	while (csv_next(&c))
		if (csv_number(&c, "T_probe_C") == -60 || csv_number(&c, "T_probe_C") == -180)
			check_steady_sphere(&c, &radii);
	csv_close(&c);
	tally_print(&radii, "steady ice ball, radius", 100, "%");
	EXPECT_GE(radii.cases, 8);
	EXPECT_LT(radii.worst, 0.005);
}
