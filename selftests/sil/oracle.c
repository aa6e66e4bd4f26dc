// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ripple that pulses leave, by calculation. The plant's fluid turns pulses into cooling; the
 * tip's steel and the frozen tissue behind its contact, plane because a pulse reaches less than
 * half a millimetre far, turn that into temperature. Only what differs from the steady state counts.
 */
#include "selftests/sil/oracle.h"

#include <math.h>
#include <stdlib.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "selftests/plant/rng.h"
#include "selftests/sil/anatomy.h"

#define STEP_S		1e-3
#define CELLS		40
#define CELL_M		50e-6
#define BEGIN_MS	8000	/* in which the ripple becomes periodic */
#define EQUAL_MS	2000
#define SLOW_MS		2000
#define REAL_MS		60000	/* as long as a freeze */
#define LOOK_MS		10	/* as often as the patient's own figures */
#define WARMED_SHARE	0.3	/* duty above which the shaft is as cold as it gets */
#define WITHIN_SHARE	0.99	/* of the time: the bar's own */

/* When the valve is energised, and for how long. */
struct pulses {
	double duty;
	double sample_ms, late_ms;	/* a sample comes late by chance, up to so much */
	double cycle_ms;
	double longer_ms;		/* it is open for than energised */
	int on_least_ms;
	int samples;
	double next_ms;			/* of which the next one comes then */
	double due_ms;			/* the next opening */
	int until_ms;			/* the present one ends */
	double wanted_ms, given_ms;	/* how long it is to be, and was so far */
	struct rng rng;
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
static struct pulses pulses_of(const struct traits *t, double duty, bool equal)
{
	double sample_ms = t->value[TRAIT_PERIOD_MS];
	double longer_ms = t->value[TRAIT_CLOSE_MS] - t->value[TRAIT_OPEN_MS];
	double least_ms = anatomy_min_on_ms(t);
	double cycle_ms = fmax(1e3 / ORACLE_OPENINGS_S, (least_ms + longer_ms) / duty);

