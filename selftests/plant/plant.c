// SPDX-License-Identifier: GPL-2.0-or-later
/* Turns the plant. */
#include "selftests/plant/plant.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define NS_PER_S 1e9
#define STEP_NS ((int64_t)(HANDPIECE_FLUID_STEP_S * NS_PER_S))
#define STALL_NS 5000000LL
#define CATCH_UP_NS 250000000LL

void plant_note(struct plant *p, int64_t host_ns, int64_t guest_ns, unsigned int handpiece,
		const char *what, const char *value)
{
	if (!p->edges)
		return;
	fprintf(p->edges, "%" PRId64 ",%" PRId64 ",%u,%s,%s\n", host_ns, guest_ns, handpiece,
		what, value);
	fflush(p->edges);
}

static void note_word(struct plant *p, int64_t host_ns, int64_t guest_ns, unsigned int handpiece,
		      const char *what, uint32_t word)
{
	char value[16];

	snprintf(value, sizeof(value), "0x%02x", word);
	plant_note(p, host_ns, guest_ns, handpiece, what, value);
}

static void note_us(struct plant *p, int64_t host_ns, const char *what, int64_t ns)
{
	char value[32];

	snprintf(value, sizeof(value), "%" PRId64, ns / 1000);
	plant_note(p, host_ns, 0, 0, what, value);
}

/* What changed behind the gate since the last look. */
static void note_gate(struct plant *p, unsigned int i, int64_t now_ns)
{
	uint32_t effective = gate_effective(&p->gate[i]);

	if (gate_oneshot(&p->gate[i]) != p->oneshot[i]) {
		p->oneshot[i] = gate_oneshot(&p->gate[i]);
		plant_note(p, now_ns, 0, i, "oneshot", p->oneshot[i] ? "on" : "off");
	}
	if (effective != p->effective[i]) {
		p->effective[i] = effective;
		note_word(p, now_ns, 0, i, "effective", effective);
	}
}

static void take_word(struct plant *p, unsigned int i, uint32_t word, int64_t guest_ns,
		      int64_t now_ns)
{
	bool changed = (word ^ p->gate[i].word) & ~CRYOSIM_OUT_PULSE;

	gate_word(&p->gate[i], word, now_ns);
	if (changed)
		note_word(p, now_ns, guest_ns, i, "word", word & ~CRYOSIM_OUT_PULSE);
	note_gate(p, i, now_ns);
}

static void take_all_words(struct plant *p, int64_t now_ns)
{
	plant_note(p, now_ns, 0, 0, "edges-lost", "");
	for (unsigned int i = 0; i < p->handpieces; i++)
		take_word(p, i, page_word(&p->page, i), 0, now_ns);
}

static void take_edges(struct plant *p, int64_t now_ns)
{
	struct cryosim_edge edge;
	bool lost;

	while (page_next_edge(&p->page, &edge, &lost))
		if (edge.handpiece < p->handpieces)
			take_word(p, edge.handpiece, edge.word, edge.time_ns, now_ns);
	if (lost)
		take_all_words(p, now_ns);
}

static void poll_gates(struct plant *p, int64_t now_ns)
{
	for (unsigned int i = 0; i < p->handpieces; i++) {
		oneshot_poll(&p->gate[i].oneshot, now_ns);
		note_gate(p, i, now_ns);
	}
}

/*
 * Stalls of the host, as the witness saw them, and of this loop, for which no one-shot is to
 * blame.
 */
static void look_for_stalls(struct plant *p, int64_t now_ns)
{
	int64_t away_ns = now_ns - p->turned_ns;
	struct stall stall;

	while (p->witness && witness_next(p->witness, &stall))
		note_us(p, stall.end_ns, "stall-us", stall.length_ns);
	p->turned_ns = now_ns;
	if (away_ns <= STALL_NS)
		return;
	note_us(p, now_ns, "plant-away-us", away_ns);
	for (unsigned int i = 0; i < p->handpieces; i++)
		oneshot_excuse(&p->gate[i].oneshot, away_ns);
}

static void start_planned_faults(struct plant *p, int64_t now_ns)
{
	double run_s = (now_ns - p->start_ns) / NS_PER_S;

	for (unsigned int i = 0; i < p->n_planned;) {
		struct planned_fault f = p->planned[i];

		if (f.at_s > run_s) {
			i++;
			continue;
		}
		p->planned[i] = p->planned[--p->n_planned];
		plant_set_fault(p, f.handpiece, f.fault, true);
	}
}

static void advance(struct plant *p, int64_t now_ns)
{
	if (now_ns - p->simulated_ns > CATCH_UP_NS) {
		note_us(p, now_ns, "skipped-us", now_ns - CATCH_UP_NS - p->simulated_ns);
		p->simulated_ns = now_ns - CATCH_UP_NS;
	}
	for (; now_ns - p->simulated_ns >= STEP_NS; p->simulated_ns += STEP_NS)
		for (unsigned int i = 0; i < p->handpieces; i++)
			handpiece_step(&p->handpiece[i], gate_effective(&p->gate[i]));
}

