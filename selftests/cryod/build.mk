# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of cryod with a stand-in for the kernel, a private bus and a private notify socket.

CRYOD_TEST_CONTROL := $(CORE_SOURCES) daemon/probe/control.c daemon/probe/convert.c selftests/cryod/fake-kernel.c

$(eval $(call unit_test,test_control,selftests/cryod/test_control.c $(CRYOD_TEST_CONTROL),libsystemd $(CORE_PKGS),$(CRYOD_CFLAGS),$(CRYOD_LIBS)))
$(eval $(call unit_test,test_parts,selftests/cryod/test_parts.c $(CORE_SOURCES) daemon/probe/convert.c daemon/files.c daemon/protocols.c daemon/words.c,libsystemd $(CORE_PKGS),$(CRYOD_CFLAGS),$(CRYOD_LIBS)))
$(eval $(call unit_test,test_store,selftests/cryod/test_store.c daemon/core/names.c $(STORE_SOURCES) daemon/probe/convert.c,$(STORE_PKGS),$(CRYOD_CFLAGS),))
$(eval $(call unit_test,test_chain,selftests/cryod/test_chain.c daemon/core/names.c $(STORE_SOURCES) daemon/probe/convert.c,$(STORE_PKGS),$(CRYOD_CFLAGS),))
$(eval $(call unit_test,test_expire,selftests/cryod/test_expire.c daemon/core/names.c $(STORE_SOURCES) daemon/probe/convert.c,$(STORE_PKGS),$(CRYOD_CFLAGS),))
$(eval $(call unit_test,test_config,selftests/cryod/test_config.c daemon/config.c daemon/files.c,libsystemd $(CORE_PKGS),$(CRYOD_CFLAGS),))
$(eval $(call unit_test,test_recorder,selftests/cryod/test_recorder.c selftests/cryod/fake-kernel.c daemon/core/names.c daemon/probe/convert.c daemon/words.c $(RECORD_SOURCES),$(STORE_PKGS),$(CRYOD_CFLAGS),-pthread))
$(eval $(call unit_test,test_stream,selftests/cryod/test_stream.c daemon/probe/stream.c,libsystemd,,))
$(eval $(call unit_test,test_bus,$(addprefix selftests/cryod/,test_bus.c test_operator.c test_probe-identity.c test_self-test.c bus-bench.c) selftests/cryod/fake-kernel.c $(CRYOD_SOURCES),$(CRYOD_PKGS),$(CRYOD_CFLAGS),$(CRYOD_LIBS)))
$(eval $(call unit_test,test_status,selftests/cryod/test_status.c $(CORE_SOURCES) $(addprefix daemon/,disk-thread.c metrics.c metrics-file.c status.c words.c),libsystemd $(CORE_PKGS),$(CRYOD_CFLAGS),$(CRYOD_LIBS)))
$(eval $(call unit_test,test_sound,selftests/cryod/test_sound.c daemon/alarm-sound.c daemon/journal.c $(SOUND_PURE),libsystemd,,-lm))
APT_CHECK += dbus-daemon

CHECKS += selftests/cryod/test_service.py
APT_CHECK += python3
