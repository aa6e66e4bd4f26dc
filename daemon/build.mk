# SPDX-License-Identifier: GPL-2.0-or-later
# cryod, and what it needs around it when installed.

include daemon/core/build.mk

PROBE_SOURCES := $(addprefix daemon/probe/,control.c convert.c hotplug.c iioprobe.c probe-io.c probe.c probes.c stream.c)
STORE_SOURCES := $(addprefix daemon/record/,answer.c store.c store-append.c store-chain.c store-expire.c store-files.c \
	store-index.c store-interrupted.c store-key.c store-migrate.c store-read.c store-schema.c store-sql.c \
	store-verify.c store-write.c)
RECORD_SOURCES := $(STORE_SOURCES) $(addprefix daemon/record/,recorder.c recorder-expire.c recorder-jobs.c recorder-health.c \
	recorder-source.c recorder-thread.c recording.c) daemon/disk-thread.c
BUS_SOURCES := $(addprefix daemon/bus/,bus.c bus-answers.c bus-manager.c bus-probe.c bus-probe-methods.c \
	bus-records.c bus-self-test.c bus-start.c operator.c polkit.c)
CRYOD_SOURCES := $(CORE_SOURCES) $(PROBE_SOURCES) $(RECORD_SOURCES) $(BUS_SOURCES) daemon/record/treatments.c \
	$(addprefix daemon/,alarm-sound.c config.c devices.c files.c inhibit.c journal.c manager.c metrics.c metrics-file.c protocols.c status.c tell.c words.c)
STORE_PKGS := libsystemd sqlite3 libsodium
CRYOD_PKGS := $(STORE_PKGS) libudev libiio $(CORE_PKGS)
CRYOD_CFLAGS := -Ikernel/include/uapi -DCRYO_VERSION='"$$(CRYO_VERSION)"'
CRYOD_LIBS := $(CORE_LIBS) -pthread
APT_BUILD += libsystemd-dev libudev-dev libiio-dev libsodium-dev libsqlite3-dev

$(eval $(call program,cryod,daemon/main.c $(CRYOD_SOURCES),$(CRYOD_PKGS),$(CRYOD_CFLAGS),$(CRYOD_LIBS)))

# What makes alarms heard is a program of its own; it loads ALSA's library if there is one.
SOUND_PURE := $(addprefix daemon/sound/,burst.c player.c)
$(eval $(call program,cryo-sound,$(SOUND_PURE) $(addprefix daemon/sound/,alsa.c bell.c main.c),,,-lm))
APT_BUILD += libasound2-dev

DAEMON_PRODUCT := $(O)/bin/cryod $(O)/bin/cryo-sound $(O)/gen/cryo-faults.catalog $(O)/gen/io.cryo1.5
PRODUCT += $(DAEMON_PRODUCT)
INSTALLS += install-daemon

$(O)/gen/io.cryo1.5: docs/dbus daemon/bus/io.cryo1.xml
	@mkdir -p $(@D)
	docs/dbus manual > $@

.PHONY: install-daemon
install-daemon: $(DAEMON_PRODUCT)
	install -D -m 0755 -t $(DESTDIR)$(PREFIX)/sbin $(O)/bin/cryod
	install -D -m 0755 -t $(DESTDIR)$(PREFIX)/libexec $(O)/bin/cryo-sound daemon/system/cryo-in-use
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/lib/cryo/protocols $(wildcard daemon/protocols/*.protocol)
	install -D -m 0644 -t $(DESTDIR)$(UNITDIR) daemon/system/cryod.service
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/lib/systemd/catalog daemon/system/cryo.catalog \
		$(O)/gen/cryo-faults.catalog
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man8 daemon/system/cryod.8 daemon/system/cryo-sound.8
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man5 daemon/system/cryod.conf.5 $(O)/gen/io.cryo1.5
	install -D -m 0644 daemon/system/cryo.needrestart $(DESTDIR)$(SYSCONFDIR)/needrestart/conf.d/cryo.conf
	install -D -m 0644 daemon/system/cryo.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/cryo.conf
	install -D -m 0644 daemon/system/cryo.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/cryo.conf
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/dbus-1/system.d daemon/bus/io.cryo1.conf
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/dbus-1/system-services daemon/bus/io.cryo1.service
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/dbus-1/interfaces daemon/bus/io.cryo1.xml
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/polkit-1/actions daemon/bus/io.cryo1.policy
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/polkit-1/rules.d daemon/bus/io.cryo1.rules
