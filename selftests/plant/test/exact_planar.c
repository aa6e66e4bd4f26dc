// SPDX-License-Identifier: GPL-2.0-or-later
/* The solver against planar freezing: Neumann's front, and the one with a freezing interval. */
#include "selftests/unit/test.h"

#include <math.h>

#include "selftests/plant/iceball.h"
#include "selftests/plant/test/exact.h"

#define FRONT_BAR 0.005
#define FIELD_BAR_DEGC 0.5

static double cell_m;

static struct bioheat *solve(const struct csv *c, const struct tissue *t)
{
	struct bioheat_config config = {
		.shape = BIOHEAT_PLANAR, .wall = BIOHEAT_WALL_TEMPERATURE, .tissue = *t,
		.cell_m = cell_m, .growth = 1, .reach_m = 0.05,
		.initial_degc = csv_number(c, "Ti_C"),
	};
	struct bioheat_drive drive = { .wall_degc = csv_number(c, "T0_C") };
	struct bioheat *b = bioheat_new(&config);

	if (b)
		exact_run(b, csv_number(c, "t_s"), 0.2, &drive);
	return b;
}

/* The front is the volume of ice per area. */
static struct bioheat *solve_sharp(struct exact_case *c)
{
	struct bioheat *b = solve(c->row, exact_sharp_set(csv_text(c->row, "set")));

	if (b)
		tally_add(c->fronts, exact_share_off(bioheat_ice_volume(b),
						     csv_number(c->row, "front_m")));
	return b;
}

static struct bioheat *solve_interval(struct exact_case *c)
{
	const struct tissue *t = tissue_find("tissue");
	struct bioheat *b = solve(c->row, t);
	struct iceball onset, end;

	if (!b)
		return NULL;
	onset = iceball_measure(b, t->freeze_start_degc);
	end = iceball_measure(b, t->freeze_end_degc);
	tally_add(c->fronts, exact_share_off(onset.radius_m, csv_number(c->row, "x_Tl_m")));
	tally_add(c->fronts, exact_share_off(end.radius_m, csv_number(c->row, "x_Ts_m")));
	return b;
}

TEST(planar_sharp_front_and_field)
{
	struct tally fronts = { 0 }, field = { 0 };

	cell_m = 0.1e-3;
	exact_each_case("freezing/planar_two_phase.csv", "front_m", "x_m", 60, solve_sharp,
			&fronts, &field);
	tally_print(&fronts, "planar, sharp, front at 60 s", 100, "%");
	tally_print(&field, "planar, sharp, field at 60 s", 1, "degC");
	EXPECT_EQ(fronts.cases, 20);
	EXPECT_GE(field.cases, 5 * 20);
	EXPECT_LT(fronts.worst, FRONT_BAR);
	EXPECT_LT(field.worst, FIELD_BAR_DEGC);
}

TEST(planar_interval_fronts_and_field)
{
	struct tally fronts = { 0 }, field = { 0 };

	cell_m = 0.1e-3;
	exact_each_case("freezing/planar_interval.csv", "x_Tl_m", "x_m", 60, solve_interval,
			&fronts, &field);
	tally_print(&fronts, "planar, interval, both fronts at 60 s", 100, "%");
	tally_print(&field, "planar, interval, field at 60 s", 1, "degC");
	EXPECT_EQ(fronts.cases, 16);
	EXPECT_GE(field.cases, 5 * 8);
	EXPECT_LT(fronts.worst, FRONT_BAR);
	EXPECT_LT(field.worst, FIELD_BAR_DEGC);
}

static void check_order(const char *path, const char *front, const char *what,
			struct bioheat *(*solve_case)(struct exact_case *c))
{
	double error[3];

	for (int i = 0; i < 3; i++) {
		struct tally fronts = { 0 };

		cell_m = 0.4e-3 / (1 << i);
		exact_each_case(path, front, "x_m", 60, solve_case, &fronts, NULL);
		error[i] = fronts.sum / fronts.cases;
	}
	DIAG("%s, cells of 0.4, 0.2, 0.1 mm: front off by %.3f, %.3f, %.3f %%: order %.2f, %.2f",
	     what, 100 * error[0], 100 * error[1], 100 * error[2], log2(error[0] / error[1]),
	     log2(error[1] / error[2]));
	EXPECT_GT(log2(error[0] / error[2]) / 2, 1.0);
}

TEST(planar_fronts_converge)
{
	check_order("freezing/planar_two_phase.csv", "front_m", "planar, sharp", solve_sharp);
	check_order("freezing/planar_interval.csv", "x_Tl_m", "planar, interval", solve_interval);
}
