# SPDX-License-Identifier: GPL-2.0-or-later
"""A virtual patient on the host and a console in a guest, as one object that cleans up after itself."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("O", ROOT / "build")).resolve()
VM = ROOT / "selftests/vm/vm"
FRONTEND = os.environ.get("FRONTEND", "ads1115")   # converters of every console's thermocouples
sys.path.insert(0, str(VM.parent))
import channel
import machine
import plant
from edges import EdgeLog

ACTIVE_MM = 7
SUPPLY = 0x01                           # CRYOSIM_OUT_SUPPLY of the words in the plant's edge log
FREEZE = 0x02                           # CRYOSIM_OUT_FREEZE
THAW = 0x08                             # CRYOSIM_OUT_THAW
ALARM = 0x20                            # CRYOSIM_OUT_ALARM: de-energised = sounding
SERIAL = "SIM0001"                      # the first probe, which is the one that is treated
PROBE_PATH = f"/io/cryo1/probe/{SERIAL}"


class ConsoleError(Exception):
    """Something of the bench itself did not work; tests report it as a failure."""


def until(what, condition, seconds, every=0.2):
    """Waits for condition() to be true and returns its value; polls, because the guest cannot tell us."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise ConsoleError(f"{what}: not within {seconds} s")
        time.sleep(every)


def as_user(user, *command):
    """The command as that user of the guest runs it."""
    return ("runuser", "-u", user, "--", *command)


