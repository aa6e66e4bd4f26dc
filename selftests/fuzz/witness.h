/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The witness: compares what the output lines did, as the ring of edges in the shared page tells,
 * with what user space has asked for, as those who asked have written down themselves. It believes
 * nothing that the driver says of itself.
 *
 * Pure: it gets both stories when they are over. Times are CLOCK_MONOTONIC nanoseconds.
 */
#ifndef CRYO_SELFTESTS_FUZZ_WITNESS_H
#define CRYO_SELFTESTS_FUZZ_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/cryoprobe-sim.h>

/**
 * enum intent_kind - what somebody has asked for
 * @INTENT_ARM: to arm
 * @INTENT_COMMAND: for flow or thaw, by a command that is well-formed and within limits
 * @INTENT_STOP: to disarm
 * @INTENT_UNBIND: to unbind the driver or what it needs
 * @INTENT_BIND: to bind it again
 */
enum intent_kind {
	INTENT_ARM,
	INTENT_COMMAND,
	INTENT_STOP,
	INTENT_UNBIND,
	INTENT_BIND,
};

/**
 * struct intent - one call that may, or must not, be followed by an opening
 * @kind: enum intent_kind
 * @handpieces: bit N: it may concern handpiece N
 * @succeeded: the call did, or may have; of one that was refused nothing follows
 * @begin_ns: just before the call
 * @end_ns: just after it
 * @expiry_ns: of a command: until when it may be in force
 */
struct intent {
	enum intent_kind kind;
	uint32_t handpieces;
	bool succeeded;
	int64_t begin_ns, end_ns, expiry_ns;
};

enum witness_rule {
	WITNESS_OPENED_UNASKED,		/* a valve or heater, without a command in force */
	WITNESS_ENERGISED_DISARMED,	/* anything, without an arming before it */
	WITNESS_ENERGISED_UNBOUND,	/* anything, while no driver is bound */
	WITNESS_FREEZE_AND_THAW,	/* at once */
	WITNESS_RULES,
};

/**
 * struct witness_report - what came out
 * @edges: edges looked at
 * @openings: of valves and heaters
 * @violations: by rule
 * @first: by rule, the first edge that broke it; meaningless if there is none
 */
struct witness_report {
	size_t edges, openings;
	size_t violations[WITNESS_RULES];
	struct cryosim_edge first[WITNESS_RULES];
};

extern const char *const witness_rule_names[WITNESS_RULES];

/**
 * witness_check() - compare the two stories
 * @intents: in any order; will be sorted
 * @intents_count: how many
 * @edges: in their order
 * @edges_count: how many
 * @ret_report: the outcome
 */
void witness_check(struct intent *intents, size_t intents_count, const struct cryosim_edge *edges,
		   size_t edges_count, struct witness_report *ret_report);

#endif /* CRYO_SELFTESTS_FUZZ_WITNESS_H */
