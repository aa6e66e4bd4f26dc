# SPDX-License-Identifier: GPL-2.0-or-later
# How a check boots its guests one after the other: one KTAP document, in which each guest is a case. Source it.
# shellcheck shell=sh disable=SC2034 # used by those who source it

cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
tests=$O/test/kernel
kselftests="$tests/chips $tests/lines $tests/iio $tests/uapi $tests/exchange $tests/records $tests/interlock $tests/readings
	$tests/storms $tests/unplug $tests/identity $tests/reload"
# The plant and the virtual handpiece must not take all of the time that such a kernel has.
slowly="fakeplant.ahead_ms=8000 fakeplant.turn_us=10000 stall.look_us=20000 cryoprobe_sim.poll_us=10000"
# Their time goes by their own work, so that a host that is busy elsewhere is not taken for a driver that is late. Their
# two processors take turns then; a check that wants them at once empties it, and wants the host for itself.
time=--own-time
cases=0
any_failed=0

echo "KTAP version 1"

# guest FLAVOUR NAME TEST...: boot one, run the tests in it
guest() {
	flavour=$1 guest=$1-$2
	shift 2
	[ -z "${GUESTS-}" ] || [ "${guest#"$GUESTS"}" != "$guest" ] || return 0
	cases=$((cases + 1))
	begun=$(date +%s)
	{
		# shellcheck disable=SC2086 # an option or none
		selftests/vm/mini $time --no-page --flavour "$flavour" --name "$guest" --memory 1024 \
			--timeout 7200 --append "$slowly ${FUZZ-}" "$@"
		echo $? >"$O/log/$guest.status"
		times >"$O/log/$guest.times"
	} | sed -u 's/^/  /'
	echo "# $guest took $(($(date +%s) - begun)) s; of a processor, user and system: $(sed -n 2p "$O/log/$guest.times")"
	if [ "$(cat "$O/log/$guest.status")" -eq 0 ]; then
		echo "ok $cases $guest"
	else
		any_failed=1
		echo "not ok $cases $guest"
	fi
}

finish() {
	echo "1..$cases"
	exit $any_failed
}
