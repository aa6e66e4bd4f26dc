/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A record for tests of reports, put together phase by phase. */
#pragma once

#include "libcryo/tools/report-data.h"

#define PERIOD_NS	20000000LL
#define SECOND_NS	1000000000LL

#define FRAMES_MAX	200000
#define EVENTS_MAX	64

struct record {
	struct report_data data;
	struct cryo_frame *frames;		/* FRAMES_MAX */
	struct report_event events[EVENTS_MAX];
	struct cryo_frame now;			/* what the next samples begin from */
};

/* A record of a 18G needle without samples and events; record_free() it. */
struct record record_new(void);
void record_free(struct record *record);

/* @seconds of samples in @phase, on which the tip goes straight to @tip_mdegc. */
void record_phase(struct record *record, enum cryo_phase phase, double seconds, int32_t tip_mdegc);

/* Ice and -20 degC radius at the end of the next phase, um; they too go there straight. */
void record_ice(struct record *record, uint32_t ice_um, uint32_t isotherm_um);

/* Self-test and placement at body temperature, some seconds. */
void record_begin(struct record *record);

/* The next freeze: @cool_s to the target, @hold_s there. */
void record_freeze(struct record *record, int32_t target_mdegc, double cool_s, double hold_s);

/* Warming and withdrawal. */
void record_end(struct record *record);

/* An event now. */
void record_event(struct record *record, const char *source, const char *kind, int64_t old, int64_t new,
		  const char *text);
