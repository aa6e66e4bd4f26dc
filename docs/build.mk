# SPDX-License-Identifier: GPL-2.0-or-later
# The table of faults and alarms, docs/faults.md, for C and for the journal's catalog.

APT_BUILD += python3

$(O)/gen/faults-table.h: docs/faults docs/faults.md
	@mkdir -p $(@D)
	docs/faults header > $@

$(O)/gen/cryo-faults.catalog: docs/faults docs/faults.md
	@mkdir -p $(@D)
	docs/faults catalog > $@

GENERATED += $(O)/gen/faults-table.h
PROGRAMS += $(O)/gen/cryo-faults.catalog

INSTALL += install-docs

.PHONY: install-docs
install-docs:
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/doc/cryo docs/faults.md docs/dbus.md docs/records.md docs/report.md
