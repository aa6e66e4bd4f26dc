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

# Debian packages that tests use in a guest, beside those that our packages depend on: the second part of guest/packages.
test_tools() {
	sed '1,/^$/d' selftests/vm/guest/packages | paste -sd' '
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

# arch_of FLAVOUR: Debian's word for its architecture
arch_of() {
	case $1 in
	*arm64) echo arm64 ;;
	*) echo amd64 ;;
	esac
}

is_foreign() {
	[ "$1" != "$(dpkg --print-architecture)" ]
}

# apt_of ARCH apt-get|apt-cache ARGUMENT...: as on a machine of ARCH. Of another architecture than this one's
# the lists of packages lie below $vm, so that nothing changes for this machine's own apt.
apt_of() {
	lists=$vm/apt/$1
	tool=$2
	if is_foreign "$1"; then
		mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial"
		set -- "$@" -o APT::Architecture="$1" -o APT::Architectures="$1" -o Dir::State::status=/dev/null \
			-o Dir::State::lists="$lists/lists" -o Dir::Cache="$lists/cache"
	fi
	shift 2
	"$tool" -q -o APT::Sandbox::User=root "$@"
}

update_apt_of() {
	if is_foreign "$1"; then
		apt_of "$1" apt-get update
	else
		as_root apt-get -q update
	fi
}

# unpack_of ARCH PACKAGE DIR: what is in the package, below DIR, without installing it
unpack_of() {
	mkdir -p "$3"
	(cd "$3" && apt_of "$1" apt-get download "$2")
	dpkg-deb -x "$3"/*.deb "$3"
	rm "$3"/*.deb
}

# depends_of ARCH PACKAGE PREFIX: the first dependency of PACKAGE whose name starts with PREFIX
depends_of() {
	apt_of "$1" apt-cache depends --important "$2" 2>/dev/null |
		sed -n "s/^ *Depends: \($3[^ ]*\)\$/\1/p" | head -n 1
}

# image_of FLAVOUR: the package of its newest kernel
image_of() {
	depends_of "$(arch_of "$1")" "linux-image-$1" linux-image-
}

# find_release FLAVOUR FILE: writes the release of Debian's newest kernel into FILE unless it is there
find_release() {
	[ ! -s "$2" ] || return 0
	image=$(image_of "$1")
	if [ -z "$image" ]; then
		update_apt_of "$(arch_of "$1")" >&2
		image=$(image_of "$1")
	fi
	[ -n "$image" ] || die "no package linux-image-$1; try 6.12-rt-amd64, 6.12-amd64, amd64 or the same with arm64"
	echo "${image#linux-image-}" >"$2.new"
	mv "$2.new" "$2"
}

# release_of FLAVOUR: the kernel release this tree uses for FLAVOUR, for example 6.1.0-56-amd64.
# Asked once and written down: image, headers and modules must be of one release.
release_of() {
	release_file=$vm/kernel/$1/release
	mkdir -p "${release_file%/*}"
	[ -s "$release_file" ] || (flock 9 && find_release "$1" "$release_file") 9>"$vm/kernel/.lock" || return
	cat "$release_file"
}

# This machine's own archives of Debian, as lines for a sources.list.
list_archives() {
	# shellcheck disable=SC2016 # apt's own variables
	apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' |
		sed -n 's/^Debian|\([^|]*\)|\(bookworm[^|]*\)|\(.*\)$/deb \1 \2 \3/p' | sort -u
}

# debian_sources DIR: DIR/sources.list and DIR/apt.conf, this machine's own archives and way to them
debian_sources() {
	[ -n "$(list_archives)" ] || as_root apt-get -q update
	list_archives >"$1/sources.list"
	[ -s "$1/sources.list" ] || die "apt on this machine knows no archive of Debian bookworm"
	apt-config dump | grep '^Acquire::' >"$1/apt.conf" || true
}
