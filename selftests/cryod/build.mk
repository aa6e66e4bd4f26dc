# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of cryod with a stand-in for the kernel, a private bus and a private notify socket.

CRYOD_TEST := $(CRYOD_SOURCES) selftests/cryod/fake-kernel.c

$(eval $(call unit_test,test_control,selftests/cryod/test_control.c $(CRYOD_TEST),$(CRYOD_PKGS),$(CRYOD_CFLAGS),$(CRYOD_LIBS)))
