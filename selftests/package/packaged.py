# SPDX-License-Identifier: GPL-2.0-or-later
"""A console that has nothing of ours but what packages bring."""

from alone import BOOT_S
from console import Console

MEMORY_MIB = 2048                       # holds a compiler and what it makes
THERE = "/srv/cryo"                     # for packages that are brought to the guest


class Packaged(Console):
    """with Packaged(directory, image=...) as c: a guest of $O/vm/image/IMAGE.erofs."""

    def __init__(self, *arguments, image, **options):
        super().__init__(*arguments, **options)
        self.image = image

    def start_guest(self):
        self.vm("start", "--base", self.image, "--memory", MEMORY_MIB, "--page", self.page,
                "--append", f"cryoprobe_sim.active_um={self.active_mm * 1000}")
        self.vm("wait-boot", "--timeout", BOOT_S, timeout=BOOT_S + 10)
        self.output("mkdir", THERE)

    def bring_package(self, path):
        self.vm("put", path, f"{THERE}/{path.name}")

    def version(self, package):
        return self.output("dpkg-query", "-W", "-f", "${Version}", package)

    def main_pid(self):
        return self.output("systemctl", "show", "-P", "MainPID", "cryod").strip()
