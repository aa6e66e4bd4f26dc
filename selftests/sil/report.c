// SPDX-License-Identifier: GPL-2.0-or-later
/* Percentiles and verdicts as Markdown, and what went wrong with whom. */
#include "selftests/sil/report.h"

#include <math.h>
#include <stdlib.h>

#include "selftests/sil/lines.h"

#define SATURATED_WITHIN_S	15.1	/* the notice comes after 15 s, with the next sample */

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

static const char *number(double value, char text[16])
{
	if (isinf(value))
		return "never";
	snprintf(text, 16, fabs(value) < 9.995 ? "%.2f" : "%.1f", value);
	return text;
}

/* 50 %, 95 %, 99 % and the worst. */
static void print_percentiles(FILE *out, const double *sorted, size_t n)
{
	char text[4][16];

	if (!n) {
		fprintf(out, " |");
		return;
	}
	fprintf(out, " %s · %s · %s · %s |", number(percentile(sorted, n, 0.5), text[0]),
		number(percentile(sorted, n, 0.95), text[1]),
		number(percentile(sorted, n, 0.99), text[2]), number(sorted[n - 1], text[3]));
}

/* Values of one line over all subjects that count, sorted; how many. */
static size_t collect(const struct line *line, const struct subject *s, size_t n, enum law law,
		      double *ret)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		if (s[i].treated[law] && subject_counts(&s[i]))
			ret[found++] = line_value(line, &s[i], law);
	qsort(ret, found, sizeof(*ret), compare);
	return found;
}

static bool print_verdict(FILE *out, const struct line *line, const struct subject *s, size_t n)
{
	size_t all = 0, inside = 0, by_oracle = 0;
	char text[16];
	bool good;

	if (isnan(line->bar)) {
		fprintf(out, " – | – | – |");
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		if (!subject_counts(&s[i]))
			continue;
		all++;
		inside += line_is_kept(line, &s[i]);
		by_oracle += line_is_kept_by_oracle(line, &s[i]);
	}
	good = by_oracle >= line->share * all;
	fprintf(out, " %s | %.1f %% | %.1f %% %s |", number(line->bar, text), 100.0 * inside / all,
		100.0 * by_oracle / all, good ? "pass" : "**fail**");
	return good;
}

static bool print_table(FILE *out, const struct subject *s, size_t n, double *scratch)
{
	bool good = true;

	fprintf(out, "\n| figure: 50 %% · 95 %% · 99 %% · worst | bar | patients within | or within the oracle's |");
	for (enum law law = LAW_CORE; law < LAWS; law++)
		fprintf(out, " %s |", law_name(law));
	fprintf(out, "\n| --- | --- | --- | --- | --- | --- | --- |\n");
	for (const struct line *line = lines; line < lines + lines_count; line++) {
		fprintf(out, "| %s, %s |", line->name, line->unit);
		good &= print_verdict(out, line, s, n);
		for (enum law law = LAW_CORE; law < LAWS; law++)
			print_percentiles(out, scratch, collect(line, s, n, law, scratch));
		fprintf(out, "\n");
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

/* How many of whom @who picks keep the bar. */
static size_t count_kept(const struct line *line, const struct subject *s, size_t n,
			 bool (*who)(const struct subject *s))
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		kept += who(&s[i]) && line_is_kept(line, &s[i]);
	return kept;
}

static bool has_none(const struct subject *s)
{
	return subject_counts(s) && !subject_has_room(s);
}

/* The bars as they are, apart for those whom physics allows to be held and for the others. */
static void print_allowed(FILE *out, const struct subject *s, size_t n)
{
	size_t allowed = count(s, n, subject_has_room), others = count(s, n, has_none);

	fprintf(out, "\n| bar, as it is | wanted | %zu whom physics allows: the oracle needs less than ±%.1f °C | the other %zu |\n| --- | --- | --- | --- |\n",
		allowed, ORACLE_ROOM_DEGC, others);
	for (const struct line *line = lines; line < lines + lines_count; line++) {
		size_t kept = count_kept(line, s, n, subject_has_room);

		if (isnan(line->bar) || !allowed)
			continue;
		fprintf(out, "| %s | %.0f %% | %.1f %% %s | %.1f %% |\n", line->name,
			100 * line->share, 100.0 * kept / allowed,
			kept >= line->share * allowed ? "pass" : "**fail**",
			others ? 100.0 * count_kept(line, s, n, has_none) / others : 100.0);
	}
}

/* Both laws' values on the patients that both have treated, sorted; how many. */
static size_t collect_both(const struct line *line, const struct subject *s, size_t n,
			   double *ret_core, double *ret_pid)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		if (!s[i].treated[LAW_PID] || !subject_counts(&s[i]))
			continue;
		ret_core[found] = line_value(line, &s[i], LAW_CORE);
		ret_pid[found++] = line_value(line, &s[i], LAW_PID);
	}
	qsort(ret_core, found, sizeof(*ret_core), compare);
	qsort(ret_pid, found, sizeof(*ret_pid), compare);
	return found;
}

