// SPDX-License-Identifier: GPL-2.0-or-later
/* Closes the loop between core/ and a console, as cryod does, and looks at what came of it. */
#include "selftests/sil/course.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/probe/convert.h"
#include "daemon/core/sequencer.h"
#include "selftests/plant/rng.h"
#include "selftests/sil/console.h"
#include "selftests/sil/reader.h"

#define TOTAL_MAX_S		1800
#define FULL_FLOW_MAX_S		60
#define FLOOR_LEAST_MDEGC	(-100000)	/* of neurolysis, see cryo.protocol(5) */
#define COAST_S			15	/* in which the ice goes on growing after the flow */

struct run {
	const struct traits *traits;
	const struct protocol *protocol;
	struct course_options options;
	struct trace *trace;
	struct console *console;
	struct treatment *treatment;
	struct channel_map map;
	struct probe_profile profile;
	struct rng rng;
	struct cryoprobe_sample raw;
	struct cryoprobe_status kernel;
	struct probe_sample sample;
	struct probe_command command;
	struct treatment_status status;
	struct law_state law;
	struct readers readers;
	struct console_truth truth;
	bool armed_once;
	uint64_t late_seq;		/* a command that has not been handed in, 0 = none */
	int64_t stepped_ns;
	double flow_since_s;
	double ice_s, ice_until_s;	/* the next look at the ice, and the last */
	size_t labelled;		/* points of the trace that have their phase */
	struct course course;
};

static double now_s(const struct run *r)
{
	return r->raw.time_ns * 1e-9;
}

static uint32_t boundary_um(const struct run *r)
{
	return (uint32_t)lround(r->options.boundary_mm * 1e3);
}

static bool happens(struct run *r, enum trait share)
{
	return rng_uniform(&r->rng) < r->traits->value[share];
}

/* By the values of TRAIT_TISSUE. */
static enum ice_class class_of(const struct traits *traits)
{
	static const enum ice_class classes[] = { ICE_MUSCLE, ICE_NERVE, ICE_FAT };

	if (traits->value[TRAIT_CLASS_NAMED] <= 0)
		return ICE_UNKNOWN;
	return classes[(size_t)traits->value[TRAIT_TISSUE]];
}

struct protocol course_protocol(const struct traits *traits)
{
	struct protocol p = {
		.name = "sil",
		.neurolysis = true,
		.cryogens = 1U << CRYOGEN_N2O | 1U << CRYOGEN_LN2,
		.tissue = class_of(traits),
		.target_mdegc = (int32_t)lround(traits->value[TRAIT_TARGET_DEGC] * 1e3),
		.band_mdegc = COURSE_BAND_DEGC * 1000,
		.cycles = (uint32_t)traits->value[TRAIT_CYCLES],
		.freeze_ms = 60000,
		.cool_max_ms = 60000,
		.thaw_mdegc = -5000,
		.thaw_min_ms = 3000,
		.ready_timeout_ms = 240000,
		.withdraw_timeout_ms = 300000,
		.confirm_ready = true,
		.confirm_withdraw = true,
	};

	p.floor_mdegc = p.target_mdegc -
			(int32_t)lround(traits->value[TRAIT_FLOOR_BELOW_DEGC] * 1e3);
	if (p.floor_mdegc < FLOOR_LEAST_MDEGC)
		p.floor_mdegc = FLOOR_LEAST_MDEGC;
	return p;
}

/* The phase is known when core/ has seen the sample that ends the stretch. */
static void label_trace(struct run *r)
{
	for (; r->labelled < r->trace->points; r->labelled++) {
		r->trace->point[r->labelled].phase = (uint8_t)r->status.phase;
		r->trace->point[r->labelled].cycle = (uint8_t)r->status.cycle;
	}
}

static void note_ice(struct run *r)
{
	struct trace_ice *ice;

	if (now_s(r) < r->ice_s)
		return;
	r->ice_s = now_s(r) + TRACE_ICE_S;
	r->truth = console_truth(r->console, true);
	ice = trace_add_ice(r->trace);
	*ice = (struct trace_ice){
		.time_s = (float)now_s(r),
		.phase = (uint8_t)r->status.phase,
		.cycle = (uint8_t)r->status.cycle,
	};
	for (enum axis a = 0; a < AXES; a++)
		ice->mm[a] = (float)r->truth.ice_mm[a];
	readers_say(&r->readers, &r->status, ice->said);
}

