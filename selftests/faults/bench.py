# SPDX-License-Identifier: GPL-2.0-or-later
"""A console on which faults are tried: brings it to where a fault shall hit, and back again."""

import re
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from console import BUILD, SUPPLY, Console, ConsoleError, until

READY_S = 60
SETTLED_S = 0.5
HELD_UP = {"late", "missed", "pulse-gap"}


class HeldUp(ConsoleError):
    """The emulated machine did not keep its period, before any fault was injected: that tells nothing."""


class Bench(Console):
    """One boot. Rows share it: recover() brings it back to an idle probe in warm tissue."""

    def __init__(self, name="faults"):
        super().__init__(BUILD / "faults", name=name)
        self.treatment = None
        self.started_ns = None

    def start_guest(self):
        super().start_guest()
        self.injector = self.bring("fault-injector")
        self.output("mkdir", "-p", "/etc/cryo/protocols")
        for protocol in HERE.glob("*.protocol"):
            self.vm("put", protocol, f"/etc/cryo/protocols/{protocol.name}")

    def is_open(self):
        return bool(self.effective_supply() & SUPPLY)

    def start_treatment(self, protocol):
        self.started_ns = time.monotonic_ns()
        said = self.output("cryoctl", "start", protocol)
        self.treatment = int(re.search(r"Treatment (\d+)", said)[1])

    def freezes(self):
        """Whether the treatment holds its target with the supply open."""
        probe = self.probe()
        if not probe:
            return False
        if probe["outcome"] != "none" or probe["faults"]:
            held_up = HELD_UP & set(probe["faults"])
            raise (HeldUp if held_up else ConsoleError)(f"no freeze: {probe['outcome']}, {probe['faults']}")
        return probe["phase"] == "freeze" and self.is_open()

    def enter(self, scene):
        """What goes on when the fault hits."""
        self.treatment = None
        if scene == "freeze":
            self.start_treatment("hold")
            until("a freeze", self.freezes, READY_S)
            time.sleep(SETTLED_S)
        elif scene != "idle":
            raise ConsoleError(f"no scene is called {scene}")

    def revive(self):
        """A cryod that answers; one that does not is killed, and systemd starts another."""
        if not self.probe():
            self.run("systemctl", "kill", "-s", "KILL", "cryod")
            self.run("systemctl", "start", "cryod")
            until("cryod", self.probe, READY_S)

    def warm_up(self):
        """Fresh tissue, and the operator's hand until nothing goes on."""
        self.plant("clear all")
        self.plant("estop released")
        self.plant("reset")
        self.run("cryoctl", "abort")
        until("an idle probe", self.is_idle, READY_S)

    def is_idle(self):
        probe = self.probe()
        if not probe or probe["phase"] == "idle":
            return bool(probe)
        if probe["prompt"]:
            self.run("cryoctl", "advance")
        return False

    def acknowledge(self):
        for alarm in self.probe()["alarms"]:
            self.run("busctl", "call", "io.cryo1", "/io/cryo1/probe/SIM0001", "io.cryo1.Probe",
                     "AcknowledgeAlarm", "s", alarm["code"])

    def recover(self):
        """Back to an idle probe without faults, whatever was done to it."""
        self.revive()
        self.warm_up()
        until("no fault", lambda: not self.probe()["faults"] or self.clear_fault() and False, READY_S)
        self.acknowledge()

    def record_s(self):
        """How long the treatment's record is; None if it cannot be had."""
        csv = self.run("cryoctl", "export", str(self.treatment), timeout=30)
        lines = csv.stdout.splitlines()
        if csv.returncode or len(lines) < 2 or not lines[0].startswith("time_s,"):
            return None
        return float(lines[-1].split(",")[0])
