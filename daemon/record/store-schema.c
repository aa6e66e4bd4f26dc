// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of the record in SQL. docs/records.md says what their columns mean. */
#include <errno.h>
#include <stdio.h>

#include "daemon/record/store-private.h"

const struct store_table_layout store_table[TABLE_COUNT] = {
	[TABLE_TREATMENTS] = { "treatments", "id", "id", 18, 'T' },
	[TABLE_SAMPLES] = { "samples", "treatment", "seq", 16, 'S' },
	[TABLE_STEPS] = { "steps", "treatment", "seq", 14, 'P' },
	[TABLE_ICE] = { "ice", "treatment", "seq", 10, 'I' },
	[TABLE_EVENTS] = { "events", "treatment", "link", 8, 'E' },
	[TABLE_MARKS] = { "marks", "treatment", "link", 4, 'M' },
};

static const char tables[] =
	"CREATE TABLE treatments("
	" id INTEGER PRIMARY KEY, serial TEXT NOT NULL, model TEXT NOT NULL, cryogen INTEGER NOT NULL,"
	" gauge INTEGER NOT NULL, active_um INTEGER, protocol TEXT NOT NULL, protocol_text TEXT,"
	" operator TEXT, patient TEXT, nerve TEXT, end_organ_mm INTEGER, boot_id TEXT NOT NULL,"
	" started_ns INTEGER NOT NULL, started_us INTEGER NOT NULL, cryod_version TEXT,"
	" kernel_version TEXT, driver_abi INTEGER, link INTEGER NOT NULL, tag INTEGER NOT NULL);"
	"CREATE TABLE samples("
	" treatment INTEGER NOT NULL, seq INTEGER NOT NULL, time_ns INTEGER NOT NULL,"
	" state INTEGER NOT NULL, outputs INTEGER NOT NULL, flow_permille INTEGER NOT NULL,"
	" thaw_permille INTEGER NOT NULL, tip_mdegc INTEGER, shaft_mdegc INTEGER,"
	" tissue_mdegc INTEGER, infrared_mdegc INTEGER, cold_junction_mdegc INTEGER,"
	" pressure_kpa INTEGER, missed INTEGER NOT NULL, command_seq INTEGER NOT NULL,"
	" fault_mask INTEGER NOT NULL, link INTEGER NOT NULL, tag INTEGER NOT NULL,"
	" PRIMARY KEY(treatment, seq)) WITHOUT ROWID;"
	"CREATE TABLE steps("
	" treatment INTEGER NOT NULL, seq INTEGER NOT NULL, phase TEXT NOT NULL, site INTEGER NOT NULL,"
	" cycle INTEGER NOT NULL, cycles INTEGER NOT NULL, phase_ms INTEGER NOT NULL,"
	" phase_left_ms INTEGER NOT NULL, target_mdegc INTEGER, flow_asked_permille INTEGER NOT NULL,"
	" ice_radius_um INTEGER NOT NULL, ice_half_length_um INTEGER NOT NULL,"
	" isotherm_radius_um INTEGER NOT NULL, ice_error_um INTEGER NOT NULL, link INTEGER NOT NULL,"
	" tag INTEGER NOT NULL, PRIMARY KEY(treatment, seq)) WITHOUT ROWID;"
	"CREATE TABLE events("
	" treatment INTEGER NOT NULL, time_ns INTEGER NOT NULL, seq INTEGER NOT NULL,"
	" source TEXT NOT NULL, kind TEXT NOT NULL, old INTEGER NOT NULL, new INTEGER NOT NULL,"
	" text TEXT NOT NULL, link INTEGER NOT NULL, tag INTEGER NOT NULL,"
	" PRIMARY KEY(treatment, link)) WITHOUT ROWID;"
	"CREATE TABLE marks("
	" treatment INTEGER NOT NULL, time_us INTEGER NOT NULL, kind TEXT NOT NULL,"
	" text TEXT NOT NULL, link INTEGER NOT NULL, tag INTEGER NOT NULL,"
	" PRIMARY KEY(treatment, link)) WITHOUT ROWID;"
	"CREATE TABLE chains("
	" treatment INTEGER PRIMARY KEY, links INTEGER NOT NULL, head BLOB NOT NULL);"
	"CREATE TABLE heads("
	" entry INTEGER PRIMARY KEY, treatment INTEGER NOT NULL, state TEXT NOT NULL,"
	" links INTEGER NOT NULL, head BLOB NOT NULL, time_us INTEGER NOT NULL,"
	" signature BLOB NOT NULL);"
	"CREATE INDEX heads_by_treatment ON heads(treatment, state);"
	/* What the marks make of a treatment; without those whose rows are about to go. */
	"CREATE VIEW records AS SELECT *,"
	" (SELECT text FROM marks WHERE treatment = id AND kind = 'ended'"
	"  ORDER BY link DESC LIMIT 1) AS outcome,"
	" (SELECT time_us FROM marks WHERE treatment = id AND kind = 'ended'"
	"  ORDER BY link DESC LIMIT 1) AS ended_us,"
	" ifnull((SELECT kind = 'resumed' FROM marks WHERE treatment = id"
	"  AND kind IN ('ended', 'resumed') ORDER BY link DESC LIMIT 1), 1) AS open,"
	" EXISTS (SELECT 1 FROM marks WHERE treatment = id AND kind = 'thawed') AS thawed"
	" FROM treatments WHERE NOT EXISTS"
	" (SELECT 1 FROM heads WHERE treatment = id AND state = 'expired');";

