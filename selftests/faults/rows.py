# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of faults: reads it, refuses what is not complete."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

@dataclass(frozen=True)
class Machine:
    """A guest that rows share."""
    cpus: int = 2
    handpieces: int = 1


FRONTENDS = {"ads1115": "table", "max31856": "table-max31856"}
FRONTEND = os.environ.get("FRONTEND", "ads1115")
TABLE = Path(__file__).with_name(FRONTENDS.get(FRONTEND, "table"))

# Milliseconds: sampling period, a command's validity, the one-shot, bad readings before a sensor is lost, a conversion
# of a MAX31856 with the test for an open circuit in it.
SYMBOLS = {"T": 20, "V": 200, "W": 100, "N": 3, "C": 105, "s": 1000}
VALVE_MS = 10                           # on top of every time to close
NONE = "-"

# What goes on when it happens, and the guest that it needs if that is not the usual one.
SCENES = {"freeze": Machine(), "full": Machine(), "begin": Machine(), "idle": Machine(), "bare": Machine(),
          "armed": Machine(), "warm": Machine(), "found": Machine(), "one-cpu": Machine(cpus=1),
          "four": Machine(handpieces=4)}
OUTCOMES = ("completed", "aborted", "fault", "interrupted")
# What `after` may say beside an outcome.
ON, REFUSED, TOLD, SAFE, CLOSED, DEAD = "on", "refused", "told", "safe", "closed", "dead"
GROUPS = tuple(f"A{n}" for n in range(1, 8))


class BadTable(Exception):
    """The table cannot be used; the text names the line."""


@dataclass(frozen=True)
class Row:
    """One fault."""
    name: str
    group: str                          # as the issue has them
    scene: str                          # what goes on when it happens
    inject: str
    bound: str                          # milliseconds, in terms of SYMBOLS
    latched: tuple                      # the kernel's faults, all of them; a/b is either
    told: tuple                         # alarms, likewise
    after: str
    shows: tuple                        # measures of docs/safety.md that it shows working

    @property
    def bound_ms(self):
        value = eval(self.bound, {"__builtins__": {}}, SYMBOLS)  # BOUND has seen it
        return value if self.after in (ON, REFUSED, TOLD) else value + VALVE_MS

    def measures(self, state):
        """What its time says, of a row that left the probe in @state."""
        on = self.after == ON or (self.after == SAFE and "armed" in state.split())
        return "open for" if on else {REFUSED: "nothing for", TOLD: "told after"}.get(self.after, "closed after")

    @property
    def machine(self):
        return SCENES[self.scene]

    @property
    def outcome(self):
        return self.after if self.after in OUTCOMES else None


COLUMNS = 9
BOUND = re.compile(r"(\d+|[TVWNCs])( ?[+*] ?(\d+|[TVWNCs]))*")


def words(text):
    return () if text == NONE else tuple(text.split())


def row_of(line, where):
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != COLUMNS or not all(cells):
        raise BadTable(f"{where}: {COLUMNS} cells that say something are needed")
    name, group, scene, inject, bound, latched, told, after, shows = cells
    if group not in GROUPS:
        raise BadTable(f"{where}: {name}: group {group!r} is none of {' '.join(GROUPS)}")
    if scene not in SCENES:
        raise BadTable(f"{where}: {name}: scene {scene!r} is none of {' '.join(SCENES)}")
    if not BOUND.fullmatch(bound):
        raise BadTable(f"{where}: {name} has no bound but {bound!r}; sums of products of {' '.join(SYMBOLS)} make one")
    if after not in (*OUTCOMES, ON, REFUSED, TOLD, SAFE, CLOSED, DEAD):
        raise BadTable(f"{where}: {name}: after {after!r} is not known")
    return Row(name, group, scene, inject, bound, words(latched), words(told), after, words(shows))


def read(path=TABLE):
    """The rows by name. Raises BadTable."""
    if FRONTEND not in FRONTENDS:
        raise BadTable(f"FRONTEND={FRONTEND} is none of {' '.join(FRONTENDS)}")
    rows = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        row = row_of(line, f"{path.name}:{number}")
        if row.name in rows:
            raise BadTable(f"{path.name}:{number}: {row.name} is there twice")
        rows[row.name] = row
    return rows
