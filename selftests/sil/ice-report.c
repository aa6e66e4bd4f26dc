// SPDX-License-Identifier: GPL-2.0-or-later
/* How well the ice is known: all samples of all patients that count, and where freezes ended. */
#include <math.h>
#include <stdlib.h>

#include "selftests/sil/reader.h"
#include "selftests/sil/report.h"

#define MOST_OF_SAMPLES		0.95
#define PASSED_BAR_MM		0.2
#define SENSED_BAR_MM		0.3

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

/* One reader's samples of everybody, pooled, of one axis. */
struct pool {
	double *off_mm;			/* magnitudes, sorted */
	size_t n, inside;
	double squares, bias_mm, width_mm;
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void add(struct pool *p, const struct ice_figures *f, enum axis axis)
{
	for (size_t i = 0; i < f->samples; i++) {
		double off = f->off_mm[axis][i];

		if (isinf(off))
			continue;
		p->off_mm[p->n++] = fabs(off);
		p->squares += off * off;
		p->bias_mm += off;
		p->width_mm += f->error_mm[axis][i];
		p->inside += fabs(off) <= f->error_mm[axis][i];
	}
}

static bool belongs(const struct subject *s, const struct ice_bars *bar)
{
	return subject_counts(s) && (s->traits.value[TRAIT_CLASS_NAMED] > 0) == bar->named;
}

static struct pool gather(const struct subject *s, size_t n, enum reader reader, enum axis axis,
			  const struct ice_bars *bar)
{
	struct pool p = { .off_mm = calloc(n, ICE_SAMPLES * sizeof(double)) };

	for (size_t i = 0; p.off_mm && i < n; i++)
		if (belongs(&s[i], bar))
			add(&p, &s[i].ice[reader], axis);
	if (p.n)
		qsort(p.off_mm, p.n, sizeof(double), compare);
	return p;
}

/* Of a sorted list that is not empty. */
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
	return sqrt(p->squares / p->n);
}

static double inside(const struct pool *p)
{
	return 100.0 * p->inside / p->n;
}

static const struct {
	const char *name;
	bool barred;			/* the radii have a bar, the lengths are reported */
} axes[AXES] = {
	{ "ice-edge radius", true }, { "ice-edge half length", false },
	{ "−20 °C radius", true }, { "−20 °C half length", false },
};

static bool within_bars(const struct pool *p, double most_mm)
{
	return most(p->off_mm, p->n) <= most_mm && inside(p) >= 90 && inside(p) <= 99;
}

/* One axis by all who say something of it. */
static bool print_axis(FILE *out, const struct pool pool[READERS], enum axis axis,
		       const struct ice_bars *bar)
{
	const struct pool *core = &pool[READER_CORE], *sensed = &pool[READER_TISSUE];
	const struct pool *line = &pool[READER_LINE];
	double edge = most(core->off_mm, core->n), edge_sensed = most(sensed->off_mm, sensed->n);
	bool barred = axes[axis].barred;
	bool good = edge <= bar->radius_mm && edge_sensed <= SENSED_BAR_MM;

	fprintf(out, "| %s, error in 95 %% of samples, mm | ", axes[axis].name);
	if (barred)
		fprintf(out, "%.1f %s; %.1f %s", bar->radius_mm, verdict(edge <= bar->radius_mm),
			SENSED_BAR_MM, verdict(edge_sensed <= SENSED_BAR_MM));
	else
		fprintf(out, "–");
	fprintf(out, " | %.2f | %.2f | ", edge, edge_sensed);
	fprintf(out, barred ? "%.2f |\n" : "– |\n", most(line->off_mm, line->n));
	fprintf(out, "| truth inside the stated band, %% | %s%s | %.1f | %.1f | – |\n",
		barred ? "90 to 99 " : "–",
		barred ? verdict(within_bars(core, INFINITY) && within_bars(sensed, INFINITY)) : "",
		inside(core), inside(sensed));
	fprintf(out, "| mean of the stated band, ± mm | – | %.2f | %.2f | – |\n",
		core->width_mm / core->n, sensed->width_mm / sensed->n);
	return !barred || (good && within_bars(core, INFINITY) && within_bars(sensed, INFINITY));
}

static bool print_edge(FILE *out, const struct pool pool[READERS])
{
	const struct pool *core = &pool[READER_CORE], *sensed = &pool[READER_TISSUE];
	const struct pool *line = &pool[READER_LINE];

	fprintf(out, "| mean error of the ice edge, mm | – | %+.2f | %+.2f | %+.2f |\n",
		core->bias_mm / core->n, sensed->bias_mm / sensed->n, line->bias_mm / line->n);
	fprintf(out, "| RMS error of the ice edge, mm | half of 1-D %s | %.2f | %.2f | %.2f |\n",
		verdict(rms(core) <= rms(line) / 2), rms(core), rms(sensed), rms(line));
	return rms(core) <= rms(line) / 2;
}