class Console:
    """with Console(directory) as c: the guest is booted and its plant runs."""

    def __init__(self, directory, cryogen="n2o", gauge=18, active_mm=ACTIVE_MM, handpieces=1, name="system", data=None,
                 cpus=2, has_speaker=False):
        self.directory = Path(directory)
        self.cryogen = cryogen
        self.gauge = gauge
        self.active_mm = active_mm
        self.handpieces = handpieces
        self.name = name
        self.data = data                # a disk for /var/lib/cryo that outlives the guest
        self.cpus = cpus
        self.has_speaker = has_speaker
        self.run_dir = machine.VM / "run" / name
        self.plant_process = None
        self.beside = []                # commands that go on in the guest
        # Not on a disk: writing it back would hold up the plant.
        self.live = Path(tempfile.mkdtemp(prefix="cryo-", dir="/dev/shm"))
        self.page = self.live / "page"
        self.control = self.live / "plant.socket"
        self.truth = self.live / "truth.csv"
        self.edges = self.live / "edges.csv"
        self.speaker = self.live / "speaker.wav"
        self.edge_log = EdgeLog(self.edges)

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        self.directory.mkdir(parents=True, exist_ok=True)
        try:
            self.start_plant()
            self.start_guest()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run([VM, "kill", "--name", self.name], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
        for process in self.beside:
            machine.stop(process)
        if self.plant_process:
            machine.stop(self.plant_process)
        for log in (self.truth, self.edges):
            if log.exists():
                shutil.copy(log, self.directory)
        shutil.rmtree(self.live, ignore_errors=True)

    def plant_options(self):
        """Who is treated, with what."""
        return (f"--cryogen {self.cryogen} --gauge {self.gauge} --active-mm {self.active_mm} "
                f"--handpieces {self.handpieces}")

    def start_plant(self, fresh=True):
        self.plant_process = plant.start(
            self.page, f"--control {self.control} --log {self.truth} --edges {self.edges} {self.plant_options()}", fresh)
        until("the plant's control socket", self.control.exists, 10)

    def start_guest(self):
        """A booted guest whose emergency stop has been tried."""
        self.start_guest_alone()
        self.exercise_estop()

    def start_guest_alone(self):
        disk = ["--data", self.data] if self.data else []
        speaker = ["--speaker", self.speaker] if self.has_speaker else []
        self.vm("start", "--page", self.page, "--cpus", self.cpus, *disk, *speaker, "--append",
                f"cryoprobe_sim.cryogen={self.cryogen} cryoprobe_sim.gauge={self.gauge} "
                f"cryoprobe_sim.active_um={self.active_mm * 1000} cryoprobe_sim.frontend={FRONTEND}")
        self.vm("wait-boot", timeout=120)

    def exercise_estop(self):
        """The operator's duty at power-up: presses the emergency stop, sees that it is noticed, releases it."""
        self.wait_for_probe()
        self.plant("estop pressed")
        until("the emergency stop to be noticed", lambda: self.every(lambda probe: "estop" in probe["faults"]), 20)
        self.plant("estop released")
        until("the emergency stop to be cleared", self.clear_fault, 20)

    def serials(self):
        return [f"SIM{number:04d}" for number in range(1, self.handpieces + 1)]

    def all_are_there(self):
        told = self.run("cryoctl", "list").stdout
        return all(serial in told for serial in self.serials())

    def wait_for_probe(self):
        until("all probes on the bus", self.all_are_there, 60)

    def clear_fault(self):
        """Takes back the latched faults of all probes; False while a cause stands."""
        return self.every(lambda probe: not probe["faults"] or
                          self.run("cryoctl", "clear-fault", probe["serial"]).returncode == 0)

    def vm(self, verb, *arguments, timeout=60):
        done = subprocess.run([VM, verb, "--name", self.name, *map(str, arguments)],
                              capture_output=True, text=True, timeout=timeout, check=False)
        if done.returncode:
            raise ConsoleError(f"vm {verb}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def run(self, *command, timeout=60):
        """Runs a command in the guest; its CompletedProcess. Status 124: not done in time, 125: the guest has gone."""
        output, error = bytearray(), bytearray()
        try:
            status = channel.execute(self.run_dir, command, on_stdout=output.extend, on_stderr=error.extend,
                                     timeout_s=timeout)
        except channel.TimedOut as late:
            status, error = 124, str(late).encode()
        except (channel.GuestGone, OSError) as gone:
            status, error = 125, str(gone).encode()
        return subprocess.CompletedProcess(command, status, output.decode(errors="replace"),
                                           error.decode(errors="replace"))

    def output(self, *command, timeout=60):
        """The command's output; an error if it fails."""
        done = self.run(*command, timeout=timeout)
        if done.returncode:
            raise ConsoleError(f"{' '.join(command)}: status {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def start(self, *command, **options):
        """Runs a command in the guest beside us; its Popen. It ends with the console at the latest."""
        process = subprocess.Popen([VM, "exec", "--name", self.name, "--timeout", "600", "--", *command],
                                   text=True, **options)
        self.beside.append(process)
        return process

    def bring(self, program):
        """Copies one of our programs into the guest; its path there."""
        path = f"/tmp/{Path(program).name}"
        self.vm("put", BUILD / "bin" / program, path)
        self.output("chmod", "755", path)
        return path

    def plant(self, line):
        """One line to the plant's control socket; its answer."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(10)
            s.connect(str(self.control))
            s.sendall(line.encode() + b"\n")
            answer = s.makefile(encoding="utf-8").readline().strip()
        if not answer.startswith("ok"):
            raise ConsoleError(f"plant: {line}: {answer}")
        return answer.removeprefix("ok").strip()

    def plant_state(self):
        """The plant's truth now, by the names of the truth log's columns, as text."""
        return dict(pair.split("=", 1) for pair in self.plant("state").split())

    def effective_supply(self):
        """What can flow now: valve word AND one-shot AND E-stop contact."""
        return int(self.plant_state()["effective"], 16)

    def probes(self):
        """All that the bus tells of each probe, in the order of their serials."""
        told = self.run("cryoctl", "status", "--json", timeout=10)
        probes = json.loads(told.stdout) if told.returncode == 0 else []
        return sorted(probes, key=lambda probe: probe["serial"])

    def every(self, condition):
        """Whether that is so of every probe, and none is missing."""
        probes = self.probes()
        return len(probes) == self.handpieces and all([condition(probe) for probe in probes])

    def probe(self):
        """All that the bus tells of the first probe; None if there is none."""
        return next(iter(self.probes()), None)

    def property(self, name):
        """A property of the first probe on the bus, as busctl prints it without its type."""
        value = self.output("busctl", "get-property", "io.cryo1", PROBE_PATH, "io.cryo1.Probe", name)
        return value.split(maxsplit=1)[1].strip().strip('"')

    def confirm_prompt(self, operator="root"):
        """The operator's hand: confirms what the treatment asks, if it asks anything."""
        if self.property("Prompt"):
            self.run(*as_user(operator, "cryoctl", "advance", SERIAL))

    def advance_until(self, phase, seconds, operator="root"):
        """Plays the operator until the treatment is in the phase."""
        def step():
            if self.property("Phase") == phase:
                return True
            if phase != "idle" and self.property("Outcome") != "none":
                raise ConsoleError(f"no {phase}: {self.property('Outcome')}, {self.property('Faults')}")
            self.confirm_prompt(operator)
            return False
        until(f"phase {phase}", step, seconds, every=1)

    def freeze(self):
        """From idle to the middle of a freeze."""
        self.wait_for_probe()
        # A needle that nobody has pulled out of its ice may be cold again, and is then warmed first.
        self.advance_until("idle", 240)
        self.output("cryoctl", "start", "demo", SERIAL)
        self.advance_until("freeze", 120)

    def last_words(self):
        """What cryod and the kernel said last."""
        return self.run("journalctl", "-b", "-n", "25", "--no-pager", "-o", "short-monotonic").stdout

    def closed_after_ms(self, since_ns):
        """How long after that instant the effective supply closed for good, on the host's clock."""
        return (self.edge_log.refresh().closed_at_ns(SUPPLY) - since_ns) / 1e6

    def disturbance(self, since_ns):
        """What says that the emulated machine was held up since then; empty if nothing does."""
        stalls = self.stalls(since_ns)
        if stalls:
            return f"the host stalled {stalls} times"
        late = self.run("journalctl", "-b", "-g", "latched a fault: (late|missed|pulse-gap)", "-o", "cat",
                        f"--since=-{int((time.monotonic_ns() - since_ns) / 1e9)}s").stdout
        return "the guest could not keep its period" if "latched" in late else ""

    def stalls(self, since_ns):
        """How often the host itself stood still for more than 5 ms since then, by the plant's witness."""
        return self.edge_log.refresh().stalls(since_ns)

    def host_ns(self, guest_ns):
        """The guest's time on the host's clock."""
        return self.edge_log.refresh().host_ns(guest_ns)
