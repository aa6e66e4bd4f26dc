# SPDX-License-Identifier: GPL-2.0-or-later
# Software in the loop: core/ and the kernel's pure files treat the plant's patients in one process.

sil_sources := $(addprefix selftests/sil/,traits.c trace.c anatomy.c console.c law.c figures.c course.c) \
	$(KERNEL_PURE) kernel/thermocouple.c daemon/convert.c $(plant_model) $(CORE_SOURCES)

# Without sanitizers, and with the plant's own flags: it is minutes of physics.
sil_cflags := $(plant_cflags) -Ikernel/include/uapi
$(eval $(call program,sil,$(addprefix selftests/sil/,sil.c population.c oracle.c report.c) $(sil_sources),$(CORE_PKGS),$(sil_cflags),$(CORE_LIBS) -lpthread))
$(eval $(call program,sil-tune,selftests/sil/tune.c $(sil_sources),$(CORE_PKGS),$(sil_cflags),$(CORE_LIBS)))
$(eval $(call program,sil-demo,selftests/sil/test_demo.c $(sil_sources),$(CORE_PKGS),$(sil_cflags),$(CORE_LIBS)))
CHECKS += $(O)/bin/sil-demo

SEED ?=

.PHONY: sil sil-full
sil: $(O)/bin/sil ## treat 250 virtual patients and print the figures; SEED=N replays one
	$(if $(SEED),$< --seed=$(SEED) --csv=$(O)/sil-$(SEED).csv --ice=$(O)/sil-$(SEED)-ice.csv,$<)

sil-full: $(O)/bin/sil ## treat the 10,000 patients of the test set
	$< --patients=10000 --first=1000001 --compare=1000
