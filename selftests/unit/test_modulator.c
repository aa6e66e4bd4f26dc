// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The modulator: its mean duty, its minimum times, and its stops, driven as sampler and guard
 * drive it.
 */
#include "kernel/interlock/modulator.h"
#include "selftests/unit/test.h"

#define MS 1000000LL

struct run {
	s64 open_ns;
	s64 shortest_on_ns;
	s64 shortest_off_ns;
	unsigned int openings;
	s64 changed_ns;
};

static struct cryo_modulator modulator(s64 now_ns)
{
	struct cryo_modulator m = {
		.min_on_ns = 15 * MS, .min_off_ns = 15 * MS, .period_ns = 100 * MS, .step_ns = 1,
	};

	cryo_modulator_reset(&m, now_ns);
	return m;
}

static void note_change(struct run *run, const struct cryo_modulator *m, bool was_open)
{
	s64 length_ns = m->changed_ns - run->changed_ns;

	if (m->open == was_open)
		return;
	if (was_open) {
		run->open_ns += length_ns;
		if (length_ns < run->shortest_on_ns)
			run->shortest_on_ns = length_ns;
	} else {
		if (run->openings++ && length_ns < run->shortest_off_ns)
			run->shortest_off_ns = length_ns;
	}
	run->changed_ns = m->changed_ns;
}

/* Steps of step_ns with the guard's closing in between, at the very time that was asked for. */
static struct run run_for(struct cryo_modulator *m, unsigned int permille, s64 begin_ns,
			  s64 length_ns, s64 step_ns)
{
	struct run run = { .shortest_on_ns = S64_MAX, .shortest_off_ns = S64_MAX,
			   .changed_ns = begin_ns };
	s64 now_ns;

	m->step_ns = (s32)step_ns;
	for (now_ns = begin_ns; now_ns < begin_ns + length_ns; now_ns += step_ns) {
		bool was_open = m->open;

		cryo_modulator_step(m, permille, now_ns, step_ns * 3 / 2);
		note_change(&run, m, was_open);
		was_open = m->open;
		if (m->open && m->close_ns < now_ns + step_ns)
			cryo_modulator_close(m, m->close_ns);
		note_change(&run, m, was_open);
	}
	if (m->open)
		run.open_ns += now_ns - run.changed_ns;
	return run;
}

/* In millionths. */
static s32 mean_duty(const struct run *run, u32 length_ms)
{
	return div_s64(run->open_ns, length_ms);
}

TEST(mean_duty_is_exact_at_every_flow)
{
	static const s64 steps_ns[] = { 10 * MS, 20 * MS, 33 * MS, 50 * MS };
	s32 worst = 0;

	for (size_t i = 0; i < ARRAY_SIZE(steps_ns); i++) {
		for (s32 permille = 10; permille <= 1000; permille += 10) {
			struct cryo_modulator m = modulator(0);
			struct run run = run_for(&m, permille, 0, 300000 * MS, steps_ns[i]);
			s32 error = mean_duty(&run, 300000) - permille * 1000;

			worst = max(worst, max(error, -error));
			EXPECT_NEAR(error, 0, 5000);
			EXPECT_GE(run.shortest_on_ns, 15 * MS);
			EXPECT_GE(run.shortest_off_ns, 15 * MS);
		}
	}
	DIAG("worst error of the mean duty over 300 s: %d millionths", worst);
}

TEST(full_flow_never_closes)
{
	struct cryo_modulator m = modulator(0);
	struct run run = run_for(&m, 1000, 0, 10000 * MS, 20 * MS);

	EXPECT_EQ(run.openings, 1);
	EXPECT(m.open);
}

TEST(half_flow_cycles_at_the_period)
{
	struct cryo_modulator m = modulator(0);
	struct run run = run_for(&m, 500, 0, 10000 * MS, 10 * MS);

	EXPECT_NEAR(run.openings, 100, 2);
}

