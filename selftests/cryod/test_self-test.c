// SPDX-License-Identifier: GPL-2.0-or-later
/* The self-test over the bus: its steps, and when it is refused. */
#include "selftests/cryod/bus-bench.h"

#define STEPS	9

struct steps {
	unsigned int n;
	char name[STEPS][16], result[STEPS][16], fault[STEPS][32], detail[STEPS][64];
};

/* From the answer, or from the property in it. */
static void read_steps(sd_bus_message *m, struct steps *ret)
{
	const char *name, *result, *fault, *detail;

	*ret = (struct steps){ 0 };
	ASSERT(sd_bus_message_enter_container(m, 'a', "(ssss)") >= 0);
	while (sd_bus_message_read(m, "(ssss)", &name, &result, &fault, &detail) > 0) {
		ASSERT(ret->n < STEPS);
		snprintf(ret->name[ret->n], sizeof(ret->name[0]), "%s", name);
		snprintf(ret->result[ret->n], sizeof(ret->result[0]), "%s", result);
		snprintf(ret->fault[ret->n], sizeof(ret->fault[0]), "%s", fault);
		snprintf(ret->detail[ret->n++], sizeof(ret->detail[0]), "%s", detail);
	}
}

static void self_test(struct steps *ret)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;
	char error[128];

	ASSERT(call("SelfTest", error, &reply, NULL) >= 0);
	read_steps(reply, ret);
}

static void get_steps(struct steps *ret)
{
	_cleanup_bus_message_ sd_bus_message *reply = NULL;

	ASSERT(sd_bus_get_property(client, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, "SelfTestSteps", NULL,
				   &reply, "a(ssss)") >= 0);
	read_steps(reply, ret);
}

/* The result of a step; "" if there is no such step. */
static const char *result_of(const struct steps *steps, const char *name)
{
	for (unsigned int i = 0; i < steps->n; i++)
		if (!strcmp(steps->name[i], name))
			return steps->result[i];
	return "";
}

static uint32_t seen_energised(void)
{
	uint32_t outputs;

	pthread_mutex_lock(&fake.lock);
	outputs = fake.outputs_seen;
	pthread_mutex_unlock(&fake.lock);
	return outputs;
}

TEST(self_test_passes_without_flow_and_without_a_record)
{
	_cleanup_bus_message_ sd_bus_message *list = NULL;
	struct steps steps;
	char error[128];

	BEGIN();
	get_steps(&steps);
	EXPECT_EQ(steps.n, 0);
	self_test(&steps);
	EXPECT_EQ(steps.n, STEPS);
	EXPECT_STREQ(result_of(&steps, "readings"), "passed");
	EXPECT_STREQ(result_of(&steps, "one-shot"), "not-wired");
	EXPECT_STREQ(result_of(&steps, "freeze-valve"), "passed");
	EXPECT_STREQ(result_of(&steps, "tip"), "passed");
	EXPECT(is_text("Phase", "idle"));
	EXPECT(wait_for("Interlock", "disarmed"));
	EXPECT_EQ(seen_energised(), 0);
	get_steps(&steps);
	EXPECT_STREQ(result_of(&steps, "tip"), "passed");
	EXPECT(is_text("Outcome", "none"));
	ASSERT(ask("List", error, &list, "ut", 10, (uint64_t)0) >= 0);
	EXPECT_GT(sd_bus_message_enter_container(list, 'a', "(tsssxxs)"), 0);
	EXPECT_EQ(sd_bus_message_at_end(list, 0), 1);
	EXPECT_EQ(start_treatment(), 1);
	tear_down();
}

TEST(self_test_is_refused_in_a_treatment)
{
	char error[128];

	BEGIN();
	EXPECT_EQ(start_treatment(), 1);
	EXPECT_LT(call("SelfTest", error, NULL, NULL), 0);
	EXPECT_STREQ(error, "io.cryo1.Error.Busy");
	EXPECT(wait_for("Phase", "ready"));
	tear_down();
}

TEST(self_test_names_the_valve_that_does_not_hold)
{
	struct steps steps;
	char error[128];

	BEGIN();
	pthread_mutex_lock(&fake.lock);
	fake.valve_fault = CRYOPROBE_FAULT_TEST_FREEZE_VALVE;
	pthread_mutex_unlock(&fake.lock);
	self_test(&steps);
	EXPECT_STREQ(result_of(&steps, "supply-valve"), "passed");
	EXPECT_STREQ(result_of(&steps, "freeze-valve"), "failed");
	EXPECT_STREQ(result_of(&steps, "tip"), "not-done");
	EXPECT_STREQ(steps.fault[7], "test-freeze-valve");
	EXPECT_STREQ(steps.detail[7], "value 0, limit 0");
	EXPECT(is_text("Phase", "idle"));
	/* Another one would only find that fault again. */
	EXPECT_LT(call("SelfTest", error, NULL, NULL), 0);
	EXPECT_STREQ(error, "io.cryo1.Error.Fault");
	EXPECT(verb("ClearFault"));
	self_test(&steps);
	EXPECT_STREQ(result_of(&steps, "freeze-valve"), "passed");
	tear_down();
}

/* Who waits for a test is told that there is nothing left to test. */
static int on_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	char *name = userdata;

	(void)error;
	snprintf(name, 64, "%s", sd_bus_message_is_method_error(reply, NULL) ?
		 sd_bus_message_get_error(reply)->name : "none");
	return 0;
}

TEST(unplugged_probe_ends_its_test)
{
	_cleanup_(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
	char answer[64] = "";

	BEGIN();
	under_lock(&fake.estop_due, true);
	ASSERT(sd_bus_call_method_async(client, &slot, BUS_NAME, PROBE, BUS_PROBE_INTERFACE, "SelfTest",
					on_answer, answer, NULL) >= 0);
	ASSERT(wait_for("Prompt", "press and release the emergency stop"));
	EXPECT(is_text("Phase", "self-test"));
	under_lock(&fake.unplugged, true);
	for (int64_t until = now_ns() + WAIT_S * NSEC_PER_SEC; !*answer && now_ns() < until;)
		if (sd_bus_process(client, NULL) == 0)
			sd_bus_wait(client, 10000);
	EXPECT_STREQ(answer, "io.cryo1.Error.NoSuchProbe");
	tear_down();
}
