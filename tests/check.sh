#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Everything that shows the project works, from a fresh clone, no arguments:
# installs what is missing (Debian), then runs the stages below one by one.
# The ends of what failed are printed last, then one line of counts.
#
#   tests/check.sh          all of it, some minutes
#   tests/check.sh --fast   one build and its tests; installs nothing
#   tests/check.sh --long   with valgrind, clang's analyzer, more fuzzing, and
#                           readers by other people
#
# Builds are kept in build/check-*, tools in ~/.cache/sealeaf-tests. Set
# SEALEAF_BUILD to build elsewhere.
set -u

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
. tests/install.sh
build=${SEALEAF_BUILD:-$root/build}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sealeaf-tests
jobs=$(nproc 2>/dev/null || echo 2)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
mode=full
seconds=5
passed=0 failed=0 skipped=0
SKIP=77

case ${1:-} in
'') ;;
--fast) mode=fast ;;
--long) mode=long seconds=600 ;;
*)
	sed -n '3,13s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac

# stage NAME COMMAND...: status 77 is a skip; its last line is the reason.
stage()
{
	name=$1
	shift
	printf '%-34s' "$name"
	log=$scratch/$(echo "$name" | tr -c 'a-zA-Z0-9\n' -).log
	start=$(date +%s)
	"$@" >"$log" 2>&1
	status=$?
	took=$(($(date +%s) - start))
	case $status in
	0)
		passed=$((passed + 1))
		echo "ok (${took}s)"
		;;
	"$SKIP")
		skipped=$((skipped + 1))
		echo "skipped: $(tail -n 1 "$log")"
		;;
	*)
		failed=$((failed + 1))
		echo "FAILED (${took}s)"
		{
			echo
			echo "Failed: $name; its last lines:"
			tail -n 40 "$log"
		} >>"$scratch/failures"
		;;
	esac
	return "$status"
}

skip()
{
	echo "$*"
	return $SKIP
}

have()
{
	command -v "$1" >/dev/null 2>&1
}

# build_in FOLDER OPTION...
build_in()
{
	folder=$build/$1
	shift
	cmake -S . -B "$folder" -G Ninja -DCMAKE_EXPORT_COMPILE_COMMANDS=ON \
		-DSEALEAF_TESTS=ON -DSEALEAF_WERROR=ON \
		${python:+"-DPython3_EXECUTABLE=$python"} "$@" &&
		cmake --build "$folder" --parallel "$jobs"
}

# Tests inside a CTest run are counted one by one where it shows them: bats
# cases, cmocka cases, the summaries of the Python scripts.
count_tests()
{
	awk '
	/^[0-9]+\/[0-9]+ Testing: / { p = f = s = 0 }
	/^ok [0-9]+ .*# skip/ { s++; next }
	/^ok [0-9]+ / { p++ }
	/^not ok [0-9]+ / { f++ }
	/^\[  PASSED  \] [0-9]+ test/ { p += $4 }
	/^\[  FAILED  \] [0-9]+ test/ { f += $4 }
	/^[a-z]+: [0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
		p += $2; f += $4; s += $6
	}
	/^Test (Passed|Failed|Skipped|Timeout)/ || /^Test .*Exception/ {
		if (/Skipped/) s++
		else if (/Passed/ && p + s == 0) p++
		else if (!/Passed/ && f == 0) f++
		P += p; F += f; S += s; p = f = s = 0
	}
	END { print P + 0, F + 0, S + 0 }' "$1"
}

# tests_in FOLDER OPTION...
tests_in()
{
	folder=$build/$1
	shift
	ctest --test-dir "$folder" --output-on-failure -j "$jobs" "$@"
	outcome=$?
	all=$folder/Testing/Temporary/LastTest.log
	[ ! -f "$all" ] || count_tests "$all" >"$scratch/counts"
	return "$outcome"
}

# test_stage NAME FOLDER OPTION...: a stage whose tests count singly.
test_stage()
{
	rm -f "$scratch/counts"
	what=$1
	shift
	stage "$what" tests_in "$@"
	[ -s "$scratch/counts" ] || return 0
	read -r p f s <"$scratch/counts"
	echo "  $p passed, $f failed, $s skipped"
	passed=$((passed + p))
	failed=$((failed + f))
	skipped=$((skipped + s))
}

install_all()
{
	echo "Looking for what is missing"
	list="$TO_BUILD
$TO_TEST"
	install_missing "$list" || return 1
	[ "$mode" != long ] || install_missing "c:valgrind valgrind
c:strace strace" || return 1
	# clang's runtime (sanitizers, libFuzzer) is a package of its own, named
	# by version.
	if have clang && ! echo 'int main(void) { return 0; }' |
		clang -fsanitize=address -x c -o /dev/null - 2>/dev/null; then
		v=$(clang -dumpversion)
		install_missing "c:none libclang-rt-${v%%.*}-dev"
	fi
}

reference_there()
{
	[ "$(sops --disable-version-check --version 2>/dev/null)" = \
		"sops 3.13.3" ]
}

# The reference, for the interchange tests: built once where Go is there.
get_reference()
{
	reference_there && return
	PATH=$cache/bin:$PATH
	export PATH
	reference_there && return
	if have go && [ "$mode" != fast ]; then
		echo "Building the reference (sops 3.13.3) with Go into $cache"
		mkdir -p "$cache/bin"
		GOBIN=$cache/bin go install \
			github.com/getsops/sops/v3/cmd/sops@v3.13.3 \
			>"$scratch/go.log" 2>&1 || tail -n 3 "$scratch/go.log"
	fi
	reference_there
}

