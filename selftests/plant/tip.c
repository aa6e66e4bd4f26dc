// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Valves, line, dead volume, nozzle and boiling.
 *
 * The freeze valve meters: it passes what the nozzle passes at full flow. Behind it the dead volume
 * holds what full flow brings in tail_s, and empties through the nozzle as an orifice does, with
 * the square root of what is left: dry after twice that time. Pulses reach the tip smoothed, and
 * nothing of them is lost.
 */
#include "selftests/plant/tip.h"

#include <math.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"

#define ATMOSPHERE_KPA 101.325
#define ROOM_DEGC 20	/* at which the nominal flow is meant */

/*
 * Tubes by ISO 9626, regular wall, mm. The flow is the model's own: it lets each gauge reach
 * -60 degC in 10 to 30 s, within the 15 to 80 mg/s that tips of this size ask for.
 */
struct tube {
	double od_mm, wall_mm, n2o_mg_s;
};

static const struct tube tubes[TIP_GAUGE_MAX - TIP_GAUGE_MIN + 1] = {
	{ 1.651, 0.229, 66 }, { 1.473, 0.203, 60 }, { 1.270, 0.216, 53 }, { 1.067, 0.191, 49 },
	{ 0.908, 0.152, 45 }, { 0.819, 0.152, 43 }, { 0.718, 0.152, 40 },
};

/* Steel near -40 degC: 7900 kg/m3 at 450 J/kgK; the capillary and the plug add a third. */
#define STEEL_J_M3K 3.55e6
#define INNER_PARTS 1.33

/**
 * struct boiling - how a cryogen meets the tip's inner wall
 * @flow_share: nozzle flow as a share of the N2O flow of the tube
 * @w_m2k: heat transfer of the wetted wall. N2O: nucleate boiling, 13 kW/m2K by Cooper (1984) at
 *	200 kW/m2, times 2.5 for a wall enlarged inside. Nitrogen: film boiling in a tube.
 * @used_warm, @used_cold: share of the liquid's cooling that reaches the wall, while the needle's
 *	shaft is warm and takes its part, and when the returning vapour has cooled it
 * @superheat_used: share of the wall's superheat that the vapour takes up
 * @flow_drop_kpa: pressure drop of the return path at full flow
 */
struct boiling {
	double flow_share, w_m2k, used_warm, used_cold, superheat_used, flow_drop_kpa;
};

static const struct boiling boilings[] = {
	[CRYOGEN_N2O] = { 1.0, 33e3, 0.28, 0.75, 0, 15 },
	[CRYOGEN_LN2] = { 0.54, 3e3, 0.28, 0.70, 0.5, 10 },
};

/*
 * Time in which the shaft cools with flow and warms without, and the share of full flow that
 * suffices.
 */
#define SHAFT_S 12
#define SHAFT_FLOW_SHARE 0.3

/* Rates at which the line between the valves fills, is emptied by the nozzle, and vents, 1/s. */
#define LINE_FILL_S 100
#define LINE_USE_S 3
#define LINE_VENT_S 15
/* Vapour passes a nozzle for liquid at about this share of the mass flow. */
#define VAPOUR_SHARE 0.2

static const struct tube *tube_of(const struct tip_config *c)
{
	return &tubes[c->gauge - TIP_GAUGE_MIN];
}

struct tip_config tip_defaults(void)
{
	return (struct tip_config){
		.cryogen = CRYOGEN_N2O, .gauge = 18, .active_m = 7e-3, .nozzle_share = 1,
		.exhaust_kpa = 110,
		.tail_s = 0.5, .open_delay_s = 6e-3, .close_delay_s = 10e-3, .jitter_s = 1e-3,
		.heater_w = 3,
	};
}

double tip_radius_m(int gauge)
{
	return tubes[gauge - TIP_GAUGE_MIN].od_mm / 2000;
}

double tip_capacity_j_k(const struct tip_config *c)
{
	const struct tube *t = tube_of(c);
	double mm2 = M_PI * (t->od_mm - t->wall_mm) * t->wall_mm;

	return STEEL_J_M3K * INNER_PARTS * mm2 * 1e-6 * c->active_m;
}

static double inner_area_m2(const struct tip_config *c)
{
	const struct tube *t = tube_of(c);

	return M_PI * (t->od_mm - 2 * t->wall_mm) * 1e-3 * c->active_m;
}

/* The nozzle is made for the active length and the two ends, which cool about 2 mm more. */
double tip_nominal_flow_g_s(const struct tip_config *c)
{
	return 1e-3 * tube_of(c)->n2o_mg_s * boilings[c->cryogen].flow_share * c->nozzle_share *
	       (c->active_m + 2e-3) / 9e-3;
}

void tip_begin(struct tip *t, const struct tip_config *config, uint64_t seed)
{
	*t = (struct tip){
		.config = *config, .rng = rng_seeded(seed),
		.vent = { .open = true },
		.boiling_degc = cryogen_boiling_degc(config->cryogen, config->exhaust_kpa),
	};
}

