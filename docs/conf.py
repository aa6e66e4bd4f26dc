# SPDX-License-Identifier: GPL-2.0-or-later
"""Sphinx' configuration of the documents. `make docs` runs it over the whole tree, since pages lie beside what
they describe; what is not named here is not looked at."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

project = "cryo"
author = "the cryo developers"
project_copyright = author
version = release = re.search(r"^CRYO_VERSION := (\S+)$", (ROOT / "libcryo/build.mk").read_text(), re.M)[1]

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["README.md", "docs/*.md", "selftests/README.md", "selftests/*/README.md", "kernel/Documentation/**.rst"]
nitpicky = True
myst_heading_anchors = 4
highlight_language = "none"

html_theme = "alabaster"
html_theme_options = {"description": "The open cryoneurolysis console stack", "page_width": "70em",
                      "sidebar_width": "15em", "show_powered_by": False}
html_copy_source = False
html_show_copyright = False
