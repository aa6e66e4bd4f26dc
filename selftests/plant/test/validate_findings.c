// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of published findings: a larger needle and a higher supply pressure freeze more and
 * sooner; a thin needle can show ice while its core is warmer than -20 degC.
 */
#include "selftests/unit/test.h"

#include <math.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "selftests/plant/handpiece.h"

#define READY (CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_VENT)
#define FULL_FLOW (READY | CRYOSIM_OUT_FREEZE)
#define PERIOD_MS 200

/* A minute of freezing. */
struct freeze {
	double early_degc, late_degc;	/* tip after 8 s and at the end */
	double radius_mm, m20_mm;	/* of -1 and -20 degC, at the end */
};

/* @open_ms of each PERIOD_MS; the supply's pressure changed by @pressure_share of it. */
static struct freeze freeze(int gauge, enum cryogen cryogen, double pressure_share, int open_ms)
{
	struct handpiece_config config = handpiece_defaults();
	struct freeze result = { 0 };
	struct handpiece h;

	config.tip.gauge = gauge;
	config.tip.cryogen = cryogen;
	if (handpiece_begin(&h, &config) < 0)
		return result;
	h.disturbances.pressure_share = pressure_share;
	for (int ms = 0; ms < 60000; ms++) {
		handpiece_step(&h, ms % PERIOD_MS < open_ms ? FULL_FLOW : READY);
		if (ms == 8000)
			result.early_degc = handpiece_tip_degc(&h);
	}
	result.late_degc = handpiece_tip_degc(&h);
	result.radius_mm = 1000 * iceball_measure(h.tissue, -1).radius_m;
	result.m20_mm = 1000 * iceball_measure(h.tissue, -20).radius_m;
	handpiece_end(&h);
	return result;
}

static void check_gauges(enum cryogen cryogen)
{
	struct freeze last = freeze(TIP_GAUGE_MAX, cryogen, 0, PERIOD_MS);

	for (int gauge = TIP_GAUGE_MAX - 1; gauge >= TIP_GAUGE_MIN; gauge--) {
		struct freeze f = freeze(gauge, cryogen, 0, PERIOD_MS);

		DIAG("%s %dG: tip %.1f degC, ice %.2f mm, -20 degC %.2f mm",
		     cryogen == CRYOGEN_N2O ? "N2O" : "LN2", gauge, f.late_degc, f.radius_mm,
		     f.m20_mm);
		EXPECT_GT(f.radius_mm, last.radius_mm);
		EXPECT_GT(f.m20_mm, last.m20_mm);
		EXPECT_LT(f.late_degc, last.late_degc);
		last = f;
	}
}

TEST(larger_needle_freezes_more_and_colder)
{
	check_gauges(CRYOGEN_N2O);
	check_gauges(CRYOGEN_LN2);
}

/*
 * At one temperature of the cylinder, as a regulator would change it. In the end the exhaust, not
 * the supply, sets the tip's temperature, and more flow raises its pressure: then within 1.5 degC.
 */
TEST(higher_supply_pressure_freezes_more_and_sooner)
{
	static const double shares[] = { -0.8, -0.6, -0.4, -0.2, 0, 0.2 };
	struct freeze last = { .early_degc = INFINITY };

	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		struct freeze f = freeze(18, CRYOGEN_N2O, shares[i], PERIOD_MS);

		DIAG("18G at %.0f %% of the pressure: tip %.1f degC after 8 s, %.1f degC after 60 s, ice %.2f mm",
		     100 * (1 + shares[i]), f.early_degc, f.late_degc, f.radius_mm);
		EXPECT_GT(f.radius_mm, last.radius_mm);
		EXPECT_LT(f.early_degc, last.early_degc);
		if (i > 0)
			EXPECT_LT(f.late_degc, last.late_degc + 1.5);
		last = f;
	}
}

TEST(thin_needle_shows_ice_around_a_warm_core)
{
	struct freeze f = freeze(22, CRYOGEN_N2O, 0, PERIOD_MS / 5);

	DIAG("22G at a fifth of full flow: tip %.1f degC, ice %.2f mm, -20 degC %.2f mm",
	     f.late_degc, f.radius_mm, f.m20_mm);
	EXPECT_GT(f.late_degc, -20);
	EXPECT_GT(f.radius_mm, 1000 * tip_radius_m(22) + 0.5);
	EXPECT_EQ(f.m20_mm, 0.0);
}
