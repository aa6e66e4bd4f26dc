# SPDX-License-Identifier: GPL-2.0-or-later
# cryod, and what it needs around it when installed.

include daemon/core/build.mk

CRYOD_SOURCES := $(CORE_SOURCES) $(addprefix daemon/,bus.c bus-export.c bus-manager.c bus-probe.c \
	bus-probe-methods.c control.c convert.c hotplug.c iioprobe.c inhibit.c journal.c manager.c \
	polkit.c probe.c probe-io.c probes.c protocols.c recorder.c recorder-export.c \
	recorder-health.c recorder-source.c recorder-thread.c recording.c store.c store-export.c \
	stream.c tell.c treatments.c words.c)
CRYOD_PKGS := libsystemd libudev libiio sqlite3 $(CORE_PKGS)
CRYOD_CFLAGS := -Ikernel/include/uapi -DCRYO_VERSION='"$$(CRYO_VERSION)"'
CRYOD_LIBS := $(CORE_LIBS) -pthread
APT_BUILD += libsystemd-dev libudev-dev libiio-dev libsqlite3-dev

$(eval $(call program,cryod,daemon/main.c $(CRYOD_SOURCES),$(CRYOD_PKGS),$(CRYOD_CFLAGS),$(CRYOD_LIBS)))

INSTALL += install-daemon

.PHONY: install-daemon
install-daemon: $(O)/bin/cryod $(O)/gen/cryo-faults.catalog
	install -D -m 0755 -t $(DESTDIR)$(PREFIX)/sbin $(O)/bin/cryod
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/lib/cryo/protocols $(wildcard daemon/protocols/*.protocol)
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/lib/systemd/system daemon/cryod.service
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/lib/systemd/catalog daemon/cryo.catalog \
		$(O)/gen/cryo-faults.catalog
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man8 daemon/cryod.8
	install -D -m 0644 daemon/cryo.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/cryo.conf
	install -D -m 0644 daemon/cryo.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/cryo.conf
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/dbus-1/system.d daemon/io.cryo1.conf
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/dbus-1/system-services daemon/io.cryo1.service
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/dbus-1/interfaces daemon/io.cryo1.xml
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/polkit-1/actions daemon/io.cryo1.policy
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/polkit-1/rules.d daemon/io.cryo1.rules
