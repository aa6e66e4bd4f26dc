// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The solver against exact solutions of freezing: Neumann's planar front, also with a freezing
 * interval, Paterson's line sink, Pennes' steady state, and the steady ice ball.
 */
#include "selftests/unit/test.h"

#include <math.h>

#include "selftests/plant/bioheat.h"
#include "selftests/plant/iceball.h"
#include "selftests/plant/test/csv.h"

/* The parameter sets' own perfusion and metabolism, which the freezing solutions leave out. */
#define SET_PERFUSION 1800
#define SET_METABOLIC 4200

static const struct tissue *sharp_set(const char *set)
{
	return tissue_find(strcmp(set, "tissue") ? set : "tissue-sharp");
}

static double alpha_frozen(const struct tissue *t)
{
	return t->k_frozen / t->c_frozen;
}

static double alpha_unfrozen(const struct tissue *t)
{
	return t->k_unfrozen / t->c_unfrozen;
}

static double share_off(double is, double exact)
{
	return fabs(is / exact - 1);
}

static void run(struct bioheat *b, double seconds, double step_s, const struct bioheat_drive *d)
{
	int steps = (int)ceil(seconds / step_s - 1e-9);

	for (int i = 0; i < steps; i++)
		bioheat_step(b, seconds / steps, d);
}

/* Front of a planar case after its time, from the volume of ice; m. */
static double planar_front(const struct csv *c, const struct tissue *t, double cell_m)
{
	struct bioheat_config config = {
		.shape = BIOHEAT_PLANAR, .wall = BIOHEAT_WALL_TEMPERATURE, .tissue = *t,
		.cell_m = cell_m, .growth = 1, .reach_m = 0.05,
		.initial_degc = csv_number(c, "Ti_C"),
	};
	struct bioheat_drive drive = { .wall_degc = csv_number(c, "T0_C") };
	struct bioheat *b = bioheat_new(&config);
	double front;

	if (!b)
		return NAN;
	run(b, csv_number(c, "t_s"), 0.2, &drive);
	front = bioheat_ice_volume(b);
	bioheat_free(b);
	return front;
}

/* Calls @check for the first row of each case of a table. */
static void each_case(const char *path, const char *key, double t_s,
		      void (*check)(const struct csv *c))
{
	static struct csv c;
	double last = NAN;

	ASSERT(csv_open(&c, path));
	while (csv_next(&c)) {
		if (csv_number(&c, "t_s") != t_s || csv_number(&c, key) == last)
			continue;
		last = csv_number(&c, key);
		check(&c);
	}
	csv_close(&c);
}

static struct { double worst, sum; int cases; } tally;

static void tally_begin(void)
{
	memset(&tally, 0, sizeof(tally));
}

static void tally_add(double error)
{
	tally.worst = fmax(tally.worst, error);
	tally.sum += error;
	tally.cases++;
}

static double tally_end(const char *what)
{
	DIAG("%s: %d cases, mean %.3g %%, worst %.3g %%", what, tally.cases,
	     100 * tally.sum / tally.cases, 100 * tally.worst);
	return tally.sum / tally.cases;
}

static void check_planar(const struct csv *c)
{
	double exact = csv_number(c, "front_m");

	tally_add(share_off(planar_front(c, sharp_set(csv_text(c, "set")), 1.0e-4), exact));
}

TEST(planar_two_phase_front_within_one_percent)
{
	tally_begin();
	each_case("freezing/planar_two_phase.csv", "front_m", 60, check_planar);
	tally_end("planar front, 0.1 mm, 60 s");
	EXPECT_EQ(tally.cases, 20);
	EXPECT_LT(tally.worst, 0.01);
}

static double grid_cell_m;

static void check_planar_grid(const struct csv *c)
{
	double exact = csv_number(c, "front_m");

	tally_add(share_off(planar_front(c, sharp_set(csv_text(c, "set")), grid_cell_m), exact));
}

