// SPDX-License-Identifier: GPL-2.0-or-later
/* The course of the demo, and of stick mode, by the plant's truth, over needles, cryogens and tissues, with its bars. */
#include "selftests/unit/test.h"

#include <stdio.h>

#include "selftests/sil/course.h"

static bool read_protocol(const char *name, struct protocol *ret)
{
	char path[64], text[16384];
	struct protocol_error error = { 0 };
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "daemon/protocols/%s.protocol", name);
	file = fopen(path, "r");
	size = file ? fread(text, 1, sizeof(text), file) : 0;
	if (file)
		fclose(file);
	if (!size || protocol_parse(name, text, size, ret, &error)) {
		DIAG("%s:%u: %s", path, error.line, size ? error.text : "cannot be read");
		return false;
	}
	return true;
}

static void print(const char *what, const struct course *c)
{
	DIAG("%s: %s in %.0f s, floor margin %.1f degC, %.1f g", what,
	     c->completed ? "completed" : "not completed", c->total_s, c->floor_margin_degc, c->drawn_g);
	for (unsigned int i = 0; i < c->cycles; i++)
		DIAG("  cycle %u: settled in %.1f s, overshoot %.2f degC, held %.0f s with RMS %.2f and worst %.2f degC; largest ice %.2f mm, estimated %.2f mm, off by up to %.2f mm",
		     i + 1, c->cycle[i].freeze.settling_s, c->cycle[i].freeze.overshoot_degc,
		     c->cycle[i].freeze.hold_s, c->cycle[i].freeze.rms_degc,
		     c->cycle[i].freeze.worst_degc, c->cycle[i].edge_mm, c->cycle[i].said_edge_mm,
		     c->cycle[i].ice_error_mm);
}

/* What holds for every patient. */
static void expect_safe(const struct course *c)
{
	EXPECT(c->completed);
	EXPECT_EQ(c->fault_code, 0);
	EXPECT_EQ(c->cycles, 2);
	EXPECT_GT(c->floor_margin_degc, 0.0);
	EXPECT_GT(c->withdraw_tip_degc, 5.0);
	EXPECT(!c->flow_at_end);
}

static void expect_held(const struct course *c, double rms_degc, double overshoot_degc)
{
	for (unsigned int i = 0; i < c->cycles; i++) {
		EXPECT_GT(c->cycle[i].freeze.hold_s, 5.0);
		EXPECT_LT(c->cycle[i].freeze.rms_degc, rms_degc);
		EXPECT_LT(c->cycle[i].freeze.overshoot_degc, overshoot_degc);
	}
}

static bool treat_by(const char *name, const char *what, const struct traits *traits,
		     struct course *ret)
{
	struct course_options options = { .law = LAW_CORE, .whole = true };
	struct trace trace = trace_new();
	struct protocol protocol;
	bool good = read_protocol(name, &protocol) && trace.point && trace.ice &&
		    !course_run(traits, &protocol, &options, &trace, ret);

	trace_free(&trace);
	EXPECT(good);
	if (good)
		print(what, ret);
	return good;
}

static bool treat(const char *what, const struct traits *traits, struct course *ret)
{
	return treat_by("demo", what, traits, ret);
}

static void treat_well(const char *what, const struct traits *traits)
{
	struct course course;

	ASSERT(treat(what, traits, &course));
	expect_safe(&course);
	expect_held(&course, 1.0, 1.5);
}

TEST(demo_by_18g_nitrous_oxide)
{
	struct traits traits = traits_nominal();

	treat_well("18G n2o", &traits);
}

TEST(demo_by_every_gauge)
{
	char what[16];

	for (int gauge = 16; gauge <= 22; gauge++) {
		struct traits traits = traits_nominal();

		traits.value[TRAIT_GAUGE] = gauge;
		snprintf(what, sizeof(what), "%dG n2o", gauge);
		treat_well(what, &traits);
	}
}

TEST(demo_by_liquid_nitrogen)
{
	char what[16];

	for (int gauge = 16; gauge <= 22; gauge += 2) {
		struct traits traits = traits_nominal();

		traits.value[TRAIT_NITROGEN] = 1;
		traits.value[TRAIT_GAUGE] = gauge;
		snprintf(what, sizeof(what), "%dG ln2", gauge);
		treat_well(what, &traits);
	}
}

