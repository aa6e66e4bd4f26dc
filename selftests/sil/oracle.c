// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ripple that pulses leave, by calculation. The plant's fluid turns pulses into cooling; the
 * tip's steel and the frozen tissue behind its contact, plane because a pulse reaches less than
 * half a millimetre far, turn that into temperature. Only what differs from the steady state counts.
 */
#include "selftests/sil/oracle.h"

#include <math.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "selftests/sil/anatomy.h"

#define STEP_S		1e-3
#define CELLS		40
#define CELL_M		50e-6
#define RUN_MS		8000
#define LOOK_MS		2000	/* at the end of the run */
#define WARMED_SHARE	0.3	/* duty above which the shaft is as cold as it gets */

struct pulses {
	int on_ms;		/* energised */
	double period_ms;
};

/* The tip and the tissue as differences from the steady state. */
struct ripple {
	struct handpiece_config config;
	struct tip tip;
	struct cylinder cylinder;
	double degc;		/* of the tip when steady */
	double shaft_cold;	/* stays */
	double area_m2;
	double tip_k, tissue_k[CELLS];
};

/* Openings begin when the kernel has a sample, so a cycle is a whole number of periods. */
static struct pulses pulses_of(const struct traits *t, double duty)
{
	double sample_ms = t->value[TRAIT_PERIOD_MS];
	double longer_ms = t->value[TRAIT_CLOSE_MS] - t->value[TRAIT_OPEN_MS];
	double cycle_ms = ceil(1e3 / ORACLE_OPENINGS_S / sample_ms) * sample_ms;
	int on_ms = (int)fmax(anatomy_min_on_ms(t), lround(duty * cycle_ms - longer_ms));

	return (struct pulses){ on_ms, fmax(on_ms + longer_ms, 1) / duty };
}

static void begin(struct ripple *r, const struct traits *t, double duty)
{
	struct handpiece_config config = anatomy_config(t);
	double radius_m = tip_radius_m(config.tip.gauge);

	config.tip.jitter_s = 0;
	*r = (struct ripple){
		.config = config,
		.cylinder = cylinder_full(config.tip.cryogen, config.cylinder_degc),
		.degc = t->value[TRAIT_TARGET_DEGC] - t->value[TRAIT_OFFSET_DEGC],
		.area_m2 = M_PI * radius_m * (2 * config.tip.active_m + radius_m),
	};
	tip_begin(&r->tip, &config.tip, 1);
	/* In balance: what comes in goes out, with the root of what is there. */
	r->tip.liquid_g = duty * duty * tip_nominal_flow_g_s(&config.tip) * config.tip.tail_s;
	r->shaft_cold = fmin(duty / WARMED_SHARE, 1);
}

/* Cooling in W during the millisecond @ms. */
static double cooling(struct ripple *r, const struct pulses *p, int ms)
{
	static const struct disturbances none;
	uint32_t word = CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_VENT;
	struct bioheat_drive drive;
	double degc = r->degc + r->tip_k;

	if (fmod(ms, p->period_ms) < p->on_ms)
		word |= CRYOSIM_OUT_FREEZE;
	r->tip.shaft_cold = r->shaft_cold;
	drive = tip_step(&r->tip, STEP_S, word, degc, &r->cylinder, &none);
	return fmin(fmax(drive.boiling_w_k * (degc - drive.boiling_degc), 0), drive.cooling_max_w);
}

/* One step of the tip's steel and of the tissue, the far end of which stays as it is. */
static void conduct(struct ripple *r, double excess_w)
{
	const struct tissue *t = &r->config.tissue;
	double share = t->k_frozen / t->c_frozen * STEP_S / (CELL_M * CELL_M);
	double contact = r->config.contact_m2k_w + CELL_M / 2 / t->k_frozen;
	double wall_w = r->area_m2 * (r->tissue_k[0] - r->tip_k) / contact;
	double before = r->tissue_k[0];

	r->tissue_k[0] += share * (r->tissue_k[1] - before) -
			  wall_w * STEP_S / (r->area_m2 * CELL_M * t->c_frozen);
	for (int i = 1; i < CELLS - 1; i++) {
		double here = r->tissue_k[i];

		r->tissue_k[i] += share * (before - 2 * here + r->tissue_k[i + 1]);
		before = here;
	}
	r->tip_k += (wall_w - excess_w) * STEP_S / tip_capacity_j_k(&r->config.tip);
}

/* Of the last LOOK_MS, with the tip held where it is: the load that is in balance with the duty. */
static double mean_cooling(const struct traits *t, double duty, const struct pulses *p)
{
	struct ripple r;
	double sum = 0;

	begin(&r, t, duty);
	for (int ms = 0; ms < RUN_MS; ms++) {
		double w = cooling(&r, p, ms);

		sum += ms < RUN_MS - LOOK_MS ? 0 : w;
	}
	return sum / LOOK_MS;
}

struct oracle oracle_ripple(const struct traits *traits, double duty)
{
	struct pulses p = pulses_of(traits, duty);
	double load_w, low = INFINITY, high = -INFINITY, sum = 0, squares = 0;
	struct ripple r;

	/* An open valve has no ripple. */
	if (duty <= 0 || p.period_ms - p.on_ms < ORACLE_MIN_OFF_MS)
		return (struct oracle){ 0 };
	load_w = mean_cooling(traits, duty, &p);
	begin(&r, traits, duty);
	for (int ms = 0; ms < RUN_MS; ms++) {
		conduct(&r, cooling(&r, &p, ms) - load_w);
		if (ms < RUN_MS - LOOK_MS)
			continue;
		low = fmin(low, r.tip_k);
		high = fmax(high, r.tip_k);
		sum += r.tip_k;
		squares += r.tip_k * r.tip_k;
	}
	sum /= LOOK_MS;
	return (struct oracle){ (high - low) / 2, sqrt(fmax(squares / LOOK_MS - sum * sum, 0)) };
}
