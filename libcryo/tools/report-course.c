// SPDX-License-Identifier: LGPL-2.1-or-later
/* The phases that a treatment went through, from its samples. Pure. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "report-course.h"

/* Frames of before there were sites have none. */
static unsigned int site_of(const struct cryo_frame *frame)
{
	return frame->site ? frame->site : 1;
}

static bool goes_on(const struct report_span *span, const struct cryo_frame *frame)
{
	return frame->phase == CRYO_PHASE_IDLE ||
	       (frame->phase == (uint32_t)span->phase && frame->cycle == span->cycle &&
		site_of(frame) == span->site);
}

static int append(struct report_course *course, const struct cryo_frame *frame, size_t index)
{
	struct report_span *spans = reallocarray(course->spans, course->n + 1, sizeof(*spans));

	if (!spans)
		return -ENOMEM;
	course->spans = spans;
	spans[course->n++] = (struct report_span){
		.phase = (enum cryo_phase)frame->phase, .site = site_of(frame), .cycle = frame->cycle,
		.first = index, .last = index, .start_ns = frame->time_ns, .end_ns = frame->time_ns,
	};
	return 0;
}

/* Takes sample @index into the course. */
static int add(struct report_course *course, const struct cryo_frame *frame, size_t index)
{
	struct report_span *last = course->n ? &course->spans[course->n - 1] : NULL;

	if (!last && frame->phase == CRYO_PHASE_IDLE)
		return 0;
	if (last)
		last->end_ns = frame->time_ns;
	if (!last || !goes_on(last, frame))
		return append(course, frame, index);
	last->last = index;
	return 0;
}

int report_course(const struct report_data *data, struct report_course *ret)
{
	struct report_course course = { 0 };

	for (size_t i = 0; i < data->n_frames; i++) {
		if (add(&course, &data->frames[i], i) < 0) {
			free(course.spans);
			return -ENOMEM;
		}
	}
	*ret = course;
	return 0;
}
