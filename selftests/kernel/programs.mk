# SPDX-License-Identifier: GPL-2.0-or-later
# How programs for mini guests are built; for any build.mk to include.
ifndef guest_program

KSELFTEST_SOURCE ?= /usr/src/linux-source-6.12.tar.xz
KSELFTEST_HEADERS := $(O)/gen/kselftest/kselftest_harness.h
KSELFTEST_COMMON := $(addprefix selftests/kernel/,fakeplant.c probe.c sysfs.c runner.c)
KSELFTEST_CFLAGS := -Ikernel/include/uapi -isystem $(O)/gen/kselftest -pthread

# $(eval $(call guest_program,NAME,SOURCES,CFLAGS)): static program $(O)/test/NAME, with KSELFTEST_COMMON
define guest_program
$(call link_rule,$(O)/test/$(1),obj/guest-$(subst /,-,$(1)),$(2) $(KSELFTEST_COMMON),,\
	$(KSELFTEST_CFLAGS) $(3),$(3) -static -pthread)
$(call objects,obj/guest-$(subst /,-,$(1)),$(2) $(KSELFTEST_COMMON)): | $(KSELFTEST_HEADERS) $(O)/gen/emf-type-t.h
endef

endif
