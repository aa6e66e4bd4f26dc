// SPDX-License-Identifier: GPL-2.0-or-later
/* A controller's steps with /dev/cryoprobeN. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "selftests/kernel/fakeplant.h"
#include "selftests/kernel/probe.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

int probe_open(unsigned int probe, int flags)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/cryoprobe%u", probe);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int probe_ioctl(int fd, unsigned long request, void *argument)
{
	return ioctl(fd, request, argument) < 0 ? -errno : 0;
}

int probe_claim(int fd)
{
	struct cryoprobe_claim claim = {};

	return probe_ioctl(fd, CRYOPROBE_IOC_CLAIM, &claim);
}

int probe_status(int fd, struct cryoprobe_status *ret_status)
{
	return probe_ioctl(fd, CRYOPROBE_IOC_STATUS, ret_status);
}

int probe_info(int fd, struct cryoprobe_info *ret_info)
{
	return probe_ioctl(fd, CRYOPROBE_IOC_INFO, ret_info);
}

int probe_limits(int fd, struct cryoprobe_limits *ret_limits)
{
	struct cryoprobe_info info;
	int r;

	r = probe_info(fd, &info);
	if (r < 0)
		return r;
	*ret_limits = (struct cryoprobe_limits) {
		.validity_ms = PROBE_VALIDITY_MS,
		.tip_floor_mdegc = info.caps.tip_floor_mdegc,
		.freeze_max_ms = info.caps.freeze_max_ms,
		.total_max_ms = info.caps.total_max_ms,
		.idle_max_ms = info.caps.idle_max_ms,
		.heat_max_ms = info.caps.heat_max_ms,
		.heat_max_mdegc = info.caps.heat_max_mdegc,
	};
	return 0;
}

int probe_clear(int fd)
{
	struct cryoprobe_clear_fault clear = {};
	struct cryoprobe_status status;
	int r;

	do {
		r = probe_status(fd, &status);
		if (r < 0)
			return r;
		clear.fault_seq = status.fault_seq;
		r = probe_ioctl(fd, CRYOPROBE_IOC_CLEAR_FAULT, &clear);
	} while (r == -EAGAIN);
	return r;
}

int probe_look(int fd, struct cryoprobe_exchange *ret_exchange)
{
	struct cryoprobe_exchange x = { .flags = CRYOPROBE_EXCHANGE_NO_COMMAND };
	struct cryoprobe_status status;
	int r;

	r = probe_status(fd, &status);
	if (r < 0)
		return r;
	x.sample_seq = status.sample_seq;
	r = probe_ioctl(fd, CRYOPROBE_IOC_EXCHANGE, &x);
	if (!r)
		*ret_exchange = x;
	return r;
}

int probe_command(int fd, uint64_t sample_seq, uint32_t flow, uint32_t thaw,
		  struct cryoprobe_exchange *ret_exchange)
{
	*ret_exchange = (struct cryoprobe_exchange) {
		.sample_seq = sample_seq,
		.flow_permille = flow,
		.thaw_permille = thaw,
	};
	return probe_ioctl(fd, CRYOPROBE_IOC_EXCHANGE, ret_exchange);
}

static bool all_valid(const struct cryoprobe_sample *sample)
{
	for (unsigned int i = 0; i < sample->channels; i++)
		if (!(sample->channel[i].status & CRYOPROBE_VALUE_VALID))
			return false;
	return sample->channels;
}

/* Several in a row: the debouncing of sensor faults has to forget, too. */
int probe_settle(int fd)
{
	int64_t limit_ns = monotonic_ns() + WAIT_LIMIT_NS;
	struct cryoprobe_exchange x;
	int r, good = 0;

	while (good < 8) {
		r = probe_look(fd, &x);
		if (r < 0 && r != -ETIME)
			return r;
		good = !r && all_valid(&x.sample) ? good + 1 : 0;
		if (monotonic_ns() > limit_ns)
			return -ETIMEDOUT;
	}
	return 0;
}

/* A tip that jumps from one test's temperature to another's is a fault until it is seen at rest. */
static int clear_and_arm(int fd)
{
	int64_t limit_ns = monotonic_ns() + WAIT_LIMIT_NS;
	struct cryoprobe_exchange x;
	int r;

	for (;;) {
		r = probe_clear(fd);
		if (!r)
			r = probe_ioctl(fd, CRYOPROBE_IOC_ARM, NULL);
		if (!r || monotonic_ns() > limit_ns)
			return r;
		if (r != -EBUSY && r != -EIO && r != -EAGAIN && r != -ERANGE)
			return r;
		r = probe_look(fd, &x);
		if (r < 0 && r != -ETIME)
			return r;
	}
}

