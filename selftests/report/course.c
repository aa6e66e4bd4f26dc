// SPDX-License-Identifier: GPL-2.0-or-later
/* A record for tests of reports, put together phase by phase. */
#include "selftests/report/course.h"

#include <stdlib.h>

static uint32_t share(uint32_t from, uint32_t to, size_t i, size_t n)
{
	return from + ((int64_t)to - from) * (int64_t)i / (int64_t)n;
}

struct record record_new(void)
{
	struct cryo_frame *frames = calloc(FRAMES_MAX, sizeof(*frames));
	struct record r = {
		.data = {
			.treatment = 17, .serial = "SN-0001", .model = "CP-18", .cryogen = "n2o",
			.protocol = "demo", .protocol_text = "[Protocol]\n", .operator_name = "Dr. A. Tester",
			.patient = "P-4711", .nerve = "saphenous", .outcome = "completed",
			.cryod_version = "0.4", .kernel_version = "6.12.117",
			.head = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
			.verdict = "intact", .verdict_detail = "", .gauge = 18, .active_length_um = 5000,
			.end_organ_mm = 120, .started_us = 1700000000000000, .ended_us = 1700000120000000,
			.frames = frames,
		},
		.frames = frames,
		.now = {
			.bytes = sizeof(struct cryo_frame), .time_ns = 0, .tip_mdegc = 37000,
			.shaft_mdegc = 37000, .tissue_mdegc = CRYO_NOT_VALID,
			.infrared_mdegc = CRYO_NOT_VALID, .cold_junction_mdegc = 24000,
			.target_mdegc = CRYO_NOT_VALID, .pressure_kpa = 5000, .site = 1,
		},
	};

	return r;
}

void record_free(struct record *record)
{
	free(record->frames);
}

static void add_frame(struct record *r, const struct cryo_frame *frame)
{
	r->frames[r->data.n_frames++] = *frame;
	r->now.seq = frame->seq + 1;
	r->now.time_ns = frame->time_ns + PERIOD_NS;
}

void record_phase(struct record *r, enum cryo_phase phase, double seconds, int32_t tip_mdegc)
{
	size_t n = seconds * SECOND_NS / PERIOD_NS;
	struct cryo_frame from = r->now;
	int32_t start = from.tip_mdegc == CRYO_NOT_VALID ? tip_mdegc : from.tip_mdegc;

	for (size_t i = 1; i <= n && r->data.n_frames < FRAMES_MAX; i++) {
		struct cryo_frame frame = r->now;

		frame.phase = phase;
		frame.flow_permille = phase == CRYO_PHASE_COOL ? 1000 : phase == CRYO_PHASE_FREEZE ? 400 : 0;
		frame.tip_mdegc = tip_mdegc == CRYO_NOT_VALID ? tip_mdegc
				: start + (int64_t)(tip_mdegc - start) * (int64_t)i / (int64_t)n;
		add_frame(r, &frame);
	}
	r->now.tip_mdegc = tip_mdegc;
}

void record_ice(struct record *r, uint32_t ice_um, uint32_t isotherm_um)
{
	r->now.ice_radius_um = ice_um;
	r->now.isotherm_radius_um = isotherm_um;
}

/* Grows the ice over the samples that were added since @first. */
static void grow(struct record *r, size_t first, uint32_t ice_um, uint32_t isotherm_um)
{
	size_t n = r->data.n_frames - first;

	for (size_t i = 0; i < n; i++) {
		struct cryo_frame *frame = &r->frames[first + i];

		frame->ice_radius_um = share(r->now.ice_radius_um, ice_um, i + 1, n);
		frame->isotherm_radius_um = share(r->now.isotherm_radius_um, isotherm_um, i + 1, n);
		frame->ice_error_um = 200;
		frame->ice_half_length_um = frame->ice_radius_um * 2;
		frame->ice_half_length_error_um = 300;
		frame->isotherm_error_um = 150;
		frame->isotherm_half_length_um = frame->isotherm_radius_um * 2;
		frame->isotherm_half_length_error_um = 250;
	}
	record_ice(r, ice_um, isotherm_um);
}

void record_begin(struct record *r)
{
	record_phase(r, CRYO_PHASE_SELF_TEST, 1, 37000);
	record_phase(r, CRYO_PHASE_READY, 2, 37000);
}

void record_freeze(struct record *r, int32_t target_mdegc, double cool_s, double hold_s)
{
	size_t first = r->data.n_frames;

	if (r->now.cycle++)
		record_phase(r, CRYO_PHASE_THAW, 10, -5000);
	r->now.target_mdegc = target_mdegc;
	record_phase(r, CRYO_PHASE_COOL, cool_s, target_mdegc);
	record_phase(r, CRYO_PHASE_FREEZE, hold_s, target_mdegc);
	grow(r, first, 3000, 1800);
	r->now.target_mdegc = CRYO_NOT_VALID;
}

void record_end(struct record *r)
{
	size_t first = r->data.n_frames;

	record_phase(r, CRYO_PHASE_WARM, 15, 8000);
	grow(r, first, 0, 0);
	record_phase(r, CRYO_PHASE_WITHDRAW, 2, 12000);
	r->now.cycle = 0;
}

void record_event(struct record *r, const char *source, const char *kind, int64_t old, int64_t new,
		  const char *text)
{
	if (r->data.n_events == EVENTS_MAX)
		return;
	r->events[r->data.n_events++] = (struct report_event){
		.time_ns = r->now.time_ns, .source = source, .kind = kind, .old = old, .new = new,
		.text = text,
	};
	r->data.events = r->events;
}
