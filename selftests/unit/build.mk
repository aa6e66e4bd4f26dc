# SPDX-License-Identifier: GPL-2.0-or-later
# The runner's own test, and the unit tests of the thermocouple arithmetic.

$(eval $(call unit_test,test_thermocouple,selftests/unit/test_thermocouple.c selftests/unit/its90.c \
	kernel/thermocouple.c,,,-lm))

CHECKS += selftests/unit/test_run.sh
APT_CHECK += python3
