# SPDX-License-Identifier: GPL-2.0-or-later
# Faults, injected into a console that freezes.

$(eval $(call program,fault-injector,$(addprefix selftests/faults/,injector.c spin.c hog.c),,-pthread,-pthread))
$(eval $(call program,fault-controller,$(addprefix selftests/faults/,controller.c misdeeds.c limits.c)\
	$(addprefix selftests/kernel/,fakeplant.c probe.c sysfs.c),,-pthread -Ikernel/include/uapi,-pthread))
$(O)/obj/fault-controller/selftests/kernel/fakeplant.o: | $(O)/gen/emf-type-t.h

VM_CHECKS += --timeout 600 faults=selftests/faults/check

.PHONY: faults
faults: all vm-system ## inject every fault into a freezing console, print what came of it
	@selftests/faults/run

.PHONY: powercut
powercut: all vm-system ## cut the power a hundred times, look at what the next boot finds
	@selftests/faults/powercut
