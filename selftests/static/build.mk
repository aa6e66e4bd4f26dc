# SPDX-License-Identifier: GPL-2.0-or-later
# Checks of the sources themselves.

CHECKS += $(addprefix selftests/static/,checkpatch kernel-doc licences function-length purity \
	shell bindings boards soup fault-table measures unit bus-page man-pages hwdb acpi)
# Six builds of the modules.
CHECKS += --timeout 900 selftests/static/modules --timeout 300
APT_CHECK += acpica-tools clang device-tree-compiler dt-schema git groff man-db mandoc linux-source-6.12 lld llvm perl python3 shellcheck sparse systemd udev xz-utils
