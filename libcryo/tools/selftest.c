// SPDX-License-Identifier: LGPL-2.1-or-later
/* The verb selftest: what the steps of a probe's self-test look at, how they ended, and what to do. */
#include <errno.h>
#include <string.h>

#include "cryoctl.h"

/* A test that has been asked for. */
struct testing {
	const struct invocation *in;
	struct cryo_probe *probe;
	char prompt[TEXT_COLUMNS];	/* told last */
};

/* What the operator is asked: the emergency stop, once after power-up. */
static void on_event(struct cryo_ctx *ctx, enum cryo_event event, struct cryo_probe *probe, void *userdata)
{
	struct testing *testing = userdata;
	const char *prompt;

	(void)ctx;
	if (event != CRYO_EVENT_PROBE_CHANGED || probe != testing->probe)
		return;
	prompt = cryo_probe_prompt(probe);
	if (*prompt && strncmp(testing->prompt, prompt, sizeof(testing->prompt) - 1))
		fprintf(stderr, "prompt: %s\n", prompt);
	snprintf(testing->prompt, sizeof(testing->prompt), "%s", prompt);
}

/* As cryo_probe_self_test(), with prompts told. */
static int test(struct testing *testing)
{
	CRYO_CLEANUP(cryo_call_unref) struct cryo_call *call = NULL;
	struct cryo_ctx *ctx = testing->in->ctx;
	int r;

	r = cryo_ctx_set_timeout(ctx, CRYO_SELF_TEST_MAX_MS);
	if (r < 0)
		return r;
	cryo_ctx_set_handler(ctx, on_event, testing);
	r = cryo_probe_self_test_async(testing->probe, NULL, NULL, &call);
	while (r >= 0 && !cryo_call_is_done(call))
		r = cryo_ctx_wait(ctx, -1);
	cryo_ctx_set_handler(ctx, NULL, NULL);
	return r < 0 ? r : cryo_probe_self_test_finish(call);
}

static void print_step(const struct cryo_test *step)
{
	const struct cryo_explanation *fault = cryo_explain(cryo_test_fault(step));

	printf("%-12s %-9s %s\n", cryo_test_step(step),
	       cryo_test_result_to_string(cryo_test_result(step)), cryo_test_title(step));
	if (!fault)
		return;
	printf("  fault %s: %s%s%s\n", cryo_explanation_name(fault), cryo_explanation_title(fault),
	       *cryo_test_detail(step) ? "; " : "", cryo_test_detail(step));
	print_wrapped("    ", cryo_explanation_cause(fault));
	print_wrapped("    ", cryo_explanation_action(fault));
}

static void print_steps(const struct cryo_probe *probe)
{
	const struct cryo_test *step;

	for (size_t i = 0; (step = cryo_probe_test(probe, i)); i++)
		print_step(step);
}

static void json_step(struct json *j, const struct cryo_test *step)
{
	json_open(j, NULL, '{');
	json_string(j, "step", cryo_test_step(step));
	json_string(j, "title", cryo_test_title(step));
	json_string(j, "result", cryo_test_result_to_string(cryo_test_result(step)));
	json_string(j, "fault", cryo_test_fault(step));
	json_string(j, "detail", cryo_test_detail(step));
	json_close(j, '}');
}

static void json_steps(const struct cryo_probe *probe, bool passed)
{
	struct json j = { .out = stdout };
	const struct cryo_test *step;

	json_open(&j, NULL, '{');
	json_string(&j, "serial", cryo_probe_serial(probe));
	json_boolean(&j, "passed", passed);
	json_open(&j, "steps", '[');
	for (size_t i = 0; (step = cryo_probe_test(probe, i)); i++)
		json_step(&j, step);
	json_close(&j, ']');
	json_close(&j, '}');
	printf("\n");
}

int run_selftest(struct invocation *in)
{
	struct testing testing = { .in = in };
	int r = select_probe(in, 0, &testing.probe);

	if (r != CTL_OK)
		return r;
	if (!in->json)
		fprintf(stderr, "Keep the needle of %s away from people: its valves are opened, one at a time.\n",
			cryo_probe_serial(testing.probe));
	r = test(&testing);
	if (r < 0)
		return complain_of_library(in, r);
	if (in->json)
		json_steps(testing.probe, r);
	else
		print_steps(testing.probe);
	return r ? CTL_OK : CTL_TEST_FAILED;
}
