# SPDX-License-Identifier: GPL-2.0-or-later
# The demo's picture and figures, checked on logs whose answers are known.

CHECKS += selftests/demo/test-picture
APT_CHECK += python3
