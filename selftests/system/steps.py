# SPDX-License-Identifier: GPL-2.0-or-later
"""What somebody at the console's desk does, in one line each: files, users, commands that are refused."""

import shlex

from ktap import expect

FORBIDDEN, DAMAGED = 6, 13              # exit statuses of cryoctl(1)
DROP_IN = "/etc/cryo/cryod.conf.d/clinic.conf"
PEOPLE = ("u alice - - -\nu bob - - -\nu carol - - -\nu dave - - -\nu eve - - -\n"
          "g cryo-leads -\ng cryo-fitters -\n"
          "m alice cryo\nm bob cryo\nm carol cryo-leads\nm dave cryo-fitters\n")


def write(console, path, text):
    console.output("sh", "-c", f"mkdir -p $(dirname {path}) && printf %s {shlex.quote(text)} >{path}")


def move_in(console):
    """Gives the console its users, and the journal its explanations, as dpkg does for a package."""
    console.output("journalctl", "--update-catalog")
    write(console, "/tmp/people", PEOPLE)
    console.output("systemd-sysusers", "/tmp/people")


def refused(console, status, words, *command):
    """That the command ends so, and says that."""
    done = console.run(*command)
    expect(done.returncode == status, f"{' '.join(command)}: status {done.returncode}, not {status}: {done.stderr}")
    expect(words in done.stdout + done.stderr, f"{' '.join(command)}: {done.stderr!r} does not say {words!r}")


def main_pid(console):
    return console.output("systemctl", "show", "-P", "MainPID", "cryod").strip()


def journal(console):
    """What cryod has said since boot, with the catalog's explanations."""
    return console.output("journalctl", "-b", "-x", "-u", "cryod", "--no-pager")


def configure(console, *lines):
    """The clinic's drop-in from now on, read again without a stop."""
    write(console, DROP_IN, "\n".join(("[Cryod]", *lines, "")))
    console.output("systemctl", "reload", "cryod")
