/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A treatment protocol: the text of a .protocol file, parsed and judged. Pure: text in, struct out. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "daemon/core/types.h"

#define PROTOCOL_NAME_MAX	64
#define PROTOCOL_CYCLES_MAX	8

/* What the operator confirms before a freeze, one after the other. */
enum protocol_step {
	STEP_PREPARATION,
	STEP_PLACEMENT,
	STEP_HYDRODISSECTION,
	STEP_COMPRESSION,
	STEP_COUNT
};

/* What follows when the target is told to be out of reach. */
enum out_of_reach {
	REACH_KEEP,		/* goes on, as cold as it gets */
	REACH_END,
	REACH_LOWER,		/* holds what can be reached */
	REACH_CHOICES
};

struct protocol {
	char name[PROTOCOL_NAME_MAX];		/* from the file's name */
	char title[128];
	bool neurolysis;			/* else the floor may be lower than -100 degC */
	uint32_t cryogens;			/* bit N: enum cryogen N is allowed */
	enum ice_class tissue;		/* around the needle */
	uint32_t tissue_sensor_um;	/* its thermocouple's distance from the axis, 0 = none */
	int32_t target_mdegc;
	int32_t floor_mdegc;			/* the tip never goes below */
	int32_t band_mdegc;			/* at target: within this of it */
	uint32_t cycles;
	uint32_t repeats;			/* that the operator may add at each site */
	uint32_t freeze_ms;			/* time at temperature in each cycle */
	uint32_t cool_max_ms;			/* longest way to the target */
	enum out_of_reach out_of_reach;
	int32_t thaw_mdegc;			/* partial thaw between cycles: to this temperature ... */
	uint32_t thaw_min_ms;			/* ... and at least this long */
	bool thaw_active;			/* the heater helps between cycles */
	uint32_t boundary_um;			/* ice radius not to be passed, 0 = none */
	uint32_t isotherm_um;			/* a freeze is done once -20 degC has been here ... */
	uint32_t isotherm_ms;			/* ... for this long; 0 um = by time only */
	uint32_t sites;				/* one after the other, each with all cycles */
	enum protocol_step step[STEP_COUNT];	/* of these `steps`, in this order */
	uint32_t steps;
	uint32_t ready_timeout_ms;		/* prompts time out into abort */
	uint32_t withdraw_timeout_ms;
	bool confirm_ready;			/* false: go on without the operator's `advance` */
	bool confirm_withdraw;
};

struct protocol_error {
	unsigned int line;			/* 0 where no line is concerned */
	char text[192];				/* names the key, the value and the allowed range */
};

/* The most freezes that a site can get. */
static inline uint32_t protocol_most_cycles(const struct protocol *protocol)
{
	return protocol->cycles + protocol->repeats;
}

/* A name has 1 to 63 of a-z, 0-9 and '-'. */
bool protocol_name_is_valid(const char *name);

/* Parse @text of @size bytes. -EBADMSG with *ret_error set; *ret untouched on failure. */
int protocol_parse(const char *name, const char *text, size_t size,
		   struct protocol *ret, struct protocol_error *ret_error);

const char *protocol_step_to_string(enum protocol_step step);

/* What the operator is asked; static text. */
const char *protocol_step_prompt(enum protocol_step step);

/*
 * The course in words: what lets each phase begin and end, with the figures that hold. -ENOSPC if @size
 * is not enough; PROTOCOL_COURSE_MAX is.
 */
#define PROTOCOL_COURSE_MAX	8192
int protocol_describe(const struct protocol *protocol, char *text, size_t size);

/* Whether @protocol can be run on @profile. 0, or -ERANGE with *ret_error set. */
int protocol_check(const struct protocol *protocol, const struct probe_profile *profile,
		   struct protocol_error *ret_error);
