# SPDX-License-Identifier: GPL-2.0-or-later
# KTAP output of the static checks. Source it; it goes to the repository's root.
# shellcheck shell=sh

cd "$(dirname "$0")/../.." || exit 1
O=$(realpath -m "${O:-build}")
mkdir -p "$O/static" || exit 1
case_number=0
any_failed=0

die() {
	echo "# ${0##*/}: $*"
	exit 1
}

plan() {
	echo "KTAP version 1"
	echo "1..$1"
}

# result STATUS NAME [FILE]: one case; if STATUS is not 0, FILE says why
result() {
	case_number=$((case_number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $case_number $2"
		return
	fi
	any_failed=1
	[ -z "${3-}" ] || sed 's/^/# /' "$3"
	echo "not ok $case_number $2"
}

# kernel_script NAME: the path of a script of the kernel's source tree, taken out of Debian's package
kernel_script() {
	dir=$O/static/kernel-scripts
	if [ ! -e "$dir/complete" ]; then
		mkdir -p "$dir"
		tar -C "$dir" --strip-components=2 --occurrence=1 \
			-xJf /usr/src/linux-source-6.12.tar.xz \
			linux-source-6.12/scripts/checkpatch.pl \
			linux-source-6.12/scripts/const_structs.checkpatch \
			linux-source-6.12/scripts/kernel-doc \
			linux-source-6.12/scripts/spelling.txt || return 1
		touch "$dir/complete"
	fi
	echo "$dir/$1"
}
