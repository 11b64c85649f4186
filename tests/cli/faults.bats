# SPDX-License-Identifier: Apache-2.0
# What goes wrong around a command: it is killed, the disk is full, the folder
# is closed, the file changes under it. The file is then the old or the new
# one, nothing else is left, and a failing command prints nothing.

load helper

also_setup()
{
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR" there
	killed=$ROOT/tests/tools/killed.py
	command -v python3 >/dev/null || skip "no python3"
	for i in $(seq -w 300); do
		echo "key$i: \"value number $i, and some more text to write\""
	done >big.yaml
}

# big FILE: a longer encrypted file, alone in the folder "there".
big()
{
	sealeaf encrypt --age "$R1" --output there/f.yaml big.yaml
	cp there/f.yaml before.yaml
}

# Every command that changes a file, with what must hold of a new one.
# changing NAME: sets command and check.
changing()
{
	check="'$SEALEAF' decrypt there/f.yaml | tail -n 1 | grep -q 'number 300'"
	case $1 in
	decrypt)
		command=("$SEALEAF" decrypt -i there/f.yaml)
		check="cmp -s there/f.yaml big.yaml"
		;;
	rotate) command=("$SEALEAF" rotate -i there/f.yaml) ;;
	set) command=("$SEALEAF" set there/f.yaml '["key001"]' '"new"') ;;
	unset) command=("$SEALEAF" unset there/f.yaml '["key001"]') ;;
	updatekeys)
		printf 'creation_rules:\n- age: %s\n' "$R1,$R2" >.sops.yaml
		command=("$SEALEAF" updatekeys -y there/f.yaml)
		;;
	groups)
		command=("$SEALEAF" groups add -f there/f.yaml --age "$R1" -i)
		;;
	edit)
		printf '#!/bin/sh\necho "new: 1" >"$1.n"\ncat "$1" >>"$1.n"\n%s\n' \
		    'mv "$1.n" "$1"' >ed
		chmod +x ed
		export EDITOR=$PWD/ed
		command=("$SEALEAF" edit there/f.yaml)
		;;
	esac
}

CHANGING="decrypt rotate set unset updatekeys groups edit"

@test "killed: the file is old or new" {
	big
	for name in $CHANGING; do
		changing $name
		python3 "$killed" SIGKILL 6 there/f.yaml "$check" -- \
		    "${command[@]}"
		cp before.yaml there/f.yaml
	done
	cp big.yaml there/f.yaml
	python3 "$killed" SIGKILL 10 there/f.yaml \
	    "'$SEALEAF' decrypt there/f.yaml | cmp -s - big.yaml" -- \
	    "$SEALEAF" encrypt --age "$R1" -i there/f.yaml
}

@test "ended by a signal: nothing is left either" {
	big
	for name in $CHANGING; do
		changing $name
		python3 "$killed" SIGTERM 6 there/f.yaml "$check" -- \
		    "${command[@]}"
		cp before.yaml there/f.yaml
	done
	[ -z "$(ls -A "$TMPDIR")" ]
	python3 "$killed" SIGINT 6 there/f.yaml "$check" -- "$SEALEAF" rotate -i \
	    there/f.yaml
}

@test "ended by a signal: exec-file takes its plaintext away" {
	big
	for number in SIGTERM SIGINT SIGHUP; do
		python3 "$killed" $number 6 there/f.yaml : -- "$SEALEAF" \
		    exec-file --no-fifo there/f.yaml 'cat {}'
		[ -z "$(ls -A "$TMPDIR")" ]
	done
}

# unchanged: what a failure leaves.
unchanged()
{
	same there/f.yaml before.yaml
	[ "$(ls -A there)" = f.yaml ]
}

@test "files may not grow: the old one stays" {
	big
	for name in $CHANGING; do
		changing $name
		( ulimit -f 4 && try "${command[@]}" && [ "$status" -ne 0 ] )
		unchanged
		[ ! -s "$out" ] || [ $name = updatekeys ]
	done
	( ulimit -f 4 && try sealeaf decrypt --output there/o there/f.yaml &&
	    rc 3 && out_empty )
	unchanged
}

@test "no space: the old one stays" {
	[ "$(id -u)" -eq 0 ] || skip "not root"
	mount -t tmpfs -o size=64k tmpfs there 2>/dev/null || skip "no mount"
	# The rest in one shell, for the folder must be given back.
	( set -e
	big
	fill=$((64 * 1024 - $(du -B 1 there/f.yaml | cut -f 1)))
	head -c $fill /dev/zero >there/full || :
	for name in $CHANGING; do
		changing $name
		try "${command[@]}"
		[ "$status" -ne 0 ]
		[ ! -s "$out" ] || [ $name = updatekeys ]
		same there/f.yaml before.yaml
		[ "$(ls -A there | tr '\n' ' ')" = "f.yaml full " ]
	done
	try sealeaf decrypt --output there/o there/f.yaml
	rc 3
	out_empty
	absent there/o
	) || problem=1
	umount there
	[ -z "${problem:-}" ]
}

@test "a full device" {
	enc_yaml
	for args in "decrypt enc.yaml" "encrypt --age $R1 plain.yaml" \
	    "rotate enc.yaml" "filestatus enc.yaml" --help "help encrypt" \
	    --version "completion bash" \
	    "groups add -f enc.yaml --age $R2" "decrypt --extract [\"b\"] enc.yaml"; do
		status=0
		sealeaf $args </dev/null >/dev/full 2>"$err" || status=$?
		echo "$args: $status $(cat "$err")"
		rc 1
		err_has "no space left on device"
	done
	try sealeaf decrypt --output /dev/full enc.yaml
	[ "$status" -ne 0 ]
	out_empty
	[ -c /dev/full ]
}

