# SPDX-License-Identifier: GPL-2.0-or-later
# Software in the loop: core/ and the kernel's modulator treat the plant's patients in one process.

sil_sources := $(addprefix selftests/sil/,patient.c course.c) kernel/modulator.c kernel/slope.c \
	$(plant_model) $(CORE_SOURCES)

# Without sanitizers, and with the plant's own flags: it is minutes of physics.
$(eval $(call program,sil,selftests/sil/sil.c $(sil_sources),$(CORE_PKGS),$(plant_cflags),$(CORE_LIBS)))
$(eval $(call program,sil-demo,selftests/sil/test_demo.c $(sil_sources),$(CORE_PKGS),$(plant_cflags),$(CORE_LIBS)))
CHECKS += $(O)/bin/sil-demo
