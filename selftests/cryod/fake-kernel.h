/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stand-in for /dev/cryoprobeN with a small needle behind it: the rules of the uAPI header, in user
 * space. Time is the samples' own: every EXCHANGE is one period further, as fast as it is asked for
 * or paced. It trusts the daemon in nothing, and counts what it is asked.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <linux/cryoprobe.h>

#include "daemon/probe/probe-io.h"

#define FAKE_READERS_MAX	8

struct fake_kernel {
	struct probe_io io;		/* what the daemon gets */
	pthread_mutex_t lock;

	/* Set by a test, at any time and under the lock. */
	unsigned int pace_us;		/* real time per period, 0: none */
	int exchange_error;		/* what EXCHANGE answers instead of a sample */
	atomic_bool hang;		/* EXCHANGE does not come back */
	bool estop;
	bool estop_due;			/* until it has been pressed and released */
	uint32_t tip_bad;		/* CRYOPROBE_VALUE_* that the tip has instead of VALID; 0: good */
	uint32_t valve_fault;		/* that the next test of the valves finds; 0: none */
	bool unplugged;
	struct cryoprobe_claim stranger;	/* has the claim if owner_pid is not 0 */

	struct cryoprobe_info info;
	struct cryoprobe_identity identity;
	struct cryoprobe_status status;
	struct cryoprobe_sample sample;
	struct cryoprobe_limits limits;
	bool limits_set;
	unsigned int valve_periods;	/* that the test of the valves lasts, after arming */
	bool estop_seen;		/* pressed, when it was looked at last */
	int control_fd;			/* holds the claim, or -1 */
	int reader[FAKE_READERS_MAX];	/* the far ends of opens for reading, or -1 */
	uint32_t lost[FAKE_READERS_MAX];
	uint64_t record_seq;
	double tip_degc;

	unsigned int calls;		/* ioctls of all kinds */
	unsigned int exchanges;
	unsigned int clears;
	unsigned int verdicts[16];
	uint32_t outputs_seen;		/* everything that was ever energised */
	int32_t coldest_mdegc;
};

void fake_kernel_init(struct fake_kernel *fake, const char *serial);
void fake_kernel_done(struct fake_kernel *fake);

/* A fault as the kernel would find it. */
void fake_kernel_latch(struct fake_kernel *fake, enum cryoprobe_fault fault);
