# SPDX-License-Identifier: Apache-2.0
# For every bats file here: `load helper`. A test runs in a folder of its own
# (the working directory), in which only the test keys exist:
#
#   R1 R2 R3      age recipients; $KEYS/age-1.txt opens R1 and is in force
#   plain.yaml    a: 1, b: two
#   enc.yaml      the same, encrypted for R1 (made by `enc_yaml`)
#
#   try CMD …     runs CMD with no input; then look at it with
#   rc N, out_is TEXT, out_has TEXT, out_lacks TEXT, out_empty,
#   err_is TEXT, err_has TEXT, err_lacks TEXT, err_empty
#   feed FILE CMD …   the same with FILE as standard input
#   sealeaf …     the command under test ($SEALEAF)

bats_require_minimum_version 1.5.0

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
KEYS=$ROOT/testdata/vectors/keys
R1=age1s758stteykslpxkf3yftz0zwv7udndt2g70h4xks9jyvg7hj2guq7uszwx
R2=age1l767fdl47agfftmg2qlalmkcdc9mczsj9jnh94ukeeexgnq8wufqmmx66e
R3=age1g09uv3uvmgmj3sn5me8tunnttsld4s9mpm7u68mj4nus4xr9n9gsl8k0vr

setup()
{
	if [ -z "${SEALEAF:-}" ]; then
		SEALEAF=$(type -P sealeaf) || skip "no command: set SEALEAF"
	fi
	local name
	for name in $(compgen -e); do
		case $name in
		SOPS_* | SEALEAF_* | GNUPG* | EDITOR | VISUAL | NO_COLOR | XDG_CONFIG_HOME)
			unset "$name" ;;
		esac
	done
	export HOME=$BATS_TEST_TMPDIR/home LC_ALL=C.UTF-8 TZ=UTC
	export SOPS_AGE_KEY_FILE=$KEYS/age-1.txt
	mkdir -p "$HOME" "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	out=$BATS_TEST_TMPDIR/out
	err=$BATS_TEST_TMPDIR/err
	umask 022
	printf 'a: 1\nb: two\n' >plain.yaml
	if declare -F also_setup >/dev/null; then
		also_setup
	fi
}

# Commands without an own feed get an empty standard input, not the terminal.
sealeaf()
{
	"$SEALEAF" "$@"
}

try()
{
	feed /dev/null "$@"
}

feed()
{
	local input=$1

	shift
	status=0
	"$@" <"$input" >"$out" 2>"$err" || status=$?
	# Shown by bats where the test fails.
	printf '$ %s\n' "$*"
	echo "status $status, output:"
	head -c 2000 "$out" | tr -d '\0'
	echo "error output:"
	head -c 2000 "$err" | tr -d '\0'
}

enc_yaml()
{
	sealeaf encrypt --age "$R1" --output enc.yaml plain.yaml
}

rc()
{
	[ "$status" -eq "$1" ] && return
	echo "-- status $status, wanted $1"
	return 1
}

# The whole text, the last line ended by a newline ("" means nothing at all).
whole()
{
	if [ -n "$2" ]; then
		printf '%s\n' "$2"
	fi | diff "$1" - || return 1
}

out_is()
{
	whole "$out" "$1"
}

err_is()
{
	whole "$err" "$1"
}

# The text may span lines.
has()
{
	[[ $(tr -d '\0' <"$1") == *"$2"* ]] && return
	echo "-- not in $(basename "$1"): $2"
	return 1
}

lacks()
{
	[[ $(tr -d '\0' <"$1") == *"$2"* ]] || return 0
	echo "-- in $(basename "$1"): $2"
	return 1
}

out_has()
{
	has "$out" "$1"
}

out_lacks()
{
	lacks "$out" "$1"
}

err_has()
{
	has "$err" "$1"
}

err_lacks()
{
	lacks "$err" "$1"
}

out_empty()
{
	[ ! -s "$out" ] && return
	echo "-- there is standard output"
	return 1
}

err_empty()
{
	[ ! -s "$err" ] && return
	echo "-- there is error output"
	return 1
}

# same FILE FILE: equal bytes.
same()
{
	cmp "$1" "$2"
}

# absent FILE …: after a failure nothing may be left behind.
absent()
{
	local file

	for file; do
		[ ! -e "$file" ] && [ ! -L "$file" ] && continue
		echo "-- $file is there"
		return 1
	done
}

# envelopes FILE: how many encrypted values and comments (and MACs) it holds.
envelopes()
{
	grep -o 'ENC\[AES256_GCM,' "$1" | wc -l
}
