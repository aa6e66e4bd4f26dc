# SPDX-License-Identifier: GPL-2.0-or-later
# The documents as one site, by Sphinx; and the table of faults and alarms, docs/faults.md, for C and for the
# journal's catalog.

APT_BUILD += python3
APT_CHECK += python3-myst-parser python3-sphinx

.PHONY: docs
docs: ## the documents as HTML, build/docs/html/docs/index.html; a warning fails
	sphinx-build -q -W --keep-going -c docs -d $(O)/docs/doctrees . $(O)/docs/html

$(O)/gen/faults-table.h: docs/faults docs/faults.md
	@mkdir -p $(@D)
	docs/faults header > $@

$(O)/gen/cryo-faults.catalog: docs/faults docs/faults.md
	@mkdir -p $(@D)
	docs/faults catalog > $@

GENERATED += $(O)/gen/faults-table.h
PROGRAMS += $(O)/gen/cryo-faults.catalog

.PHONY: docs-protocols
docs-protocols: $(O)/bin/protocol-keys ## the tables of keys in docs/protocols.md, as the parser has them
	docs/protocols page $<

INSTALLS += install-docs

.PHONY: install-docs
install-docs:
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/doc/cryo $(wildcard docs/*.md) $(wildcard docs/*.svg)