TEST(stop_is_at_once_and_forgets)
{
	struct cryo_modulator m = modulator(0);

	cryo_modulator_step(&m, 1000, 100 * MS, 30 * MS);
	EXPECT(m.open);
	cryo_modulator_step(&m, 0, 101 * MS, 30 * MS);
	EXPECT(!m.open);
	/* The next flow begins anew, once the valve was closed for long enough. */
	cryo_modulator_step(&m, 100, 110 * MS, 30 * MS);
	EXPECT(!m.open);
	cryo_modulator_step(&m, 100, 120 * MS, 30 * MS);
	EXPECT(m.open);
}

TEST(hold_ends_an_opening)
{
	struct cryo_modulator m = modulator(0);

	cryo_modulator_step(&m, 1000, 100 * MS, 30 * MS);
	EXPECT_EQ(m.close_ns, 130 * MS);
}

/* To the nanosecond: the valve opens at 0, with nobody closing it in between. */

static struct cryo_modulator opened(u32 permille)
{
	struct cryo_modulator m = modulator(-15 * MS);

	cryo_modulator_step(&m, permille, 0, 1000 * MS);
	return m;
}

static bool open_after(struct cryo_modulator m, u32 permille, s64 now_ns)
{
	cryo_modulator_step(&m, permille, now_ns, 1000 * MS);
	return m.open;
}

TEST(reset_closes_and_forgets_whatever_was)
{
	struct cryo_modulator m = opened(1000);

	cryo_modulator_reset(&m, 10 * MS);
	EXPECT(!m.open);
	EXPECT(!m.running);
	EXPECT(!open_after(m, 100, 25 * MS - 1));
	EXPECT(open_after(m, 100, 25 * MS));
}

TEST(opening_ends_when_its_duty_says)
{
	EXPECT_EQ(opened(500).close_ns, 50 * MS);
	EXPECT_EQ(opened(1000).close_ns, 1000 * MS);
	EXPECT_EQ(opened(2000).close_ns, 1000 * MS);
}

TEST(lower_duty_ends_an_opening_at_once)
{
	EXPECT(open_after(opened(1000), 500, 50 * MS - 1));
	EXPECT(!open_after(opened(1000), 500, 50 * MS));
}

TEST(full_flow_counts_in_cycles_too)
{
	struct cryo_modulator m = opened(1000);

	cryo_modulator_step(&m, 1000, 100 * MS, 1000 * MS);
	EXPECT(open_after(m, 500, 150 * MS - 1));
	EXPECT(!open_after(m, 500, 150 * MS));
}

/* When it opens next, with steps of step_ns from now_ns on; the latest opening ends by itself. */
static s64 next_opening_ns(struct cryo_modulator *m, u32 permille, s64 now_ns)
{
	cryo_modulator_close(m, m->close_ns);
	while (!m->open) {
		cryo_modulator_step(m, permille, now_ns, 1000 * MS);
		now_ns += m->step_ns;
	}
	return m->changed_ns;
}

