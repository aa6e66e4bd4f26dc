# SPDX-License-Identifier: GPL-2.0-or-later
# Tables of kernel/thermocouple.c for user space: $(O)/gen/thermocouple_tables.h, in the include
# path. The modules' tables are made by Kbuild.inc.

TC_GENERATOR := $(O)/gen/gen-thermocouple

$(TC_GENERATOR): kernel/tables/gen-thermocouple.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -o $@ $< -lm

$(O)/gen/thermocouple_tables.h: kernel/tables/its90.txt $(TC_GENERATOR)
	$(TC_GENERATOR) $< > $@

GENERATED += $(O)/gen/thermocouple_tables.h
