// SPDX-License-Identifier: GPL-2.0-or-later
/* Protocol files: every shipped one parses, everything wrong is refused with its reason. */
#include "selftests/unit/test.h"

#include <errno.h>
#include <glob.h>

#include "daemon/core/ice.h"
#include "selftests/core/bench.h"

/* @text with the first @from replaced by @to; the last eight results are kept. */
static const char *replaced(const char *text, const char *from, const char *to)
{
	static char results[8][4096];
	static int turn;
	char *result = results[turn++ % 8];
	const char *at = strstr(text, from);

	if (!at) {
		DIAG("there is no \"%s\"", from);
		test_suite.failed = true;
		return text;
	}
	snprintf(result, sizeof(results[0]), "%.*s%s%s", (int)(at - text), text, to,
		 at + strlen(from));
	return result;
}

/* The good text with @from replaced by @to. */
static const char *with(const char *from, const char *to)
{
	return replaced(bench_protocol_text, from, to);
}

static void expect_refused(const char *text, unsigned int line, const char *reason)
{
	struct protocol protocol = { .cycles = 77 };
	struct protocol_error error = { .line = 99 };

	EXPECT_EQ(protocol_parse("x", text, strlen(text), &protocol, &error), -EBADMSG);
	EXPECT_EQ(protocol.cycles, 77);
	EXPECT_EQ(error.line, line);
	EXPECT_STREQ(error.text, reason);
}

static struct protocol parsed(const char *text)
{
	return bench_protocol(text);
}

TEST(good_text)
{
	struct protocol p = parsed(bench_protocol_text);

	EXPECT_STREQ(p.name, "bench");
	EXPECT_STREQ(p.title, "Bench");
	EXPECT(p.neurolysis);
	EXPECT_EQ(p.cryogens, 1U << CRYOGEN_N2O | 1U << CRYOGEN_LN2);
	EXPECT_EQ(p.target_mdegc, -60000);
	EXPECT_EQ(p.floor_mdegc, -80000);
	EXPECT_EQ(p.band_mdegc, 2000);
	EXPECT_EQ(p.cycles, 2);
	EXPECT_EQ(p.freeze_ms, 10000);
	EXPECT_EQ(p.cool_max_ms, 30000);
	EXPECT_EQ(p.thaw_mdegc, -5000);
	EXPECT_EQ(p.thaw_min_ms, 1000);
	EXPECT_EQ(p.boundary_um, 0);
	EXPECT_EQ(p.ready_timeout_ms, 20000);
	EXPECT(p.confirm_ready);
	EXPECT(p.confirm_withdraw);
}

TEST(a_tissue_sensor_has_a_place)
{
	EXPECT_EQ(parsed(bench_protocol_text).tissue_sensor_um, 0);
	EXPECT_EQ(parsed(with("[Freeze]", "TissueSensor=4.5 mm\n[Freeze]")).tissue_sensor_um, 4500);
	expect_refused(with("[Freeze]", "TissueSensor=1 mm\n[Freeze]"), 4,
		       "TissueSensor=1 mm: allowed is 2 mm to 15 mm");
}

TEST(repeats_are_limited)
{
	EXPECT_EQ(parsed(bench_protocol_text).repeats, 0);
	EXPECT_EQ(parsed(with("Cycles=2", "Cycles=2\nRepeats=3")).repeats, 3);
	expect_refused(with("Cycles=2", "Cycles=2\nRepeats=7"), 8,
		       "Repeats=7: allowed with Cycles=2 is 0 to 6");
}

TEST(out_of_reach_is_a_choice)
{
	EXPECT_EQ(parsed(bench_protocol_text).out_of_reach, REACH_KEEP);
	EXPECT_EQ(parsed(with("Cycles=2", "Cycles=2\nOutOfReach=end")).out_of_reach, REACH_END);
	EXPECT_EQ(parsed(with("Cycles=2", "Cycles=2\nOutOfReach=lower")).out_of_reach, REACH_LOWER);
	expect_refused(with("Cycles=2", "Cycles=2\nOutOfReach=raise"), 8,
		       "OutOfReach=raise: allowed is keep, end or lower");
}

