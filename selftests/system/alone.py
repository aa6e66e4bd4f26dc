# SPDX-License-Identifier: GPL-2.0-or-later
"""A console in a guest whose virtual patient runs in the guest, too, when cryo-sim is started."""

from console import Console

BOOT_S = 400                            # with all of Debian's modules


class Alone(Console):
    """with Alone(directory, "--base", ...) as c: a guest with nothing outside; what follows is for `vm start`."""

    def __init__(self, directory, *options, name):
        super().__init__(directory, name=name)
        self.options = options

    def start_plant(self, fresh=True):
        pass

    def start_guest(self):
        self.vm("start", "--cpus", self.cpus, *self.options)
        self.vm("wait-boot", "--timeout", BOOT_S, timeout=BOOT_S + 10)
