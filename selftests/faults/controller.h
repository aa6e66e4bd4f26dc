/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault-controller: a controller of our own on /dev/cryoprobe0, which freezes and then behaves badly. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <linux/cryoprobe.h>

#define VALIDITY_MS	200		/* as cryod has it */
#define NS_PER_MS	1000000LL

/**
 * struct controller - the one that has the claim
 * @fd: of the probe
 * @limits: armed with
 * @x: the last exchange; its sample is answered next
 * @command_seq: the sample that the last granted command answered
 */
struct controller {
	int fd;
	struct cryoprobe_limits limits;
	struct cryoprobe_exchange x;
	uint64_t command_seq;
};

/**
 * struct behaviour - one way to behave badly
 * @name: as the table of faults has it
 * @limit: narrows the limits before they are set; may be NULL
 * @act: what it does once it freezes; 0, or 1 after it has said what was not as it should be
 * @freezes: it freezes for a second first
 * @dies: its process ends by SIGKILL
 */
struct behaviour {
	const char *name;
	void (*limit)(struct controller *c);
	int (*act)(struct controller *c);
	bool freezes;
	bool dies;
};

extern const struct behaviour behaviours[];

/** tell_instant() - the instant from which time is measured, for the host. */
void tell_instant(int64_t at_ns);

/** complain() - say what was not as it should be; 1. */
__attribute__((format(printf, 1, 2)))
int complain(const char *format, ...);

/**
 * controller_turn() - ask for flow or heat in answer to the last sample, wait for the next
 * @flow: per mille
 * @thaw: per mille
 *
 * Return: enum cryoprobe_verdict, or -errno.
 */
int controller_turn(struct controller *c, uint32_t flow, uint32_t thaw);

/** controller_freeze() - full flow for @ms; 0, or 1 after it has said why not. */
int controller_freeze(struct controller *c, int64_t ms);

/* misdeeds.c */
int replay(struct controller *c);
int reorder(struct controller *c);
int future(struct controller *c);
int out_of_range(struct controller *c);
int conflict(struct controller *c);
int after_disarm(struct controller *c);
int second_writer(struct controller *c);
int inherited(struct controller *c);
int signal_storm(struct controller *c);
int clear_race(struct controller *c);

/* limits.c */
void limit_floor(struct controller *c);
void limit_freeze_time(struct controller *c);
void limit_total_time(struct controller *c);
void limit_idle_time(struct controller *c);
void limit_tissue(struct controller *c);
void limit_heat_time(struct controller *c);
void limit_heat(struct controller *c);
int beyond_floor(struct controller *c);
int beyond_freeze_time(struct controller *c);
int beyond_total_time(struct controller *c);
int beyond_idle_time(struct controller *c);
int beyond_tissue(struct controller *c);
int beyond_heat_time(struct controller *c);
int beyond_heat(struct controller *c);
int above_caps(struct controller *c);
int while_armed(struct controller *c);
