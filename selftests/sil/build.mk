# SPDX-License-Identifier: GPL-2.0-or-later
# Software in the loop: core/ and the kernel's pure files treat the plant's patients in one process.

sil_sources := $(addprefix selftests/sil/,traits.c trace.c anatomy.c patient-tissue.c console.c law.c \
	reader.c figures.c ice-figures.c course.c) \
	$(KERNEL_PURE) kernel/thermocouple.c daemon/probe/convert.c $(plant_model) $(CORE_SOURCES)

# Without sanitizers, and with the plant's own flags: it is minutes of physics.
sil_cflags := $(plant_cflags) -Ikernel/include/uapi
$(eval $(call program,sil,$(addprefix selftests/sil/,sil.c plant-options.c population.c oracle.c clairvoyant.c lines.c report.c ice-report.c dataset.c) $(sil_sources),$(CORE_PKGS),$(sil_cflags),$(CORE_LIBS) -lpthread))
$(eval $(call program,sil-tune,selftests/sil/tune.c $(sil_sources),$(CORE_PKGS),$(sil_cflags),$(CORE_LIBS)))
$(eval $(call program,sil-demo,selftests/sil/test_demo.c $(sil_sources),$(CORE_PKGS),$(sil_cflags),$(CORE_LIBS)))
$(eval $(call program,sil-population,$(addprefix selftests/sil/,test_population.c population.c oracle.c clairvoyant.c) $(sil_sources),$(CORE_PKGS),$(sil_cflags),$(CORE_LIBS) -lpthread))
$(eval $(call program,sil-measured,selftests/sil/test_measured.c $(addprefix daemon/core/,ice-field.c ice-tissue.c needle.c) \
	$(plant_solver) selftests/plant/test/csv.c,,$(sil_cflags),-lm))
CHECKS += $(O)/bin/sil-demo $(O)/bin/sil-population $(O)/bin/sil-measured
$(eval $(call unit_test,sil-figures,$(addprefix selftests/sil/,test_figures.c figures.c ice-figures.c traits.c trace.c) \
	daemon/core/names.c,,,-lm))

# The kernel's interlock alone with the plant.
$(eval $(call program,sil-plausibility,selftests/sil/test_plausibility.c $(KERNEL_PURE) $(plant_model),,$(sil_cflags),-lm))
CHECKS += $(O)/bin/sil-plausibility

SEED ?=
SIL_OUT := $(O)/sil
SIL_PLOT := selftests/sil/sil-plot

# $(call sil_run,OPTIONS): the table to the screen and a file, then the pictures; fails where a bar does
define sil_run
@mkdir -p $(SIL_OUT)
@rm -f $(SIL_OUT)/seed-*
@$(O)/bin/sil $(1) --out=$(SIL_OUT) >$(SIL_OUT)/figures.md; status=$$?; \
	cat $(SIL_OUT)/figures.md; selftests/sil/sil-pictures $(O); exit $$status
endef

# $(call sil_replay,SEED)
define sil_replay
@mkdir -p $(SIL_OUT)
@$(O)/bin/sil --seed=$(1) --csv=$(SIL_OUT)/seed-$(1).csv --ice=$(SIL_OUT)/seed-$(1)-ice.csv
@$(SIL_PLOT) course $(SIL_OUT)/seed-$(1).csv $(SIL_OUT)/seed-$(1)-ice.csv -o $(SIL_OUT)/seed-$(1).svg
@echo "$(SIL_OUT)/seed-$(1).svg"
endef

.PHONY: sil sil-full
sil: $(O)/bin/sil ## treat 250 virtual patients and print the figures; SEED=N replays one
	$(if $(SEED),$(call sil_replay,$(SEED)),$(call sil_run,))

# Seeds to 1014000 were looked at: tuning, and test sets of earlier versions.
sil-full: $(O)/bin/sil ## treat the 10,000 patients of the test set
	$(call sil_run,--patients=10000 --first=1014001 --compare=1000)

.PHONY: sil-docs
sil-docs: ## put the figures and pictures of the last make sil or sil-full into docs/
	selftests/sil/sil-docs $(SIL_OUT)

.PHONY: measured-needle
measured-needle: $(O)/bin/sil-measured ## plant and estimate after a measured freeze, into docs/measured-needle.svg
	@mkdir -p $(SIL_OUT)
	CSV=$(SIL_OUT)/measured.csv $<
	$(SIL_PLOT) needle $(SIL_OUT)/measured.csv -o docs/measured-needle.svg \
		--title "A measured 17G argon needle in saline"

.PHONY: sil-vm
sil-vm: all modules vm-system ## ten patients through the real kernel, against the bench
	selftests/sil/vm-agreement
