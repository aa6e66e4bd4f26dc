// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a report tells of a treatment in numbers. Pure. */
#include <errno.h>
#include <stdlib.h>

#include "report-figures.h"

/* Sums over the samples at the target. */
struct hold {
	int64_t sum_mk;
	int64_t n;
};

static bool is_flow(enum cryo_phase phase)
{
	return phase == CRYO_PHASE_COOL || phase == CRYO_PHASE_FREEZE;
}

static int32_t colder(int32_t a_mdegc, int32_t b_mdegc)
{
	if (a_mdegc == CRYO_NOT_VALID || b_mdegc == CRYO_NOT_VALID)
		return a_mdegc == CRYO_NOT_VALID ? b_mdegc : a_mdegc;
	return a_mdegc < b_mdegc ? a_mdegc : b_mdegc;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* How long sample @index stands for: until the next one. */
static int64_t stands_for(const struct report_data *data, size_t index)
{
	return index + 1 < data->n_frames ?
	       data->frames[index + 1].time_ns - data->frames[index].time_ns : 0;
}

static void add_hold(struct report_cycle *cycle, struct hold *hold, const struct cryo_frame *frame)
{
	int64_t deviation = (int64_t)frame->tip_mdegc - frame->target_mdegc;

	hold->sum_mk += llabs(deviation);
	hold->n++;
	if (!cycle->hold_known || llabs(deviation) > llabs(cycle->hold_worst_mk))
		cycle->hold_worst_mk = deviation;
	cycle->hold_known = true;
	cycle->hold_mean_mk = (hold->sum_mk + hold->n / 2) / hold->n;
}

static void add_target(struct report_cycle *cycle, int32_t target_mdegc)
{
	if (target_mdegc == CRYO_NOT_VALID)
		return;
	if (cycle->target_mdegc != CRYO_NOT_VALID && cycle->target_mdegc != target_mdegc)
		cycle->target_changed = true;
	cycle->target_mdegc = target_mdegc;
}

static void add_ice(struct report_cycle *cycle, const struct cryo_frame *frame)
{
	cycle->ice_um = frame->ice_radius_um;
	cycle->ice_error_um = frame->ice_error_um;
	cycle->ice_half_um = frame->ice_half_length_um;
	cycle->ice_half_error_um = frame->ice_half_length_error_um;
	cycle->isotherm_um = frame->isotherm_radius_um;
	cycle->isotherm_error_um = frame->isotherm_error_um;
	cycle->isotherm_half_um = frame->isotherm_half_length_um;
	cycle->isotherm_half_error_um = frame->isotherm_half_length_error_um;
	cycle->nerve_um = frame->isotherm_distance_um;
}

/* The sample with which a nerve has had enough is the first of the phase after. */
static void add_nerve(struct report_cycle *cycle, const struct cryo_frame *frame)
{
	cycle->nerve_held_ms = larger(cycle->nerve_held_ms, frame->isotherm_held_ms);
	cycle->adequate |= frame->adequate;
}

static void add_frame(struct report_cycle *cycle, struct hold *hold, enum cryo_phase phase,
		      const struct cryo_frame *frame)
{
	cycle->coldest_mdegc = colder(cycle->coldest_mdegc, frame->tip_mdegc);
	/* A sample without a phase has no estimate and no target either. */
	if (frame->phase == CRYO_PHASE_IDLE)
		return;
	add_nerve(cycle, frame);
	if (!is_flow(phase))
		return;
	add_target(cycle, frame->target_mdegc);
	add_ice(cycle, frame);
	if (phase == CRYO_PHASE_FREEZE && frame->tip_mdegc != CRYO_NOT_VALID &&
	    frame->target_mdegc != CRYO_NOT_VALID)
		add_hold(cycle, hold, frame);
}

static void add_span(struct report_cycle *cycle, struct hold *hold, const struct report_data *data,
		     const struct report_span *span)
{
	if (span->phase == CRYO_PHASE_FREEZE) {
		if (!cycle->reached)
			cycle->to_target_ns = span->start_ns - cycle->start_ns;
		cycle->reached = true;
		cycle->held_ns += span->end_ns - span->start_ns;
	}
	for (size_t i = span->first; i <= span->last; i++) {
		if (data->frames[i].tip_mdegc == CRYO_NOT_VALID)
			cycle->unread_ns += stands_for(data, i);
		add_frame(cycle, hold, span->phase, &data->frames[i]);
	}
}

static bool begins_cycle(const struct report_cycle *cycle, const struct report_span *span)
{
	return is_flow(span->phase) &&
	       (!cycle || cycle->site != span->site || cycle->cycle != span->cycle);
}

static struct report_cycle *append(struct report_figures *figures, const struct report_span *span)
{
	struct report_cycle *cycles = reallocarray(figures->cycles, figures->n_cycles + 1,
						   sizeof(*cycles));

	if (!cycles)
		return NULL;
	figures->cycles = cycles;
	cycles += figures->n_cycles++;
	*cycles = (struct report_cycle){
		.site = span->site, .cycle = span->cycle, .start_ns = span->start_ns,
		.target_mdegc = CRYO_NOT_VALID, .coldest_mdegc = CRYO_NOT_VALID,
	};
	return cycles;
}

static int find_cycles(const struct report_data *data, const struct report_course *course,
		       struct report_figures *figures)
{
	struct report_cycle *cycle = NULL;
	struct hold hold = { 0 };

	for (size_t i = 0; i < course->n; i++) {
		const struct report_span *span = &course->spans[i];

		if (begins_cycle(cycle, span)) {
			cycle = append(figures, span);
			if (!cycle)
				return -ENOMEM;
			hold = (struct hold){ 0 };
		}
		if (cycle && cycle->site == span->site)
			add_span(cycle, &hold, data, span);
	}
	return 0;
}

/* What lies between two samples that do not follow on each other. */
static void add_gap(struct report_total *total, const struct cryo_frame *before,
		    const struct cryo_frame *frame)
{
	int64_t gap_ns = frame->time_ns - before->time_ns;

	if (frame->seq <= before->seq + 1)
		return;
	total->missing += frame->seq - before->seq - 1;
	if (gap_ns > total->longest_gap_ns)
		total->longest_gap_ns = gap_ns;
}

static struct report_total find_total(const struct report_data *data, const struct report_course *course)
{
	struct report_total total = { .coldest_mdegc = CRYO_NOT_VALID };

	for (size_t i = 0; i < data->n_frames; i++) {
		const struct cryo_frame *frame = &data->frames[i];

		total.coldest_mdegc = colder(total.coldest_mdegc, frame->tip_mdegc);
		total.ice_um = larger(total.ice_um, frame->ice_radius_um);
		total.isotherm_um = larger(total.isotherm_um, frame->isotherm_radius_um);
		if (frame->tip_mdegc == CRYO_NOT_VALID)
			total.unread_ns += stands_for(data, i);
		if (i)
			add_gap(&total, frame - 1, frame);
	}
	if (data->n_frames)
		total.duration_ns = data->frames[data->n_frames - 1].time_ns;
	if (course->n)
		total.sites = course->spans[course->n - 1].site;
	return total;
}

int report_figures(const struct report_data *data, const struct report_course *course,
		   struct report_figures *ret)
{
	struct report_figures figures = { .total = find_total(data, course) };

	if (find_cycles(data, course, &figures) < 0) {
		free(figures.cycles);
		return -ENOMEM;
	}
	*ret = figures;
	return 0;
}
