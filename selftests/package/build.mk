# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian packages: what is in them, and what becomes of a console that installs them.

CHECKS += selftests/package/contents
