# SPDX-License-Identifier: GPL-2.0-or-later
# Figures to look at; nothing here can fail but by being unable to measure.

$(eval $(call program,bench-thermocouple,selftests/bench/bench_thermocouple.c selftests/unit/its90.c \
	kernel/thermocouple.c,,,-lm))

.PHONY: bench-thermocouple
bench-thermocouple: $(O)/bin/bench-thermocouple ## ns and error of a thermocouple conversion
	$<

BENCHES += bench-thermocouple

$(foreach tool,probe-timing process-cost naive-loop,\
	$(eval $(call program,$(tool),selftests/bench/$(tool).c)))

.PHONY: bench-console
bench-console: all vm-system ## punctuality and cost of a console in a guest, beside a naive loop
	selftests/bench/console-figures

BENCHES += bench-console
