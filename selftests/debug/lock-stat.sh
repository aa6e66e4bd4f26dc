#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In a debug guest: how long the locks of the driver were held, and waited for, since the boot. Figures only: that a
# reader cannot hold one for long is shown by reader-hangs, and how long it takes under emulation says little.
stat=/proc/lock_stat
echo "KTAP version 1"
if [ ! -e $stat ]; then
	echo "1..0 # SKIP a kernel that does not count"
	exit 4
fi
echo "1..1"
echo "# lock: contentions, longest wait in us, acquisitions, longest hold in us"
# name: con-bounces contentions waittime-min -max -total -avg acq-bounces acquisitions holdtime-min -max ...
sed -n 's/^ *\(&core->lock\|&sampler->[a-z_]*\|&cryo[^:]*\|[^:]*push_lock\|&worker->lock\|&page->lock\): */\1 /p' $stat |
	awk '{ printf "# %s: %s, %s, %s, %s\n", $1, $3, $5, $9, $11 }'
grep -q '&core->lock:' $stat
found=$?
[ $found -eq 0 ] && echo "ok 1 the_drivers_lock_was_counted" || echo "not ok 1 the_drivers_lock_was_counted"
exit $found
