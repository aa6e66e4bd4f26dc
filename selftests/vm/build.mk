# SPDX-License-Identifier: GPL-2.0-or-later
# Virtual machines for tests: kernels, guests and the tools that boot them.

APT_CHECK += busybox-static cpio dkms e2fsprogs erofs-utils kmod mmdebstrap python3 qemu-system-x86 udev xz-utils zstd
VM_NEEDS += all vm-packages
VM_CHECKS += selftests/vm/test-start

# Serves inside guests, among them one that has no libc.
VM_AGENTS := $(O)/vm/agent-amd64 $(O)/vm/agent-arm64
$(O)/vm/agent-arm64: private CC := $(CROSS_arm64)gcc
$(VM_AGENTS): selftests/vm/agent.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -static -s -o $@ $<

.PHONY: vm-kernel
vm-kernel: ## lay out the guest's kernel
	@selftests/vm/fetch-kernel $(FLAVOUR)

.PHONY: vm-mini-initrd
vm-mini-initrd: vm-kernel $(O)/vm/agent-$(GUEST_ARCH) ## what mini guests boot, and the first stage of system guests
	@selftests/vm/initrd $(FLAVOUR)

.PHONY: vm-image
vm-image: ## the Debian image of system guests
	@selftests/vm/image

.PHONY: vm-system-overlay
vm-system-overlay: all modules vm-kernel ## what is installed over that image
	@rm -rf $(O)/vm/root
	@$(MAKE) --no-print-directory install DESTDIR=$(abspath $(O)/vm/root) >/dev/null
	@selftests/vm/product tree $(FLAVOUR)

.PHONY: vm-system
vm-system: vm-mini-initrd vm-image vm-system-overlay ## all that a system guest needs

.PHONY: vm-packages-overlay
vm-packages-overlay: deb vm-kernel
	@selftests/vm/product packages $(FLAVOUR)

.PHONY: vm-packages
vm-packages: vm-mini-initrd vm-image vm-packages-overlay ## the same, of what users install, for OVERLAY=packages

# Device trees that are laid over the board's; the constants of bindings are the kernel's.
DT_HEADERS ?= $(firstword $(wildcard /usr/src/linux-headers-*-common*/include))
$(O)/vm/tree/%.dtbo: selftests/vm/tree/%.dtso $(wildcard selftests/vm/tree/*.dtsi)
	@mkdir -p $(@D)
	$(CPP) -nostdinc -undef -x assembler-with-cpp -I $(DT_HEADERS) $< | dtc -@ -I dts -O dtb -o $@ -
