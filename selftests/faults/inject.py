# SPDX-License-Identifier: GPL-2.0-or-later
"""The vocabulary of the table's `inject` column: each verb does its fault, and tells when on the host's clock."""

import re
import signal
import subprocess
from dataclasses import dataclass
from typing import Callable

from bench import ConsoleError


@dataclass
class Injection:
    """What was done."""
    t0_ns: Callable                     # when; asked late, since the guest's clock is known by the edges around it
    end: Callable = lambda: None        # to let what was held go on, before the operator looks


def stamped(bench, *words):
    """Runs fault-injector in the guest. Neither it nor the guest need outlive what it does."""
    process = bench.start(bench.injector, *words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    stamp = re.match(r"t0 (\d+)", process.stdout.readline())
    if not stamp:
        raise ConsoleError(f"fault-injector {' '.join(words)}: no stamp")
    return Injection(lambda: bench.host_ns(int(stamp[1])))


def by_plant(bench, line):
    """One command, or more with ; between them."""
    marked = int(re.search(r"host_ns=(\d+)", bench.plant(f"mark {line}"))[1])
    for command in line.split(";"):
        bench.plant(command.strip())
    return Injection(lambda: marked)


def by_signal(bench, name):
    pid = bench.output("systemctl", "show", "-P", "MainPID", "cryod").strip()
    injection = stamped(bench, "signal", pid, str(int(signal.Signals[f"SIG{name}"])))
    if name == "STOP":
        injection.end = lambda: bench.run("kill", "-CONT", pid)
    return injection


def by_write(bench, words):
    path, text = words.split(maxsplit=1)
    return stamped(bench, "write", path, text)


def by_guest(bench, command):
    return stamped(bench, "run", "sh", "-c", command)


VERBS = {"plant": by_plant, "signal": by_signal, "write": by_write, "guest": by_guest}


def inject(bench, text):
    """Does it; raises ConsoleError for a verb that is not in the vocabulary."""
    verb, _, rest = text.partition(" ")
    if verb not in VERBS:
        raise ConsoleError(f"inject: {verb} is none of {' '.join(VERBS)}")
    return VERBS[verb](bench, rest)
