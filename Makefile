# SPDX-License-Identifier: GPL-2.0-or-later
# cryo: one make for the whole stack. Every folder's build.mk says what it adds;
# everything that is made goes below $(O). `make help` lists the targets.

O ?= build
FLAVOUR ?= 6.12-rt-amd64
# Debian's word for the architecture of FLAVOUR, and the prefix of the tools that build for one which is not this machine's
GUEST_ARCH := $(if $(filter %arm64,$(FLAVOUR)),arm64,amd64)
CROSS_arm64 := aarch64-linux-gnu-
DESTDIR ?=
PREFIX ?= /usr
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
UDEVDIR ?= $(PREFIX)/lib/udev
ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config

CFLAGS ?= -O2 -g
CFLAGS_ALL = -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -I. -I$(O)/gen -fno-common $(CPPFLAGS) $(CFLAGS)
SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

PROGRAMS :=
UNIT_TESTS :=
CHECKS :=
VM_CHECKS :=
BENCHES :=
DEEP := faults powercut explore mutants plant-mutants races check-debug property fuzz-protocol sil-full sil-vm
PRODUCT :=
INSTALLS :=
APT_BUILD := build-essential pkg-config kmod
APT_CHECK :=

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

# $(call objects,KIND,SOURCES): object files below $(O)/KIND
objects = $(patsubst %.c,$(O)/$(1)/%.o,$(2))
# Package flags are asked for when a recipe runs, so that `make setup` works on a machine without them.
pkg_cflags = $(if $(strip $(1)),$$$$($(PKG_CONFIG) --cflags $(1)))
pkg_libs = $(if $(strip $(1)),$$$$($(PKG_CONFIG) --libs $(1)))

# $(eval $(call program,NAME,SOURCES,PKGS,EXTRA_CFLAGS,EXTRA_LIBS))
define program
PROGRAMS += $(O)/bin/$(1)
$(call link_rule,$(O)/bin/$(1),obj/$(1),$(2),$(3),$(4),$(5),)
endef

# $(eval $(call unit_test,NAME,SOURCES,PKGS,EXTRA_CFLAGS,EXTRA_LIBS)): with ASAN and UBSAN
define unit_test
UNIT_TESTS += $(O)/test/$(1)
$(call link_rule,$(O)/test/$(1),obj-test/$(1),$(2),$(3),$(4),$(5),$(SANITIZE))
endef

# OUTPUT, OBJECT KIND, SOURCES, PKGS, EXTRA_CFLAGS, EXTRA_LIBS, SANITIZE
define link_rule
$(1): $(call objects,$(2),$(3))
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS_ALL) $(7) $$(LDFLAGS) -o $$@ $(call objects,$(2),$(3)) $(call pkg_libs,$(4)) $(6)
$(call objects,$(2),$(3)): $(O)/$(2)/%.o: %.c | $$$$(GENERATED)
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS_ALL) $(7) $(call pkg_cflags,$(4)) $(5) -MMD -MP -c -o $$@ $$<
-include $(patsubst %.o,%.d,$(call objects,$(2),$(3)))
endef

# Headers that must exist before anything is compiled; any build.mk may add to it.
GENERATED :=
.SECONDEXPANSION:

include $(sort $(wildcard kernel/build.mk kernel/*/build.mk daemon/build.mk libcryo/build.mk udev/build.mk \
	selftests/build.mk selftests/*/build.mk docs/build.mk debian/build.mk))

.PHONY: all
all: $(PROGRAMS) ## build programs and libraries

.PHONY: product
product: $(PRODUCT) ## build only what is installed

.PHONY: setup
setup: ## install the Debian packages that building and checking need
	@selftests/setup/packages $(sort $(APT_BUILD) $(APT_CHECK))

# Programs and tests are built side by side, tests run one after the other: guests want the machine for themselves.
.PHONY: check
check: ## build everything and run every test
	@selftests/setup/step "install packages" $(MAKE) setup
	@selftests/setup/step "build programs and modules" $(MAKE) -j2 all modules
	@selftests/setup/step "build unit tests" $(MAKE) -j2 $(UNIT_TESTS)
	@$(MAKE) --no-print-directory run-tests

# Guests have what users install, not what was built for a developer.
.PHONY: run-tests
run-tests: $(VM_NEEDS)
	@OVERLAY=packages selftests/run --out $(O)/log $(UNIT_TESTS) $(CHECKS) --timeout 900 $(VM_CHECKS)

# One that fails does not keep the others from being run.
.PHONY: check-all
check-all: check ## everything that checks anything, for most of a day: before a release
	@failed=; for target in $(DEEP); do \
		echo "== make $$target"; began=$$(date +%s); \
		$(MAKE) --no-print-directory $$target || failed="$$failed $$target"; \
		echo "== $$target took $$((($$(date +%s) - began + 30) / 60)) min"; \
	done; echo "failed:$${failed:- none}"; [ -z "$$failed" ]

.PHONY: unit
unit: $(UNIT_TESTS) ## run the unit tests (ASAN, UBSAN)
	selftests/run --out $(O)/log $(UNIT_TESTS)

PROTOCOL ?= demo
CRYOGEN ?= n2o
GAUGE ?= 18

.PHONY: demo
demo: ## treat a virtual patient; PROTOCOL=, CRYOGEN=n2o|ln2, GAUGE=16...22
	@selftests/setup/step "install packages" $(MAKE) setup
	@selftests/setup/step "build programs and modules" $(MAKE) -j2 all modules
	@selftests/setup/step "make the guest's image" $(MAKE) vm-system
	@selftests/demo/run --protocol $(PROTOCOL) --cryogen $(CRYOGEN) --gauge $(GAUGE)

.PHONY: install
install: $(INSTALLS) ## install below DESTDIR

.PHONY: bench
bench: $(BENCHES) ## print figures, assert nothing

.PHONY: clean
clean: ## remove everything that was built
	rm -rf $(O)

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16
