# SPDX-License-Identifier: GPL-2.0-or-later
"""cryoctl monitor on a terminal that is emulated, so that one can see what stands on it."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

import ktap
import pyte
from mock import CRYOCTL, PATIENCE


class Terminal:
    """A monitor on a terminal of some kind and size."""

    def __init__(self, bench, kind="xterm", size=(24, 80), arguments=(), **environment):
        self.bench = bench
        self.screen = pyte.Screen(size[1], size[0])
        self.stream = pyte.ByteStream(self.screen)
        self.sent = b""
        self.master, slave = pty.openpty()
        self.resize(*size, screen=False)
        self.process = subprocess.Popen([CRYOCTL, "monitor", *arguments], stdin=slave, stdout=slave,
                                        stderr=slave, start_new_session=True, preexec_fn=take_terminal,
                                        env={**bench.env, "TERM": kind, **environment})
        os.close(slave)
        bench.tell("AwaitStream", "string:SN-0001")

    def resize(self, rows, columns, screen=True):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if screen:
            self.screen.resize(rows, columns)

    def press(self, keys):
        os.write(self.master, keys.encode())

    def take_in(self, seconds):
        """What the monitor sends within some time; False at its end."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.sent += data
        self.stream.feed(data)
        return bool(data)

    def wait(self, pattern):
        """Until a line of the screen matches; that line."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in self.screen.display:
                if re.search(pattern, line):
                    return line
            self.take_in(0.1)
        raise ktap.Failed(f"never seen: {pattern}\n" + "\n".join(self.screen.display))

    def finish(self):
        end = time.monotonic() + PATIENCE
        while self.take_in(1) and time.monotonic() < end:
            pass
        return self.process.wait(PATIENCE)

    def end(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)


def take_terminal():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
