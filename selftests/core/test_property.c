// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Properties over five thousand treatments, or RUNS= of the environment, by random protocols with
 * random samples and verbs: flow only in the phases that have it, only with an armed probe and a tip
 * that can be read; never flow and thaw at once; no phase is left without a reason; always a way to
 * idle; never idle while the tip may be frozen.
 */
#include "selftests/unit/test.h"

#include "selftests/core/bench.h"

#define RUNS		5000
#define STEPS		300

static uint64_t state;
static unsigned int met[PHASE_COUNT];	/* steps that began in each phase */

static uint32_t random_below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 33) % n;
}

static bool one_in(uint32_t n)
{
	return random_below(n) == 0;
}

static void disturb_sensors(struct bench *b, uint32_t calm)
{
	static const double places[] = {
		-120, -70, -61, -59, -58, -30, -5, -3, 0, 4, 6, 20, 37, 70,
	};

	if (one_in(calm))
		bench_set_tip(b, places[random_below(14)]);
	if (one_in(4 * calm))
		b->sample.tip.valid = !b->sample.tip.valid;
	if (one_in(4 * calm))
		b->sample.shaft.valid = !b->sample.shaft.valid;
	if (one_in(4 * calm))
		b->sample.tissue.mdegc = (int32_t)random_below(60000) - 20000;
	if (one_in(4 * calm))
		b->sample.pressure_kpa = random_below(9000);
}

static void disturb_kernel(struct bench *b, uint32_t calm)
{
	if (one_in(20 * calm)) {
		b->sample.interlock = INTERLOCK_FAULT;
		b->sample.fault_code = random_below(36);
		b->sample.fault_mask = 1ULL << b->sample.fault_code;
		b->sample.present_mask = one_in(2) ? b->sample.fault_mask : 0;
	} else if (one_in(20 * calm)) {
		b->sample.interlock = INTERLOCK_DISARMED;
		b->sample.fault_mask = b->sample.present_mask = 0;
	}
	if (one_in(20 * calm))
		b->sample.estop_due = !b->sample.estop_due;
	if (one_in(20 * calm))
		b->sample.testing = !b->sample.testing;
	if (one_in(5 * calm))	/* time may jump, stand, and even seem to go back */
		b->sample.time_ns += (int64_t)random_below(300000000) - 100000000;
	if (one_in(100 * calm))
		b->sample.time_ns += 700000000000LL;
}

static void disturb_operator(struct bench *b, const struct protocol *protocol, uint32_t calm)
{
	const char *reason;

	if (one_in(4 * calm))
		bench_verb(b, (enum verb)random_below(VERB_COUNT));
	if (one_in(4 * calm))
		treatment_start(b->treatment, protocol, &reason);
	if (one_in(200 * calm))
		treatment_watch_thaw(b->treatment, b->sample.time_ns - random_below(2000000000));
	if (one_in(10 * calm))
		treatment_acknowledge(b->treatment, (enum alarm_code)random_below(ALARM_COUNT + 2));
	if (one_in(10 * calm))
		treatment_condition(b->treatment, ALARM_RECORD, one_in(2), 5);
}

/* What the phase waits for, so that a run gets anywhere. */
static void go_on(struct bench *b, const struct protocol *protocol)
{
	static const double tip_degc[PHASE_COUNT] = {
		30, 30, 30, -60, -60, -3, 20, 20,
	};
	const char *reason;

	if (bench_phase(b) == PHASE_IDLE)
		treatment_start(b->treatment, protocol, &reason);
	if (bench_status(b).paused)
		bench_verb(b, VERB_RESUME);
	if (*bench_status(b).prompt)
		bench_verb(b, VERB_ADVANCE);
	bench_set_tip(b, tip_degc[bench_phase(b)]);
	if (b->sample.interlock == INTERLOCK_FAULT && bench_phase(b) == PHASE_IDLE) {
		b->sample.interlock = INTERLOCK_DISARMED;
		b->sample.fault_mask = b->sample.present_mask = 0;
	}
	if (bench_phase(b) == PHASE_SELF_TEST)
		b->sample.estop_due = b->sample.testing = false;
}

static bool flow_is_right(const struct bench *b, const struct probe_sample *sample,
			  const struct probe_command *command)
{
	struct treatment_status status = bench_status(b);
	bool phase = status.phase == PHASE_COOL || status.phase == PHASE_FREEZE;

	if (command->flow_permille > 1000 || command->thaw_permille > 1000)
		return false;
	if (command->flow_permille && command->thaw_permille)
		return false;
	if (command->thaw_permille && (!sample->tip.valid || status.paused ||
				       (status.phase != PHASE_WARM && status.phase != PHASE_THAW)))
		return false;
	if (!command->flow_permille)
		return true;
	return phase && !status.paused && sample->tip.valid && command->want_armed &&
	       sample->interlock == INTERLOCK_ARMED;
}

/* A running treatment becomes idle only with a warm tip, or confirmed, or never cold. */
static bool idle_is_right(const struct bench *b, enum phase before, bool confirmed)
{
	if (before == PHASE_IDLE || bench_phase(b) != PHASE_IDLE)
		return true;
	if (before == PHASE_WITHDRAW || before == PHASE_SELF_TEST)
		return true;
	return before == PHASE_WARM && confirmed;
}

