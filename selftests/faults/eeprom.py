# SPDX-License-Identifier: GPL-2.0-or-later
"""The EEPROM of a virtual probe, as kernel/Documentation/devicetree/bindings/iio/cryo,probe-eeprom.rst lays it out:
read and rewritten in the guest, with checksums that are right unless they are to be wrong."""

import re
import struct
import zlib

from bench import ConsoleError, until

IMAGE_BYTES = 112
CRYOGEN_AT = 5
SERIAL_AT = 48
USES_AT = 80
CRC_AT = 92
SLOTS_AT = (96, 104)
MADE_FOR_USES = 20                      # at least as many as are left
PATH = "/sys/bus/i2c/devices/*-0050/eeprom"
DUMP = f"od -An -v -tx1 -N{IMAGE_BYTES} {PATH}"
WRITTEN_S = 10


def read(bench):
    """The image, as it is."""
    return bytearray.fromhex(bench.output("sh", "-c", DUMP))


def write(bench, image):
    """Puts the image into the guest's EEPROM; a guest that is held up may find its bus silent, and tries again."""
    octal = "".join(f"\\{octet:03o}" for octet in image)

    def is_there():
        done = bench.run("sh", "-c", f"printf '{octal}' >$(echo {PATH}) && {DUMP}")
        return not done.returncode and bytearray.fromhex(done.stdout) == image

    until("the EEPROM to keep what was written", is_there, WRITTEN_S)


def sealed(image):
    """The same with its three checksums as they have to be; a slot's goes on from the image's."""
    crc = zlib.crc32(image[:CRC_AT])
    struct.pack_into("<I", image, CRC_AT, crc)
    for at in SLOTS_AT:
        struct.pack_into("<I", image, at + 4, zlib.crc32(image[at:at + 4], crc))
    return image


def changed(image, change):
    """A copy of the image that is `good` as it was, `damaged`, or says `uses=N` or `cryogen=N`."""
    image = bytearray(image)
    if change == "good":
        return image
    if change == "damaged":
        image[SERIAL_AT] ^= 1
        return image
    told = re.fullmatch(r"(uses|cryogen)=(\d+)", change)
    if not told:
        raise ConsoleError(f"eeprom: {change!r} is none of good, damaged, uses=N, cryogen=N")
    if told[1] == "cryogen":
        image[CRYOGEN_AT] = int(told[2])
        return sealed(image)
    struct.pack_into("<H", image, USES_AT, MADE_FOR_USES)
    for at in SLOTS_AT:
        struct.pack_into("<I", image, at, int(told[2]))
    return sealed(image)
