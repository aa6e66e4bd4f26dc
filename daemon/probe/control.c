// SPDX-License-Identifier: GPL-2.0-or-later
/* One handpiece's control thread: EXCHANGE, core/, and what core/ asks for. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>

#include "daemon/probe/control.h"
#include "daemon/util.h"

#define REQUESTS_MAX		16
#define MESSAGES_MAX		256	/* 5 s at 50 Hz */
#define STEP_RESERVE		32	/* of these, never used by steps */
#define STACK_BYTES		(256 * 1024)
/* EXCHANGE waits two periods and this for a sample. */
#define EXCHANGE_MORE_NS	(100 * NSEC_PER_MSEC)
#define ARM_RETRY_NS		(500 * NSEC_PER_MSEC)

struct control {
	struct control_setup setup;
	struct ring requests;
	struct ring messages;
	atomic_bool stop;
	pthread_t thread;
	bool started;

	/* From here on the control thread's alone. */
	struct treatment *treatment;
	struct cryoprobe_exchange exchange;
	struct probe_sample sample;
	struct control_message message;		/* not on the stack: it is large */
	struct control_request request;
	int64_t arm_tried_ns;
	int trouble[CONTROL_CALL_COUNT];
	uint32_t dropped;
};

static int control_ioctl(struct control *c, unsigned long request, void *argument)
{
	return c->setup.io->ioctl(c->setup.io, c->setup.fd, request, argument);
}

/* Tells of a call's error when it changes, so that one which fails every period is told once. */
static void control_note(struct control *c, enum control_call call, int error)
{
	struct control_message message = {
		.kind = CONTROL_TROUBLE,
		.trouble = { .call = call, .error = error },
	};

	if (c->trouble[call] != error && ring_push(&c->messages, &message))
		c->trouble[call] = error;
}

static int control_exchange(struct control *c)
{
	int r = control_ioctl(c, CRYOPROBE_IOC_EXCHANGE, &c->exchange);

	if (r == -EINTR)
		return r;
	control_note(c, CONTROL_CALL_EXCHANGE, r);
	if (r < 0)
		return r;
	if (c->exchange.verdict != CRYOPROBE_VERDICT_NONE)
		control_note(c, CONTROL_CALL_COMMAND,
			     c->exchange.verdict == CRYOPROBE_VERDICT_GRANTED ? 0 : c->exchange.verdict);
	return 0;
}

static int control_clear(struct control *c)
{
	struct cryoprobe_clear_fault clear = { .fault_seq = c->exchange.status.fault_seq };

	return control_ioctl(c, CRYOPROBE_IOC_CLEAR_FAULT, &clear);
}

static int control_clear_on_request(struct control *c, const char **ret_reason)
{
	int r;

	if (!c->exchange.status.fault_mask) {
		*ret_reason = "no fault is latched";
		return -EALREADY;
	}
	r = control_clear(c);
	if (r == -EBUSY)
		*ret_reason = "the cause of a latched fault is still there";
	else if (r == -EAGAIN)
		*ret_reason = "a newer fault has been latched, look again";
	return r;
}

static int control_serve(struct control *c, const char **ret_reason)
{
	const struct control_request *request = &c->request;

	switch (request->kind) {
	case CONTROL_START:
		return treatment_start(c->treatment, &request->protocol, ret_reason);
	case CONTROL_VERB:
		return treatment_verb(c->treatment, request->verb, ret_reason);
	case CONTROL_SELF_TEST:
		return treatment_self_test(c->treatment, &c->sample, ret_reason);
	case CONTROL_CLEAR_FAULT:
		return control_clear_on_request(c, ret_reason);
	case CONTROL_ACKNOWLEDGE:
		return treatment_acknowledge(c->treatment, request->acknowledge);
	case CONTROL_CONDITION:
		treatment_condition(c->treatment, request->condition.code,
				    request->condition.present, request->condition.detail);
		return 0;
	}
	return -EINVAL;
}

/* A request is only taken when its reply, and the thread's last word, have room: none is ever lost. */
static void control_serve_all(struct control *c)
{
	while (ring_room(&c->messages) > 1 && ring_pop(&c->requests, &c->request)) {
		const char *reason = "";

		c->message = (struct control_message){ .kind = CONTROL_REPLY };
		c->message.reply.id = c->request.id;
		c->message.reply.error = control_serve(c, &reason);
		snprintf(c->message.reply.reason, sizeof(c->message.reply.reason), "%s", reason);
		if (c->request.id)
			ring_push(&c->messages, &c->message);
	}
}

