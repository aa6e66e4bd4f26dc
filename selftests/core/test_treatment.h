/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One treatment on the bench, for tests that send it through its phases. */
#ifndef CRYO_SELFTESTS_CORE_TEST_TREATMENT_H
#define CRYO_SELFTESTS_CORE_TEST_TREATMENT_H

#include "selftests/core/bench.h"
#include "selftests/unit/test.h"

static struct bench bench;

static inline void begin(void)
{
	struct probe_profile profile = bench_profile();

	bench_init(&bench, &profile);
	bench_start(&bench);
}

/* A treatment by the bench's protocol after @change. */
static inline void begin_with(void (*change)(struct protocol *protocol, struct probe_profile *profile))
{
	struct protocol protocol = bench_protocol(bench_protocol_text);
	struct probe_profile profile = bench_profile();
	const char *reason = "";

	change(&protocol, &profile);
	bench_init(&bench, &profile);
	bench_step(&bench);
	EXPECT_EQ(treatment_start(bench.treatment, &protocol, &reason), 0);
	EXPECT_STREQ(reason, "");
}

static inline void end(void)
{
	bench_free(&bench);
}

static inline const char *last_reason(void)
{
	const struct treatment_event *event = bench_last(&bench, TREATMENT_EVENT_PHASE);

	return event ? event->reason : "";
}

static inline enum outcome outcome(void)
{
	return bench_status(&bench).outcome;
}

/* The reason for which the treatment went to warm, NULL if it did not. */
static inline const char *why_warm(void)
{
	for (unsigned int i = 0; i < bench.events; i++)
		if (bench.event[i].kind == TREATMENT_EVENT_PHASE &&
		    bench.event[i].new == PHASE_WARM)
			return bench.event[i].reason;
	return NULL;
}

#endif /* CRYO_SELFTESTS_CORE_TEST_TREATMENT_H */
