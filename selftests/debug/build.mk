# SPDX-License-Identifier: GPL-2.0-or-later
# Kernels that tell on us, and what runs in them. `make check-debug` does all of it.

include selftests/kernel/programs.mk

APT_DEBUG := linux-source-6.12 bc bison flex libelf-dev libssl-dev gcc-multilib
DEBUG_FLAVOURS := debug debug-rt debug-kcsan

DEBUG_NAMES := cycles failslab reader-hangs uapi32 exchange32
DEBUG_TESTS := $(addprefix $(O)/test/kernel/,$(DEBUG_NAMES))
$(eval $(call guest_program,kernel/cycles,selftests/debug/cycles.c))
$(eval $(call guest_program,kernel/failslab,selftests/debug/failslab.c selftests/debug/fail-nth.c))
$(eval $(call guest_program,kernel/reader-hangs,selftests/debug/reader-hangs.c))
# The tests of the user API once more, as 32-bit programs on a 64-bit kernel.
$(foreach name,uapi exchange,$(eval $(call guest_program,kernel/$(name)32,selftests/kernel/$(name).c,-m32)))

# The unit tests of the pure files as a module, built in a copy of what it needs.
KUNIT_DIR = $(O)/kernel/debug/kunit
KUNIT_TESTS = $(filter-out %/test_its90.c,$(wildcard selftests/unit/test_*.c))
KUNIT_FILES = $(KUNIT_TESTS) $(addprefix selftests/unit/,test.h test_interlock.h image.h) selftests/debug/kunit.h \
	$(KERNEL_PURE) kernel/thermocouple.c $(wildcard kernel/*.h kernel/interlock/*.h kernel/include/uapi/linux/*)

.PHONY: kunit
kunit: $(O)/gen/its90-points.h $(O)/gen/thermocouple_tables.h ## build cryo-kunit.ko for the debug kernel
	@rm -rf $(KUNIT_DIR)
	@mkdir -p $(KUNIT_DIR)
	@cp --parents $(KUNIT_FILES) $(KUNIT_DIR)
	@cp $^ $(KUNIT_DIR)
	@cp selftests/debug/kunit.Kbuild $(KUNIT_DIR)/Kbuild
	+$(MAKE) --no-print-directory -C $$(selftests/vm/kernel-headers debug) M=$(abspath $(KUNIT_DIR)) O= modules

.PHONY: debug-kernels
debug-kernels: $(O)/vm/agent-amd64 ## build the debug kernels, unless they are there
	@for flavour in $(DEBUG_FLAVOURS); do \
		selftests/debug/kernel $$flavour && selftests/vm/initrd $$flavour || exit 1; \
	done

.PHONY: debug-modules
debug-modules: debug-kernels
	@for flavour in $(DEBUG_FLAVOURS); do \
		$(MAKE) --no-print-directory modules FLAVOUR=$$flavour || exit 1; \
	done
	@$(MAKE) --no-print-directory kunit

.PHONY: debug-programs
debug-programs: kselftests $(DEBUG_TESTS)

.PHONY: check-debug
check-debug: ## run all tests in kernels that look for faults
	@selftests/setup/step "install packages" selftests/setup/packages $(sort $(APT_BUILD) $(APT_CHECK) $(APT_DEBUG))
	@$(MAKE) --no-print-directory debug-kernels
	@selftests/setup/step "build modules for the debug kernels" $(MAKE) debug-modules
	@selftests/setup/step "build programs for debug guests" $(MAKE) -j2 debug-programs
	@selftests/run --out $(O)/log --timeout 14400 selftests/debug/check-kasan selftests/debug/check-rt selftests/debug/check-kcsan
