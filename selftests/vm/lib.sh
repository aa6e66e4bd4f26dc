# SPDX-License-Identifier: GPL-2.0-or-later
# What the scripts of this folder share. Source it from the repository's root.
# shellcheck shell=sh disable=SC2034 # used by those who source it

O=$(realpath -m "${O:-build}")
vm=$O/vm
step=selftests/setup/step
default_flavour=6.12-rt-amd64

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# newer OUTPUT INPUT...: is OUTPUT there, and no INPUT younger than it?
newer() {
	output=$1
	shift
	[ -e "$output" ] || return 1
	for input in "$@"; do
		[ ! "$input" -nt "$output" ] || return 1
	done
}

# depends_of PACKAGE PREFIX: the first dependency of PACKAGE whose name starts with PREFIX
depends_of() {
	apt-cache depends --important "$1" 2>/dev/null |
		sed -n "s/^ *Depends: \($2[^ ]*\)\$/\1/p" | head -n 1
}

# release_of FLAVOUR: the kernel release this tree uses for FLAVOUR, for example 6.1.0-56-amd64.
# Asked once and written down: image, headers and modules must be of one release.
release_of() {
	release_file=$vm/kernel/$1/release
	if [ ! -s "$release_file" ]; then
		image=$(depends_of "linux-image-$1" linux-image-)
		if [ -z "$image" ]; then
			as_root apt-get -q update >&2
			image=$(depends_of "linux-image-$1" linux-image-)
		fi
		[ -n "$image" ] || die "no package linux-image-$1; try 6.12-rt-amd64, 6.12-amd64 or amd64"
		mkdir -p "${release_file%/*}"
		echo "${image#linux-image-}" >"$release_file.new"
		mv "$release_file.new" "$release_file"
	fi
	cat "$release_file"
}
