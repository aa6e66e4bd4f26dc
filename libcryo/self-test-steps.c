// SPDX-License-Identifier: LGPL-2.1-or-later
/* The steps of a probe's self-test: read from the bus, and told. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static const struct {
	const char *step, *title;
} titles[] = {
	{ "readings", "the sensors that are needed can be read" },
	{ "agreement", "tip and shaft are as warm as the room, or a body" },
	{ "estop", "the emergency stop was pressed and released since power-up" },
	{ "one-shot", "without the kernel's pulses the valves have no supply" },
	{ "supply", "with the kernel's pulses they have" },
	{ "arming", "nothing else stood in the way of arming" },
	{ "supply-valve", "the supply valve holds while the freeze valve is open" },
	{ "freeze-valve", "the freeze valve holds while the supply valve is open" },
	{ "tip", "the tip is steadily between +5 and +50 degC" },
};

static void test_done(struct cryo_test *test)
{
	free(test->step);
	free(test->fault);
	free(test->detail);
}

void tests_free(struct cryo_test *tests, size_t n)
{
	for (size_t i = 0; i < n; i++)
		test_done(&tests[i]);
	free(tests);
}

struct test_list {
	struct cryo_test *tests;
	size_t n;
};

static void test_list_done(struct test_list *list)
{
	tests_free(list->tests, list->n);
}

/* 1 with a step, 0 at the end of the array. */
static int read_test(sd_bus_message *m, struct cryo_test *ret_test)
{
	const char *step, *result, *fault, *detail;
	struct cryo_test test;
	int r;

	r = sd_bus_message_read(m, "(ssss)", &step, &result, &fault, &detail);
	if (r <= 0)
		return r;
	test = (struct cryo_test){
		.step = strdup(step), .fault = strdup(fault), .detail = strdup(detail),
		.result = test_result_from_string(result),
	};
	if (!test.step || !test.fault || !test.detail) {
		test_done(&test);
		return -ENOMEM;
	}
	*ret_test = test;
	return 1;
}

static int read_test_list(sd_bus_message *m, struct test_list *list)
{
	for (;;) {
		struct cryo_test *grown, test;
		int r = read_test(m, &test);

		if (r <= 0)
			return r;
		grown = reallocarray(list->tests, list->n + 1, sizeof(test));
		if (!grown) {
			test_done(&test);
			return -ENOMEM;
		}
		list->tests = grown;
		list->tests[list->n++] = test;
	}
}

int tests_read(sd_bus_message *m, struct properties *p)
{
	_cleanup_(test_list_done) struct test_list list = { 0 };
	int r;

	r = sd_bus_message_enter_container(m, 'a', "(ssss)");
	if (r >= 0)
		r = read_test_list(m, &list);
	if (r < 0)
		return r;
	tests_free(p->tests, p->n_tests);
	p->tests = TAKE_PTR(list.tests);
	p->n_tests = list.n;
	list.n = 0;
	return sd_bus_message_exit_container(m);
}

size_t cryo_probe_test_count(const struct cryo_probe *probe)
{
	return probe->properties.n_tests;
}

const struct cryo_test *cryo_probe_test(const struct cryo_probe *probe, size_t index)
{
	return index < probe->properties.n_tests ? &probe->properties.tests[index] : NULL;
}

const char *cryo_test_step(const struct cryo_test *test)
{
	return test->step;
}

const char *cryo_test_title(const struct cryo_test *test)
{
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (!strcmp(titles[i].step, test->step))
			return titles[i].title;
	return "";
}

enum cryo_test_result cryo_test_result(const struct cryo_test *test)
{
	return test->result;
}

const char *cryo_test_fault(const struct cryo_test *test)
{
	return test->fault;
}

const char *cryo_test_detail(const struct cryo_test *test)
{
	return test->detail;
}