static bool has_fault(int fd, enum cryoprobe_fault code)
{
	struct cryoprobe_status status;

	return !probe_status(fd, &status) && (status.fault_mask & (1ULL << code));
}

static bool due(int fd, uint32_t what)
{
	struct cryoprobe_status status;

	return !probe_status(fd, &status) && (status.due & what);
}

/* The device's name is the module's, or a device tree's. */
static bool handpiece_of(const struct cryoprobe_info *info, unsigned int *ret_handpiece)
{
	return sscanf(info->name, "cryo-probe.%u", ret_handpiece) == 1 ||
	       sscanf(info->name, "probe-%u", ret_handpiece) == 1;
}

/* The page may belong to another process. */
int probe_try_estop(int fd)
{
	bool mapped = fakeplant_page(), seen;
	struct cryoprobe_info info;
	unsigned int handpiece;
	int r;

	if (!due(fd, CRYOPROBE_DUE_ESTOP))
		return 0;
	r = probe_info(fd, &info);
	if (r < 0 || !handpiece_of(&info, &handpiece))
		return r < 0 ? r : -ENODEV;
	r = fakeplant_map();
	if (r < 0)
		return r;
	fakeplant_estop(handpiece, true);
	seen = wait_for(has_fault(fd, CRYOPROBE_FAULT_ESTOP));
	fakeplant_estop(handpiece, false);
	seen = seen && wait_for(!due(fd, CRYOPROBE_DUE_ESTOP));
	if (!mapped)
		fakeplant_unmap();
	return seen ? 0 : -ETIMEDOUT;
}

int probe_await_valves(int fd)
{
	int64_t limit_ns = monotonic_ns() + WAIT_LIMIT_NS;
	struct cryoprobe_exchange x;
	int r;

	r = probe_look(fd, &x);
	while (!r && x.status.due & CRYOPROBE_DUE_VALVES) {
		if (monotonic_ns() > limit_ns)
			return -ETIMEDOUT;
		r = probe_command(fd, x.sample.seq, 0, 0, &x);
	}
	if (!r && x.status.state != CRYOPROBE_STATE_ARMED)
		return -EIO;
	return r;
}

int probe_arm(int fd, const struct cryoprobe_limits *limits)
{
	struct cryoprobe_limits widest;
	int r;

	r = probe_claim(fd);
	if (r < 0 && r != -EALREADY)
		return r;
	r = probe_settle(fd);
	if (r < 0)
		return r;
	r = probe_try_estop(fd);
	if (r < 0)
		return r;
	if (!limits) {
		r = probe_limits(fd, &widest);
		if (r < 0)
			return r;
		limits = &widest;
	}
	r = probe_ioctl(fd, CRYOPROBE_IOC_SET_LIMITS, (void *)limits);
	if (r < 0)
		return r;
	r = clear_and_arm(fd);
	return r ?: probe_await_valves(fd);
}

int probe_flow(int fd, uint32_t flow, struct cryoprobe_exchange *ret_exchange)
{
	struct cryoprobe_exchange x;
	int r;

	r = probe_look(fd, &x);
	if (r < 0)
		return r;
	r = probe_command(fd, x.sample.seq, flow, 0, &x);
	if (ret_exchange)
		*ret_exchange = x;
	if (r < 0)
		return r;
	return x.verdict == CRYOPROBE_VERDICT_GRANTED ? 0 : -EPROTO;
}

int probe_flow_periods(int fd, uint32_t flow, unsigned int periods)
{
	struct cryoprobe_exchange x;
	int r;

	r = probe_flow(fd, flow, &x);
	while (!r && --periods) {
		r = probe_command(fd, x.sample.seq, flow, 0, &x);
		if (!r && x.verdict != CRYOPROBE_VERDICT_GRANTED)
			r = -EPROTO;
	}
	return r;
}

bool probe_faulted(int fd, enum cryoprobe_fault code)
{
	return wait_for(has_fault(fd, code));
}

int probe_set_rate(int fd, unsigned int hz)
{
	struct cryoprobe_info info;
	char value[16];
	int r;

	r = probe_info(fd, &info);
	if (r < 0)
		return r;
	snprintf(value, sizeof(value), "%u", hz);
	return sysfs_write(value, "/sys/bus/iio/devices/iio:device%d/sampling_frequency",
			   info.iio_device);
}
