# SPDX-License-Identifier: GPL-2.0-or-later
# cryo-plant, the virtual patient, and its tests.

plant_dir := selftests/plant
plant_solver := $(addprefix $(plant_dir)/,tissue.c grid.c mesh.c bioheat.c iceball.c)

plant_model := $(plant_solver) $(addprefix $(plant_dir)/,emf.c cryogen.c cylinder.c faults.c tip.c \
	sensors.c oneshot.c gate.c handpiece.c)
plant_live := $(addprefix $(plant_dir)/,truth.c page.c witness.c plant.c control.c)

# No result changes by these: they let the compiler vectorise the solver's comparisons.
plant_cflags := -O3 -fno-trapping-math -fno-math-errno

$(eval $(call program,cryo-plant,$(plant_model) $(plant_live) \
	$(addprefix $(plant_dir)/,control_socket.c script.c options.c tell.c main.c),,$(plant_cflags),-lm -lpthread))

PRODUCT += $(O)/bin/cryo-plant
INSTALLS += install-plant

.PHONY: install-plant
install-plant: $(O)/bin/cryo-plant
	install -D -m 0755 -t $(DESTDIR)$(PREFIX)/bin $<
	install -D -m 0644 -t $(DESTDIR)$(PREFIX)/share/man/man1 $(plant_dir)/system/cryo-plant.1
	install -D -m 0644 -t $(DESTDIR)$(UNITDIR) $(plant_dir)/system/cryo-sim.service
	install -D -m 0644 $(plant_dir)/system/cryo-sim.default $(DESTDIR)$(SYSCONFDIR)/default/cryo-sim

# Minutes of physics: without sanitizers, and with the flags of the real program.
plant_validate := $(plant_model) $(addprefix $(plant_dir)/test/,csv.c exact.c exact_planar.c \
	exact_line.c exact_steady.c validate_needle.c validate_response.c validate_findings.c)
$(eval $(call program,plant-validate,$(plant_validate),,$(plant_cflags),-lm))
CHECKS += $(O)/bin/plant-validate

$(eval $(call unit_test,plant-model,$(plant_solver) $(plant_dir)/test/unit_model.c,,,-lm))
$(eval $(call unit_test,plant-fluid,$(plant_model) $(plant_dir)/test/csv.c \
	$(plant_dir)/test/unit_fluid.c,,,-lm))
$(eval $(call unit_test,plant-live,$(plant_model) $(plant_live) $(plant_dir)/script.c \
	$(plant_dir)/test/unit_live.c,,,-lm -lpthread))
CHECKS += $(plant_dir)/test/test-cryo-plant

$(eval $(call program,plant-speed,$(plant_model) $(plant_dir)/test/speed.c,,$(plant_cflags),-lm))

.PHONY: bench-plant
bench-plant: $(O)/bin/plant-speed ## speed of the virtual patient by grid
	$<

BENCHES += bench-plant

.PHONY: plant-mutants
plant-mutants: $(O)/bin/plant-validate ## break the virtual patient's physics, and see that a test notices (6 minutes)
	@$(plant_dir)/test/mutants $(plant_validate)