TEST(units)
{
	EXPECT_EQ(parsed(with("Duration=10s", "Duration=1.5 min")).freeze_ms, 90000);
	EXPECT_EQ(parsed(with("Duration=10s", "Duration=7500ms")).freeze_ms, 7500);
	EXPECT_EQ(parsed(with("Duration=10s", "Duration=12.25")).freeze_ms, 12250);
	EXPECT_EQ(parsed(with("Target=-60", "Target=-60.5 degC")).target_mdegc, -60500);
	EXPECT_EQ(parsed(with("Target=-60", "Target=-61°C")).target_mdegc, -61000);
	EXPECT_EQ(parsed(with("Cycles=2", "Cycles=2\nBoundary=6.5mm")).boundary_um, 6500);
	EXPECT_EQ(parsed(with("Cycles=2", "Cycles=2\nBoundary=6500 um")).boundary_um, 6500);
	EXPECT_EQ(parsed(with("Cycles=2", "Cycles=2\nBoundary=6")).boundary_um, 6000);
}

TEST(comments_blanks_and_crlf)
{
	EXPECT_EQ(parsed(with("[Freeze]", "# a\n; b\n\n  \n[Freeze]")).cycles, 2);
	EXPECT_EQ(parsed(with("Cycles=2\n", "Cycles = 3  \r\n")).cycles, 3);
}

TEST(optional_keys)
{
	EXPECT(!parsed(with("Cryogen=n2o ln2", "Cryogen=ln2\nPurpose=ablation")).neurolysis);
	EXPECT_EQ(parsed(bench_protocol_text).tissue, ICE_UNKNOWN);
	EXPECT_EQ(parsed(with("Cryogen=n2o ln2", "Cryogen=ln2\nTissue=fat")).tissue, ICE_FAT);
	EXPECT(!parsed(with("[Prompts]", "[Prompts]\nConfirmReady=no")).confirm_ready);
	EXPECT(!parsed(with("[Prompts]", "[Prompts]\nConfirmWithdraw=No")).confirm_withdraw);
	EXPECT_EQ(parsed(with("Cycles=2", "Cycles=2\nTargetBand=1.5")).band_mdegc, 1500);
}

TEST(unknown_things)
{
	expect_refused(with("Cycles=2", "Cycels=2"), 7, "Cycels= is no key of [Freeze]");
	expect_refused(with("Cycles=2", "cycles=2"), 7, "cycles= is no key of [Freeze]");
	expect_refused(with("Title=Bench", "Title=Bench\nTarget=-60"), 3,
		       "Target= is no key of [Protocol]");
	expect_refused(with("[Thaw]", "[Thor]"), 11,
		       "[Thor] is no section; there are [Protocol], [Freeze], [Thaw], [Prompts]");
	expect_refused(with("[Protocol]\n", "Cycles=2\n[Protocol]\n"), 1,
		       "Cycles= stands before any section");
	expect_refused(with("Cycles=2", "Cycles"), 7,
		       "is neither [Section], Key=value nor a comment");
	expect_refused(with("[Thaw]", "[Thaw"), 10,
		       "is neither [Section], Key=value nor a comment");
}

TEST(first_error_wins)
{
	expect_refused(with("Target=-60\n", "Target=-60\nnonsense\nWrong=1\n"), 6,
		       "is neither [Section], Key=value nor a comment");
	expect_refused(with("Target=-60\n", "Wrong=1\nnonsense\nTarget=-60\n"), 5,
		       "Wrong= is no key of [Freeze]");
}

TEST(duplicates)
{
	expect_refused(with("Cycles=2", "Cycles=2\nCycles=2"), 8, "Cycles= stood in line 7 already");
	expect_refused(with("[Thaw]", "[Freeze]\nTarget=-50\n[Thaw]"), 11,
		       "Target= stood in line 5 already");
	expect_refused(with("Cycles=2\n", "Cycles=2\n 3\n"), 8,
		       "is indented: a value cannot go on in the next line");
}

