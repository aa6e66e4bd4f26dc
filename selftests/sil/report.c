// SPDX-License-Identifier: GPL-2.0-or-later
/* Percentiles and bars. A new figure is one line of the table `lines`. */
#include "selftests/sil/report.h"

#include <math.h>
#include <stdlib.h>

#define MOST_OF_PATIENTS	0.99
#define SATURATED_WITHIN_S	15.1	/* the notice comes after 15 s, with the next sample */

struct view {
	const struct subject *subject;
	const struct course *course;
	const struct freeze_figures *freeze;
};

/* All figures are the smaller the better; a patient's is the worst of its cycles. */
struct line {
	const char *name, *unit;
	double (*value)(const struct view *v);
	double bar;			/* NAN: reported */
	double share;			/* of patients that must be within the bar */
	double (*oracle)(const struct oracle *o);	/* where it is larger, it is the bar */
};

static double response(const struct view *v)
{
	return v->freeze->response_s;
}

static double settling(const struct view *v)
{
	return v->freeze->settling_s;
}

/* Beyond the greater of 1.15 times full flow's time and 3 s more. */
static double settling_late(const struct view *v)
{
	double full_s = v->subject->full.to_target_s;

	return v->freeze->settling_s - fmax(1.15 * full_s, full_s + 3);
}

static double overshoot(const struct view *v)
{
	return v->freeze->overshoot_degc;
}

static double below_floor(const struct view *v)
{
	return fmax(-v->course->floor_margin_degc, 0);
}

static double outside(const struct view *v)
{
	return 100 * (1 - v->freeze->within_share);
}

static double rms(const struct view *v)
{
	return v->freeze->rms_degc;
}

static double steady(const struct view *v)
{
	return fabs(v->freeze->steady_degc);
}

static double tracking(const struct view *v)
{
	return v->freeze->tracking_degc;
}

static double absolute(const struct view *v)
{
	return fabs(v->freeze->absolute_degc);
}

static double openings(const struct view *v)
{
	return v->freeze->openings_s;
}

static double ripple(const struct oracle *o)
{
	return o->amplitude_degc;
}

static double ripple_rms(const struct oracle *o)
{
	return o->rms_degc;
}

/* Who cannot be held within the band is excused. */
static double ripple_outside(const struct oracle *o)
{
	return o->amplitude_degc > BAND_DEGC ? 100 : 0;
}

static double cryogen(const struct view *v)
{
	return 100 * v->freeze->drawn_g / (v->subject->full.rate_g_s * v->freeze->total_s);
}

static const struct line lines[] = {
	{ "response time", "s", response, NAN, 0, NULL },
	{ "settling time", "s", settling, NAN, 0, NULL },
	{ "settling beyond what full flow allows", "s", settling_late, 0, MOST_OF_PATIENTS, NULL },
	{ "overshoot below the target", "°C", overshoot, 1.5, MOST_OF_PATIENTS, ripple },
	{ "below the protocol's floor", "°C", below_floor, 0, 1, NULL },
	{ "time outside ±1 °C once settled", "%", outside, 1, MOST_OF_PATIENTS, ripple_outside },
	{ "RMS error once settled", "°C", rms, 0.5, MOST_OF_PATIENTS, ripple_rms },
	{ "steady-state deviation", "°C", steady, NAN, 0, NULL },
	{ "tracking error", "°C", tracking, NAN, 0, NULL },
	{ "absolute error, sensor offset included", "°C", absolute, NAN, 0, NULL },
	{ "valve openings in hold", "1/s", openings, ORACLE_OPENINGS_S, MOST_OF_PATIENTS, NULL },
	{ "cryogen against full flow", "%", cryogen, NAN, 0, NULL },
};

static double value_of(const struct line *line, const struct subject *s, enum law law)
{
	struct view v = { .subject = s, .course = &s->course[law] };
	double worst = -INFINITY;

	for (unsigned int i = 0; i < v.course->cycles; i++) {
		v.freeze = &v.course->cycle[i].freeze;
		worst = fmax(worst, line->value(&v));
	}
	return v.course->cycles ? worst : INFINITY;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double percentile(const double *sorted, size_t n, double share)
{
	size_t i = (size_t)(share * n);

	return sorted[i < n ? i : n - 1];
}

/* Values of one line over all subjects that count, sorted; how many. */
static size_t collect(const struct line *line, const struct subject *s, size_t n, enum law law,
		      double *ret)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		if (s[i].treated[law] && subject_counts(&s[i]))
			ret[found++] = value_of(line, &s[i], law);
	qsort(ret, found, sizeof(*ret), compare);
	return found;
}

static double bar_of(const struct line *line, const struct subject *s)
{
	return line->oracle ? fmax(line->bar, line->oracle(&s->oracle)) : line->bar;
}

static bool print_verdict(FILE *out, const struct line *line, const struct subject *s, size_t n)
{
	size_t all = 0, inside = 0;
	bool good;

	for (size_t i = 0; i < n; i++) {
		if (!subject_counts(&s[i]))
			continue;
		all++;
		inside += value_of(line, &s[i], LAW_CORE) <= bar_of(line, &s[i]);
	}
	good = isnan(line->bar) || inside >= line->share * all;
	if (isnan(line->bar))
		fprintf(out, " – |\n");
	else
		fprintf(out, " %.3g: %.1f %% %s |\n", line->bar, 100.0 * inside / all,
			good ? "pass" : "**fail**");
	return good;
}

