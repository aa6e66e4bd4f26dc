// SPDX-License-Identifier: GPL-2.0-or-later
/* A treatment's samples as a file: CSV, and frames as the stream has them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/record/store-read.h"
#include "daemon/util.h"

static int write_all(int fd, const void *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0)
			return -errno;
		data = (const char *)data + n;
		size -= n;
	}
	return 0;
}

/*
 * CSV
 */

static const char csv_header[] =
	"time_s,tip_degc,target_degc,flow_permille,flow_asked_permille,thaw_permille,phase,cycle,"
	"ice_radius_mm,isotherm_radius_mm,shaft_degc,tissue_degc,infrared_degc,cold_junction_degc,"
	"pressure_kpa,valves,interlock,fault_mask,ice_error_mm,ice_half_length_mm,"
	"ice_half_length_error_mm,isotherm_error_mm,isotherm_half_length_mm,"
	"isotherm_half_length_error_mm,isotherm_distance_mm,isotherm_held_s,adequate,seq\n";

const char store_csv_query[] =
	"SELECT s.time_ns - ?2, s.tip_mdegc, p.target_mdegc, s.flow_permille, p.flow_asked_permille,"
	" s.thaw_permille, p.phase, p.cycle, p.ice_radius_um, p.isotherm_radius_um, s.shaft_mdegc,"
	" s.tissue_mdegc, s.infrared_mdegc, s.cold_junction_mdegc, s.pressure_kpa, s.outputs, s.state,"
	" s.fault_mask, p.ice_error_um, p.ice_half_length_um, i.half_length_error_um,"
	" i.isotherm_error_um, i.isotherm_half_length_um, i.isotherm_half_length_error_um,"
	" i.isotherm_distance_um, i.isotherm_held_ms, i.adequate, s.seq"
	" FROM samples s LEFT JOIN steps p USING(treatment, seq) LEFT JOIN ice i USING(treatment, seq)"
	" WHERE treatment = ?1 ORDER BY s.seq";

/* How each column is printed: ns, thousandths, as it is, hexadecimal, text. */
static const char csv_format[] = "tmmiiisimmmmmmixixmmmmmmmmii";

static int csv_field(sqlite3_stmt *rows, char *buffer, size_t size, int column)
{
	int64_t value = sqlite3_column_int64(rows, column);

	if (sqlite3_column_type(rows, column) == SQLITE_NULL)
		return 0;
	switch (csv_format[column]) {
	case 't':
		return snprintf(buffer, size, "%.4f", value / 1e9);
	case 'm':
		return snprintf(buffer, size, "%.3f", value / 1e3);
	case 'x':
		return snprintf(buffer, size, "0x%" PRIx64, value);
	case 's':
		return snprintf(buffer, size, "%.32s", sqlite3_column_text(rows, column));
	default:
		return snprintf(buffer, size, "%" PRId64, value);
	}
}

int store_csv_begin(struct store_reader *reader)
{
	return write_all(reader->question.fd, csv_header, strlen(csv_header));
}

int store_csv_row(struct store_reader *reader)
{
	char line[1024];
	size_t used = 0;

	for (int i = 0; csv_format[i]; i++) {
		used += csv_field(reader->rows, line + used, sizeof(line) - used, i);
		line[used++] = csv_format[i + 1] ? ',' : '\n';
	}
	return write_all(reader->question.fd, line, used);
}

/*
 * Frames
 */

const char store_samples_query[] =
	"SELECT s.seq, s.time_ns - ?2, s.tip_mdegc, s.shaft_mdegc, s.tissue_mdegc, s.infrared_mdegc,"
	" s.cold_junction_mdegc, p.target_mdegc, s.pressure_kpa, s.flow_permille, s.thaw_permille,"
	" s.outputs, s.state, p.phase, p.cycle, p.cycles, p.phase_ms, p.phase_left_ms,"
	" p.ice_radius_um, p.ice_half_length_um, p.isotherm_radius_um, p.ice_error_um, s.fault_mask,"
	" p.flow_asked_permille, p.site, i.half_length_error_um, i.isotherm_half_length_um,"
	" i.isotherm_error_um, i.isotherm_half_length_error_um, i.boundary_ms, i.isotherm_distance_um,"
	" i.isotherm_held_ms, i.adequate"
	" FROM samples s LEFT JOIN steps p USING(treatment, seq) LEFT JOIN ice i USING(treatment, seq)"
	" WHERE treatment = ?1 ORDER BY s.seq";

static int32_t value_or_not(sqlite3_stmt *rows, int column)
{
	if (sqlite3_column_type(rows, column) == SQLITE_NULL)
		return CRYO_FRAME_NOT_VALID;
	return sqlite3_column_int(rows, column);
}

static uint32_t phase_of(sqlite3_stmt *rows, int column)
{
	const char *name = (const char *)sqlite3_column_text(rows, column);
	enum phase phase = PHASE_WITHDRAW;

	while (name && phase > PHASE_IDLE && strcmp(phase_to_string(phase), name))
		phase--;
	return name ? phase : PHASE_IDLE;
}

int store_samples_row(struct store_reader *reader)
{
	sqlite3_stmt *row = reader->rows;
	const struct cryo_frame frame = {
		.bytes = sizeof(frame),
		.seq = sqlite3_column_int64(row, 0), .time_ns = sqlite3_column_int64(row, 1),
		.tip_mdegc = value_or_not(row, 2), .shaft_mdegc = value_or_not(row, 3),
		.tissue_mdegc = value_or_not(row, 4), .infrared_mdegc = value_or_not(row, 5),
		.cold_junction_mdegc = value_or_not(row, 6), .target_mdegc = value_or_not(row, 7),
		.pressure_kpa = value_or_not(row, 8), .flow_permille = sqlite3_column_int(row, 9),
		.thaw_permille = sqlite3_column_int(row, 10), .outputs = sqlite3_column_int(row, 11),
		.interlock = sqlite3_column_int(row, 12), .phase = phase_of(row, 13),
		.cycle = sqlite3_column_int(row, 14), .cycles = sqlite3_column_int(row, 15),
		.phase_ms = sqlite3_column_int(row, 16), .phase_left_ms = sqlite3_column_int(row, 17),
		.ice_radius_um = sqlite3_column_int(row, 18),
		.ice_half_length_um = sqlite3_column_int(row, 19),
		.isotherm_radius_um = sqlite3_column_int(row, 20),
		.ice_error_um = sqlite3_column_int(row, 21),
		.fault_mask = sqlite3_column_int64(row, 22),
		.flow_asked_permille = sqlite3_column_int(row, 23), .site = sqlite3_column_int(row, 24),
		.ice_half_length_error_um = sqlite3_column_int(row, 25),
		.isotherm_half_length_um = sqlite3_column_int(row, 26),
		.isotherm_error_um = sqlite3_column_int(row, 27),
		.isotherm_half_length_error_um = sqlite3_column_int(row, 28),
		.boundary_ms = sqlite3_column_int(row, 29),
		.isotherm_distance_um = sqlite3_column_int(row, 30),
		.isotherm_held_ms = sqlite3_column_int(row, 31),
		.adequate = sqlite3_column_int(row, 32),
	};

	return write_all(reader->question.fd, &frame, sizeof(frame));
}
