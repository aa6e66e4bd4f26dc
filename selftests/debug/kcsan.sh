#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In a KCSAN guest, after all else: how much it has looked at. The races that it has found are in the kernel's log.
file=/sys/kernel/debug/kcsan
echo "KTAP version 1"
if [ ! -e $file ]; then
	echo "1..0 # SKIP a kernel without KCSAN"
	exit 4
fi
echo "1..1"
sed -n 's/^\(enabled\|setup_watchpoints\|data_races\): /# \1: /p' $file
if grep -q '^enabled: 1' $file && grep -q '^setup_watchpoints: [1-9]' $file; then
	echo "ok 1 it_has_looked"
else
	echo "not ok 1 it_has_looked"
	exit 1
fi
