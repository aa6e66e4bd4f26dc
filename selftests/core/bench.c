// SPDX-License-Identifier: GPL-2.0-or-later
/* The scripted probe that the sequencer's tests share. */
#include "selftests/core/bench.h"

#include <stdlib.h>
#include <string.h>

#include "selftests/unit/test.h"

const char bench_protocol_text[] =
	"[Protocol]\n"
	"Title=Bench\n"
	"Cryogen=n2o ln2\n"
	"[Freeze]\n"
	"Target=-60\n"
	"Floor=-80\n"
	"Cycles=2\n"
	"Duration=10s\n"
	"CoolTimeout=30s\n"
	"[Thaw]\n"
	"Until=-5\n"
	"AtLeast=1s\n"
	"[Prompts]\n"
	"ReadyTimeout=20s\n"
	"WithdrawTimeout=20s\n";

struct probe_profile bench_profile(void)
{
	return (struct probe_profile){
		.cryogen = CRYOGEN_N2O,
		.gauge = 18,
		.active_um = 7000,
		.shaft_mm = 100,
		.caps_tip_floor_mdegc = -100000,
		.caps_freeze_max_ms = 600000,
		.caps_total_max_ms = 1800000,
		.caps_validity_max_ms = 500,
		.caps_idle_max_ms = 300000,
	};
}

struct protocol bench_protocol(const char *text)
{
	struct protocol protocol = { 0 };
	struct protocol_error error = { 0 };

	if (protocol_parse("bench", text, strlen(text), &protocol, &error)) {
		DIAG("line %u: %s", error.line, error.text);
		test_suite.failed = true;
	}
	return protocol;
}

void bench_init(struct bench *b, const struct probe_profile *profile)
{
	*b = (struct bench){
		.treatment = malloc(treatment_size()),
		.obedient = true,
		.sample = {
			.seq = 1,
			.time_ns = 1000000000000LL,
			.tip = { 37000, true },
			.shaft = { 30000, true },
			.tissue = { 37000, true },
			.cold_junction = { 25000, true },
			.pressure_kpa = 5000,
			.pressure_valid = true,
		},
	};
	treatment_init(b->treatment, profile, BENCH_PERIOD_US);
}

void bench_free(struct bench *b)
{
	free(b->treatment);
}

static void obey(struct bench *b)
{
	if (b->sample.interlock == INTERLOCK_FAULT && b->command.want_clear) {
		b->sample.interlock = INTERLOCK_DISARMED;
		b->sample.fault_mask = 0;
	}
	if (b->sample.interlock != INTERLOCK_FAULT)
		b->sample.interlock = b->command.want_armed ? INTERLOCK_ARMED : INTERLOCK_DISARMED;
	if (b->sample.interlock == INTERLOCK_ARMED) {
		b->sample.flow_permille = b->command.flow_permille;
		b->sample.thaw_permille = b->command.thaw_permille;
	} else {
		b->sample.flow_permille = 0;
		b->sample.thaw_permille = 0;
	}
}

void bench_step(struct bench *b)
{
	struct treatment_event event;

	treatment_step(b->treatment, &b->sample, &b->command);
	while (treatment_next_event(b->treatment, &event))
		if (b->events < BENCH_EVENTS)
			b->event[b->events++] = event;
	b->sample.seq++;
	b->sample.time_ns += BENCH_PERIOD_NS;
	if (b->obedient)
		obey(b);
}

void bench_run(struct bench *b, double seconds)
{
	for (int n = (int)(seconds * 1e6 / BENCH_PERIOD_US + 0.5); n > 0; n--)
		bench_step(b);
}

enum phase bench_phase(const struct bench *b)
{
	return bench_status(b).phase;
}

bool bench_until(struct bench *b, enum phase phase, double seconds)
{
	for (int n = (int)(seconds * 1e6 / BENCH_PERIOD_US); n > 0; n--) {
		if (bench_phase(b) == phase)
			return true;
		bench_step(b);
	}
	return bench_phase(b) == phase;
}

bool bench_reach(struct bench *b, enum phase phase)
{
	for (int n = 0; n < 100 * 50 && bench_phase(b) != phase; n++) {
		switch (bench_phase(b)) {
		case PHASE_READY:
		case PHASE_WITHDRAW:
			bench_verb(b, VERB_ADVANCE);
			break;
		case PHASE_COOL:
		case PHASE_FREEZE:
			bench_set_tip(b, -60);
			break;
		case PHASE_THAW:
			bench_set_tip(b, -3);
			break;
		case PHASE_WARM:
			bench_set_tip(b, 20);
			break;
		default:
			break;
		}
		bench_step(b);
	}
	return bench_phase(b) == phase;
}

void bench_set_tip(struct bench *b, double degc)
{
	b->sample.tip = (struct reading){ (int32_t)(degc * 1000), true };
}

void bench_lose_tip(struct bench *b)
{
	b->sample.tip.valid = false;
}

struct treatment_status bench_status(const struct bench *b)
{
	struct treatment_status status;

	treatment_status(b->treatment, &status);
	return status;
}

int bench_verb(struct bench *b, enum verb verb)
{
	const char *reason;

	return treatment_verb(b->treatment, verb, &reason);
}

void bench_start(struct bench *b)
{
	struct protocol protocol = bench_protocol(bench_protocol_text);
	const char *reason = "";
	int r;

	bench_step(b);
	r = treatment_start(b->treatment, &protocol, &reason);
	if (r) {
		DIAG("start: %d, %s", r, reason);
		test_suite.failed = true;
	}
}

const struct treatment_event *bench_last(const struct bench *b, enum treatment_event_kind kind)
{
	for (unsigned int i = b->events; i > 0; i--)
		if (b->event[i - 1].kind == kind)
			return &b->event[i - 1];
	return NULL;
}

unsigned int bench_count(const struct bench *b, enum treatment_event_kind kind)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < b->events; i++)
		n += b->event[i].kind == kind;
	return n;
}

bool bench_has_alarm(const struct bench *b, enum alarm_code code)
{
	struct treatment_status status = bench_status(b);

	for (uint32_t i = 0; i < status.alarms; i++)
		if (status.alarm[i].code == code)
			return true;
	return false;
}
