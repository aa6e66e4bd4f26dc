# SPDX-License-Identifier: GPL-2.0-or-later
# Faults, injected into a console that freezes.

$(eval $(call program,fault-injector,$(addprefix selftests/faults/,injector.c spin.c hog.c readers.c),,\
	-pthread -Ikernel/include/uapi,-pthread))
$(eval $(call program,fault-controller,$(addprefix selftests/faults/,controller.c misdeeds.c limits.c)\
	$(addprefix selftests/kernel/,fakeplant.c probe.c sysfs.c),,-pthread -Ikernel/include/uapi,-pthread))
$(O)/obj/fault-controller/selftests/kernel/fakeplant.o: | $(O)/gen/emf-type-t.h

FAULTS_MODULE = $(O)/bin/module/$(FLAVOUR)

.PHONY: faults-module
faults-module: ## build the module that holds processors, for FLAVOUR
	@mkdir -p $(FAULTS_MODULE)
	@cp -u selftests/faults/module/* $(FAULTS_MODULE)
	+$(MAKE) --no-print-directory -C $(KMOD_HEADERS) M=$(abspath $(FAULTS_MODULE)) O= W=1 modules

VM_CHECKS += --timeout 600 faults=selftests/faults/check

.PHONY: faults
faults: all faults-module vm-system ## inject every fault into a freezing console, print what came of it
	@selftests/faults/run

.PHONY: faults-max31856
faults-max31856: all faults-module vm-system ## those that concern readings, with thermocouples at MAX31856
	@FRONTEND=max31856 selftests/faults/run

DEEP += faults-max31856

.PHONY: powercut
powercut: all vm-system ## cut the power a hundred times, look at what the next boot finds
	@selftests/faults/powercut
