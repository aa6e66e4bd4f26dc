# SPDX-License-Identifier: GPL-2.0-or-later
"""Tries one row on a bench and judges what came of it."""

import time
from dataclasses import dataclass, field

import rows
from bench import HELD_UP, TROUBLE, HeldUp, machine, until
from console import ALARM
from inject import inject

TRIES = 3
QUIET_TRIES = 8                         # to come to where a fault can be injected at all
CLOSE_S = 2                             # beyond the bound by so much it is not late but open
EARLY_MS = 20                           # systemd notes what it does a moment after it has done it
TOLD_S = 45                              # cryod's watchdog takes 30
COMMIT_S = 2.0                          # what a crash may lose of the record
AGAIN_S = 0.8                           # who holds a temperature opens again within this time
POLL_S = 0.02
GONE_S = 90                             # for a guest to end
SOUNDER = "sounder"                     # the alarm line, which needs no daemon


@dataclass
class Finding:
    """One try of a row."""
    measured_ms: float | None = None
    state: str = "-"
    told: str = "-"
    kept: str = "-"
    failures: list = field(default_factory=list)
    doubts: list = field(default_factory=list)      # why a failure would be inconclusive
    tries: int = 1

    def expect(self, condition, message):
        if not condition:
            self.failures.append(message)


def note_stalls(bench, since_ns, until_ns, finding):
    stalls = bench.edge_log.refresh().stalls(since_ns, until_ns)
    if stalls:
        finding.doubts.append(f"the host stalled {stalls} times")


def closed_at_ns(bench, row):
    """When the supply closed; of a probe that is armed and nothing more, when the valves lost theirs."""
    return bench.edge_log.refresh().last("oneshot", "off") if row.scene == "armed" else bench.closed_at_ns()


def watch_while_open(bench, row, injection, more_s=0.0):
    """Until it has closed for good, or the bound is over; the fault may be yet to come."""
    open_ns = injection.t0_ns()
    end_ns = open_ns + (row.bound_ms / 1e3 + more_s) * 1e9
    while True:
        now_ns = time.monotonic_ns()
        if bench.is_open():
            open_ns = max(open_ns, now_ns)
            if now_ns > end_ns:
                return
        elif now_ns - open_ns > AGAIN_S * 1e9:
            return
        time.sleep(POLL_S)


def note_too_early(row, before_ms, finding):
    """A supply that was closed already tells nothing; a gentle heater is off for most of the time."""
    if before_ms > EARLY_MS and row.scene != "warm":
        finding.failures.append(f"closed {before_ms:.1f} ms before the fault")
        finding.doubts.append("it would have closed by itself")


def watch_closing(bench, row, injection, finding):
    """The supply has to be closed within the bound, and to stay so."""
    watch_while_open(bench, row, injection, CLOSE_S)
    since_ns = injection.t0_ns()
    closed_ns = closed_at_ns(bench, row)
    note_stalls(bench, since_ns, closed_ns, finding)
    if closed_ns is None:
        finding.failures.append("the supply is open")
        return
    note_too_early(row, (since_ns - closed_ns) / 1e6, finding)
    finding.measured_ms = max(0.0, (closed_ns - since_ns) / 1e6)
    finding.expect(finding.measured_ms <= row.bound_ms, f"{finding.measured_ms:.1f} ms is more than {row.bound_ms} ms")


def watch_going_on(bench, row, injection, finding):
    """The supply has to stay open for as long as the bound says."""
    watch_while_open(bench, row, injection)
    since_ns = injection.t0_ns()
    closed_ns = bench.closed_at_ns()
    note_stalls(bench, since_ns, closed_ns, finding)
    finding.measured_ms = ((closed_ns or time.monotonic_ns()) - since_ns) / 1e6
    finding.expect(closed_ns is None, f"the supply closed after {finding.measured_ms:.0f} ms")


def watch_refusal(bench, row, injection, finding):
    """Nothing must flow for as long as the bound says; a test of the valves opens one at a time."""
    end = time.monotonic() + row.bound_ms / 1e3
    while time.monotonic() < end:
        time.sleep(POLL_S)
    since_ns = injection.t0_ns()
    finding.measured_ms = (time.monotonic_ns() - since_ns) / 1e6
    finding.expect(bench.first_flow_ns(since_ns) is None, "it flowed")


def watch_either(bench, row, injection, finding):
    """It may go on, or close within the bound."""
    watch_while_open(bench, row, injection)
    if bench.is_open():
        watch_going_on(bench, row, injection, finding)
    else:
        watch_closing(bench, row, injection, finding)


def watch_nothing(*_):
    """It is the telling that is measured."""


WATCHES = {rows.ON: watch_going_on, rows.REFUSED: watch_refusal, rows.SAFE: watch_either, rows.TOLD: watch_nothing}


def sounds(bench):
    return not int(bench.plant_state()["word"], 16) & ALARM


def told_so_far(bench, seen):
    """Faults and alarms by now; seen keeps the last answer of the bus."""
    probe = bench.probe()
    if probe:
        seen.clear()
        seen.update(probe)
    alarms = {alarm["code"] for alarm in seen.get("alarms", [])}
    return set(seen.get("faults", [])), alarms | ({SOUNDER} if sounds(bench) else set())


