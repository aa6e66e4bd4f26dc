// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole needles: time to -60 degC, floor, duty in hold, thaw, the effect of one short pulse. The
 * bounds are what the model was made to be like; the figures are printed.
 */
#include "selftests/unit/test.h"

#include <math.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "selftests/plant/handpiece.h"

#define READY (CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_VENT)
#define FULL_FLOW (READY | CRYOSIM_OUT_FREEZE)
#define PERIOD_MS 200
#define MIN_PULSE_MS 15

static struct handpiece_config needle(int gauge, enum cryogen cryogen)
{
	struct handpiece_config config = handpiece_defaults();

	config.tip.gauge = gauge;
	config.tip.cryogen = cryogen;
	return config;
}

static void run(struct handpiece *h, double seconds, uint32_t effective)
{
	for (long i = lround(seconds * 1000); i > 0; i--)
		handpiece_step(h, effective);
}

/*
 * Seconds until the tip passes @degc with these lines powered, downwards or upwards; NaN after
 * @limit_s.
 */
static double time_to(struct handpiece *h, double degc, bool down, uint32_t effective,
		      double limit_s)
{
	double start_s = h->time_s;

	while (down ? handpiece_tip_degc(h) > degc : handpiece_tip_degc(h) < degc) {
		if (h->time_s - start_s > limit_s)
			return NAN;
		handpiece_step(h, effective);
	}
	return h->time_s - start_s;
}

TEST(n2o_18g_full_flow_and_thaw)
{
	struct handpiece_config config = needle(18, CRYOGEN_N2O);
	double reached_s, floor_degc, thaw_s;
	struct handpiece h;

	ASSERT_EQ(handpiece_begin(&h, &config), 0);
	reached_s = time_to(&h, -60, true, FULL_FLOW, 60);
	run(&h, 60 - reached_s, FULL_FLOW);
	floor_degc = handpiece_tip_degc(&h);
	DIAG("-60 degC after %.1f s, %.1f degC after 60 s, ice radius %.2f mm", reached_s,
	     floor_degc, 1000 * iceball_measure(h.tissue, -1).radius_m);
	thaw_s = time_to(&h, 5, false, 0, 300);
	DIAG("passive thaw to +5 degC: %.1f s", thaw_s);
	EXPECT(reached_s > 5 && reached_s < 30);
	EXPECT(floor_degc > -85 && floor_degc < -75);
	EXPECT(thaw_s > 20 && thaw_s < 120);
	handpiece_end(&h);
}

/* A plain integrating hold, so that the duty that balances the tissue shows; permille. */
struct hold {
	double target_degc, integral, open_ms, worst_degc;
};

static void hold_period(struct handpiece *h, struct hold *hold)
{
	double error = handpiece_tip_degc(h) - hold->target_degc, duty;

	hold->integral = fmin(fmax(hold->integral + 0.002 * error, 0), 1);
	duty = fmin(fmax(hold->integral + 0.06 * error, 0), 1);
	hold->worst_degc = 0;
	for (int ms = 0; ms < PERIOD_MS; ms++) {
		bool open = ms < duty * PERIOD_MS && duty * PERIOD_MS >= MIN_PULSE_MS;

		handpiece_step(h, open ? FULL_FLOW : READY);
		hold->open_ms += open;
		error = fabs(handpiece_tip_degc(h) - hold->target_degc);
		hold->worst_degc = fmax(hold->worst_degc, error);
	}
}

/* Holds from 20 s to 60 s after a start at full flow; returns the mean duty from 40 s on. */
static double hold_duty(struct handpiece *h, double target_degc, double *ret_worst_degc)
{
	struct hold hold = { .target_degc = target_degc, .integral = 0.5 };
	double worst_degc = 0;

	run(h, time_to(h, target_degc + 2, true, FULL_FLOW, 30) > 0 ? 0 : 1, READY);
	while (h->time_s < 40)
		hold_period(h, &hold);
	hold.open_ms = 0;
	for (int i = 0; i < 100; i++) {
		hold_period(h, &hold);
		worst_degc = fmax(worst_degc, hold.worst_degc);
	}
	*ret_worst_degc = worst_degc;
	return hold.open_ms / (100 * PERIOD_MS);
}

static void check_hold(int gauge, enum cryogen cryogen)
{
	struct handpiece_config config = needle(gauge, cryogen);
	double duty, worst_degc, thaw_s;
	struct iceball ice, m20;
	struct handpiece h;

	ASSERT_EQ(handpiece_begin(&h, &config), 0);
	duty = hold_duty(&h, -60, &worst_degc);
	ice = iceball_measure(h.tissue, -1);
	m20 = iceball_measure(h.tissue, -20);
	thaw_s = time_to(&h, 5, false, 0, 300);
	DIAG("%dG %s held at -60 degC: duty %.2f, within %.2f degC, ice %.2f x %.2f mm, -20 degC "
	     "%.2f mm, %.2f g; thaws to +5 degC in %.1f s", gauge,
	     cryogen == CRYOGEN_N2O ? "N2O" : "LN2", duty, worst_degc, 1000 * ice.radius_m,
	     1000 * iceball_half_length_m(&ice), 1000 * m20.radius_m, h.tip.drawn_g, thaw_s);
	EXPECT(duty > 0.3 && duty < 0.7);
	EXPECT_LT(worst_degc, 3);
	handpiece_end(&h);
}

