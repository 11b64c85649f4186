# SPDX-License-Identifier: Apache-2.0
# Read by quickstart.sh and check.sh: installs what is missing on Debian, and
# says what it does. A thing counts as there if its probe finds it, however it
# came to be there:
#
#   c:NAME   a command on the PATH
#   p:NAME   a library that pkg-config knows
#   y:NAME   a module of Python 3
#   s:LIB    a library that the compiler links
#
# Lists are lines of "PROBE PACKAGE".

TO_BUILD="
c:gcc gcc
s:c libc6-dev
c:cmake cmake
c:ninja ninja-build
c:pkg-config pkg-config
p:libsodium libsodium-dev
p:libcrypto libssl-dev
p:libpcre2-8 libpcre2-dev
p:libcurl libcurl4-openssl-dev
p:libnghttp2 libnghttp2-dev
"

TO_TEST="
p:cmocka libcmocka-dev
p:yaml-0.1 libyaml-dev
c:bats bats
c:jq jq
c:mandoc mandoc
c:gpg gnupg
c:gpg-agent gpg-agent
c:age-keygen age
c:ssh-keygen openssh-client
c:git git
c:python3 python3
y:yaml python3-yaml
y:cryptography python3-cryptography
c:clang clang
c:clang-format clang-format
c:clang-tidy clang-tidy
c:cppcheck cppcheck
c:valgrind valgrind
"

# python_with MODULE...: prints a Python 3 that has the modules; Debian's own
# where another one stands first on the PATH.
python_with()
{
	for python in python3 /usr/bin/python3; do
		found=$(command -v "$python") || continue
		for module; do
			"$found" -c "import $module" 2>/dev/null || continue 2
		done
		echo "$found"
		return 0
	done
	return 1
}

probe()
{
	case $1 in
	c:*) command -v "${1#c:}" >/dev/null 2>&1 ;;
	p:*) pkg-config --exists "${1#p:}" 2>/dev/null ;;
	y:*) python_with "${1#y:}" >/dev/null ;;
	s:*) echo 'int main(void) { return 0; }' |
		${CC:-cc} -x c -o /dev/null - "-l${1#s:}" 2>/dev/null ;;
	esac
}

# missing LIST: prints the packages whose probes find nothing.
missing()
{
	echo "$1" | while read -r what package; do
		[ -z "$what" ] || probe "$what" || printf '%s ' "$package"
	done
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# tell_root WHY PACKAGES
tell_root()
{
	echo "$1; as root, run:" >&2
	echo "  apt-get update && apt-get install $2" >&2
}

# install_missing LIST: nothing at all happens where nothing is missing.
install_missing()
{
	packages=$(missing "$1")
	[ -n "$packages" ] || return 0
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "missing, and this is no Debian: $packages" >&2
		return 1
	fi
	if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
		tell_root "missing, and there is no sudo" "$packages"
		return 1
	fi
	if ! as_root true; then
		tell_root "sudo does not let you install what is missing" \
			"$packages"
		return 1
	fi
	echo "installing with apt-get: $packages"
	# What is printed counts only where it fails.
	log=$(mktemp)
	# The lists of a fresh machine are empty or old.
	# shellcheck disable=SC2086
	if as_root apt-get update >"$log" 2>&1 &&
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
			--no-install-recommends $packages >>"$log" 2>&1; then
		rm -f "$log"
		return 0
	fi
	tail -n 20 "$log" >&2
	rm -f "$log"
	return 1
}
