// SPDX-License-Identifier: GPL-2.0-or-later
/* Options: a table of those that take a number, a table of those that take a word. */
#include "selftests/plant/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "selftests/plant/control.h"
#include "selftests/plant/tell.h"

#define AT(field) offsetof(struct options, field)
#define OF(field) offsetof(struct handpiece_config, field)

/* Of a handpiece. */
static const struct number_option {
	const char *name;
	size_t field;
	double min, max, unit;	/* of what is given; the field gets the value times unit */
	const char *what;
} numbers[] = {
	{ "active-mm", OF(tip.active_m), 2, 30, 1e-3, "active length of the tip (7)" },
	{ "blood-degc", OF(tissue.blood_degc), 20, 42, 1,
	  "temperature of the arterial blood (the class's)" },
	{ "c-frozen", OF(tissue.c_frozen), 500000, 1e7, 1,
	  "heat capacity, J/(m3 K) (the class's)" },
	{ "c-unfrozen", OF(tissue.c_unfrozen), 500000, 1e7, 1,
	  "heat capacity, J/(m3 K) (the class's)" },
	{ "cell-mm", OF(cell_m), 0.05, 1, 1e-3, "size of cells at the needle (0.15)" },
	{ "close-delay-ms", OF(tip.close_delay_s), 0, 200, 1e-3, "of each valve (10)" },
	{ "contact", OF(contact_m2k_w), 0, 1e-2, 1, "contact resistance, m2 K/W (1e-5)" },
	{ "cylinder-degc", OF(cylinder_degc), -10, 30, 1, "the room's temperature (20)" },
	{ "exhaust-kpa", OF(tip.exhaust_kpa), 100, 600, 1, "exhaust, absolute (110)" },
	{ "heater-w", OF(tip.heater_w), 0, 20, 1, "heater of the thaw line (3)" },
	{ "jitter-ms", OF(tip.jitter_s), 0, 10, 1e-3,
	  "of each valve, to both sides (1)" },
	{ "k-freezing", OF(tissue.k_freezing), 0.05, 5, 1,
	  "conductivity, W/(m K) (the class's)" },
	{ "k-frozen", OF(tissue.k_frozen), 0.05, 5, 1,
	  "conductivity, W/(m K) (the class's)" },
	{ "k-unfrozen", OF(tissue.k_unfrozen), 0.05, 5, 1,
	  "conductivity, W/(m K) (the class's)" },
	{ "lag-ms", OF(sensors.tip_lag_s), 20, 300, 1e-3, "tip thermocouple's lag (60)" },
	{ "latent", OF(tissue.latent), 1e7, 5e8, 1, "latent heat, J/m3 (the class's)" },
	{ "liquid-g", OF(liquid_g), 0, 10000, 1, "liquid in the cylinder (full)" },
	{ "metabolic", OF(tissue.metabolic), 0, 100000, 1, "W/m3 (the class's)" },
	{ "noise-degc", OF(sensors.noise_degc), 0, 10, 1, "thermocouple noise (0.03)" },
	{ "nozzle-share", OF(tip.nozzle_share), 0.2, 5, 1,
	  "flow of the nozzle against its kind (1)" },
	{ "offset-degc", OF(sensors.tip_offset_degc), -10, 10, 1,
	  "tip thermocouple's error (0)" },
	{ "open-delay-ms", OF(tip.open_delay_s), 0, 200, 1e-3, "of each valve (6)" },
	{ "perfusion", OF(tissue.perfusion), 0, 1e6, 1, "W/(m3 K) (the class's)" },
	{ "plug-degc", OF(sensors.cold_junction_degc), -20, 60, 1,
	  "temperature of the plug (24)" },
	{ "tail-s", OF(tip.tail_s), 0.05, 2, 1, "dead volume's tail (0.5)" },
	{ "tissue-needle-mm", OF(tissue_needle_m), 1, 25, 1e-3,
	  "its thermocouple's distance from the axis (5)" },
	{ "tissue-offset-degc", OF(sensors.tissue_offset_degc), -10, 10, 1,
	  "its thermocouple's error (0)" },
	{ "vessel-from-mm", OF(vessel.from_m), 0, 30, 1e-3,
	  "inner radius of a shell of more blood (0)" },
	{ "vessel-times", OF(vessel.times), 0, 1000, 1,
	  "its perfusion against the tissue's (0 = none)" },
	{ "vessel-to-mm", OF(vessel.to_m), 0, 30, 1e-3, "its outer radius (0)" },
};

