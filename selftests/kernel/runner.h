/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kselftest_harness.h with a main() that runs each test in a process of its own, and is the plant.
 *
 * A guest under emulation may not get a processor for a while, and then the driver rightly finds
 * its own sampler late, and a chip that is just bound its bus silent. So a test that failed while
 * the program was stalled is inconclusive and is repeated, up to three times; thrice is a failure.
 *
 * A file of tests includes this one and ends with RUNNER_MAIN, or with RUNNER_MAIN_ALONE if its
 * tests have plants of their own. With arguments the program behaves as the harness does: -l lists,
 * -r runs one test, beside a program that is the plant.
 */
#ifndef CRYO_SELFTESTS_KERNEL_RUNNER_H
#define CRYO_SELFTESTS_KERNEL_RUNNER_H

#include <kselftest_harness.h>

#include "selftests/kernel/fakeplant.h"

/** runner_figure() - tell something worth to be known also if the test passes, as printf does. */
__attribute__((format(printf, 1, 2)))
void runner_figure(const char *format, ...);

/**
 * runner_start() - print the head of the KTAP document, watch for stalls
 * @tests: how many there will be
 * @plant: be the plant
 *
 * Return: 0, or an exit status after telling why not.
 */
int runner_start(unsigned int tests, bool plant);

/**
 * runner_test() - run one test by executing this program for it, and print its result
 * @number: from 1
 * @fixture: name of its fixture, which may be "global"
 * @variant: name of the fixture's variant, or ""
 * @test: its name
 *
 * Return: true if it has passed.
 */
bool runner_test(unsigned int number, const char *fixture, const char *variant, const char *test);

static inline unsigned int runner_tests(bool run, bool *ret_passed)
{
	struct __fixture_variant_metadata none = { .name = "" }, *v;
	struct __fixture_metadata *f;
	struct __test_metadata *t;
	unsigned int count = 0;

	for (f = __fixture_list; f; f = f->next)
		for (v = f->variant ?: &none; v; v = v->next)
			for (t = f->tests; t; t = t->next)
				if (++count && run && !runner_test(count, f->name, v->name, t->name))
					*ret_passed = false;
	return count;
}

static inline int runner_main(int argc, char **argv, bool plant)
{
	bool passed = true;
	int r;

	if (argc > 1) {
		r = plant ? fakeplant_map() : 0;
		return r < 0 ? KSFT_FAIL : test_harness_run(argc, argv);
	}
	r = runner_start(runner_tests(false, NULL), plant);
	if (r)
		return r;
	runner_tests(true, &passed);
	return passed ? KSFT_PASS : KSFT_FAIL;
}

#define RUNNER_MAIN		int main(int argc, char **argv) { return runner_main(argc, argv, true); }
#define RUNNER_MAIN_ALONE	int main(int argc, char **argv) { return runner_main(argc, argv, false); }

#endif /* CRYO_SELFTESTS_KERNEL_RUNNER_H */
