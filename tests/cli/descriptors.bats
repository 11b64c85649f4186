#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Programs that are started get their three descriptors and no other: no lock,
# no pipe, no file that is being written.

load helper

also_setup()
{
	[ -d /proc/self/fd ] || skip "no /proc/self/fd here"
	seen=$BATS_TEST_TMPDIR/seen
	export SEEN=$seen
	mkdir "$BATS_TEST_TMPDIR/bin"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	# What bats itself leaves open.
	echo $(ls /proc/self/fd) >"$BATS_TEST_TMPDIR/before"
}

# A program NAME that says what it holds, and then does REST.
program()
{
	printf '#!/bin/sh\necho $(ls /proc/self/fd) >>"$SEEN"\n%s\n' \
		"$2" >"$BATS_TEST_TMPDIR/bin/$1"
	chmod 755 "$BATS_TEST_TMPDIR/bin/$1"
}

# Each of at least $1 starts saw no more than this shell's own.
saw_no_other()
{
	cat "$seen"
	[ "$(wc -l <"$seen")" -ge "$1" ]
	! grep -vxFf "$BATS_TEST_TMPDIR/before" "$seen"
}

@test "gpg, of one file and of many at once" {
	program gpg 'exit 2'
	export SOPS_GPG_EXEC=$BATS_TEST_TMPDIR/bin/gpg
	fp=950B9B83713A24C115DA1965D40356287D886C47
	for i in 1 2 3 4 5 6 7 8; do
		echo "a: $i" >"f$i.yaml"
	done
	run "$SEALEAF" encrypt --pgp "$fp" f1.yaml
	[ "$status" -ne 0 ]
	run "$SEALEAF" encrypt --pgp "$fp" --all -i f?.yaml
	[ "$status" -ne 0 ]
	saw_no_other 9
}

@test "a plugin" {
	program age-plugin-odd 'exit 1'
	echo 'a: 1' >a.yaml
	run "$SEALEAF" encrypt --age age1odd1pppppppp500vl6 a.yaml
	[ "$status" -ne 0 ]
	saw_no_other 1
}

@test "an editor, a command for keys, commands of exec-env and exec-file" {
	program editor 'sed -i s/1/2/ "$1"'
	program keys 'cat "$KEYFILE"'
	program work ':'
	export KEYFILE=$SOPS_AGE_KEY_FILE
	echo 'a: 1' >a.yaml
	"$SEALEAF" encrypt --age "$R1" -i a.yaml
	unset SOPS_AGE_KEY_FILE
	export SOPS_AGE_KEY_CMD=keys
	EDITOR=editor "$SEALEAF" edit a.yaml
	"$SEALEAF" exec-env a.yaml work
	"$SEALEAF" exec-env a.yaml -- work
	"$SEALEAF" exec-file a.yaml -- work '{}'
	"$SEALEAF" exec-file --no-fifo a.yaml 'work {}'
	saw_no_other 10
}
