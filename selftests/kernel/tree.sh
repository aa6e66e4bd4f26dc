#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The handpieces are the device tree's: chips and probes have their nodes, and the drivers that the nodes name.
# A plant has run before, so that they are plugged in.

number=0
failed=0

result() {
	number=$((number + 1))
	[ "$1" -eq 0 ] && echo "ok $number $2" && return
	failed=1
	echo "not ok $number $2"
}

# described DEVICE COMPATIBLE DRIVER: is it of a node that is compatible, and bound to the driver?
described() {
	node=$(tr '\0' '\n' <"$1/of_node/compatible" 2>/dev/null)
	driver=$(readlink "$1/driver")
	echo "# ${1##*/}: $node ${driver##*/}"
	[ "$node" = "$2" ] && [ "${driver##*/}" = "$3" ]
}

# bus HANDPIECE: number of its adapter
bus() {
	for adapter in /sys/bus/i2c/devices/i2c-*; do
		[ "$(cat "$adapter/name")" != "cryoprobe-sim.$1" ] || echo "${adapter##*-}"
	done
}

echo "KTAP version 1"
echo "1..15"
for handpiece in 0 1; do
	described "/sys/bus/platform/devices/handpiece-$handpiece" cryo,handpiece-sim cryo-handpiece-sim
	result $? "handpiece-$handpiece"
	for address in 48 49 4a; do
		described "/sys/bus/i2c/devices/$(bus $handpiece)-00$address" ti,ads1115 ads1015
		result $? "adc@$address-$handpiece"
	done
	described "/sys/bus/i2c/devices/$(bus $handpiece)-0050" atmel,24c02 at24
	result $? "eeprom-$handpiece"
	described "/sys/bus/i2c/devices/$(bus $handpiece)-005a" melexis,mlx90614 mlx90614
	result $? "temperature-sensor-$handpiece"
	described "/sys/bus/platform/devices/probe-$handpiece" cryo,probe cryo-probe
	result $? "probe-$handpiece"
done
[ -z "$(find /sys/bus/platform/devices -name 'cryo-probe.*')" ]
result $? module_describes_nothing
exit $failed