	return (struct pulses){
		.duty = duty, .sample_ms = sample_ms, .longer_ms = longer_ms,
		.late_ms = equal ? 0 : t->value[TRAIT_JITTER_MS],
		.cycle_ms = ceil(cycle_ms / sample_ms) * sample_ms,
		.on_least_ms = (int)least_ms,
		.rng = rng_seeded(t->seed + 3000),
	};
}

/*
 * Whether the valve is energised in the millisecond @ms. An opening makes good half of what the one
 * before it gave too much or too little: all or nothing of it would leave more ripple. Where it
 * would be shorter than the valve can do, it comes a sample later.
 */
static bool is_on(struct pulses *p, int ms)
{
	double wanted_ms;

	if (ms < p->next_ms)
		return ms < p->until_ms;
	p->next_ms = ++p->samples * p->sample_ms + p->late_ms * rng_uniform(&p->rng);
	if (ms < p->due_ms - p->sample_ms / 2)
		return ms < p->until_ms;
	wanted_ms = p->duty * (p->cycle_ms + ms - p->due_ms) + (p->wanted_ms - p->given_ms) / 2;
	if (lround(wanted_ms - p->longer_ms) < p->on_least_ms)
		return false;
	p->until_ms = ms + (int)lround(wanted_ms - p->longer_ms);
	p->due_ms = ms + p->cycle_ms;
	p->wanted_ms = wanted_ms;
	p->given_ms = 0;
	return true;
}

static void begin(struct ripple *r, const struct traits *t, double duty, bool equal)
{
	struct handpiece_config config = anatomy_config(t);
	double radius_m = tip_radius_m(config.tip.gauge);

	if (equal)
		config.tip.jitter_s = 0;
	*r = (struct ripple){
		.config = config,
		.cylinder = cylinder_full(config.tip.cryogen, config.cylinder_degc),
		.degc = t->value[TRAIT_TARGET_DEGC] - t->value[TRAIT_OFFSET_DEGC],
		.area_m2 = M_PI * radius_m * (2 * config.tip.active_m + radius_m),
	};
	tip_begin(&r->tip, &config.tip, t->seed);
	/* In balance: what comes in goes out, with the root of what is there. */
	r->tip.liquid_g = duty * duty * tip_nominal_flow_g_s(&config.tip) * config.tip.tail_s;
	r->shaft_cold = fmin(duty / WARMED_SHARE, 1);
}

/* Cooling in W during the millisecond @ms. */
static double cooling(struct ripple *r, struct pulses *p, int ms)
{
	static const struct disturbances none;
	uint32_t word = CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_VENT;
	struct bioheat_drive drive;
	double degc = r->degc + r->tip_k;

	if (is_on(p, ms))
		word |= CRYOSIM_OUT_FREEZE;
	r->tip.shaft_cold = r->shaft_cold;
	drive = tip_step(&r->tip, STEP_S, word, degc, &r->cylinder, &none);
	p->given_ms += r->tip.freeze.open;
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

/* Of equal pulses with the tip held where it is: the load that is in balance with the duty. */
static double mean_cooling(const struct traits *t, double duty)
{
	struct pulses p = pulses_of(t, duty, true);
	int cycles_ms = (int)(floor(EQUAL_MS / p.cycle_ms) * p.cycle_ms);
	struct ripple r;
	double sum = 0;

	begin(&r, t, duty, true);
	for (int ms = 0; ms < BEGIN_MS + cycles_ms; ms++) {
		double w = cooling(&r, &p, ms);

		sum += ms < BEGIN_MS ? 0 : w;
	}
	return sum / cycles_ms;
}

/* Without what is slower than SLOW_MS, which a controller can take away. */
static void take_slow_away(double *k, int n, int window)
{
	for (int i = 0; i < n; i++) {
		double sum = 0;

		for (int j = 0; j < window; j++)
			sum += k[i + j];
		/* What is before i is not needed any more. */
		k[i] = k[i + window / 2] - sum / window;
	}
}

/*
 * The tip's course around the target, every LOOK_MS, for @n entries; @ret_k has room for
 * SLOW_MS more.
 */
static void hold(const struct traits *t, double duty, bool equal, double load_w, double *ret_k,
		 int n)
{
	struct pulses p = pulses_of(t, duty, equal);
	int window = (int)(floor(SLOW_MS / p.cycle_ms) * p.cycle_ms / LOOK_MS);
	struct ripple r;

	begin(&r, t, duty, equal);
	for (int ms = 0; ms < BEGIN_MS + (n + window) * LOOK_MS; ms++) {
		conduct(&r, cooling(&r, &p, ms) - load_w);
		if (ms >= BEGIN_MS)
			ret_k[(ms - BEGIN_MS) / LOOK_MS] = r.tip_k;
	}
	take_slow_away(ret_k, n, window);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Half of the height of what equal pulses leave. */
static double amplitude(const struct traits *t, double duty, double load_w)
{
	double k[(EQUAL_MS + SLOW_MS) / LOOK_MS], low = INFINITY, high = -INFINITY;

	hold(t, duty, true, load_w, k, EQUAL_MS / LOOK_MS);
	for (int i = 0; i < EQUAL_MS / LOOK_MS; i++) {
		low = fmin(low, k[i]);
		high = fmax(high, k[i]);
	}
	return (high - low) / 2;
}

/* Of what WITHIN_SHARE of these is in. */
static double narrowest(const double *sorted, int n)
{
	const int within = (int)ceil(WITHIN_SHARE * n) - 1;
	double width = INFINITY;

	for (int i = 0; i + within < n; i++)
		width = fmin(width, sorted[i + within] - sorted[i]);
	return width;
}

struct oracle oracle_ripple(const struct traits *traits, double duty)
{
	struct pulses p = pulses_of(traits, duty, true);
	double k[(REAL_MS + SLOW_MS) / LOOK_MS], load_w, squares = 0;
	const int n = REAL_MS / LOOK_MS;
	struct oracle oracle = { 0 };

	/* An open valve has no ripple. */
	if (duty <= 0 || p.cycle_ms * (1 - duty) < ORACLE_MIN_OFF_MS)
		return oracle;
	load_w = mean_cooling(traits, duty);
	oracle.amplitude_degc = amplitude(traits, duty, load_w);
	hold(traits, duty, false, load_w, k, n);
	for (int i = 0; i < n; i++)
		squares += k[i] * k[i];
	qsort(k, n, sizeof(k[0]), compare);
	oracle.below_degc = -k[0];
	oracle.band_degc = narrowest(k, n) / 2;
	oracle.rms_degc = sqrt(squares / n);
	return oracle;
}
