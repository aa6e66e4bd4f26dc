# SPDX-License-Identifier: GPL-2.0-or-later
# Rules for the probe's device node.

INSTALL += install-udev

.PHONY: install-udev
install-udev:
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/lib/udev/rules.d udev/60-cryo.rules
