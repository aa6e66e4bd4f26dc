# SPDX-License-Identifier: GPL-2.0-or-later
"""One treatment, as cryod recorded it and as the plant knows it to have been, on one time axis.

Times are seconds since the treatment's start by the record's clock. The guest's and the host's clock have
nothing in common but their rate: align() finds the plant's place by the tip, which both have seen.
"""

import bisect
import configparser
import csv
from dataclasses import dataclass
from pathlib import Path

PROTOCOLS = Path(__file__).resolve().parents[2] / "daemon/protocols"

SUPPLY, FREEZE = 1 << 0, 1 << 1         # CRYOSIM_OUT_* of the page
FLOW_PHASES = ("cool", "freeze")
REACHED_WITHIN = 0.5                    # degC above the target counts as there
SETTLED_AFTER = 5.0                     # seconds after the target was reached
SEARCH_STEP = 0.5                       # seconds, of the first search for the offset
OVERLAP_MIN = 0.5                       # share of the record that the truth must cover


class Trouble(Exception):
    """A file does not have what is needed; the text names it."""


@dataclass
class Protocol:
    """What a .protocol file asks for, temperatures in degC."""
    title: str
    target: float
    floor: float
    cycles: int

    @classmethod
    def read(cls, name):
        path = Path(name) if "/" in str(name) else PROTOCOLS / f"{name}.protocol"
        parser = configparser.ConfigParser(comment_prefixes=("#", ";"), strict=False)
        if not parser.read(path, encoding="utf-8"):
            raise Trouble(f"{path}: cannot be read")
        freeze = parser["Freeze"]
        return cls(parser["Protocol"]["Title"], number(freeze["Target"]), number(freeze["Floor"]),
                   int(freeze.get("Cycles", "1")))


def number(text):
    """The number of a value with a unit."""
    return float(text.split()[0])


def rows_of(path, needed):
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except OSError as error:
        raise Trouble(f"{path}: {error.strerror}") from error
    missing = [name for name in needed if name not in (reader.fieldnames or [])]
    if missing:
        raise Trouble(f"{path}: no column {', '.join(missing)}")
    if len(rows) < 2:
        raise Trouble(f"{path}: fewer than two rows")
    return rows


def column(rows, name, convert=float):
    """A column's values, None where the field is empty."""
    return [convert(row[name]) if row[name] else None for row in rows]


def hexadecimal(text):
    return int(text, 16)


@dataclass
class Truth:
    """The plant's log of one handpiece. Temperatures degC, lengths mm."""
    time: list
    tip: list
    sensor: list
    ice: list
    m20: list
    effective: list

    @classmethod
    def read(cls, path, handpiece=0):
        rows = rows_of(path, ("host_ns", "handpiece", "tip_degc", "sensor_degc", "ice_radius_mm",
                              "m20_radius_mm", "effective"))
        rows = [row for row in rows if int(row["handpiece"]) == handpiece]
        if len(rows) < 2:
            raise Trouble(f"{path}: fewer than two rows of handpiece {handpiece}")
        return cls([int(row["host_ns"]) / 1e9 for row in rows], column(rows, "tip_degc"),
                   column(rows, "sensor_degc"), column(rows, "ice_radius_mm"),
                   column(rows, "m20_radius_mm"), column(rows, "effective", hexadecimal))

    def shifted(self, offset):
        return Truth([t - offset for t in self.time], self.tip, self.sensor, self.ice, self.m20, self.effective)

    def between(self, start, end):
        """The indices of the rows from start to end."""
        return range(bisect.bisect_left(self.time, start), bisect.bisect_right(self.time, end))


@dataclass
class Span:
    """A phase from start to end."""
    phase: str
    cycle: int
    start: float
    end: float


@dataclass
class Record:
    """What cryod recorded. Temperatures degC, lengths mm, flow 0 to 1."""
    time: list
    tip: list
    target: list
    flow: list
    ice: list
    m20: list
    phases: list                # a Span each

    @classmethod
    def read(cls, path):
        rows = rows_of(path, ("time_s", "tip_degc", "target_degc", "flow_permille", "phase", "cycle",
                              "ice_radius_mm", "isotherm_radius_mm"))
        time = column(rows, "time_s")
        return cls(time, column(rows, "tip_degc"), column(rows, "target_degc"),
                   [(value or 0) / 1000 for value in column(rows, "flow_permille")], column(rows, "ice_radius_mm"),
                   column(rows, "isotherm_radius_mm"), spans(time, rows))

    def of_cycle(self, cycle, phase):
        return next((span for span in self.phases if span.phase == phase and span.cycle == cycle), None)

    def cycles(self):
        return sorted({span.cycle for span in self.phases if span.phase == "cool"})

    def withdraw_prompt(self):
        """When the needle might be withdrawn, None if it never was; a prompt confirmed at once leaves no sample."""
        begun = next((span.start for span in self.phases if span.phase == "withdraw"), None)
        if begun is None and self.phases[-1].phase == "warm":
            return self.phases[-1].end
        return begun


