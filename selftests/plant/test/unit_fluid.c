// SPDX-License-Identifier: GPL-2.0-or-later
/* Cryogens, cylinder, valves, tip and sensors, each on its own. */
#include "selftests/unit/test.h"

#include <math.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"
#include "selftests/plant/cylinder.h"
#include "selftests/plant/emf.h"
#include "selftests/plant/sensors.h"
#include "selftests/plant/test/csv.h"
#include "selftests/plant/tip.h"

#define NO_FLOW (CRYOSIM_OUT_SUPPLY | CRYOSIM_OUT_VENT)
#define FULL_FLOW (NO_FLOW | CRYOSIM_OUT_FREEZE)
#define STEP_S 1e-3

static void check_saturation(enum cryogen cryogen, const char *path, double from_degc,
			     double to_degc)
{
	double worst_degc = 0, worst_share = 0;
	static struct csv c;

	ASSERT(csv_open(&c, path));
	while (csv_next(&c)) {
		double degc = csv_number(&c, "T_C"), kpa = 100 * csv_number(&c, "p_bar");
		double share = fabs(cryogen_saturation_kpa(cryogen, degc) / kpa - 1);

		if (degc < from_degc || degc > to_degc)
			continue;
		worst_degc = fmax(worst_degc, fabs(cryogen_boiling_degc(cryogen, kpa) - degc));
		worst_share = fmax(worst_share, share);
	}
	DIAG("%s: worst %.3f degC, %.2f %%", path, worst_degc, 100 * worst_share);
	EXPECT_LT(worst_degc, 0.3);
	EXPECT_LT(worst_share, 0.01);
	csv_close(&c);
}

TEST(saturation_follows_the_equations_of_state)
{
	check_saturation(CRYOGEN_N2O, "cryogen/n2o_sat.csv", -90.8, 30);
	check_saturation(CRYOGEN_LN2, "cryogen/n2_sat.csv", -203, -179);
}

TEST(cylinder_and_cooling_follow_the_reference)
{
	static struct csv c;

	ASSERT(csv_open(&c, "cryogen/n2o_cylinder.csv"));
	while (csv_next(&c)) {
		double degc = csv_number(&c, "T_amb_C");
		struct cylinder full = cylinder_full(CRYOGEN_N2O, degc);

		if (degc > 30)
			continue;
		EXPECT_NEAR(cylinder_kpa(&full) / (100 * csv_number(&c, "p_cyl_bar_abs")), 1, 0.01);
		EXPECT_NEAR(cryogen_cooling_j_g(CRYOGEN_N2O, degc, 101.325, 0) /
			    csv_number(&c, "q_cool_1atm_kJ_kg"), 1, 0.01);
		EXPECT_NEAR(cryogen_cooling_j_g(CRYOGEN_N2O, degc, 300, 0) /
			    csv_number(&c, "q_3bar_kJ_kg"), 1, 0.01);
	}
	csv_close(&c);
}

TEST(cylinder_holds_its_pressure_until_the_liquid_is_gone)
{
	struct cylinder c = cylinder_full(CRYOGEN_N2O, 20);
	double full_kpa = cylinder_kpa(&c), last_kpa;

	cylinder_draw(&c, c.mass_g / 2);
	EXPECT(cylinder_has_liquid(&c));
	EXPECT_NEAR(cylinder_kpa(&c), full_kpa, 1e-9);
	while (cylinder_has_liquid(&c))
		cylinder_draw(&c, 1);
	last_kpa = cylinder_kpa(&c);
	cylinder_draw(&c, 10);
	EXPECT_LT(cylinder_kpa(&c), last_kpa);
	cylinder_draw(&c, 1e6);
	EXPECT_NEAR(cylinder_kpa(&c), 0, 0);
}

TEST(emptied_cylinder_keeps_some_vapour)
{
	struct cylinder c = cylinder_full(CRYOGEN_N2O, 20);
	double full_kpa = cylinder_kpa(&c);

	cylinder_empty(&c);
	EXPECT(!cylinder_has_liquid(&c));
	EXPECT_NEAR(cylinder_kpa(&c), full_kpa / 8, 0.01 * full_kpa);
}

static struct tip tip_of(const struct tip_config *config)
{
	struct tip t;

	tip_begin(&t, config, 1);
	return t;
}

