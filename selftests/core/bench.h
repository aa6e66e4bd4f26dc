/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A treatment under test: samples made by hand or by a model, events and commands kept. */
#ifndef CRYO_SELFTESTS_CORE_BENCH_H
#define CRYO_SELFTESTS_CORE_BENCH_H

#include "daemon/core/protocol.h"
#include "daemon/core/treatment.h"

#define BENCH_EVENTS	512
#define BENCH_PERIOD_US	20000
#define BENCH_PERIOD_NS	(BENCH_PERIOD_US * 1000LL)

struct bench {
	struct treatment *treatment;
	struct probe_sample sample;	/* what the next step hands in */
	struct probe_command command;	/* what the last step asked for */
	bool obedient;			/* sample.interlock and flow follow the command */
	struct treatment_event event[BENCH_EVENTS];
	unsigned int events;
};

/* An 18G nitrous oxide probe with 7 mm of active tip and wide caps. */
struct probe_profile bench_profile(void);

/* A short double freeze; text that protocol_parse() accepts. */
extern const char bench_protocol_text[];

/* Parses @text, which must be good. */
struct protocol bench_protocol(const char *text);

/* A warm, valid, disarmed probe. */
void bench_init(struct bench *b, const struct probe_profile *profile);
void bench_free(struct bench *b);

/* One sample; collects events. */
void bench_step(struct bench *b);
void bench_run(struct bench *b, double seconds);

/* Steps until the phase is @phase, at most @seconds; whether it came. */
bool bench_until(struct bench *b, enum phase phase, double seconds);

/* Steps until @phase with a tip that does what the phase waits for. */
bool bench_reach(struct bench *b, enum phase phase);

void bench_set_tip(struct bench *b, double degc);
void bench_lose_tip(struct bench *b);

struct treatment_status bench_status(const struct bench *b);
enum phase bench_phase(const struct bench *b);
int bench_verb(struct bench *b, enum verb verb);
void bench_start(struct bench *b);

/* The last event of this kind, NULL if there was none. */
const struct treatment_event *bench_last(const struct bench *b, enum treatment_event_kind kind);
unsigned int bench_count(const struct bench *b, enum treatment_event_kind kind);
bool bench_has_alarm(const struct bench *b, enum alarm_code code);

#endif