static void note_events(struct run *r)
{
	struct treatment_event event;

	while (treatment_next_event(r->treatment, &event)) {
		if (event.kind == TREATMENT_EVENT_PHASE && event.new == PHASE_WARM &&
		    !r->course.reason)
			r->course.reason = event.reason;
		if (event.kind == TREATMENT_EVENT_ALARM && event.new == ALARM_SATURATED)
			r->course.saturated_s = fmin(r->course.saturated_s,
						     now_s(r) - r->flow_since_s);
	}
}

static void note(struct run *r)
{
	struct course *c = &r->course;

	note_events(r);
	r->truth = console_truth(r->console, false);
	if (r->status.cycle > c->cycles)
		c->cycles = r->status.cycle;
	if (isinf(r->flow_since_s) && r->sample.flow_permille)
		r->flow_since_s = now_s(r);
	if (r->kernel.fault_mask && !isinf(r->flow_since_s) && !c->fault_code)
		c->fault_code = r->kernel.first.code;
	if (!r->truth.has_liquid)
		c->ran_out = true;
	if (isinf(r->ice_until_s) && r->status.phase == PHASE_WARM)
		r->ice_until_s = now_s(r) + COAST_S;
	if (r->status.phase == PHASE_WITHDRAW)
		c->withdraw_tip_degc = fmin(c->withdraw_tip_degc, r->truth.tip_degc);
	if (r->status.phase != PHASE_SELF_TEST && r->status.phase != PHASE_READY &&
	    now_s(r) < r->ice_until_s)
		note_ice(r);
}

/* A baseline's flow wherever the core's controller gives one. */
static void let_law_decide(struct run *r, int64_t dt_ns)
{
	bool flow = (r->status.phase == PHASE_COOL || r->status.phase == PHASE_FREEZE) &&
		    !r->status.paused && r->sample.tip.valid &&
		    r->sample.interlock == INTERLOCK_ARMED;

	if (r->options.law == LAW_CORE)
		return;
	if (r->sample.tip.valid)
		law_observe(&r->law, r->sample.tip.mdegc, dt_ns);
	if (flow)
		r->command.flow_permille = law_flow(&r->law, r->protocol->target_mdegc, dt_ns);
	else
		law_rest(&r->law);
}

static void hand_in(struct run *r, uint64_t seq)
{
	bool armed = r->kernel.state == CRYOPROBE_STATE_ARMED && r->command.want_armed;

	if (armed)
		console_command(r->console, seq, r->command.flow_permille,
				r->command.thaw_permille);
}

/* What the daemon's control thread does beside the command. */
static void serve(struct run *r)
{
	struct treatment_limits limits;

	if (r->command.want_clear && r->kernel.fault_mask && !r->kernel.present_mask)
		console_clear_fault(r->console, r->kernel.fault_seq);
	if (!r->command.want_armed) {
		if (r->kernel.state == CRYOPROBE_STATE_ARMED)
			console_disarm(r->console);
		return;
	}
	if (r->kernel.state != CRYOPROBE_STATE_DISARMED)
		return;
	treatment_limits(r->treatment, &limits);
	console_set_limits(r->console, &(struct cryoprobe_limits){
		.validity_ms = limits.validity_ms,
		.tip_floor_mdegc = limits.tip_floor_mdegc,
		.freeze_max_ms = limits.freeze_max_ms,
		.total_max_ms = limits.total_max_ms,
		.idle_max_ms = limits.idle_max_ms,
		.heat_max_ms = r->profile.caps_heat_max_ms,
		.heat_max_mdegc = r->profile.caps_heat_max_mdegc,
	});
	console_arm(r->console);
}

static void decide(struct run *r)
{
	int64_t dt_ns = r->raw.time_ns - r->stepped_ns;

	r->stepped_ns = r->raw.time_ns;
	sample_from_kernel(&r->map, &r->raw, &r->kernel, &r->sample);
	treatment_step(r->treatment, &r->sample, &r->command);
	treatment_status(r->treatment, &r->status);
	readers_step(&r->readers, &r->sample, r->status.phase, dt_ns);
	let_law_decide(r, dt_ns);
	serve(r);
}

