# SPDX-License-Identifier: GPL-2.0-or-later
"""What becomes of records over the years: databases of older releases, records that expire, a disk that is full."""

import json

from console import ROOT, until
from steps import configure, journal
from ktap import expect

FOLDER = "/var/lib/cryo"
DATABASE = f"{FOLDER}/record.db"
FIRST_RELEASE = ROOT / "selftests/cryod/version-0.sql"
SMALL_DISK_MIB = 16


def restart_on(console, *commands):
    """Stops cryod, does that, and starts it again."""
    console.output("systemctl", "stop", "cryod")
    for command in commands:
        console.output("sh", "-c", command)
    console.output("systemctl", "start", "cryod")
    console.wait_for_probe()


def query(console, sql):
    return console.output("sqlite3", "-readonly", DATABASE, sql).strip()


def case_database_of_the_first_release_is_brought_up_to_date(console):
    console.vm("put", FIRST_RELEASE, "/tmp/version-0.sql")
    restart_on(console, f"mount -t tmpfs -o size={SMALL_DISK_MIB}m,mode=0750,uid=$(id -u cryo),gid=$(id -g cryo) tmpfs {FOLDER}",
               f"runuser -u cryo -- sqlite3 {DATABASE} </tmp/version-0.sql")
    expect(query(console, "PRAGMA user_version") == "2", "its version is not that of today")
    records = json.loads(console.output("cryoctl", "records", "--json"))
    expect([record["treatment"] for record in records] == [11, 9, 4], f"records: {records}")
    expect("intact" in console.output("cryoctl", "verify"), "not intact")
    expect(len(console.output("cryoctl", "export", "4").splitlines()) == 301, "samples are missing")


def case_database_of_version_1_gets_what_it_lacks(console):
    restart_on(console, f"sqlite3 {DATABASE} 'DROP TABLE ice; PRAGMA user_version = 1'")
    expect(query(console, "PRAGMA user_version") == "2", "its version is not that of today")
    expect("intact" in console.output("cryoctl", "verify"), "not intact")


def case_old_records_expire_and_leave_a_tombstone(console):
    """All are of 2023; the one whose thaw nobody has watched stays."""
    configure(console, "RecordsKeep=30")
    until("the old records to go", lambda: query(console, "SELECT group_concat(id) FROM records") == "11", 30)
    until("their rows to go", lambda: query(console, "SELECT count(*) FROM samples") == "0", 30)
    expect("treatment 4 has expired" in journal(console), "the journal does not tell it")
    expect("expired" in console.output("cryoctl", "verify", "4"), "its tombstone is not found")
    expect("intact" in console.output("cryoctl", "verify"), "the rest is not intact")
    configure(console)


# Steps of a treatment that goes on while its record has no room.

def fill_the_disk(console):
    console.output("sh", "-c", f"fallocate -l $(($(stat -fc '%f*%S' {FOLDER}))) {FOLDER}/fill")
    until("the alarm", lambda: has_alarm(console), 20)


def has_alarm(console):
    return any(alarm["code"] == "record" and alarm["present"] for alarm in console.probe()["alarms"])


def empty_the_disk(console):
    console.output("rm", f"{FOLDER}/fill")
    until("the alarm's end", lambda: not has_alarm(console), 20)


def expect_that_the_gap_is_told(console):
    gaps = query(console, "SELECT count(*) FROM events WHERE kind = 'not-written' AND"
                 " treatment = (SELECT max(id) FROM treatments)")
    expect(int(gaps) > 0, "the record does not say what it lacks")


CASES = [case for name, case in list(globals().items()) if name.startswith("case_")]