static void valve_step(struct tip *t, struct valve *v, double step_s, bool energised, bool opens)
{
	bool target = energised == opens;

	if (energised != v->commanded) {
		double delay = energised ? t->config.open_delay_s : t->config.close_delay_s;

		v->commanded = energised;
		v->pending_s = delay + (2 * rng_uniform(&t->rng) - 1) * t->config.jitter_s;
	}
	v->pending_s -= step_s;
	if (v->pending_s <= 0)
		v->open = target;
}

static bool stuck(bool open, double how)
{
	return how > 0 || (open && how >= 0);
}

/* Flow of the open freeze valve against nominal: orifice flow of the line's liquid or vapour. */
static double relative_inflow(const struct tip *t, const struct cylinder *c)
{
	double nominal_degc = c->cryogen == CRYOGEN_N2O ? ROOM_DEGC : c->degc;
	double nominal_kpa = cryogen_saturation_kpa(c->cryogen, nominal_degc) - ATMOSPHERE_KPA;
	double flow = sqrt(fmax(t->line_kpa, 0) / nominal_kpa);

	return cylinder_has_liquid(c) ? flow : flow * VAPOUR_SHARE;
}

/* @supply, @freeze, @vent: how far open, 0 to 1. */
static void line_step(struct tip *t, double step_s, double supply_kpa, double supply, double freeze,
		      bool vent)
{
	double in = supply * LINE_FILL_S;
	double out = freeze * LINE_USE_S + (vent ? LINE_VENT_S : 0);
	double settled = in + out > 0 ? supply_kpa * in / (in + out) : t->line_kpa;

	t->line_kpa = settled + (t->line_kpa - settled) * exp(-(in + out) * step_s);
}

/* Exact for a constant inflow over a short step, and never below empty. */
static void dead_volume_step(struct tip *t, double step_s, double inflow_g_s)
{
	double nominal = tip_nominal_flow_g_s(&t->config);
	double full_g = nominal * t->config.tail_s;
	double out_g_s = nominal * sqrt(t->liquid_g / full_g);
	double available_g = t->liquid_g + inflow_g_s * step_s;

	t->flow_g_s = fmin(out_g_s, available_g / step_s);
	t->liquid_g = available_g - t->flow_g_s * step_s;
}

static void shaft_step(struct tip *t, double step_s, double flow_share)
{
	double settled = fmin(flow_share / SHAFT_FLOW_SHARE, 1);

	t->shaft_cold += (settled - t->shaft_cold) * -expm1(-step_s / SHAFT_S);
}

static struct bioheat_drive drive_of(const struct tip *t, double tip_degc,
				     const struct cylinder *cylinder, double back_kpa)
{
	const struct boiling *b = &boilings[t->config.cryogen];
	double used = b->used_warm + (b->used_cold - b->used_warm) * t->shaft_cold;
	double superheat_k = b->superheat_used * (tip_degc - t->boiling_degc);
	double cooling_j_g = cryogen_cooling_j_g(t->config.cryogen, cylinder->degc, back_kpa,
						 superheat_k);

	return (struct bioheat_drive){
		.boiling_degc = t->boiling_degc,
		.boiling_w_k = b->w_m2k * inner_area_m2(&t->config),
		.cooling_max_w = used * cooling_j_g * t->flow_g_s,
	};
}

struct bioheat_drive tip_step(struct tip *t, double step_s, uint32_t effective, double tip_degc,
			      struct cylinder *cylinder, const struct disturbances *d)
{
	double nominal = tip_nominal_flow_g_s(&t->config), back_kpa, inflow;
	double supply_kpa = (cylinder_kpa(cylinder) - ATMOSPHERE_KPA) * (1 + d->pressure_share);
	struct bioheat_drive drive;
	double supply, freeze;
	bool vent;

	/* Without energy: supply and freeze closed, vent open (SM-NORMALLY). */
	valve_step(t, &t->supply, step_s, effective & CRYOSIM_OUT_SUPPLY, true);
	valve_step(t, &t->freeze, step_s, effective & CRYOSIM_OUT_FREEZE, true);
	valve_step(t, &t->vent, step_s, effective & CRYOSIM_OUT_VENT, false);
	/* A leaking supply valve passes its share of what the freeze valve lets out. */
	supply = stuck(t->supply.open, d->supply_stuck) ?
		 1 : d->supply_leak_share * LINE_USE_S / LINE_FILL_S;
	freeze = stuck(t->freeze.open, d->freeze_stuck) ? 1 : d->freeze_leak_share;
	vent = t->vent.open && d->vent_blocked <= 0;
	line_step(t, step_s, fmax(supply_kpa, 0), supply, freeze, vent);

	inflow = nominal * (freeze * relative_inflow(t, cylinder) + d->leak_share);
	dead_volume_step(t, step_s, inflow);
	shaft_step(t, step_s, t->flow_g_s / nominal);
	t->drawn_g += inflow * step_s;
	cylinder_draw(cylinder, inflow * step_s);

	back_kpa = t->config.exhaust_kpa + d->exhaust_kpa +
		   boilings[t->config.cryogen].flow_drop_kpa * pow(t->flow_g_s / nominal, 2);
	t->boiling_degc = cryogen_boiling_degc(t->config.cryogen, back_kpa);
	drive = drive_of(t, tip_degc, cylinder, back_kpa);
	drive.heater_w = effective & CRYOSIM_OUT_THAW ? t->config.heater_w : 0;
	return drive;
}