/* One sample: seen and answered, answered too late, or never seen. */
static void turn(struct run *r)
{
	console_sample(r->console, &r->raw, &r->kernel);
	if (r->late_seq)
		hand_in(r, r->late_seq);
	r->late_seq = 0;
	if (happens(r, TRAIT_LOST_SHARE)) {
		label_trace(r);
		return;
	}
	decide(r);
	label_trace(r);
	if (happens(r, TRAIT_LATE_SHARE))
		r->late_seq = r->raw.seq;
	else
		hand_in(r, r->raw.seq);
	note(r);
}

static void confirm(struct run *r)
{
	const char *reason;

	if (*r->status.prompt)
		treatment_verb(r->treatment, VERB_ADVANCE, &reason);
}

static bool goes_on(const struct run *r)
{
	if (r->status.phase == PHASE_IDLE || now_s(r) >= TOTAL_MAX_S)
		return false;
	return r->options.whole || r->status.phase != PHASE_WARM ||
	       (r->options.boundary_mm > 0 && now_s(r) < r->ice_until_s);
}

static int treat(struct run *r)
{
	const char *reason;
	int error;

	while (!r->sample.seq)
		turn(r);
	error = treatment_start(r->treatment, r->protocol, &reason);
	if (error) {
		fprintf(stderr, "seed %llu: cannot start: %s\n",
			(unsigned long long)r->traits->seed, reason);
		return error;
	}
	/* Behind protocol_check(), which wants boundaries that usual tissue does not reach. */
	r->treatment->protocol.boundary_um = boundary_um(r);
	treatment_status(r->treatment, &r->status);
	do {
		turn(r);
		confirm(r);
	} while (goes_on(r));
	return 0;
}

bool course_is_freeze(const struct trace_point *p, unsigned int cycle)
{
	return p->cycle == cycle && (p->phase == PHASE_COOL || p->phase == PHASE_FREEZE);
}

static struct freeze_figures judge_freeze(const struct traits *traits,
					  const struct protocol *protocol,
					  const struct trace *trace, unsigned int cycle,
					  double band_degc)
{
	const struct trace_point *point = trace->point;
	size_t begin = 0, end, n = trace->points;

	while (begin < n && !course_is_freeze(&point[begin], cycle))
		begin++;
	for (end = begin; end < n && course_is_freeze(&point[end], cycle);)
		end++;
	return freeze_figures(point + begin, end - begin, protocol->target_mdegc * 1e-3,
			      traits->value[TRAIT_OFFSET_DEGC], band_degc);
}

void course_judge(const struct traits *traits, const struct protocol *protocol,
		  const struct trace *trace, double band_degc, struct course *course)
{
	for (unsigned int i = 0; i < course->cycles; i++)
		course->cycle[i].freeze = judge_freeze(traits, protocol, trace, i + 1,
						       band_degc);
	/* A freeze that was cut short has not settled for good. */
	if (course->cycles && !course->completed)
		course->cycle[course->cycles - 1].freeze.settling_s = INFINITY;
}

static void judge_ice(const struct run *r, unsigned int cycle, struct course_cycle *ret)
{
	for (size_t i = 0; i < r->trace->ices; i++) {
		const struct trace_ice *ice = &r->trace->ice[i];

		double edge_mm = ice->mm[AXIS_EDGE];
		double said_mm = ice->said[READER_CORE].mm[AXIS_EDGE];

		if (ice->cycle != cycle || edge_mm <= 0 ||
		    (ice->phase != PHASE_COOL && ice->phase != PHASE_FREEZE))
			continue;
		ret->ice_error_mm = fmax(ret->ice_error_mm, fabs(said_mm - edge_mm));
		if (edge_mm > ret->edge_mm) {
			ret->edge_mm = edge_mm;
			ret->said_edge_mm = said_mm;
		}
	}
}

static void judge(struct run *r)
{
	struct course *c = &r->course;

	for (unsigned int i = 0; i < c->cycles; i++)
		judge_ice(r, i + 1, &c->cycle[i]);
	c->completed = r->status.outcome == (r->options.whole ? OUTCOME_COMPLETED : OUTCOME_NONE);
	c->total_s = now_s(r);
	c->drawn_g = r->truth.drawn_g;
	c->floor_margin_degc = r->truth.lowest_tip_degc - r->protocol->floor_mdegc * 1e-3;
	c->flow_at_end = r->command.flow_permille || r->kernel.flow_permille;
	course_judge(r->traits, r->protocol, r->trace, BAND_DEGC, c);
}

