/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running plant: handpieces, their gates, the page, the logs; turned once a millisecond. */
#ifndef CRYO_PLANT_PLANT_H
#define CRYO_PLANT_PLANT_H

#include <stdio.h>

#include "selftests/plant/gate.h"
#include "selftests/plant/handpiece.h"
#include "selftests/plant/page.h"
#include "selftests/plant/truth.h"
#include "selftests/plant/witness.h"

#define PLANT_HANDPIECES_MAX CRYOSIM_HANDPIECES_MAX
#define PLANT_PLANNED_MAX 32
#define PLANT_BOUNCES 20

/* A fault that is to come: at @at_s of the plant's running time. */
struct planned_fault {
	int fault;
	unsigned int handpiece;
	double at_s;
};

struct plant {
	unsigned int handpieces;
	struct handpiece handpiece[PLANT_HANDPIECES_MAX];
	struct gate gate[PLANT_HANDPIECES_MAX];
	uint32_t effective[PLANT_HANDPIECES_MAX];	/* as last logged */
	bool oneshot[PLANT_HANDPIECES_MAX];		/* the same */
	bool trigger_pressed;
	unsigned int estop_bounces;			/* still to come, one a turn */
	uint32_t bus_delay_us;
	struct page page;
	struct witness *witness;		/* may be NULL */
	FILE *log, *edges;			/* may be NULL */
	int64_t log_period_ns, next_log_ns;
	int64_t start_ns, turned_ns, simulated_ns;
	struct planned_fault planned[PLANT_PLANNED_MAX];
	unsigned int n_planned;
};

/* Begins at host time @now_ns: the clock of everything starts here. Headers go to the logs. */
void plant_begin(struct plant *p, int64_t now_ns);

/*
 * One turn: takes edges, gates, advances the simulation to @now_ns, publishes and logs. After a
 * long stall of its own only the last quarter of a second is simulated.
 */
void plant_turn(struct plant *p, int64_t now_ns);

/* Writes a line host_ns,guest_ns,handpiece,what,value to the edge log. */
void plant_note(struct plant *p, int64_t host_ns, int64_t guest_ns, unsigned int handpiece,
		const char *what, const char *value);

void plant_set_fault(struct plant *p, unsigned int handpiece, int fault, bool on);
void plant_set_estop(struct plant *p, bool pressed);

/* Pressed, with a contact that closes and breaks for PLANT_BOUNCES turns. */
void plant_bounce_estop(struct plant *p);
void plant_reset(struct plant *p, unsigned int handpiece);

#endif
