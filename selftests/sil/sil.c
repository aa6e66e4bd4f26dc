// SPDX-License-Identifier: GPL-2.0-or-later
/* Treats virtual patients: sil [--patients=N] [--first=SEED] ..., or one again: sil --seed=SEED. */
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "selftests/sil/dataset.h"
#include "selftests/sil/plant-options.h"
#include "selftests/sil/population.h"
#include "selftests/sil/report.h"

#define WORST	10

struct options {
	size_t patients, compared;
	uint64_t first, seed;
	bool replay, list, plant;
	enum law law;
	unsigned int threads;
	const char *csv, *ice_csv, *out;
	char **assignments;
};

static const char usage[] =
	"usage: sil [option...] [trait=value...]\n"
	"  --patients=N   how many (250)\n"
	"  --first=SEED   seed of the first (1; the test set begins at 1014001)\n"
	"  --compare=N    baselines on the first N of them (all)\n"
	"  --threads=N    at once (one a core)\n"
	"  --out=FOLDER   figures and the worst courses as CSV\n"
	"  --seed=SEED    one patient again; 0 is the nominal one\n"
	"  --law=NAME     with --seed: cryo, on/off or PID\n"
	"  --csv=FILE     with --seed: its course, every 10 ms\n"
	"  --ice=FILE     with --seed: its ice, every 0.5 s\n"
	"  --traits       with --seed: only print what it is\n"
	"  --options      with --seed: only print it as options of cryo-plant\n"
	"trait=value changes a trait of every patient.\n"
	"SIGTERM: nobody further is begun, and the figures are of those before.\n";

static bool number(const char *text, uint64_t *ret)
{
	char *end;

	*ret = strtoull(text, &end, 10);
	return end != text && !*end;
}

static bool law_of(const char *name, enum law *ret)
{
	for (*ret = LAW_CORE; *ret < LAWS; (*ret)++)
		if (!strcmp(law_name(*ret), name))
			return true;
	return false;
}

static bool take(struct options *o, int option)
{
	uint64_t n = 0;
	bool good = strchr("pfcts", option) ? number(optarg, &n) : true;

	switch (option) {
	case 'p':
		o->patients = n;
		return good && n;
	case 'f':
		o->first = n;
		return good && n;
	case 'c':
		o->compared = n;
		return good;
	case 't':
		o->threads = (unsigned int)n;
		return good && n;
	case 's':
		o->seed = n;
		o->replay = true;
		return good;
	case 'l':
		return law_of(optarg, &o->law);
	case 'v':
		o->csv = optarg;
		return true;
	case 'i':
		o->ice_csv = optarg;
		return true;
	case 'o':
		o->out = optarg;
		return true;
	case 'P':
		o->plant = true;
		return true;
	case 'w':
		o->list = true;
		return true;
	}
	return false;
}

