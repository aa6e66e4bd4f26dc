// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes figures, percentiles over time and the worst courses. */
#include "selftests/sil/dataset.h"

#include <errno.h>
#include <stdlib.h>

#include "selftests/sil/lines.h"

static const double shares[] = { 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99 };

static FILE *create(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (!file)
		perror(path);
	return file;
}

static void write_row(FILE *out, const struct subject *s, enum law law)
{
	fprintf(out, "%llu,%s,%.4g,%.4g,%.4g,%.4g,%.4g", (unsigned long long)s->traits.seed,
		law_name(law), s->full.to_target_s, s->oracle.amplitude_degc, s->oracle.band_degc,
		s->oracle.rms_degc, s->oracle.below_degc);
	for (enum trait i = 0; i < TRAIT_COUNT; i++)
		fprintf(out, ",%.5g", s->traits.value[i]);
	for (const struct line *line = lines; line < lines + lines_count; line++)
		fprintf(out, ",%.4g", line_value(line, s, law));
	fprintf(out, "\n");
}

static void write_figures(FILE *out, const struct subject *s, size_t n)
{
	fprintf(out, "seed,law,full flow to target,oracle ripple,oracle band,oracle RMS,oracle below");
	for (enum trait i = 0; i < TRAIT_COUNT; i++)
		fprintf(out, ",%s", trait_name(i));
	for (const struct line *line = lines; line < lines + lines_count; line++)
		fprintf(out, ",\"%s, %s\"", line->name, line->unit);
	fprintf(out, "\n");
	for (size_t i = 0; i < n; i++)
		for (enum law law = LAW_CORE; law < LAWS; law++)
			if (s[i].treated[law] && subject_counts(&s[i]))
				write_row(out, &s[i], law);
}

static int compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static void write_moment(FILE *out, const struct subject *s, size_t n, enum law law, size_t at,
			 float *scratch)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		if (s[i].treated[law] && subject_counts(&s[i]) && at < s[i].moments[law])
			scratch[found++] = s[i].deviation[law][at];
	if (!found)
		return;
	qsort(scratch, found, sizeof(*scratch), compare);
	fprintf(out, "%s,%.1f,%zu", law_name(law), at * SUBJECT_MOMENT_S, found);
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		fprintf(out, ",%.3f", scratch[(size_t)(shares[i] * found)]);
	fprintf(out, "\n");
}

static void write_deviation(FILE *out, const struct subject *s, size_t n, float *scratch)
{
	fprintf(out, "law,time_s,patients");
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		fprintf(out, ",p%.0f", 100 * shares[i]);
	fprintf(out, "\n");
	for (enum law law = LAW_CORE; law < LAWS; law++)
		for (size_t at = 0; at < SUBJECT_MOMENTS; at++)
			write_moment(out, s, n, law, at, scratch);
}

static int write_course(const char *folder, const struct subject *s, struct trace *trace)
{
	struct course_options options = { .law = LAW_CORE, .whole = true };
	struct protocol protocol = course_protocol(&s->traits);
	struct course course;
	char name[2][64];
	FILE *points, *ice;
	int r = course_run(&s->traits, &protocol, &options, trace, &course);

	if (r)
		return r;
	snprintf(name[0], sizeof(name[0]), "seed-%llu.csv", (unsigned long long)s->traits.seed);
	snprintf(name[1], sizeof(name[1]), "seed-%llu-ice.csv",
		 (unsigned long long)s->traits.seed);
	points = create(folder, name[0]);
	ice = create(folder, name[1]);
	if (points && ice)
		trace_print(trace, &s->traits, points, ice);
	else
		r = -EIO;
	if ((points && fclose(points)) || (ice && fclose(ice)))
		r = -EIO;
	return r;
}

static int write_worst(const char *folder, const struct subject *s, size_t n,
		       const uint64_t *worst, size_t worst_n)
{
	struct trace trace = trace_new();
	int r = trace.point && trace.ice ? 0 : -ENOMEM;

	for (size_t w = 0; !r && w < worst_n; w++)
		for (size_t i = 0; !r && i < n; i++)
			if (s[i].traits.seed == worst[w])
				r = write_course(folder, &s[i], &trace);
	trace_free(&trace);
	return r;
}

int dataset_write(const char *path, const struct subject *subject, size_t n,
		  const uint64_t *worst, size_t worst_n)
{
	float *scratch = calloc(n, sizeof(*scratch));
	FILE *figures = create(path, "figures.csv");
	FILE *deviation = create(path, "deviation.csv");
	int r = scratch ? 0 : -ENOMEM;

	if (!r && figures && deviation) {
		write_figures(figures, subject, n);
		write_deviation(deviation, subject, n, scratch);
	}
	if (!figures || !deviation)
		r = -EIO;
	if ((figures && fclose(figures)) || (deviation && fclose(deviation)))
		r = -EIO;
	free(scratch);
	return r ? r : write_worst(path, subject, n, worst, worst_n);
}
