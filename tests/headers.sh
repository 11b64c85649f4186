#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone, and the public one is C++ too.
set -eu
cd "$(dirname "$0")/.."
cc=${CC:-cc}
# -Wno-unused: a header's own static tables have no user here.
flags="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror
-Wno-unused -Iinclude -Isrc $(pkg-config --cflags libsodium libcrypto \
	libpcre2-8 libcurl)"
status=0
for header in include/*.h src/*/*.h; do
	case $header in
	src/net/h2*) pkg-config --exists libnghttp2 || continue ;;
	esac
	# shellcheck disable=SC2086
	echo "#include \"${header#*/}\"" |
		"$cc" $flags -fsyntax-only -x c - || {
		echo "$header does not compile alone"
		status=1
	}
done
if command -v "${CXX:-c++}" >/dev/null 2>&1; then
	echo '#include "sealeaf.h"' | "${CXX:-c++}" -std=c++11 -Wall -Wextra \
		-Werror -Iinclude -fsyntax-only -x c++ - || status=1
fi
exit $status