TEST(planar_front_converges)
{
	double error[3];

	for (int i = 0; i < 3; i++) {
		grid_cell_m = 8.0e-4 / (1 << i);
		tally_begin();
		each_case("freezing/planar_two_phase.csv", "front_m", 60, check_planar_grid);
		error[i] = tally_end("planar front");
	}
	DIAG("order of convergence %.2f, %.2f", log2(error[0] / error[1]),
	     log2(error[1] / error[2]));
	EXPECT_GT(log2(error[0] / error[2]) / 2, 1.0);
}

/* Edge of the interval's ice, where theta is 0, and the temperatures of the table. */
static void check_planar_interval(const struct csv *c)
{
	struct bioheat_config config = {
		.shape = BIOHEAT_PLANAR, .wall = BIOHEAT_WALL_TEMPERATURE,
		.tissue = *tissue_find("tissue"), .cell_m = 1.0e-4, .growth = 1, .reach_m = 0.05,
		.initial_degc = csv_number(c, "Ti_C"),
	};
	struct bioheat_drive drive = { .wall_degc = csv_number(c, "T0_C") };
	struct bioheat *b = bioheat_new(&config);
	struct iceball onset, end;

	ASSERT(b != NULL);
	run(b, csv_number(c, "t_s"), 0.2, &drive);
	onset = iceball_measure(b, config.tissue.freeze_start_degc);
	end = iceball_measure(b, config.tissue.freeze_end_degc);
	tally_add(share_off(onset.radius_m, csv_number(c, "x_Tl_m")));
	tally_add(share_off(end.radius_m, csv_number(c, "x_Ts_m")));
	bioheat_free(b);
}

TEST(planar_interval_fronts_within_one_percent)
{
	tally_begin();
	each_case("freezing/planar_interval.csv", "x_Tl_m", 60, check_planar_interval);
	tally_end("planar interval, both fronts, 0.1 mm, 60 s");
	EXPECT_EQ(tally.cases, 16);
	EXPECT_LT(tally.worst, 0.01);
}

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

/* A line sink in tissue that freezes at one temperature; l2 is lambda squared. */
struct line_sink {
	const struct tissue *tissue;
	double q_w_m, initial_degc, l2;
};

static struct line_sink line_sink_of(const struct csv *c)
{
	struct line_sink s = {
		.tissue = sharp_set(csv_text(c, "set")),
		.q_w_m = csv_number(c, "Q_W_per_m"),
		.initial_degc = csv_number(c, "Ti_C"),
	};
	double front = csv_number(c, "front_m");

	s.l2 = front * front / (4 * alpha_frozen(s.tissue) * csv_number(c, "t_s"));
	return s;
}

static double line_front(const struct line_sink *s, double t_s)
{
	return 2 * sqrt(s->l2 * alpha_frozen(s->tissue) * t_s);
}

static double line_degc(const struct line_sink *s, double r, double t_s)
{
	const struct tissue *t = s->tissue;
	double nu2 = alpha_frozen(t) / alpha_unfrozen(t), freeze = t->freeze_start_degc;

	if (r < line_front(s, t_s))
		return freeze - s->q_w_m / (4 * M_PI * t->k_frozen) *
				(e1(r * r / (4 * alpha_frozen(t) * t_s)) - e1(s->l2));
	return s->initial_degc - (s->initial_degc - freeze) *
				 e1(r * r / (4 * alpha_unfrozen(t) * t_s)) / e1(s->l2 * nu2);
}

/* Mean enthalpy of a cell of the exact profile, weighed by volume. */
static double line_enthalpy(const struct line_sink *s, double r1, double r2, double t_s)
{
	const int n = 64;
	double sum = 0;

	for (int i = 0; i < n; i++) {
		double r = sqrt(r1 * r1 + (r2 * r2 - r1 * r1) * (i + 0.5) / n);
		double degc = line_degc(s, r, t_s);
		double h = tissue_enthalpy(s->tissue, degc);

		/* At the freezing temperature itself the radius tells ice from water. */
		if (r < line_front(s, t_s))
			h = fmin(h, tissue_enthalpy_frozen(s->tissue));
		sum += h / n;
	}
	return sum;
}

