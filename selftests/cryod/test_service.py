#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The cryod program as systemd sees it: options, configuration, READY, STATUS, WATCHDOG, SIGHUP and SIGTERM; no bus and no probe here."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOUND = Path(os.environ.get("O", "build")) / "bin/cryo-sound"
HIGH_BURST_BYTES = 10 * 150 * 48 * 2     # pulses, ms, frames of 2 bytes
CRYOD = Path(os.environ.get("O", "build")) / "bin/cryod"
WAIT_S = 30


class Service:
    """A running cryod with a notify socket of ours."""

    def __init__(self, watchdog_usec=None, root=None):
        self.directory = tempfile.TemporaryDirectory()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"{self.directory.name}/notify")
        self.socket.settimeout(WAIT_S)
        environment = dict(os.environ, NOTIFY_SOCKET=f"{self.directory.name}/notify",
                           STATE_DIRECTORY=self.directory.name, RUNTIME_DIRECTORY=self.directory.name)
        if watchdog_usec:
            environment["WATCHDOG_USEC"] = str(watchdog_usec)
        self.process = subprocess.Popen([CRYOD, f"--bus=unix:path={self.directory.name}/no-bus",
                                         f"--root={root or self.directory.name}"],
                                        env=environment, stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        self.socket.close()
        self.directory.cleanup()

    def wait_for(self, wanted):
        """Receives until a notification has the line; an error after WAIT_S without any."""
        while wanted not in self.socket.recv(4096).decode().splitlines():
            pass

    def wait_for_line(self, wanted):
        """Reads messages until one has the text, and gives it."""
        while line := self.process.stderr.readline():
            if wanted in line:
                return line
        raise AssertionError(f"no message has '{wanted}'")


def run(*arguments):
    return subprocess.run([CRYOD, *arguments], capture_output=True, text=True, timeout=WAIT_S, check=False)


def case_version_and_help():
    assert run("--version").stdout.startswith("cryod "), "no version"
    assert "--bus=ADDRESS" in run("--help").stdout, "no help"


def case_bad_options_are_named():
    done = run("--nonsense")
    assert done.returncode == 1 and "nonsense" in done.stderr, done.stderr
    done = run("argument")
    assert done.returncode == 1 and "'argument'" in done.stderr, done.stderr


def case_ready_without_bus_and_probe():
    with Service() as service:
        service.wait_for("READY=1")


def case_status_and_metrics_without_a_probe():
    with Service() as service:
        service.wait_for("STATUS=No probe")
        metrics = Path(service.directory.name, "metrics.prom")
        end = time.monotonic() + WAIT_S
        while not metrics.exists() and time.monotonic() < end:
            time.sleep(0.01)
        text = metrics.read_text(encoding="utf-8")
        assert "\ncryo_bus_connected 0\n" in text and text.endswith("\n"), text


def case_watchdog_is_fed_without_a_probe():
    with Service(watchdog_usec=400000) as service:
        service.wait_for("WATCHDOG=1")
        service.wait_for("WATCHDOG=1")


def case_an_alarm_is_played_by_alsa():
    with tempfile.TemporaryDirectory() as directory:
        config, played = Path(directory, "asound.conf"), Path(directory, "played")
        config.write_text('pcm.!default { type file file "%s" format "raw" slave.pcm { type null } }' % played,
                          encoding="utf-8")
        with subprocess.Popen([SOUND], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              env=dict(os.environ, ALSA_CONFIG_PATH=str(config))) as player:
            assert player.stdout.readline() == b"alsa\n", "it plays on something else"
            player.stdin.write(b"3")
            player.stdin.flush()
            end = time.monotonic() + WAIT_S
            while played.stat().st_size < HIGH_BURST_BYTES and time.monotonic() < end:
                time.sleep(0.1)
            player.stdin.close()
            assert player.wait(WAIT_S) == 0, "it does not end"
        assert played.stat().st_size == HIGH_BURST_BYTES, played.stat().st_size


def case_sigterm_ends_in_order():
    with Service() as service:
        service.wait_for("READY=1")
        service.process.send_signal(signal.SIGTERM)
        service.wait_for("STOPPING=1")
        assert service.process.wait(WAIT_S) == 0, "not in order"


def case_record_that_cannot_be_kept_is_told():
    with tempfile.TemporaryDirectory() as directory:
        missing = f"{directory}/missing"
        process = subprocess.Popen([CRYOD, "--bus=unix:path=/nonexistent"], stderr=subprocess.PIPE, text=True,
                                   env=dict(os.environ, STATE_DIRECTORY=missing))
        line = process.stderr.readline()
        while line and "the record cannot be kept" not in line:
            line = process.stderr.readline()
        process.terminate()
        assert process.wait(WAIT_S) == 0, "does not run without its record"
        process.stderr.close()
        assert line, "not told"


def write_config(root, name, text):
    path = Path(root) / "etc/cryo" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def case_check_config_says_what_is_wrong():
    with tempfile.TemporaryDirectory() as root:
        done = run("--check-config", f"--root={root}")
        assert done.returncode == 0 and "good" in done.stdout, done
        write_config(root, "cryod.conf.d/a.conf", "[Cryod]\nRecordsKeep=365\n")
        assert run("--check-config", f"--root={root}").returncode == 0, "a good one is refused"
        write_config(root, "cryod.conf.d/b.conf", "[Cryod]\nRecordsKeep=forever\n")
        done = run("--check-config", f"--root={root}")
        assert done.returncode == 2, done
        assert done.stderr.endswith("b.conf:2: RecordsKeep=forever: allowed is 0 to 36500, in days\n"), done.stderr


def case_bad_drop_in_keeps_the_configuration():
    with tempfile.TemporaryDirectory() as root:
        write_config(root, "cryod.conf", "[Cryod]\nRecordsKeep=365\n")
        with Service(root=root) as service:
            service.wait_for("READY=1")
            write_config(root, "cryod.conf.d/b.conf", "[Cryod]\nRecordsMaxSize=much\n")
            service.process.send_signal(signal.SIGHUP)
            service.wait_for("RELOADING=1")
            service.wait_for("READY=1")
            assert "b.conf:2: RecordsMaxSize=much" in service.wait_for_line("b.conf"), "not named"
            service.wait_for_line("the configuration stays as it was")
            write_config(root, "cryod.conf.d/b.conf", "[Cryod]\nRecordsMaxSize=500\n")
            service.process.send_signal(signal.SIGHUP)
            service.wait_for("READY=1")
            service.wait_for_line("the configuration was read again")


def case_bad_configuration_is_told_at_the_start():
    with tempfile.TemporaryDirectory() as root:
        write_config(root, "cryod.conf", "[Cryod]\nRecordsKeep=-1\n")
        with Service(root=root) as service:
            service.wait_for("READY=1")
            service.wait_for_line("cryod.conf:2: RecordsKeep=-1")
            service.wait_for_line("all records are kept")


def main():
    cases = [(name[5:], case) for name, case in globals().items() if name.startswith("case_")]
    failed = 0
    print(f"KTAP version 1\n1..{len(cases)}", flush=True)
    for number, (name, case) in enumerate(cases, 1):
        try:
            case()
            print(f"ok {number} {name}", flush=True)
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            failed += 1
            print(f"# {error!r}\nnot ok {number} {name}", flush=True)
    sys.exit(failed > 0)


main()
