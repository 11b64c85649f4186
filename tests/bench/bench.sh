#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds a release and measures whole processes; prints a Markdown table for
# docs/performance.md.
#
#   tests/bench/bench.sh [--quick]
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${SEALEAF_BUILD:-$root/build}/bench
pkg-config --exists yaml-0.1 || {
	echo "the floor needs libyaml (Debian: libyaml-dev)" >&2
	exit 1
}
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$build" --target sealeaf floor runner >/dev/null
python3 "$root/tests/bench/bench.py" "$build/sealeaf" "$build/tests" "$@"
