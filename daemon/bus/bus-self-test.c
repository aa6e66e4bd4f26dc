// SPDX-License-Identifier: GPL-2.0-or-later
/* SelfTest of io.cryo1.Probe: who asked for one is answered when it is over. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/bus/bus-probe-methods.h"
#include "daemon/bus/bus-probe.h"
#include "daemon/bus/bus-self-test.h"
#include "daemon/journal.h"
#include "daemon/util.h"
#include "daemon/words.h"

#define DETAIL_MAX	96

/* A call, from when its test began. */
struct bus_self_test {
	struct bus_self_test *next;
	struct bus_objects *objects;
	sd_bus_message *call;
	uint64_t probe;			/* its key; 0 before the test began */
};

static void forget(struct bus_self_test *test)
{
	struct bus_self_test **at = &test->objects->self_tests;

	while (*at && *at != test)
		at = &(*at)->next;
	if (*at)
		*at = test->next;
	sd_bus_message_unref(test->call);
	free(test);
}

/* What the kernel saw, of the fault that it latched first and still has; "" of others. */
static void describe(const struct probe *probe, int fault, char ret[DETAIL_MAX])
{
	const struct cryoprobe_status *status = &probe->latest.interlock;
	const struct cryoprobe_fault_record *first = &status->first;

	*ret = '\0';
	if (fault == SELF_TEST_NO_FAULT || !(status->fault_mask >> fault & 1) || (int)first->code != fault)
		return;
	if (first->channel >= 0 && first->channel < CRYOPROBE_CHANNELS_MAX)
		snprintf(ret, DETAIL_MAX, "channel %s, value %d, limit %d",
			 probe->info.channel[first->channel].label, first->value, first->limit);
	else
		snprintf(ret, DETAIL_MAX, "value %d, limit %d", first->value, first->limit);
}

static int append_step(sd_bus_message *reply, const struct probe *probe, enum self_test_step step)
{
	const struct self_test_finding *finding = &probe->latest.treatment.self_test.step[step];
	char detail[DETAIL_MAX];

	describe(probe, finding->fault, detail);
	return sd_bus_message_append(reply, "(ssss)", self_test_step_to_string(step),
				     self_test_result_to_string(finding->result),
				     finding->fault == SELF_TEST_NO_FAULT ? "" :
				     fault_to_string(finding->fault), detail);
}

int bus_self_test_append(sd_bus_message *reply, const struct probe *probe)
{
	int r = sd_bus_message_open_container(reply, 'a', "(ssss)");

	for (int i = 0; r >= 0 && probe->latest.treatment.self_test.begun && i < SELF_TEST_STEPS; i++)
		r = append_step(reply, probe, i);
	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int answer(const struct bus_self_test *test, const struct probe *probe)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	int r;

	r = sd_bus_message_new_method_return(test->call, &reply);
	if (r >= 0)
		r = bus_self_test_append(reply, probe);
	return r < 0 ? r : sd_bus_send(NULL, reply, NULL);
}

void bus_self_test_stepped(struct bus_objects *objects, const struct probe *probe)
{
	struct bus_self_test *next;

	if (probe->latest.treatment.phase == PHASE_SELF_TEST)
		return;
	for (struct bus_self_test *test = objects->self_tests; test; test = next) {
		next = test->next;
		if (test->probe != probe->key)
			continue;
		answer(test, probe);
		forget(test);
	}
}

void bus_self_test_gone(struct bus_objects *objects, const struct probe *probe)
{
	struct bus_self_test *next;

	for (struct bus_self_test *test = objects->self_tests; test; test = next) {
		next = test->next;
		if (test->probe != probe->key)
			continue;
		bus_probe_reply(test->call, NULL);
		forget(test);
	}
}

void bus_self_tests_free(struct bus_objects *objects)
{
	while (objects->self_tests)
		forget(objects->self_tests);
}

/* Comes before the first step of the test. */
static void on_begun(struct probe *probe, const struct control_reply *reply, void *userdata)
{
	struct bus_self_test *test = userdata;

	if (!reply || reply->error) {
		bus_probe_reply(test->call, reply);
		forget(test);
		return;
	}
	test->probe = probe->key;
	test->next = test->objects->self_tests;
	test->objects->self_tests = test;
}

int bus_self_test_do(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
	struct control_request request = { .kind = CONTROL_SELF_TEST };
	struct bus_objects *objects = userdata;
	struct probe *probe = bus_probe_of(call, objects);
	struct bus_self_test *test;
	int r;

	if (!probe)
		return bus_no_such_probe(error);
	test = malloc(sizeof(*test));
	if (!test)
		return -ENOMEM;
	*test = (struct bus_self_test){ .objects = objects, .call = sd_bus_message_ref(call) };
	r = probe_request(probe, &request, on_begun, test);
	if (r < 0)
		forget(test);
	return r < 0 ? r : 1;
}
