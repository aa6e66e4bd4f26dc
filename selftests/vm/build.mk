# SPDX-License-Identifier: GPL-2.0-or-later
# Virtual machines for tests: kernels, guests and the tools that boot them.

APT_CHECK += kmod xz-utils zstd

.PHONY: vm-kernel
vm-kernel: ## lay out the guest's kernel
	@selftests/vm/fetch-kernel $(FLAVOUR)
