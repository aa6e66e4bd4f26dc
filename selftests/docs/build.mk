# SPDX-License-Identifier: GPL-2.0-or-later
# What the documents say is held against what is there.

CHECKS += selftests/docs/test-pages
