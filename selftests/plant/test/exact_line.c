// SPDX-License-Identifier: GPL-2.0-or-later
/* The solver against freezing around a line sink: Paterson's, and the one with an interval. */
#include "selftests/unit/test.h"

#include <math.h>

#include "selftests/plant/test/exact.h"
#include "selftests/plant/iceball.h"

#define FRONT_BAR 0.005
#define FIELD_BAR_DEGC 0.5
#define INNER_M 3e-4

static double cell_m;

/* The exponential integral E1 (Abramowitz & Stegun 5.1.11 and 5.1.22), to about 1e-12. */
static double e1(double x)
{
	double sum = -0.57721566490153286 - log(x), term = 1, f = 0;

	if (x <= 2) {
		for (int n = 1; n < 60; n++) {
			term *= -x / n;
			sum -= term / n;
		}
		return sum;
	}
	for (int n = 80; n > 0; n--)
		f = n / (1 + n / (x + f));
	return exp(-x) / (x + f);
}

/*
 * A line sink. The fronts where freezing ends and starts are at 2 g sqrt(t); of a sharp front both
 * are one.
 */
struct line_sink {
	const struct tissue *tissue;
	double q_w_m, initial_degc, g_end, g_start;
};

static struct line_sink sink_of(const struct csv *c, const struct tissue *t, const char *end,
				const char *start)
{
	double root_s = sqrt(csv_number(c, "t_s"));

	return (struct line_sink){
		.tissue = t,
		.q_w_m = csv_number(c, "Q_W_per_m"),
		.initial_degc = csv_number(c, "Ti_C"),
		.g_end = csv_number(c, end) / (2 * root_s),
		.g_start = csv_number(c, start) / (2 * root_s),
	};
}

static double freezing_degc(const struct line_sink *s, double g)
{
	const struct tissue *t = s->tissue;
	double interval = t->freeze_start_degc - t->freeze_end_degc;
	double a = t->k_freezing / (tissue_c_freezing(t) + t->latent / interval);
	double at_end = e1(s->g_end * s->g_end / a), at_start = e1(s->g_start * s->g_start / a);

	return t->freeze_end_degc + interval * (at_end - e1(g * g / a)) / (at_end - at_start);
}

/* The solution at g = r / (2 sqrt(t)). */
static double exact_degc(const struct line_sink *s, double g)
{
	const struct tissue *t = s->tissue;
	double a_frozen = t->k_frozen / t->c_frozen, a_unfrozen = t->k_unfrozen / t->c_unfrozen;

	if (g < s->g_end)
		return t->freeze_end_degc - s->q_w_m / (4 * M_PI * t->k_frozen) *
			(e1(g * g / a_frozen) - e1(s->g_end * s->g_end / a_frozen));
	if (g < s->g_start)
		return freezing_degc(s, g);
	return s->initial_degc - (s->initial_degc - t->freeze_start_degc) *
		e1(g * g / a_unfrozen) / e1(s->g_start * s->g_start / a_unfrozen);
}

/* Mean enthalpy of a cell of the exact profile, weighed by volume. */
static double exact_enthalpy(const struct line_sink *s, double r1, double r2, double t_s)
{
	const int n = 64;
	double sum = 0;

	for (int i = 0; i < n; i++) {
		double r = sqrt(r1 * r1 + (r2 * r2 - r1 * r1) * (i + 0.5) / n);
		double g = r / (2 * sqrt(t_s)), h = tissue_enthalpy(s->tissue, exact_degc(s, g));

		/* At the temperature of a sharp front the radius tells ice from water. */
		if (g < s->g_end)
			h = fmin(h, tissue_enthalpy_frozen(s->tissue));
		sum += h / n;
	}
	return sum;
}

static void start_from_exact(struct bioheat *b, const struct line_sink *s, double start_s)
{
	for (size_t i = 0; i < bioheat_columns(b); i++)
		bioheat_set_cell_enthalpy(b, i, 0,
			exact_enthalpy(s, bioheat_column_inner_m(b, i),
				       bioheat_column_outer_m(b, i), start_s));
}

