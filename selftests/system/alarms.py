# SPDX-License-Identifier: GPL-2.0-or-later
"""What an operator does with an alarm, as steps of a treatment that has one."""

import json

from console import until
from ktap import expect

WATCHED = "/tmp/watched"


def watch(console):
    """Keeps what a monitor is told by signals from now on, until the treatment is over."""
    console.start("sh", "-c", f"exec cryoctl monitor --json --until-done >{WATCHED}")


def expect_that_it_was_told(console, code):
    """By a signal, while it happened."""
    told = [json.loads(line) for line in console.output("cat", WATCHED).splitlines()]
    expect(any(code in event.get("alarm", "") for event in told), f"no signal has told of {code}")


def handle(console, code):
    """Finds it listed and explained, pauses its sound, marks it as seen."""
    def alarm():
        return next(alarm for alarm in console.probe()["alarms"] if alarm["code"] == code)
    expect(alarm()["present"] and not alarm()["acknowledged"], f"it is {alarm()}")
    console.output("cryoctl", "silence", "--for=30")
    expect(0 < console.probe()["audio_paused_s"] <= 30, "its sound is not paused")
    console.output("cryoctl", "acknowledge", code)
    until("the acknowledgement", lambda: alarm()["acknowledged"], 5)
    expect("treatment goes on" in console.output("journalctl", "-b", "-x", f"CRYO_ALARM_NAME={code}"),
           "the journal does not explain it")