TEST(hold_needs_clearly_less_than_full_flow)
{
	for (int gauge = TIP_GAUGE_MIN; gauge <= TIP_GAUGE_MAX; gauge++)
		check_hold(gauge, CRYOGEN_N2O);
	check_hold(18, CRYOGEN_LN2);
}

/* How far one minimum pulse moves a tip that was held at -60 degC: with it against without it. */
static double pulse_effect(enum cryogen cryogen)
{
	double degc[2][1000], most = 0, worst;

	for (int with = 0; with < 2; with++) {
		struct handpiece_config config = needle(18, cryogen);
		struct handpiece h;

		if (handpiece_begin(&h, &config) < 0)
			return NAN;
		hold_duty(&h, -60, &worst);
		for (int ms = 0; ms < 1000; ms++) {
			handpiece_step(&h, with && ms < MIN_PULSE_MS ? FULL_FLOW : READY);
			degc[with][ms] = handpiece_tip_degc(&h);
		}
		handpiece_end(&h);
	}
	for (int ms = 0; ms < 1000; ms++)
		most = fmax(most, degc[0][ms] - degc[1][ms]);
	return most;
}

TEST(a_minimum_pulse_moves_the_tip_little)
{
	double n2o = pulse_effect(CRYOGEN_N2O), ln2 = pulse_effect(CRYOGEN_LN2);

	DIAG("%d ms pulse: N2O %.2f degC, LN2 %.2f degC", MIN_PULSE_MS, n2o, ln2);
	EXPECT(n2o > 0.1 && n2o < 2);
	EXPECT(ln2 > 0.1 && ln2 < 1.6);
}

TEST(colder_cylinder_and_higher_exhaust_pressure_act)
{
	struct handpiece_config warm = needle(18, CRYOGEN_N2O), cold = warm, blocked = warm;
	double degc[3];

	cold.cylinder_degc = 5;
	blocked.tip.exhaust_kpa = 250;
	for (int i = 0; i < 3; i++) {
		struct handpiece h;

		ASSERT_EQ(handpiece_begin(&h, i == 0 ? &warm : i == 1 ? &cold : &blocked), 0);
		run(&h, 60, FULL_FLOW);
		degc[i] = handpiece_tip_degc(&h);
		DIAG("%s: supply %.0f kPa, floor %.1f degC",
		     i == 0 ? "20 degC" : i == 1 ? "5 degC" : "exhaust 2.5 bar",
		     handpiece_supply_kpa(&h), degc[i]);
		handpiece_end(&h);
	}
	EXPECT_GT(degc[2], degc[0] + 5);
	EXPECT_NEAR(degc[1], degc[0], 5);
}

TEST(liquid_nitrogen_goes_below_n2o)
{
	struct handpiece_config config = needle(18, CRYOGEN_LN2);
	struct handpiece h;
	double reached_s;

	ASSERT_EQ(handpiece_begin(&h, &config), 0);
	reached_s = time_to(&h, -95, true, FULL_FLOW, 60);
	run(&h, 60 - h.time_s, FULL_FLOW);
	DIAG("LN2: -95 degC after %.1f s, %.1f degC after 60 s", reached_s, handpiece_tip_degc(&h));
	EXPECT(!isnan(reached_s));
	handpiece_end(&h);
}

/* Two freezes of 60 s with modulated flow, a passive thaw between them, a heated one in the end. */
static uint32_t treatment_word(int ms)
{
	int s = ms / 1000;

	if (s < 60 || (s >= 120 && s < 180))
		return ms % PERIOD_MS < (s % 60 < 12 ? PERIOD_MS : 90) ? FULL_FLOW : READY;
	return s >= 180 ? CRYOSIM_OUT_THAW : 0;
}

TEST(energy_balances_over_a_treatment)
{
	struct handpiece_config config = needle(18, CRYOGEN_N2O);
	double start_j, heater_j = 0, source_j = 0, before_w, off_j, tip_j;
	int step_ms = (int)lround(config.step_s * 1000);
	struct handpiece h;

	ASSERT_EQ(handpiece_begin(&h, &config), 0);
	start_j = bioheat_tissue_heat_j(h.tissue);
	before_w = bioheat_source_w(h.tissue);
	for (int ms = 0; ms < 240000; ms++) {
		uint32_t word = treatment_word(ms);

		handpiece_step(&h, word);
		heater_j += word & CRYOSIM_OUT_THAW ? config.tip.heater_w / 1000 : 0;
		if ((ms + 1) % step_ms)
			continue;
		source_j += config.step_s * (before_w + bioheat_source_w(h.tissue)) / 2;
		before_w = bioheat_source_w(h.tissue);
	}
	tip_j = tip_capacity_j_k(&config.tip) * (handpiece_tip_degc(&h) - 37);
	off_j = bioheat_tissue_heat_j(h.tissue) - start_j + tip_j -
		(source_j + heater_j - bioheat_cryogen_heat_j(h.tissue));
	DIAG("cryogen %.2f J, heater %.2f J, blood and metabolism %.2f J, tip %.2f J: off by %.4f J, %.4f %%",
	     bioheat_cryogen_heat_j(h.tissue), heater_j, source_j, tip_j, off_j,
	     100 * off_j / bioheat_cryogen_heat_j(h.tissue));
	EXPECT_GT(bioheat_cryogen_heat_j(h.tissue), 300);
	EXPECT_LT(fabs(off_j), 0.001 * bioheat_cryogen_heat_j(h.tissue));
	handpiece_end(&h);
}
