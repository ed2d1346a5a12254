#!/usr/bin/env bash
#
# Gets Debian's source package of libsrtp2, without a change to apt's own
# configuration and lists. See README.md beside this file.
#
#   get-srtp.sh DIRECTORY
#
# Writes the unpacked sources to DIRECTORY/source and their version to
# DIRECTORY/version. Exits with 1 if there is no source package to be had.

set -euo pipefail

mkdir -p "$1"
dir=$(cd "$1" && pwd)

# The repositories that apt uses for binary packages, for sources.
source_repositories() {
	local keyring=/usr/share/keyrings/debian-archive-keyring.gpg signed=

	[[ ! -f $keyring ]] || signed="[signed-by=$keyring]"

	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' \
		'Created-By: Packages' 'Origin: Debian' 'Component: main' 2>/dev/null |
		sort -u | sed "s|^|deb-src $signed |; s|\$| main|"
}

command -v apt-get >/dev/null || {
	echo "get-srtp: no apt-get" >&2
	exit 1
}

mkdir -p "$dir"/{lists/partial,parts,cache/archives/partial,download,source}
source_repositories >"$dir/parts/source.list"

[[ -s $dir/parts/source.list ]] || {
	echo "get-srtp: apt knows no repository of Debian, is apt-get update due?" >&2
	exit 1
}

apt=(
	apt-get -qq
	-o Dir::Etc::sourcelist=/dev/null
	-o Dir::Etc::sourceparts="$dir/parts"
	-o Dir::State="$dir"
	-o Dir::State::lists="$dir/lists"
	-o Dir::State::status=/var/lib/dpkg/status
	-o Dir::Cache="$dir/cache"
	-o APT::Sandbox::User="$(id -un)"
	-o Acquire::Languages=none
	-o Acquire::Retries=3
)

"${apt[@]}" update
(cd "$dir/download" && "${apt[@]}" source --download-only libsrtp2)

tarball=$(find "$dir/download" -name 'libsrtp2_*.orig.tar.*' ! -name '*.asc')
tar xf "$tarball" -C "$dir/source" --strip-components=1
basename "$tarball" | sed 's/^libsrtp2_//; s/[+~.]*\(ds\|dfsg\|orig\).*//' >"$dir/version"
