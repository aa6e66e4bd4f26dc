// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Explores the interlock: every scenario is a case, and so is that all of them together have seen
 * every fault and every verdict, or an invariant might hold because nothing happens.
 *
 * usage: explore [--full] [--states MAX] [NAME], where --full is all scenarios and NAME is one
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "selftests/explore/scenarios.h"

#define STATES_MAX 20000000
/* The scenarios' tips are plausible, and there is no pressure. */
#define EVERY_FAULT (BIT_ULL(CRYOPROBE_FAULT_OVERHEAT) | BIT_ULL(CRYOPROBE_FAULT_OUTPUT) | \
		     BIT_ULL(CRYOPROBE_FAULT_TEST_ONE_SHOT) | BIT_ULL(CRYOPROBE_FAULT_TEST_SUPPLY) | \
		     BIT_ULL(CRYOPROBE_FAULT_TEST_FREEZE_VALVE) | \
		     BIT_ULL(CRYOPROBE_FAULT_TEST_SUPPLY_VALVE) | \
		     (BIT_ULL(CRYOPROBE_FAULT_REMOVED + 1) - 1))
#define EVERY_VERDICT (BIT_ULL(CRYOPROBE_VERDICT_TESTING + 1) - 1)

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static bool explore(const struct scenario *scenario, u32 states_max, u32 number,
		    struct figures *sum)
{
	double begun = seconds();
	struct figures figures;
	const char *broken = search_run(scenario, states_max, &figures);
	bool passed = !broken && figures.finished;

	if (broken)
		printf("# broken: %s\n", broken);
	else if (!figures.finished)
		printf("# more than %u states: something in struct world is not canonical\n", states_max);
	printf("# %u states, %llu transitions, %llu steps compared, %.1f s\n", figures.states,
	       figures.transitions, figures.walks, seconds() - begun);
	printf("%sok %u %s\n", passed ? "" : "not ", number, scenario->name);
	sum->states += figures.states;
	sum->transitions += figures.transitions;
	sum->latched |= figures.latched;
	sum->verdicts |= figures.verdicts;
	return passed;
}

/* Tells which of a mask's bits were never seen, by number. */
static bool seen_all(u64 seen, u64 wanted, u32 number, const char *what)
{
	for (u32 bit = 0; bit < 64; bit++)
		if (wanted & ~seen & BIT_ULL(bit))
			printf("# never seen: %u\n", bit);
	printf("%sok %u every_%s_was_seen\n", wanted & ~seen ? "not " : "", number, what);
	return !(wanted & ~seen);
}

static bool chosen(const struct scenario *scenario, bool full, const char *only)
{
	return only ? !strcmp(scenario->name, only) : full || scenario->reduced;
}

struct options {
	bool full;
	u32 states_max;
	const char *only;
};

static struct options parse(int argc, char *argv[])
{
	struct options o = { .states_max = STATES_MAX };

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--full"))
			o.full = true;
		else if (!strcmp(argv[i], "--states") && i + 1 < argc)
			o.states_max = strtoul(argv[++i], NULL, 10);
		else
			o.only = argv[i];
	}
	return o;
}

int main(int argc, char *argv[])
{
	struct options o = parse(argc, argv);
	struct figures sum = {};
	u32 number = 0, planned = o.only ? 0 : 2;
	bool passed = true;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (u32 i = 0; i < scenarios_count; i++)
		planned += chosen(&scenarios[i], o.full, o.only);
	printf("KTAP version 1\n1..%u\n", planned);
	for (u32 i = 0; i < scenarios_count; i++)
		if (chosen(&scenarios[i], o.full, o.only))
			passed &= explore(&scenarios[i], o.states_max, ++number, &sum);
	printf("# all: %u states, %llu transitions\n", sum.states, sum.transitions);
	if (!o.only) {
		passed &= seen_all(sum.latched, EVERY_FAULT, ++number, "fault");
		passed &= seen_all(sum.verdicts, EVERY_VERDICT, ++number, "verdict");
	}
	return passed && planned ? EXIT_SUCCESS : EXIT_FAILURE;
}
