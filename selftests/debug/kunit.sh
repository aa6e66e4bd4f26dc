#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In a debug guest: load the unit tests of the pure files, which run as they load, and show what KUnit has written.
modprobe cryo-kunit || exit 1
cd /sys/kernel/debug/kunit || exit 1
echo "KTAP version 1"
set -- test_*
echo "1..$#"
number=0
failed=0
for suite in "$@"; do
	number=$((number + 1))
	if [ ! -e "$suite/results" ]; then
		echo "not ok $number $suite # no results"
		failed=1
		continue
	fi
	# The suite's own document, its cases one level deeper, and its result, which has the number 1 each time.
	sed -n '/^ *KTAP version/,$ { /^KTAP version/d; /^1\.\.1$/d; /^\(not \)\?ok 1 /d; p }' "$suite/results"
	if grep -q "^ok 1 $suite" "$suite/results"; then
		echo "ok $number $suite"
	else
		echo "not ok $number $suite"
		failed=1
	fi
done
rmmod cryo-kunit
exit $failed