static int control_set_limits(struct control *c)
{
	struct treatment_limits want;
	struct cryoprobe_limits limits;

	treatment_limits(c->treatment, &want);
	limits = (struct cryoprobe_limits){
		.validity_ms = want.validity_ms,
		.tip_floor_mdegc = want.tip_floor_mdegc,
		.freeze_max_ms = want.freeze_max_ms,
		.total_max_ms = want.total_max_ms,
		.idle_max_ms = want.idle_max_ms,
		.heat_max_ms = c->setup.profile.caps_heat_max_ms,
		.heat_max_mdegc = c->setup.profile.caps_heat_max_mdegc,
	};
	return control_ioctl(c, CRYOPROBE_IOC_SET_LIMITS, &limits);
}

/* A refusal (a pressed E-stop, say) may last: it is asked again twice a second, not every period. */
static void control_arm(struct control *c)
{
	int r;

	if (c->arm_tried_ns && c->sample.time_ns - c->arm_tried_ns < ARM_RETRY_NS)
		return;
	c->arm_tried_ns = c->sample.time_ns;
	r = control_set_limits(c);
	control_note(c, CONTROL_CALL_LIMITS, r);
	if (r < 0)
		return;
	control_note(c, CONTROL_CALL_ARM, control_ioctl(c, CRYOPROBE_IOC_ARM, NULL));
}

static void control_obey_interlock(struct control *c, const struct probe_command *command)
{
	const struct cryoprobe_status *status = &c->exchange.status;

	if (command->want_clear && status->fault_mask && !status->present_mask)
		control_note(c, CONTROL_CALL_CLEAR, control_clear(c));
	if (command->want_armed && status->state == CRYOPROBE_STATE_DISARMED)
		control_arm(c);
	if (!command->want_armed) {
		c->arm_tried_ns = 0;
		if (status->state == CRYOPROBE_STATE_ARMED)
			control_note(c, CONTROL_CALL_DISARM,
				     control_ioctl(c, CRYOPROBE_IOC_DISARM, NULL));
	}
}

/* The answer to the present sample goes out with the next exchange. */
static void control_prepare(struct control *c, const struct probe_command *command)
{
	const struct cryoprobe_status *status = &c->exchange.status;
	bool armed = status->state == CRYOPROBE_STATE_ARMED && command->want_armed;
	uint64_t answered = c->exchange.sample.seq;

	c->exchange.flags = armed ? 0 : CRYOPROBE_EXCHANGE_NO_COMMAND;
	c->exchange.flow_permille = armed ? command->flow_permille : 0;
	c->exchange.thaw_permille = armed ? command->thaw_permille : 0;
	c->exchange.sample_seq = answered;
	c->exchange.reserved = 0;
}

static void control_publish_events(struct control *c)
{
	c->message = (struct control_message){ .kind = CONTROL_EVENT };
	while (ring_room(&c->messages) > STEP_RESERVE / 2 &&
	       treatment_next_event(c->treatment, &c->message.event))
		ring_push(&c->messages, &c->message);
}

static void control_publish_step(struct control *c)
{
	struct control_step *step = &c->message.step;

	if (ring_room(&c->messages) <= STEP_RESERVE) {
		c->dropped++;
		return;
	}
	c->message = (struct control_message){ .kind = CONTROL_STEP };
	treatment_status(c->treatment, &step->treatment);
	frame_from_kernel(&c->setup.map, &c->exchange.sample, &step->treatment, &step->frame);
	step->interlock = c->exchange.status;
	step->dropped = c->dropped;
	c->dropped = 0;
	ring_push(&c->messages, &c->message);
}

static void control_wake_main(struct control *c)
{
	/* It can only fail when the counter is full, and then the main thread has been woken. */
	(void)!write(c->setup.wake_fd, &(uint64_t){ 1 }, sizeof(uint64_t));
}

static void control_step(struct control *c)
{
	struct probe_command command = { 0 };

	sample_from_kernel(&c->setup.map, &c->exchange.sample, &c->exchange.status, &c->sample);
	control_serve_all(c);
	treatment_step(c->treatment, &c->sample, &command);
	control_obey_interlock(c, &command);
	control_prepare(c, &command);
	control_publish_events(c);
	control_publish_step(c);
	control_wake_main(c);
}

