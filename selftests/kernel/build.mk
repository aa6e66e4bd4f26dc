# SPDX-License-Identifier: GPL-2.0-or-later
# kselftests of the driver, its uAPI and the virtual handpiece: static programs that run in a mini guest.
# kselftest_harness.h is the kernel's, from Debian's source package, and is not kept here.

include selftests/kernel/programs.mk

KSELFTEST_HANDPIECE := chips lines
KSELFTEST_PROBE := iio uapi exchange records interlock readings storms unplug identity reload linearised
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
VM_CHECKS += --timeout 900 kselftests=selftests/kernel/run max31856=selftests/kernel/run-max31856

KSELFTEST_FLAVOURS := 6.12-rt-amd64 6.12-amd64 amd64 6.12-rt-arm64 6.12-arm64 arm64
APT_ARM64 := device-tree-compiler gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-system-arm

# One flavour after the other: they share the lists of packages.
.PHONY: kselftests-all
kselftests-all: ## the kselftests on each of Debian's kernels, of both architectures
	@selftests/setup/step "install packages for arm64" selftests/setup/packages $(APT_ARM64)
	@for flavour in $(KSELFTEST_FLAVOURS); do \
		$(MAKE) -s FLAVOUR=$$flavour modules vm-mini-initrd kselftests || exit 1; \
	done
	@$(MAKE) -s $(O)/vm/tree/handpieces.dtbo
	@selftests/kernel/run-all $(KSELFTEST_FLAVOURS)

.PHONY: modules-arm64
modules-arm64: ## build the modules for arm64, by both compilers, without a warning
	@selftests/setup/step "install packages for arm64" selftests/setup/packages $(APT_ARM64)
	@selftests/static/modules-arm64

DEEP += modules-arm64 kselftests-all
