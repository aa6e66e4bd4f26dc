# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints the outcome of named cases as KTAP."""

import sys
import traceback


class Failed(Exception):
    """A case's expectation did not hold."""


def expect(condition, message):
    if not condition:
        raise Failed(message)


def say(*lines):
    for line in lines:
        for part in str(line).splitlines():
            print(f"# {part}", flush=True)


def run(cases, *arguments, explain=None):
    """Runs cases (functions; the name is the case's) in order, each with arguments; the exit status.

    explain() gives the text that is printed with a failed case.
    """
    print("KTAP version 1")
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    for number, case in enumerate(cases, 1):
        name = case.__name__.removeprefix("case_")
        try:
            case(*arguments)
            print(f"ok {number} {name}", flush=True)
        except Failed as error:
            failed += 1
            say(error, explain() if explain else "")
            print(f"not ok {number} {name}", flush=True)
        except Exception:                   # whatever breaks a case is that case's failure
            failed += 1
            say(traceback.format_exc(), explain() if explain else "")
            print(f"not ok {number} {name}", flush=True)
    return 1 if failed else 0


def bail(cases, error):
    """Every case fails because what they all need could not be had."""
    print("KTAP version 1")
    print(f"1..{len(cases)}")
    say(error)
    for number, case in enumerate(cases, 1):
        print(f"not ok {number} {case.__name__.removeprefix('case_')}")
    sys.exit(1)