static bool reasons_are_given(const struct bench *b)
{
	for (unsigned int i = 0; i < b->events; i++)
		if (!b->event[i].reason || !*b->event[i].reason)
			return false;
	return true;
}

static bool step(struct bench *b)
{
	enum phase before = bench_phase(b);
	bool confirmable = *bench_status(b).prompt != '\0';
	struct probe_sample sample = b->sample;

	met[before]++;
	b->events = 0;
	bench_step(b);
	return reasons_are_given(b) && flow_is_right(b, &sample, &b->command) && idle_is_right(b, before, confirmable);
}

/*
 * Whatever happened: with an operator who confirms and a tip that warms it ends; with one that is not
 * believed any more, after the worst case's time.
 */
static bool comes_to_idle(struct bench *b)
{
	b->sample.interlock = INTERLOCK_DISARMED;
	b->sample.fault_mask = b->sample.present_mask = 0;
	b->sample.estop_due = b->sample.testing = false;
	for (int n = 0; n < 50 * 60 && bench_phase(b) != PHASE_IDLE; n++) {
		bench_set_tip(b, 25);
		if (n > 500)
			b->sample.time_ns += 1000000000;
		if (n % 50 == 0) {
			bench_verb(b, VERB_ABORT);
			bench_verb(b, VERB_ADVANCE);
		}
		if (!step(b))
			return false;
	}
	return bench_phase(b) == PHASE_IDLE;
}

static bool one_run(struct bench *b, const struct protocol *protocol, uint32_t calm)
{
	for (int n = 0; n < STEPS; n++) {
		if (one_in(10))
			go_on(b, protocol);
		disturb_sensors(b, calm);
		disturb_kernel(b, calm);
		disturb_operator(b, protocol, calm);
		if (!step(b))
			return false;
	}
	return comes_to_idle(b);
}

/* The text of one of the bench's protocols with some of its keys changed, and some more. */
static void random_text(char text[1024], bool has_thaw)
{
	static const char *const steps[] = {
		"placement", "preparation placement", "placement compression",
		"preparation placement hydrodissection compression",
	};
	bool confirm = !one_in(4);

	snprintf(text, 1024,
		 "[Protocol]\nTitle=Random\nCryogen=n2o\nSites=%u\n%s"
		 "[Freeze]\nTarget=-60\nTargetBand=%u\nFloor=-80\nCycles=%u\nRepeats=%u\nDuration=%u\n"
		 "CoolTimeout=%u\n%s%s"
		 "[Thaw]\nUntil=%d\nAtLeast=%u\nActive=%s\n"
		 "[Prompts]\nReadyTimeout=%u\nWithdrawTimeout=%u\n%s%s\n",
		 confirm ? 1 + random_below(3) : 1, one_in(2) ? "TissueSensor=4\n" : "",
		 1 + random_below(5), 1 + random_below(4), random_below(3),
		 5 + random_below(10), 5 + random_below(20),
		 one_in(3) ? "Isotherm=0.7\nIsothermTime=1\n" : one_in(3) ? "Boundary=9\n" : "",
		 one_in(3) ? "OutOfReach=lower\n" : one_in(3) ? "OutOfReach=end\n" : "",
		 (int)random_below(10) - 5, random_below(3), has_thaw && one_in(2) ? "yes" : "no",
		 5 + random_below(30), 5 + random_below(30),
		 confirm ? "Steps=" : "ConfirmReady=no\nConfirmWithdraw=no",
		 confirm ? steps[random_below(4)] : "");
}

/* With times so short that a run meets every phase. */
static struct protocol random_protocol(bool has_thaw)
{
	struct protocol protocol;
	char text[1024];

	random_text(text, has_thaw);
	protocol = bench_protocol(text);
	protocol.freeze_ms /= 20;
	protocol.cool_max_ms /= 20;
	protocol.thaw_min_ms /= 20;
	protocol.isotherm_ms /= 20;
	return protocol;
}

/* SM-PHASES */
TEST(random_treatments_keep_their_promises)
{
	int runs = getenv("RUNS") ? atoi(getenv("RUNS")) : RUNS;
	struct probe_profile profile = bench_profile();
	unsigned int failed = 0;

	for (int run = 0; run < runs && failed < 3; run++) {
		struct protocol protocol;
		struct bench b;

		state = 0x9e3779b97f4a7c15ULL * (run + 1);
		profile.has_thaw = run & 1;
		protocol = random_protocol(profile.has_thaw);
		bench_init(&b, &profile);
		bench_set_tip(&b, 30);
		if (!one_run(&b, &protocol, 8 << (run % 6))) {
			DIAG("run %d: phase %s, flow %u, thaw %u", run,
			     phase_to_string(bench_phase(&b)), b.command.flow_permille,
			     b.command.thaw_permille);
			failed++;
		}
		bench_free(&b);
	}
	EXPECT_EQ(failed, 0);
	for (int phase = 0; phase < PHASE_COUNT; phase++) {
		DIAG("%s: %u steps", phase_to_string(phase), met[phase]);
		EXPECT_GT(met[phase], 1000);
	}
}

TEST_MAIN()
