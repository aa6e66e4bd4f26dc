# SPDX-License-Identifier: GPL-2.0-or-later
# The fuzzer of /dev/cryoprobeN, for 64 and for 32 bit, and the unit test of its witness.

include selftests/kernel/programs.mk

APT_CHECK += gcc-multilib

FUZZ_SOURCES := $(addprefix selftests/fuzz/,fuzz.c calls.c controller.c disturb.c story.c witness.c)
FUZZERS := $(O)/test/kernel/fuzz $(O)/test/kernel/fuzz32

debug-programs: $(FUZZERS)
$(eval $(call guest_program,kernel/fuzz,$(FUZZ_SOURCES)))
$(eval $(call guest_program,kernel/fuzz32,$(FUZZ_SOURCES),-m32))
$(eval $(call unit_test,test_witness,selftests/fuzz/test_witness.c selftests/fuzz/witness.c,,-Ikernel/include/uapi))
