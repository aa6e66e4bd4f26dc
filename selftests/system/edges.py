# SPDX-License-Identifier: GPL-2.0-or-later
"""The plant's edge log: what the valves really got, on the host's clock, while the plant goes on writing it."""

import csv
import struct
from dataclasses import dataclass

# struct cryosim_page of linux/cryoprobe-sim.h
PAGE = struct.Struct("<Q4IqqQ")
EDGE = struct.Struct("<QqII")
EDGES = 1024
PULSE = 0x10                            # CRYOSIM_OUT_PULSE

NEAR_NS = 30_000_000_000                # the guest's clock runs as ours, but for a few parts in a million
STALLS = ("stall-us", "plant-away-us")


@dataclass(frozen=True)
class Edge:
    """One row of the log; guest_ns is 0 where it has no meaning."""
    host_ns: int
    guest_ns: int
    handpiece: int
    what: str
    value: str


class EdgeLog:
    """All rows so far, in `rows` after refresh()."""

    def __init__(self, path):
        self.path = path
        self.rows = []
        self.taken = 0
        self.guest_from = 0             # first row of this guest: the clock of the one before is another

    def new_guest(self):
        """What comes from now on is of a guest that was started anew."""
        self.guest_from = len(self.refresh().rows)

    def refresh(self):
        """Takes what was written since the last time; a line that is not yet whole waits."""
        with open(self.path, encoding="utf-8") as file:
            file.seek(self.taken)
            text = file.read()
        text = text[:text.rfind("\n") + 1]
        for row in csv.reader(text.splitlines()):
            if row[0].isdigit():
                self.rows.append(Edge(int(row[0]), int(row[1]), int(row[2]), row[3], row[4]))
        self.taken += len(text)
        return self

    def follow(self, path):
        """Goes on with another file, of a plant that was started anew."""
        self.refresh()
        self.path = path
        self.taken = 0

    def take_ring(self, page):
        """Takes the last edges from the page itself, where no plant lives that would: what was driven is what counts."""
        memory = page.read_bytes()[:PAGE.size + EDGES * EDGE.size]
        known_ns = max(row.guest_ns for row in self.refresh().rows[self.guest_from:])
        for _, guest_ns, word, handpiece in sorted(EDGE.iter_unpack(memory[PAGE.size:])):
            if guest_ns > known_ns:
                self.rows += [Edge(self.host_ns(guest_ns), guest_ns, handpiece, what, hex(word & ~PULSE))
                              for what in ("word", "effective")]

    def since(self, host_ns):
        """The rows after that instant."""
        first = len(self.rows)
        while first and self.rows[first - 1].host_ns > host_ns:
            first -= 1
        return self.rows[first:]

    def host_ns(self, guest_ns):
        """The guest's time on the host's clock: the smallest difference seen is the nearest to the truth."""
        return guest_ns + min(row.host_ns - row.guest_ns for row in self.rows[self.guest_from:]
                              if row.guest_ns and abs(row.guest_ns - guest_ns) < NEAR_NS)

    def words(self, what, handpiece=0):
        """(host_ns, word) of each row of that kind: "word" as driven, "effective" as powered."""
        return [(row.host_ns, int(row.value, 16)) for row in self.rows
                if row.what == what and row.handpiece == handpiece]

    def closed_at_ns(self, bits, handpiece=0, what="effective"):
        """When the last of these bits of the word went off for good; None while one is on or none ever was."""
        closed = None
        for host_ns, word in self.words(what, handpiece):
            if word & bits:
                closed = None
            elif closed is None:
                closed = host_ns
        return closed

    def last(self, what, value, handpiece=0):
        """When that was noted last; None if never."""
        return next((row.host_ns for row in reversed(self.rows)
                     if (row.what, row.value, row.handpiece) == (what, value, handpiece)), None)

    def stalls(self, since_ns, until_ns=None):
        """How often the host itself stood still for more than 5 ms, by the plant's witness."""
        return sum(row.what in STALLS and (until_ns is None or row.host_ns <= until_ns)
                   for row in self.since(since_ns))
