// SPDX-License-Identifier: GPL-2.0-or-later
/* Limits: a controller that wants more than it is armed with, and the kernel that ends it. */
#include <errno.h>
#include <string.h>

#include "selftests/faults/controller.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/wait.h"

#define FLOOR_MDEGC	-30000
#define SPAN_MS		1500
#define TISSUE_FALL_MDEGC	300
#define HEAT_RISE_MDEGC		1000
/* So little that the tip does not get too hot before its time. */
#define GENTLE_HEAT		50
#define WATCH_NS	(60000 * NS_PER_MS)
#define GO_ON_MS	6000

void limit_floor(struct controller *c)
{
	c->limits.tip_floor_mdegc = FLOOR_MDEGC;
}

void limit_freeze_time(struct controller *c)
{
	c->limits.freeze_max_ms = SPAN_MS;
}

/* One that goes on until its tip has surely thawed is counted, too, while nothing flows. */
static bool no_freeze(int fd, struct cryoprobe_status *status)
{
	return !probe_status(fd, status) && !status->freeze_ms;
}

void limit_total_time(struct controller *c)
{
	struct cryoprobe_status status;

	if (wait_for(no_freeze(c->fd, &status)))
		c->limits.total_max_ms = status.total_ms + SPAN_MS;
}

void limit_idle_time(struct controller *c)
{
	c->limits.idle_max_ms = SPAN_MS;
}

static int find_channel(int fd, enum cryoprobe_role role)
{
	struct cryoprobe_info info;

	if (probe_info(fd, &info))
		return -1;
	for (uint32_t i = 0; i < info.channels; i++)
		if (info.channel[i].role == role)
			return i;
	return -1;
}

void limit_tissue(struct controller *c)
{
	int i = find_channel(c->fd, CRYOPROBE_ROLE_TISSUE);
	struct cryoprobe_exchange x;

	if (i < 0 || probe_settle(c->fd) || probe_look(c->fd, &x))
		return;
	c->limits.channel_mask |= 1U << i;
	c->limits.channel[i] = (struct cryoprobe_range){
		.min = x.sample.channel[i].value - TISSUE_FALL_MDEGC,
		.max = 60000,
	};
}

void limit_heat_time(struct controller *c)
{
	c->limits.heat_max_ms = SPAN_MS;
}

void limit_heat(struct controller *c)
{
	struct cryoprobe_exchange x;

	if (!probe_settle(c->fd) && !probe_look(c->fd, &x))
		c->limits.heat_max_mdegc = x.sample.channel[0].value + HEAT_RISE_MDEGC;
}

/* What is asked for, and the value that must end it. */
struct course {
	uint32_t flow;
	uint32_t thaw;
	int channel;
	struct cryoprobe_range allowed;
};

/*
 * Asks until it is refused for a fault; then the moment is told from which the value was not allowed.
 * Of a limit that is kept by looking ahead there is none: then it is that of the last sample that was
 * answered with flow.
 */
static int go_beyond(struct controller *c, const struct course *course)
{
	int64_t end_ns = monotonic_ns() + WATCH_NS, beyond_ns = 0, granted_ns;
	int32_t value;
	int verdict;

	do {
		granted_ns = c->x.sample.time_ns;
		verdict = controller_turn(c, course->flow, course->thaw);
		value = c->x.sample.channel[course->channel].value;
		if (value >= course->allowed.min && value <= course->allowed.max)
			beyond_ns = 0;
		else if (!beyond_ns)
			beyond_ns = c->x.sample.time_ns;
	} while (verdict == CRYOPROBE_VERDICT_GRANTED && monotonic_ns() < end_ns);
	tell_instant(beyond_ns ? beyond_ns : granted_ns);
	return verdict == CRYOPROBE_VERDICT_FAULT ? 0 : complain("verdict or error %d", verdict);
}

static int go_below(struct controller *c, int channel, int32_t limit)
{
	return go_beyond(c, &(struct course){
			.flow = CRYOPROBE_FULL_FLOW,
			.channel = channel,
			.allowed = { .min = limit, .max = INT32_MAX },
		});
}

int beyond_floor(struct controller *c)
{
	return go_below(c, 0, FLOOR_MDEGC);
}

int beyond_tissue(struct controller *c)
{
	int i = find_channel(c->fd, CRYOPROBE_ROLE_TISSUE);

	return i < 0 ? complain("no tissue channel") : go_below(c, i, c->limits.channel[i].min);
}

int beyond_heat(struct controller *c)
{
	return go_beyond(c, &(struct course){
			.thaw = CRYOPROBE_FULL_FLOW,
			.allowed = { .min = INT32_MIN, .max = c->limits.heat_max_mdegc },
		});
}

/* Asks for longer than the limit allows. */
static int go_on_for_longer(struct controller *c, uint32_t flow, uint32_t thaw)
{
	int64_t begin_ns = monotonic_ns(), end_ns = begin_ns + 2 * SPAN_MS * NS_PER_MS;
	int verdict;

	do {
		verdict = controller_turn(c, flow, thaw);
	} while (verdict == CRYOPROBE_VERDICT_GRANTED && monotonic_ns() < end_ns);
	tell_instant(begin_ns + SPAN_MS * NS_PER_MS);
	return verdict == CRYOPROBE_VERDICT_FAULT ? 0 : complain("verdict or error %d", verdict);
}

int beyond_freeze_time(struct controller *c)
{
	return go_on_for_longer(c, CRYOPROBE_FULL_FLOW, 0);
}

int beyond_total_time(struct controller *c)
{
	return go_on_for_longer(c, CRYOPROBE_FULL_FLOW, 0);
}

int beyond_idle_time(struct controller *c)
{
	return go_on_for_longer(c, 0, 0);
}

int beyond_heat_time(struct controller *c)
{
	struct cryoprobe_status status;

	if (go_on_for_longer(c, 0, GENTLE_HEAT))
		return 1;
	if (probe_status(c->fd, &status) || status.first.channel >= 0)
		return complain("not ended for its time");
	return 0;
}

static int refused(struct controller *c, const char *what, const struct cryoprobe_limits *limits,
		   int wanted)
{
	struct cryoprobe_limits copy = *limits;
	int r = probe_ioctl(c->fd, CRYOPROBE_IOC_SET_LIMITS, &copy);

	return r == wanted ? 0 : complain("limits, %s: %s", what, strerror(-r));
}

/* One limit after the other, a little above what firmware allows. */
int above_caps(struct controller *c)
{
	struct cryoprobe_limits l;
	int failed = 0;

	probe_ioctl(c->fd, CRYOPROBE_IOC_DISARM, NULL);
	tell_instant(monotonic_ns());
	probe_limits(c->fd, &l);
	l.tip_floor_mdegc--;
	failed |= refused(c, "floor", &l, -ERANGE);
	probe_limits(c->fd, &l);
	l.freeze_max_ms++;
	failed |= refused(c, "longest freeze", &l, -ERANGE);
	probe_limits(c->fd, &l);
	l.total_max_ms++;
	failed |= refused(c, "longest total", &l, -ERANGE);
	probe_limits(c->fd, &l);
	l.idle_max_ms++;
	failed |= refused(c, "longest idle", &l, -ERANGE);
	probe_limits(c->fd, &l);
	l.validity_ms = 60000;
	return failed | refused(c, "validity", &l, -ERANGE);
}

int while_armed(struct controller *c)
{
	tell_instant(monotonic_ns());
	return refused(c, "while armed", &c->limits, -EBUSY) || controller_freeze(c, GO_ON_MS);
}
