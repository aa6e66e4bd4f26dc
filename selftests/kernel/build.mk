# SPDX-License-Identifier: GPL-2.0-or-later
# kselftests of the driver, its uAPI and the virtual handpiece: static programs that run in a mini guest.
# kselftest_harness.h is the kernel's, from Debian's source package, and is not kept here.

include selftests/kernel/programs.mk

KSELFTEST_HANDPIECE := chips lines
KSELFTEST_PROBE := iio uapi exchange records interlock readings storms unplug identity reload
KSELFTEST_DIR := $(O)/test$(addprefix -,$(filter arm64,$(GUEST_ARCH)))/kernel
KSELFTESTS := $(addprefix $(KSELFTEST_DIR)/,$(KSELFTEST_HANDPIECE) $(KSELFTEST_PROBE))
$(foreach name,$(KSELFTEST_PROBE),$(eval $(call guest_program,kernel/$(name),selftests/kernel/$(name).c)))
$(foreach name,$(KSELFTEST_HANDPIECE),$(eval $(call guest_program,kernel/$(name),\
	selftests/kernel/$(name).c selftests/kernel/handpiece.c)))

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

.PHONY: kselftests
kselftests: $(KSELFTESTS)

VM_NEEDS += kselftests modules
VM_CHECKS += --timeout 900 kselftests=selftests/kernel/run
