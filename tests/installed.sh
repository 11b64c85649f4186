#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` lays down works from wherever it lies, and is hardened
# as far as readelf can tell.
#
#   tests/installed.sh BUILD
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail()
{
	echo "$*"
	exit 1
}

cat >"$scratch/user.c" <<'END'
#include <sealeaf.h>
#include <stdio.h>

int
main(void)
{
	return puts(sealeaf_version()) < 0;
}
END

# use FOLDER PREFIX: a program of somebody else finds library and header.
use()
{
	PKG_CONFIG_PATH=$1/pkgconfig
	export PKG_CONFIG_PATH
	[ "$(pkg-config --variable=prefix sealeaf)" = "$2" ] ||
		fail "sealeaf.pc has another prefix than $2"
	# shellcheck disable=SC2046
	${CC:-cc} -o "$scratch/user" "$scratch/user.c" \
		$(pkg-config --cflags --libs sealeaf)
	LD_LIBRARY_PATH=$1 "$scratch/user" |
		grep -qx "$(pkg-config --modversion sealeaf)" ||
		fail "the library says another version than sealeaf.pc"
}

installed_at()
{
	cmake --install "$build" "$@" >"$scratch/log" ||
		fail "$(cat "$scratch/log")"
}

# elf FILE: relocations read-only from the start, no executable stack.
elf()
{
	readelf -lW "$1" >"$scratch/segments"
	readelf -dW "$1" >"$scratch/dynamic"
	grep -q GNU_RELRO "$scratch/segments" || fail "$1: no RELRO"
	grep -q 'BIND_NOW\|FLAGS_1.*NOW' "$scratch/dynamic" ||
		fail "$1: lazy binding, so RELRO is partial"
	grep -q 'GNU_STACK.* RW ' "$scratch/segments" ||
		fail "$1: the stack is executable"
	readelf --dyn-syms -W "$1" >"$scratch/symbols"
	grep -q __stack_chk_fail "$scratch/symbols" ||
		fail "$1: no stack protector"
	grep -q '__[a-z]*_chk@' "$scratch/symbols" ||
		fail "$1: no fortified function"
}

# The linker keeps this mark only where the C library's own start files have
# it; ours are looked at one by one.
marked()
{
	[ "$(uname -m)" = x86_64 ] || return 0
	find "$build" -name '*.c.o' -path '*sealeaf_objects*' |
		while read -r object; do
			readelf -nW "$object" | grep -q 'IBT, SHSTK' ||
				fail "$object: no -fcf-protection"
		done
}

prefix=$scratch/a\ prefix
installed_at --prefix "$prefix"
for file in bin/sealeaf include/sealeaf.h share/doc/sealeaf/LICENSE \
	share/man/man1/sealeaf.1 \
	share/bash-completion/completions/sealeaf \
	share/zsh/site-functions/_sealeaf \
	share/fish/vendor_completions.d/sealeaf.fish; do
	[ -s "$prefix/$file" ] || fail "not installed: $file"
done
bash -n "$prefix/share/bash-completion/completions/sealeaf"
library=$(find "$prefix" -name libsealeaf.so)

prefix=$scratch/plain
installed_at --prefix "$prefix"
library=$(find "$prefix" -name libsealeaf.so)
use "${library%/*}" "$prefix"
elf "$library"
elf "$prefix/bin/sealeaf"
readelf -dW "$prefix/bin/sealeaf" | grep -q 'FLAGS_1.*PIE' ||
	fail "the command is no PIE"
marked

# A stage for a package: the files lie elsewhere, what they say does not.
DESTDIR=$scratch/stage installed_at --prefix /opt/sealeaf
grep -qx prefix=/opt/sealeaf \
	"$(find "$scratch/stage/opt/sealeaf" -name sealeaf.pc)" ||
	fail "DESTDIR got into sealeaf.pc, or --prefix did not"

# Without cmocka the tests are left out, unless they were asked for.
cat >"$scratch/pkg-config" <<'END'
#!/bin/sh
case $* in
*cmocka*) exit 1 ;;
esac
exec pkg-config "$@"
END
chmod 755 "$scratch/pkg-config"

# Folders that are absolute, and a packager's own flags.
cmake -S "$root" -B "$scratch/build" -G Ninja \
	-DPKG_CONFIG_EXECUTABLE="$scratch/pkg-config" \
	-DCMAKE_C_FLAGS="-O2 -D_FORTIFY_SOURCE=2 -fcf-protection=none" \
	-DCMAKE_INSTALL_LIBDIR="$scratch/far/lib" >"$scratch/log"
grep -q 'no cmocka: the tests are left out' "$scratch/log" ||
	fail "tests without cmocka"
cmake --build "$scratch/build" --parallel >>"$scratch/log" 2>&1 ||
	fail "$(tail "$scratch/log")"
build=$scratch/build
installed_at --prefix "$scratch/near"
use "$scratch/far/lib" "$scratch/near"
! readelf -nW "$(find "$build" -name 'buf.c.o' | head -n 1)" |
	grep -q IBT || fail "a flag of the packager was overruled"
! cmake -DSEALEAF_TESTS=ON "$build" >"$scratch/log" 2>&1 ||
	fail "tests that were asked for are left out in silence"
grep -q 'libcmocka-dev' "$scratch/log" || fail "$(tail "$scratch/log")"
