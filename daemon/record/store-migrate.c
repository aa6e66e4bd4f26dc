// SPDX-License-Identifier: GPL-2.0-or-later
/* From the unversioned schema of the first releases, which had neither chains nor marks. */
#include "daemon/record/store-index.h"

/* Each gives the columns of today's table, and NULL for what was not known then; of the ice, nothing was. */
static const char *const old_rows[] = {
	[TABLE_TREATMENTS] =
		"SELECT id, serial, model, cryogen, gauge, NULL, protocol, NULL, NULL, NULL, NULL, NULL,"
		" boot_id, started_ns, started_realtime_s * 1000000, NULL, NULL, NULL"
		" FROM old_treatments WHERE id = ?",
	[TABLE_SAMPLES] = "SELECT * FROM old_samples WHERE treatment = ? ORDER BY seq",
	[TABLE_STEPS] =
		"SELECT treatment, seq, phase, 0, cycle, 0, 0, 0, target_mdegc, flow_asked_permille,"
		" ice_radius_um, ice_half_length_um, isotherm_radius_um, ice_error_um"
		" FROM old_steps WHERE treatment = ? ORDER BY seq",
	[TABLE_EVENTS] =
		"SELECT treatment, time_ns, seq, source, kind, old, new, text"
		" FROM old_events WHERE treatment = ? ORDER BY id",
	[TABLE_MARKS] =
		"SELECT id, ifnull(ended_realtime_s, started_realtime_s) * 1000000, 'ended', outcome"
		" FROM old_treatments WHERE id = ?1 AND outcome IS NOT NULL"
		" UNION ALL"
		" SELECT id, ifnull(ended_realtime_s, started_realtime_s) * 1000000, 'thawed', ''"
		" FROM old_treatments WHERE id = ?1 AND thawed",
};

static int copy_table(struct store *store, enum store_table table, uint64_t treatment)
{
	struct chain_value value[SCHEMA_COLUMNS_MAX];
	sqlite3_stmt *s = NULL;
	int code, r = 0;

	if (!old_rows[table])
		return 0;
	code = sqlite3_prepare_v2(store->db, old_rows[table], -1, &s, NULL);
	sqlite3_bind_int64(s, 1, treatment);
	while (code == SQLITE_OK && r >= 0 && (code = sqlite3_step(s)) == SQLITE_ROW) {
		store_row_values(s, store_table[table].columns, value);
		r = store_append(store, table, value);
		code = SQLITE_OK;
	}
	sqlite3_finalize(s);
	return r < 0 ? r : store_error(code);
}

static int copy_treatment(struct store *store, uint64_t treatment)
{
	int64_t open = 0;
	int r = 0;

	for (int i = 0; r >= 0 && i < TABLE_COUNT; i++)
		r = copy_table(store, i, treatment);
	if (r >= 0)
		r = store_number(store, "SELECT open FROM records WHERE id = ?", treatment, &open);
	return r < 0 || open ? r : index_add(store, treatment, false);
}

int store_migrate(struct store *store)
{
	int64_t id = 0;
	int r;

	do {
		r = store_number(store, "SELECT min(id) FROM old_treatments WHERE id > ?", id, &id);
		if (r >= 0 && id)
			r = copy_treatment(store, id);
	} while (r >= 0 && id);
	return r < 0 ? r : schema_drop_old(store->db);
}