/* No sample came for so long: what was measured is not known any more, but how the interlock stands. */
static int control_step_blindly(struct control *c)
{
	struct cryoprobe_sample *sample = &c->exchange.sample;
	const struct cryoprobe_status *status = &c->exchange.status;
	int r;

	r = control_ioctl(c, CRYOPROBE_IOC_STATUS, &c->exchange.status);
	if (r < 0 || !sample->seq) {
		control_wake_main(c);
		return r;
	}
	sample->time_ns += 2000LL * sample->period_us + EXCHANGE_MORE_NS;
	sample->state = status->state;
	sample->fault_mask = status->fault_mask;
	sample->flow_permille = status->flow_permille;
	sample->thaw_permille = status->thaw_permille;
	sample->outputs = 0;
	memset(sample->channel, 0, sizeof(sample->channel));
	control_step(c);
	return 0;
}

/* The kernel gave no sample: there is nothing to answer, and it has closed the valves by itself. */
static int control_no_sample(struct control *c, int error)
{
	c->exchange.flags = CRYOPROBE_EXCHANGE_NO_COMMAND;
	c->exchange.flow_permille = 0;
	c->exchange.thaw_permille = 0;
	if (error == -ETIME)
		return control_step_blindly(c);
	return error == -EINTR ? 0 : error;
}

int control_turn(struct control *c)
{
	int r;

	r = control_exchange(c);
	if (r < 0)
		return control_no_sample(c, r);
	control_step(c);
	return 0;
}

static void *control_thread(void *userdata)
{
	struct control *c = userdata;
	int r = 0;

	pthread_setname_np(pthread_self(), "cryo-control");
	while (!atomic_load_explicit(&c->stop, memory_order_relaxed) && r >= 0)
		r = control_turn(c);
	c->message = (struct control_message){ .kind = CONTROL_GONE, .gone = r };
	ring_push(&c->messages, &c->message);
	control_wake_main(c);
	return NULL;
}

static int control_create(struct control *c, bool realtime)
{
	struct sched_param parameter = { .sched_priority = CONTROL_PRIORITY };
	pthread_attr_t attr;
	int r;

	r = pthread_attr_init(&attr);
	if (r)
		return -r;
	/* The whole stack is locked into memory: keep it small. */
	pthread_attr_setstacksize(&attr, PTHREAD_STACK_MIN + STACK_BYTES);
	if (realtime) {
		pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
		pthread_attr_setschedpolicy(&attr, SCHED_FIFO);
		pthread_attr_setschedparam(&attr, &parameter);
	}
	r = pthread_create(&c->thread, &attr, control_thread, c);
	pthread_attr_destroy(&attr);
	return -r;
}

int control_start(struct control *c, bool *ret_realtime)
{
	int r = control_create(c, true);

	*ret_realtime = r >= 0;
	if (r == -EPERM)
		r = control_create(c, false);
	c->started = r >= 0;
	return r;
}

void control_stop(struct control *c)
{
	atomic_store(&c->stop, true);
	if (c->started)
		pthread_join(c->thread, NULL);
	c->started = false;
}

int control_new(const struct control_setup *setup, struct control **ret)
{
	struct control *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->setup = *setup;
	c->treatment = calloc(1, treatment_size());
	if (!c->treatment ||
	    ring_init(&c->requests, REQUESTS_MAX, sizeof(struct control_request)) < 0 ||
	    ring_init(&c->messages, MESSAGES_MAX, sizeof(struct control_message)) < 0) {
		control_free(c);
		return -ENOMEM;
	}
	treatment_init(c->treatment, &setup->profile, setup->period_us);
	if (setup->watch_thaw)
		treatment_watch_thaw(c->treatment, setup->last_flow_ns);
	c->exchange.flags = CRYOPROBE_EXCHANGE_NO_COMMAND;
	*ret = c;
	return 0;
}

void control_free(struct control *c)
{
	if (!c)
		return;
	control_stop(c);
	ring_done(&c->requests);
	ring_done(&c->messages);
	free(c->treatment);
	free(c);
}

bool control_request(struct control *c, const struct control_request *request)
{
	return ring_push(&c->requests, request);
}

bool control_next_message(struct control *c, struct control_message *ret)
{
	return ring_pop(&c->messages, ret);
}

const char *control_call_to_string(enum control_call call)
{
	static const char *const name[] = {
		[CONTROL_CALL_EXCHANGE] = "exchange", [CONTROL_CALL_LIMITS] = "limits",
		[CONTROL_CALL_ARM] = "arm", [CONTROL_CALL_DISARM] = "disarm",
		[CONTROL_CALL_CLEAR] = "clear-fault", [CONTROL_CALL_COMMAND] = "command",
	};

	return call < ARRAY_SIZE(name) ? name[call] : "unknown";
}
