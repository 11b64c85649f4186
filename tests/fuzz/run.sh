#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One fuzz target over its seeds and the inputs kept in testdata/fuzz.
#
#   tests/fuzz/run.sh PROGRAM            replay only (a replay_* program)
#   tests/fuzz/run.sh PROGRAM SECONDS    then invent more (libFuzzer)
#
# What breaks is left in build/fuzz-finds; keep it in testdata/fuzz/TARGET.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
name=$(basename "$1" | sed 's/^replay_/fuzz_/')
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 "$root/tests/fuzz/seeds.py" "$name" "$scratch/seeds"
kept=$root/testdata/fuzz/$name
mkdir -p "$scratch/none"
[ -d "$kept" ] || kept=$scratch/none
if [ $# -eq 1 ]; then
	"$1" "$scratch/seeds" "$kept"
	exit
fi
finds=$root/build/fuzz-finds
mkdir -p "$finds" "$scratch/new"
"$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
	-verbosity=0 -print_final_stats=1 -artifact_prefix="$finds/$name-" \
	"$scratch/new" "$scratch/seeds" "$kept"
