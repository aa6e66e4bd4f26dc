# SPDX-License-Identifier: GPL-2.0-or-later
"""The real daemon with a stand-in for the kernel, on a private bus."""

import json
import os
import subprocess
import tempfile
import time

import ktap

O = os.environ.get("O", "build")
PATIENCE = 60                   # seconds; reached only by a failure


class Console:
    """A bus and a cryod on it, which knows a probe."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.bus = subprocess.Popen(
            ["dbus-daemon", "--config-file=selftests/libcryo/bus.conf", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.env = dict(os.environ, LC_ALL="C.UTF-8",
                        DBUS_SYSTEM_BUS_ADDRESS=self.bus.stdout.readline().strip())
        self.daemon = subprocess.Popen([f"{O}/test/fake-cryod", f"{self.folder.name}/record.db"],
                                       env=self.env, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, text=True)
        ktap.expect(self.daemon.stdout.readline() == "ready\n", "cryod does not start")
        self.wait(lambda: "idle" in self.run("list").stdout, "a probe that is idle")
        return self

    def __exit__(self, *_):
        for process in (self.daemon, self.bus):
            process.kill()
            process.wait()
            process.stdout.close()
        self.folder.cleanup()

    def run(self, *arguments):
        return subprocess.run([f"{O}/bin/cryoctl", *arguments], env=self.env, text=True,
                              capture_output=True, timeout=PATIENCE, check=False)

    def start(self, *arguments):
        return subprocess.Popen([f"{O}/bin/cryoctl", *arguments], env=self.env, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def status(self):
        return json.loads(self.run("status", "--json").stdout)[0]

    @staticmethod
    def wait(condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            ktap.expect(time.monotonic() < end, f"waited in vain for {what}")
            time.sleep(0.02)

    def wait_for_phase(self, phase):
        self.wait(lambda: self.status()["phase"] == phase, f"phase {phase}")
