# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may do what: polkit's four actions for users of all kinds, by rules as docs/administrators.md shows them."""

from console import as_user
from steps import FORBIDDEN, write
from ktap import expect

RULES = "/etc/polkit-1/rules.d/50-clinic.rules"
RULE = """polkit.addRule(function(action, subject) {
	if (action.id == "io.cryo1.%s" && subject.isInGroup("%s"))
		return polkit.Result.YES;
});
"""
# What asks for each action; nobody is asked for leave to abort. None of them has anything to do now.
ASKS = {
    "observe": ("cryoctl", "records"),
    "treat": ("cryoctl", "silence", "--for=1"),
    "configure": ("cryoctl", "protocols", "install", "mine", "/usr/lib/cryo/protocols/demo.protocol"),
    "service": ("cryoctl", "take-over"),
    "abort": ("cryoctl", "abort"),
}
MAY = {
    "alice": {"observe", "treat", "abort"},
    "carol": {"configure", "abort"},
    "dave": {"service", "abort"},
    "eve": {"abort"},
}


def case_each_user_may_what_polkit_gives(console):
    write(console, RULES, RULE % ("configure", "cryo-leads") + RULE % ("service", "cryo-fitters"))
    for user, may in MAY.items():
        for action, command in ASKS.items():
            done = console.run(*as_user(user, *command))
            expect((done.returncode != FORBIDDEN) == (action in may),
                   f"{user}, {action}: status {done.returncode}, {done.stderr.strip()}")


def case_everybody_may_watch_states(console):
    told = console.output(*as_user("eve", "cryoctl", "status"))
    expect("SIM0001" in told, f"eve is told {told!r}")


CASES = [case for name, case in list(globals().items()) if name.startswith("case_")]