release()
{
	build_in check-release -DCMAKE_BUILD_TYPE=Release -DSEALEAF_TESTS=OFF &&
		DESTDIR=$scratch/root cmake --install "$build/check-release" &&
		[ -x "$build/check-release/sealeaf" ]
}

exports()
{
	library=$(find "$build/check-release" -name 'libsealeaf.so' | head -n 1)
	[ -n "$library" ] || skip "no shared library is built yet" || return
	sh tests/exports.sh "$library"
}

fuzz()
{
	have clang || skip "no clang" || return
	echo 'int LLVMFuzzerTestOneInput(const char *p, long n) { return !p && n; }' |
		clang -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null ||
		skip "clang has no libFuzzer here" || return
	build_in check-fuzz -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS=-O1 \
		-DCMAKE_C_COMPILER=clang -DSEALEAF_FUZZ=ON \
		-DSEALEAF_SANITIZE=fuzzer-no-link,address,undefined || return 1
	for target in "$build"/check-fuzz/tests/fuzz_*; do
		[ -x "$target" ] || continue
		echo "-- ${target##*/}"
		sh tests/fuzz/run.sh "$target" "$seconds" || return 1
	done
}

# tidy CHECKS: added to those of .clang-tidy. Other versions ask for other
# things.
tidy()
{
	have clang-tidy || skip "no clang-tidy" || return
	clang-tidy --version | grep -q 'version 14\.' ||
		skip "clang-tidy 14 is not here" || return
	find src -name '*.c' -print0 | xargs -0 -n 4 -P "$jobs" \
		clang-tidy -p "$build/check-release" --checks="$1" --quiet
}

# Its uninitvar finds arrays that a loop fills; the compilers know better.
cppchecked()
{
	have cppcheck || skip "no cppcheck" || return
	cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j "$jobs" \
		--enable=warning,portability --suppress=missingIncludeSystem \
		--suppress=uninitvar --suppress=normalCheckLevelMaxBranches \
		-UWCOREDUMP -Iinclude -Isrc src
}

interchange()
{
	reference_there ||
		skip "no sops 3.13.3 on the PATH, and no Go to build it" || return
	[ -n "$python" ] || skip "no Python with yaml and cryptography" || return
	# The same documents each time, so that a failure is this change's.
	seed=--seed=1
	[ "$mode" != long ] || seed=--seed=$(date +%s)
	"$python" -B tests/interchange.py "$build/check-release/sealeaf" "$seed"
}

# What readers by other people make of our files; they come from registries.
readers()
{
	[ -n "$python" ] || skip "no Python with yaml and cryptography" || return
	"$python" -B tests/reference/readers.py "$build/check-release/sealeaf"
}

# All kinds one by one; the tests have two.
controls()
{
	[ -n "$python" ] || skip "no Python with yaml and cryptography" || return
	"$python" -B tests/controls.py "$build/check-release/sealeaf"
}

under_valgrind()
{
	have valgrind || skip "no valgrind" || return
	build_in check-valgrind -DCMAKE_BUILD_TYPE=Debug || return 1
	for test in "$build"/check-valgrind/tests/test_*; do
		[ ! -x "$test" ] || valgrind -q --error-exitcode=1 \
			--leak-check=full "$test" || return 1
	done
}

# Every system call of the commands that change a file fails once.
injected()
{
	[ -n "$python" ] || skip "no Python" || return
	"$python" -B tests/injected.py "$build/check-release/sealeaf"
}

if [ "$mode" != fast ]; then
	install_all || {
		echo "FAILED to install what is missing"
		echo "0 passed, 1 failed, 0 skipped"
		exit 1
	}
	get_reference || echo "no sops here: interchange is not tested"
else
	get_reference || :
fi
python=$(python_with yaml cryptography) || python=

stage "format" sh tests/format.sh
stage "layers" sh tests/layers.sh
stage "headers alone" sh tests/headers.sh
if stage "build: gcc, ASan, UBSan" build_in check-gcc \
	-DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug \
	-DSEALEAF_SANITIZE=address,undefined; then
	if [ "$mode" = fast ]; then
		test_stage "tests: gcc, ASan, UBSan" check-gcc -LE slow
	else
		test_stage "tests: gcc, ASan, UBSan" check-gcc
	fi
fi
if [ "$mode" != fast ]; then
	if have clang; then
		stage "build: clang" build_in check-clang \
			-DCMAKE_C_COMPILER=clang \
			-DCMAKE_BUILD_TYPE=RelWithDebInfo &&
			test_stage "tests: clang" check-clang
	else
		stage "build: clang" skip "no clang"
	fi
	stage "release build, installed" release
	stage "exports" exports
	stage "installed" sh tests/installed.sh "$build/check-release"
	stage "README and quickstart" env \
		SEALEAF="$build/check-release/sealeaf" sh tests/readme.sh
	stage "interchange with the reference" interchange
	stage "fuzzing" fuzz
	stage "clang-tidy" tidy "-clang-analyzer-*"
	stage "cppcheck" cppchecked
	if [ "$mode" = long ]; then
		stage "clang's analyzer" tidy ""
		stage "valgrind" under_valgrind
		stage "faults in changing commands" injected
		stage "readers of other people" readers
		stage "control characters" controls
	fi
fi

[ ! -f "$scratch/failures" ] || cat "$scratch/failures"
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
