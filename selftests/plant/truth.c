// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes and prints the truth. One table has the columns' names and how each is printed. */
#include "selftests/plant/truth.h"

#include <inttypes.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"

#define ICE_EDGE_DEGC -1
#define LETHAL_DEGC -20

struct truth truth_take(const struct handpiece *h, const struct gate *g, unsigned int number,
			int64_t host_ns)
{
	return (struct truth){
		.host_ns = host_ns, .handpiece = number, .time_s = h->time_s,
		.tip_degc = handpiece_tip_degc(h), .sensor_degc = h->sensors.tip_degc,
		.tissue_degc = h->sensors.tissue_degc,
		.ice = iceball_measure(h->tissue, ICE_EDGE_DEGC),
		.m20 = iceball_measure(h->tissue, LETHAL_DEGC),
		.flow_mg_s = 1000 * h->tip.flow_g_s, .drawn_g = h->tip.drawn_g,
		.supply_kpa = handpiece_supply_kpa(h), .line_kpa = h->tip.line_kpa,
		.boiling_degc = h->tip.boiling_degc,
		.word = g->word & ~CRYOSIM_OUT_PULSE, .effective = gate_effective(g), .oneshot = g->oneshot.on,
		.estop_pressed = g->estop_pressed, .pulse_edges = g->pulse_edges,
		.faults = h->faults,
	};
}

static void print_host(FILE *f, const struct truth *t) { fprintf(f, "%" PRId64, t->host_ns); }
static void print_handpiece(FILE *f, const struct truth *t) { fprintf(f, "%u", t->handpiece); }
static void print_time(FILE *f, const struct truth *t) { fprintf(f, "%.3f", t->time_s); }
static void print_tip(FILE *f, const struct truth *t) { fprintf(f, "%.3f", t->tip_degc); }
static void print_sensor(FILE *f, const struct truth *t) { fprintf(f, "%.3f", t->sensor_degc); }
static void print_tissue(FILE *f, const struct truth *t) { fprintf(f, "%.3f", t->tissue_degc); }
static void print_flow(FILE *f, const struct truth *t) { fprintf(f, "%.2f", t->flow_mg_s); }
static void print_drawn(FILE *f, const struct truth *t) { fprintf(f, "%.4f", t->drawn_g); }
static void print_supply(FILE *f, const struct truth *t) { fprintf(f, "%.1f", t->supply_kpa); }
static void print_line(FILE *f, const struct truth *t) { fprintf(f, "%.1f", t->line_kpa); }
static void print_boiling(FILE *f, const struct truth *t) { fprintf(f, "%.2f", t->boiling_degc); }
static void print_word(FILE *f, const struct truth *t) { fprintf(f, "0x%02x", t->word); }
static void print_effective(FILE *f, const struct truth *t) { fprintf(f, "0x%02x", t->effective); }
static void print_oneshot(FILE *f, const struct truth *t) { fprintf(f, "%d", t->oneshot); }
static void print_estop(FILE *f, const struct truth *t) { fprintf(f, "%d", t->estop_pressed); }
static void print_pulses(FILE *f, const struct truth *t) { fprintf(f, "%" PRIu64, t->pulse_edges); }

static void print_ice_radius(FILE *f, const struct truth *t)
{
	fprintf(f, "%.3f", 1000 * t->ice.radius_m);
}

static void print_ice_half_length(FILE *f, const struct truth *t)
{
	fprintf(f, "%.3f", 1000 * iceball_half_length_m(&t->ice));
}

static void print_m20_radius(FILE *f, const struct truth *t)
{
	fprintf(f, "%.3f", 1000 * t->m20.radius_m);
}

static void print_m20_half_length(FILE *f, const struct truth *t)
{
	fprintf(f, "%.3f", 1000 * iceball_half_length_m(&t->m20));
}

/* Names joined by +, or none. */
static void print_faults(FILE *f, const struct truth *t)
{
	const char *joint = "";

	for (size_t i = 0; fault_at(i); i++) {
		if (!(t->faults & 1ULL << i))
			continue;
		fprintf(f, "%s%s", joint, fault_at(i)->name);
		joint = "+";
	}
	if (!t->faults)
		fputs("none", f);
}

static const struct column {
	const char *name;
	void (*print)(FILE *f, const struct truth *t);
} columns[] = {
	{ "host_ns", print_host },
	{ "handpiece", print_handpiece },
	{ "time_s", print_time },
	{ "tip_degc", print_tip },
	{ "sensor_degc", print_sensor },
	{ "tissue_degc", print_tissue },
	{ "ice_radius_mm", print_ice_radius },
	{ "ice_half_length_mm", print_ice_half_length },
	{ "m20_radius_mm", print_m20_radius },
	{ "m20_half_length_mm", print_m20_half_length },
	{ "flow_mg_s", print_flow },
	{ "drawn_g", print_drawn },
	{ "supply_kpa", print_supply },
	{ "line_kpa", print_line },
	{ "boiling_degc", print_boiling },
	{ "word", print_word },
	{ "effective", print_effective },
	{ "oneshot", print_oneshot },
	{ "estop", print_estop },
	{ "pulse_edges", print_pulses },
	{ "faults", print_faults },
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

void truth_print_header(FILE *f)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		fprintf(f, "%s%c", columns[i].name, i + 1 < N_COLUMNS ? ',' : '\n');
}

void truth_print_row(FILE *f, const struct truth *t)
{
	for (size_t i = 0; i < N_COLUMNS; i++) {
		columns[i].print(f, t);
		fputc(i + 1 < N_COLUMNS ? ',' : '\n', f);
	}
}

void truth_print_words(FILE *f, const struct truth *t)
{
	for (size_t i = 0; i < N_COLUMNS; i++) {
		fprintf(f, "%s=", columns[i].name);
		columns[i].print(f, t);
		fputc(i + 1 < N_COLUMNS ? ' ' : '\n', f);
	}
}
