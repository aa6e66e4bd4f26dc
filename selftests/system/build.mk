# SPDX-License-Identifier: GPL-2.0-or-later
# The whole stack under systemd in a guest.

$(eval $(call program,kill-stamped,selftests/system/kill-stamped.c))
VM_CHECKS += selftests/system/treatment selftests/system/clinic selftests/system/going-down
