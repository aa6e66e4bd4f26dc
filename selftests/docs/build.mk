# SPDX-License-Identifier: GPL-2.0-or-later
# What the documents say is held against what is there.

CHECKS += $(addprefix selftests/docs/,test-pages test-protocols test-blocks test-names test-host)
VM_CHECKS += selftests/docs/test-guest selftests/docs/test-quick-start

$(eval $(call program,protocol-keys,selftests/docs/protocol-keys.c $(CORE_SOURCES),$(CORE_PKGS),,$(CORE_LIBS)))
