#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Installing what the build needs, for a user who may not.

setup()
{
	mkdir "$BATS_TEST_TMPDIR/bin"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	program id 'echo 1000'
	program apt-get 'exit 0'
}

program()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$BATS_TEST_TMPDIR/bin/$1"
	chmod 755 "$BATS_TEST_TMPDIR/bin/$1"
}

install_one()
{
	. "$BATS_TEST_DIRNAME/../install.sh"
	install_missing "
c:sh dash
c:no-such-command-anywhere some-package"
}

@test "a sudo that refuses: the command for root is printed" {
	program sudo 'echo "sudo: a password is required" >&2; exit 1'
	run install_one
	[ "$status" -eq 1 ]
	[[ "$output" == *"sudo: a password is required"* ]]
	[[ "$output" == *"apt-get update && apt-get install some-package"* ]]
	[[ "$output" != *dash* ]]
}

@test "a sudo that works: it is said what is installed" {
	program sudo 'exec "$@"'
	run install_one
	[ "$status" -eq 0 ]
	[ "$output" = "installing with apt-get: some-package " ]
}
