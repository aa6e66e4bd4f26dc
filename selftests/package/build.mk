# SPDX-License-Identifier: GPL-2.0-or-later
# The Debian packages: what is in them, and what becomes of a console that installs them.

CHECKS += selftests/package/contents
DEEP += package-console package-system package-quick-start package-fresh

.PHONY: package-image
package-image: vm-mini-initrd deb
	@selftests/package/image
	@selftests/package/install

.PHONY: package-console
package-console: $(O)/bin/cryo-plant package-image ## a console of packages: treatment, upgrade, purge
	@selftests/run --out $(O)/log --timeout 1500 package-console=selftests/package/console

.PHONY: package-system
package-system: all package-image ## the tests of the whole stack, in that console
	@IMAGE=installed selftests/run --out $(O)/log --timeout 1500 $(foreach test,$(filter selftests/%,$(VM_CHECKS)),\
		package-$(notdir $(test))=$(test))

.PHONY: package-fresh
package-fresh: $(O)/bin/cryo-plant package-image ## the same after apt install and DKMS in the guest (half an hour)
	@FRESH=1 selftests/run --out $(O)/log --timeout 4500 package-fresh=selftests/package/console

# With Debian 12's own kernel, as a fresh machine has it.
.PHONY: package-quick-start
package-quick-start: vm-kernel ## every command of docs/quick-start, from the clone to the report
	@$(MAKE) --no-print-directory vm-mini-initrd FLAVOUR=amd64
	@selftests/package/image amd64
	@selftests/run --out $(O)/log --timeout 7200 package-quick-start=selftests/package/quick-start
