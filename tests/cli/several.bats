# SPDX-License-Identifier: Apache-2.0
# --all: several files in one process, each as if it were alone.

load helper

# make N: f1.yaml to fN.yaml, encrypted, and their plaintext p1.yaml …
make()
{
	local i

	for i in $(seq "$1"); do
		printf 'a: %d\nb: two\n' "$i" >"p$i.yaml"
	done
	for i in $(seq "$1"); do
		cp "p$i.yaml" "f$i.yaml"
	done
	sealeaf encrypt --age "$R1" --all -i f*.yaml
}

@test "many files there and back" {
	make 20
	for i in $(seq 20); do
		grep -q '^sops:' "f$i.yaml"
		try sealeaf decrypt "f$i.yaml"
		same "$out" "p$i.yaml"
	done
	try sealeaf decrypt --all -i f*.yaml
	rc 0
	out_empty
	err_empty
	for i in $(seq 20); do
		same "f$i.yaml" "p$i.yaml"
	done
	[ "$(ls | wc -l)" -eq 41 ]
}

@test "every file has its own format" {
	printf '{"a": 1}\n' >a.json
	printf 'a=1\n' >a.env
	printf 'blob' >a.bin
	cp plain.yaml a.yaml
	mkdir before
	cp a.* before
	try sealeaf encrypt --age "$R1" --in-place --all a.*
	rc 0
	grep -q '^sops_mac=' a.env
	[ "$(envelopes a.bin)" -eq 2 ]
	try sealeaf decrypt --all a.* --in-place
	rc 0
	err_empty
	diff before/a.env a.env
	same before/a.bin a.bin
	same before/a.yaml a.yaml
	grep -q '"a": 1' a.json
}

@test "failures stop no other file; the first one gives the status" {
	make 10
	sed -i 's/^a: ENC/c: ENC/' f3.yaml
	printf 'a: 1\n' >plain2.yaml
	cp f3.yaml before3
	try sealeaf decrypt --all -i f1.yaml f2.yaml f3.yaml none.yaml \
		plain2.yaml f4.yaml f5.yaml f6.yaml f7.yaml f8.yaml f9.yaml \
		f10.yaml
	[ "$status" -ne 0 ]
	out_empty
	first=$status
	try sealeaf decrypt -i f3.yaml
	rc "$first"
	alone=$(cat "$err")
	same f3.yaml before3
	[ "$(cat plain2.yaml)" = "a: 1" ]
	for i in 1 2 4 5 6 7 8 9 10; do
		same "f$i.yaml" "p$i.yaml"
	done
	sealeaf encrypt --age "$R1" -i f1.yaml
	try sealeaf decrypt --all -i none.yaml plain2.yaml f3.yaml f1.yaml
	rc 100
	[[ "$(head -n 1 "$err")" == "none.yaml: Error: cannot operate on "* ]]
	err_has "plain2.yaml: sops metadata not found"
	err_has "${alone%%$'\n'*}"
	same f1.yaml p1.yaml
	try sealeaf decrypt --all -i plain2.yaml none.yaml
	rc 1
}

@test "a file with a key of somebody else's" {
	make 3
	cp plain.yaml other.yaml
	sealeaf encrypt --age "$R2" -i other.yaml
	cp other.yaml before
	try sealeaf decrypt --all -i f1.yaml other.yaml f2.yaml f3.yaml
	rc 128
	[ "$(head -c 12 "$err")" = "other.yaml: " ]
	same other.yaml before
	same f3.yaml p3.yaml
}

@test "--all wants --in-place, and files" {
	make 2
	cp f1.yaml before
	for command in encrypt decrypt; do
		try sealeaf $command --all f1.yaml f2.yaml
		rc 8
		out_empty
		err_is "Error: --all writes every result back to its file: \
it needs --in-place"
		try sealeaf $command --all -i
		rc 8
		try sealeaf $command --all -i --output x f1.yaml
		rc 8
		absent x
	done
	same f1.yaml before
	try sealeaf --all -d -i f1.yaml
	rc 1
	err_has "flag provided but not defined: -all"
}

@test "a file named twice is handled once" {
	make 2
	ln -s f1.yaml link.yaml
	ln f2.yaml hard.yaml
	try sealeaf decrypt --all -i f1.yaml ./f1.yaml link.yaml f2.yaml \
		"$PWD/f1.yaml" hard.yaml
	rc 0
	err_empty
	same f1.yaml p1.yaml
	same f2.yaml p2.yaml
	same hard.yaml p2.yaml
	[ -L link.yaml ]
}