static bool print_samples(FILE *out, const struct subject *s, size_t n,
			  const struct ice_bars *bar)
{
	bool good = true;

	for (enum axis axis = 0; axis < AXES; axis++) {
		struct pool pool[READERS];
		bool some = true;

		for (enum reader reader = 0; reader < READERS; reader++) {
			pool[reader] = gather(s, n, reader, axis, bar);
			some &= pool[reader].n > 0;
		}
		if (some)
			good &= print_axis(out, pool, axis, bar);
		if (some && axis == AXIS_EDGE)
			good &= print_edge(out, pool);
		for (enum reader reader = 0; reader < READERS; reader++)
			free(pool[reader].off_mm);
	}
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
	fprintf(out, "| boundary passed by the ice edge, at worst, mm | %.1f %s | %.2f | – | – |\n",
		PASSED_BAR_MM, verdict(passed <= PASSED_BAR_MM), passed);
	fprintf(out, "| freeze ended more than %.1f mm before it, %% of patients | %.0f %s | %.1f | – | – |\n",
		bar->early_mm, 100 * bar->early_share,
		verdict(early <= bar->early_share * all), 100.0 * early / all);
	return passed <= PASSED_BAR_MM && early <= bar->early_share * all;
}

/* The share of all forecasts that are off by at most FORECAST_WITHIN of the time left, or of the whole. */
static double forecasts_within(const struct subject *s, size_t n, enum reader reader,
			       const struct ice_bars *bar, bool of_whole)
{
	size_t all = 0, within = 0;

	for (size_t i = 0; i < n; i++) {
		const struct forecast_figures *f = &s[i].forecast[reader];

		for (size_t j = 0; belongs(&s[i], bar) && j < f->samples - f->silent; j++) {
			double time_s = of_whole ? f->whole_s : f->left_s[j];

			all++;
			within += fabs(f->off_s[j]) <= FORECAST_WITHIN * time_s;
		}
	}
	return all ? 100.0 * within / all : INFINITY;
}

/* Not counted as a bar: what is right for most of the class, by who knows more than we can. */
static void print_foreseen(FILE *out, const struct subject *s, size_t n,
			   const struct ice_bars *bar)
{
	static const char *const knows[CLAIRVOYANTS] = {
		[CLAIRVOYANT_TRUTH] = "the class and the tip's true course",
		[CLAIRVOYANT_SENSOR] = "the class and the sensor's course",
	};

	for (enum clairvoyant who = 0; who < CLAIRVOYANTS; who++) {
		double asked = 0, right = 0;

		for (size_t i = 0; i < n; i++) {
			if (!belongs(&s[i], bar))
				continue;
			asked += s[i].foreseen[who].asked;
			right += s[i].foreseen[who].right;
		}
		fprintf(out, "| the same by a clairvoyant who knows %s, %% of samples | – | %.1f | – | – |\n",
			knows[who], 100 * right / asked);
	}
}

static double forecasts_missing(const struct subject *s, size_t n, const struct ice_bars *bar)
{
	size_t all = 0, silent = 0;

	for (size_t i = 0; i < n; i++) {
		if (!belongs(&s[i], bar))
			continue;
		all += s[i].forecast[READER_CORE].samples;
		silent += s[i].forecast[READER_CORE].silent;
	}
	return 100.0 * silent / all;
}

static bool print_forecasts(FILE *out, const struct subject *s, size_t n,
			    const struct ice_bars *bar)
{
	static const char *const of[] = { "left", "since the freeze's begin" };
	bool good = true;

	for (int whole = 0; whole < 2; whole++) {
		double core = forecasts_within(s, n, READER_CORE, bar, whole);
		double sensed = forecasts_within(s, n, READER_TISSUE, bar, whole);
		bool barred = bar->named && !whole;

		if (isinf(core))
			return true;
		fprintf(out, "| forecast of the boundary within 15 %% of the time %s, %% of samples | %s%s | %.1f | %.1f | – |\n",
			of[whole], barred ? "95 " : "–", barred ? verdict(core >= 95) : "", core,
			sensed);
		if (barred)
			print_foreseen(out, s, n, bar);
		good &= !barred || core >= 95;
	}
	fprintf(out, "| no forecast yet, %% of samples | – | %.1f | – | – |\n",
		forecasts_missing(s, n, bar));
	return good;
}

/* True as well if there is nobody. */
static bool print_class(FILE *out, const struct subject *subject, size_t n,
			const struct ice_bars *bar)
{
	bool some = false, good;

	for (size_t i = 0; i < n; i++)
		some |= belongs(&subject[i], bar) && subject[i].ice[READER_CORE].samples;
	if (!some)
		return true;
	fprintf(out, "\n| the ice, class of tissue %s | bar | %s | %s | %s |\n", bar->class,
		reader_name(READER_CORE), reader_name(READER_TISSUE), reader_name(READER_LINE));
	fprintf(out, "| --- | --- | --- | --- | --- |\n");
	good = print_samples(out, subject, n, bar);
	good &= print_boundaries(out, subject, n, bar);
	good &= print_forecasts(out, subject, n, bar);
	return good;
}

bool ice_report_print(FILE *out, const struct subject *subject, size_t n)
{
	bool good = true;

	for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++)
		good &= print_class(out, subject, n, &bars[i]);
	return good;
}
