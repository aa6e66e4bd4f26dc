# SPDX-License-Identifier: GPL-2.0-or-later
"""A console on which faults are tried: brings it to where a fault shall hit, and back again."""

import contextlib
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
import rows
from console import BUILD, FREEZE, SUPPLY, THAW, Console, ConsoleError, machine, until

READY_S = 60
PATIENCE_S = 5
SETTLED_S = 0.5
ALONE_S = 2
CYCLE_NS = 200_000_000                  # of the modulated valve: who asks for full flow keeps it open for longer
CLOSED_NS = 1_000_000_000               # for good
GONE = 125                              # status of a command in a guest that has ended
ROWS_OF_A_BIND = 20                     # then the kernel would soon end freezes for their total time
HELD_UP = {"late", "missed", "pulse-gap"}
FROZEN = ("cool", "freeze")
FLOW = SUPPLY | FREEZE
BIND = "/sys/bus/platform/drivers/cryo-probe/{}"


@dataclass(frozen=True)
class Watched:
    """What counts as closed: bits of a word of the plant's log."""
    what: str = "effective"
    bits: int = SUPPLY


# What may go wrong with the bench itself.
TROUBLE = (ConsoleError, subprocess.SubprocessError, OSError)


class HeldUp(ConsoleError):
    """The emulated machine did not keep its period, before any fault was injected: that tells nothing."""


