// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the records of a probe for some seconds and prints how punctual its sampler and its valve are. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kernel/include/uapi/linux/cryoprobe.h"

#define SERIES_MAX	65536

/* One measured quantity, in microseconds. */
struct series {
	const char *name;
	size_t count;
	double us[SERIES_MAX];
};

static struct series lateness = { .name = "sample finished after it was due" };
static struct series jitter = { .name = "period's deviation from the nominal one" };
static struct series to_valve = { .name = "sample to valve edge" };

static void series_add(struct series *s, double us)
{
	if (s->count < SERIES_MAX)
		s->us[s->count++] = us;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void series_print(struct series *s)
{
	if (s->count == 0) {
		printf("%-42s none seen\n", s->name);
		return;
	}
	qsort(s->us, s->count, sizeof(s->us[0]), compare);
	printf("%-42s n %6zu  median %8.1f  99 %% %8.1f  worst %8.1f us\n", s->name, s->count,
	       s->us[s->count / 2], s->us[s->count * 99 / 100], s->us[s->count - 1]);
}

static void take_sample(const struct cryoprobe_sample *sample, struct cryoprobe_sample *last)
{
	double period_us = (sample->time_ns - last->time_ns) / 1e3 - sample->period_us;

	series_add(&lateness, (sample->time_ns - sample->due_ns) / 1e3);
	if (last->seq + 1 == sample->seq)
		series_add(&jitter, period_us < 0 ? -period_us : period_us);
	*last = *sample;
}

static void take_event(const struct cryoprobe_event *event, struct cryoprobe_event *opening)
{
	if (event->kind == CRYOPROBE_EVENT_OUTPUTS && (~event->old & event->new & CRYOPROBE_OUT_FREEZE))
		*opening = *event;
}

/* The sampler writes the valve and then publishes, so the sample comes after its own opening. */
static void match(const struct cryoprobe_sample *sample, struct cryoprobe_event *opening)
{
	double us = (opening->time_ns - sample->time_ns) / 1e3;

	if (!opening->kind)
		return;
	if (us >= 0 && us < sample->period_us)
		series_add(&to_valve, us);
	memset(opening, 0, sizeof(*opening));
}

static int follow(int fd, int seconds)
{
	struct cryoprobe_sample last = {};
	struct cryoprobe_event opening = {};
	struct cryoprobe_record record;
	time_t end = time(NULL) + seconds;
	uint64_t lost = 0;

	while (time(NULL) < end) {
		if (read(fd, &record, sizeof(record)) != sizeof(record))
			return -errno;
		lost += record.lost;
		if (record.type == CRYOPROBE_RECORD_EVENT) {
			take_event(&record.event, &opening);
			continue;
		}
		take_sample(&record.sample, &last);
		match(&record.sample, &opening);
	}
	printf("%-42s %llu, missed periods %u\n", "records lost", (unsigned long long)lost, last.missed);
	return 0;
}

int main(int argc, char **argv)
{
	int seconds = argc == 3 ? atoi(argv[2]) : 0;
	int fd, r;

	if (seconds < 1 || seconds > 600) {
		fprintf(stderr, "usage: probe-timing /dev/cryoprobeN SECONDS (1 to 600)\n");
		return EXIT_FAILURE;
	}
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	r = fd < 0 ? -errno : follow(fd, seconds);
	if (r < 0) {
		fprintf(stderr, "probe-timing: %s: %s\n", argv[1], strerror(-r));
		return EXIT_FAILURE;
	}
	series_print(&lateness);
	series_print(&jitter);
	series_print(&to_valve);
	return EXIT_SUCCESS;
}
