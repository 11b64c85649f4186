#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The shared library exports what the public header declares, and nothing else.
#
#   tests/exports.sh LIBRARY
set -eu
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
nm -D --defined-only "$1" | awk '$2 != "A" { print $3 }' |
	sed 's/@.*//' | sort -u >"$scratch/exported"
# A declaration starts with SEALEAF_API; its name is the first before "(".
tr '\n' ' ' <include/sealeaf.h | sed 's/SEALEAF_API/\n&/g' |
	sed -n 's/^SEALEAF_API[^(]*[ *]\(sealeaf_[a-z0-9_]*\)(.*/\1/p' |
	sort -u >"$scratch/declared"
diff "$scratch/declared" "$scratch/exported"