static const char *set_real(const char *value, double min, double max, double *ret)
{
	static char problem[120];
	char *end;
	double v = strtod(value, &end);

	if (end == value || *end || !(v >= min && v <= max)) {
		snprintf(problem, sizeof(problem), "expected %g to %g", min, max);
		return problem;
	}
	*ret = v;
	return NULL;
}

static const char *set_number(struct options *o, const struct number_option *n, const char *value)
{
	double v = 0;
	const char *problem = set_real(value, n->min, n->max, &v);

	for (unsigned int i = o->first; !problem && i <= o->last; i++)
		*(double *)((char *)&o->handpiece[i] + n->field) = v * n->unit;
	return problem;
}

static const char *set_log_hz(struct options *o, const char *value)
{
	return set_real(value, 0.1, 1000, &o->log_hz);
}

static const char *set_integer(const char *value, long long min, long long max, long long *ret)
{
	static char problem[120];
	char *end;
	long long v;

	errno = 0;
	v = strtoll(value, &end, 10);
	if (errno || end == value || *end || v < min || v > max) {
		snprintf(problem, sizeof(problem), "expected an integer, %lld to %lld", min, max);
		return problem;
	}
	*ret = v;
	return NULL;
}

static const char *set_cryogen(struct options *o, const char *value)
{
	if (strcmp(value, "n2o") && strcmp(value, "ln2"))
		return "expected n2o or ln2";
	for (unsigned int i = o->first; i <= o->last; i++)
		o->handpiece[i].tip.cryogen = strcmp(value, "n2o") ? CRYOGEN_LN2 : CRYOGEN_N2O;
	return NULL;
}

static const char *set_gauge(struct options *o, const char *value)
{
	long long gauge = 0;
	const char *problem = set_integer(value, TIP_GAUGE_MIN, TIP_GAUGE_MAX, &gauge);

	for (unsigned int i = o->first; !problem && i <= o->last; i++)
		o->handpiece[i].tip.gauge = (int)gauge;
	return problem;
}

static const char *set_handpieces(struct options *o, const char *value)
{
	long long n = 0;
	const char *problem = set_integer(value, 1, PLANT_HANDPIECES_MAX, &n);

	if (!problem)
		o->handpieces = (unsigned int)n;
	return problem;
}

static const char *set_handpiece(struct options *o, const char *value)
{
	long long n = 0;
	const char *problem = set_integer(value, 0, PLANT_HANDPIECES_MAX - 1, &n);

	if (!problem)
		o->first = o->last = (unsigned int)n;
	return problem;
}

static const char *set_seed(struct options *o, const char *value)
{
	long long seed = 0;
	const char *problem = set_integer(value, 0, INT64_MAX, &seed);

	/* Handpieces that have one seed in common differ all the same. */
	for (unsigned int i = o->first; !problem && i <= o->last; i++)
		o->handpiece[i].seed = seed + i - o->first;
	return problem;
}

static const char *set_tissue(struct options *o, const char *value)
{
	static char problem[200] = "expected one of";
	const struct tissue *t = tissue_find(value);

	for (unsigned int i = o->first; t && i <= o->last; i++)
		o->handpiece[i].tissue = *t;
	if (t)
		return NULL;
	for (size_t i = 0; (t = tissue_at(i)); i++) {
		strncat(problem, " ", sizeof(problem) - strlen(problem) - 1);
		strncat(problem, t->name, sizeof(problem) - strlen(problem) - 1);
	}
	return problem;
}

static const char *add_fault(struct options *o, const char *value)
{
	if (o->n_faults == PLANT_PLANNED_MAX)
		return "too many";
	/* How many handpieces there are may follow on the command line: main() looks again. */
	return control_parse_fault(value, PLANT_HANDPIECES_MAX, &o->fault[o->n_faults++]);
}

