// SPDX-License-Identifier: GPL-2.0-or-later
/* The figures of the table, one line each, with their bars. */
#include "selftests/sil/lines.h"

#include <math.h>

#define MOST_OF_PATIENTS	0.99

struct view {
	const struct subject *subject;
	const struct course *course;
	const struct freeze_figures *freeze;
};

static double response(const struct view *v)
{
	return v->freeze->response_s;
}

static double settling(const struct view *v)
{
	return v->freeze->settling_s;
}

static double last_outside(const struct view *v)
{
	return v->freeze->last_outside_s;
}

/* Beyond the greater of 1.15 times full flow's time and 3 s more. */
static double settling_late(const struct view *v)
{
	double full_s = v->subject->full.to_target_s;

	return v->freeze->settling_s - fmax(1.15 * full_s, full_s + 3);
}

static double overshoot(const struct view *v)
{
	return v->freeze->overshoot_degc;
}

static double below_floor(const struct view *v)
{
	return fmax(-v->course->floor_margin_degc, 0);
}

static double outside(const struct view *v)
{
	return 100 * (1 - v->freeze->within_share);
}

static double rms(const struct view *v)
{
	return v->freeze->rms_degc;
}

static double steady(const struct view *v)
{
	return fabs(v->freeze->steady_degc);
}

static double tracking(const struct view *v)
{
	return v->freeze->tracking_degc;
}

static double absolute(const struct view *v)
{
	return fabs(v->freeze->absolute_degc);
}

static double openings(const struct view *v)
{
	return v->freeze->openings_s;
}

static double oracle_below(const struct oracle *o)
{
	return o->below_degc;
}

static double oracle_rms(const struct oracle *o)
{
	return o->rms_degc;
}

static double cryogen(const struct view *v)
{
	return 100 * v->freeze->drawn_g / (v->subject->full.rate_g_s * v->freeze->total_s);
}

const struct line lines[] = {
	{ "response time", "s", response, NAN, 0, NULL },
	{ "settling time", "s", settling, NAN, 0, NULL },
	{ "last time outside the band", "s", last_outside, NAN, 0, NULL },
	{ "settling beyond what full flow allows", "s", settling_late, 0, MOST_OF_PATIENTS,
	  NULL },
	{ "overshoot below the target", "°C", overshoot, 1.5, MOST_OF_PATIENTS, oracle_below },
	{ "below the protocol's floor", "°C", below_floor, 0, 1, NULL },
	{ "time outside the band once settled", "%", outside, 1, MOST_OF_PATIENTS, NULL },
	{ "RMS error once settled", "°C", rms, 0.5, MOST_OF_PATIENTS, oracle_rms },
	{ "steady-state deviation", "°C", steady, NAN, 0, NULL },
	{ "tracking error", "°C", tracking, NAN, 0, NULL },
	{ "absolute error, sensor offset included", "°C", absolute, NAN, 0, NULL },
	{ "valve openings in hold", "1/s", openings, ORACLE_OPENINGS_S, MOST_OF_PATIENTS, NULL },
	{ "cryogen against full flow", "%", cryogen, NAN, 0, NULL },
};

const size_t lines_count = sizeof(lines) / sizeof(lines[0]);

static double worst_of(const struct line *line, const struct subject *s, const struct course *c)
{
	struct view v = { .subject = s, .course = c };
	double worst = -INFINITY;

	for (unsigned int i = 0; i < c->cycles; i++) {
		v.freeze = &c->cycle[i].freeze;
		worst = fmax(worst, line->value(&v));
	}
	return c->cycles ? worst : INFINITY;
}

double line_value(const struct line *line, const struct subject *s, enum law law)
{
	return worst_of(line, s, &s->course[law]);
}

bool line_is_kept(const struct line *line, const struct subject *s)
{
	return line_value(line, s, LAW_CORE) <= line->bar;
}

static double oracle_bar(const struct line *line, const struct subject *s)
{
	return line->oracle ? fmax(line->bar, line->oracle(&s->oracle)) : line->bar;
}

bool line_is_kept_by_oracle(const struct line *line, const struct subject *s)
{
	return worst_of(line, s, &s->by_oracle) <= oracle_bar(line, s);
}

double line_badness(const struct line *line, const struct subject *s)
{
	return worst_of(line, s, &s->by_oracle) / oracle_bar(line, s);
}
