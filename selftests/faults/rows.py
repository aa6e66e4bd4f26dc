# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of faults: reads it, refuses what is not complete."""

import re
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("table")

# Milliseconds: sampling period, a command's validity, the one-shot, bad readings before a sensor is lost.
SYMBOLS = {"T": 20, "V": 200, "W": 100, "N": 3, "s": 1000}
VALVE_MS = 10                           # on top of every bound
NONE = "-"


class BadTable(Exception):
    """The table cannot be used; the text names the line."""


@dataclass(frozen=True)
class Row:
    """One fault."""
    name: str
    group: str                          # A1 to A7, as the issue has them
    scene: str                          # what goes on when it happens
    inject: str
    bound: str                          # milliseconds, in terms of SYMBOLS
    latched: tuple                      # the kernel's faults, all of them
    told: tuple                         # alarms on the bus, all of them
    after: str

    @property
    def bound_ms(self):
        return eval(self.bound, {"__builtins__": {}}, SYMBOLS) + VALVE_MS


COLUMNS = 8
BOUND = re.compile(r"[0-9TVWNs+* ().-]+")


def words(text):
    return () if text == NONE else tuple(text.split())


def row_of(line, where):
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != COLUMNS or not all(cells):
        raise BadTable(f"{where}: {COLUMNS} cells that say something are needed, {sum(map(bool, cells))} do")
    name, group, scene, inject, bound, latched, told, after = cells
    if not BOUND.fullmatch(bound):
        raise BadTable(f"{where}: {name} has no bound but {bound!r}; numbers and {' '.join(SYMBOLS)} make one")
    return Row(name, group, scene, inject, bound, words(latched), words(told), after)


def read(path=TABLE):
    rows = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        row = row_of(line, f"{path.name}:{number}")
        if row.name in rows:
            raise BadTable(f"{path.name}:{number}: {row.name} is there twice")
        rows[row.name] = row
    return rows
