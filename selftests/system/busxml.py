# SPDX-License-Identifier: GPL-2.0-or-later
"""The bus's interface as an XML describes it, the one in the tree or the one that the daemon tells."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

XML = Path(__file__).resolve().parents[2] / "daemon/bus/io.cryo1.xml"
EMITS = "org.freedesktop.DBus.Property.EmitsChangedSignal"


def interfaces(text=None):
    """The interfaces of an XML, of ours if none is given, by their names."""
    root = ElementTree.fromstring(text or XML.read_text(encoding="utf-8"))
    return {interface.get("name"): interface for interface in root.iter("interface")}


def signature(member, direction):
    """The types of a method's arguments in or out, as one."""
    return "".join(arg.get("type") for arg in member.findall("arg") if arg.get("direction") == direction)


def members(interface):
    """What an interface has, in an order that does not matter."""
    found = set()
    for member in interface:
        if member.tag not in ("method", "signal", "property"):
            continue
        way = "out" if member.tag == "signal" else "in"
        arguments = tuple((a.get("type"), a.get("direction", way)) for a in member.findall("arg"))
        notes = tuple(a.get("value") for a in member.findall("annotation") if a.get("name") == EMITS)
        found.add((member.tag, member.get("name"), member.get("type"), arguments, notes))
    return found
