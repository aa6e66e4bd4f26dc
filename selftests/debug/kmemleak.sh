#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# In a debug guest, after all else: with the modules unloaded, nothing of theirs is left. What is unreferenced only
# for a moment is not when looked at again, so the second scan counts.
file=/sys/kernel/debug/kmemleak
echo "KTAP version 1"
if [ ! -e $file ]; then
	echo "1..0 # SKIP a kernel without kmemleak"
	exit 4
fi
echo "1..2"
# failslab leaves this where the driver core has lost references to what describes the handpiece: docs/soup.md.
handpiece='cryoprobe_sim ti_ads1015 mlx90614 at24'
[ ! -e /tmp/keep-handpiece ] || handpiece=
# shellcheck disable=SC2086 # a list, or nothing
rmmod cryoprobe $handpiece 2>/dev/null
if [ -e /sys/module/cryoprobe ] || { [ "$handpiece" ] && [ -e /sys/module/cryoprobe_sim ]; }; then
	echo "not ok 1 modules_can_be_unloaded"
else
	echo "ok 1 modules_can_be_unloaded"
fi
echo scan >$file
sleep 6
echo scan >$file
# Why a driver that was bound by hand defers, the kernel keeps until the device goes, and then forgets: docs/soup.md.
awk -v others=/tmp/leaks-of-others '
	function take() {
		if (text ~ /device_set_deferred_probe_reason/ && text ~ /bind_store/)
			print text >others
		else
			printf "%s", text
		text = ""
	}
	/^unreferenced object/ { take() }
	{ text = text $0 "\n" }
	END { take() }' $file >/tmp/leaks
if [ -s /tmp/leaks-of-others ]; then
	echo "# $(grep -c '^unreferenced' /tmp/leaks-of-others) reasons of deferred probes, which the kernel forgets, left out"
fi
if [ -s /tmp/leaks ]; then
	sed 's/^/# /' /tmp/leaks
	echo "not ok 2 nothing_is_leaked"
	exit 1
fi
echo "ok 2 nothing_is_leaked"
