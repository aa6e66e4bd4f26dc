// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The needle's two-dimensional solution: against an independent solver, its order by gauge, its balance
 * of energy.
 */
#include "selftests/unit/test.h"

#include <math.h>

#include "selftests/plant/bioheat.h"
#include "selftests/plant/iceball.h"
#include "selftests/plant/test/csv.h"

static struct bioheat_config needle(double od_mm, const char *tissue)
{
	return (struct bioheat_config){
		.shape = BIOHEAT_NEEDLE, .wall = BIOHEAT_WALL_TEMPERATURE,
		.tissue = *tissue_find(tissue), .radius_m = od_mm / 2000, .active_m = 7e-3,
		.cell_m = 0.15e-3, .growth = 1.08, .reach_m = 0.03, .initial_degc = 37,
		.tip_capacity_j_k = 0.03,
	};
}

static void run_to(struct bioheat *b, double *now_s, double end_s, const struct bioheat_drive *d)
{
	for (; *now_s < end_s - 1e-9; *now_s += 0.05)
		bioheat_step(b, 0.05, d);
}

/*
 * The reference's lengths fit a needle that goes on as a shaft at both ends: compare the shaft's
 * side.
 */
static double length_as_in_reference_mm(const struct iceball *ball)
{
	return 7 + 2 * (1000 * ball->along_m - 7);
}

static void expect_share(const char *what, double is, double reference, double share)
{
	if (isnan(reference))
		return;
	DIAG("%s: %.2f mm, reference %.1f mm, %+.1f %%", what, is, reference,
	     100 * (is / reference - 1));
	EXPECT_NEAR(is / reference, 1, share);
}

static void check_row(struct bioheat *b, const struct csv *c)
{
	struct iceball edge = iceball_measure(b, -1), m20 = iceball_measure(b, -20);

	DIAG("%s, %s s", csv_text(c, "probe"), csv_text(c, "t_s"));
	expect_share("ice width", 2000 * edge.radius_m, csv_number(c, "ice_width_mm"), 0.05);
	expect_share("ice length", length_as_in_reference_mm(&edge),
		     csv_number(c, "ice_length_mm"), 0.05);
	expect_share("-20 degC width", 2000 * m20.radius_m, csv_number(c, "m20_width_mm"), 0.05);
	expect_share("-20 degC length", length_as_in_reference_mm(&m20),
		     csv_number(c, "m20_length_mm"), 0.05);
}

TEST(ice_around_needle_within_five_percent)
{
	struct bioheat_drive drive = { .wall_degc = -88 };
	struct bioheat *b = NULL;
	static struct csv c;
	double now_s = 0, od_mm = 0;

	ASSERT(csv_open(&c, "freezing/needle-ice.csv"));
	while (csv_next(&c)) {
		if (csv_number(&c, "od_mm") != od_mm) {
			struct bioheat_config config;

			od_mm = csv_number(&c, "od_mm");
			config = needle(od_mm, "generic");
			bioheat_free(b);
			b = bioheat_new(&config);
			ASSERT(b != NULL);
			now_s = 0;
		}
		run_to(b, &now_s, csv_number(&c, "t_s"), &drive);
		check_row(b, &c);
	}
	EXPECT(b != NULL);
	bioheat_free(b);
	csv_close(&c);
}

#define BENCH_INSTANTS 8

/* Ice radius every 15 s of a cold wall. */
static bool radii(const struct bioheat_config *config, double *ret_radius_m)
{
	struct bioheat_drive drive = { .wall_degc = -80 };
	struct bioheat *b = bioheat_new(config);
	double now_s = 0;

	if (!b)
		return false;
	for (int i = 0; i < BENCH_INSTANTS; i++) {
		run_to(b, &now_s, 15 * (i + 1), &drive);
		ret_radius_m[i] = iceball_measure(b, -1).radius_m;
	}
	bioheat_free(b);
	return true;
}

TEST(bench_grid_within_two_percent)
{
	struct bioheat_config fine = needle(1.27, "muscle"), bench = fine;
	double exact[BENCH_INSTANTS], fast[BENCH_INSTANTS], worst = 0, mean = 0;

	fine.cell_m = 0.1e-3;
	fine.growth = 1.05;
	bench.cell_m = 0.2e-3;
	bench.growth = 1.12;
	ASSERT(radii(&fine, exact) && radii(&bench, fast));
	for (int i = 0; i < BENCH_INSTANTS; i++) {
		double off = fabs(fast[i] / exact[i] - 1);

		worst = fmax(worst, off);
		mean += off / BENCH_INSTANTS;
	}
	DIAG("ice radius of the bench grid: mean %.2f %% off, worst %.2f %%", 100 * mean,
	     100 * worst);
	EXPECT_LT(worst, 0.02);
}

TEST(larger_needle_makes_larger_ice)
{
	static const double od_mm[] = { 1.651, 1.473, 1.270, 1.067, 0.908, 0.819, 0.718 };
	struct bioheat_drive drive = { .wall_degc = -80 };
	double last = INFINITY;

	for (size_t i = 0; i < sizeof(od_mm) / sizeof(od_mm[0]); i++) {
		struct bioheat_config config = needle(od_mm[i], "muscle");
		struct bioheat *b = bioheat_new(&config);
		double now_s = 0, radius;

		ASSERT(b != NULL);
		run_to(b, &now_s, 30, &drive);
		radius = iceball_measure(b, -1).radius_m;
		DIAG("%zu gauge: %.2f mm", 16 + i, 1000 * radius);
		EXPECT_LT(radius, last);
		last = radius;
		bioheat_free(b);
	}
}

TEST(energy_balances_over_freeze_and_thaw)
{
	struct bioheat_config config = needle(1.27, "muscle");
	struct bioheat_drive freeze = {
		.boiling_degc = -85, .boiling_w_k = 0.5, .cooling_max_w = 6,
	};
	struct bioheat_drive thaw = { .heater_w = 3 };
	double start_j, gained_j, source_j = 0, heater_j = 0, tip_j;
	struct bioheat *b;

	config.wall = BIOHEAT_WALL_TIP;
	b = bioheat_new(&config);
	ASSERT(b != NULL);
	start_j = bioheat_tissue_heat_j(b);
	for (int i = 0; i < 6000; i++) {
		double before_w = bioheat_source_w(b);

		bioheat_step(b, 0.02, i < 3000 ? &freeze : &thaw);
		source_j += 0.02 * (before_w + bioheat_source_w(b)) / 2;
		heater_j += i < 3000 ? 0 : 0.02 * thaw.heater_w;
	}
	gained_j = bioheat_tissue_heat_j(b) - start_j;
	tip_j = config.tip_capacity_j_k * (bioheat_tip_degc(b) - 37);
	DIAG("cryogen %.2f J, heater %.2f J, blood and metabolism %.2f J, tissue %.2f J",
	     bioheat_cryogen_heat_j(b), heater_j, source_j, gained_j);
	EXPECT_GT(bioheat_cryogen_heat_j(b), 200);
	EXPECT_NEAR(gained_j, source_j - bioheat_wall_heat_j(b), 0.001 * bioheat_cryogen_heat_j(b));
	EXPECT_NEAR(tip_j, bioheat_wall_heat_j(b) + heater_j - bioheat_cryogen_heat_j(b), 1e-6);
	bioheat_free(b);
}

TEST_MAIN()