/* Runs a tip at -60 degC with these lines powered; returns the heat it could take, J. */
static double run(struct tip *t, struct cylinder *c, uint32_t effective, double seconds,
		  const struct disturbances *d)
{
	double sum = 0;

	for (int i = 0; i < lround(seconds / STEP_S); i++)
		sum += STEP_S * tip_step(t, STEP_S, effective, -60, c, d).cooling_max_w;
	return sum;
}

TEST(tail_cools_after_the_valve_has_closed)
{
	struct disturbances none = { 0 };

	for (double tail_s = 0.4; tail_s <= 0.6; tail_s += 0.1) {
		struct tip_config config = tip_defaults();
		struct cylinder c = cylinder_full(CRYOGEN_N2O, 20);
		double full_w, tail_j;
		struct tip t;

		config.tail_s = tail_s;
		t = tip_of(&config);
		run(&t, &c, FULL_FLOW, 60, &none);
		full_w = run(&t, &c, FULL_FLOW, 1, &none);
		run(&t, &c, 0, 0.012, &none);
		EXPECT(!t.freeze.open);
		tail_j = run(&t, &c, 0, 2 * tail_s, &none);
		DIAG("tail of %.1f s: %.2f J after closing from %.2f W", tail_s, tail_j, full_w);
		EXPECT_NEAR(tail_j / full_w, tail_s, 0.05);
		EXPECT_NEAR(run(&t, &c, 0, 1, &none), 0, 0.01);
	}
}

TEST(what_is_drawn_leaves_by_the_nozzle)
{
	struct tip_config config = tip_defaults();
	struct cylinder c = cylinder_full(CRYOGEN_N2O, 20);
	struct disturbances none = { 0 };
	double out_g = 0, full_g = c.mass_g;
	struct tip t = tip_of(&config);

	for (int i = 0; i < 10000; i++) {
		tip_step(&t, STEP_S, i % 200 < 80 ? FULL_FLOW : NO_FLOW, -60, &c, &none);
		out_g += t.flow_g_s * STEP_S;
	}
	EXPECT_NEAR(out_g + t.liquid_g, t.drawn_g, 1e-9);
	EXPECT_NEAR(full_g - c.mass_g, t.drawn_g, 1e-9);
	EXPECT_NEAR(t.drawn_g / 10 / tip_nominal_flow_g_s(&config), 0.41, 0.03);
}

static double time_to_open(struct tip *t, struct cylinder *c, uint32_t effective, bool open)
{
	struct disturbances none = { 0 };
	double s = 0;

	while (t->freeze.open != open && s < 1) {
		run(t, c, effective, STEP_S, &none);
		s += STEP_S;
	}
	return s;
}

/* SM-NORMALLY */
TEST(valves_follow_after_their_delays)
{
	struct tip_config config = tip_defaults();
	struct cylinder c = cylinder_full(CRYOGEN_N2O, 20);
	struct tip t = tip_of(&config);

	for (int i = 0; i < 20; i++) {
		EXPECT_NEAR(time_to_open(&t, &c, FULL_FLOW, true), config.open_delay_s, 2.1e-3);
		EXPECT_NEAR(time_to_open(&t, &c, 0, false), config.close_delay_s, 2.1e-3);
	}
}

TEST(line_is_vented_unless_the_vent_is_blocked)
{
	struct tip_config config = tip_defaults();
	struct cylinder c = cylinder_full(CRYOGEN_N2O, 20);
	struct disturbances none = { 0 }, blocked = { .vent_blocked = 1 };
	struct tip t = tip_of(&config);
	double filled_kpa;

	run(&t, &c, FULL_FLOW, 1, &none);
	filled_kpa = t.line_kpa;
	EXPECT_GT(filled_kpa, 0.9 * (cylinder_kpa(&c) - 101));
	run(&t, &c, 0, 1, &blocked);
	EXPECT_GT(t.line_kpa, 0.9 * filled_kpa);
	run(&t, &c, 0, 1, &none);
	EXPECT_LT(t.line_kpa, 1);
}

TEST(back_pressure_sets_the_boiling_temperature)
{
	static const struct { double kpa, degc; } floor[] = {
		{ 101.325, -88.5 }, { 200, -76.2 }, { 300, -68.0 }, { 500, -56.4 },
	};

	for (size_t i = 0; i < sizeof(floor) / sizeof(floor[0]); i++) {
		struct tip_config config = tip_defaults();

		config.exhaust_kpa = floor[i].kpa;
		EXPECT_NEAR(tip_of(&config).boiling_degc, floor[i].degc, 0.2);
	}
}