TEST(missing_keys)
{
	expect_refused(with("Title=Bench\n", ""), 0, "Title= is missing in [Protocol]");
	expect_refused(with("Cryogen=n2o ln2\n", ""), 0, "Cryogen= is missing in [Protocol]");
	expect_refused(with("Target=-60\n", ""), 0, "Target= is missing in [Freeze]");
	expect_refused(with("Floor=-80\n", ""), 0, "Floor= is missing in [Freeze]");
	expect_refused(with("Cycles=2\n", ""), 0, "Cycles= is missing in [Freeze]");
	expect_refused(with("Duration=10s\n", ""), 0, "Duration= is missing in [Freeze]");
	expect_refused(with("CoolTimeout=30s\n", ""), 0, "CoolTimeout= is missing in [Freeze]");
	expect_refused(with("Until=-5\n", ""), 7,
		       "Cycles=2 needs Until= in [Thaw], the temperature to thaw to between them");
	expect_refused("", 0, "Title= is missing in [Protocol]");
}

TEST(bad_numbers)
{
	expect_refused(with("Target=-60", "Target=-60x"), 5, "Target=-60x: not a number of degC");
	expect_refused(with("Target=-60", "Target=-60 s"), 5, "Target=-60 s: not a number of degC");
	expect_refused(with("Target=-60", "Target="), 5, "Target=: not a number of degC");
	expect_refused(with("Target=-60", "Target=-"), 5, "Target=-: not a number of degC");
	expect_refused(with("Target=-60", "Target=0x3c"), 5, "Target=0x3c: not a number of degC");
	expect_refused(with("Target=-60", "Target=-6e1"), 5, "Target=-6e1: not a number of degC");
	expect_refused(with("Target=-60", "Target=nan"), 5, "Target=nan: not a number of degC");
	expect_refused(with("Target=-60", "Target=-60.1234"), 5,
		       "Target=-60.1234: not a number of degC");
	expect_refused(with("Target=-60", "Target=-99999999999999999999"), 5,
		       "Target=-99999999999999999999: not a number of degC");
	expect_refused(with("Cycles=2", "Cycles=2.5"), 7, "Cycles=2.5: not a whole number");
	expect_refused(with("Cycles=2", "Cycles=two"), 7, "Cycles=two: not a number");
	expect_refused(with("Duration=10s", "Duration=10 hours"), 8,
		       "Duration=10 hours: not a number of s");
}

TEST(numbers_out_of_range)
{
	expect_refused(with("Cycles=2", "Cycles=0"), 7, "Cycles=0: allowed is 1 to 8");
	expect_refused(with("Cycles=2", "Cycles=9"), 7, "Cycles=9: allowed is 1 to 8");
	expect_refused(with("Duration=10s", "Duration=1s"), 8,
		       "Duration=1s: allowed is 5 s to 600 s");
	expect_refused(with("Duration=10s", "Duration=11 min"), 8,
		       "Duration=11 min: allowed is 5 s to 600 s");
	expect_refused(with("CoolTimeout=30s", "CoolTimeout=4min"), 9,
		       "CoolTimeout=4min: allowed is 5 s to 180 s");
	expect_refused(with("Cycles=2", "Cycles=2\nTargetBand=0.1"), 8,
		       "TargetBand=0.1: allowed is 0.5 degC to 10 degC");
	expect_refused(with("Cycles=2", "Cycles=2\nBoundary=0.5"), 8,
		       "Boundary=0.5: allowed is 1 mm to 20 mm");
	expect_refused(with("Target=-60", "Target=-5"), 5,
		       "Target=-5: allowed is -180 degC to -10 degC");
	expect_refused(with("Until=-5", "Until=30"), 11,
		       "Until=30: allowed is -40 degC to 20 degC");
	expect_refused(with("ReadyTimeout=20s", "ReadyTimeout=6min"), 14,
		       "ReadyTimeout=6min: allowed is 5 s to 290 s");
}

TEST(bad_words)
{
	expect_refused(with("Cryogen=n2o ln2", "Cryogen=argon"), 3,
		       "Cryogen=argon: allowed are n2o and ln2");
	expect_refused(with("Cryogen=n2o ln2", "Cryogen=n2o,ln2"), 3,
		       "Cryogen=n2o,ln2: allowed are n2o and ln2");
	expect_refused(with("Cryogen=n2o ln2", "Cryogen="), 3,
		       "Cryogen= is empty: allowed are n2o and ln2");
	expect_refused(with("Title=Bench", "Title=Bench\nPurpose=fun"), 3,
		       "Purpose=fun: allowed is neurolysis or ablation");
	expect_refused(with("Title=Bench", "Title=Bench\nTissue=bone"), 3,
		       "Tissue=bone: allowed is muscle, nerve, fat, gel or unknown");
	expect_refused(with("[Prompts]", "[Prompts]\nConfirmReady=maybe"), 14,
		       "ConfirmReady=maybe: allowed is yes or no");
	expect_refused(with("Title=Bench", "Title="), 2, "Title=: 0 bytes, allowed is 1 to 127");
}

