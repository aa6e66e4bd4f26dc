#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests selftests/run: what it counts, and that nothing but kept plans is a success.

run=$(dirname "$0")/../run
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
number=0
failed=0

# verdict NAME CONDITION-STATUS: one KTAP result, with the runner's output if it failed
verdict() {
	number=$((number + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $number $1"
	else
		sed 's/^/# /' "$work/out"
		echo "not ok $number $1"
		failed=1
	fi
}

# expect NAME STATUS LAST-LINE [ARGUMENT...]: runs the script on standard input under the runner
expect() {
	name=$1 status=$2 last=$3
	shift 3
	{ echo '#!/bin/sh'; cat; } >"$work/fake"
	chmod +x "$work/fake"
	"$run" --out "$work/log" "$@" "$work/fake" >"$work/out" 2>&1
	[ $? -eq "$status" ] && [ "$(tail -n 1 "$work/out")" = "$last" ]
	verdict "$name" $?
}

echo "KTAP version 1"
echo "1..32"

expect passes 0 "2 passed, 0 failed" <<'END'
printf 'KTAP version 1\n1..2\nok 1 a\nok 2 - b\n'
END
expect plan_may_come_last 0 "1 passed, 0 failed" <<'END'
printf 'ok 1 a\n1..1\n'
END
expect failed_case 1 "1 passed, 1 failed" <<'END'
printf '1..2\n# why it failed\nnot ok 1 a\nok 2 b\n'; exit 1
END
grep -q 'why it failed' "$work/out" && grep -q 'not ok: a$' "$work/out"
verdict failed_case_is_explained $?
grep -q 'why it failed' "$work/log/fake.ktap"
verdict log_is_kept $?
expect failed_case_with_status_zero 1 "0 passed, 1 failed" <<'END'
printf '1..1\nnot ok 1 a\n'
END
expect status_without_failed_case 1 "1 passed, 1 failed" <<'END'
printf '1..1\nok 1 a\n'; exit 1
END
expect no_output 1 "0 passed, 1 failed" <<'END'
exit 0
END
expect no_plan 1 "1 passed, 1 failed" <<'END'
echo 'ok 1 a'
END
expect empty_plan 1 "0 passed, 1 failed" <<'END'
echo '1..0'
END
expect case_missing 1 "1 passed, 1 failed" <<'END'
printf '1..2\nok 1 a\n'
END
expect case_too_many 1 "2 passed, 1 failed" <<'END'
printf '1..1\nok 1 a\nok 2 b\n'
END
expect case_number_repeated 1 "2 passed, 1 failed" <<'END'
printf '1..2\nok 1 a\nok 1 a\n'
END
expect second_plan 1 "1 passed, 1 failed" <<'END'
printf '1..1\n1..1\nok 1 a\n'
END
expect bails_out 1 "1 passed, 1 failed" <<'END'
printf '1..1\nok 1 a\nBail out! no device\n'
END
expect killed_half_way 1 "1 passed, 2 failed" <<'END'
printf '1..2\nok 1 a\n'; kill -SEGV $$
END
expect killed_after_last_case 1 "1 passed, 1 failed" <<'END'
printf '1..1\nok 1 a\n'; kill -KILL $$
END
expect hangs 1 "1 passed, 1 failed" --timeout 1 <<'END'
printf '1..1\nok 1 a\n'; sleep 1000
END
# The process left behind holds a lock that only its end can give back.
expect leaves_a_process_behind 0 "1 passed, 0 failed" <<END
exec 9>"$work/lock"; flock 9; sleep 1000 & printf '1..1\nok 1 a\n'
END
flock --wait 10 "$work/lock" true
verdict left_process_is_ended $?

mkfifo "$work/started"
cat >"$work/fake" <<END
#!/bin/sh
exec 9>"$work/lock"; flock 9; echo >"$work/started"; sleep 1000
END
"$run" --out "$work/log" "$work/fake" >"$work/out" 2>&1 &
read -r _ <"$work/started"
kill $!
wait $!
[ $? -eq 143 ]
verdict can_be_interrupted $?
flock --wait 10 "$work/lock" true
verdict interrupted_test_is_ended $?

expect xfailed_case 0 "1 passed, 0 failed, 1 skipped" <<'END'
printf '1..2\nok 1 a # XFAIL known\nok 2 b\n'
END
expect skipped_case 0 "1 passed, 0 failed, 1 skipped" <<'END'
printf '1..2\nok 1 a # SKIP no device\nok 2 b\n'
END
expect all_skipped_is_no_success 1 "0 passed, 1 failed, 1 skipped" <<'END'
echo '1..0 # SKIP no device'; exit 4
END
expect nested 0 "3 passed, 0 failed" <<'END'
printf '1..2\n  KTAP version 1\n  1..2\n  ok 1 x\n  ok 2 y\nok 1 a\nok 2 b\n'
END
expect nested_failure_counts_once 1 "2 passed, 1 failed" <<'END'
printf '1..2\n  1..2\n  ok 1 x\n  not ok 2 y\nnot ok 1 a\nok 2 b\n'; exit 1
END
expect nested_plan_not_kept 1 "1 passed, 1 failed" <<'END'
printf '1..1\n  1..2\n  ok 1 x\nok 1 a\n'
END
expect parent_fails_alone 1 "1 passed, 1 failed" <<'END'
printf '1..1\n  1..1\n  ok 1 x\nnot ok 1 a\n'; exit 1
END
expect nested_without_parent 1 "1 passed, 2 failed" <<'END'
printf '1..1\n  1..1\n  ok 1 x\n'
END
expect not_there 1 "1 passed, 1 failed" "$work/missing" <<'END'
printf '1..1\nok 1 a\n'
END
[ "$("$run" --out "$work/log" 2>&1 | tail -n 1)" = "0 passed, 1 failed" ]
verdict nothing_to_run_fails $?

exit $failed
