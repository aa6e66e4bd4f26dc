# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the blocks of one place, each as a case of KTAP; pages follow one after the other, each in a folder of its own."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "system"))
import blocks
import ktap
from console import until
from ktap import expect

TIMEOUT_S = 240
TOLD = 3000                             # characters of a failed command's output


def case_of(block, run, wait, stuck):
    """run(block) gives a CompletedProcess; wait(block, condition) returns when the condition has come true. What a page
    has waited for in vain is not waited for again by what follows: the page is in the set stuck."""
    def case():
        expect(block.page not in stuck, "something before it on this page did not come about")
        if block.until:
            stuck.add(block.page)
            wait(block, block.until)
            stuck.remove(block.page)
        done = run(block)
        expect(done.returncode == 0, f"status {done.returncode}\n{done.stdout[-TOLD:]}{done.stderr[-TOLD:]}")
        missing = block.missing_output(done.stdout)
        expect(not missing, f"it did not print '{missing}', but:\n{done.stdout}")
    case.__name__ = block.name
    return case


def cases(run, wait, *places):
    """A case for each block of the places; each page's blocks in their order."""
    stuck = set()
    return [case_of(block, run, wait, stuck) for page in blocks.in_place(*places).values() for block in page]


def typed_by_root(console):
    """run and wait for cases(), in a console's guest."""
    def bash(text):
        return console.run("bash", "-c", f"mkdir -p /tmp/docs; cd /tmp/docs; set -euo pipefail; {text}", timeout=TIMEOUT_S)

    def wait(_, condition):
        until(condition, lambda: not bash(condition).returncode, TIMEOUT_S, every=1)

    return lambda block: bash(block.text), wait


def report(tests, explain=None):
    """KTAP of all; the exit status. A place that no page uses has nothing to run."""
    if not tests:
        print("KTAP version 1\n1..0 # SKIP no page has such commands")
        return 4
    return ktap.run(tests, explain=explain)
