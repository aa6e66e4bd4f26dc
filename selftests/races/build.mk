# SPDX-License-Identifier: GPL-2.0-or-later
# The driver with delays at random before its locks and lines, and who meets in it.

include selftests/kernel/programs.mk

RACES_MODULES = $(O)/kernel/races
RACES_SOURCES := $(addprefix selftests/races/,races.c players.c) \
	$(addprefix selftests/fuzz/,controller.c disturb.c story.c witness.c)

$(eval $(call guest_program,kernel/races,$(RACES_SOURCES)))

.PHONY: races
races: $(O)/test/kernel/races ## 100,000 periods of a driver that delays itself at random
	+$(MAKE) --no-print-directory modules KMOD_DIR=$(RACES_MODULES) CRYO_RACE_DELAYS=y
	$(MAKE) --no-print-directory vm-mini-initrd
	@selftests/run --out $(O)/log --timeout 7200 races=selftests/races/run
