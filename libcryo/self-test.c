// SPDX-License-Identifier: LGPL-2.1-or-later
/* The self-test of a probe, with its twin that does not wait. */
#include "internal.h"

/* The answer's steps are taken before its signals arrive. */
static int take_answer(struct cryo_probe *probe, sd_bus_message *reply)
{
	const struct properties *p = &probe->properties;
	bool passed = true;

	if (tests_read(reply, &probe->properties) < 0)
		return ctx_fail_answer(probe->ctx, "SelfTest");
	for (size_t i = 0; i < p->n_tests; i++)
		passed &= p->tests[i].result == CRYO_TEST_PASSED ||
			  p->tests[i].result == CRYO_TEST_NOT_WIRED;
	return passed;
}

int cryo_probe_self_test(struct cryo_probe *probe)
{
	_cleanup_message_ sd_bus_message *reply = NULL;
	int r = probe_call(probe, "SelfTest", &reply, NULL);

	return r < 0 ? r : take_answer(probe, reply);
}

int cryo_probe_self_test_async(struct cryo_probe *probe, cryo_call_handler handler, void *userdata,
			       struct cryo_call **ret_call)
{
	const struct twin twin = {
		.handler = handler, .userdata = userdata, .ret_call = ret_call, .tested = probe,
	};

	return probe_call_async(probe, "SelfTest", &twin, NULL);
}

int cryo_probe_self_test_finish(struct cryo_call *call)
{
	sd_bus_message *reply;
	int r = call_reply(call, "SelfTest", &reply);

	return r < 0 ? r : take_answer(call->tested, reply);
}
