# SPDX-License-Identifier: GPL-2.0-or-later
# The whole stack under systemd in a guest.

$(eval $(call program,kill-stamped,selftests/system/kill-stamped.c))
$(O)/bin/stays: $(LIBCRYO_SO)
$(eval $(call program,stays,selftests/system/stays.c,,-Ilibcryo,-L$(O)/lib -lcryo))
VM_CHECKS += selftests/system/treatment selftests/system/clinic selftests/system/probes selftests/system/going-down