TEST(reach_of_the_cryogen)
{
	expect_refused(with("Target=-60\nFloor=-80", "Target=-86\nFloor=-95"), 5,
		       "Target=-86.0 degC: below the reach of n2o; allowed is -85 to -10 degC");
	expect_refused(with("Cryogen=n2o ln2\n[Freeze]\nTarget=-60\nFloor=-80",
			    "Cryogen=ln2\n[Freeze]\nTarget=-96\nFloor=-100"), 5,
		       "Target=-96.0 degC: below the reach of ln2 in neurolysis; allowed is -95 to -10 degC");
	EXPECT_EQ(parsed(with("Target=-60\nFloor=-80", "Target=-85\nFloor=-92")).target_mdegc,
		  -85000);
	EXPECT_EQ(parsed(with("Cryogen=n2o ln2\n[Freeze]\nTarget=-60\nFloor=-80",
			      "Cryogen=ln2\nPurpose=ablation\n[Freeze]\nTarget=-150\nFloor=-180")).target_mdegc,
		  -150000);
}

TEST(floor_rules)
{
	expect_refused(with("Floor=-80", "Floor=-101"), 6,
		       "Floor=-101.0 degC: allowed in neurolysis is -100 degC and above");
	expect_refused(with("Floor=-80", "Floor=-62"), 6,
		       "Floor=-62.0 degC: allowed is -65.0 degC and below: 3 degC below the target's band");
	EXPECT_EQ(parsed(with("Floor=-80", "Floor=-65")).floor_mdegc, -65000);
}

TEST(thaw_rules)
{
	const char *warmer = with("Target=-60", "Target=-40");

	expect_refused(replaced(warmer, "Until=-5", "Until=-31"), 11,
		       "Until=-31.0 degC: allowed is -30.0 to 20 degC: 10 degC above the target");
	EXPECT_EQ(parsed(replaced(warmer, "Until=-5", "Until=-30")).thaw_mdegc, -30000);
}

TEST(isotherm_rules)
{
	struct protocol protocol = parsed(with("Cycles=2", "Cycles=2\nIsotherm=3.5 mm\nIsothermTime=1 min"));

	EXPECT_EQ(protocol.isotherm_um, 3500);
	EXPECT_EQ(protocol.isotherm_ms, 60000);
	expect_refused(with("Cycles=2", "Cycles=2\nIsotherm=0.1"), 8,
		       "Isotherm=0.1: allowed is 0.5 mm to 15 mm");
	expect_refused(with("Cycles=2", "Cycles=2\nIsothermTime=5"), 8,
		       "IsothermTime= needs Isotherm=");
	expect_refused(with("Cycles=2", "Cycles=2\nIsotherm=5\nBoundary=5"), 8,
		       "Isotherm=5.0 mm: allowed is less than the boundary's 5.0 mm");
	expect_refused(replaced(with("Target=-60", "Target=-24"), "Cycles=2", "Cycles=2\nIsotherm=3"), 8,
		       "Isotherm= is that of -20 degC: allowed is a Target= of -25 degC and below");
}

