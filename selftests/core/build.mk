# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of the pure part of cryod.

# $(call core_test,NAME,FURTHER SOURCES)
core_test = $(eval $(call unit_test,core-$(1),selftests/core/test_$(1).c $(2) $(CORE_SOURCES),$(CORE_PKGS),,$(CORE_LIBS)))

$(call core_test,sequencer,$(addprefix selftests/core/,test_prepare.c test_self-test.c test_cycle.c test_withdraw.c \
	test_conditions.c bench.c))
$(call core_test,protocol,selftests/core/bench.c)
$(call core_test,ice)
$(call core_test,alarm)
$(call core_test,loop,selftests/core/bench.c)
$(call core_test,tip-model,selftests/core/bench.c)
$(call core_test,property,selftests/core/bench.c)
$(call core_test,watches)

# The parser on any text. What the fuzzer finds, or takes for new, goes into the corpus, which is rerun
# as a regression by the unit test.
$(eval $(call unit_test,core-corpus,selftests/core/fuzz_protocol.c $(CORE_SOURCES),$(CORE_PKGS),,$(CORE_LIBS)))

FUZZ_SECONDS ?= 60
PROPERTY_RUNS ?= 100000

.PHONY: property
property: $(O)/test/core-property ## random treatments, PROPERTY_RUNS of them (20 min), under sanitizers
	RUNS=$(PROPERTY_RUNS) $<

.PHONY: fuzz-protocol
fuzz-protocol: $(GENERATED) ## fuzz the parser of protocols for FUZZ_SECONDS (needs clang)
	@mkdir -p $(O)/fuzz/protocol
	clang $(CFLAGS_ALL) -O1 -DFUZZER -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		$$($(PKG_CONFIG) --cflags $(CORE_PKGS)) -o $(O)/fuzz/protocol-fuzzer \
		selftests/core/fuzz_protocol.c $(CORE_SOURCES) $$($(PKG_CONFIG) --libs $(CORE_PKGS)) $(CORE_LIBS)
	$(O)/fuzz/protocol-fuzzer -dict=selftests/core/protocol.dict -max_len=20000 \
		-max_total_time=$(FUZZ_SECONDS) $(O)/fuzz/protocol selftests/core/corpus daemon/protocols
