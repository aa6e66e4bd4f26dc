# SPDX-License-Identifier: GPL-2.0-or-later
# libcryo and cryoctl against a mock of cryod on a private bus.

APT_CHECK += abigail-tools dbus gir1.2-glib-2.0 groff libglib2.0-dev pkg-config python3 python3-gi python3-pyte

MOCK_SOURCES := $(addprefix selftests/libcryo/,mock-cryod.c mock-manager.c mock-probe.c mock-records.c) \
	$(addprefix selftests/report/,course.c scenes.c)
$(eval $(call link_rule,$(O)/test/mock-cryod,obj-test/mock-cryod,$(MOCK_SOURCES),libsystemd,-Ilibcryo,,$(SANITIZE)))

$(eval $(call link_rule,$(O)/test/fake-cryod,obj-test/fake-cryod,selftests/libcryo/fake-cryod.c selftests/cryod/fake-kernel.c $(CRYOD_SOURCES),$(CRYOD_PKGS),$(CRYOD_CFLAGS),$(CRYOD_LIBS),$(SANITIZE)))

# What the scripts below need is built with the unit tests.
$(O)/test/test-libcryo $(addprefix $(O)/test/test-libcryo-,async streams threads): | $(O)/test/mock-cryod $(O)/test/fake-cryod
$(eval $(call unit_test,test-libcryo,selftests/libcryo/test_libcryo.c selftests/libcryo/bus.c $(LIBCRYO_SOURCES),libsystemd,-DMOCK_CRYOD='"$(O)/test/mock-cryod"',))
$(eval $(call unit_test,test-libcryo-async,selftests/libcryo/test_async.c selftests/libcryo/bus.c $(LIBCRYO_SOURCES),libsystemd,-Ilibcryo -DMOCK_CRYOD='"$(O)/test/mock-cryod"',))
$(eval $(call unit_test,test-libcryo-streams,selftests/libcryo/test_streams.c selftests/libcryo/bus.c $(LIBCRYO_SOURCES),libsystemd,-Ilibcryo -DMOCK_CRYOD='"$(O)/test/mock-cryod"',))
# The thread sanitizer bears no other beside it, so this one is linked by hand.
UNIT_TESTS += $(O)/test/test-libcryo-threads
$(eval $(call link_rule,$(O)/test/test-libcryo-threads,obj-tsan/test-libcryo-threads,selftests/libcryo/test_threads.c selftests/libcryo/bus.c $(LIBCRYO_SOURCES),libsystemd,-Ilibcryo -DMOCK_CRYOD='"$(O)/test/mock-cryod"',-pthread,-O1 -g -fsanitize=thread))
$(O)/test/test-libcryo-records: | $(O)/test/mock-cryod
$(eval $(call unit_test,test-libcryo-records,$(addprefix selftests/,libcryo/test_records.c libcryo/bus.c report/course.c report/scenes.c) $(LIBCRYO_SOURCES),libsystemd,-Ilibcryo -DMOCK_CRYOD='"$(O)/test/mock-cryod"',))
$(eval $(call unit_test,test-libcryo-properties,selftests/libcryo/test_properties.c libcryo/names.c libcryo/properties.c libcryo/self-test-steps.c,libsystemd,-Ilibcryo,))
$(eval $(call unit_test,test-cryoctl-parts,selftests/libcryo/test_tool.c libcryo/names.c $(CRYOCTL_PURE),libsystemd,-Ilibcryo,-lm))

CHECKS += $(addprefix selftests/libcryo/,test-cryoctl test-library test-console test-bus test-monitor test-completion test-records test-abi)
