// SPDX-License-Identifier: GPL-2.0-or-later
/* Treatments that a page must be able to tell, up to those that hardly anybody will see. */
#include "selftests/report/scenes.h"

static void one_freeze(struct record *r)
{
	record_begin(r);
	record_freeze(r, -70000, 8, 120);
	record_end(r);
}

static void two_freezes(struct record *r)
{
	r->data.protocol_text = "[Protocol]\nTitle=Intercostal nerve, one level\n[Freeze]\nBoundary=7 mm\n";
	record_begin(r);
	record_freeze(r, -60000, 10, 15);
	record_freeze(r, -60000, 4, 15);
	record_end(r);
}

static void five_freezes(struct record *r)
{
	record_begin(r);
	for (int i = 0; i < 5; i++)
		record_freeze(r, -65000, 6, 60);
	record_end(r);
}

static void aborted_in_cool(struct record *r)
{
	record_begin(r);
	record_freeze(r, -60000, 3, 0);
	record_event(r, "core", "phase", CRYO_PHASE_COOL, CRYO_PHASE_WARM, "the operator aborted");
	record_end(r);
	r->data.outcome = "aborted";
}

static void no_ice(struct record *r)
{
	record_begin(r);
	record_phase(r, CRYO_PHASE_WITHDRAW, 5, 37000);
	r->data.outcome = "aborted";
	r->data.end_organ_mm = 0;
}

static void twenty_alarms(struct record *r)
{
	static const char *const texts[] = {
		"The kernel latched a fault", "The tip's temperature cannot be read",
		"Full flow, and the tip is still above its target", "The ice ball is at its boundary",
		"The supply's pressure is outside of what is usual for the cryogen",
	};

	record_begin(r);
	for (int i = 0; i < 20; i++) {
		record_event(r, "core", "alarm", i % 3 + 1, i + 1, texts[i % 5]);
		record_phase(r, CRYO_PHASE_READY, 1, 37000);
	}
	record_event(r, "core", "alarm", 3, 3, texts[2]);
	record_freeze(r, -60000, 10, 60);
	record_end(r);
}

static void long_names(struct record *r)
{
	one_freeze(r);
	r->data.patient = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh, 1997-02-28";
	r->data.operator_name = "Prof. Dr. med. habil. Maria-Magdalena von und zu Hohenberg-Ålesund";
	r->data.nerve = "nervus cutaneus femoris lateralis, 隐神经, подкожный нерв, العصب";
	r->data.protocol = "a-protocol-with-a-name-as-long-as-protocols-may-ever-have-names";
	r->data.serial = "SN-0123456789-0123456789-012345";
	r->data.model = "MODEL-0123456789-0123456789-01";
}

static void sensor_lost(struct record *r)
{
	record_begin(r);
	record_freeze(r, -60000, 8, 20);
	for (size_t i = 0; i < 25; i++)
		r->frames[r->data.n_frames - 400 + i].tip_mdegc = CRYO_NOT_VALID;
	record_event(r, "kernel", "fault", 0, 8, "sensor-open");
	record_event(r, "core", "alarm", 3, 1, "The kernel latched a fault");
	record_event(r, "core", "alarm", 3, 2, "The tip's temperature cannot be read");
	record_event(r, "core", "phase", CRYO_PHASE_FREEZE, CRYO_PHASE_WARM,
		     "A required channel is an open circuit");
	record_phase(r, CRYO_PHASE_WARM, 60, CRYO_NOT_VALID);
	r->data.outcome = "fault";
}

static void an_hour(struct record *r)
{
	record_begin(r);
	for (int i = 0; i < 8; i++) {
		record_freeze(r, -60000, 20, 400);
		record_event(r, "core", "paused", 0, 0, "");
	}
	r->now.seq += 250;
	r->now.time_ns += 250 * PERIOD_NS;
	record_phase(r, CRYO_PHASE_WARM, 10, 5000);
	record_end(r);
}

static void sites(struct record *r)
{
	for (r->now.site = 1; r->now.site <= 7; r->now.site++) {
		record_begin(r);
		record_freeze(r, -60000 - r->now.site * 1000, 10, 30);
		record_freeze(r, -60000 - r->now.site * 1000, 6, 30);
		record_end(r);
	}
	for (size_t i = 0; i < r->data.n_frames; i++) {
		r->frames[i].isotherm_distance_um = 1500;
		r->frames[i].isotherm_held_ms = 5000 * r->frames[i].site;
		r->frames[i].adequate = r->frames[i].site > 3;
	}
	for (int i = 0; i < 12; i++)
		record_event(r, "kernel", "fault", 0, 1, "estop");
}

static void tissue_sensor(struct record *r)
{
	two_freezes(r);
	for (size_t i = 0; i < r->data.n_frames; i++)
		r->frames[i].tissue_mdegc = 37000 - (int32_t)i * 5;
}

static void damaged(struct record *r)
{
	two_freezes(r);
	r->data.verdict = "damaged";
	r->data.verdict_detail = "samples, number 1391, tip_mdegc";
}

static void nothing(struct record *r)
{
	r->data = (struct report_data){
		.treatment = 1, .serial = "", .model = "", .cryogen = "", .protocol = "",
		.protocol_text = "", .operator_name = "", .patient = "", .nerve = "", .outcome = "none",
		.cryod_version = "", .kernel_version = "", .head = "", .verdict = "",
		.verdict_detail = "", .frames = r->frames,
	};
}

static void too_cold(struct record *r)
{
	record_begin(r);
	record_freeze(r, -140000, 20, 0.02);
	r->now.target_mdegc = -120000;
	record_phase(r, CRYO_PHASE_COOL, 1, -120000);
	record_phase(r, CRYO_PHASE_FREEZE, 60, -120000);
	r->data.outcome = "none";
	r->data.ended_us = 0;
	r->data.cryogen = "ln2";
}

const struct scene scenes[] = {
	{ "one-freeze", one_freeze }, { "two-freezes", two_freezes }, { "five-freezes", five_freezes },
	{ "aborted-in-cool", aborted_in_cool }, { "no-ice", no_ice }, { "twenty-alarms", twenty_alarms },
	{ "long-names", long_names }, { "sensor-lost", sensor_lost }, { "an-hour", an_hour },
	{ "sites", sites }, { "tissue-sensor", tissue_sensor }, { "damaged", damaged },
	{ "nothing", nothing }, { "too-cold", too_cold },
};

const size_t n_scenes = sizeof(scenes) / sizeof(scenes[0]);

void scene_nonsense(struct record *r)
{
	uint32_t state = 1;

	record_begin(r);
	for (size_t i = 0; i < 2000; i++) {
		uint32_t *words = (uint32_t *)&r->frames[i];

		for (size_t j = 0; j < sizeof(r->frames[i]) / sizeof(*words); j++)
			words[j] = state = state * 1664525 + 1013904223;
		r->frames[i].time_ns %= 100 * SECOND_NS;
		r->frames[i].phase >>= 28;
	}
	r->data.n_frames = 2000;
	for (int i = 0; i < 20; i++) {
		r->now.time_ns = (int64_t)(state = state * 1664525 + 1013904223) << 31;
		record_event(r, "core", i % 2 ? "alarm" : "phase", INT64_MIN, INT64_MAX - i, "?");
		record_event(r, "kernel", "fault", INT64_MAX, INT64_MIN, "?");
	}
	r->data.started_us = 1LL << 60;
	r->data.ended_us = INT64_MIN;
	r->data.end_organ_mm = UINT32_MAX;
	r->data.gauge = UINT32_MAX;
}
