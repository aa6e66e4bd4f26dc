// SPDX-License-Identifier: GPL-2.0-or-later
/* How alarms sound, and that cryod gets along with a program that plays them, that ends, or that is not there. */
#include <fcntl.h>
#include <math.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "daemon/alarm-sound.h"
#include "daemon/core/alarm.h"
#include "daemon/sound/burst.h"
#include "daemon/sound/player.h"
#include "daemon/util.h"
#include "selftests/unit/test.h"

/*
 * The standard's ranges
 */

static void expect_within(uint32_t value, uint32_t low, uint32_t high)
{
	EXPECT_GE(value, low);
	EXPECT_LE(value, high);
}

/* IEC 60601-1-8:2006, tables 3 and 4. */
TEST(high_priority_has_ten_pulses_in_the_rhythm_of_the_standard)
{
	const struct burst *burst = burst_of(ALARM_HIGH);
	uint32_t x = burst->pulse[1].gap_ms, t = burst->pulse[0].tone_ms;
	const uint32_t gap[10] = { 0, x, x, 2 * x + t, x, burst->pulse[5].gap_ms, x, x, 2 * x + t, x };

	ASSERT_EQ(burst->pulses, 10);
	expect_within(x, 50, 125);
	expect_within(t, 75, 200);
	expect_within(gap[5], 350, 1300);
	expect_within(burst->pause_ms, 2500, 15000);
	for (int i = 0; i < 10; i++) {
		EXPECT_EQ(burst->pulse[i].gap_ms, gap[i]);
		EXPECT_EQ(burst->pulse[i].tone_ms, t);
	}
}

static void expect_slow_burst(const struct burst *burst)
{
	for (uint32_t i = 0; i < burst->pulses; i++) {
		expect_within(burst->pulse[i].tone_ms, 125, 250);
		if (i)
			expect_within(burst->pulse[i].gap_ms, 125, 250);
	}
}

TEST(medium_and_low_priority_are_slower_and_rarer)
{
	EXPECT_EQ(burst_of(ALARM_MEDIUM)->pulses, 3);
	expect_within(burst_of(ALARM_LOW)->pulses, 1, 2);
	expect_slow_burst(burst_of(ALARM_MEDIUM));
	expect_slow_burst(burst_of(ALARM_LOW));
	expect_within(burst_of(ALARM_MEDIUM)->pause_ms, 2500, 30000);
	EXPECT_GT(burst_of(ALARM_LOW)->pause_ms, 15000);
	EXPECT_EQ(burst_of(0), NULL);
	EXPECT_EQ(burst_of(4), NULL);
}

/* How much of @hz is in the frames. */
static double amplitude(const int16_t *frames, size_t n, double hz)
{
	double re = 0, im = 0;

	for (size_t i = 0; i < n; i++) {
		re += frames[i] * cos(2 * M_PI * hz * i / TONE_RATE_HZ);
		im += frames[i] * sin(2 * M_PI * hz * i / TONE_RATE_HZ);
	}
	return hypot(re, im) / n;
}

/* Table 4: 150 to 1000 Hz, and at least four harmonics between 300 and 4000 Hz within 15 dB. */
TEST(a_pulse_has_its_pitch_and_harmonics)
{
	int16_t frames[TONE_FRAMES(200)];
	size_t n = TONE_FRAMES(200);
	double pitch;
	int harmonics = 0;

	tone_fill(frames, 200);
	pitch = amplitude(frames, n, TONE_PITCH_HZ);
	expect_within(TONE_PITCH_HZ, 150, 1000);
	EXPECT_GT(pitch, 1000);
	for (double hz = TONE_PITCH_HZ; hz <= 4000; hz += TONE_PITCH_HZ)
		harmonics += hz >= 300 && fabs(20 * log10(amplitude(frames, n, hz) / pitch)) <= 15;
	EXPECT_GE(harmonics, 4);
	EXPECT_LT(amplitude(frames, n, 1.5 * TONE_PITCH_HZ), pitch / 10);
	EXPECT_EQ(frames[0], 0);
	EXPECT_LT(abs(frames[n - 1]), 100);
}

/*
 * The player, on an output that makes no tone
 */

static struct {
	int commands;			/* our end of what the player reads */
	uint32_t tones, total_ms;
	uint32_t until;			/* tones, and then `last` is sent and the end */
	const char *last;
	int error;
} heard;

static int fake_tone(struct output *output, uint32_t ms)
{
	(void)output;
	heard.tones++;
	heard.total_ms += ms;
	if (heard.tones == heard.until) {
		EXPECT_EQ(write(heard.commands, heard.last, strlen(heard.last)), (ssize_t)strlen(heard.last));
		heard.commands = safe_close(heard.commands);
	}
	return heard.error;
}

