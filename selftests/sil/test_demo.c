// SPDX-License-Identifier: GPL-2.0-or-later
/* The demo's course by the plant's truth, over needles, cryogens and tissues, with its bars. */
#include "selftests/unit/test.h"

#include <stdio.h>

#include "selftests/sil/course.h"

#define PROTOCOL "daemon/protocols/demo.protocol"

static bool read_protocol(struct protocol *ret)
{
	char text[16384];
	struct protocol_error error = { 0 };
	FILE *file = fopen(PROTOCOL, "r");
	size_t size = file ? fread(text, 1, sizeof(text), file) : 0;

	if (file)
		fclose(file);
	if (!size || protocol_parse("demo", text, size, ret, &error)) {
		DIAG("%s:%u: %s", PROTOCOL, error.line, size ? error.text : "cannot be read");
		return false;
	}
	return true;
}

static void print(const char *what, const struct course_figures *f)
{
	DIAG("%s: %s in %.0f s, floor margin %.1f degC, predicted %.1f degC, %.1f g; largest ice %.2f mm, estimated %.2f mm",
	     what, outcome_to_string(f->outcome), f->total_s, f->floor_margin_degc,
	     f->predicted_margin_degc, f->cryogen_g, f->ice_radius_mm, f->ice_estimate_mm);
	for (unsigned int i = 0; i < f->cycles; i++)
		DIAG("  cycle %u: target in %.1f s, overshoot %.2f degC, held %.0f s with RMS %.2f and worst %.2f degC, ice off by %.2f mm",
		     i + 1, f->cycle[i].to_target_s, f->cycle[i].overshoot_degc, f->cycle[i].hold_s,
		     f->cycle[i].hold_rms_degc, f->cycle[i].hold_worst_degc,
		     f->cycle[i].ice_error_mm);
}

/* What holds for every patient. */
static void expect_safe(const struct course_figures *f)
{
	EXPECT_EQ(f->outcome, OUTCOME_COMPLETED);
	EXPECT_EQ(f->cycles, 2);
	EXPECT_GT(f->floor_margin_degc, 0.0);
	EXPECT_GT(f->predicted_margin_degc, 0.0);
	EXPECT_GT(f->withdraw_tip_degc, 5.0);
	EXPECT(!f->flow_at_end);
}

static void expect_held(const struct course_figures *f, double rms_degc, double overshoot_degc)
{
	for (unsigned int i = 0; i < f->cycles; i++) {
		EXPECT_GT(f->cycle[i].hold_s, 5.0);
		EXPECT_LT(f->cycle[i].hold_rms_degc, rms_degc);
		EXPECT_LT(f->cycle[i].overshoot_degc, overshoot_degc);
	}
}

static void treat(const char *what, const struct patient_config *config, double rms_degc,
		  double overshoot_degc)
{
	struct course_figures figures;
	struct protocol protocol;

	ASSERT(read_protocol(&protocol));
	ASSERT_EQ(course_run(config, &protocol, false, NULL, &figures), 0);
	print(what, &figures);
	expect_safe(&figures);
	expect_held(&figures, rms_degc, overshoot_degc);
}

TEST(demo_by_18g_nitrous_oxide)
{
	struct patient_config config = patient_defaults();

	treat("18G n2o", &config, 1.0, 1.5);
}

TEST(demo_by_every_gauge)
{
	char what[16];

	for (int gauge = 16; gauge <= 22; gauge++) {
		struct patient_config config = patient_defaults();

		config.gauge = gauge;
		snprintf(what, sizeof(what), "%dG n2o", gauge);
		treat(what, &config, 1.0, 1.5);
	}
}

TEST(demo_by_liquid_nitrogen)
{
	char what[16];

	for (int gauge = 16; gauge <= 22; gauge += 2) {
		struct patient_config config = patient_defaults();

		config.nitrogen = true;
		config.gauge = gauge;
		snprintf(what, sizeof(what), "%dG ln2", gauge);
		treat(what, &config, 1.0, 1.5);
	}
}

TEST(demo_in_other_tissues)
{
	static const char *const tissues[] = { "nerve", "generic", "gel" };

	for (int i = 0; i < 3; i++) {
		struct patient_config config = patient_defaults();

		config.tissue = tissues[i];
		treat(tissues[i], &config, 1.0, 1.5);
	}
}

/* Fat takes a quarter of the flow that is expected: the first cycle has to learn that. */
TEST(demo_in_fat_is_learnt)
{
	struct patient_config config = patient_defaults();
	struct course_figures figures;
	struct protocol protocol;

	config.tissue = "fat";
	ASSERT(read_protocol(&protocol));
	ASSERT_EQ(course_run(&config, &protocol, false, NULL, &figures), 0);
	print("fat", &figures);
	expect_safe(&figures);
	EXPECT_LT(figures.cycle[0].overshoot_degc, 6.0);
	EXPECT_LT(figures.cycle[0].hold_rms_degc, 2.0);
	EXPECT_LT(figures.cycle[1].overshoot_degc, 1.5);
	EXPECT_LT(figures.cycle[1].hold_rms_degc, 1.0);
}

/* The steepest way down: the kernel must not see the floor coming. */
TEST(demo_by_22g_in_fat_is_no_floor_fault)
{
	struct patient_config config = patient_defaults();
	struct course_figures figures;
	struct protocol protocol;

	config.tissue = "fat";
	config.gauge = 22;
	ASSERT(read_protocol(&protocol));
	ASSERT_EQ(course_run(&config, &protocol, false, NULL, &figures), 0);
	print("22G in fat", &figures);
	expect_safe(&figures);
}

TEST(demo_with_cold_and_warm_cylinder)
{
	static const double room_degc[] = { 12, 28 };

	for (int i = 0; i < 2; i++) {
		struct patient_config config = patient_defaults();

		config.room_degc = room_degc[i];
		treat(i ? "warm cylinder" : "cold cylinder", &config, 1.0, 1.5);
	}
}

TEST(demo_with_active_thaw_is_shorter)
{
	struct patient_config config = patient_defaults();
	struct course_figures passive, active;
	struct protocol protocol;

	ASSERT(read_protocol(&protocol));
	ASSERT_EQ(course_run(&config, &protocol, false, NULL, &passive), 0);
	ASSERT_EQ(course_run(&config, &protocol, true, NULL, &active), 0);
	print("18G n2o, active thaw", &active);
	expect_safe(&active);
	EXPECT_LT(active.total_s, passive.total_s);
	EXPECT_LT(passive.total_s, 125.0);
}

/* The estimate's own uncertainty must cover the truth in tissues like those it was made for. */
TEST(ice_estimate_is_within_a_millimetre)
{
	static const char *const tissues[] = { "muscle", "nerve", "generic" };

	for (int i = 0; i < 3; i++) {
		struct patient_config config = patient_defaults();
		struct course_figures figures;
		struct protocol protocol;

		config.tissue = tissues[i];
		ASSERT(read_protocol(&protocol));
		ASSERT_EQ(course_run(&config, &protocol, false, NULL, &figures), 0);
		for (unsigned int c = 0; c < figures.cycles; c++)
			EXPECT_LT(figures.cycle[c].ice_error_mm, 1.0);
	}
}

TEST_MAIN()
