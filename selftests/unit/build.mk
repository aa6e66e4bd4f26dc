# SPDX-License-Identifier: GPL-2.0-or-later
# The harness's own test, and the unit tests of the thermocouple arithmetic.

CHECKS += selftests/unit/test_run.sh
APT_CHECK += python3