TEST(steps_and_sites)
{
	struct protocol protocol = parsed(with("[Prompts]",
					       "[Prompts]\nSteps=preparation  placement compression"));

	EXPECT_EQ(protocol.steps, 3);
	EXPECT_EQ(protocol.step[0], STEP_PREPARATION);
	EXPECT_EQ(protocol.step[2], STEP_COMPRESSION);
	EXPECT_EQ(parsed(bench_protocol_text).steps, 1);
	EXPECT_EQ(parsed(with("Title=Bench", "Title=Bench\nSites=3")).sites, 3);
	expect_refused(with("[Prompts]", "[Prompts]\nSteps=placement placement"), 14,
		       "Steps=: placement stands there twice");
	expect_refused(with("[Prompts]", "[Prompts]\nSteps="), 14, "Steps=: placement is missing");
	expect_refused(with("[Prompts]", "[Prompts]\nSteps=placement prayer"), 14,
		       "Steps=prayer: allowed are preparation, placement, hydrodissection, compression");
	expect_refused(with("[Prompts]", "[Prompts]\nConfirmReady=no\nSteps=placement"), 15,
		       "Steps= needs ConfirmReady=yes");
	expect_refused(with("Title=Bench", "Title=Bench\nSites=9"), 3, "Sites=9: allowed is 1 to 8");
	expect_refused(replaced(with("Title=Bench", "Title=Bench\nSites=2"), "[Prompts]",
				"[Prompts]\nConfirmWithdraw=no"), 3,
		       "Sites=2 needs ConfirmReady=yes and ConfirmWithdraw=yes");
}

TEST(course_in_words)
{
	struct protocol protocol = parsed(with("Cycles=2", "Cycles=2\nIsotherm=3 mm\nBoundary=9 mm"));
	char text[PROTOCOL_COURSE_MAX], little[100];

	ASSERT_EQ(protocol_describe(&protocol, text, sizeof(text)), 0);
	EXPECT(strstr(text, "\ncool, 2 times\n  ends     with the tip at -58.0 degC or below: to freeze\n"));
	EXPECT(strstr(text, "after 10 s at -58.0 degC or below: to thaw, after the last to warm\n"));
	EXPECT(strstr(text, "-20 degC has surely been 3.0 mm from the axis for 0 s"));
	EXPECT(strstr(text, "when the ice may be 9.0 mm from the axis: to warm\n"));
	EXPECT(strstr(text, "when the operator ends it: to cool\n"));
	EXPECT(strstr(text, "asks     place the needle, then confirm\n"));
	for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
		EXPECT_LE(end - line, 100);
	EXPECT_EQ(protocol_describe(&protocol, little, sizeof(little)), -ENOSPC);
	EXPECT_EQ(strlen(little), sizeof(little) - 1);
}

TEST(names)
{
	static const char *const bad[] = { "", "Demo", "a b", "../demo", "a.protocol" };
	struct protocol protocol;
	struct protocol_error error;
	char name[100];

	for (int i = 0; i < 5; i++)
		EXPECT_EQ(protocol_parse(bad[i], bench_protocol_text, strlen(bench_protocol_text),
					 &protocol, &error), -EBADMSG);
	memset(name, 'a', sizeof(name));
	name[64] = '\0';
	EXPECT_EQ(protocol_parse(name, bench_protocol_text, strlen(bench_protocol_text), &protocol,
				 &error), -EBADMSG);
	EXPECT_EQ(error.line, 0);
	name[63] = '\0';
	EXPECT_EQ(protocol_parse(name, bench_protocol_text, strlen(bench_protocol_text), &protocol,
				 &error), 0);
}

TEST(hostile_text)
{
	static char text[20000];
	struct protocol protocol;
	struct protocol_error error;

	memset(text, '#', sizeof(text));
	EXPECT_EQ(protocol_parse("x", text, sizeof(text), &protocol, &error), -EBADMSG);
	EXPECT_STREQ(error.text, "20000 bytes, a protocol may have 16384");
	EXPECT_EQ(protocol_parse("x", text, 300, &protocol, &error), -EBADMSG);
	EXPECT_EQ(error.line, 1);
	EXPECT_STREQ(error.text, "300 bytes, a line may have 180");
	EXPECT_EQ(protocol_parse("x", "[Protocol]\0", 11, &protocol, &error), -EBADMSG);
	EXPECT_STREQ(error.text, "has a NUL byte, is no text");
}

/* Whatever a file's end is: every shorter text is refused or read, and never crashes. */
TEST(every_beginning_of_a_text)
{
	struct protocol protocol;
	struct protocol_error error;

	for (size_t size = 0; size < strlen(bench_protocol_text); size++) {
		char *text = malloc(size + !size);

		memcpy(text, bench_protocol_text, size);
		error.text[0] = '\0';
		if (protocol_parse("x", text, size, &protocol, &error))
			EXPECT_NE(error.text[0], '\0');
		free(text);
	}
}

