-- SPDX-License-Identifier: GPL-2.0-or-later
-- A database as the first releases left it: no version, one treatment that was completed, one that was cut
-- off and thawed, one that was cut off and whose thaw nobody has watched.
PRAGMA journal_mode=WAL;
CREATE TABLE IF NOT EXISTS treatments(
 id INTEGER PRIMARY KEY, serial TEXT NOT NULL, model TEXT NOT NULL, cryogen INTEGER NOT NULL,
 gauge INTEGER NOT NULL, protocol TEXT NOT NULL, boot_id TEXT NOT NULL,
 started_ns INTEGER NOT NULL, started_realtime_s INTEGER NOT NULL,
 ended_realtime_s INTEGER, outcome TEXT, thawed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS samples(
 treatment INTEGER NOT NULL, seq INTEGER NOT NULL, time_ns INTEGER NOT NULL,
 state INTEGER NOT NULL, outputs INTEGER NOT NULL, flow_permille INTEGER NOT NULL,
 thaw_permille INTEGER NOT NULL, tip_mdegc INTEGER, shaft_mdegc INTEGER,
 tissue_mdegc INTEGER, infrared_mdegc INTEGER, cold_junction_mdegc INTEGER,
 pressure_kpa INTEGER, missed INTEGER NOT NULL, command_seq INTEGER NOT NULL,
 fault_mask INTEGER NOT NULL, PRIMARY KEY(treatment, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS steps(
 treatment INTEGER NOT NULL, seq INTEGER NOT NULL, phase TEXT NOT NULL,
 cycle INTEGER NOT NULL, target_mdegc INTEGER, flow_asked_permille INTEGER NOT NULL,
 ice_radius_um INTEGER NOT NULL, ice_half_length_um INTEGER NOT NULL,
 isotherm_radius_um INTEGER NOT NULL, ice_error_um INTEGER NOT NULL,
 PRIMARY KEY(treatment, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events(
 id INTEGER PRIMARY KEY, treatment INTEGER NOT NULL, time_ns INTEGER NOT NULL,
 seq INTEGER NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL, old INTEGER NOT NULL,
 new INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS events_by_treatment ON events(treatment, time_ns);
INSERT INTO treatments VALUES(4, 'S-1', 'M', 1, 18, 'demo', 'a', 5000000000, 1700000000,
 1700000300, 'completed', 0), (9, 'S-1', 'M', 1, 18, 'stick', 'b', 7000000000, 1700001000,
 NULL, 'interrupted', 1), (11, 'S-2', 'M', 2, 20, 'demo', 'b', 8000000000, 1700002000,
 NULL, 'interrupted', 0);
WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 300)
 INSERT INTO samples SELECT 4, value, 5000000000 + value * 20000000, 1, 1, 500, 0, -60250, NULL,
 NULL, NULL, NULL, 5100, 0, 0, 0 FROM n;
INSERT INTO samples VALUES(9, 1, 7000000000, 1, 1, 500, 0, -60250, NULL, NULL, NULL, NULL, 5100,
 0, 0, 0);
INSERT INTO steps SELECT 4, seq, 'freeze', 2, -60000, 510, 4210, 5000, 2500, 100 FROM samples
 WHERE treatment = 4;
INSERT INTO events(treatment, time_ns, seq, source, kind, old, new, text)
 VALUES(4, 5000000001, 1, 'core', 'phase', 0, 1, 'treatment started');
