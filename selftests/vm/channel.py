# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs commands in a guest through agent.c, one per virtio-serial port, as many at a time as there are ports."""

import fcntl
import os
import random
import select
import struct
import sys
import termios
import time
import tty

from machine import AGENT_PORTS, connect

HEADER = struct.Struct("<III")
PAYLOAD_MAX = 16384


class GuestGone(Exception):
    """The guest ended, or started anew, while a command ran in it."""


class TimedOut(Exception):
    """The command took longer than it was allowed."""


class Port:
    """A free port of a guest, held until it is closed; to close it kills what runs there."""

    def __init__(self, run_dir):
        for number in range(AGENT_PORTS):
            self.lock = os.open(run_dir / f"agent{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(self.lock)
                continue
            try:
                self.connection = connect(run_dir, f"agent{number}")
                self.connection.setblocking(False)
            except OSError as error:
                os.close(self.lock)
                raise GuestGone(f"no guest behind {run_dir}") from error
            return
        raise RuntimeError(f"all {AGENT_PORTS} ports of the guest are in use")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()
        os.close(self.lock)


class Command:
    """One command in a guest, from its start to its exit status."""

    def __init__(self, port, args):
        self.connection = port.connection
        self.session = random.getrandbits(32)
        self.received = b""
        self.unsent = b""
        self.started = False
        self.status = None
        payload = b"".join(os.fsencode(arg) + b"\0" for arg in args)
        if not args or len(payload) > PAYLOAD_MAX:
            raise ValueError(f"a command takes 1 to {PAYLOAD_MAX} bytes of arguments")
        self.send(b"R", payload)

    def send(self, kind, payload):
        self.unsent += HEADER.pack(kind[0], self.session, len(payload)) + payload

    def flush(self):
        self.unsent = self.unsent[self.connection.send(self.unsent):]

    def frames(self):
        """Receives what is there; yields (kind, payload) of this session."""
        data = self.connection.recv(65536)
        if not data:
            raise GuestGone("the guest ended")
        self.received += data
        while len(self.received) >= HEADER.size:
            kind, session, length = HEADER.unpack_from(self.received)
            if len(self.received) < HEADER.size + length:
                break
            payload = self.received[HEADER.size:HEADER.size + length]
            self.received = self.received[HEADER.size + length:]
            if bytes([kind]) == b"H" and self.started:
                raise GuestGone("the guest started anew")
            if session == self.session:
                yield bytes([kind]), payload

    def take(self, on_stdout, on_stderr):
        for kind, payload in self.frames():
            if kind == b"A":
                self.started = True
            elif kind == b"O":
                on_stdout(payload)
            elif kind == b"E":
                on_stderr(payload)
            elif kind == b"X":
                self.status = struct.unpack("<I", payload)[0]


def write_to(descriptor):
    """A callback that writes all it is given to a descriptor."""
    def write(data):
        while data:
            data = data[os.write(descriptor, data):]
    return write


def execute(run_dir, args, *, stdin=None, on_stdout=write_to(1), on_stderr=write_to(2), timeout_s=None):
    """Runs a command in a guest and returns its exit status; output streams to the callbacks.

    stdin is a descriptor, or None for no input. Waits for the agent if the guest is still booting.
    Raises TimedOut and GuestGone; either way, as on any exception, the command is killed.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    with Port(run_dir) as port:
        command = Command(port, args)
        if stdin is None:
            command.send(b"I", b"")
        while command.status is None:
            left = None if deadline is None else max(0, deadline - time.monotonic())
            # Never wait for the guest to read while it waits for us: input is read when the last went out.
            inputs = [port.connection] + ([stdin] if stdin is not None and not command.unsent else [])
            outputs = [port.connection] if command.unsent else []
            readable, writable, _ = select.select(inputs, outputs, [], left)
            if not readable and not writable and left == 0:
                raise TimedOut(f"{args[0]}: not done after {timeout_s} s")
            if port.connection in readable:
                command.take(on_stdout, on_stderr)
            if writable:
                command.flush()
            if stdin in readable:
                data = os.read(stdin, PAYLOAD_MAX)
                command.send(b"I", data)
                stdin = stdin if data else None
        return command.status


def shell(run_dir, args):
    """Runs a command with this terminal as its input, raw if it is one. Returns its exit status."""
    if not sys.stdin.isatty():
        return execute(run_dir, args, stdin=0)
    saved = termios.tcgetattr(0)
    try:
        tty.setraw(0)
        return execute(run_dir, args, stdin=0)
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, saved)