@test "a folder that takes no files" {
	big
	if [ "$(id -u)" -eq 0 ]; then
		mount --bind there there 2>/dev/null &&
		    mount -o remount,bind,ro there 2>/dev/null ||
		    skip "no mount"
	else
		chmod 555 there
	fi
	( set -e
	for name in $CHANGING; do
		changing $name
		# Where the file itself may be written it is, in place.
		try "${command[@]}"
		if [ "$(id -u)" -eq 0 ]; then
			[ "$status" -eq 3 ] || [ "$status" -eq 1 ]
			[ ! -s "$out" ] || [ $name = updatekeys ]
			unchanged
		fi
	done
	try sealeaf decrypt --output there/o before.yaml
	rc 3
	out_empty
	absent there/o
	) || problem=1
	if [ "$(id -u)" -eq 0 ]; then
		umount there
	else
		chmod 755 there
	fi
	[ -z "${problem:-}" ]
}

@test "a folder without writing, a file with it: changed in place" {
	[ "$(id -u)" -ne 0 ] || command -v setpriv >/dev/null || skip "root"
	big
	place=$(mktemp -d /tmp/sealeaf-test.XXXXXX)
	cp "$SEALEAF" "$KEYS/age-1.txt" there/f.yaml "$place"
	chmod 666 "$place/f.yaml"
	chmod a+rx "$place"/*
	chmod 755 "$place"
	as=
	[ "$(id -u)" -ne 0 ] || as="setpriv --reuid=65534 --clear-groups"
	SOPS_AGE_KEY_FILE=$place/age-1.txt try $as "$place/$(basename "$SEALEAF")" \
	    rotate -i "$place/f.yaml"
	left=$(ls "$place")
	cp "$place/f.yaml" new.yaml
	rm -rf "$place"
	rc 0
	[ "$left" = "$(printf '%s\n' age-1.txt f.yaml "$(basename "$SEALEAF")" |
		sort)" ]
	try sealeaf decrypt new.yaml
	same "$out" big.yaml
}

@test "the file is replaced meanwhile" {
	big
	printf 'a: 1\n' >other.yaml
	sealeaf encrypt --age "$R1" -i other.yaml
	# By the editor, as a checkout in another window would.
	cat >ed <<-'END'
		#!/bin/sh
		cp other.yaml there/x
		mv there/x there/f.yaml
		echo "new: 1" >>"$1"
	END
	chmod +x ed
	EDITOR=$PWD/ed try sealeaf edit there/f.yaml
	rc 3
	out_empty
	err_has "was changed by another program meanwhile"
	same there/f.yaml other.yaml
	# What was typed is not lost, and not in clear either.
	[ "$(ls -A there | tr '\n' ' ')" = "f.edited.yaml f.yaml " ]
	try sealeaf decrypt there/f.edited.yaml
	rc 0
	out_has "new: 1"
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "the target becomes a folder, or its folder goes" {
	big
	cat >ed <<-'END'
		#!/bin/sh
		rm -r there/f.yaml
		mkdir there/f.yaml
		echo "new: 1" >>"$1"
	END
	chmod +x ed
	EDITOR=$PWD/ed try sealeaf edit there/f.yaml
	rc 3
	out_empty
	[ -z "$(ls -A there/f.yaml)" ]
	[ "$(ls -A there | tr '\n' ' ')" = "f.edited.yaml f.yaml " ]
	rm -r there/*
	cp before.yaml there/f.yaml
	printf '#!/bin/sh\nrm -r there\necho "new: 1" >>"$1"\n' >ed
	EDITOR=$PWD/ed try sealeaf edit there/f.yaml
	rc 3
	out_empty
	absent there
}

@test "links that lead nowhere or in a circle" {
	enc_yaml
	ln -s a b
	ln -s b a
	for args in "decrypt a" "encrypt --age $R1 a" "rotate -i a" \
	    "decrypt --output a enc.yaml"; do
		try sealeaf $args
		[ "$status" -ne 0 ]
		out_empty
		[ -L a ] && [ -L b ]
	done
	ln -s nowhere c
	try sealeaf decrypt --output c enc.yaml
	rc 0
	[ -L c ]
	same nowhere plain.yaml
}

@test "a failing command prints nothing" {
	enc_yaml
	cp enc.yaml bad.yaml
	sed -i 's/^b: ENC\[AES256_GCM,data:./b: ENC[AES256_GCM,data:#/' bad.yaml
	export EDITOR=false
	for args in "decrypt bad.yaml" "rotate bad.yaml" "edit bad.yaml" \
	    "exec-env bad.yaml true" "exec-file bad.yaml true" \
	    "decrypt missing" "encrypt missing" "rotate missing" \
	    "updatekeys missing" "groups add -f missing --age $R1" \
	    "groups delete -f enc.yaml 7" "filestatus missing" \
	    "set missing x 1" "unset missing x" "set enc.yaml x 1" \
	    "-d missing" "-e missing" "-r missing" "publish missing" \
	    "decrypt plain.yaml" "encrypt --age $R1 enc.yaml" \
	    "encrypt plain.yaml" "edit enc.yaml" "help nothing"; do
		try sealeaf $args
		[ "$status" -ne 0 ]
		out_empty
		[ -s "$err" ]
	done
}