static int begin(struct run *r)
{
	struct cryoprobe_identity identity;
	struct cryoprobe_info info;

	console_describe(r->console, &info, &identity);
	channel_map_from_info(&info, &r->map);
	profile_from_info(&info, &identity, &r->profile);
	treatment_init(r->treatment, &r->profile, info.period_us);
	law_begin(&r->law, r->options.law, &r->options.gains);
	r->readers.boundary_um = boundary_um(r);
	r->readers.target_mdegc = r->protocol->target_mdegc;
	return readers_begin(&r->readers, &r->profile, class_of(r->traits),
			     r->traits->value[TRAIT_TISSUE_NEEDLE_MM]);
}

int course_run(const struct traits *traits, const struct protocol *protocol,
	       const struct course_options *options, struct trace *trace, struct course *ret)
{
	struct run r = {
		.traits = traits, .protocol = protocol, .options = *options, .trace = trace,
		.console = console_new(traits, trace),
		.treatment = malloc(treatment_size()),
		.rng = rng_seeded(traits->seed + 2000),
		.flow_since_s = INFINITY, .ice_until_s = INFINITY,
		.course = { .withdraw_tip_degc = INFINITY, .saturated_s = INFINITY },
	};
	int error = -ENOMEM;

	if (r.console && r.treatment)
		error = begin(&r);
	if (!error)
		error = treat(&r);
	if (!error) {
		judge(&r);
		*ret = r.course;
	}
	readers_end(&r.readers);
	console_free(r.console);
	free(r.treatment);
	return error;
}

/* Arms without core/, with the caps as limits. */
static void prepare_full_flow(struct console *c, const struct cryoprobe_info *info,
			      const struct cryoprobe_status *kernel)
{
	if (kernel->fault_mask)
		console_clear_fault(c, kernel->fault_seq);
	console_set_limits(c, &(struct cryoprobe_limits){
		.validity_ms = info->caps.validity_max_ms,
		.tip_floor_mdegc = info->caps.tip_floor_mdegc,
		.freeze_max_ms = info->caps.freeze_max_ms,
		.total_max_ms = info->caps.total_max_ms,
		.idle_max_ms = info->caps.idle_max_ms,
	});
	console_arm(c);
}

static void open_fully(struct console *c, double target_degc, struct full_flow *ret)
{
	struct cryoprobe_identity identity;
	struct cryoprobe_sample sample;
	struct cryoprobe_status kernel;
	struct console_truth truth;
	struct cryoprobe_info info;
	double since_s = INFINITY, flowing_s = 0;

	console_describe(c, &info, &identity);
	do {
		console_sample(c, &sample, &kernel);
		truth = console_truth(c, false);
		if (kernel.state == CRYOPROBE_STATE_ARMED)
			console_command(c, sample.seq, CRYOPROBE_FULL_FLOW, 0);
		else
			prepare_full_flow(c, &info, &kernel);
		if (sample.flow_permille)
			since_s = fmin(since_s, sample.time_ns * 1e-9);
		flowing_s = fmax(sample.time_ns * 1e-9 - since_s, 0);
		if (truth.tip_degc <= target_degc + BAND_DEGC)
			ret->to_target_s = fmin(ret->to_target_s, flowing_s);
		ret->lowest_degc = fmin(ret->lowest_degc, truth.tip_degc - target_degc);
	} while (flowing_s < FULL_FLOW_MAX_S && ret->lowest_degc > -FULL_FLOW_BELOW_DEGC);
	ret->rate_g_s = truth.drawn_g / flowing_s;
}

int course_full_flow(const struct traits *traits, struct trace *trace, struct full_flow *ret)
{
	struct console *c = console_new(traits, trace);

	if (!c)
		return -ENOMEM;
	*ret = (struct full_flow){ .to_target_s = INFINITY, .lowest_degc = INFINITY };
	open_fully(c, traits->value[TRAIT_TARGET_DEGC] - traits->value[TRAIT_OFFSET_DEGC], ret);
	console_free(c);
	return 0;
}