static const char ice_table[] =
	"CREATE TABLE ice("
	" treatment INTEGER NOT NULL, seq INTEGER NOT NULL, half_length_error_um INTEGER NOT NULL,"
	" isotherm_half_length_um INTEGER NOT NULL, isotherm_error_um INTEGER NOT NULL,"
	" isotherm_half_length_error_um INTEGER NOT NULL, boundary_ms INTEGER NOT NULL,"
	" isotherm_distance_um INTEGER NOT NULL, isotherm_held_ms INTEGER NOT NULL,"
	" adequate INTEGER NOT NULL, link INTEGER NOT NULL, tag INTEGER NOT NULL,"
	" PRIMARY KEY(treatment, seq)) WITHOUT ROWID;";

static const char move_old[] =
	"ALTER TABLE treatments RENAME TO old_treatments;"
	"ALTER TABLE samples RENAME TO old_samples;"
	"ALTER TABLE steps RENAME TO old_steps;"
	"ALTER TABLE events RENAME TO old_events;";

static const char drop_old[] =
	"DROP TABLE old_treatments; DROP TABLE old_samples; DROP TABLE old_steps; DROP TABLE old_events;";

/* Rows go only once the index says that their treatment has expired. */
static const char trigger[] =
	"CREATE TRIGGER %1$s_update BEFORE UPDATE ON %1$s"
	" BEGIN SELECT raise(ABORT, 'a record is not changed'); END;"
	"CREATE TRIGGER %1$s_delete BEFORE DELETE ON %1$s"
	" WHEN NOT EXISTS (SELECT 1 FROM heads WHERE treatment = old.%2$s AND state = 'expired')"
	" BEGIN SELECT raise(ABORT, 'a record is kept until it has expired'); END;";

static const char heads_triggers[] =
	"CREATE TRIGGER heads_update BEFORE UPDATE ON heads"
	" BEGIN SELECT raise(ABORT, 'the index is not changed'); END;"
	"CREATE TRIGGER heads_delete BEFORE DELETE ON heads"
	" BEGIN SELECT raise(ABORT, 'the index is kept'); END;";

static int execute(sqlite3 *db, const char *sql)
{
	return store_error(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static int get_number(sqlite3 *db, const char *sql, int *ret)
{
	sqlite3_stmt *s = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &s, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(s);
	if (code == SQLITE_ROW)
		*ret = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return store_error(code);
}

int schema_look(sqlite3 *db, enum schema_state *ret)
{
	int version = 0, tables_there = 0, r;

	r = get_number(db, "PRAGMA user_version", &version);
	if (r >= 0)
		r = get_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'treatments'",
			       &tables_there);
	if (r < 0)
		return r;
	if (version < 0 || version > SCHEMA_VERSION)
		return -EPROTO;
	if (version)
		*ret = version == SCHEMA_VERSION ? SCHEMA_CURRENT : SCHEMA_WITHOUT_ICE;
	else
		*ret = tables_there ? SCHEMA_UNVERSIONED : SCHEMA_EMPTY;
	return 0;
}

int schema_create(sqlite3 *db, enum schema_state state)
{
	int r = state == SCHEMA_UNVERSIONED ? execute(db, move_old) : 0;

	if (r >= 0 && state != SCHEMA_WITHOUT_ICE)
		r = execute(db, tables);
	return r < 0 ? r : execute(db, ice_table);
}

int schema_drop_old(sqlite3 *db)
{
	return execute(db, drop_old);
}

static int seal_table(sqlite3 *db, enum store_table table)
{
	char sql[1024];

	snprintf(sql, sizeof(sql), trigger, store_table[table].name, store_table[table].key);
	return execute(db, sql);
}

int schema_seal(sqlite3 *db, enum schema_state state)
{
	bool only_ice = state == SCHEMA_WITHOUT_ICE;
	int r = only_ice ? 0 : execute(db, heads_triggers);
	char sql[64];

	for (int i = 0; r >= 0 && i < TABLE_COUNT; i++)
		if (i == TABLE_ICE || !only_ice)
			r = seal_table(db, i);
	if (r < 0)
		return r;
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", SCHEMA_VERSION);
	return execute(db, sql);
}
