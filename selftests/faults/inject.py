# SPDX-License-Identifier: GPL-2.0-or-later
"""The vocabulary of the table's `inject` column: each verb does its fault, and tells when on the host's clock."""

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import eeprom
from bench import ConsoleError, machine, until

DONE_S = 60
RACES, RACE_S = 40, 0.025
GO_ON_S = 5
WATCHDOG_S = 60                         # cryod's is 30


def nothing():
    """Where there is nothing to end."""


@dataclass
class Injection:
    """What was done."""
    t0_ns: Callable                     # when; asked late, since the guest's clock is known by the edges around it
    end: Callable = nothing             # before the operator looks: lets go what was held
    undo: Callable = nothing            # after that, where a recovery of the bench does not
    complaint: Callable = nothing       # what was not as it should be where it was done, None or "" if all was


def at(host_ns):
    return lambda: host_ns


def stamp_of(process, what):
    """The instant that one of our programs in the guest tells."""
    stamp = re.match(r"t0 (\d+)", process.stdout.readline())
    if not stamp:
        raise ConsoleError(f"{what}: no stamp: {process.stderr.read().strip()}")
    return int(stamp[1])


def stamped(bench, *words):
    """Runs fault-injector in the guest. Neither it nor the guest need outlive what it does."""
    process = bench.start(bench.injector, *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    at_ns = stamp_of(process, f"fault-injector {' '.join(words)}")
    return Injection(lambda: bench.host_ns(at_ns))


def by_drive(bench, behaviour):
    """BEHAVIOUR of a controller of our own, cryod being stopped until that has ended."""
    process = bench.start(bench.controller, behaviour, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    at_ns = stamp_of(process, f"fault-controller {behaviour}")

    def end():
        process.wait(DONE_S)
        bench.output("systemctl", "start", "cryod")

    return Injection(lambda: bench.host_ns(at_ns), end=end,
                     complaint=lambda: process.returncode and process.stderr.read().strip())


def by_race(bench, behaviour):
    """BEHAVIOUR as with drive, while the emergency stop is pressed and released; in the end it is pressed."""
    injection = by_drive(bench, behaviour)
    first = by_plant(bench, "estop pressed")
    for _ in range(RACES):
        for how in ("released", "pressed"):
            time.sleep(RACE_S)
            bench.plant(f"estop {how}")
    injection.t0_ns = first.t0_ns
    return injection


def by_buffer(bench, _):
    """Another program takes the tip converter's own buffer."""
    device = bench.output("sh", "-c", "mkdir -p /sys/kernel/config/iio/triggers/hrtimer/t && "
                                      "cd /sys/bus/i2c/devices/*-0048/iio:device* && echo t >trigger/current_trigger && "
                                      "echo 1 >scan_elements/in_voltage0-voltage1_en && pwd").strip()
    injection = stamped(bench, "write", f"{device}/buffer/enable", "1")
    injection.undo = lambda: bench.output("sh", "-c", f"echo 0 >{device}/buffer/enable")
    return injection


def by_rebind(bench, line):
    """[COMMAND...] to the virtual patient, before the driver is bound anew, which has forgotten everything."""
    injection = by_plant(bench, line) if line else Injection(at(time.monotonic_ns()))
    bench.bind_again()
    return injection


def by_fresh(bench, line):
    """COMMAND[; COMMAND...] to the virtual patient, after the driver was bound anew and the emergency stop was tried."""
    bench.bind_again()
    bench.exercise_estop()
    return by_plant(bench, line)


def by_eeprom(bench, words):
    """CHANGE[; COMMAND...]: the probe's EEPROM is changed and the driver bound anew, then COMMANDs go to the virtual
    patient. CHANGE is good, damaged, uses=N or cryogen=N."""
    change, _, line = words.partition(";")
    image = eeprom.read(bench)
    eeprom.write(bench, eeprom.changed(image, change))
    bench.bind_again()
    if line:
        bench.exercise_estop()
    injection = by_plant(bench, line.strip() or "mark eeprom")

    def undo():
        bench.plant("clear all")
        eeprom.write(bench, image)
        bench.bind_again()

    injection.undo = undo
    return injection


def by_one_of(bench, line):
    """COMMAND[; COMMAND...] to the first of several virtual patients; the others have to go on."""
    injection = by_plant(bench, line)
    injection.end = lambda: time.sleep(GO_ON_S)
    injection.complaint = lambda: bench.others_stopped(injection.t0_ns())
    return injection


def by_brief(bench, line):
    """COMMAND[; COMMAND...] to the virtual patient, taken back when the supply has been looked at."""
    injection = by_plant(bench, line)
    injection.end = lambda: bench.plant("clear all")
    return injection


def by_abort(bench, line):
    """COMMAND[; COMMAND...] to the virtual patient, and then the operator aborts; the instant is when."""
    for command in line.split(";"):
        bench.plant(command.strip())
    injection = by_plant(bench, "mark abort")
    bench.output("cryoctl", "abort")
    return injection


def by_dead_plant(bench, _):
    """The virtual patient's process is killed; another one takes the page over when the valves have been seen."""
    t0 = time.monotonic_ns()
    bench.kill_plant()
    return Injection(at(t0))


def by_flood(bench, command):
    """COMMAND of the guest's shell, over and over in four processes, until the operator looks."""
    process = bench.start("sh", "-c", f"for i in 1 2 3 4; do while :; do {command}; done >/dev/null 2>&1 & done; wait")
    return Injection(at(time.monotonic_ns()), end=lambda: machine.stop(process))


def by_plant(bench, line):
    """COMMAND[; COMMAND...] to the virtual patient's control socket."""
    marked = int(re.search(r"host_ns=(\d+)", bench.plant(f"mark {line}"))[1])
    for command in line.split(";"):
        bench.plant(command.strip())
    return Injection(at(marked))


def by_signal(bench, name):
    """NAME, to cryod; what was stopped goes on when the supply has been seen."""
    pid = bench.main_pid()
    injection = stamped(bench, "signal", pid, str(int(signal.Signals[f"SIG{name}"])))
    if name == "STOP":
        injection.end = lambda: bench.run("kill", "-CONT", pid)
    return injection


def by_spin(bench, thread):
    """THREAD of cryod, main or control, goes into an endless loop; ended with its process."""
    pid = bench.main_pid()
    if thread == "control":
        listed = bench.output("sh", "-c", f"grep -lx cryo-control /proc/{pid}/task/*/comm")
        return stamped(bench, "spin", listed.split("/")[4])
    injection = stamped(bench, "spin", pid)
    injection.end = lambda: bench.run("kill", "-KILL", pid)
    return injection


def left_active(bench, before):
    """When the unit last began to stop, on the guest's clock; 0 if it has not since then."""
    at_us = int(bench.output("systemctl", "show", "-P", "ActiveExitTimestampMonotonic", "cryod"))
    return at_us * 1000 if at_us != before else 0


def ended_by_systemd(bench, do):
    """Something that makes systemd end the daemon; the instant is when that begins."""
    before = left_active(bench, None) // 1000
    do()
    at_ns = until("systemd to end cryod", lambda: left_active(bench, before), WATCHDOG_S)
    return Injection(lambda: bench.host_ns(at_ns))


def by_systemctl(bench, verb):
    """VERB, for cryod."""
    return ended_by_systemd(bench, lambda: bench.run("systemctl", verb, "cryod"))


def by_watchdog(bench, _):
    """The main thread goes into an endless loop; systemd finds out."""
    return ended_by_systemd(bench, lambda: stamped(bench, "spin", bench.main_pid()))


def by_oom(bench, group):
    """GROUP of processes gets no more memory; the instant is when the kernel has chosen its victim."""
    tracing = "/sys/kernel/tracing"
    bench.output("sh", "-c", f"echo mono >{tracing}/trace_clock && echo 1 >{tracing}/events/oom/mark_victim/enable")
    bench.output("sh", "-c", f"echo >{tracing}/trace; echo 1M >/sys/fs/cgroup/{group}/memory.max")
    traced = bench.output("grep", "mark_victim:", f"{tracing}/trace")
    at_ns = int(float(re.search(r"(\d+\.\d+): mark_victim", traced)[1]) * 1e9)
    return Injection(lambda: bench.host_ns(at_ns))


def by_write(bench, words):
    """FILE TEXT in the guest, the file opened beforehand."""
    path, text = words.split(maxsplit=1)
    return stamped(bench, "write", path, text)


def by_guest(bench, command):
    """COMMAND of the guest's shell."""
    return stamped(bench, "run", "sh", "-c", command)


def by_readers(bench, seconds):
    """SECONDS in which two processes ask the probe without rest."""
    return stamped(bench, "flood", seconds)


def by_found(bench, word):
    """WORD of output lines is found driven by the driver when it is loaded; udev is not to find it before."""
    path = bench.output("modinfo", "-n", "cryoprobe").strip()
    hidden = f"/tmp/{Path(path).name}"
    bench.output("sh", "-c", f"rmmod cryoprobe_sim cryoprobe && mv {path} {hidden} && modprobe cryoprobe_sim found_driven={word}")
    until("driven lines", bench.is_open, DONE_S, every=0.02)
    injection = stamped(bench, "run", "insmod", hidden)
    injection.end = lambda: bench.output("sh", "-c", f"mv {hidden} {path}; systemctl start cryod")
    injection.complaint = lambda: bench.first_flow_ns(injection.t0_ns()) and "something flowed"
    return injection


def by_irqs_off(bench, words):
    """CPUS MILLISECONDS: one or all of the processors take no interrupt for so long."""
    cpus, ms = words.split()
    module = bench.bring(f"module/{machine.DEFAULT_FLAVOUR}/irqs-off.ko")
    bench.output("sh", "-c", f"grep -q ^irqs_off /proc/modules || insmod {module}")
    return stamped(bench, "write", f"/sys/module/irqs_off/parameters/{cpus}_ms", ms)


def by_hung(bench, words):
    """VERB... while the bus hangs; the instant is when that begins."""
    hung = by_plant(bench, "fault bus-hang")
    then = inject(bench, words)

    def undo():
        bench.plant("clear bus-hang")
        then.undo()

    return Injection(hung.t0_ns, end=then.end, undo=undo, complaint=then.complaint)


def by_no_bus(bench, _):
    """The message bus is stopped until the supply has been looked at."""
    injection = stamped(bench, "run", "systemctl", "stop", "dbus.socket", "dbus.service")
    injection.end = lambda: bench.output("systemctl", "start", "dbus.socket")
    return injection


def by_hog(bench, seconds):
    """SECONDS of SCHED_FIFO 99 on every CPU."""
    return stamped(bench, "hog", seconds)


def by_reboot(bench, _):
    """The system call, without asking anybody."""
    return stamped(bench, "reboot")


def by_poweroff(bench, _):
    """Likewise."""
    return stamped(bench, "poweroff")


def by_suspend(bench, state):
    """STATE of /sys/power/state, down to the devices, without the processors; for 5 s."""
    bench.output("sh", "-c", "echo devices >/sys/power/pm_test")
    return stamped(bench, "write", "/sys/power/state", state)


def by_still(bench, milliseconds):
    """The whole machine stands still for MILLISECONDS."""
    pid = bench.qemu_pid()
    t0 = time.monotonic_ns()
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(int(milliseconds) / 1e3)
    finally:
        os.kill(pid, signal.SIGCONT)
    return Injection(at(t0))


VERBS = {
    "plant": by_plant, "rebind": by_rebind, "fresh": by_fresh, "eeprom": by_eeprom, "one-of": by_one_of, "abort": by_abort, "brief": by_brief,
    "dead-plant": by_dead_plant, "signal": by_signal, "spin": by_spin, "systemctl": by_systemctl,
    "watchdog": by_watchdog, "oom": by_oom, "write": by_write, "guest": by_guest, "hog": by_hog, "flood": by_flood,
    "found": by_found, "irqs-off": by_irqs_off, "readers": by_readers, "hung": by_hung, "no-bus": by_no_bus, "reboot": by_reboot,
    "poweroff": by_poweroff, "suspend": by_suspend, "still": by_still, "drive": by_drive, "race": by_race, "buffer": by_buffer,
}


def inject(bench, text):
    """Does VERB WORDS [;; UNDO]; raises ConsoleError for a verb that is not in the vocabulary."""
    do, _, commands = text.partition(";;")
    verb, _, words = do.strip().partition(" ")
    if verb not in VERBS:
        raise ConsoleError(f"inject: {verb} is none of {' '.join(VERBS)}")
    injection = VERBS[verb](bench, words)
    own = injection.undo

    def undo():
        own()
        bench.run("sh", "-c", commands, timeout=DONE_S)

    if commands:
        injection.undo = undo
    return injection
