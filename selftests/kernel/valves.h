/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A probe whose valves are looked at in the page, behind the lines, while a controller freezes. */
#ifndef CRYO_SELFTESTS_KERNEL_VALVES_H
#define CRYO_SELFTESTS_KERNEL_VALVES_H

#include <errno.h>
#include <fcntl.h>

#include "selftests/kernel/probe.h"
#include "selftests/kernel/runner.h"
#include "selftests/kernel/sysfs.h"
#include "selftests/kernel/wait.h"

#define PROBE		0
#define VALVES		(CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_FREEZE | CRYOSIM_OUT_VENT)
#define ENERGISED	(VALVES | CRYOSIM_OUT_THAW)

FIXTURE(valves) {
	int fd;
	struct cryoprobe_limits limits;
};

FIXTURE_SETUP(valves)
{
	fakeplant_healthy(PROBE);
	fakeplant()->noise[PROBE] = true;
	self->fd = probe_open(PROBE, O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, probe_set_rate(self->fd, PROBE_SLOW_HZ));
	ASSERT_EQ(0, probe_limits(self->fd, &self->limits));
}

FIXTURE_TEARDOWN(valves)
{
	fakeplant_healthy(PROBE);
	close(self->fd);
}

static inline bool closed(void)
{
	return fakeplant_wait_word(PROBE, ENERGISED, 0);
}

/* Armed and freezing at full flow; 0 or -errno. */
static inline int freeze(FIXTURE_DATA(valves) *self)
{
	int r = probe_arm(self->fd, &self->limits);

	if (!r)
		r = probe_flow_periods(self->fd, CRYOPROBE_FULL_FLOW, 3);
	if (!r && !fakeplant_wait_word(PROBE, VALVES, VALVES))
		r = -EIO;
	return r;
}

/* Goes on asking for flow until the driver has latched something; the latched mask. */
static inline uint64_t freeze_until_fault(int fd)
{
	struct cryoprobe_status status;

	while (!probe_flow(fd, CRYOPROBE_FULL_FLOW, NULL))
		;
	if (!wait_for(!probe_status(fd, &status) && status.fault_mask))
		return 0;
	return status.fault_mask;
}

/* A converter that linearises by itself has one answer to all that is wrong with its thermocouple. */
#define BIT_OF_WIRES(code)	(fakeplant_linearised() ? BIT_OF(SENSOR_IO) : BIT_OF(code))

#define BIT_OF(code)	(1ULL << CRYOPROBE_FAULT_##code)

/* Latched and told first; every valve closed. */
#define EXPECT_TRIPPED(fault)	EXPECT_TRIPPED_BY(BIT_OF(fault))
#define EXPECT_TRIPPED_BY(faults) do {						\
	struct cryoprobe_status status_ = {};					\
										\
	EXPECT_TRUE(wait_for(!probe_status(self->fd, &status_) &&		\
			     (status_.fault_mask & (faults))));			\
	EXPECT_TRUE(closed());							\
	EXPECT_EQ(CRYOPROBE_STATE_FAULT, status_.state);			\
	EXPECT_NE(0, (1ULL << status_.first.code) & (faults));			\
	EXPECT_EQ(0, status_.flow_permille);					\
	EXPECT_NE(0, status_.first.time_ns);					\
} while (0)

#endif /* CRYO_SELFTESTS_KERNEL_VALVES_H */