/* "Better in every line", at 99 % of patients; where it is not so elsewhere is told. */
static bool print_against_pid(FILE *out, const struct subject *s, size_t n, double *core,
			      double *pid)
{
	static const double shares[] = { 0.5, 0.95, 0.99 };
	size_t behind = 0, bad = 0;

	for (const struct line *line = lines; line < lines + lines_count; line++) {
		size_t found = collect_both(line, s, n, core, pid);

		if (!found)
			return true;
		for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
			if (percentile(core, found, shares[i]) <= percentile(pid, found, shares[i]))
				continue;
			fprintf(out, "%s %s at %.0f %%", behind++ ? "," : "\nBehind the PID on the same patients:",
				line->name, 100 * shares[i]);
			bad += shares[i] > 0.98;
		}
	}
	fprintf(out, behind ? ".\n" : "\nNowhere behind the PID on the same patients.\n");
	return !bad;
}

/* How many that count were treated by this law to the end. */
static void print_completed(FILE *out, const struct subject *s, size_t n, enum law law)
{
	size_t treated = 0, completed = 0;

	for (size_t i = 0; i < n; i++) {
		if (!s[i].treated[law] || !subject_counts(&s[i]))
			continue;
		treated++;
		completed += s[i].course[law].completed;
	}
	if (treated)
		fprintf(out, "%s %s %zu of %zu", law == LAW_CORE ? "\nTreated to the end:" : ",",
			law_name(law), completed, treated);
}

static double equal_ripple(const struct oracle *o)
{
	return o->amplitude_degc;
}

static double band(const struct oracle *o)
{
	return o->band_degc;
}

static double rms(const struct oracle *o)
{
	return o->rms_degc;
}

static double below(const struct oracle *o)
{
	return o->below_degc;
}

/* What the oracle can do, and for how many that is worse than the bar. */
static void print_oracle(FILE *out, const struct subject *s, size_t n, double *scratch)
{
	static const struct {
		const char *name;
		double (*value)(const struct oracle *o);
		double bar;
	} rows[] = {
		{ "ripple of equal pulses, ±", equal_ripple, BAND_DEGC },
		{ "real pulses: band for 99 % of the time, ±", band, BAND_DEGC },
		{ "real pulses: RMS", rms, 0.5 },
		{ "real pulses: lowest", below, 1.5 },
	};

	fprintf(out, "\n| the oracle at %.0f openings a second | 50 %% · 95 %% · 99 %% · worst | bar | patients above |\n| --- | --- | --- | --- |\n",
		ORACLE_OPENINGS_S);
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		size_t found = 0, above = 0;

		for (size_t i = 0; i < n; i++) {
			if (!subject_counts(&s[i]))
				continue;
			scratch[found] = rows[row].value(&s[i].oracle);
			above += scratch[found++] > rows[row].bar;
		}
		qsort(scratch, found, sizeof(*scratch), compare);
		fprintf(out, "| %s, °C |", rows[row].name);
		print_percentiles(out, scratch, found);
		fprintf(out, " %.1f | %zu |\n", rows[row].bar, above);
	}
}

static void print_population(FILE *out, const struct subject *s, size_t n)
{
	fprintf(out, "%zu patients, seeds %llu to %llu, of the %s set: tuned was on seeds up to %d. %zu count: full flow brings the tip %d °C below the target within 60 s, and the supply lasts. In %zu full flow does not come within %d °C of the target.\n",
		n, (unsigned long long)s[0].traits.seed, (unsigned long long)s[n - 1].traits.seed,
		s[0].traits.seed < SEED_TEST ? "tuning" : "test", SEED_TEST - 1,
		count(s, n, subject_counts), FULL_FLOW_BELOW_DEGC, count(s, n, subject_saturates),
		COURSE_BAND_DEGC);
	for (enum law law = LAW_CORE; law < LAWS; law++)
		print_completed(out, s, n, law);
	fprintf(out, ".\n");
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
	if (subject_counts(s) && !c->completed)
		return c->fault_code ? "the kernel latched a fault" : "was not completed";
	if (subject_saturates(s) && c->saturated_s > SATURATED_WITHIN_S)
		return "did not say saturated";
	return NULL;
}

static bool print_troubles(FILE *out, const struct subject *s, size_t n)
{
	bool good = true;
	char text[16];

	for (size_t i = 0; i < n; i++) {
		const struct course *c = &s[i].course[LAW_CORE];

		if (!trouble(&s[i]))
			continue;
		fprintf(out, "- seed %llu: %s (%s, fault %u; saturated after %s s; %.1f °C above the floor)\n",
			(unsigned long long)s[i].traits.seed, trouble(&s[i]),
			c->reason ? c->reason : "", c->fault_code, number(c->saturated_s, text),
			c->floor_margin_degc);
		good = false;
	}
	return good;
}

bool report_print(FILE *out, const struct subject *subject, size_t n)
{
	double *scratch = calloc(2 * n, sizeof(*scratch));
	bool good;

	if (!scratch)
		return false;
	print_population(out, subject, n);
	good = print_table(out, subject, n, scratch);
	print_allowed(out, subject, n);
	good &= print_against_pid(out, subject, n, scratch, scratch + n);
	print_oracle(out, subject, n, scratch);
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
	for (const struct line *line = lines; line < lines + lines_count; line++)
		if (line->bar > 0)
			worst = fmax(worst, line_badness(line, s));
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