TEST(cycle_is_a_whole_number_of_steps)
{
	static const struct {
		s32 step_ns, length_ns;
	} cases[] = {
		{ 100 * MS, 100 * MS }, { 20 * MS, 100 * MS }, { 30 * MS, 120 * MS },
		{ 49999999, 149999997 }, { 50 * MS, 100 * MS }, { 50000001, 100000002 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct cryo_modulator m = modulator(-15 * MS);

		m.step_ns = cases[i].step_ns;
		cryo_modulator_step(&m, 500, 0, 1000 * MS);
		EXPECT_EQ(m.close_ns, cases[i].length_ns / 2);
		for (s64 n = 1; n <= 50; n++)
			EXPECT_EQ(next_opening_ns(&m, 500, (n - 1) * cases[i].length_ns + m.step_ns),
				  n * cases[i].length_ns);
	}
}

TEST(step_that_is_early_or_late_by_less_than_half_of_one_keeps_the_pace)
{
	static const s64 off_ns[] = { -10 * MS, -3 * MS, 0, 10 * MS };

	for (size_t i = 0; i < ARRAY_SIZE(off_ns); i++) {
		struct cryo_modulator m = opened(500);

		m.step_ns = 20 * MS;
		EXPECT_EQ(next_opening_ns(&m, 500, 100 * MS + off_ns[i]), 100 * MS + off_ns[i]);
		EXPECT_EQ(m.close_ns, 150 * MS + off_ns[i]);
		cryo_modulator_close(&m, m.close_ns);
		EXPECT(!open_after(m, 500, 190 * MS - 1));
		EXPECT(open_after(m, 500, 190 * MS));
	}
}

TEST(step_that_is_later_begins_another_pace)
{
	struct cryo_modulator m = opened(500);

	m.step_ns = 20 * MS;
	EXPECT_EQ(next_opening_ns(&m, 500, 110 * MS + 1), 110 * MS + 1);
	EXPECT_EQ(m.close_ns, 110 * MS + 1 + 55 * MS);
	cryo_modulator_close(&m, m.close_ns);
	EXPECT(!open_after(m, 500, 200 * MS));
	/* That was that: what follows in time is no longer. */
	EXPECT_EQ(next_opening_ns(&m, 500, 200 * MS + 1), 200 * MS + 1);
	EXPECT_EQ(m.close_ns, 250 * MS + 1);
}

TEST(late_cycle_is_longer_by_its_share)
{
	struct cryo_modulator m = modulator(-15 * MS);

	/* Odd, so that half of one nanosecond would be seen. */
	m.period_ns++;
	cryo_modulator_step(&m, 500, 0, 1000 * MS);
	cryo_modulator_close(&m, m.close_ns);
	cryo_modulator_step(&m, 500, m.period_ns, 1000 * MS);
	EXPECT_EQ(m.close_ns - m.period_ns, 50 * MS);
	cryo_modulator_close(&m, m.close_ns);
	cryo_modulator_step(&m, 500, 2 * m.period_ns + 10 * MS, 1000 * MS);
	EXPECT_EQ(m.close_ns - 2 * m.period_ns, (10 + 55) * MS);
}

/* Due to close at 80 ms, closed at 30 ms because no step came. */
static struct cryo_modulator closed_early(void)
{
	struct cryo_modulator m = opened(800);

	cryo_modulator_close(&m, 30 * MS);
	return m;
}

TEST(opening_that_had_to_end_early_goes_on_if_that_is_worth_it)
{
	EXPECT(!open_after(closed_early(), 800, 45 * MS - 1));
	EXPECT(open_after(closed_early(), 800, 45 * MS));
	EXPECT(open_after(closed_early(), 800, 65 * MS));
	EXPECT(!open_after(closed_early(), 800, 65 * MS + 1));
}

TEST(opening_that_goes_on_has_its_shortest_time_again)
{
	struct cryo_modulator m = closed_early();

	cryo_modulator_step(&m, 300, 60 * MS, 1000 * MS);
	EXPECT(m.open);
	EXPECT_EQ(m.close_ns, 75 * MS);
}

TEST(long_silence_is_no_flood)
{
	struct cryo_modulator m = modulator(0);
	struct run run;

	cryo_modulator_step(&m, 500, 0, 30 * MS);
	/* The guard has closed it long ago, and no step came for an hour. */
	cryo_modulator_close(&m, 30 * MS);
	run = run_for(&m, 500, 3600000 * MS, 1000 * MS, 20 * MS);
	EXPECT_LE(run.open_ns, 800 * MS);
}

TEST(works_late_in_the_life_of_the_clock)
{
	s64 late_ns = 4000000000000000000LL;
	struct cryo_modulator m = modulator(late_ns);
	struct run run = run_for(&m, 250, late_ns, 100000 * MS, 20 * MS);

	EXPECT_NEAR(mean_duty(&run, 100000), 250000, 1000);
}

TEST_MAIN()