static void run_sink(struct bioheat *b, const struct line_sink *s, double start_s, double end_s)
{
	double a = s->tissue->k_frozen / s->tissue->c_frozen;
	int steps = (int)round((end_s - start_s) / 0.1);
	double step_s = (end_s - start_s) / steps;

	for (int i = 0; i < steps; i++) {
		double t_s = start_s + (i + 0.5) * step_s;
		struct bioheat_drive d = {
			.wall_heat_w = s->q_w_m * exp(-INNER_M * INNER_M / (4 * a * t_s)),
		};

		bioheat_step(b, step_s, &d);
	}
}

/*
 * Starts when the inner front stands 1.6 mm from the inner radius, so that all grids share it.
 * Cases that come so far only at their end are left out.
 */
static struct bioheat *solve_sink(const struct line_sink *s, double end_s)
{
	double first = (INNER_M + 1.6e-3) / (2 * s->g_end), start_s = first * first;
	struct bioheat_config config = {
		.shape = BIOHEAT_CYLINDER, .wall = BIOHEAT_WALL_HEAT, .tissue = *s->tissue,
		.radius_m = INNER_M, .cell_m = cell_m, .growth = 1, .reach_m = 0.045,
		.initial_degc = s->initial_degc,
	};
	struct bioheat *b = start_s > end_s / 3 ? NULL : bioheat_new(&config);

	if (!b)
		return NULL;
	start_from_exact(b, s, start_s);
	run_sink(b, s, start_s, end_s);
	return b;
}

static struct bioheat *solve_sharp(struct exact_case *c)
{
	struct line_sink s = sink_of(c->row, exact_sharp_set(csv_text(c->row, "set")), "front_m",
				     "front_m");
	struct bioheat *b = solve_sink(&s, csv_number(c->row, "t_s"));

	if (b)
		tally_add(c->fronts, exact_share_off(sqrt(INNER_M * INNER_M +
							  bioheat_ice_volume(b) / M_PI),
						     csv_number(c->row, "front_m")));
	return b;
}

static struct bioheat *solve_interval(struct exact_case *c)
{
	const struct tissue *t = tissue_find("tissue");
	struct line_sink s = sink_of(c->row, t, "R_Ts_m", "R_Tl_m");
	struct bioheat *b = solve_sink(&s, csv_number(c->row, "t_s"));
	struct iceball onset, end;

	if (!b)
		return NULL;
	onset = iceball_measure(b, t->freeze_start_degc);
	end = iceball_measure(b, t->freeze_end_degc);
	tally_add(c->fronts, exact_share_off(onset.radius_m, csv_number(c->row, "R_Tl_m")));
	tally_add(c->fronts, exact_share_off(end.radius_m, csv_number(c->row, "R_Ts_m")));
	return b;
}

static void check(const char *path, const char *front, const char *what,
		  struct bioheat *(*solve)(struct exact_case *c), int at_least)
{
	struct tally fronts = { 0 }, field = { 0 };

	cell_m = 0.1e-3;
	exact_each_case(path, front, "r_m", 180, solve, &fronts, &field);
	DIAG("%s", what);
	tally_print(&fronts, "fronts at 180 s", 100, "%");
	tally_print(&field, "field at 180 s", 1, "degC");
	EXPECT_GE(fronts.cases, at_least);
	EXPECT_GE(field.cases, 5 * at_least);
	EXPECT_LT(fronts.worst, FRONT_BAR);
	EXPECT_LT(field.worst, FIELD_BAR_DEGC);
}

TEST(line_sink_front_and_field)
{
	check("freezing/line_sharp.csv", "front_m", "line sink, sharp", solve_sharp, 8);
}

TEST(line_sink_interval_fronts_and_field)
{
	check("freezing/line_interval.csv", "R_Tl_m", "line sink, interval", solve_interval, 4);
}

TEST(line_sink_front_converges)
{
	double error[3];

	for (int i = 0; i < 3; i++) {
		struct tally fronts = { 0 };

		cell_m = 0.4e-3 / (1 << i);
		exact_each_case("freezing/line_sharp.csv", "front_m", "r_m", 180, solve_sharp,
				&fronts, NULL);
		error[i] = fronts.sum / fronts.cases;
	}
	DIAG("line sink, cells of 0.4, 0.2, 0.1 mm: front off by %.3f, %.3f, %.3f %%: order %.2f, %.2f",
	     100 * error[0], 100 * error[1], 100 * error[2], log2(error[0] / error[1]),
	     log2(error[1] / error[2]));
	EXPECT_GT(log2(error[0] / error[2]) / 2, 1.0);
}
