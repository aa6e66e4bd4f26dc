# SPDX-License-Identifier: GPL-2.0-or-later
# Virtual machines for tests: kernels, guests and the tools that boot them.

APT_CHECK += busybox-static cpio erofs-utils kmod mmdebstrap python3 qemu-system-x86 xz-utils zstd

# Serves inside guests, among them one that has no libc.
$(O)/vm/agent: selftests/vm/agent.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -static -s -o $@ $<

.PHONY: vm-kernel
vm-kernel: ## lay out the guest's kernel
	@selftests/vm/fetch-kernel $(FLAVOUR)

.PHONY: vm-initrd
vm-initrd: vm-kernel $(O)/vm/agent
	@selftests/vm/initrd $(FLAVOUR)