/* The estimate's own uncertainty must cover the truth in tissues like those it was made for. */
TEST(demo_in_muscle_and_nerve)
{
	for (enum tissue_class tissue = TISSUE_MUSCLE; tissue <= TISSUE_NERVE; tissue++) {
		struct traits traits = traits_nominal();
		struct course course;

		traits.value[TRAIT_TISSUE] = tissue;
		traits.value[TRAIT_LATENT_KJ_KG] = tissue == TISSUE_NERVE ? 165 : 217;
		ASSERT(treat(tissue_class_name(tissue), &traits, &course));
		expect_safe(&course);
		expect_held(&course, 1.0, 1.5);
		for (unsigned int i = 0; i < course.cycles; i++)
			EXPECT_LT(course.cycle[i].ice_error_mm, 1.0);
	}
}

static struct traits fat(void)
{
	struct traits traits = traits_nominal();

	traits.value[TRAIT_TISSUE] = TISSUE_FAT;
	traits.value[TRAIT_LATENT_KJ_KG] = 50;
	return traits;
}

/* Fat takes a quarter of the flow that is expected: the first cycle has to learn that. */
TEST(demo_in_fat_is_learnt)
{
	struct traits traits = fat();
	struct course course;

	ASSERT(treat("fat", &traits, &course));
	expect_safe(&course);
	EXPECT_LT(course.cycle[0].freeze.overshoot_degc, 6.0);
	EXPECT_LT(course.cycle[0].freeze.rms_degc, 2.0);
	EXPECT_LT(course.cycle[1].freeze.overshoot_degc, 1.5);
	EXPECT_LT(course.cycle[1].freeze.rms_degc, 1.0);
}

/* The steepest way down: the kernel must not see the floor coming. */
TEST(demo_by_22g_in_fat_is_no_floor_fault)
{
	struct traits traits = fat();
	struct course course;

	traits.value[TRAIT_GAUGE] = 22;
	ASSERT(treat("22G in fat", &traits, &course));
	expect_safe(&course);
}

/* It is the least cold that is asked for, so the least that any needle can throttle to. */
TEST(stick_mode_holds_without_a_fault)
{
	static const unsigned int gauge[] = { 16, 18, 22 };

	for (int i = 0; i < 3; i++) {
		struct traits traits = traits_nominal();
		struct course course;

		traits.value[TRAIT_GAUGE] = gauge[i];
		ASSERT(treat_by("stick", "stick mode", &traits, &course));
		EXPECT(course.completed);
		EXPECT_EQ(course.fault_code, 0);
		EXPECT_LT(course.cycle[0].freeze.rms_degc, 2.0);
	}
}

TEST(demo_with_cold_and_warm_cylinder)
{
	for (int i = 0; i < 2; i++) {
		struct traits traits = traits_nominal();

		traits.value[TRAIT_ROOM_DEGC] = i ? 28 : 12;
		treat_well(i ? "warm cylinder" : "cold cylinder", &traits);
	}
}

TEST(demo_with_active_thaw_is_shorter)
{
	struct traits traits = traits_nominal();
	struct course passive, active;

	ASSERT(treat("passive thaw", &traits, &passive));
	traits.value[TRAIT_HEATER] = 1;
	ASSERT(treat("active thaw", &traits, &active));
	expect_safe(&active);
	EXPECT_LT(active.total_s, passive.total_s);
	EXPECT_LT(passive.total_s, 125.0);
}

/* Exactly the same again: nothing hangs on what was treated before. */
TEST(a_seed_replays_exactly)
{
	struct course course[2];
	struct traits traits;

	traits_draw(&traits, 7);
	for (int i = 0; i < 2; i++)
		ASSERT(treat("seed 7", &traits, &course[i]));
	EXPECT_EQ(course[0].total_s, course[1].total_s);
	EXPECT_EQ(course[0].drawn_g, course[1].drawn_g);
	EXPECT_EQ(course[0].cycle[0].freeze.rms_degc, course[1].cycle[0].freeze.rms_degc);
}

TEST_MAIN()
