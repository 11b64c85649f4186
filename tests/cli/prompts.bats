# SPDX-License-Identifier: Apache-2.0
# Questions at a terminal (passphrases: terminal.bats), and that nobody is
# asked where there is none.

load helper

also_setup()
{
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
	tty=$ROOT/tests/tools/pty_run.py
	command -v python3 >/dev/null || skip "no python3"
	enc_yaml
	cp enc.yaml before.yaml
}

# Two rounds of the editor: bad text, then good.
rounds()
{
	cat >"$BATS_TEST_TMPDIR/ed" <<-'END'
		#!/bin/sh
		if [ -e second ]; then
			echo 'x: good' >"$1"
		else
			: >second
			echo 'x: [' >"$1"
		fi
	END
	chmod +x "$BATS_TEST_TMPDIR/ed"
	export EDITOR=$BATS_TEST_TMPDIR/ed
}

@test "updatekeys asks at the terminal" {
	printf 'creation_rules:\n- age: %s,%s\n' "$R1" "$R2" >.sops.yaml
	try python3 "$tty" --expect 'Is this okay? (y/n):' --send 'n\n' -- \
	    "$SEALEAF" updatekeys enc.yaml
	rc 0
	out_has "left unchanged"
	same enc.yaml before.yaml
	try python3 "$tty" --expect '(y/n):' --send 'x\n' --expect '(y/n):' \
	    --send 'y\n' -- "$SEALEAF" updatekeys enc.yaml
	rc 0
	out_has "synced with new keys"
	grep -q "$R2" enc.yaml
}

@test "updatekeys is given up with ctrl-c and ctrl-d" {
	printf 'creation_rules:\n- age: %s,%s\n' "$R1" "$R2" >.sops.yaml
	for key in '\x03' '\x04'; do
		try python3 "$tty" --expect '(y/n):' --send "$key" -- \
		    "$SEALEAF" updatekeys enc.yaml
		[ "$status" -ne 0 ]
		[ "$status" -ne 99 ]
		same enc.yaml before.yaml
	done
}

@test "edit asks before the editor opens again" {
	rounds
	try python3 "$tty" --expect 'Press enter to return to the editor' \
	    --send '\n' -- "$SEALEAF" edit enc.yaml
	rc 0
	try sealeaf decrypt enc.yaml
	out_is "x: good"
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "edit is given up with ctrl-c" {
	rounds
	try python3 "$tty" --expect 'Press enter' --send '\x03' -- "$SEALEAF" \
	    edit enc.yaml
	rc 1
	same enc.yaml before.yaml
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "without a terminal no question waits" {
	rounds
	printf 'creation_rules:\n- age: %s,%s\n' "$R1" "$R2" >.sops.yaml
	for args in "updatekeys enc.yaml" "edit enc.yaml"; do
		try timeout 20 setsid "$SEALEAF" $args
		rc 1
		same enc.yaml before.yaml
		rm -f second
	done
	[ -z "$(ls -A "$TMPDIR")" ]
}
