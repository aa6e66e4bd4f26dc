// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps and prints what happened in one treatment. */
#include "selftests/sil/trace.h"

#include <stdlib.h>

#include "daemon/core/treatment.h"

#define LONGEST_S	1800
#define POINTS_MAX	((size_t)(LONGEST_S / TRACE_STEP_S))
#define ICES_MAX	((size_t)(LONGEST_S / TRACE_ICE_S))

struct trace trace_new(void)
{
	return (struct trace){
		.point = calloc(POINTS_MAX, sizeof(struct trace_point)),
		.ice = calloc(ICES_MAX, sizeof(struct trace_ice)),
	};
}

void trace_free(struct trace *t)
{
	free(t->point);
	free(t->ice);
	*t = (struct trace){ 0 };
}

struct trace_point *trace_add_point(struct trace *t)
{
	if (t->points < POINTS_MAX)
		t->points++;
	t->point[t->points - 1] = (struct trace_point){ 0 };
	return &t->point[t->points - 1];
}

struct trace_ice *trace_add_ice(struct trace *t)
{
	if (t->ices < ICES_MAX)
		t->ices++;
	t->ice[t->ices - 1] = (struct trace_ice){ 0 };
	return &t->ice[t->ices - 1];
}

static void print_points(const struct trace *t, FILE *out)
{
	fprintf(out, "time_s,phase,cycle,tip_degc,reading_degc,flow_permille,open,openings,drawn_g\n");
	for (size_t i = 0; i < t->points; i++) {
		const struct trace_point *p = &t->point[i];

		fprintf(out, "%.2f,%s,%d,%.3f,%.3f,%d,%d,%d,%.3f\n", p->time_s,
			phase_to_string((enum phase)p->phase), p->cycle, p->tip_degc,
			p->reading_degc, p->flow_permille, p->open, p->openings, p->drawn_g);
	}
}

static void print_ice(const struct trace *t, FILE *out)
{
	static const char *const axes[AXES] = {
		"edge", "half_length", "isotherm", "isotherm_half_length",
	};

	fprintf(out, "time_s,phase,cycle");
	for (enum axis a = 0; a < AXES; a++)
		fprintf(out, ",%s_mm,said_%s_mm,said_%s_error_mm", axes[a], axes[a], axes[a]);
	fprintf(out, ",said_boundary_s\n");
	for (size_t i = 0; i < t->ices; i++) {
		const struct trace_ice *p = &t->ice[i];
		const struct said *said = &p->said[READER_CORE];

		fprintf(out, "%.1f,%s,%d", p->time_s, phase_to_string((enum phase)p->phase),
			p->cycle);
		for (enum axis a = 0; a < AXES; a++)
			fprintf(out, ",%.3f,%.3f,%.3f", p->mm[a], said->mm[a], said->error_mm[a]);
		fprintf(out, ",%.1f\n", said->boundary_s);
	}
}

void trace_print(const struct trace *t, const struct traits *traits, FILE *points, FILE *ice)
{
	for (enum trait i = 0; i < TRAIT_COUNT; i++)
		fprintf(points, "# %s=%.6g\n", trait_name(i), traits->value[i]);
	print_points(t, points);
	print_ice(t, ice);
}
