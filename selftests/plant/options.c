// SPDX-License-Identifier: GPL-2.0-or-later
/* Options: a table of those that take a number, a table of those that take a word. */
#include "selftests/plant/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "selftests/plant/control.h"

#define AT(field) offsetof(struct options, field)

static const struct number_option {
	const char *name;
	size_t field;
	double min, max, unit;	/* of what is given; the field gets the value times unit */
	const char *what;
} numbers[] = {
	{ "active-mm", AT(handpiece.tip.active_m), 2, 30, 1e-3, "active length of the tip (7)" },
	{ "blood-degc", AT(handpiece.tissue.blood_degc), 20, 42, 1,
	  "temperature of the arterial blood (the class's)" },
	{ "c-frozen", AT(handpiece.tissue.c_frozen), 500000, 1e7, 1,
	  "heat capacity, J/(m3 K) (the class's)" },
	{ "c-unfrozen", AT(handpiece.tissue.c_unfrozen), 500000, 1e7, 1,
	  "heat capacity, J/(m3 K) (the class's)" },
	{ "cell-mm", AT(handpiece.cell_m), 0.05, 1, 1e-3, "size of cells at the needle (0.15)" },
	{ "close-delay-ms", AT(handpiece.tip.close_delay_s), 0, 200, 1e-3, "of each valve (10)" },
	{ "contact", AT(handpiece.contact_m2k_w), 0, 1e-2, 1, "contact resistance, m2 K/W (1e-5)" },
	{ "cylinder-degc", AT(handpiece.cylinder_degc), -10, 30, 1, "the room's temperature (20)" },
	{ "exhaust-kpa", AT(handpiece.tip.exhaust_kpa), 100, 600, 1, "exhaust, absolute (110)" },
	{ "heater-w", AT(handpiece.tip.heater_w), 0, 20, 1, "heater of the thaw line (3)" },
	{ "jitter-ms", AT(handpiece.tip.jitter_s), 0, 10, 1e-3,
	  "of each valve, to both sides (1)" },
	{ "k-freezing", AT(handpiece.tissue.k_freezing), 0.05, 5, 1,
	  "conductivity, W/(m K) (the class's)" },
	{ "k-frozen", AT(handpiece.tissue.k_frozen), 0.05, 5, 1,
	  "conductivity, W/(m K) (the class's)" },
	{ "k-unfrozen", AT(handpiece.tissue.k_unfrozen), 0.05, 5, 1,
	  "conductivity, W/(m K) (the class's)" },
	{ "lag-ms", AT(handpiece.sensors.tip_lag_s), 20, 300, 1e-3, "tip thermocouple's lag (60)" },
	{ "latent", AT(handpiece.tissue.latent), 1e7, 5e8, 1, "latent heat, J/m3 (the class's)" },
	{ "liquid-g", AT(handpiece.liquid_g), 0, 10000, 1, "liquid in the cylinder (full)" },
	{ "log-hz", AT(log_hz), 0.1, 1000, 1, "rate of the log (20)" },
	{ "metabolic", AT(handpiece.tissue.metabolic), 0, 100000, 1, "W/m3 (the class's)" },
	{ "noise-degc", AT(handpiece.sensors.noise_degc), 0, 10, 1, "thermocouple noise (0.03)" },
	{ "nozzle-share", AT(handpiece.tip.nozzle_share), 0.2, 5, 1,
	  "flow of the nozzle against its kind (1)" },
	{ "offset-degc", AT(handpiece.sensors.tip_offset_degc), -10, 10, 1,
	  "tip thermocouple's error (0)" },
	{ "open-delay-ms", AT(handpiece.tip.open_delay_s), 0, 200, 1e-3, "of each valve (6)" },
	{ "perfusion", AT(handpiece.tissue.perfusion), 0, 1e6, 1, "W/(m3 K) (the class's)" },
	{ "plug-degc", AT(handpiece.sensors.cold_junction_degc), -20, 60, 1,
	  "temperature of the plug (24)" },
	{ "tail-s", AT(handpiece.tip.tail_s), 0.05, 2, 1, "dead volume's tail (0.5)" },
	{ "vessel-from-mm", AT(handpiece.vessel.from_m), 0, 30, 1e-3,
	  "inner radius of a shell of more blood (0)" },
	{ "vessel-times", AT(handpiece.vessel.times), 0, 1000, 1,
	  "its perfusion against the tissue's (0 = none)" },
	{ "vessel-to-mm", AT(handpiece.vessel.to_m), 0, 30, 1e-3, "its outer radius (0)" },
};

static const char *set_number(struct options *o, const struct number_option *n, const char *value)
{
	static char problem[120];
	char *end;
	double v = strtod(value, &end);

	if (end == value || *end || !(v >= n->min && v <= n->max)) {
		snprintf(problem, sizeof(problem), "expected %g to %g", n->min, n->max);
		return problem;
	}
	*(double *)((char *)o + n->field) = v * n->unit;
	return NULL;
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
	o->handpiece.tip.cryogen = strcmp(value, "n2o") ? CRYOGEN_LN2 : CRYOGEN_N2O;
	return NULL;
}

static const char *set_gauge(struct options *o, const char *value)
{
	long long gauge = 0;
	const char *problem = set_integer(value, TIP_GAUGE_MIN, TIP_GAUGE_MAX, &gauge);

	if (!problem)
		o->handpiece.tip.gauge = (int)gauge;
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

static const char *set_seed(struct options *o, const char *value)
{
	long long seed = 0;
	const char *problem = set_integer(value, 0, INT64_MAX, &seed);

	if (!problem)
		o->handpiece.seed = seed;
	return problem;
}

static const char *set_tissue(struct options *o, const char *value)
{
	static char problem[200] = "expected one of";
	const struct tissue *t = tissue_find(value);

	if (t) {
		o->handpiece.tissue = *t;
		return NULL;
	}
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
	{ "headless", NULL, AT(headless), "SCRIPT",
	  "no page: run a valve script (- is stdin) as fast as possible, CSV to stdout" },
	{ "cryogen", set_cryogen, 0, "n2o|ln2", "(n2o)" },
	{ "gauge", set_gauge, 0, "16..22", "(18)" },
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
	      "       cryo-plant --headless SCRIPT [OPTION...]\n\n"
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
	*o = (struct options){ .handpiece = handpiece_defaults(), .handpieces = 1, .log_hz = 20 };
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
