# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of the pure part of cryod.

# $(call core_test,NAME,FURTHER SOURCES)
core_test = $(eval $(call unit_test,core-$(1),selftests/core/test_$(1).c $(2) $(CORE_SOURCES),$(CORE_PKGS),,$(CORE_LIBS)))

$(call core_test,sequencer,selftests/core/bench.c)
$(call core_test,protocol,selftests/core/bench.c)
$(call core_test,ice)
$(call core_test,alarm)
$(call core_test,loop,selftests/core/bench.c)
$(call core_test,property,selftests/core/bench.c)
$(call core_test,watches)