static size_t read_file(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t n = file ? fread(text, 1, size, file) : 0;

	if (file)
		fclose(file);
	return n;
}

TEST(every_shipped_protocol_fits_every_needle)
{
	struct probe_profile profile = bench_profile();
	struct protocol_error error = { 0 };
	struct protocol protocol;
	char text[16384];
	glob_t found;

	ASSERT_EQ(glob("daemon/protocols/*.protocol", 0, NULL, &found), 0);
	EXPECT_GE(found.gl_pathc, 4);
	profile.caps_freeze_max_ms = 300000;	/* as the virtual handpiece has it */
	for (size_t i = 0; i < found.gl_pathc; i++) {
		size_t size = read_file(found.gl_pathv[i], text, sizeof(text));
		int r = protocol_parse("shipped", text, size, &protocol, &error);

		DIAG("%s: line %u: %s", found.gl_pathv[i], error.line, r ? error.text : "good");
		ASSERT_EQ(r, 0);
		for (profile.gauge = 16; profile.gauge <= 22; profile.gauge++) {
			r = protocol_check(&protocol, &profile, &error);
			if (r)
				DIAG("%uG: %s", profile.gauge, error.text);
			EXPECT_EQ(r, 0);
		}
	}
	globfree(&found);
}

static void expect_unfit(const struct protocol *protocol, const struct probe_profile *profile,
			 const char *reason)
{
	struct protocol_error error = { .line = 5 };

	EXPECT_EQ(protocol_check(protocol, profile, &error), -ERANGE);
	EXPECT_EQ(error.line, 0);
	EXPECT_STREQ(error.text, reason);
}

/* SM-PROTOCOL */
TEST(probe_that_does_not_fit)
{
	struct protocol p = parsed(with("Cryogen=n2o ln2", "Cryogen=ln2"));
	struct probe_profile profile = bench_profile();

	expect_unfit(&p, &profile, "Cryogen=: the probe's is n2o, which the protocol does not allow");
	profile.cryogen = CRYOGEN_UNKNOWN;
	expect_unfit(&p, &profile,
		     "Cryogen=: the probe's is unknown, which the protocol does not allow");
	p = parsed(bench_protocol_text);
	profile = bench_profile();
	profile.gauge = 14;
	expect_unfit(&p, &profile, "the probe's gauge is 14, allowed is 16 to 22");
	profile.gauge = 18;
	profile.active_um = 0;
	expect_unfit(&p, &profile, "the probe's active length is 0.0 mm, allowed is 1 to 40 mm");
}

TEST(caps_that_do_not_fit)
{
	struct protocol p = parsed(bench_protocol_text);
	struct probe_profile profile = bench_profile();

	profile.caps_tip_floor_mdegc = -70000;
	expect_unfit(&p, &profile, "Floor=-80.0 degC: the probe allows -70.0 degC and above");
	profile = bench_profile();
	profile.caps_freeze_max_ms = 20000;
	expect_unfit(&p, &profile,
		     "Duration=, Cycles= and Repeats= make 21 s at least, the probe allows 20 s in one freeze");
	profile = bench_profile();
	profile.caps_total_max_ms = 20000;
	expect_unfit(&p, &profile,
		     "Duration=, Cycles=, Repeats= and Sites= make 21 s at least, the probe allows 20 s in all");
	profile = bench_profile();
	profile.caps_idle_max_ms = 10000;
	expect_unfit(&p, &profile,
		     "ReadyTimeout=20 s: the probe stays armed without flow for 10 s at most");
}

TEST(boundary_that_the_gauge_cannot_respect)
{
	struct protocol p = parsed(with("Duration=10s", "Duration=120s\nBoundary=3mm"));
	struct probe_profile profile = bench_profile();
	struct protocol_error error = { 0 };

	profile.gauge = 16;
	EXPECT_EQ(protocol_check(&p, &profile, &error), -ERANGE);
	EXPECT(strstr(error.text, "Boundary=3.0 mm: a 16G probe with 7.0 mm at -60 degC makes 3."));
	profile.gauge = 22;
	EXPECT_EQ(protocol_check(&p, &profile, &error), 0);
	EXPECT_GT(ice_forecast_um(&profile, ICE_UNKNOWN, -60000, 120000), 2500);
}

TEST_MAIN()
