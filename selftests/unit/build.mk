# SPDX-License-Identifier: GPL-2.0-or-later
# The runner's own test, and the unit tests of the thermocouple arithmetic.

$(eval $(call link_rule,$(O)/test/gen-its90-points,obj/gen-its90-points,\
	selftests/unit/gen-its90-points.c selftests/unit/its90.c,,,-lm))

$(O)/gen/its90-points.h: $(O)/test/gen-its90-points selftests/data/its90/coefficients.txt
	$< >$@.new
	@mv $@.new $@

$(eval $(call unit_test,test_its90,selftests/unit/test_its90.c selftests/unit/its90.c \
	kernel/thermocouple.c,,,-lm))
$(eval $(call unit_test,test_thermocouple,selftests/unit/test_thermocouple.c kernel/thermocouple.c,,))
$(call objects,obj-test/test_thermocouple,selftests/unit/test_thermocouple.c): | $(O)/gen/its90-points.h

CHECKS += selftests/unit/test_run.sh
APT_CHECK += python3
