// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes down what was asked for, and records the ring of edges before it is overwritten. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "selftests/fuzz/fuzz.h"
#include "selftests/kernel/fakeplant.h"
#include "selftests/kernel/wait.h"

#define INTENTS_MAX	(1 << 19)
#define EDGES_MAX	(1 << 20)
#define LOOK_NS		2000000

static struct intent *intents;
static atomic_size_t intents_count;
static struct cryosim_edge *edges;
static size_t edges_count, edges_lost;
static pthread_t recorder;
static atomic_bool done;

struct intent story_begin(enum intent_kind kind, uint32_t handpieces)
{
	return (struct intent) {
		.kind = kind,
		.handpieces = handpieces,
		.begin_ns = monotonic_ns(),
	};
}

void story_end(struct intent *intent, bool succeeded)
{
	size_t slot = atomic_fetch_add(&intents_count, 1);

	intent->end_ns = monotonic_ns();
	intent->succeeded = succeeded;
	if (slot < INTENTS_MAX)
		intents[slot] = *intent;
}

static void record(uint64_t *seen)
{
	uint64_t newest = fakeplant_edges();

	for (; *seen < newest; ++*seen) {
		if (edges_count < EDGES_MAX && fakeplant_edge(*seen + 1, &edges[edges_count]))
			edges_count++;
		else
			edges_lost++;
	}
}

static void *run_recorder(void *unused)
{
	const struct timespec pause = { .tv_nsec = LOOK_NS };
	uint64_t seen = fakeplant_edges();

	while (!atomic_load(&done)) {
		record(&seen);
		nanosleep(&pause, NULL);
	}
	record(&seen);
	return unused;
}

int story_start(void)
{
	const struct sched_param priority = { .sched_priority = 70 };
	int r;

	intents = calloc(INTENTS_MAX, sizeof(*intents));
	edges = calloc(EDGES_MAX, sizeof(*edges));
	if (!intents || !edges)
		return -ENOMEM;
	r = pthread_create(&recorder, NULL, run_recorder, NULL);
	if (!r)
		r = pthread_setschedparam(recorder, SCHED_FIFO, &priority);
	return -r;
}

static int check(struct witness_report *ret_report)
{
	atomic_store(&done, true);
	pthread_join(recorder, NULL);
	if (edges_lost || intents_count > INTENTS_MAX)
		return -EOVERFLOW;
	witness_check(intents, intents_count, edges, edges_count, ret_report);
	return 0;
}

bool story_result(unsigned int number, bool good, const char *name)
{
	printf("%sok %u %s\n", good ? "" : "not ", number, name);
	return good;
}

bool story_tell(unsigned int number)
{
	struct witness_report report = {};
	bool good = story_result(number++, !check(&report), "the_witness_missed_nothing");

	printf("# %zu edges, %zu openings\n", report.edges, report.openings);
	for (int i = 0; i < WITNESS_RULES; i++) {
		const struct cryosim_edge *edge = &report.first[i];

		if (report.violations[i])
			printf("# %zu times, first at %" PRId64 " ns, handpiece %u, word %#x\n",
			       report.violations[i], (int64_t)edge->time_ns, edge->handpiece,
			       edge->word);
		good &= story_result(number++, !report.violations[i], witness_rule_names[i]);
	}
	return good & story_result(number, report.openings > 0, "valves_were_opened");
}