static uint32_t levels_of(const struct plant *p, unsigned int i)
{
	const struct disturbances *d = &p->handpiece[i].disturbances;
	bool sense = gate_supplies(&p->gate[i]) != (d->sense_inverted > 0);
	bool estop = p->gate[i].estop_pressed || d->estop_wire_broken > 0;

	return (estop ? 0 : CRYOSIM_LEVEL_ESTOP_RELEASED) |
	       (sense ? CRYOSIM_LEVEL_SUPPLY_SENSE : 0) |
	       (p->trigger_pressed ? CRYOSIM_LEVEL_TRIGGER : 0) |
	       (d->detect_lost > 0 ? 0 : CRYOSIM_LEVEL_DETECT);
}

static void publish(struct plant *p, int64_t now_ns)
{
	for (unsigned int i = 0; i < p->handpieces; i++) {
		struct sensor_readings readings = handpiece_sense(&p->handpiece[i]);
		struct cryosim_input input = {
			.levels = levels_of(p, i),
			.bus_faults = (uint32_t)p->handpiece[i].disturbances.bus_bits,
			.bus_delay_us = p->bus_delay_us,
			.line_faults = (uint32_t)p->handpiece[i].disturbances.line_bits,
			.object_mk = readings.object_mk,
			.ambient_mk = readings.ambient_mk,
		};

		static_assert(sizeof(input.ain_nv) == sizeof(readings.ain_nv), "same pins");
		memcpy(input.ain_nv, readings.ain_nv, sizeof(input.ain_nv));
		page_publish(&p->page, i, &input);
	}
	page_stamp(&p->page, now_ns);
}

void plant_begin(struct plant *p, int64_t now_ns)
{
	p->start_ns = now_ns;
	p->turned_ns = now_ns;
	p->simulated_ns = now_ns;
	p->next_log_ns = now_ns;
	for (unsigned int i = 0; i < p->handpieces; i++)
		gate_word(&p->gate[i], page_word(&p->page, i) & ~CRYOSIM_OUT_PULSE, now_ns);
	if (p->log)
		truth_print_header(p->log);
	if (p->edges)
		fputs("host_ns,guest_ns,handpiece,what,value\n", p->edges);
	publish(p, now_ns);
	page_announce(&p->page);
}

static void write_log(struct plant *p, int64_t now_ns)
{
	if (!p->log || now_ns < p->next_log_ns)
		return;
	p->next_log_ns += p->log_period_ns;
	if (p->next_log_ns < now_ns)
		p->next_log_ns = now_ns + p->log_period_ns;
	for (unsigned int i = 0; i < p->handpieces; i++) {
		struct truth t = truth_take(&p->handpiece[i], &p->gate[i], i, now_ns);

		truth_print_row(p->log, &t);
	}
	fflush(p->log);
}

/* An even number of turns ends where it began, pressed. */
static void bounce(struct plant *p)
{
	if (!p->estop_bounces)
		return;
	plant_set_estop(p, !p->gate[0].estop_pressed);
	p->estop_bounces--;
}

void plant_turn(struct plant *p, int64_t now_ns)
{
	look_for_stalls(p, now_ns);
	bounce(p);
	take_edges(p, now_ns);
	poll_gates(p, now_ns);
	start_planned_faults(p, now_ns);
	advance(p, now_ns);
	publish(p, now_ns);
	write_log(p, now_ns);
}

void plant_set_fault(struct plant *p, unsigned int handpiece, int fault, bool on)
{
	struct gate *g = &p->gate[handpiece];
	const struct disturbances *d = &p->handpiece[handpiece].disturbances;

	handpiece_set_fault(&p->handpiece[handpiece], fault, on);
	g->oneshot_stuck = (int)d->oneshot_stuck;
	g->estop_welded = d->estop_welded > 0;
	plant_note(p, host_now_ns(), 0, handpiece, on ? "fault" : "clear", fault_at(fault)->name);
}

void plant_set_estop(struct plant *p, bool pressed)
{
	int64_t now_ns = host_now_ns();

	plant_note(p, now_ns, 0, 0, "estop", pressed ? "pressed" : "released");
	for (unsigned int i = 0; i < p->handpieces; i++) {
		p->gate[i].estop_pressed = pressed;
		note_gate(p, i, now_ns);
	}
}

void plant_bounce_estop(struct plant *p)
{
	plant_set_estop(p, true);
	p->estop_bounces = PLANT_BOUNCES;
}

void plant_reset(struct plant *p, unsigned int handpiece)
{
	handpiece_reset(&p->handpiece[handpiece]);
	plant_note(p, host_now_ns(), 0, handpiece, "reset",
		   p->handpiece[handpiece].config.tissue.name);
}
