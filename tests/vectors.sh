#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The golden vectors in testdata/vectors are written by SOPS itself, never by
# us: this script is the only way they change.
#
#   tests/vectors.sh refresh [FOLDER]   copy them anew (../shared/vectors)
#   tests/vectors.sh check [FOLDER]     say whether the copy is up to date
#
# Of the generated groups (*-random) only the newest version's files are kept.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
newest=3.13.3

usage()
{
	echo "usage: tests/vectors.sh refresh|check [FOLDER]" >&2
	exit 2
}

# copy FROM TO: the files that belong to the tree.
copy()
{
	mkdir -p "$2"
	(cd "$1" && find . -type f -print) | while IFS= read -r file; do
		case $file in
		./*-random/*/$newest.* | ./*-random/*/plain.* |\
		./*-random/*/args | ./*-random/*/leaves.jsonl) ;;
		./*-random/*) continue ;;
		esac
		mkdir -p "$2/$(dirname "$file")"
		cp "$1/$file" "$2/$file"
		chmod 644 "$2/$file"
	done
	sed 's|\.\./tools/|tests/tools/|' "$1/README.md" >"$2/README.md"
}

[ $# -ge 1 ] && [ $# -le 2 ] || usage
from=${2:-$root/../shared/vectors}
[ -f "$from/INDEX.tsv" ] || {
	echo "vectors.sh: no vectors in $from" >&2
	exit 1
}
case $1 in
refresh)
	rm -rf "$root/testdata/vectors"
	copy "$from" "$root/testdata/vectors"
	echo "$(find "$root/testdata/vectors" -name 'plain.*' | wc -l) cases"
	;;
check)
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	copy "$from" "$scratch/vectors"
	diff -r -q "$scratch/vectors" "$root/testdata/vectors"
	;;
*)
	usage
	;;
esac
