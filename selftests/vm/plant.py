# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs cryo-plant, the virtual patient, beside a guest, on the page they share."""

import shlex
import struct
import subprocess
import time

from machine import OUT, make_page, spawn, stop

MAGIC = struct.pack("<Q", 0x314d49534f595243)   # CRYOSIM_MAGIC of linux/cryoprobe-sim.h
START_TIMEOUT_S = 30
LOOK_AGAIN_S = 0.02


def start(page, arguments, fresh=True):
    """Starts the plant and returns when the page's magic is there; one that is not fresh stays as it is for the guest."""
    if fresh:
        make_page(page)
    command = [str(OUT / "bin" / "cryo-plant"), "--page", str(page), *shlex.split(arguments)]
    process = spawn(command, favoured=True)
    deadline = time.monotonic() + START_TIMEOUT_S
    with open(page, "rb", buffering=0) as file:
        while file.read(len(MAGIC)) != MAGIC:
            if process.poll() is not None:
                raise RuntimeError(f"cryo-plant ended with status {process.returncode}: {shlex.join(command)}")
            if time.monotonic() > deadline:
                stop(process)
                raise RuntimeError(f"cryo-plant did not write the page's magic within {START_TIMEOUT_S} s")
            try:
                process.wait(LOOK_AGAIN_S)
            except subprocess.TimeoutExpired:
                file.seek(0)
    return process
