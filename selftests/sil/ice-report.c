// SPDX-License-Identifier: GPL-2.0-or-later
/* How well the ice is known: all samples of all patients that count, and where freezes ended. */
#include <math.h>
#include <stdlib.h>

#include "selftests/sil/reader.h"
#include "selftests/sil/report.h"

#define MOST_OF_SAMPLES		0.95
#define PASSED_BAR_MM		0.2

/* What depends on whether the protocol names the tissue's class. */
struct ice_bars {
	bool named;
	const char *class;
	double radius_mm;
	double early_mm, early_share;	/* freezes that end farther before the boundary */
};

static const struct ice_bars bars[] = {
	{ false, "unknown", 0.6, 1.5, 0.1 },
	{ true, "named", 0.3, 0.8, 0.05 },
};

/* One reader's samples of everybody, pooled. */
struct pool {
	double *edge_mm, *isotherm_mm;	/* magnitudes, sorted */
	size_t edges, isotherms;
	double squares, bias_mm, width_mm;
	size_t inside;
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void add(struct pool *p, const struct ice_figures *f)
{
	for (size_t i = 0; i < f->samples; i++) {
		p->edge_mm[p->edges++] = fabs(f->edge_mm[i]);
		p->squares += f->edge_mm[i] * f->edge_mm[i];
		p->bias_mm += f->edge_mm[i];
		p->width_mm += f->error_mm[i];
		p->inside += fabs(f->edge_mm[i]) <= f->error_mm[i];
		if (!isinf(f->isotherm_mm[i]))
			p->isotherm_mm[p->isotherms++] = fabs(f->isotherm_mm[i]);
	}
}

static bool belongs(const struct subject *s, const struct ice_bars *bar)
{
	return subject_counts(s) && (s->traits.value[TRAIT_CLASS_NAMED] > 0) == bar->named;
}

static bool gather(struct pool *p, const struct subject *s, size_t n, enum reader reader,
		   const struct ice_bars *bar)
{
	*p = (struct pool){
		.edge_mm = calloc(n, ICE_SAMPLES * sizeof(double)),
		.isotherm_mm = calloc(n, ICE_SAMPLES * sizeof(double)),
	};
	if (!p->edge_mm || !p->isotherm_mm)
		return false;
	for (size_t i = 0; i < n; i++)
		if (belongs(&s[i], bar))
			add(p, &s[i].ice[reader]);
	qsort(p->edge_mm, p->edges, sizeof(double), compare);
	qsort(p->isotherm_mm, p->isotherms, sizeof(double), compare);
	return p->edges && p->isotherms;
}

static double most(const double *sorted, size_t n)
{
	return sorted[(size_t)(MOST_OF_SAMPLES * (n - 1))];
}

static const char *verdict(bool good)
{
	return good ? "pass" : "**fail**";
}

static double rms(const struct pool *p)
{
	return sqrt(p->squares / p->edges);
}

static bool print_samples(FILE *out, const struct pool *pool, const struct ice_bars *bar)
{
	const struct pool *core = &pool[READER_CORE], *line = &pool[READER_LINE];
	double edge = most(core->edge_mm, core->edges);
	double isotherm = most(core->isotherm_mm, core->isotherms);
	double inside = 100.0 * core->inside / core->edges;
	bool good = edge <= bar->radius_mm && isotherm <= bar->radius_mm && inside >= 90 &&
		    inside <= 99 && rms(core) <= rms(line) / 2;

	fprintf(out, "| ice-edge radius error, 95 %% of samples, mm | %.1f %s | %.2f | %.2f |\n",
		bar->radius_mm, verdict(edge <= bar->radius_mm), edge,
		most(line->edge_mm, line->edges));
	fprintf(out, "| −20 °C radius error, 95 %% of samples, mm | %.1f %s | %.2f | %.2f |\n",
		bar->radius_mm, verdict(isotherm <= bar->radius_mm), isotherm,
		most(line->isotherm_mm, line->isotherms));
	fprintf(out, "| truth inside the stated band, %% of samples | 90 to 99 %s | %.1f | – |\n",
		verdict(inside >= 90 && inside <= 99), inside);
	fprintf(out, "| mean of the stated band, ± mm | – | %.2f | – |\n",
		core->width_mm / core->edges);
	fprintf(out, "| mean error of the ice edge, mm | – | %+.2f | %+.2f |\n",
		core->bias_mm / core->edges, line->bias_mm / line->edges);
	fprintf(out, "| RMS error of the ice edge, mm | half of 1-D %s | %.2f | %.2f |\n",
		verdict(rms(core) <= rms(line) / 2), rms(core), rms(line));
	return good;
}

static bool print_boundaries(FILE *out, const struct subject *s, size_t n,
			     const struct ice_bars *bar)
{
	double passed = -INFINITY;
	size_t all = 0, early = 0;

	for (size_t i = 0; i < n; i++) {
		if (!belongs(&s[i], bar) || s[i].boundary_mm <= 0)
			continue;
		all++;
		passed = fmax(passed, s[i].beyond_mm);
		early += s[i].beyond_mm < -bar->early_mm;
	}
	if (!all)
		return true;
	fprintf(out, "| boundary passed by the ice edge, at worst, mm | %.1f %s | %.2f | – |\n",
		PASSED_BAR_MM, verdict(passed <= PASSED_BAR_MM), passed);
	fprintf(out, "| freeze ended more than %.1f mm before it, %% of patients | %.0f %s | %.1f | – |\n",
		bar->early_mm, 100 * bar->early_share,
		verdict(early <= bar->early_share * all), 100.0 * early / all);
	return passed <= PASSED_BAR_MM && early <= bar->early_share * all;
}

/* True as well if there is nobody. */
static bool print_class(FILE *out, const struct subject *subject, size_t n,
			const struct ice_bars *bar)
{
	struct pool pool[READERS] = { 0 };
	bool some = true, good = true;

	for (enum reader reader = 0; reader < READERS; reader++)
		some &= gather(&pool[reader], subject, n, reader, bar);
	if (some) {
		fprintf(out, "\n| the ice, class of tissue %s | bar | %s | %s |\n",
			bar->class, reader_name(READER_CORE), reader_name(READER_LINE));
		fprintf(out, "| --- | --- | --- | --- |\n");
		good = print_samples(out, pool, bar);
		good &= print_boundaries(out, subject, n, bar);
	}
	for (enum reader reader = 0; reader < READERS; reader++) {
		free(pool[reader].edge_mm);
		free(pool[reader].isotherm_mm);
	}
	return good;
}

bool ice_report_print(FILE *out, const struct subject *subject, size_t n)
{
	bool good = true;

	for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++)
		good &= print_class(out, subject, n, &bars[i]);
	return good;
}
