# SPDX-License-Identifier: Apache-2.0
# Secrets are asked for at the terminal, unseen, and nowhere else.

load helper

also_setup()
{
	command -v ssh-keygen >/dev/null || skip "no ssh-keygen"
	ssh-keygen -q -t ed25519 -N hidden-words -f key
	sealeaf encrypt --age "$(cut -d ' ' -f 1,2 key.pub)" plain.yaml \
	    >locked.yaml
	export SOPS_AGE_SSH_PRIVATE_KEY_FILE=$PWD/key SOPS_AGE_KEY_FILE=
}

tty()
{
	python3 "$ROOT/tests/tools/pty_run.py" "$@"
}

@test "a passphrase, without echo, beside piped streams" {
	try tty --pipe-out --expect assphrase --echo off \
	    --send 'hidden-words\n' -- "$SEALEAF" decrypt locked.yaml
	rc 0
	out_has "a: 1"
	out_has "b: two"
	out_lacks hidden-words
}

@test "ctrl-c at the question ends it and puts the echo back" {
	try tty --expect assphrase --echo off --send '\x03' --echo on -- "$SEALEAF" decrypt locked.yaml
	rc 130
	out_lacks "a: 1"
}

@test "without a terminal nothing is asked" {
	echo hidden-words >words
	feed words setsid -w "$SEALEAF" decrypt locked.yaml
	rc 128
	out_empty
}

@test "a reader that goes away ends the command as it ends others" {
	{ printf 'v: '; head -c 300000 /dev/zero | tr '\0' x; echo; } >big.yaml
	sealeaf encrypt --age "$R1" -i big.yaml
	export SOPS_AGE_KEY_FILE=$KEYS/age-1.txt
	try bash -c '"$1" decrypt big.yaml | head -c 1; exit ${PIPESTATUS[0]}' \
	    - "$SEALEAF"
	rc 141
	err_empty
}

@test "standard output that is closed or full" {
	enc_yaml
	export SOPS_AGE_KEY_FILE=$KEYS/age-1.txt
	try bash -c '"$1" decrypt enc.yaml >&-' - "$SEALEAF"
	rc 1
	err_has "write /dev/stdout: bad file descriptor"
	try bash -c '"$1" decrypt enc.yaml >/dev/full' - "$SEALEAF"
	rc 1
	err_has "no space left on device"
	try bash -c '"$1" --help >/dev/full' - "$SEALEAF"
	rc 1
	try bash -c '"$1" decrypt <&-' - "$SEALEAF"
	rc 2
	err_has "Error reading from stdin"
}

# A plugin of age's that asks, and tells what it was answered.
asking_plugin()
{
	mkdir -p bin
	cat >bin/age-plugin-odd <<-END
		#!/bin/sh
		next() { read -r head; read -r body; }
		next; next; key=\$body; next; next
		printf '%s\n%s\n' '$1' '$2'; next
		echo "\$head \$body" >"$PWD/answered"
		printf -- '-> recipient-stanza 0 x\n%s\n' "\$key"; next
		printf -- '-> done\n\n'
	END
	chmod +x bin/age-plugin-odd
	export PATH=$PWD/bin:$PATH
}

confirmed()
{
	try tty --expect '[2] for "no") ' --send "$1" --echo on -- \
	    "$SEALEAF" encrypt --age age1odd1pppppppp500vl6 plain.yaml
}

@test "a plugin's confirm takes the key itself" {
	asking_plugin '-> confirm eWVz bm8' c3VyZT8
	confirmed 1
	rc 0
	grep -qx -- '-> ok yes ' answered
	confirmed 2
	rc 0
	grep -qx -- '-> ok no ' answered
	try tty --expect '[2] for "no") ' --send x --expect '[2] for "no") ' \
	    --send '\r' --expect '[2] for "no") ' --send 1 -- \
	    "$SEALEAF" encrypt --age age1odd1pppppppp500vl6 plain.yaml
	rc 0
	grep -qx -- '-> ok yes ' answered
}

@test "ctrl-c at a confirm ends it and puts the terminal back" {
	asking_plugin '-> confirm eWVz bm8' c3VyZT8
	confirmed '\x03'
	rc 130
}

@test "a blank stands before what is typed for a plugin" {
	asking_plugin '-> request-public' TmFtZTo
	try tty --expect 'Name: ' --send 'me\n' -- \
	    "$SEALEAF" encrypt --age age1odd1pppppppp500vl6 plain.yaml
	rc 0
	grep -qx -- '-> ok bWU' answered
}
