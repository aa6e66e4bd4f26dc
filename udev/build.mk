# SPDX-License-Identifier: GPL-2.0-or-later
# Rules for the probe's device node, and names of models.

INSTALLS += install-udev

.PHONY: install-udev
install-udev:
	install -D -m 0644 -t $(DESTDIR)$(UDEVDIR)/rules.d udev/60-cryo.rules
	install -D -m 0644 -t $(DESTDIR)$(UDEVDIR)/hwdb.d udev/60-cryo.hwdb