static bool parse(struct options *o, int argc, char *argv[])
{
	static const struct option known[] = {
		{ "patients", required_argument, NULL, 'p' },
		{ "first", required_argument, NULL, 'f' },
		{ "compare", required_argument, NULL, 'c' },
		{ "threads", required_argument, NULL, 't' },
		{ "out", required_argument, NULL, 'o' },
		{ "seed", required_argument, NULL, 's' },
		{ "law", required_argument, NULL, 'l' },
		{ "csv", required_argument, NULL, 'v' },
		{ "ice", required_argument, NULL, 'i' },
		{ "traits", no_argument, NULL, 'w' },
		{ "options", no_argument, NULL, 'P' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
		if (!take(o, option))
			return false;
	o->assignments = argv + optind;
	return true;
}

static bool draw(const struct options *o, uint64_t seed, struct traits *ret)
{
	if (seed)
		traits_draw(ret, seed);
	else
		*ret = traits_nominal();
	for (char **a = o->assignments; *a; a++)
		if (!traits_set(ret, *a)) {
			fprintf(stderr, "sil: %s: no such trait, or no number\n", *a);
			return false;
		}
	return true;
}

static void print_traits(const struct traits *t)
{
	for (enum trait i = 0; i < TRAIT_COUNT; i++)
		printf("%s=%.4g %s\n", trait_name(i), t->value[i], trait_unit(i));
}

static void print_course(const struct course *c)
{
	printf("%s after %.1f s, fault %u, %.2f g, %.1f degC above the floor, said saturated at %.1f s; %s\n",
	       c->completed ? "completed" : "not completed", c->total_s, c->fault_code, c->drawn_g,
	       c->floor_margin_degc, c->saturated_s, c->reason ? c->reason : "");
	for (unsigned int i = 0; i < c->cycles; i++) {
		const struct freeze_figures *f = &c->cycle[i].freeze;

		printf("cycle %u: response %.2f s, settling %.2f s, overshoot %.2f degC, within %.2f %%, RMS %.3f, steady %.3f, worst %.2f degC, %.2f openings/s, %.2f g in %.1f s; ice off by %.2f mm\n",
		       i + 1, f->response_s, f->settling_s, f->overshoot_degc,
		       100 * f->within_share, f->rms_degc, f->steady_degc, f->worst_degc,
		       f->openings_s, f->drawn_g, f->total_s, c->cycle[i].ice_error_mm);
	}
}

static int write_csv(const struct options *o, const struct traits *traits,
		     const struct trace *trace)
{
	FILE *points = fopen(o->csv ? o->csv : "/dev/null", "w");
	FILE *ice = fopen(o->ice_csv ? o->ice_csv : "/dev/null", "w");
	int r = points && ice ? 0 : -1;

	if (r)
		perror("sil: cannot write");
	else
		trace_print(trace, traits, points, ice);
	if (points && fclose(points))
		r = -1;
	if (ice && fclose(ice))
		r = -1;
	return r;
}

static int replay(const struct options *o)
{
	struct course_options how = { .law = o->law, .gains = law_pid_gains(), .whole = true };
	struct trace trace = trace_new();
	struct protocol protocol;
	struct full_flow full;
	struct course course;
	struct traits traits;
	int r = -1;

	if (!trace.point || !trace.ice || !draw(o, o->seed, &traits))
		goto out;
	r = 0;
	if (o->plant) {
		plant_options_print(&traits, stdout);
		goto out;
	}
	print_traits(&traits);
	if (o->list)
		goto out;
	protocol = course_protocol(&traits);
	r = course_full_flow(&traits, &trace, &full);
	if (!r)
		r = course_run(&traits, &protocol, &how, &trace, &course);
	if (r)
		goto out;
	printf("full flow: target in %.2f s, %.1f degC against it, %.1f mg/s\n", full.to_target_s,
	       full.lowest_degc, full.rate_g_s * 1e3);
	print_course(&course);
	r = write_csv(o, &traits, &trace);
out:
	trace_free(&trace);
	return r;
}

static int tell_worst(const struct options *o, const struct subject *subject, size_t n)
{
	uint64_t seed[WORST];
	size_t found = report_worst(subject, n, seed, WORST);

	printf("\nThe worst seeds:");
	for (size_t i = 0; i < found; i++)
		printf(" %llu", (unsigned long long)seed[i]);
	printf("\n");
	return o->out ? dataset_write(o->out, subject, n, seed, found) : 0;
}

/* Of those who were treated, should it have been told to stop before all were. */
static int report(const struct options *o, const struct subject *subject, bool *ret_good)
{
	size_t n = population_treated(subject, o->patients);

	if (n < o->patients)
		fprintf(stderr, "sil: stopped after %zu of %zu patients\n", n, o->patients);
	if (!n)
		return -1;
	*ret_good = report_print(stdout, subject, n);
	*ret_good &= ice_report_print(stdout, subject, n);
	return tell_worst(o, subject, n);
}

static void stop(int signal)
{
	(void)signal;
	population_stop();
}

static int treat_all(const struct options *o)
{
	struct subject *subject = calloc(o->patients, sizeof(*subject));
	int r = subject ? 0 : -1;
	bool good = false;

	for (size_t i = 0; !r && i < o->patients; i++)
		if (!draw(o, o->first + i, &subject[i].traits))
			r = -1;
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = stop }, NULL);
	if (!r)
		r = population_treat(subject, o->patients, o->compared, o->threads,
				     isatty(STDERR_FILENO));
	if (!r)
		r = report(o, subject, &good);
	free(subject);
	return r ? r : !good;
}

int main(int argc, char *argv[])
{
	struct options o = {
		.patients = 250, .compared = SIZE_MAX, .first = SEED_TUNING,
		.threads = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN),
	};

	if (!parse(&o, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	return (o.replay ? replay(&o) : treat_all(&o)) ? EXIT_FAILURE : EXIT_SUCCESS;
}
