# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients of the bus: one that knows nothing but the XML, one that stays while cryod comes and goes, several that read
the stream of one probe."""

import json
import subprocess

import ktap
from busxml import interfaces, members, signature
from console import PROBE_PATH, as_user, until
from ktap import expect

PATHS = {"io.cryo1.Manager": "/io/cryo1", "io.cryo1.Records": "/io/cryo1/records", "io.cryo1.Probe": PROBE_PATH}
SAID = "/tmp/stays.said"
READERS = 3
STOPPED_S = 8                           # of samples; the queue of a reader holds 5 s
SAMPLES_A_SECOND = 50


class XmlClient:
    """Calls what the XML has, with the types that the XML says, by busctl."""

    def __init__(self, console, user="root"):
        self.console = console
        self.user = user
        self.known = interfaces()

    def busctl(self, verb, interface, member, *arguments):
        told = self.console.output(*as_user(self.user, "busctl", "--json=short", verb, "io.cryo1", PATHS[interface],
                                            interface, member, *arguments))
        return json.loads(told) if told.strip() else None

    def call(self, interface, member, *arguments):
        """A method; the values of its answer, of the types that the XML says."""
        method = self.known[interface].find(f"method[@name='{member}']")
        given, wanted = signature(method, "in"), signature(method, "out")
        answer = self.busctl("call", interface, member, *((given, *map(str, arguments)) if given else ()))
        expect((answer or {"type": ""})["type"] == wanted, f"{member}: {answer}, the XML says {wanted!r}")
        return answer and answer["data"]

    def get(self, name):
        """A property of the probe."""
        wanted = self.known["io.cryo1.Probe"].find(f"property[@name='{name}']").get("type")
        answer = self.busctl("get-property", "io.cryo1.Probe", name)
        expect(answer["type"] == wanted, f"{name}: {answer}, the XML says {wanted!r}")
        return answer["data"]

    def advance_until(self, phase, seconds):
        """Confirms each prompt, until the treatment is in the phase."""
        def step():
            if self.get("Phase") == phase:
                return True
            expect(phase == "idle" or self.get("Outcome") == "none", f"no {phase}: {self.get('Outcome')}")
            if self.get("Prompt"):
                self.console.run(*as_user(self.user, "busctl", "call", "io.cryo1", PROBE_PATH, "io.cryo1.Probe", "Advance"))
            return False
        until(f"phase {phase}", step, seconds, every=0.5)


def case_bus_is_what_the_xml_says(console):
    known = interfaces()
    for name, path in PATHS.items():
        there = interfaces(console.output("busctl", "introspect", "--xml-interface", "io.cryo1", path))
        expect(name in there, f"{path} has {sorted(there)}")
        ours, theirs = members(known[name]), members(there[name])
        expect(ours == theirs, f"{name}: only in the XML {ours - theirs}, only on the bus {theirs - ours}")


def case_client_that_stays_sees_a_restart(console):
    program = console.bring("stays")
    console.start("sh", "-c", f"exec {program} >{SAID}")

    def said():
        return console.run("cat", SAID).stdout.splitlines()
    until("the client's first call", lambda: said()[-1:] and said()[-1].endswith(" protocols"), 30)
    first = said()
    console.output("systemctl", "kill", "--signal=KILL", "cryod")
    until("the client's next call", lambda: len(said()) >= 2 * len(first) + 3, 60)
    expect(first[0] == "SIM0001 has samples", f"it began with {first}")
    expect(said() == [*first, "SIM0001 is gone", "daemon is gone", "daemon is up", *first], f"it said {said()}")
    console.output("pkill", "-x", "stays")
    until("the emergency stop to be cleared", console.clear_fault, 20)


READ = f"""
for n in $(seq {READERS}); do
	cryoctl monitor --json >/tmp/reader-$n & echo $! >/tmp/reader-$n.pid
done
wait
"""


def case_slow_reader_is_told_and_slows_no_one(console):
    reading = console.start("sh", "-c", READ, stderr=subprocess.DEVNULL)

    def lines(number):
        return [json.loads(line) for line in console.output("cat", f"/tmp/reader-{number}").splitlines()
                if line.endswith("}") and "seq" in line]

    def signal(name, number):
        console.output("sh", "-c", f"kill -{name} $(cat /tmp/reader-{number}.pid)")
    until("all to read", lambda: all(console.run("test", "-s", f"/tmp/reader-{n}").returncode == 0
                                     for n in range(1, READERS + 1)), 30)
    signal("STOP", READERS)
    begun = lines(1)[-1]["seq"]
    until("the others to go on", lambda: lines(1)[-1]["seq"] > begun + STOPPED_S * SAMPLES_A_SECOND, 4 * STOPPED_S, every=2)
    signal("CONT", READERS)
    until("the slow one to be told", lambda: lines(READERS)[-1]["lost"] > 0, 20)
    for number in range(1, READERS + 1):
        signal("INT", number)
    reading.wait(30)
    ktap.say(f"the slow reader lost {lines(READERS)[-1]['lost']} samples")
    for number in range(1, READERS):
        expect(lines(number)[-1]["lost"] == 0, f"reader {number} lost samples, too: {lines(number)[-1]}")


CASES = [case for name, case in list(globals().items()) if name.startswith("case_")]
