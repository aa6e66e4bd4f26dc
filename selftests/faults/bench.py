# SPDX-License-Identifier: GPL-2.0-or-later
"""A console on which faults are tried: brings it to where a fault shall hit, and back again."""

import re
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from console import BUILD, FREEZE, SUPPLY, Console, ConsoleError, machine, until

READY_S = 60
SETTLED_S = 0.5
HELD_UP = {"late", "missed", "pulse-gap"}
IN_FLOW = ("cool", "freeze")
FLOW = SUPPLY | FREEZE


class HeldUp(ConsoleError):
    """The emulated machine did not keep its period, before any fault was injected: that tells nothing."""


class Bench(Console):
    """Rows share a boot: recover() brings it back to an idle probe in warm tissue, boot_again() a guest that has gone."""

    def __init__(self, name="faults"):
        data = BUILD / name / "data.img"
        data.unlink(missing_ok=True)
        super().__init__(data.parent, name=name, data=data)
        self.treatment = None
        self.started_ns = None

    def start_guest_alone(self):
        super().start_guest_alone()
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

    def qemu_pid(self):
        return int((self.run_dir / "qemu.pid").read_text())

    def main_pid(self):
        return self.output("systemctl", "show", "-P", "MainPID", "cryod").strip()

    def is_open(self):
        return bool(self.effective_supply() & SUPPLY)

    def start_treatment(self, protocol):
        self.started_ns = time.monotonic_ns()
        said = self.output("cryoctl", "start", protocol)
        self.treatment = int(re.search(r"Treatment (\d+)", said)[1])

    def flows_in(self, phase):
        """Whether the treatment has come to that phase, with the supply open."""
        probe = self.probe()
        if not probe:
            return False
        if probe["outcome"] != "none" or probe["faults"]:
            held_up = HELD_UP & set(probe["faults"])
            raise (HeldUp if held_up else ConsoleError)(f"no {phase}: {probe['outcome']}, {probe['faults']}")
        return probe["phase"] == phase and self.is_open()

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
              "bare": enter_bare, "armed": enter_bare}

    def enter(self, scene):
        """What goes on when the fault hits."""
        self.treatment = None
        if scene not in self.SCENES:
            raise ConsoleError(f"scene {scene} is none of {' '.join(self.SCENES)}")
        self.SCENES[scene](self)

    def enter_after(self, scene, injection):
        """The scene that begins when the fault is there already: what it does is counted from the first flow."""
        if scene == "begin":
            since_ns = injection.t0_ns()
            self.start_treatment("full")
            injection.t0_ns = lambda: self.first_flow_ns(since_ns) or since_ns

    def first_flow_ns(self, since_ns):
        """When both valves were first open at once; None if they never were."""
        return next((at for at, word in self.edge_log.refresh().words("effective")
                     if at >= since_ns and word & FLOW == FLOW), None)

    def revive(self):
        """A cryod that answers; one that does not is killed, and systemd starts another."""
        if not self.probe():
            self.run("systemctl", "kill", "-s", "KILL", "cryod")
            self.run("systemctl", "start", "cryod")
            until("cryod", self.probe, READY_S)

    def is_idle(self):
        probe = self.probe()
        if not probe or probe["phase"] == "idle":
            return bool(probe)
        if probe["phase"] in IN_FLOW:
            self.run("cryoctl", "abort")
        elif probe["prompt"]:
            self.run("cryoctl", "advance")
        return False

    def is_clear(self):
        return not self.probe()["faults"] or self.clear_fault() and not self.probe()["faults"]

    def acknowledge(self):
        for alarm in self.probe()["alarms"]:
            self.run("busctl", "call", "io.cryo1", "/io/cryo1/probe/SIM0001", "io.cryo1.Probe",
                     "AcknowledgeAlarm", "s", alarm["code"])

    def recover(self):
        """Back to an idle probe without faults in fresh tissue; the outcome of what was going on."""
        self.plant("clear all")
        self.plant("estop released")
        self.plant("reset")
        self.revive()
        until("an idle probe", self.is_idle, READY_S)
        outcome = self.probe()["outcome"]
        if "bound" in self.property("Faults"):
            self.exercise_estop()
        until("no fault", self.is_clear, READY_S)
        self.acknowledge()
        return outcome

    def rescue(self):
        """Recovers, with another boot where nothing else helps."""
        try:
            self.recover()
        except ConsoleError:
            self.boot_again()

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
