#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The layout of the code, by clang-format 14 and .clang-format. Other versions
# break lines elsewhere, so they are not asked (status 77).
#
#   tests/format.sh [--fix]
set -eu
cd "$(dirname "$0")/.."
tool=
for name in clang-format-14 clang-format; do
	command -v "$name" >/dev/null 2>&1 || continue
	case $("$name" --version) in
	*" 14."*) tool=$name && break ;;
	esac
done
if [ -z "$tool" ]; then
	echo "clang-format 14 is not here"
	exit 77
fi
set -- "${1:-}" include/*.h src/*/*.[ch]
for file in tests/unit/*.c tests/fuzz/*.c tests/bench/*.c; do
	[ ! -f "$file" ] || set -- "$@" "$file"
done
mode=$1
shift
if [ "$mode" = --fix ]; then
	exec "$tool" -i "$@"
fi
wrong=$("$tool" --dry-run -Werror "$@" 2>&1) && exit
echo "$wrong" | sed -n 's/^\([^:]*\):.*error: .*/\1/p' | uniq
echo "not as clang-format writes it: tests/format.sh --fix"
exit 1
