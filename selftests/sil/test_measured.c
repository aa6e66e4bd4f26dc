// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A measured freeze of a 17G argon needle in saline: plant and estimate with the needle's own trace as
 * their input, against the thermocouples around it.
 *
 * The needle's active length is not published. It is the one fitted number, the same for both, and so
 * short that the source is nearly a point: it stands for the heat that the dish brings, whose walls and
 * convection neither of them has. The bounds are those of docs/physics.md.
 *
 * CSV=FILE: the curves, for `sil-plot needle`.
 */
#include "selftests/unit/test.h"

#include <math.h>

#include "daemon/core/ice-field.h"
#include "selftests/plant/bioheat.h"
#include "selftests/plant/iceball.h"
#include "selftests/plant/test/csv.h"

#define FITTED_ACTIVE_M	1.0e-3
#define NEEDLE_M	0.75e-3
#define GAUGE		17
#define SALINE_DEGC	27.0
#define STEP_S		0.02
#define PLACES		4
#define ROWS_MAX	32

static const char *const column[PLACES] = { "r1.8", "r2.8", "r4.8", "r6.8" };
static const double place_m[PLACES] = { 1.8e-3, 2.8e-3, 4.8e-3, 6.8e-3 };

enum model { MEASURED, PLANT, ESTIMATE, MODELS };

struct row {
	double time_s, needle_degc;
	double degc[MODELS][PLACES];
	double ice_mm[MODELS];		/* from the needle's surface */
};

static struct row row[ROWS_MAX];
static int rows;

/* Both models, side by side. */
struct followers {
	struct bioheat *plant;
	struct ice_geometry geometry;
	struct ice_tissue saline;
	double enthalpy[ICE_SHELLS];
	struct ice_place place[PLACES];
};

static bool begin(struct followers *f)
{
	struct bioheat_config config = {
		.shape = BIOHEAT_NEEDLE, .wall = BIOHEAT_WALL_TEMPERATURE,
		.tissue = *tissue_find("water"), .radius_m = NEEDLE_M,
		.active_m = FITTED_ACTIVE_M, .cell_m = 0.15e-3, .growth = 1.08, .reach_m = 0.03,
		.initial_degc = SALINE_DEGC, .tip_capacity_j_k = 0.03,
	};
	struct probe_profile profile = {
		.gauge = GAUGE, .active_um = (uint32_t)lround(FITTED_ACTIVE_M * 1e6),
	};

	f->plant = bioheat_new(&config);
	f->saline = ice_tissue_usual(ICE_GEL);
	ice_geometry_init(&f->geometry, &profile);
	for (int i = 0; i < ICE_SHELLS; i++)
		f->enthalpy[i] = ice_tissue_enthalpy(&f->saline, SALINE_DEGC);
	for (int i = 0; i < PLACES; i++)
		f->place[i] = ice_field_place(&f->geometry, place_m[i]);
	return f->plant;
}

static void step(struct followers *f, double needle_degc)
{
	struct bioheat_drive drive = { .wall_degc = needle_degc };
	struct ice_wall wall = { needle_degc, true };
	int steps = (int)ceil(STEP_S / ice_field_step_s(&f->geometry, &f->saline));

	bioheat_step(f->plant, STEP_S, &drive);
	for (int i = 0; i < steps; i++)
		ice_field_step(&f->geometry, &f->saline, f->enthalpy, &wall, STEP_S / steps);
}

static void look(const struct followers *f, struct row *r)
{
	struct ice_wall wall = { r->needle_degc, true };
	struct ice_axes ice = ice_field_isotherm(&f->geometry, &f->saline, f->enthalpy, &wall, -0.5);

	for (int i = 0; i < PLACES; i++) {
		r->degc[PLANT][i] = bioheat_degc_at(f->plant, place_m[i], FITTED_ACTIVE_M / 2);
		r->degc[ESTIMATE][i] = ice_field_degc(&f->saline, f->enthalpy, &wall,
						      &f->place[i]);
	}
	r->ice_mm[PLANT] = 1e3 * (iceball_measure(f->plant, 0).radius_m - NEEDLE_M);
	r->ice_mm[ESTIMATE] = 1e3 * (ice.radius_m - NEEDLE_M);
}

/* From the row before to this one, the needle in a straight line between them. */
static void follow(struct followers *f, const struct row *from, struct row *to)
{
	int steps = (int)lround((to->time_s - from->time_s) / STEP_S);

	for (int i = 0; i < steps; i++)
		step(f, from->needle_degc +
			(i + 0.5) / steps * (to->needle_degc - from->needle_degc));
	look(f, to);
}

static bool read_rows(void)
{
	static struct csv c;

	if (!csv_open(&c, "freezing/measured-17g-argon-n1.csv"))
		return false;
	for (rows = 0; rows < ROWS_MAX && csv_next(&c); rows++) {
		row[rows] = (struct row){
			.time_s = csv_number(&c, "t_s"), .needle_degc = csv_number(&c, "r0.75"),
		};
		for (int i = 0; i < PLACES; i++)
			row[rows].degc[MEASURED][i] = csv_number(&c, column[i]);
	}
	csv_close(&c);
	return rows > 1;
}

static void write_rows(const char *path)
{
	FILE *out = path ? fopen(path, "w") : NULL;

	if (!out)
		return;
	fprintf(out, "time_s,needle");
	for (int i = 0; i < PLACES; i++)
		fprintf(out, ",measured-%s,plant-%s,estimate-%s", column[i], column[i], column[i]);
	for (int n = 0; n < rows; n++) {
		fprintf(out, "\n%.0f,%.2f", row[n].time_s, row[n].needle_degc);
		for (int i = 0; i < PLACES; i++)
			for (int m = 0; m < MODELS; m++)
				fprintf(out, ",%.2f", row[n].degc[m][i]);
	}
	fprintf(out, "\n");
	fclose(out);
}

/* Of one model at one place. */
static double mean_error(enum model model, int place)
{
	double sum = 0;

	for (int n = 1; n < rows; n++)
		sum += fabs(row[n].degc[model][place] - row[n].degc[MEASURED][place]);
	return sum / (rows - 1);
}

/* At 2.8 to 6.8 mm. */
static double tell(enum model model, const char *name)
{
	double sum = 0;

	for (int i = 0; i < PLACES; i++) {
		DIAG("%s at %s mm: mean error %.2f degC", name, column[i] + 1, mean_error(model, i));
		sum += i ? mean_error(model, i) : 0;
	}
	DIAG("%s: mean error from 2.8 mm outward %.2f degC", name, sum / (PLACES - 1));
	return sum / (PLACES - 1);
}

static void freeze(void)
{
	struct followers f;

	ASSERT(read_rows() && begin(&f));
	look(&f, &row[0]);
	for (int n = 1; n < rows; n++)
		follow(&f, &row[n - 1], &row[n]);
	bioheat_free(f.plant);
	write_rows(getenv("CSV"));
}

TEST(needle_in_a_dish)
{
	freeze();
	ASSERT(rows > 1);
	EXPECT_LT(tell(PLANT, "plant"), 4);
	EXPECT_LT(tell(ESTIMATE, "estimate"), 4);
	for (int n = 0; n < rows; n++)
		if (row[n].time_s == 60)
			DIAG("ice at 60 s: plant %.2f, estimate %.2f mm from the surface, published mean 2.26 mm",
			     row[n].ice_mm[PLANT], row[n].ice_mm[ESTIMATE]);
}

TEST_MAIN()