/* Baselines are held to no bar. */
static bool print_line(FILE *out, const struct line *line, const struct subject *s, size_t n,
		       enum law law, double *scratch)
{
	size_t found = collect(line, s, n, law, scratch);

	if (!found)
		return true;
	fprintf(out, "| %s, %s | %s | %.2f | %.2f | %.2f | %.2f |", line->name, line->unit,
		law_name(law), percentile(scratch, found, 0.5), percentile(scratch, found, 0.95),
		percentile(scratch, found, 0.99), scratch[found - 1]);
	if (law == LAW_CORE)
		return print_verdict(out, line, s, n);
	fprintf(out, " |\n");
	return true;
}

static bool print_table(FILE *out, const struct subject *s, size_t n, double *scratch)
{
	bool good = true;

	fprintf(out, "\n| figure | law | 50 %% | 95 %% | 99 %% | worst | bar: share within |\n");
	fprintf(out, "| --- | --- | --- | --- | --- | --- | --- |\n");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		for (enum law law = LAW_CORE; law < LAWS; law++)
			good &= print_line(out, &lines[i], s, n, law, scratch);
	return good;
}

/* What is wrong with a course beyond the table, NULL if nothing. */
static const char *trouble(const struct subject *s)
{
	const struct course *c = &s->course[LAW_CORE];

	if (c->floor_margin_degc < 0)
		return "went below the floor";
	if (c->flow_at_end)
		return "ended with flow";
	if (c->withdraw_tip_degc < 0)
		return "asked to withdraw a frozen tip";
	if (subject_counts(s) && c->outcome != OUTCOME_COMPLETED)
		return c->fault_code ? "the kernel latched a fault" : "was not completed";
	if (subject_saturates(s) && c->saturated_s > SATURATED_WITHIN_S)
		return "did not say saturated";
	return NULL;
}

static bool print_troubles(FILE *out, const struct subject *s, size_t n)
{
	bool good = true;

	for (size_t i = 0; i < n; i++) {
		const struct course *c = &s[i].course[LAW_CORE];

		if (!trouble(&s[i]))
			continue;
		fprintf(out, "- seed %llu: %s (%s, fault %u, %s, said saturated at %.1f s, %.1f °C above the floor)\n",
			(unsigned long long)s[i].traits.seed, trouble(&s[i]),
			outcome_to_string(c->outcome), c->fault_code, c->reason ? c->reason : "",
			c->saturated_s, c->floor_margin_degc);
		good = false;
	}
	return good;
}

static size_t count(const struct subject *s, size_t n, bool (*is)(const struct subject *s))
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += is(&s[i]);
	return found;
}

static void print_oracle(FILE *out, const struct subject *s, size_t n, double *scratch)
{
	size_t found = 0, above = 0;

	for (size_t i = 0; i < n; i++) {
		if (!subject_counts(&s[i]))
			continue;
		above += s[i].oracle.amplitude_degc > BAND_DEGC;
		scratch[found++] = s[i].oracle.amplitude_degc;
	}
	qsort(scratch, found, sizeof(*scratch), compare);
	if (found)
		fprintf(out, "Oracle's ripple at %.0f openings/s: ±%.2f °C in the median, ±%.2f at 95 %%, ±%.2f at 99 %%, ±%.2f at worst; beyond ±%.0f °C in %zu\n",
			ORACLE_OPENINGS_S, percentile(scratch, found, 0.5),
			percentile(scratch, found, 0.95), percentile(scratch, found, 0.99),
			scratch[found - 1], BAND_DEGC, above);
}

bool report_print(FILE *out, const struct subject *subject, size_t n)
{
	double *scratch = calloc(n, sizeof(*scratch));
	bool good;

	if (!scratch)
		return false;
	fprintf(out, "%zu patients, seeds %llu to %llu: %zu count, %zu cannot come near their target\n",
		n, (unsigned long long)subject[0].traits.seed,
		(unsigned long long)subject[n - 1].traits.seed, count(subject, n, subject_counts),
		count(subject, n, subject_saturates));
	print_oracle(out, subject, n, scratch);
	good = print_table(out, subject, n, scratch);
	fprintf(out, "\n");
	good &= print_troubles(out, subject, n);
	free(scratch);
	return good;
}

/* How far a subject is from its bars: the largest ratio of value and bar. */
static double badness(const struct subject *s)
{
	double worst = trouble(s) ? 1000 : 0;

	if (!subject_counts(s))
		return worst;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (lines[i].bar > 0)
			worst = fmax(worst, value_of(&lines[i], s, LAW_CORE) / bar_of(&lines[i], s));
	return worst;
}

size_t report_worst(const struct subject *subject, size_t n, uint64_t *ret, size_t most)
{
	double *bad = calloc(n, sizeof(*bad));
	size_t found;

	if (!bad)
		return 0;
	for (size_t i = 0; i < n; i++)
		bad[i] = badness(&subject[i]);
	for (found = 0; found < most && found < n; found++) {
		size_t at = 0;

		for (size_t i = 1; i < n; i++)
			if (bad[i] > bad[at])
				at = i;
		ret[found] = subject[at].traits.seed;
		bad[at] = -1;
	}
	free(bad);
	return found;
}
