# SPDX-License-Identifier: GPL-2.0-or-later
# The pure part of cryod. daemon/build.mk and the tests link the same sources.

CORE_SOURCES := $(addprefix daemon/core/,alarm.c alarm-audio.c conditions.c controller.c cycle.c cylinder.c events.c \
	goals.c ice.c ice-ahead.c ice-course.c ice-field.c ice-tissue.c ice-weigh.c infrared.c leak.c \
	moves.c names.c needle.c notices.c phases.c prepare.c protocol.c protocol-check.c \
	protocol-course.c protocol-rules.c protocol-values.c self-test.c sequencer.c tip-model.c treatment.c \
	vent.c verbs.c withdraw.c)
CORE_PKGS := inih
CORE_LIBS := -lm
APT_BUILD += libinih-dev

INSTALLS += install-protocol-manual

.PHONY: install-protocol-manual
install-protocol-manual:
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man5 daemon/protocols/cryo.protocol.5
