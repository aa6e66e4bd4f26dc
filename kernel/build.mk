# SPDX-License-Identifier: GPL-2.0-or-later
# The modules, built in a copy of kernel/ below $(O)/kernel/$(FLAVOUR), and the unit tests of the
# files that are pure.

KMOD_DIR = $(O)/kernel/$(FLAVOUR)
KMOD_HEADERS = $$(selftests/vm/kernel-headers $(FLAVOUR))
# O= of our own command line must not reach kbuild, which has one too.
KMOD_CROSS = $(if $(CROSS_$(GUEST_ARCH)),ARCH=$(GUEST_ARCH) CROSS_COMPILE=$(CROSS_$(GUEST_ARCH)))
KMOD_MAKE = $(MAKE) --no-print-directory -C $(KMOD_HEADERS) M=$(abspath $(KMOD_DIR)) O= W=1 $(KMOD_CROSS)

.PHONY: modules
modules: ## build cryoprobe.ko and cryoprobe-sim.ko for FLAVOUR
	@mkdir -p $(KMOD_DIR)
	@cp -ru kernel/. $(KMOD_DIR)
	+$(KMOD_MAKE) modules

.PHONY: modules-install
modules-install: modules ## install the modules below DESTDIR
	+$(KMOD_MAKE) CONFIG_MODULE_SIG_ALL= INSTALL_MOD_PATH=$(abspath $(DESTDIR)) modules_install

INSTALLS += install-kernel-source install-kernel-manual
KERNEL_SOURCE = $(DESTDIR)$(PREFIX)/src/cryoprobe-$(CRYO_VERSION)

# What DKMS builds the modules of: no more than kbuild reads.
.PHONY: install-kernel-source
install-kernel-source:
	install -d $(KERNEL_SOURCE)
	cd kernel && find . \( -name "Kbuild*" -o -name "*.[ch]" -o -name "*.txt" \) -exec cp --parents -t $(abspath $(KERNEL_SOURCE)) {} +

.PHONY: install-kernel-manual
install-kernel-manual:
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man4 $(wildcard kernel/Documentation/*.4)

KERNEL_PURE := $(wildcard kernel/interlock/*.c)

$(foreach part,interlock latch elapse period tick arming limits valves outputs,$(eval \
	$(call unit_test,test_$(part),selftests/unit/test_$(part).c $(KERNEL_PURE),,-Ikernel/include/uapi)))
$(eval $(call unit_test,test_plausibility,selftests/unit/test_plausibility.c kernel/interlock/plausibility.c,,-Ikernel/include/uapi))
$(eval $(call unit_test,test_modulator,selftests/unit/test_modulator.c kernel/interlock/modulator.c,,))
$(eval $(call unit_test,test_freeze,selftests/unit/test_freeze.c kernel/interlock/freeze.c,,))
$(eval $(call unit_test,test_identity,selftests/unit/test_identity.c kernel/interlock/identity.c,,-Ikernel/include/uapi))
$(eval $(call unit_test,test_heat,selftests/unit/test_heat.c kernel/interlock/heat.c,,))
$(eval $(call unit_test,test_slope,selftests/unit/test_slope.c kernel/interlock/slope.c,,))
