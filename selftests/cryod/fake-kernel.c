// SPDX-License-Identifier: GPL-2.0-or-later
/* A stand-in for /dev/cryoprobeN, from the rules of the uAPI header. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "selftests/cryod/fake-kernel.h"

#define PERIOD_US	20000
/* Shorter than the kernel's test of the valves, and long enough to be seen. */
#define VALVE_PERIODS	20
#define QUEUE_BYTES	(4 * 1024 * 1024)
#define BODY_DEGC	34.0
#define COLDEST_DEGC	(-95.0)
#define COOL_TAU_S	6.0
#define WARM_TAU_S	8.0

static struct fake_kernel *of(const struct probe_io *io)
{
	return (struct fake_kernel *)io;
}

static void send_record(struct fake_kernel *fake, struct cryoprobe_record *record)
{
	record->seq = ++fake->record_seq;
	for (int i = 0; i < FAKE_READERS_MAX; i++) {
		if (fake->reader[i] < 0)
			continue;
		/* Drops the newest, where the kernel drops the oldest; counted all the same. */
		record->lost = fake->lost[i];
		if (send(fake->reader[i], record, sizeof(*record), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			fake->lost[i]++;
		else
			fake->lost[i] = 0;
	}
}

static void send_event(struct fake_kernel *fake, uint32_t kind, uint32_t old, uint32_t new)
{
	struct cryoprobe_record record = {
		.type = CRYOPROBE_RECORD_EVENT,
		.event = {
			.kind = kind, .old = old, .new = new, .time_ns = fake->sample.time_ns,
			.sample_seq = fake->sample.seq, .fault = fake->status.first,
		},
	};

	send_record(fake, &record);
}

static void set_outputs(struct fake_kernel *fake, uint32_t outputs)
{
	if (outputs != fake->status.outputs)
		send_event(fake, CRYOPROBE_EVENT_OUTPUTS, fake->status.outputs, outputs);
	fake->status.outputs = outputs;
	fake->outputs_seen |= outputs;
}

/* Nothing is energised and nothing granted outside ARMED. */
static void set_state(struct fake_kernel *fake, uint32_t state)
{
	uint32_t old = fake->status.state;

	fake->status.state = state;
	if (state != CRYOPROBE_STATE_ARMED) {
		fake->status.flow_permille = 0;
		fake->status.thaw_permille = 0;
		fake->status.grant_ns = 0;
		set_outputs(fake, 0);
	}
	if (old != state)
		send_event(fake, CRYOPROBE_EVENT_STATE, old, state);
}

void fake_kernel_latch(struct fake_kernel *fake, enum cryoprobe_fault fault)
{
	if (!fake->status.fault_mask)
		fake->status.first = (struct cryoprobe_fault_record){
			.code = fault, .channel = -1, .time_ns = fake->sample.time_ns,
			.sample_seq = fake->sample.seq,
		};
	if (!(fake->status.fault_mask & 1ULL << fault))
		fake->status.fault_seq++;
	fake->status.fault_mask |= 1ULL << fault;
	send_event(fake, CRYOPROBE_EVENT_FAULT, 0, fault);
	set_state(fake, CRYOPROBE_STATE_FAULT);
}

static enum cryoprobe_fault sensor_fault(uint32_t status)
{
	if (status & CRYOPROBE_VALUE_OPEN)
		return CRYOPROBE_FAULT_SENSOR_OPEN;
	if (status & CRYOPROBE_VALUE_SHORT)
		return CRYOPROBE_FAULT_SENSOR_SHORT;
	if (status & CRYOPROBE_VALUE_RANGE)
		return CRYOPROBE_FAULT_SENSOR_RANGE;
	return CRYOPROBE_FAULT_SENSOR_IO;
}

/* Levels: looked at on every sample and every call. */
static void look(struct fake_kernel *fake)
{
	uint64_t present = 0;

	if (fake->estop_due && !fake->estop && fake->estop_seen)
		fake->estop_due = false;
	fake->estop_seen = fake->estop;
	if (fake->estop)
		present |= 1ULL << CRYOPROBE_FAULT_ESTOP;
	if (fake->estop_due)
		present |= 1ULL << CRYOPROBE_FAULT_TEST_ESTOP;
	if (fake->tip_bad)
		present |= 1ULL << sensor_fault(fake->tip_bad);
	if (fake->estop && !(fake->status.fault_mask & 1ULL << CRYOPROBE_FAULT_ESTOP))
		fake_kernel_latch(fake, CRYOPROBE_FAULT_ESTOP);
	if (fake->tip_bad && fake->status.state == CRYOPROBE_STATE_ARMED)
		fake_kernel_latch(fake, sensor_fault(fake->tip_bad));
	fake->status.present_mask = fake->status.fault_mask & present;
}

static void cool(struct fake_kernel *fake)
{
	double flow = fake->status.flow_permille / 1000.0, dt = PERIOD_US / 1e6;

	if (flow > 0)
		fake->tip_degc += dt / COOL_TAU_S * flow * (COLDEST_DEGC - fake->tip_degc);
	fake->tip_degc += dt / WARM_TAU_S * (1 - flow) * (BODY_DEGC - fake->tip_degc);
}

/* The dead man: without a granted command, validity counts from arming. */
static void expire(struct fake_kernel *fake)
{
	const struct cryoprobe_status *status = &fake->status;
	int64_t armed_ns = (fake->sample.seq - status->arm_seq) * PERIOD_US * 1000LL;
	bool expired = status->grant_ns ? fake->sample.time_ns > status->grant_ns
					: armed_ns > fake->limits.validity_ms * 1000000LL;

	if (status->state == CRYOPROBE_STATE_ARMED && expired)
		fake_kernel_latch(fake, CRYOPROBE_FAULT_EXPIRED);
}

static void set_tip(struct fake_kernel *fake)
{
	int32_t mdegc = fake->tip_degc * 1000;

	fake->sample.channel[0] = (struct cryoprobe_value){
		.value = fake->tip_bad ? 0 : mdegc,
		.status = CRYOPROBE_VALUE_FRESH |
			  (fake->tip_bad ?: CRYOPROBE_VALUE_VALID),
	};
	if (mdegc < fake->coldest_mdegc)
		fake->coldest_mdegc = mdegc;
	if (fake->status.state == CRYOPROBE_STATE_ARMED && mdegc < fake->limits.tip_floor_mdegc)
		fake_kernel_latch(fake, CRYOPROBE_FAULT_FLOOR);
}

static void test_valves(struct fake_kernel *fake)
{
	if (fake->status.state != CRYOPROBE_STATE_ARMED)
		fake->valve_periods = 0;
	else if (fake->valve_periods)
		fake->valve_periods--;
	fake->status.due = fake->valve_periods ? CRYOPROBE_DUE_VALVES : 0;
	if (fake->valve_fault && fake->valve_periods == 1) {
		fake_kernel_latch(fake, fake->valve_fault);
		fake->valve_fault = 0;
	}
}

static void tick(struct fake_kernel *fake)
{
	struct cryoprobe_record record = { .type = CRYOPROBE_RECORD_SAMPLE };
	struct cryoprobe_sample *sample = &fake->sample;

	cool(fake);
	sample->seq++;
	sample->time_ns += PERIOD_US * 1000LL;
	sample->due_ns = sample->time_ns;
	set_tip(fake);
	look(fake);
	expire(fake);
	test_valves(fake);
	fake->status.sample_seq = sample->seq;
	sample->state = fake->status.state;
	sample->outputs = fake->status.outputs;
	sample->flow_permille = fake->status.flow_permille;
	sample->fault_mask = fake->status.fault_mask;
	sample->fault_seq = fake->status.fault_seq;
	record.sample = *sample;
	send_record(fake, &record);
}

static uint32_t judge(struct fake_kernel *fake, const struct cryoprobe_exchange *x)
{
	const struct cryoprobe_sample *sample = &fake->sample;
	int64_t age_ns = (sample->seq - x->sample_seq) * PERIOD_US * 1000LL;

	if (fake->status.state == CRYOPROBE_STATE_FAULT)
		return CRYOPROBE_VERDICT_FAULT;
	if (fake->status.state != CRYOPROBE_STATE_ARMED)
		return CRYOPROBE_VERDICT_DISARMED;
	if (x->flow_permille > CRYOPROBE_FULL_FLOW || x->thaw_permille > CRYOPROBE_FULL_FLOW ||
	    (x->thaw_permille && !(fake->info.capabilities & CRYOPROBE_CAP_THAW)))
		return CRYOPROBE_VERDICT_RANGE;
	if (x->flow_permille && x->thaw_permille)
		return CRYOPROBE_VERDICT_CONFLICT;
	if (x->sample_seq > sample->seq)
		return CRYOPROBE_VERDICT_FUTURE;
	if (x->sample_seq < fake->status.arm_seq)
		return CRYOPROBE_VERDICT_BEFORE_ARM;
	if (x->sample_seq <= sample->command_seq)
		return CRYOPROBE_VERDICT_REPLAY;
	if (age_ns > fake->limits.validity_ms * 1000000LL)
		return CRYOPROBE_VERDICT_STALE;
	if (fake->valve_periods && (x->flow_permille || x->thaw_permille))
		return CRYOPROBE_VERDICT_TESTING;
	return CRYOPROBE_VERDICT_GRANTED;
}

static void grant(struct fake_kernel *fake, const struct cryoprobe_exchange *x)
{
	fake->sample.command_seq = x->sample_seq;
	fake->status.flow_permille = x->flow_permille;
	fake->status.thaw_permille = x->thaw_permille;
	fake->status.grant_ns = fake->sample.time_ns + fake->limits.validity_ms * 1000000LL;
	set_outputs(fake, x->flow_permille ?
		    CRYOPROBE_OUT_SUPPLY | CRYOPROBE_OUT_FREEZE | CRYOPROBE_OUT_VENT : 0);
}

static int exchange(struct fake_kernel *fake, int fd, struct cryoprobe_exchange *x)
{
	if (x->reserved || x->flags & ~CRYOPROBE_EXCHANGE_NO_COMMAND)
		return -EINVAL;
	x->verdict = CRYOPROBE_VERDICT_NONE;
	if (!(x->flags & CRYOPROBE_EXCHANGE_NO_COMMAND)) {
		if (fd != fake->control_fd)
			return -EPERM;
		x->verdict = judge(fake, x);
		if (x->verdict == CRYOPROBE_VERDICT_TESTING)
			grant(fake, &(struct cryoprobe_exchange){ .sample_seq = x->sample_seq });
		if (x->verdict == CRYOPROBE_VERDICT_GRANTED)
			grant(fake, x);
	}
	fake->verdicts[x->verdict]++;
	fake->exchanges++;
	if (fake->exchange_error)
		return fake->exchange_error;
	tick(fake);
	x->skipped = x->sample_seq && x->sample_seq < fake->sample.seq ?
		     fake->sample.seq - x->sample_seq - 1 : 0;
	x->status = fake->status;
	x->sample = fake->sample;
	return 0;
}

static int claim(struct fake_kernel *fake, int fd, struct cryoprobe_claim *claim)
{
	if (fake->stranger.owner_pid) {
		*claim = fake->stranger;
		return -EBUSY;
	}
	if (fake->control_fd >= 0)
		return fake->control_fd == fd ? -EALREADY : -EBUSY;
	fake->control_fd = fd;
	return 0;
}

static int set_limits(struct fake_kernel *fake, const struct cryoprobe_limits *limits)
{
	const struct cryoprobe_caps *caps = &fake->info.caps;

	if (fake->status.state == CRYOPROBE_STATE_ARMED)
		return -EBUSY;
	if (limits->validity_ms < caps->validity_min_ms ||
	    limits->validity_ms > caps->validity_max_ms ||
	    limits->tip_floor_mdegc < caps->tip_floor_mdegc ||
	    !limits->freeze_max_ms || limits->freeze_max_ms > caps->freeze_max_ms ||
	    !limits->total_max_ms || limits->total_max_ms > caps->total_max_ms ||
	    !limits->idle_max_ms || limits->idle_max_ms > caps->idle_max_ms)
		return -ERANGE;
	fake->limits = *limits;
	fake->limits_set = true;
	return 0;
}

static int arm(struct fake_kernel *fake)
{
	look(fake);
	if (fake->status.state == CRYOPROBE_STATE_ARMED)
		return -EALREADY;
	if (fake->status.state == CRYOPROBE_STATE_FAULT)
		return -EIO;
	if (!fake->limits_set)
		return -ENODATA;
	if (fake->estop_due) {
		fake_kernel_latch(fake, CRYOPROBE_FAULT_TEST_ESTOP);
		return -EIO;
	}
	fake->status.arm_seq = fake->sample.seq;
	fake->status.grant_ns = 0;
	fake->valve_periods = VALVE_PERIODS;
	if (fake->identity.uses_left != UINT32_MAX)
		fake->identity.uses_left--;
	set_state(fake, CRYOPROBE_STATE_ARMED);
	return 0;
}

static int clear_fault(struct fake_kernel *fake, struct cryoprobe_clear_fault *clear)
{
	fake->clears++;
	look(fake);
	clear->present_mask = fake->status.present_mask;
	if (clear->fault_seq != fake->status.fault_seq)
		return -EAGAIN;
	if (fake->status.present_mask)
		return -EBUSY;
	fake->status.fault_mask = 0;
	set_state(fake, CRYOPROBE_STATE_DISARMED);
	return 0;
}

static int disarm(struct fake_kernel *fake)
{
	if (fake->status.state == CRYOPROBE_STATE_ARMED)
		set_state(fake, CRYOPROBE_STATE_DISARMED);
	return 0;
}

static int controller_ioctl(struct fake_kernel *fake, int fd, unsigned long request, void *argument)
{
	if (fd != fake->control_fd)
		return -EPERM;
	switch (request) {
	case CRYOPROBE_IOC_SET_LIMITS:
		return set_limits(fake, argument);
	case CRYOPROBE_IOC_ARM:
		return arm(fake);
	case CRYOPROBE_IOC_CLEAR_FAULT:
		return clear_fault(fake, argument);
	default:
		return -ENOTTY;
	}
}

static int serve(struct fake_kernel *fake, int fd, unsigned long request, void *argument)
{
	fake->calls++;
	if (fake->unplugged)
		return -ENODEV;
	switch (request) {
	case CRYOPROBE_IOC_INFO:
		*(struct cryoprobe_info *)argument = fake->info;
		return 0;
	case CRYOPROBE_IOC_IDENTITY:
		*(struct cryoprobe_identity *)argument = fake->identity;
		return 0;
	case CRYOPROBE_IOC_STATUS:
		*(struct cryoprobe_status *)argument = fake->status;
		return 0;
	case CRYOPROBE_IOC_MASK:
		return 0;
	case CRYOPROBE_IOC_CLAIM:
		return claim(fake, fd, argument);
	case CRYOPROBE_IOC_DISARM:
		return disarm(fake);
	case CRYOPROBE_IOC_EXCHANGE:
		return exchange(fake, fd, argument);
	default:
		return controller_ioctl(fake, fd, request, argument);
	}
}

static int fake_ioctl(const struct probe_io *io, int fd, unsigned long request, void *argument)
{
	struct fake_kernel *fake = of(io);
	struct timespec pace;
	int r;

	if (request == CRYOPROBE_IOC_EXCHANGE && fake->pace_us) {
		pace = (struct timespec){ .tv_nsec = fake->pace_us * 1000L };
		nanosleep(&pace, NULL);
	}
	while (request == CRYOPROBE_IOC_EXCHANGE && atomic_load(&fake->hang))
		poll(NULL, 0, 10);
	pthread_mutex_lock(&fake->lock);
	r = serve(fake, fd, request, argument);
	pthread_mutex_unlock(&fake->lock);
	return r;
}

static int open_reader(struct fake_kernel *fake)
{
	int pair[2], bytes = QUEUE_BYTES;

	for (int i = 0; i < FAKE_READERS_MAX; i++) {
		if (fake->reader[i] >= 0)
			continue;
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
			return -errno;
		/* As the kernel's own queue, it holds seconds; net.core.wmem_max is less. */
		if (setsockopt(pair[1], SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0)
			setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
		fake->reader[i] = pair[1];
		fake->lost[i] = 0;
		return pair[0];
	}
	return -EMFILE;
}

static int fake_open(const struct probe_io *io, const char *node, int flags)
{
	struct fake_kernel *fake = of(io);
	int r;

	(void)node;
	if ((flags & O_ACCMODE) == O_RDWR) {
		r = eventfd(0, EFD_CLOEXEC);
		return r < 0 ? -errno : r;
	}
	pthread_mutex_lock(&fake->lock);
	r = fake->unplugged ? -ENODEV : open_reader(fake);
	pthread_mutex_unlock(&fake->lock);
	return r;
}

static void fake_close(const struct probe_io *io, int fd)
{
	struct fake_kernel *fake = of(io);

	pthread_mutex_lock(&fake->lock);
	if (fd == fake->control_fd) {
		if (fake->status.state == CRYOPROBE_STATE_ARMED)
			fake_kernel_latch(fake, CRYOPROBE_FAULT_RELEASED);
		fake->control_fd = -1;
		fake->limits_set = false;
	}
	pthread_mutex_unlock(&fake->lock);
	close(fd);
}

static ssize_t fake_read(const struct probe_io *io, int fd, void *buffer, size_t size)
{
	ssize_t n;

	(void)io;
	n = recv(fd, buffer, size, 0);
	return n < 0 ? -errno : n;
}

static void describe(struct fake_kernel *fake, const char *serial)
{
	fake->info = (struct cryoprobe_info){
		.abi_version = CRYOPROBE_ABI_VERSION,
		.channels = 1,
		.capabilities = CRYOPROBE_CAP_PULSE,
		.caps = {
			.validity_min_ms = 60, .validity_max_ms = 1000, .tip_floor_mdegc = -100000,
			.freeze_max_ms = 900000, .total_max_ms = 1800000, .total_window_ms = 3600000,
			.idle_max_ms = 600000,
		},
		.period_us = PERIOD_US,
		.iio_device = 9999,
		.name = "fake",
		.channel = { {
			.role = CRYOPROBE_ROLE_TIP, .unit = CRYOPROBE_UNIT_MDEGC, .every = 1,
			.range = { -200000, 100000 }, .label = "tip",
		} },
	};
	fake->identity = (struct cryoprobe_identity){
		.model = "Fake 18", .cryogen = CRYOPROBE_CRYOGEN_N2O, .gauge = 18,
		.shaft_length_mm = 90, .active_um = 5000, .uses_left = 0xffffffff,
	};
	snprintf(fake->identity.serial, sizeof(fake->identity.serial), "%s", serial);
}

void fake_kernel_init(struct fake_kernel *fake, const char *serial)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	*fake = (struct fake_kernel){
		.io = { fake_open, fake_close, fake_ioctl, fake_read },
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.control_fd = -1,
		.tip_degc = BODY_DEGC,
		.coldest_mdegc = INT32_MAX,
	};
	for (int i = 0; i < FAKE_READERS_MAX; i++)
		fake->reader[i] = -1;
	describe(fake, serial);
	fake->sample.period_us = PERIOD_US;
	fake->sample.channels = 1;
	fake->sample.time_ns = now.tv_sec * 1000000000LL + now.tv_nsec;
	fake_kernel_latch(fake, CRYOPROBE_FAULT_BOUND);
}

void fake_kernel_done(struct fake_kernel *fake)
{
	for (int i = 0; i < FAKE_READERS_MAX; i++)
		if (fake->reader[i] >= 0)
			close(fake->reader[i]);
	pthread_mutex_destroy(&fake->lock);
}