@test "without --all, files behind the first are ignored, with the warning" {
	make 2
	cp f2.yaml before
	try sealeaf decrypt -i f1.yaml f2.yaml
	rc 0
	[ "$(wc -l <"$err")" -eq 1 ]
	err_has "More than one positional argument provided. Only the first"
	same f1.yaml p1.yaml
	same f2.yaml before
}

@test "what is wrong with a flag is said once" {
	make 9
	try sealeaf decrypt --all -i --keyservice ::bad f*.yaml
	rc 0
	[ "$(grep -c 'Error parsing URI' "$err")" -eq 1 ]
}

@test "a passphrase is asked for once for all" {
	command -v python3 >/dev/null || skip "no python3"
	ssh-keygen -q -t ed25519 -N secret -f locked || skip "no ssh-keygen"
	for i in $(seq 9); do
		cp plain.yaml "f$i.yaml"
	done
	sealeaf encrypt --age "$(cut -d' ' -f1,2 locked.pub)" --all -i f*.yaml
	unset SOPS_AGE_KEY_FILE
	export SOPS_AGE_SSH_PRIVATE_KEY_FILE=$PWD/locked
	try python3 "$ROOT/tests/tools/pty_run.py" --echo off \
		--send 'secret\n' -- "$SEALEAF" decrypt --all -i f*.yaml
	rc 0
	for i in $(seq 9); do
		same "f$i.yaml" plain.yaml
	done
}

@test "a signal ends it between two files" {
	make 9
	cat >slow <<-END
		#!/bin/sh
		: >"$PWD/started"
		sleep 5
		cat "$KEYS/age-1.txt"
	END
	chmod +x slow
	unset SOPS_AGE_KEY_FILE
	SOPS_AGE_KEY_CMD=$PWD/slow "$SEALEAF" decrypt --all -i f*.yaml \
		>"$out" 2>"$err" 3>&- &
	while [ ! -e started ]; do
		sleep 0.1
	done
	kill -TERM $!
	status=0
	wait $! || status=$?
	rc 143
	err_empty
	for i in $(seq 9); do
		grep -q '^sops:' "f$i.yaml"
	done
}

@test "what is encrypted already is counted, and all is summed up once" {
	cp plain.yaml a.yaml
	cp plain.yaml b.yaml
	cp plain.yaml c.yaml
	sealeaf encrypt --age "$R1" -i a.yaml
	sealeaf encrypt --age "$R1" -i b.yaml
	cp a.yaml before.yaml
	printf 'sops: 1\n' >own.yaml
	printf 'a: [\n' >bad.yaml
	try sealeaf encrypt --age "$R1" --all -i a.yaml b.yaml c.yaml
	rc 203
	out_empty
	err_is "1 file encrypted, 2 encrypted already"
	same a.yaml before.yaml
	try sealeaf encrypt --age "$R1" --all -i a.yaml own.yaml bad.yaml
	rc 203
	err_has "own.yaml: The file you have provided contains a top-level entry called"
	err_has "bad.yaml:2:1: "
	[ "$(tail -n 1 "$err")" = "0 files encrypted, 1 encrypted already, 2 failed" ]
	try sealeaf decrypt --all -i a.yaml b.yaml c.yaml
	rc 0
	err_empty
}

@test "a broken configuration is told once for all files" {
	printf 'creation_rules: [\n' >.sops.yaml
	cp plain.yaml a.yaml
	cp plain.yaml b.yaml
	try sealeaf encrypt --all -i plain.yaml a.yaml b.yaml
	rc 1
	[ "$(grep -c 'Could not unmarshal config file' "$err")" -eq 1 ]
	[ "$(tail -n 1 "$err")" = "0 files encrypted, 3 failed" ]
}

@test "progress is for terminals only" {
	command -v python3 >/dev/null || skip "no python3"
	cp plain.yaml a.yaml
	try python3 "$ROOT/tests/tools/pty_run.py" -- \
	    "$SEALEAF" encrypt --age "$R1" --all -i plain.yaml a.yaml
	rc 0
	out_has "2 of 2 files"
	try sealeaf decrypt --all -i plain.yaml a.yaml
	rc 0
	out_empty
	err_empty
	sealeaf encrypt --age "$R1" -i plain.yaml
	try sealeaf decrypt plain.yaml a.yaml
	rc 0
	err_has "(--all takes every one as a file)"
	try sealeaf rotate plain.yaml a.yaml
	err_lacks "--all"
}
