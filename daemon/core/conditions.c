// SPDX-License-Identifier: GPL-2.0-or-later
/* What is watched at every sample, whatever the phase. */
#include "daemon/core/conditions.h"
#include "daemon/core/goals.h"
#include "daemon/core/names.h"
#include "daemon/core/notices.h"
#include "daemon/core/phases.h"
#include "kernel/include/uapi/linux/cryoprobe.h"

#define MS			1000000LL
#define S			1000000000LL
#define FAULT(name)		(1ULL << CRYOPROBE_FAULT_##name)

#define COLD_TIME_NS		(200 * MS)
#define TIP_LOST_NS		(200 * MS)
/* SM-SATURATED: the notice is due 15 s after the first flow, and no tip starts at full flow at once. */
#define SATURATED_NS		(14 * S)

/* Supply pressure, gauge: nitrous oxide from 0 to 33 degC, a nitrogen dewar's own. */
static const struct { int32_t min_kpa, max_kpa; } usual_pressure[] = {
	[CRYOGEN_UNKNOWN] = { INT32_MIN, INT32_MAX },
	[CRYOGEN_N2O] = { 3000, 6800 },
	[CRYOGEN_LN2] = { 50, 500 },
};

uint64_t conditions_benign_faults(const struct treatment *t)
{
	uint64_t exercise = FAULT(ESTOP) | FAULT(TEST_ESTOP);

	return FAULT(BOUND) | FAULT(RELEASED) | FAULT(EXPIRED) | FAULT(SUSPEND) | FAULT(IDLE_TIME) |
	       (t->estop_exercise ? exercise : 0);
}

uint32_t conditions_first_fault(const struct treatment *t, const struct probe_sample *sample)
{
	uint64_t faults = sample->fault_mask & ~conditions_benign_faults(t);

	if (!faults || faults >> sample->fault_code & 1)
		return sample->fault_code;
	return __builtin_ctzll(faults);
}

/* SM-IDENTITY */
const char *conditions_wrong_probe(const struct treatment *t)
{
	uint64_t wrong = FAULT(IDENTITY) | FAULT(USED_UP) | FAULT(CRYOGEN) | FAULT(USE_COUNT);
	uint64_t faults = t->last.fault_mask & wrong;

	return faults ? fault_title(__builtin_ctzll(faults)) : NULL;
}

/*
 * An E-stop that is pressed while its exercise is due, or before anybody has looked at a fresh probe,
 * is being exercised; what it latched then stays harmless until it is cleared.
 */
static void watch_estop(struct treatment *t, const struct probe_sample *sample)
{
	bool latched = sample->fault_mask & (FAULT(ESTOP) | FAULT(TEST_ESTOP));

	t->estop_exercise = sample->estop_due || sample->fault_mask & FAULT(BOUND) ||
			    (t->estop_exercise && latched);
}

/* A shorted thermocouple shows room temperature, a reversed one gets warmer as it freezes. */
bool conditions_tip_doubted(const struct treatment *t, const struct probe_sample *sample)
{
	uint64_t impossible = FAULT(SENSOR_SHORT) | FAULT(NO_RESPONSE) | FAULT(REVERSED) | FAULT(STEP) |
			      FAULT(STUCK_CODE);

	return t->tip.doubted || sample->fault_mask & impossible;
}

static bool above(const struct reading *reading, int32_t mdegc)
{
	return reading->valid && reading->mdegc > mdegc;
}

static int64_t lasting(bool condition, int64_t so_far_ns, int64_t dt_ns)
{
	return condition ? so_far_ns + dt_ns : 0;
}

static void watch_tip(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns,
		      int64_t seen_ns)
{
	bool warm = above(&sample->tip, TIP_WARM_MDEGC);
	bool flows = sample->flow_permille || t->controller.flow_permille;
	bool elsewhere = above(&sample->shaft, TIP_WARM_MDEGC) ||
			 above(&sample->tissue, TIP_WARM_MDEGC);
	struct tip_watch *tip = &t->tip;

	tip->invalid_ns = lasting(!sample->tip.valid, tip->invalid_ns, dt_ns);
	tip->lost = tip->invalid_ns >= TIP_LOST_NS;
	/* A heated tip is warm before what is around it; one with flow is about to be cold. */
	tip->warm_ns = lasting(warm && !flows && !sample->thaw_permille, tip->warm_ns, seen_ns);
	tip->cold_ns = lasting(sample->tip.valid && !warm, tip->cold_ns, seen_ns);
	tip->cold = tip->cold_ns >= COLD_TIME_NS;
	tip->elsewhere_warm_ns = lasting(elsewhere, tip->elsewhere_warm_ns, seen_ns);
	if (flows && !t->seq.may_be_frozen)
		t->seq.first_flow_ns = sample->time_ns;
	if (flows)
		t->seq.last_flow_ns = sample->time_ns;
	if (flows || tip->cold)
		t->seq.may_be_frozen = true;
}

void conditions_look(struct treatment *t, const struct probe_sample *sample, int64_t dt_ns,
		     int64_t seen_ns)
{
	watch_estop(t, sample);
	watch_tip(t, sample, dt_ns, seen_ns);
	leak_step(&t->leak, sample, seen_ns);
	vent_step(&t->vent, sample, seen_ns);
	infrared_step(&t->infrared, sample, seen_ns);
	cylinder_step(&t->cylinder, sample, usual_pressure[t->profile.cryogen].min_kpa, dt_ns);
}

static bool pressure_unusual(const struct treatment *t, const struct probe_sample *sample)
{
	enum cryogen cryogen = t->profile.cryogen;

	return sample->pressure_valid && (sample->pressure_kpa < usual_pressure[cryogen].min_kpa ||
					  sample->pressure_kpa > usual_pressure[cryogen].max_kpa);
}

/* Only while somebody wants something of the supply. */
static void tell_of_supply(struct treatment *t, const struct probe_sample *sample)
{
	bool armed = phase_armed(t);
	bool unusual = pressure_unusual(t, sample);

	notice_alarm(t, ALARM_PRESSURE, armed && unusual, sample->pressure_kpa);
	notice_alarm(t, ALARM_CYLINDER, armed && !unusual && t->cylinder.ending,
			t->cylinder.left_s);
}

bool conditions_saturated(const struct treatment *t)
{
	return t->controller.saturated_ns >= SATURATED_NS;
}

void conditions_tell(struct treatment *t, const struct probe_sample *sample)
{
	bool idle = t->seq.phase == PHASE_IDLE || t->seq.phase == PHASE_SELF_TEST;
	uint64_t faults = sample->fault_mask & ~(idle ? conditions_benign_faults(t) : 0);

	notice_alarm(t, ALARM_FAULT, faults, idle ? conditions_first_fault(t, sample) : sample->fault_code);
	notice_alarm(t, ALARM_TIP_LOST, t->tip.lost && t->seq.phase != PHASE_IDLE, 0);
	notice_alarm(t, ALARM_SATURATED, conditions_saturated(t), 0);
	if (!t->tip.cold_ns)
		notice_alarm(t, ALARM_FROZEN_FOUND, false, 0);
	notice_alarm(t, ALARM_BOUNDARY, phase_flows(t) && goal_boundary(t),
			t->estimate.radius_um);
	notice_alarm(t, ALARM_LEAK, t->leak.leaks, t->leak.fallen_mdegc);
	notice_alarm(t, ALARM_VENT, t->vent.blocked, sample->line_kpa);
	notice_alarm(t, ALARM_INFRARED, t->infrared.apart, t->infrared.difference_mdegc);
	tell_of_supply(t, sample);
}