#define LINE_INNER_M 3e-4

static double line_front_solved(const struct line_sink *s, double start_s, double end_s,
				double cell_m)
{
	struct bioheat_config config = {
		.shape = BIOHEAT_CYLINDER, .wall = BIOHEAT_WALL_HEAT, .tissue = *s->tissue,
		.radius_m = LINE_INNER_M, .cell_m = cell_m, .growth = 1, .reach_m = 0.045,
		.initial_degc = s->initial_degc,
	};
	double a2 = LINE_INNER_M * LINE_INNER_M, step_s = 0.1, volume;
	struct bioheat *b = bioheat_new(&config);
	int steps = (int)round((end_s - start_s) / step_s);

	if (!b)
		return NAN;
	for (size_t i = 0; i < bioheat_columns(b); i++)
		bioheat_set_cell_enthalpy(b, i, 0,
			line_enthalpy(s, bioheat_column_inner_m(b, i),
				      bioheat_column_outer_m(b, i), start_s));
	for (int i = 0; i < steps; i++) {
		double t_s = start_s + (i + 0.5) * step_s;
		struct bioheat_drive d = {
			.wall_heat_w = s->q_w_m * exp(-a2 / (4 * alpha_frozen(s->tissue) * t_s)),
		};

		bioheat_step(b, step_s, &d);
	}
	volume = bioheat_ice_volume(b);
	bioheat_free(b);
	return sqrt(a2 + volume / M_PI);
}

/*
 * Starts when the front stands eight coarse cells from the inner radius, so that all grids share
 * it.
 */
static void check_line(const struct csv *c)
{
	struct line_sink s = line_sink_of(c);
	double end_s = csv_number(c, "t_s"), first = LINE_INNER_M + 8 * 2.0e-4;
	double start_s = first * first / (4 * alpha_frozen(s.tissue) * s.l2);

	if (start_s > end_s / 3)
		return;
	tally_add(share_off(line_front_solved(&s, start_s, end_s, grid_cell_m),
			    line_front(&s, end_s)));
}

TEST(line_sink_front_within_one_percent)
{
	grid_cell_m = 1.0e-4;
	tally_begin();
	each_case("freezing/line_sharp.csv", "front_m", 180, check_line);
	tally_end("line sink front, 0.1 mm, 180 s");
	EXPECT_GE(tally.cases, 8);
	EXPECT_LT(tally.worst, 0.01);
}

TEST(line_sink_front_converges)
{
	double error[3];

	for (int i = 0; i < 3; i++) {
		grid_cell_m = 8.0e-4 / (1 << i);
		tally_begin();
		each_case("freezing/line_sharp.csv", "front_m", 180, check_line);
		error[i] = tally_end("line sink front");
	}
	DIAG("order of convergence %.2f, %.2f", log2(error[0] / error[1]),
	     log2(error[1] / error[2]));
	EXPECT_GT(log2(error[0] / error[2]) / 2, 1.0);
}

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
	run(b, 20000, 1, &drive);
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
static void check_steady_sphere(const struct csv *c)
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
	run(b, 20000, 2, &drive);
	tally_add(share_off(iceball_measure(b, -1).radius_m, csv_number(c, "R_sphere_m")));
	bioheat_free(b);
}

TEST(steady_ice_ball)
{
	static struct csv c;

	tally_begin();
	ASSERT(csv_open(&c, "freezing/steady_iceball.csv"));
	while (csv_next(&c))
		if (csv_number(&c, "T_probe_C") == -60 || csv_number(&c, "T_probe_C") == -180)
			check_steady_sphere(&c);
	csv_close(&c);
	tally_end("steady ice ball");
	EXPECT_GE(tally.cases, 8);
	EXPECT_LT(tally.worst, 0.01);
}
