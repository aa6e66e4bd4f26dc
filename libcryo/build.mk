# SPDX-License-Identifier: GPL-2.0-or-later
# libcryo (shared and static), its header, pkg-config file and pages; cryoctl, which uses nothing else.

APT_BUILD += libncurses-dev libsystemd-dev

CRYO_VERSION := 0.1.0
LIBCRYO_ABI := 0
LIBCRYO_SOURCES := $(addprefix libcryo/,async.c call.c ctx.c explain.c export.c names.c probe.c properties.c \
	protocols.c record.c record-samples.c records.c registry.c self-test.c self-test-steps.c stream.c treatment.c)
LIBCRYO_OBJECTS := $(call objects,obj/libcryo,$(LIBCRYO_SOURCES))
LIBCRYO_SO := $(O)/lib/libcryo.so
LIBCRYO_A := $(O)/lib/libcryo.a
LIBCRYO_SONAME := libcryo.so.$(LIBCRYO_ABI)

PROGRAMS += $(LIBCRYO_SO) $(LIBCRYO_A)

$(LIBCRYO_OBJECTS): $(O)/obj/libcryo/%.o: %.c | $$(GENERATED)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -fPIC -fvisibility=hidden -MMD -MP -c -o $@ $<
-include $(LIBCRYO_OBJECTS:.o=.d)

$(O)/lib/libcryo.so.$(CRYO_VERSION): $(LIBCRYO_OBJECTS) libcryo/libcryo.map
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -shared -Wl,-soname,$(LIBCRYO_SONAME) -Wl,-z,defs \
		-Wl,--version-script=libcryo/libcryo.map -o $@ $(LIBCRYO_OBJECTS) \
		$$($(PKG_CONFIG) --libs libsystemd)

$(O)/lib/$(LIBCRYO_SONAME): $(O)/lib/libcryo.so.$(CRYO_VERSION)
	ln -sf $(<F) $@

$(LIBCRYO_SO): $(O)/lib/$(LIBCRYO_SONAME)
	ln -sf $(<F) $@

$(LIBCRYO_A): $(LIBCRYO_OBJECTS)
	@mkdir -p $(@D)
	$(AR) rcs $@ $^

# A record in figures: pure. And as a page, for which cryoctl loads a library when it is asked for one.
REPORT_PURE := libcryo/tools/report.c $(addprefix libcryo/tools/report-,alarms.c axis.c course.c figures.c \
	protocol.c recovery.c remarks.c text.c)
RECORD_EXPORT := $(addprefix libcryo/tools/,fhir.c fhir-observations.c fhir-parts.c record-json.c)
REPORT_PAGE := $(addprefix libcryo/tools/report-,canvas.c curve.c ending.c heading.c list.c page.c plot.c \
	table.c)
REPORT_PKGS := pangocairo cairo-pdf cairo-svg
REPORT_OBJECTS := $(call objects,obj/report,$(REPORT_PURE) $(REPORT_PAGE))
REPORT_SO := $(O)/lib/libcryo-report.so.$(LIBCRYO_ABI)

APT_BUILD += libpango1.0-dev
PROGRAMS += $(REPORT_SO)

$(REPORT_OBJECTS): $(O)/obj/report/%.o: %.c | $$(GENERATED)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -fPIC -fvisibility=hidden $$($(PKG_CONFIG) --cflags $(REPORT_PKGS)) -Ilibcryo -MMD -MP \
		-c -o $@ $<
-include $(REPORT_OBJECTS:.o=.d)

$(REPORT_SO): $(REPORT_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -shared -Wl,-soname,$(@F) -Wl,-z,defs -o $@ $(REPORT_OBJECTS) \
		$$($(PKG_CONFIG) --libs $(REPORT_PKGS)) -lm

CRYOCTL_PURE := $(REPORT_PURE) $(RECORD_EXPORT) $(addprefix libcryo/tools/,ball.c big.c json.c moment.c plot.c suggest.c text.c view.c)
CRYOCTL_SOURCES := $(CRYOCTL_PURE) $(addprefix libcryo/tools/,await.c cryoctl.c explain.c faults.c monitor.c \
	monitor-keys.c monitor-lines.c output.c protocols.c record-export.c record-load.c records.c report-verb.c screen.c select.c selftest.c \
	show.c treat.c verbs.c)

# Where cryoctl finds what draws a page, which nobody else is to link with; and both libraries while it
# is in the build folder. A package has no use for the latter.
LIBCRYO_PRIVATE = $(LIBCRYO_LIBDIR)/cryo
BESIDE ?= '$$ORIGIN/../lib':
$(O)/bin/cryoctl: private override LDFLAGS += -Wl,-rpath,$(BESIDE)$(LIBCRYO_PRIVATE)
$(O)/bin/cryoctl: $(LIBCRYO_SO)
$(eval $(call program,cryoctl,$(CRYOCTL_SOURCES),ncursesw,-Ilibcryo,-L$(O)/lib -lcryo -lm))

# The pages of the functions are made of the header's comments.
LIBCRYO_PAGES := $(O)/man/man3/cryo_ctx.3
PROGRAMS += $(LIBCRYO_PAGES)

$(LIBCRYO_PAGES): libcryo/cryo.h libcryo/man/pages $(wildcard libcryo/man/examples/*.c)
	libcryo/man/pages make $(@D)

# What programs of a release rely on; selftests/libcryo/test-abi holds the library to it.
.PHONY: abi-dump
abi-dump: $(LIBCRYO_SO) ## a release of libcryo: keep what its programs rely on
	libcryo/abi/dump $< > libcryo/abi/$(LIBCRYO_SONAME).abi

LIBCRYO_PRODUCT := $(LIBCRYO_SO) $(LIBCRYO_A) $(O)/bin/cryoctl $(REPORT_SO) $(LIBCRYO_PAGES)
PRODUCT += $(LIBCRYO_PRODUCT)
INSTALLS += install-libcryo
MULTIARCH = $(shell $(CC) -print-multiarch)
LIBCRYO_LIBDIR = $(PREFIX)/lib/$(MULTIARCH)

.PHONY: install-libcryo
install-libcryo: $(LIBCRYO_PRODUCT)
	install -d $(DESTDIR)$(LIBCRYO_LIBDIR)/pkgconfig
	install -m 0644 $(O)/lib/libcryo.so.$(CRYO_VERSION) $(LIBCRYO_A) $(DESTDIR)$(LIBCRYO_LIBDIR)
	install -D -m 0644 -t $(DESTDIR)$(LIBCRYO_PRIVATE) $(REPORT_SO)
	ln -sf libcryo.so.$(CRYO_VERSION) $(DESTDIR)$(LIBCRYO_LIBDIR)/$(LIBCRYO_SONAME)
	ln -sf $(LIBCRYO_SONAME) $(DESTDIR)$(LIBCRYO_LIBDIR)/libcryo.so
	sed -e 's,@prefix@,$(PREFIX),' -e 's,@libdir@,$(LIBCRYO_LIBDIR),' \
		-e 's,@version@,$(CRYO_VERSION),' libcryo/cryo.pc.in \
		> $(DESTDIR)$(LIBCRYO_LIBDIR)/pkgconfig/cryo.pc
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/include libcryo/cryo.h libcryo/cryo-frame.h
	install -D -m 0755 -t $(DESTDIR)$(PREFIX)/bin $(O)/bin/cryoctl
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
		libcryo/tools/completion/cryoctl
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man1 libcryo/man/cryoctl.1
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man3 libcryo/man/libcryo.3 $(O)/man/man3/cryo_*.3
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/doc/libcryo/examples $(wildcard libcryo/examples/*.c)
