# SPDX-License-Identifier: GPL-2.0-or-later
"""Tries one row on a bench and judges what came of it."""

import time
from dataclasses import dataclass, field

from bench import HELD_UP, SUPPLY, ConsoleError, HeldUp, until
from inject import inject

TRIES = 3
CLOSE_S = 5                             # beyond this it is not late but open
TOLD_S = 20
COMMIT_S = 2.0                          # what a crash may lose of the record
AGAIN_S = 1.0                           # were it to open again, it would be within this time


@dataclass
class Finding:
    """One try of a row."""
    measured_ms: float | None = None
    state: str = "?"
    told: str = "-"
    kept: str = "-"
    failures: list = field(default_factory=list)
    doubts: list = field(default_factory=list)      # why a failure would be inconclusive

    def expect(self, condition, message):
        if not condition:
            self.failures.append(message)


def measure_closing(bench, row, injection, finding):
    try:
        until("the supply to close", lambda: not bench.is_open(), CLOSE_S, every=0.02)
    except ConsoleError as error:
        finding.failures.append(str(error))
        return
    time.sleep(AGAIN_S)
    since_ns = injection.t0_ns()
    closed_ns = bench.edge_log.refresh().closed_at_ns(SUPPLY)
    finding.expect(closed_ns is not None, "the supply is open again")
    if closed_ns is None:
        return
    finding.measured_ms = (closed_ns - since_ns) / 1e6
    finding.expect(finding.measured_ms <= row.bound_ms, f"{finding.measured_ms:.1f} ms is more than {row.bound_ms} ms")
    stalls = bench.edge_log.stalls(since_ns, closed_ns)
    if stalls:
        finding.doubts.append(f"the host stalled {stalls} times")


def watch_told(bench, row, finding):
    """What the operator is told, as soon as it is all that the row wants."""
    def told():
        probe = bench.probe()
        if not probe:
            return None
        seen.update(probe)
        alarms = {alarm["code"] for alarm in probe["alarms"]}
        return set(row.latched) <= set(probe["faults"]) and set(row.told) <= alarms
    seen = {}
    try:
        until("what the operator is to be told", told, TOLD_S, every=0.1)
    except ConsoleError:
        pass
    faults, alarms = seen.get("faults", []), [alarm["code"] for alarm in seen.get("alarms", [])]
    finding.told = " ".join(alarms) or "-"
    finding.state = " ".join([seen.get("interlock", "?"), *faults, seen.get("phase", "?")])
    finding.expect(set(row.latched) <= set(faults), f"latched {faults}, not {list(row.latched)}")
    finding.expect(set(row.told) <= set(alarms), f"alarms {alarms}, not {list(row.told)}")
    if HELD_UP & set(faults) - set(row.latched):
        finding.doubts.append(f"the guest was held up: {' '.join(faults)}")


def look_after(bench, row, finding, since_ns):
    """The end of it: how the treatment went out, and whether its record is there."""
    bench.recover()
    if bench.treatment is None:
        return
    frozen_s = (since_ns - bench.started_ns) / 1e9
    record_s = bench.record_s()
    finding.expect(record_s is not None and record_s > frozen_s - COMMIT_S,
                   f"the record has {record_s} s of {frozen_s:.1f} s")
    finding.kept = f"{record_s:.1f} s" if record_s is not None else "no"


def try_once(bench, row):
    finding = Finding()
    try:
        bench.enter(row.scene)
    except HeldUp as error:
        finding.failures.append(str(error))
        finding.doubts.append("the guest was held up before the fault")
        return finding
    injection = inject(bench, row.inject)
    measure_closing(bench, row, injection, finding)
    injection.end()
    if row.after == "dead":
        finding.state = "dead"
        return finding
    watch_told(bench, row, finding)
    look_after(bench, row, finding, injection.t0_ns())
    return finding
