# SPDX-License-Identifier: GPL-2.0-or-later
# The explorer of the interlock's states, and the mutants of what it proves.

explore_sources := $(addprefix selftests/explore/,explore.c scenarios.c search.c store.c canonical.c \
	invariants.c deadlines.c world.c)

$(eval $(call program,explore,$(explore_sources) $(KERNEL_PURE),,-Ikernel/include/uapi))
CHECKS += $(O)/bin/explore

.PHONY: explore
explore: $(O)/bin/explore ## look at every state of the interlock, in all scenarios
	$< --full

.PHONY: mutants
mutants: ## break the interlock in every small way, and see that a test notices
	@selftests/explore/mutants $(KERNEL_PURE) kernel/interlock/parts.h

APT_CHECK += binutils python3