class Bench(Console):
    """Rows share a boot: recover() brings it back to an idle probe in warm tissue, boot_again() a guest that has gone."""

    def __init__(self, name="faults", kind=rows.Machine()):
        data = BUILD / name / "data.img"
        data.unlink(missing_ok=True)
        super().__init__(data.parent, name=name, data=data, cpus=kind.cpus, handpieces=kind.handpieces)
        self.treatment = None
        self.started_ns = None
        self.watched = Watched()
        self.rows_of_bind = 0

    def start_guest_alone(self):
        super().start_guest_alone()
        # They would start in a treatment, and take their time from the control loop.
        self.output("systemctl", "start", "polkit")
        self.run("sh", "-c", "modprobe iio-trig-hrtimer; mountpoint -q /sys/kernel/config || "
                             "mount -t configfs configfs /sys/kernel/config")
        self.injector = self.bring("fault-injector")
        self.controller = self.bring("fault-controller")
        self.output("mkdir", "-p", "/etc/cryo/protocols")
        for protocol in HERE.glob("*.protocol"):
            self.vm("put", protocol, f"/etc/cryo/protocols/{protocol.name}")

    def boot_again(self):
        self.vm("kill")
        self.plant("clear all")
        self.plant("estop released")
        self.plant("reset")
        self.edge_log.new_guest()
        self.start_guest()
        self.rows_of_bind = 0
        # cryod has found the treatment that was interrupted, and watches its thaw.
        self.recover()

    def kill_plant(self):
        """Kills the virtual patient, sees what the driver does of itself, lets another one take the page over."""
        self.plant_process.kill()
        self.plant_process.wait()
        time.sleep(ALONE_S)
        self.edge_log.take_ring(self.page)
        self.control.unlink()
        self.edges = self.live / "edges-of-another.csv"
        self.start_plant(fresh=False)
        self.edge_log.follow(self.edges)

    def others_stopped(self, since_ns):
        """What keeps probes other than the first from their freeze, "" if nothing does."""
        log, told = self.edge_log.refresh(), {probe["serial"]: probe for probe in self.probes()}
        stopped = []
        for number, serial in enumerate(self.serials()[1:], 1):
            flows = any(word & SUPPLY for at_ns, word in log.words("effective", number) if at_ns > since_ns)
            probe = told.get(serial, {"phase": "gone", "faults": []})
            if probe["phase"] != "freeze" or not flows:
                stopped.append(f"{serial}: {probe['phase']} {probe['faults']}")
        return " ".join(stopped)

    def probe(self):
        """The row's, which is the first and may have lost its serial number; None if it is not there."""
        others = self.serials()[1:]
        return next((probe for probe in self.probes() if probe["serial"] not in others), None)

    def absence(self):
        """Why there is nothing to tell of the row's probe."""
        return "no cryod" if self.run("cryoctl", "list", timeout=10).returncode else "no probe"

    def qemu_pid(self):
        return int((self.run_dir / "qemu.pid").read_text())

    def main_pid(self):
        return self.output("systemctl", "show", "-P", "MainPID", "cryod").strip()

    def is_open(self):
        return bool(int(self.plant_state()[self.watched.what], 16) & self.watched.bits)

    def closed_at_ns(self):
        """When what is watched closed for good; None while it is open."""
        return self.edge_log.refresh().closed_at_ns(self.watched.bits, what=self.watched.what)

    def start_treatment(self, protocol):
        """One on each probe; that of the first is the row's."""
        self.started_ns = time.monotonic_ns()
        # The only one need not be named, and can be without a name.
        which = [[serial] for serial in self.serials()] if self.handpieces > 1 else [[]]
        said = [self.output("cryoctl", "start", protocol, *serial) for serial in which]
        self.treatment = int(re.search(r"Treatment (\d+)", said[0])[1])

    def is_in(self, phase, probe):
        if probe["outcome"] != "none" or probe["faults"]:
            held_up = HELD_UP & set(probe["faults"])
            raise (HeldUp if held_up else ConsoleError)(f"no {phase}: {probe['outcome']}, {probe['faults']}")
        return probe["phase"] == phase

    def flows_in(self, phase):
        """Whether the treatment has come to that phase, with the supply open."""
        return self.every(lambda probe: self.is_in(phase, probe)) and self.is_open()

    def enter_freeze(self):
        """The target is held."""
        self.start_treatment("hold")
        until("a freeze", lambda: self.flows_in("freeze"), READY_S, every=0.1)
        time.sleep(SETTLED_S)

    def enter_full(self):
        """All the flow there is."""
        self.start_treatment("full")
        until("flow", lambda: self.flows_in("cool"), READY_S, every=0.1)

    def enter_idle(self):
        """Nothing goes on."""

    def enter_bare(self):
        """Nobody controls: a controller of our own is to come."""
        self.output("systemctl", "stop", "cryod")

    SCENES = {"freeze": enter_freeze, "full": enter_full, "idle": enter_idle, "begin": enter_idle,
              "bare": enter_bare, "armed": enter_bare, "warm": enter_bare, "found": enter_bare,
              "four": enter_freeze, "one-cpu": enter_freeze}
    WATCHED = {"warm": Watched(bits=THAW), "found": Watched("word", FLOW)}

    def enter(self, scene):
        """What goes on when the fault hits."""
        self.treatment = None
        self.watched = self.WATCHED.get(scene, Watched())
        self.rows_of_bind += 1
        self.SCENES[scene](self)

    def enter_after(self, row, injection):
        """The scene that begins when the fault is there already: what it does is counted from full flow on."""
        if row.scene != "begin":
            return
        since_ns = injection.t0_ns()
        # A reading that has jumped is a step until it has stayed for some samples.
        time.sleep(SETTLED_S)
        try:
            self.start_treatment("full")
        except ConsoleError:
            # cryod may see for itself that it cannot be; what the kernel has latched is judged all the same.
            if row.after != rows.REFUSED:
                raise
        if row.after != rows.REFUSED:
            flow_ns = until("full flow", lambda: self.full_flow_ns(since_ns), READY_S, every=0.05)
            injection.t0_ns = lambda: flow_ns

    def first_flow_ns(self, since_ns):
        """When both valves were first open at once; None if they never were."""
        return next((at for at, word in self.edge_log.refresh().words("effective")
                     if at >= since_ns and word & FLOW == FLOW), None)

    def full_flow_ns(self, since_ns):
        """When both valves opened to stay so, or for the last time before a fault; None if they have not."""
        opened = closed = None
        for at, word in self.edge_log.refresh().words("effective"):
            if at < since_ns:
                continue
            flows = word & FLOW == FLOW
            if flows and (closed or not opened):
                opened, closed = at, None
            elif not flows and opened and not closed:
                closed = at
                if closed - opened > CYCLE_NS:
                    break
        now_ns = time.monotonic_ns()
        stays = opened and (closed or now_ns) - opened > CYCLE_NS
        return opened if stays or closed and now_ns - closed > CLOSED_NS else None

    def revive(self):
        """A cryod that answers; one that does not is killed, and systemd starts another."""
        if self.run("cryoctl", "list", timeout=10).returncode:
            self.run("systemctl", "kill", "-s", "KILL", "cryod")
            self.run("systemctl", "start", "cryod")
        self.wait_for_probe()

    def stop_treatments(self):
        """Before the patient is exchanged: a tip that is warm all at once would be a fault, and not be believed."""
        if any(probe["phase"] in FROZEN for probe in self.probes()):
            self.plant("estop pressed")
            until("no freeze", lambda: self.every(lambda probe: probe["phase"] not in FROZEN), READY_S)
            self.plant("estop released")
        # One that waits for the emergency stop to be tried takes it for that.
        for probe in self.probes():
            if probe["phase"] == "self-test":
                self.run("cryoctl", "abort", probe["serial"])

    def end_treatment(self, probe):
        """The operator's hand; whether the probe is idle."""
        if probe["prompt"]:
            self.run("cryoctl", "advance", probe["serial"])
        return probe["phase"] == "idle"

    def end_treatments(self):
        """Until the probes are idle; the outcome of what was going on in the first. A tip that was seen to lie is not
        believed until the next start, and its needle would be watched for minutes: cryod is to find it warm instead."""
        try:
            until("idle probes", lambda: self.every(self.end_treatment), PATIENCE_S)
        except ConsoleError:
            outcome = self.probe()["outcome"]
            until("no fault", self.is_clear, READY_S)
            self.output("systemctl", "restart", "cryod")
            self.wait_for_probe()
            until("idle probes", lambda: self.every(self.end_treatment), READY_S)
            return outcome
        return self.probe()["outcome"]

    def is_clear(self):
        return self.clear_fault() and self.every(lambda probe: not probe["faults"])

    def acknowledge(self, probe):
        for alarm in probe["alarms"]:
            self.run("busctl", "call", "io.cryo1", f"/io/cryo1/probe/{probe['serial']}", "io.cryo1.Probe",
                     "AcknowledgeAlarm", "s", alarm["code"])

    def is_untried(self, probe):
        """The probe was bound anew: nobody has tried its emergency stop."""
        return bool({"bound", "test-estop"} & set(probe["faults"]))

    def recover(self):
        """Back to idle probes without faults in fresh tissue; the outcome of what was going on in the first."""
        self.plant("clear all")
        self.plant("estop released")
        self.revive()
        self.stop_treatments()
        self.plant("reset")
        outcome = self.end_treatments()
        if self.rows_of_bind >= ROWS_OF_A_BIND:
            self.bind_again()
        if any(map(self.is_untried, self.probes())):
            self.exercise_estop()
            self.rows_of_bind = 0
        until("no fault", self.is_clear, READY_S)
        for probe in self.probes():
            self.acknowledge(probe)
        return outcome

    def bind_again(self):
        """Every driver forgets what it has counted; the emergency stop has to be tried again."""
        for number in range(self.handpieces):
            for how in ("unbind", "bind"):
                self.output("sh", "-c", f"echo cryo-probe.{number} >{BIND.format(how)}")
        until("the probes anew", lambda: self.every(self.is_untried), READY_S)

    def rescue(self):
        """Recovers, with another boot where nothing else helps."""
        try:
            self.recover()
        except TROUBLE:
            self.boot_again()

    def run(self, *command, timeout=60):
        """As any console does; an error where there is no guest any more, for which nobody need wait."""
        done = super().run(*command, timeout=timeout)
        if done.returncode == GONE and not machine.is_claimed(self.run_dir):
            raise ConsoleError("the guest has gone")
        return done

    def keep_journal(self, name):
        """What the guest said last, on its console and in its journal, and what its bus tells now."""
        with contextlib.suppress(OSError):
            shutil.copy(self.run_dir / "console.log", self.directory / f"{name}.console")
        with contextlib.suppress(*TROUBLE):
            said = self.run("journalctl", "-b", "-n", "200", "--no-pager", "-o", "short-monotonic").stdout
            (self.directory / f"{name}.journal").write_text(f"{said}\n{self.probes()}\n", encoding="utf-8")

    def record_s(self):
        """How long the treatment's record is; None if it cannot be had."""
        csv = self.run("cryoctl", "export", str(self.treatment), timeout=30)
        lines = csv.stdout.splitlines()
        if csv.returncode or len(lines) < 2 or not lines[0].startswith("time_s,"):
            return None
        return float(lines[-1].split(",")[0])

    def database_complaint(self):
        """What SQLite says of the database, "" if it is whole."""
        said = self.run("sqlite3", "-readonly", "/var/lib/cryo/record.db", "PRAGMA integrity_check", timeout=60)
        return "" if said.stdout.strip() == "ok" else said.stdout + said.stderr
