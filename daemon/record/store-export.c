// SPDX-License-Identifier: GPL-2.0-or-later
/* A treatment of the record as CSV. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/record/store-private.h"
#include "daemon/util.h"

struct store_export {
	sqlite3_stmt *rows;
	int fd;
	int64_t started_ns;
};

static const char csv_header[] =
	"time_s,tip_degc,target_degc,flow_permille,flow_asked_permille,thaw_permille,phase,cycle,"
	"ice_radius_mm,isotherm_radius_mm,shaft_degc,tissue_degc,infrared_degc,cold_junction_degc,"
	"pressure_kpa,valves,interlock,fault_mask,seq\n";

static const char csv_query[] =
	"SELECT s.time_ns, s.tip_mdegc, p.target_mdegc, s.flow_permille, p.flow_asked_permille,"
	" s.thaw_permille, p.phase, p.cycle, p.ice_radius_um, p.isotherm_radius_um, s.shaft_mdegc,"
	" s.tissue_mdegc, s.infrared_mdegc, s.cold_junction_mdegc, s.pressure_kpa, s.outputs, s.state,"
	" s.fault_mask, s.seq FROM samples s LEFT JOIN steps p USING(treatment, seq)"
	" WHERE treatment = ? ORDER BY s.seq";

/* How each column of csv_query is printed: ns since the start, thousandths, as it is, hexadecimal. */
static const char csv_format[] = "tmmiiisimmmmmmixixi";

static int csv_field(struct store_export *export, char *buffer, size_t size, int column)
{
	int64_t value = sqlite3_column_int64(export->rows, column);

	if (sqlite3_column_type(export->rows, column) == SQLITE_NULL)
		return 0;
	switch (csv_format[column]) {
	case 't':
		return snprintf(buffer, size, "%.4f", (value - export->started_ns) / 1e9);
	case 'm':
		return snprintf(buffer, size, "%.3f", value / 1e3);
	case 'x':
		return snprintf(buffer, size, "0x%" PRIx64, value);
	case 's':
		return snprintf(buffer, size, "%s", sqlite3_column_text(export->rows, column));
	default:
		return snprintf(buffer, size, "%" PRId64, value);
	}
}

static int write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t n = write(fd, text, size);

		if (n < 0)
			return -errno;
		text += n;
		size -= n;
	}
	return 0;
}

static int csv_row(struct store_export *export)
{
	char line[512];
	size_t used = 0;

	for (int i = 0; csv_format[i]; i++) {
		used += csv_field(export, line + used, sizeof(line) - used, i);
		line[used++] = csv_format[i + 1] ? ',' : '\n';
	}
	return write_all(export->fd, line, used);
}

static int export_find(struct store *store, uint64_t treatment, int64_t *ret_started_ns)
{
	sqlite3_stmt *s;
	int r = store_find(store, "SELECT started_ns FROM treatments WHERE id = ?", treatment, &s);

	if (r < 0)
		return r;
	*ret_started_ns = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	return 0;
}

int store_export_new(struct store *store, uint64_t treatment, int fd, struct store_export **ret)
{
	struct store_export *export;
	int64_t started_ns = 0;
	int r = export_find(store, treatment, &started_ns);

	if (r < 0)
		return r;
	export = calloc(1, sizeof(*export));
	if (!export)
		return -ENOMEM;
	export->fd = fd;
	export->started_ns = started_ns;
	r = store_error(sqlite3_prepare_v2(store_database(store), csv_query, -1, &export->rows, NULL));
	if (r >= 0) {
		sqlite3_bind_int64(export->rows, 1, treatment);
		r = write_all(fd, csv_header, strlen(csv_header));
	}
	if (r < 0) {
		store_export_free(export);
		return r;
	}
	*ret = export;
	return 0;
}

int store_export_some(struct store_export *export, unsigned int rows)
{
	int code = SQLITE_ROW, r = 0;

	while (rows-- && r >= 0 && (code = sqlite3_step(export->rows)) == SQLITE_ROW)
		r = csv_row(export);
	if (r < 0)
		return r;
	return code == SQLITE_ROW ? 1 : store_error(code);
}

void store_export_free(struct store_export *export)
{
	if (!export)
		return;
	sqlite3_finalize(export->rows);
	free(export);
}
