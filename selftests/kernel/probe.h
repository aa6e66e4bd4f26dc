/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A controller's steps with /dev/cryoprobeN, as tests of the driver want them. */
#ifndef CRYO_SELFTESTS_KERNEL_PROBE_H
#define CRYO_SELFTESTS_KERNEL_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/cryoprobe.h>

/* The slowest rate that may be armed: guests under emulation are not always on time. */
#define PROBE_SLOW_HZ	20
#define PROBE_VALIDITY_MS	1000

/* All of these return 0 (or a descriptor), or -errno. */
int probe_open(unsigned int probe, int flags);
int probe_ioctl(int fd, unsigned long request, void *argument);
int probe_claim(int fd);
int probe_status(int fd, struct cryoprobe_status *ret_status);
int probe_info(int fd, struct cryoprobe_info *ret_info);

/** probe_limits() - limits as wide as the caps, and PROBE_VALIDITY_MS. */
int probe_limits(int fd, struct cryoprobe_limits *ret_limits);

/** probe_clear() - clear whatever is latched, -EBUSY if a cause is still there. */
int probe_clear(int fd);

/** probe_look() - wait for the next sample. */
int probe_look(int fd, struct cryoprobe_exchange *ret_exchange);

/** probe_command() - command in answer to a sample, and wait for the next one. */
int probe_command(int fd, uint64_t sample_seq, uint32_t flow, uint32_t thaw,
		  struct cryoprobe_exchange *ret_exchange);

/** probe_settle() - wait until every channel has a valid, healthy value. */
int probe_settle(int fd);

/** probe_try_estop() - press and release the emergency stop, as an operator does once after each bind. */
int probe_try_estop(int fd);

/** probe_await_valves() - answer samples until the test of the valves, after arming, is over. */
int probe_await_valves(int fd);

/**
 * probe_arm() - claim, settle, clear, set limits, arm, and wait for the valves' test
 * @fd: open for writing
 * @limits: NULL for the widest
 */
int probe_arm(int fd, const struct cryoprobe_limits *limits);

/**
 * probe_flow() - ask for flow, answering the latest sample
 * @fd: ARMED
 * @flow: per mille
 * @ret_exchange: may be NULL
 *
 * Return: 0, -errno, or -EPROTO if the command was refused.
 */
int probe_flow(int fd, uint32_t flow, struct cryoprobe_exchange *ret_exchange);

/** probe_flow_periods() - the same for some periods. */
int probe_flow_periods(int fd, uint32_t flow, unsigned int periods);

/** probe_faulted() - wait until a fault is latched; false after 25 seconds. */
bool probe_faulted(int fd, enum cryoprobe_fault code);

/** probe_set_rate() - write sampling_frequency of the probe's IIO device. */
int probe_set_rate(int fd, unsigned int hz);

#endif /* CRYO_SELFTESTS_KERNEL_PROBE_H */