def spans(time, rows):
    """The phases in order; a sample without one belongs to the phase before."""
    found = []
    for moment, row in zip(time, rows):
        phase = row["phase"] or (found[-1].phase if found else "idle")
        cycle = int(row["cycle"] or (found[-1].cycle if found else 0))
        if found and (found[-1].phase, found[-1].cycle) == (phase, cycle):
            found[-1].end = moment
            continue
        if found:
            found[-1].end = moment
        found.append(Span(phase, cycle, moment, moment))
    return found


def interpolate(time, values, moment):
    """The value at a moment, None outside of the times."""
    right = bisect.bisect_left(time, moment)
    if right == len(time) or (right == 0 and time[0] != moment):
        return None
    if right == 0 or time[right] == moment:
        return values[right]
    share = (moment - time[right - 1]) / (time[right] - time[right - 1])
    return values[right - 1] + share * (values[right] - values[right - 1])


def misfit(truth, samples, offset):
    """Mean squared difference of the two tips with the record begun at offset of the truth's time; None: too little of both."""
    pairs = ((interpolate(truth.time, truth.sensor, t + offset), tip) for t, tip in samples)
    squares = [(a - b) ** 2 for a, b in pairs if a is not None]
    return sum(squares) / len(squares) if len(squares) >= OVERLAP_MIN * len(samples) else None


def best(truth, samples, offsets):
    scored = [(score, offset) for offset in offsets if (score := misfit(truth, samples, offset)) is not None]
    if not scored:
        raise Trouble("truth and record have too little time in common")
    return min(scored)[1]


def thinned(time, values, step):
    """Pairs of time and value at least step apart, without empty values."""
    kept = []
    for moment, value in zip(time, values):
        if value is not None and (not kept or moment - kept[-1][0] >= step):
            kept.append((moment, value))
    return kept


def align(truth, record):
    """The truth on the record's time axis."""
    coarse = thinned(record.time, record.tip, SEARCH_STEP)
    if not coarse:
        raise Trouble("the record has no tip temperature")
    first = truth.time[0] - record.time[-1]
    count = int((truth.time[-1] - record.time[0] - first) / SEARCH_STEP) + 1
    offset = best(truth, coarse, [first + i * SEARCH_STEP for i in range(count)])
    fine = thinned(record.time, record.tip, SEARCH_STEP / 5)
    offset = best(truth, fine, [offset + i * 0.02 for i in range(-30, 31)])
    return truth.shifted(offset)


@dataclass
class CycleFigures:
    """One cycle by the truth. None: it did not come to that."""
    cycle: int
    target: float
    to_target_s: float | None
    hold_s: float | None        # the settled part of the freeze
    hold_rms: float | None
    hold_worst: float | None


def cycle_figures(truth, record, protocol, cycle):
    cool, freeze = record.of_cycle(cycle, "cool"), record.of_cycle(cycle, "freeze")
    figures = CycleFigures(cycle, protocol.target, None, None, None, None)
    end = freeze.end if freeze else cool.end
    there = [truth.time[i] for i in truth.between(cool.start, end)
             if truth.tip[i] <= protocol.target + REACHED_WITHIN]
    if not there:
        return figures
    figures.to_target_s = there[0] - cool.start
    settled = [truth.tip[i] - protocol.target for i in truth.between(there[0] + SETTLED_AFTER, end)] if freeze else []
    if settled:
        figures.hold_s = end - there[0] - SETTLED_AFTER
        figures.hold_rms = (sum(d * d for d in settled) / len(settled)) ** 0.5
        figures.hold_worst = max(map(abs, settled))
    return figures


def flow_was_possible(effective):
    return bool(effective & SUPPLY and effective & FREEZE)


def is_closed(effective):
    return not effective & (SUPPLY | FREEZE)
