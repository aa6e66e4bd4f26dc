# SPDX-License-Identifier: GPL-2.0-or-later
"""Alarms as they come out of the guest's speaker, and a console without any sound."""

import array

import ktap
from console import until
from ktap import expect
from steps import journal, write

DROP_IN = "/run/systemd/system/cryod.service.d/sound.conf"
HEADER_BYTES = 44                       # of a WAV file; QEMU fills in its lengths at the end only
VALUES_A_SECOND = 2 * 44100             # of both channels
QUIET = 1000                            # of 32767


def loud_s(path, since):
    """How long the file has been loud since it had that size. A speaker that is still leaves no trace in it."""
    raw = path.read_bytes()[max(since, HEADER_BYTES):] if path.exists() else b""
    values = array.array("h", raw[:len(raw) // 2 * 2])
    return sum(abs(value) > QUIET for value in values) / VALUES_A_SECOND


def allow_devices(console, *devices):
    """Starts cryod anew with these alone beside the probe."""
    rules = "".join(f"DeviceAllow={device}\n" for device in ("", "char-cryoprobe rw", *devices))
    write(console, DROP_IN, f"[Service]\n{rules}")
    console.output("sh", "-c", "systemctl daemon-reload && systemctl restart cryod")
    console.wait_for_probe()


def said_last(console):
    """What cryod has said last of how alarms are heard."""
    return [line for line in journal(console).splitlines() if "alarms are heard by" in line or
            "alarms cannot be heard" in line][-1]


def press_until(console, what, condition):
    """The emergency stop, which is an alarm of high priority, until that is so."""
    console.plant("estop pressed")
    until(what, condition, 30)
    console.plant("estop released")
    until("the emergency stop to be cleared", console.clear_fault, 20)


def case_without_a_card_alarms_come_out_of_the_speaker(console):
    allow_devices(console, "/dev/tty0 w")
    until("that to be told", lambda: "heard by bell" in said_last(console), 20)
    since = console.speaker.stat().st_size
    press_until(console, "the alarm to be heard", lambda: loud_s(console.speaker, since))
    ktap.say(f"the speaker was loud for {loud_s(console.speaker, since):.2f} s")


def case_without_any_sound_the_console_works(console):
    allow_devices(console)
    until("that to be told", lambda: "cannot be heard" in said_last(console), 20)
    expect("Check that the sound card" in journal(console), "the catalog does not explain it")
    press_until(console, "the fault", lambda: "estop" in console.probe()["faults"])
    console.output("rm", DROP_IN)
    console.output("sh", "-c", "systemctl daemon-reload && systemctl restart cryod")
    console.wait_for_probe()


CASES = [case for name, case in list(globals().items()) if name.startswith("case_")]
