#!/usr/bin/env bash
#
# Builds the mediasoup-worker binary out of an npm package of mediasoup and
# Debian's packages. See README.md beside this file.
#
#   build-worker.sh MEDIASOUP_PACKAGE_DIR BUILD_DIR
#
# MEDIASOUP_PACKAGE_DIR is the unpacked or installed package, for example
# node_modules/mediasoup. Nothing in it is changed. The result is
# BUILD_DIR/mediasoup-worker. If get-srtp.sh has put the sources of libsrtp2 into
# BUILD_DIR/srtp2, they are compiled in; otherwise Debian's library is linked.
#
# Environment:
#   JOBS=N    Compilers at a time (default: number of cores).
#   OPT=-O2   Optimization flags.
#   CXX, CC   Compilers (default: g++, gcc), for example CXX="ccache g++".

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tested=3.27.1

die() {
	echo "build-worker: $*" >&2
	exit 1
}

say() {
	echo "build-worker: $*"
}

[[ $# -eq 2 ]] || die "usage: build-worker.sh MEDIASOUP_PACKAGE_DIR BUILD_DIR"
[[ $(uname -sm) == "Linux x86_64" ]] || die "made for Linux on x86-64 only"

package=$(cd "$1" 2>/dev/null && pwd) || die "no directory $1"
worker=$package/worker
mkdir -p "$2"
build=$(cd "$2" && pwd)

[[ -f $worker/meson.build ]] || die "$package is no mediasoup package with the sources of the worker"

jobs=${JOBS:-$(nproc)}
opt=${OPT:--O2}
cxx=${CXX:-g++}
cc=${CC:-gcc}

for tool in ${cxx%% *} ${cc%% *} flatc; do
	command -v "$tool" >/dev/null || die "no $tool on this machine"
done

version=$(node -p 'require(process.argv[1]).version' "$package/package.json")
[[ $version == "$tested" ]] || say "warning: this is mediasoup $version, the build was made for $tested"

mkdir -p "$build"/{FBS,unity,obj,patched}

# --- libsrtp 2 ---------------------------------------------------------------

srtp_include=
srtp_libs=(-lsrtp2)

build_srtp() {
	local dir=$build/srtp2 source=$build/srtp2/source

	mkdir -p "$dir/include/srtp2" "$dir/config"
	cp "$source"/include/srtp.h "$source"/crypto/include/{auth,cipher,crypto_types}.h "$dir/include/srtp2/"
	{
		echo "#define LIBSRTP2_VERSION \"$(<"$dir/version")\""
		cat "$here/shims/libsrtp2-config.h"
	} >"$dir/config/config.h"

	(
		cd "$source"
		printf '%s\n' \
			srtp/*.c \
			crypto/cipher/{cipher,cipher_test_cases,null_cipher,aes_icm_ossl,aes_gcm_ossl}.c \
			crypto/hash/{auth,auth_test_cases,null_auth,hmac_ossl}.c \
			crypto/kernel/*.c crypto/math/*.c crypto/replay/*.c |
			while read -r file; do
				# Some of them are not there in every version.
				[[ ! -f $file ]] || printf '%s\n' "$file"
			done |
			xargs -P "$jobs" -I{} sh -c "$cc"' -DHAVE_CONFIG_H -O2 -g0 -w \
				-I../config -Iinclude -Icrypto/include \
				-c "$1" -o "../../obj/srtp-$(basename "$1" .c).o"' sh {}
	)
}

if [[ -f $build/srtp2/version ]]; then
	say "compiling libsrtp2"
	build_srtp
	srtp_include="-I\"$build/srtp2/include\""
	srtp_libs=()
fi

# --- Patch -------------------------------------------------------------------

# The callback of the DTLS transport's BIO takes BIO_CB_RETURN for a value of its
# own, but OpenSSL sets it as a bit beside that of the operation. So it answers
# every BIO_ctrl() with 1, also the question whether the kernel does TLS for this
# BIO. Upstream's OpenSSL is built without kernel TLS and never asks. Debian's is
# built with it, then allocates no buffer, and the first DTLS handshake crashes.
patch_dtls() {
	local file=src/RTC/DtlsTransport.cpp
	local wrong='(operationType == BIO_CB_RETURN)' right='((operationType \& BIO_CB_RETURN) != 0)'

	if [[ $(grep -cF "$wrong" "$worker/$file") -ne 1 ]]; then
		die "$file is not as expected, see patch_dtls in build-worker.sh"
	fi

	mkdir -p "$build/patched/$(dirname "$file")"
	sed "s/$wrong/$right/" "$worker/$file" >"$build/patched/$file"
}

patch_dtls

# --- Compile -----------------------------------------------------------------

# The same options as in upstream's worker/fbs.
flatc --cpp --cpp-field-case-style lower --reflect-names --scoped-enums \
	--filename-suffix '' -o "$build/FBS" "$worker"/fbs/*.fbs

node "$here/unity.mjs" "$worker" "$build/unity" 6

cat >"$build/flags" <<FLAGS
-std=c++20 $opt -g0 -pipe -w -DNDEBUG
-DMS_EXECUTABLE -DMS_LITTLE_ENDIAN -DFLATBUFFERS_LOCALE_INDEPENDENT=1
-I"$here/shims" $srtp_include -I"$build"
-I"$build/patched" -I"$worker" -I"$worker/include"
-I"$worker/deps/libwebrtc" -I"$worker/deps/libwebrtc/libwebrtc"
FLAGS

say "compiling $(find "$build/unity" -name '*.cpp' | wc -l) files, $jobs at a time"

# The largest ones first.
(
	cd "$build/unity"
	ls -S -- *.cpp |
		xargs -P "$jobs" -I{} sh -c "$cxx"' @../flags -c "$1" -o "../obj/$(basename "$1" .cpp).o" &&
			echo "build-worker: compiled $1"' sh {}
)

# --- Link --------------------------------------------------------------------

say "linking"

# Only the C library is shared (and libsrtp2, if that's Debian's).
$cxx -o "$build/mediasoup-worker" "$build"/obj/*.o \
	-static-libstdc++ -static-libgcc -Wl,--as-needed -Wl,--strip-all \
	"${srtp_libs[@]}" \
	-Wl,-Bstatic -luv_a -lssl -lcrypto \
	-labsl_strings -labsl_throw_delegate -labsl_bad_optional_access -labsl_raw_logging_internal \
	-Wl,-Bdynamic -pthread -ldl

say "mediasoup-worker $version, $(stat -c %s "$build/mediasoup-worker") bytes"
