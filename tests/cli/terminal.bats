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
