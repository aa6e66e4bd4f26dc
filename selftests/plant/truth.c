// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes and prints the truth. One table has the columns' names and how each is printed. */
#include "selftests/plant/truth.h"

#include <inttypes.h>
#include <stddef.h>

#include "kernel/include/uapi/linux/cryoprobe-sim.h"

#define ICE_EDGE_DEGC -1
#define LETHAL_DEGC -20

struct truth truth_take(const struct handpiece *h, const struct gate *g, unsigned int number,
			int64_t host_ns)
{
	struct iceball ice = iceball_measure(h->tissue, ICE_EDGE_DEGC);
	struct iceball m20 = iceball_measure(h->tissue, LETHAL_DEGC);

	return (struct truth){
		.host_ns = host_ns, .handpiece = number, .time_s = h->time_s,
		.tip_degc = handpiece_tip_degc(h), .sensor_degc = h->sensors.tip_degc,
		.tissue_degc = h->sensors.tissue_degc,
		.ice_radius_mm = 1000 * ice.radius_m,
		.ice_half_length_mm = 1000 * iceball_half_length_m(&ice),
		.m20_radius_mm = 1000 * m20.radius_m,
		.m20_half_length_mm = 1000 * iceball_half_length_m(&m20),
		.flow_mg_s = 1000 * h->tip.flow_g_s, .drawn_g = h->tip.drawn_g,
		.supply_kpa = handpiece_supply_kpa(h), .line_kpa = h->tip.line_kpa,
		.boiling_degc = h->tip.boiling_degc,
		.word = g->word & ~CRYOSIM_OUT_PULSE, .effective = gate_effective(g),
		.oneshot = gate_oneshot(g), .estop_pressed = g->estop_pressed,
		.pulse_edges = g->pulse_edges, .faults = h->faults,
	};
}

static void print_host(FILE *f, const struct truth *t)
{
	fprintf(f, "%" PRId64, t->host_ns);
}

static void print_handpiece(FILE *f, const struct truth *t)
{
	fprintf(f, "%u", t->handpiece);
}

static void print_word(FILE *f, const struct truth *t)
{
	fprintf(f, "0x%02x", t->word);
}

static void print_effective(FILE *f, const struct truth *t)
{
	fprintf(f, "0x%02x", t->effective);
}

static void print_oneshot(FILE *f, const struct truth *t)
{
	fprintf(f, "%d", t->oneshot);
}

static void print_estop(FILE *f, const struct truth *t)
{
	fprintf(f, "%d", t->estop_pressed);
}

static void print_pulse_edges(FILE *f, const struct truth *t)
{
	fprintf(f, "%" PRIu64, t->pulse_edges);
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

#define REAL(member, digits) \
	{ #member, NULL, offsetof(struct truth, member), digits }

/* A column has a function of its own, or is a double with so many digits. */
static const struct column {
	const char *name;
	void (*print)(FILE *f, const struct truth *t);
	size_t field;
	int digits;
} columns[] = {
	{ "host_ns", print_host, 0, 0 },
	{ "handpiece", print_handpiece, 0, 0 },
	REAL(time_s, 3),
	REAL(tip_degc, 3),
	REAL(sensor_degc, 3),
	REAL(tissue_degc, 3),
	REAL(ice_radius_mm, 3),
	REAL(ice_half_length_mm, 3),
	REAL(m20_radius_mm, 3),
	REAL(m20_half_length_mm, 3),
	REAL(flow_mg_s, 2),
	REAL(drawn_g, 4),
	REAL(supply_kpa, 1),
	REAL(line_kpa, 1),
	REAL(boiling_degc, 2),
	{ "word", print_word, 0, 0 },
	{ "effective", print_effective, 0, 0 },
	{ "oneshot", print_oneshot, 0, 0 },
	{ "estop", print_estop, 0, 0 },
	{ "pulse_edges", print_pulse_edges, 0, 0 },
	{ "faults", print_faults, 0, 0 },
};

#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void print_column(FILE *f, const struct column *c, const struct truth *t)
{
	if (c->print)
		c->print(f, t);
	else
		fprintf(f, "%.*f", c->digits, *(const double *)((const char *)t + c->field));
}

void truth_print_header(FILE *f)
{
	for (size_t i = 0; i < N_COLUMNS; i++)
		fprintf(f, "%s%c", columns[i].name, i + 1 < N_COLUMNS ? ',' : '\n');
}

void truth_print_row(FILE *f, const struct truth *t)
{
	for (size_t i = 0; i < N_COLUMNS; i++) {
		print_column(f, &columns[i], t);
		fputc(i + 1 < N_COLUMNS ? ',' : '\n', f);
	}
}

void truth_print_words(FILE *f, const struct truth *t)
{
	for (size_t i = 0; i < N_COLUMNS; i++) {
		fprintf(f, "%s=", columns[i].name);
		print_column(f, &columns[i], t);
		fputc(i + 1 < N_COLUMNS ? ' ' : '\n', f);
	}
}
