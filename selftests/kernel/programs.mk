# SPDX-License-Identifier: GPL-2.0-or-later
# How programs for mini guests are built; for any build.mk to include.
ifndef guest_program

KSELFTEST_SOURCE ?= /usr/src/linux-source-6.12.tar.xz
KSELFTEST_HEADERS := $(O)/gen/kselftest/kselftest_harness.h
KSELFTEST_COMMON := $(addprefix selftests/kernel/,fakeplant.c probe.c sysfs.c runner.c stall.c)
KSELFTEST_CFLAGS := -Ikernel/include/uapi -isystem $(O)/gen/kselftest -pthread

# $(eval $(call guest_program,NAME,SOURCES,CFLAGS)): static program $(O)/test/NAME, with KSELFTEST_COMMON,
# and the same for guests of arm64, $(O)/test-arm64/NAME
define guest_program
$(call guest_program_of,test/$(1),guest-$(subst /,-,$(1)),$(2) $(KSELFTEST_COMMON),$(3))
$(call guest_program_of,test-arm64/$(1),guest-arm64-$(subst /,-,$(1)),$(2) $(KSELFTEST_COMMON),$(3))
$(O)/test-arm64/$(1) $(call objects,obj/guest-arm64-$(subst /,-,$(1)),$(2) $(KSELFTEST_COMMON)): private CC := $(CROSS_arm64)gcc
endef

# OUTPUT, OBJECT KIND, SOURCES, CFLAGS
define guest_program_of
$(call link_rule,$(O)/$(1),obj/$(2),$(3),,$(KSELFTEST_CFLAGS) $(4),$(4) -static -pthread)
$(call objects,obj/$(2),$(3)): | $(KSELFTEST_HEADERS) $(O)/gen/emf-type-t.h
endef

endif