TEST(faults_of_the_fluid_act)
{
	struct tip_config config = tip_defaults();
	struct disturbances none = { 0 };
	static const struct { const char *name; uint32_t effective; bool cools; } cases[] = {
		{ "stuck-open", NO_FLOW, true },
		{ "stuck-closed", FULL_FLOW, false },
		{ "supply-stuck-closed", FULL_FLOW, false },
		{ "leak", 0, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct disturbances d = fault_disturbances(1ULL << fault_find(cases[i].name));
		struct cylinder c = cylinder_full(CRYOGEN_N2O, 20);
		struct tip t = tip_of(&config);
		double joule;

		run(&t, &c, 0, 1, &none);
		joule = run(&t, &c, cases[i].effective, 3, &d);
		DIAG("%s: %.2f J in 3 s", cases[i].name, joule);
		EXPECT_EQ(joule > 0.5, cases[i].cools);
	}
}

/*
 * The driver's test of the valves: each alone for a second, the vent shut for the supply valve's
 * turn; what a healthy and a leaking plant let through.
 */
struct valve_test {
	double freeze_j, supply_j, line_kpa, supply_kpa;
};

static struct valve_test test_valves(enum cryogen cryogen, const char *fault)
{
	struct disturbances none = { 0 }, d = none;
	struct tip_config config = tip_defaults();
	struct cylinder c = cylinder_full(cryogen, 20);
	struct valve_test result;
	struct tip t;

	if (fault)
		d = fault_disturbances(1ULL << fault_find(fault));
	config.cryogen = cryogen;
	t = tip_of(&config);
	run(&t, &c, 0, 1, &d);
	result.line_kpa = t.line_kpa;
	result.supply_kpa = cylinder_kpa(&c) - 101.325;
	result.freeze_j = run(&t, &c, CRYOSIM_OUT_FREEZE, 1, &d);
	run(&t, &c, 0, 1, &d);
	result.supply_j = run(&t, &c, NO_FLOW, 1, &d);
	DIAG("%s %s: %.2f J with the freeze valve alone, %.2f J with the supply valve, line %.0f kPa",
	     cryogen == CRYOGEN_N2O ? "N2O" : "LN2", fault ? fault : "healthy", result.freeze_j,
	     result.supply_j, result.line_kpa);
	return result;
}

TEST(valves_are_tested_one_by_one)
{
	for (enum cryogen c = CRYOGEN_N2O; c <= CRYOGEN_LN2; c++) {
		struct valve_test healthy = test_valves(c, NULL);
		struct valve_test supply = test_valves(c, "supply-leak");
		struct valve_test freeze = test_valves(c, "freeze-leak");

		EXPECT_EQ(healthy.freeze_j, 0.0);
		EXPECT_EQ(healthy.supply_j, 0.0);
		EXPECT_LT(healthy.line_kpa, 1);
		EXPECT_GT(supply.freeze_j, 0.2);
		EXPECT_GT(supply.line_kpa, 0.05 * healthy.supply_kpa);
		EXPECT_EQ(supply.supply_j, 0.0);
		EXPECT_EQ(freeze.freeze_j, 0.0);
		EXPECT_GT(freeze.supply_j, 0.2);
	}
}

TEST(vapour_alone_cools_little)
{
	struct tip_config config = tip_defaults();
	struct cylinder full = cylinder_full(CRYOGEN_N2O, 20), empty = full;
	struct disturbances none = { 0 };
	struct tip a = tip_of(&config), b = tip_of(&config);

	cylinder_empty(&empty);
	EXPECT_LT(run(&b, &empty, FULL_FLOW, 5, &none), 0.15 * run(&a, &full, FULL_FLOW, 5, &none));
}

TEST(emf_of_type_t)
{
	/* NIST Monograph 175, reference tables, mV. */
	static const struct { double degc, mv; } table[] = {
		{ -270, -6.258 }, { -200, -5.603 }, { -100, -3.379 }, { -60, -2.153 },
		{ -10, -0.383 }, { 0, 0 }, { 25, 0.992 }, { 100, 4.279 }, { 400, 20.872 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		EXPECT_NEAR(1000 * emf_type_t(table[i].degc), table[i].mv, 0.0006);
}

static struct sensors_config quiet(void)
{
	struct sensors_config config = sensors_defaults();

	config.noise_degc = 0;
	config.pressure_noise_kpa = 0;
	return config;
}

TEST(thermocouple_lags)
{
	struct sensors_config config = quiet();
	struct sensor_truth warm = { 37, 37, 37, 5000, 0 }, cold = { -63, 37, 37, 5000, 0 };
	struct sensors s;

	config.tip_lag_s = 0.2;
	sensors_begin(&s, &config, &warm, 1);
	for (int i = 0; i < 200; i++)
		sensors_step(&s, STEP_S, &cold);
	EXPECT_NEAR(s.tip_degc, -63 + 100 * exp(-1), 1e-6);
	EXPECT_NEAR(s.shaft_degc, 37, 1e-9);
}

TEST(voltages_at_the_pins)
{
	struct sensors_config config = quiet();
	struct sensor_truth truth = { -60, 30, 36, 4000, 250 };
	struct disturbances none = { 0 };
	struct sensor_readings r;
	struct sensors s;

	config.cold_junction_degc = 0;
	sensors_begin(&s, &config, &truth, 1);
	r = sensors_read(&s, &truth, &none);
	/* -2.153 mV times 20 */
	EXPECT_NEAR(r.ain_nv[0][0] - r.ain_nv[0][1], -43.06e6, 0.02e6);
	EXPECT_EQ(r.ain_nv[0][1], CRYOSIM_TC_BIAS_NV);
	EXPECT_EQ(r.ain_nv[1][3], CRYOSIM_TC_BIAS_NV);
	EXPECT_EQ(r.ain_nv[1][2], 2100000000LL);
	EXPECT_EQ(r.ain_nv[2][0], 600000000LL);
	EXPECT_EQ(r.ambient_mk, 273150);
	EXPECT_EQ(r.object_mk, 213150);
}

/* SM-BIAS */
TEST(faults_of_the_wires)
{
	struct sensors_config config = quiet();
	struct sensor_truth truth = { -60, 30, 36, 4000, 0 };
	struct disturbances none = { 0 }, open = { .tip_open = 1 }, shorted = { .tip_short = 1 },
			    reversed = { .tip_reversed = 1 };
	struct sensor_readings good, r;
	struct sensors s;

	sensors_begin(&s, &config, &truth, 1);
	good = sensors_read(&s, &truth, &none);
	r = sensors_read(&s, &truth, &open);
	EXPECT_EQ(r.ain_nv[0][0], CRYOSIM_ADC_SUPPLY_NV);
	r = sensors_read(&s, &truth, &shorted);
	EXPECT_EQ(r.ain_nv[0][0], CRYOSIM_TC_BIAS_NV);
	r = sensors_read(&s, &truth, &reversed);
	EXPECT_NEAR(r.ain_nv[0][0] - CRYOSIM_TC_BIAS_NV, CRYOSIM_TC_BIAS_NV - good.ain_nv[0][0], 1);
}

TEST(noise_has_the_deviation_asked_for)
{
	struct sensors_config config = quiet();
	struct sensor_truth truth = { 20, 20, 20, 0, 0 };
	struct disturbances none = { 0 };
	double sum = 0, squares = 0;
	struct sensors s;
	int n = 20000;

	config.noise_degc = 0.5;
	sensors_begin(&s, &config, &truth, 7);
	for (int i = 0; i < n; i++) {
		struct sensor_readings r = sensors_read(&s, &truth, &none);
		/* type T near 20 degC: 40.3 uV/degC, times 20 */
		double degc = (r.ain_nv[0][0] - r.ain_nv[0][1]) / 806e3;

		sum += degc;
		squares += degc * degc;
	}
	EXPECT_NEAR(sqrt(squares / n - pow(sum / n, 2)), 0.5, 0.02);
}

TEST(every_fault_has_a_name_of_its_own)
{
	size_t n = 0;

	while (fault_at(n)) {
		EXPECT_EQ(fault_find(fault_at(n)->name), (int)n);
		EXPECT_NE(fault_at(n)->value, 0.0);
		n++;
	}
	EXPECT(n >= 15 && n <= 64);
	EXPECT_EQ(fault_find("no-such-fault"), -1);
}

TEST(faults_add_up_and_go_away)
{
	uint64_t nak = 1ULL << fault_find("adc-nak"), stuck = 1ULL << fault_find("stuck-code");
	struct disturbances none = { 0 }, d = fault_disturbances(nak | stuck);

	EXPECT_EQ((uint32_t)d.bus_bits, CRYOSIM_BUS_TIP_NAK | CRYOSIM_BUS_TIP_STUCK);
	d = fault_disturbances(0);
	EXPECT(!memcmp(&d, &none, sizeof(d)));
}

TEST_MAIN()