def satisfied(wanted, there):
    """All words are there; of a word with / in it one of the alternatives."""
    return all(there & set(word.split("/")) for word in wanted)


def is_told(row, seen, faults, alarms):
    """All that the row wants; where it wants nothing of the bus, that need not answer."""
    wants_bus = row.latched or set(row.told) - {SOUNDER}
    return (seen or not wants_bus) and satisfied(row.latched, faults) and satisfied(row.told, alarms)


def unexpected(row, faults):
    """Of these faults the ones that tell of a guest that was held up, where the row does not want them."""
    wanted = {word for words in row.latched for word in words.split("/")}
    return sorted(faults & HELD_UP - wanted)


def watch_told(bench, row, injection, finding):
    """What the operator is told, as soon as it is all that the row wants."""
    seen, end = {}, time.monotonic() + TOLD_S
    while True:
        faults, alarms = told_so_far(bench, seen)
        complete = is_told(row, seen, faults, alarms)
        if complete or time.monotonic() > end:
            break
        time.sleep(POLL_S)
    if row.after == rows.TOLD:
        finding.measured_ms = (time.monotonic_ns() - injection.t0_ns()) / 1e6
        finding.expect(complete and finding.measured_ms <= row.bound_ms, f"told after {finding.measured_ms:.0f} ms")
    finding.told = " ".join(sorted(alarms)) or rows.NONE
    finding.state = " ".join([seen["phase"], seen["interlock"], *sorted(faults)]) if seen else bench.absence()
    finding.expect(satisfied(row.latched, faults), f"latched {sorted(faults)}, not {list(row.latched)}")
    finding.expect(satisfied(row.told, alarms), f"told {sorted(alarms)}, not {list(row.told)}")
    finding.expect(row.latched or not faults or row.after == rows.SAFE, f"latched {sorted(faults)}")
    if unexpected(row, faults):
        finding.doubts.append(f"the guest was held up: {' '.join(unexpected(row, faults))}")


def note_record(bench, finding, since_ns):
    """The record has to have the treatment, until the fault at least."""
    if bench.treatment is None:
        return
    frozen_s = (since_ns - bench.started_ns) / 1e9
    record_s = bench.record_s()
    finding.expect(record_s is not None and record_s > frozen_s - COMMIT_S,
                   f"the record has {record_s} s of {frozen_s:.1f} s")
    finding.kept = f"{record_s:.1f} s" if record_s is not None else "no"


def end_with_guest(bench, finding, since_ns):
    """The guest ends by itself; another one finds the record on the disk that was left."""
    finding.state = "guest gone"
    until("the guest's end", lambda: not machine.is_claimed(bench.run_dir), GONE_S)
    bench.boot_again()
    note_record(bench, finding, since_ns)
    complaint = bench.database_complaint()
    finding.expect(not complaint, f"the database: {complaint}")


def end_in_guest(bench, row, injection, finding):
    watch_told(bench, row, injection, finding)
    injection.undo()
    outcome = bench.recover()
    finding.expect(row.outcome in (None, outcome), f"outcome {outcome}, not {row.outcome}")
    note_record(bench, finding, injection.t0_ns())


def enter(bench, scene):
    """A guest that is held up on the way there tells nothing of the fault that is to come."""
    for left in reversed(range(QUIET_TRIES)):
        try:
            return bench.enter(scene)
        except HeldUp:
            if not left:
                raise
            bench.recover()


def try_once(bench, row):
    """One try, which leaves the bench ready for another."""
    finding = Finding()
    enter(bench, row.scene)
    injection = inject(bench, row.inject)
    bench.enter_after(row, injection)
    WATCHES.get(row.after, watch_closing)(bench, row, injection, finding)
    injection.end()
    complaint = injection.complaint()
    finding.expect(not complaint, complaint)
    if row.after == rows.DEAD:
        end_with_guest(bench, finding, injection.t0_ns())
    else:
        end_in_guest(bench, row, injection, finding)
    return finding


def try_row(bench, row):
    """One try, whatever comes of it; what the guest said to one that failed is kept."""
    since_ns = time.monotonic_ns()
    try:
        finding = try_once(bench, row)
        if finding.failures:
            bench.keep_journal(row.name)
        return finding
    except TROUBLE as error:
        bench.keep_journal(row.name)
        finding = Finding(failures=[str(error)])
        if isinstance(error, HeldUp):
            finding.doubts.append("the guest was held up before the fault")
        note_stalls(bench, since_ns, None, finding)
        bench.rescue()
        return finding


def judge(bench, row):
    """Tries a row until it tells something, at most three times."""
    for tries in range(1, TRIES + 1):
        finding = try_row(bench, row)
        finding.tries = tries
        if not finding.failures or not finding.doubts:
            break
        print(f"# {row.name}: inconclusive: {'; '.join(finding.failures)} ({'; '.join(finding.doubts)})", flush=True)
    return finding
