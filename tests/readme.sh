#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the README says works: its two commands are there, and its examples run
# one after the other, with $SEALEAF as the command.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
SEALEAF=$(cd "$(dirname "$SEALEAF")" && pwd)/$(basename "$SEALEAF")
export SEALEAF

head -n 2 "$root/README.md" >/dev/null
for script in tests/quickstart.sh tests/check.sh; do
	head -n 2 "$root/README.md" | grep -q "^    sh $script " || {
		echo "README.md does not begin with: sh $script"
		exit 1
	}
done
sh "$root/tests/quickstart.sh"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/work"
ln -s "$SEALEAF" "$scratch/bin/sealeaf"
awk '/^```sh$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/README.md" \
	>"$scratch/examples"
cd "$scratch/work"
env -i PATH="$scratch/bin:$PATH" HOME="$scratch" sh -eux "$scratch/examples"