/* Plays @first until so many tones were heard, then @last and the end. */
static int play(const char *first, uint32_t until, const char *last)
{
	struct output output = { .name = "fake", .tone = fake_tone };
	int pair[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return -errno;
	heard.commands = pair[0];
	heard.tones = heard.total_ms = 0;
	heard.until = until;
	heard.last = last;
	EXPECT_EQ(write(pair[0], first, strlen(first)), (ssize_t)strlen(first));
	r = player_run(pair[1], &output);
	close(pair[1]);
	safe_close(heard.commands);
	return r;
}

TEST(a_burst_ends_when_it_is_told_to)
{
	EXPECT_EQ(play("2", 3, "0"), 0);
	EXPECT_EQ(heard.tones, 3);
	EXPECT_EQ(heard.total_ms, 600);
}

TEST(only_the_last_of_several_commands_counts)
{
	EXPECT_EQ(play("1203", 2, "0"), 0);
	EXPECT_EQ(heard.tones, 2);
	EXPECT_EQ(heard.total_ms, 300);
}

TEST(an_output_that_fails_ends_the_player)
{
	heard.error = -EIO;
	EXPECT_EQ(play("3", 99, "0"), -EIO);
	heard.error = 0;
	EXPECT_EQ(heard.tones, 1);
}

/*
 * cryod's side, with programs that play nothing
 */

struct stage {
	char directory[32];
	char program[64];
	char said[64];			/* what the program was told */
	sd_event *event;
	struct alarm_sound *sound;
};

/* A shell script that ends as @last_line has it; it writes to a file what it reads. */
static bool stage_begin(struct stage *stage, const char *last_line)
{
	FILE *file;

	*stage = (struct stage){ .directory = "/tmp/cryo-sound-XXXXXX" };
	if (!mkdtemp(stage->directory))
		return false;
	snprintf(stage->program, sizeof(stage->program), "%s/program", stage->directory);
	snprintf(stage->said, sizeof(stage->said), "%s/said", stage->directory);
	file = fopen(stage->program, "we");
	fprintf(file, "#!/bin/sh\n: >>%s\necho fake\n%s\n", stage->said, last_line);
	fclose(file);
	return chmod(stage->program, 0700) == 0 && sd_event_new(&stage->event) >= 0 &&
	       alarm_sound_new(stage->event, stage->program, &stage->sound) >= 0;
}

static void stage_end(struct stage *stage)
{
	alarm_sound_free(stage->sound);
	sd_event_unref(stage->event);
	unlink(stage->program);
	unlink(stage->said);
	EXPECT_EQ(rmdir(stage->directory), 0);
}

static bool was_told(const struct stage *stage, const char *wanted)
{
	char text[64] = "";
	FILE *file = fopen(stage->said, "re");

	if (file) {
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
	}
	return !strcmp(text, wanted);
}

/* The program lives beside us: what it will do has to be waited for. */
static bool wait_until_told(struct stage *stage, const char *wanted)
{
	for (int64_t until = now_ns() + 60 * NSEC_PER_SEC; now_ns() < until;) {
		if (was_told(stage, wanted))
			return true;
		sd_event_run(stage->event, 10000);
	}
	return false;
}

TEST(the_program_is_told_of_changes_only)
{
	struct stage stage;

	ASSERT(stage_begin(&stage, "exec cat >>$(dirname $0)/said"));
	alarm_sound_set(stage.sound, 3);
	alarm_sound_set(stage.sound, 3);
	alarm_sound_set(stage.sound, 1);
	alarm_sound_set(stage.sound, 0);
	EXPECT(wait_until_told(&stage, "310"));
	stage_end(&stage);
}

TEST(a_program_that_ends_or_is_not_there_does_no_harm)
{
	struct stage stage;

	ASSERT(stage_begin(&stage, "echo ended >>$(dirname $0)/said"));
	EXPECT(wait_until_told(&stage, "ended\n"));
	for (int i = 0; i < 20; i++) {
		sd_event_run(stage.event, 1000);
		alarm_sound_set(stage.sound, 1 + i % 3);
	}
	alarm_sound_free(stage.sound);
	ASSERT_EQ(alarm_sound_new(stage.event, "/nonexistent/program", &stage.sound), 0);
	alarm_sound_set(stage.sound, 3);
	alarm_sound_set(NULL, 3);
	stage_end(&stage);
}

TEST_MAIN()
