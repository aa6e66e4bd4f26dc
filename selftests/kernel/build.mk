# SPDX-License-Identifier: GPL-2.0-or-later
# kselftests of the driver, its uAPI and the virtual handpiece: static programs that run in a mini guest.
# kselftest_harness.h is the kernel's, from Debian's source package, and is not kept here.

KSELFTEST_SOURCE ?= /usr/src/linux-source-6.12.tar.xz
KSELFTEST_HEADERS := $(O)/gen/kselftest/kselftest_harness.h
KSELFTEST_NAMES := handpiece iio uapi records interlock unplug reload
KSELFTEST_COMMON := $(addprefix selftests/kernel/,fakeplant.c probe.c sysfs.c runner.c)
KSELFTESTS := $(addprefix $(O)/test/kernel/,$(KSELFTEST_NAMES))

APT_CHECK += linux-source-6.12

$(KSELFTEST_HEADERS): $(KSELFTEST_SOURCE)
	@mkdir -p $(@D)
	tar -xJf $< -C $(@D) --strip-components=4 --wildcards '*/tools/testing/selftests/kselftest.h' \
		'*/tools/testing/selftests/kselftest_harness.h'
	@touch $@

$(eval $(call link_rule,$(O)/test/kernel/gen-emf,obj/kernel-gen-emf,\
	selftests/kernel/gen-emf.c selftests/unit/its90.c,,,-lm))

$(O)/gen/emf-type-t.h: $(O)/test/kernel/gen-emf
	$< >$@.new
	@mv $@.new $@

# $(call kselftest,NAME): one static program
kselftest = $(call link_rule,$(O)/test/kernel/$(1),obj/kselftest-$(1),\
	selftests/kernel/$(1).c $(KSELFTEST_COMMON),,$(KSELFTEST_CFLAGS),-static -pthread)
KSELFTEST_CFLAGS := -Ikernel/include/uapi -isystem $(O)/gen/kselftest -pthread
$(foreach name,$(KSELFTEST_NAMES),$(eval $(call kselftest,$(name))))
KSELFTEST_OBJECTS := $(foreach name,$(KSELFTEST_NAMES),$(call objects,obj/kselftest-$(name),\
	selftests/kernel/$(name).c $(KSELFTEST_COMMON)))
$(KSELFTEST_OBJECTS): | $(KSELFTEST_HEADERS) $(O)/gen/emf-type-t.h

.PHONY: kselftests
kselftests: $(KSELFTESTS)

VM_NEEDS += kselftests modules
VM_CHECKS += --timeout 600 kselftests=selftests/kernel/run