/* A word has a function that takes it, or is kept as it is. */
static const struct word_option {
	const char *name;
	const char *(*set)(struct options *o, const char *value);
	size_t field;
	const char *value, *what;
} words[] = {
	{ "page", NULL, AT(page), "FILE",
	  "the shared page: ivshmem's file, or /dev/cryoprobe-sim" },
	{ "control", NULL, AT(control), "SOCKET", "control socket to make" },
	{ "log", NULL, AT(log), "FILE", "truth as CSV" },
	{ "edges", NULL, AT(edges), "FILE", "edges, faults, marks and stalls as CSV" },
	{ "log-hz", set_log_hz, 0, "0.1..1000", "rate of the log (20)" },
	{ "headless", NULL, AT(headless), "SCRIPT",
	  "no page: run a valve script (- is stdin) as fast as possible, CSV to stdout" },
	{ "tell", NULL, AT(tell), "LINE",
	  "no page: hand a line to a patient who runs, at --control (" PLANT_SOCKET ")" },
	{ "cryogen", set_cryogen, 0, "n2o|ln2", "(n2o)" },
	{ "gauge", set_gauge, 0, "16..22", "(18)" },
	{ "handpiece", set_handpiece, 0, "0..3", "what follows is of this one only (of all)" },
	{ "handpieces", set_handpieces, 0, "1..4", "how many (1)" },
	{ "tissue", set_tissue, 0, "CLASS", "muscle, fat, nerve, generic, gel ... (muscle)" },
	{ "seed", set_seed, 0, "N", "of noise and jitter (1)" },
	{ "fault", add_fault, 0, "NAME[@Ts][@H]",
	  "from the start, or at T seconds; may be repeated" },
};

static const char *set_word(struct options *o, const struct word_option *w, const char *value)
{
	if (w->set)
		return w->set(o, value);
	*(const char **)((char *)o + w->field) = value;
	return NULL;
}

#define N_NUMBERS (sizeof(numbers) / sizeof(numbers[0]))
#define N_WORDS (sizeof(words) / sizeof(words[0]))

void options_print_help(FILE *f)
{
	fputs("usage: cryo-plant --page FILE [OPTION...]\n"
	      "       cryo-plant --headless SCRIPT [OPTION...]\n"
	      "       cryo-plant --tell LINE [--control SOCKET]\n\n"
	      "The virtual patient: tissue that freezes around a cryoneurolysis needle.\n\n", f);
	for (size_t i = 0; i < N_WORDS; i++)
		fprintf(f, "  --%s %s\n\t%s\n", words[i].name, words[i].value, words[i].what);
	for (size_t i = 0; i < N_NUMBERS; i++)
		fprintf(f, "  --%s %g..%g\n\t%s\n", numbers[i].name, numbers[i].min, numbers[i].max,
			numbers[i].what);
	fputs("\nfaults:\n", f);
	for (size_t i = 0; fault_at(i); i++)
		fprintf(f, "  %-20s %s\n", fault_at(i)->name, fault_at(i)->what);
}

static const char *set_option(struct options *o, const char *name, const char *value)
{
	for (size_t i = 0; i < N_WORDS; i++)
		if (!strcmp(name, words[i].name))
			return value ? set_word(o, &words[i], value) : "needs a value";
	for (size_t i = 0; i < N_NUMBERS; i++)
		if (!strcmp(name, numbers[i].name))
			return value ? set_number(o, &numbers[i], value) : "needs a value";
	return "no such option; try --help";
}

int options_parse(struct options *o, int argc, char *argv[])
{
	*o = (struct options){ .handpieces = 1, .last = PLANT_HANDPIECES_MAX - 1, .log_hz = 20 };
	for (unsigned int i = 0; i < PLANT_HANDPIECES_MAX; i++) {
		o->handpiece[i] = handpiece_defaults();
		o->handpiece[i].seed += i;
	}
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL, *problem;

		if (!strcmp(argv[i], "--help")) {
			o->help = true;
			return 0;
		}
		problem = strncmp(argv[i], "--", 2) ? "not an option; try --help" :
						      set_option(o, argv[i] + 2, value);
		if (problem) {
			fprintf(stderr, "cryo-plant: %s %s: %s\n", argv[i], value ? value : "",
				problem);
			return -EINVAL;
		}
		i++;
	}
	return 0;
}
