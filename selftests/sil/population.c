// SPDX-License-Identifier: GPL-2.0-or-later
/* Hands patients to threads; which thread treats whom changes no figure. */
#include "selftests/sil/population.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "daemon/core/needle.h"

#define THREADS_MAX	64

static atomic_bool stopped;

struct ward {
	struct subject *subject;
	size_t n, compared;
	bool progress;
	atomic_size_t next;
};

static void note_deviation(struct subject *s, enum law law, const struct trace *trace)
{
	double target = s->traits.value[TRAIT_TARGET_DEGC] - s->traits.value[TRAIT_OFFSET_DEGC];
	const size_t every = (size_t)(SUBJECT_MOMENT_S / TRACE_STEP_S);
	const struct trace_point *p = trace->point, *end = p + trace->points;

	while (p < end && !p->flow_permille)
		p++;
	for (; p < end && course_is_freeze(p, 1) && s->moments[law] < SUBJECT_MOMENTS; p += every)
		s->deviation[law][s->moments[law]++] = (float)(p->tip_degc - target);
}

/* The duty that the core's hold has found is what the patient takes. */
static void ask_oracle(struct subject *s)
{
	const struct course *c = &s->course[LAW_CORE];

	for (unsigned int i = 0; i < c->cycles; i++) {
		const struct freeze_figures *f = &c->cycle[i].freeze;
		struct oracle oracle;

		if (f->hold_s <= 0)
			continue;
		oracle = oracle_ripple(&s->traits, f->hold_drawn_g / f->hold_s / s->full.rate_g_s);
		if (oracle.band_degc > s->oracle.band_degc)
			s->oracle = oracle;
	}
}

/* Who cannot be held within the band is judged by what the oracle can do, too. */
static void judge_by_oracle(struct subject *s, const struct protocol *protocol,
			    const struct trace *trace)
{
	ask_oracle(s);
	s->by_oracle = s->course[LAW_CORE];
	if (s->oracle.band_degc > BAND_DEGC)
		course_judge(&s->traits, protocol, trace, s->oracle.band_degc, &s->by_oracle);
}

static void note_ice(struct subject *s, const struct trace *trace)
{
	double radius_mm = needle_radius_m((uint32_t)s->traits.value[TRAIT_GAUGE]) * 1e3;
	double half_mm = s->traits.value[TRAIT_ACTIVE_MM] / 2;
	const double needle_mm[AXES] = { radius_mm, half_mm, radius_mm, half_mm };

	for (enum reader reader = 0; reader < READERS; reader++)
		s->ice[reader] = ice_figures(trace, reader, needle_mm);
	s->boundary_mm = ice_largest_mm(trace, 1) * s->traits.value[TRAIT_BOUNDARY_SHARE];
	s->passes_s = ice_passes_s(trace, s->boundary_mm);
}

/* Once more, with a boundary that the first cycle's ice has passed. */
static int treat_to_boundary(struct subject *s, struct trace *trace)
{
	struct course_options options = { .law = LAW_CORE, .boundary_mm = s->boundary_mm };
	struct protocol protocol = course_protocol(&s->traits);
	struct foresight foresight[CLAIRVOYANTS];
	struct course course;
	int r;

	for (enum clairvoyant who = 0; who < CLAIRVOYANTS; who++)
		clairvoyant_look(&foresight[who], who, &s->traits, trace, s->boundary_mm);
	protocol.cycles = 1;
	r = course_run(&s->traits, &protocol, &options, trace, &course);
	s->beyond_mm = ice_largest_mm(trace, 1) - s->boundary_mm;
	for (enum reader reader = 0; reader < READERS; reader++)
		s->forecast[reader] = forecast_figures(trace, reader, s->boundary_mm, s->passes_s);
	for (enum clairvoyant who = 0; who < CLAIRVOYANTS; who++)
		s->foreseen[who] = clairvoyant_share(&foresight[who], trace);
	return r;
}

static int treat(struct subject *s, bool compare, struct trace *trace)
{
	struct protocol protocol = course_protocol(&s->traits);
	int r = course_full_flow(&s->traits, trace, &s->full);

	for (enum law law = LAW_CORE; !r && law < (compare ? LAWS : LAW_CORE + 1); law++) {
		struct course_options options = {
			.law = law, .gains = law_pid_gains(), .whole = law == LAW_CORE,
		};

		r = course_run(&s->traits, &protocol, &options, trace, &s->course[law]);
		s->treated[law] = !r;
		if (r)
			break;
		note_deviation(s, law, trace);
		if (law != LAW_CORE)
			continue;
		judge_by_oracle(s, &protocol, trace);
		note_ice(s, trace);
	}
	if (!r && s->boundary_mm > 0)
		r = treat_to_boundary(s, trace);
	return r;
}

static void *work(void *data)
{
	struct ward *w = data;
	struct trace trace = trace_new();
	size_t i;

	while (!atomic_load(&stopped) && (i = atomic_fetch_add(&w->next, 1)) < w->n) {
		w->subject[i].error = trace.point && trace.ice ?
				      treat(&w->subject[i], i < w->compared, &trace) : -ENOMEM;
		if (w->progress && i % 50 == 49)
			fprintf(stderr, "# %zu of %zu\n", i + 1, w->n);
	}
	trace_free(&trace);
	return NULL;
}

int population_treat(struct subject *subject, size_t n, size_t compared, unsigned int threads,
		     bool progress)
{
	struct ward ward = { subject, n, compared, progress, 0 };
	pthread_t thread[THREADS_MAX];
	unsigned int begun = 0;
	int r = 0;

	while (!r && begun < threads && begun < THREADS_MAX) {
		r = -pthread_create(&thread[begun], NULL, work, &ward);
		begun += !r;
	}
	for (unsigned int i = 0; i < begun; i++)
		pthread_join(thread[i], NULL);
	for (size_t i = 0; !r && i < n; i++)
		r = subject[i].error;
	return r;
}

void population_stop(void)
{
	atomic_store(&stopped, true);
}

size_t population_treated(const struct subject *subject, size_t n)
{
	size_t treated = 0;

	while (treated < n && subject[treated].treated[LAW_CORE])
		treated++;
	return treated;
}

bool subject_counts(const struct subject *s)
{
	return s->full.lowest_degc <= -FULL_FLOW_BELOW_DEGC && !s->course[LAW_CORE].ran_out;
}

bool subject_has_room(const struct subject *s)
{
	return subject_counts(s) && s->oracle.band_degc < ORACLE_ROOM_DEGC;
}

bool subject_saturates(const struct subject *s)
{
	return s->full.lowest_degc > COURSE_BAND_DEGC;
}
