# SPDX-License-Identifier: GPL-2.0-or-later
"""cryoctl monitor on terminals of the guest: a serial line of 80 x 24 without colours, as it really is."""

import re

import pyte

from console import until
from ktap import expect

LINE = "/dev/ttyS0"                     # what is sent there is the guest's console log
PHASES = "cool|freeze|thaw|warm|withdraw"
COLOUR = re.compile(rb"\x1b\[(?:[0-9]+;)*[34][0-9](?:;[0-9]+)*m")
# What an operator has to find: the probe, the phase, the scale of the last two minutes and of the ice, the keys.
WANTED = ("SIM0001", f"phase +({PHASES})", "target", "2 minutes", "ice [0-9.]+ mm", "a ABORT")


def case_monitor_is_drawn_on_a_serial_line(console):
    log = console.run_dir / "console.log"
    begun = log.stat().st_size
    console.output("stty", "-F", LINE, "rows", "24", "cols", "80")
    console.start("sh", "-c", f"TERM=vt100 LC_ALL=C exec cryoctl monitor <{LINE} >{LINE}")

    def drawn():
        screen = pyte.Screen(80, 24)
        pyte.ByteStream(screen).feed(log.read_bytes()[begun:])
        return "\n".join(screen.display)
    try:
        until("the screen", lambda: all(re.search(pattern, drawn()) for pattern in WANTED), 30)
    finally:
        console.output("pkill", "-INT", "-x", "cryoctl")
        (console.directory / "serial.txt").write_text(drawn(), encoding="utf-8")
    expect(not COLOUR.search(log.read_bytes()[begun:]), "it has colours")
