# SPDX-License-Identifier: GPL-2.0-or-later
"""A private bus with the mock of cryod, and cryoctl on it."""

import os
import re
import subprocess
import sys

import ktap

O = os.environ.get("O", "build")
CRYOCTL = f"{O}/bin/cryoctl"
MOCK = f"{O}/test/mock-cryod"
GOLDEN = "selftests/libcryo/golden"
PATIENCE = 20                   # seconds; reached only by a failure
WRITE = "--write" in sys.argv


class Bench:
    """A private bus with a mock of cryod, anew for every case."""

    def __init__(self):
        self.bus = subprocess.Popen(
            ["dbus-daemon", "--config-file=selftests/libcryo/bus.conf", "--nofork",
             "--print-address=1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        address = self.bus.stdout.readline().strip()
        self.env = dict(os.environ, LC_ALL="C.UTF-8", DBUS_SYSTEM_BUS_ADDRESS=address,
                        DBUS_SESSION_BUS_ADDRESS=address)
        self.mock = None

    def start_mock(self, *serials):
        self.mock = subprocess.Popen([MOCK], stdout=subprocess.PIPE, env=self.env, text=True)
        ktap.expect(self.mock.stdout.readline() == "ready\n", "the mock does not start")
        for serial in serials:
            self.tell("AddProbe", f"string:{serial}")
        return self

    def tell(self, member, *arguments):
        subprocess.run(["dbus-send", "--session", "--print-reply", "--dest=io.cryo1",
                        "/io/cryo1/mock", f"io.cryo1.Mock.{member}", *arguments],
                       env=self.env, check=True, stdout=subprocess.DEVNULL, timeout=PATIENCE)

    def set(self, name, value, serial="SN-0001"):
        self.tell("Set", f"string:{serial}", f"string:{name}", f"string:{value}")

    def frames(self, count, serial="SN-0001"):
        self.tell("Frames", f"string:{serial}", f"uint32:{count}")

    def run(self, *arguments, cwd=None, **more):
        return subprocess.run([os.path.abspath(CRYOCTL), *arguments], env=dict(self.env, **more),
                              text=True, errors="replace", capture_output=True, timeout=PATIENCE, cwd=cwd)

    def monitor(self, *arguments):
        """A running monitor that has opened its stream; its output goes to a pipe."""
        process = subprocess.Popen([CRYOCTL, "monitor", *arguments], env=self.env, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.tell("AwaitStream", "string:SN-0001")
        return process

    def end(self):
        for process in (self.mock, self.bus):
            if process:
                process.kill()
                process.wait()
                process.stdout.close()


def with_bench(case):
    def wrapped():
        bench = Bench()
        try:
            case(bench)
        finally:
            bench.end()
    wrapped.__name__ = case.__name__
    return wrapped


def expect_exit(result, code, stderr=""):
    ktap.expect(result.returncode == code and re.search(stderr, result.stderr),
                f"{result.args}: exit {result.returncode}, expected {code}; "
                f"stderr: {result.stderr!r}, expected {stderr!r}")


def expect_golden(name, text):
    path = f"{GOLDEN}/{name}"
    if WRITE:
        with open(path, "w", encoding="utf-8") as golden:
            golden.write(text)
    with open(path, encoding="utf-8") as golden:
        wanted = golden.read()
    ktap.expect(text == wanted, f"{path} differs; printed was:\n{text}")


def finish(process):
    """Waits for the end; (exit status, stdout, stderr)."""
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def treatment_is_running(bench):
    """A treatment in cool, with numbers that show."""
    bench.start_mock("SN-0001")
    expect_exit(bench.run("start", "demo"), 0)
    expect_exit(bench.run("advance"), 0)
    for name, value in (("Tip", -45200), ("Flow", 730), ("IceRadius", 3200),
                        ("IsothermRadius", 2100), ("Boundary", 5000), ("BoundaryIn", 31000),
                        ("PhaseLeft", 64100), ("IceError", 200), ("IceHalfLength", 6000), ("IceHalfLengthError", 300),
                        ("IsothermError", 400), ("IsothermHalfLength", 3500), ("IsothermHalfLengthError", 500),
                        ("IsothermDistance", 2000), ("IsothermTime", 120000), ("IsothermHeld", 61000),
                        ("Holder", 0)):
        bench.set(name, value)
