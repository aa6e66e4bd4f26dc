# SPDX-License-Identifier: GPL-2.0-or-later
"""The fenced blocks of the documents: which commands there are, where they run, and what they are said to print."""

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Where a block may say that it runs. What a diff changes is changed in the recipes' copy of the tree.
PLACES = ("host", "tree", "recipe", "boot", "guest", "operator", "clone", "fresh")
FENCE = re.compile(r"^( *)(`{3,})(.*)$")
UNTIL = re.compile(r"^<!-- until: (.+) -->$")
NOT_RUN = re.compile(r"^<!-- not run by a test: (.+) -->$")
MARKER = "…"


class BadPage(Exception):
    """A page is not in its form."""


@dataclass
class Block:
    """Commands that a reader types one after the other."""
    page: str
    line: int
    place: str
    text: str
    until: str = ""                             # this has to succeed before the reader goes on to the block
    output: list = field(default_factory=list)  # lines that it prints, in order; … stands for anything

    @property
    def name(self):
        return f"{self.page}:{self.line}"

    @property
    def folder(self):
        """A name for a folder of the page's own."""
        return self.page.removesuffix(".md").replace("/", "-")

    def missing_output(self, printed):
        """The first promised line that was not printed where it should be; "" if all were."""
        lines = iter(printed.splitlines())
        for promised in filter(None, map(str.strip, self.output)):
            if promised == MARKER:
                continue
            pattern = re.compile(".*".join(map(re.escape, promised.split(MARKER))))
            if not any(pattern.fullmatch(line.strip()) for line in lines):
                return promised
        return ""


def pages():
    """The pages whose commands a reader is to type."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "selftests").rglob("README.md"))]


def title(page):
    """How a page is called: a document by its name, any other by its path."""
    return str(page.relative_to(ROOT)).removeprefix("docs/") if page.is_relative_to(ROOT) else page.name


def fences(page):
    """(line number, info string, text, line of text before the fence) of each fenced block."""
    lines = page.read_text(encoding="utf-8").splitlines()
    at, before = 0, ""
    while at < len(lines):
        match = FENCE.match(lines[at])
        if not match:
            before, at = lines[at] or before, at + 1
            continue
        indent, ticks, info = match.groups()
        end = next((i for i in range(at + 1, len(lines)) if lines[i].strip() == ticks), None)
        if end is None:
            raise BadPage(f"{title(page)}:{at + 1}: the block has no end")
        yield at + 1, info.split(), "\n".join(line.removeprefix(indent) for line in lines[at + 1:end]), before
        before, at = "", end + 1


def read(page):
    """The page's blocks of commands, in order."""
    blocks, name = [], title(page)
    for line, info, text, before in fences(page):
        if info[:1] == ["sh"]:
            if len(info) != 2 or info[1] not in PLACES:
                raise BadPage(f"{name}:{line}: a block of commands says where they run: {', '.join(PLACES)}")
            until = UNTIL.match(before)
            blocks.append(Block(name, line, info[1], text, until[1] if until else ""))
        elif info == ["diff"]:
            blocks.append(Block(name, line, "recipe", f"patch -p1 --fuzz=0 --no-backup-if-mismatch <<'PATCH_ENDS'\n{text}\nPATCH_ENDS"))
        elif info == ["output"]:
            if not blocks:
                raise BadPage(f"{name}:{line}: output of which commands?")
            blocks[-1].output = text.splitlines()
        elif info[:1] == ["console"] and not NOT_RUN.match(before):
            raise BadPage(f"{name}:{line}: before it stands no reason why no test runs it")
    return blocks


def in_place(*places):
    """{page's name: its blocks that run in one of these places}, pages without any left out."""
    found = {title(page): [block for block in read(page) if block.place in places] for page in pages()}
    return {name: blocks for name, blocks in found.items() if blocks}
