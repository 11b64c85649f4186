# SPDX-License-Identifier: Apache-2.0
# edit: every way into the editor and out of it. $TMPDIR is a folder of the
# test, so that whatever stays behind is seen.

load helper

also_setup()
{
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
	tty=$ROOT/tests/tools/pty_run.py
	signalled=$ROOT/tests/tools/signalled.py
}

# editor NAME <SCRIPT: a program that becomes $EDITOR.
editor()
{
	{
		echo '#!/bin/sh'
		cat
	} >"$BATS_TEST_TMPDIR/$1"
	chmod +x "$BATS_TEST_TMPDIR/$1"
	export EDITOR=$BATS_TEST_TMPDIR/$1
}

nothing_left()
{
	[ -z "$(ls -A "$TMPDIR")" ] && return
	echo "-- left in TMPDIR: $(ls -A "$TMPDIR")"
	return 1
}

# Two rounds: the first writes $1, the second text that is right.
two_rounds()
{
	printf '%s' "$1" >first
	editor rounds <<-'END'
		if [ -e second ]; then
			echo 'x: good' >"$1"
		else
			: >second
			cat first >"$1"
		fi
	END
}

@test "EDT-01 a new file left as it is" {
	EDITOR=true try sealeaf edit --age "$R1" new.yaml
	rc 200
	out_empty
	err_is "File has not changed, exiting."
	absent new.yaml
	nothing_left
}

@test "EDT-02 a new file" {
	editor write <<<'echo "hello: world" >"$1"'
	try sealeaf edit --age "$R1" new.yaml
	rc 0
	out_empty
	err_empty
	[ "$(stat -c %a new.yaml)" = 644 ]
	try sealeaf decrypt new.yaml
	out_is "hello: world"
	nothing_left
}

@test "EDT-03 the examples" {
	editor show <<<'cat "$1"'
	try sealeaf edit --age "$R1" new.yaml
	rc 200
	out_has "example_key: example_value"
	out_has "# Example comment"
	try sealeaf edit --age "$R1" new.json
	out_has '"example_key": "example_value"'
	try sealeaf edit --age "$R1" new.env
	out_has "# This is an example file."
	out_has 'example_multiline=foo\nbar\nbaz'
	try sealeaf edit --age "$R1" new.ini
	out_has "[Welcome!]"
	try sealeaf edit --age "$R1" new.bin
	printf 'Welcome to SOPS! Edit this file as you please!' | cmp - "$out"
}

@test "EDT-04 nothing changed" {
	enc_yaml
	cp enc.yaml before
	EDITOR=true try sealeaf edit enc.yaml
	rc 200
	same enc.yaml before
	nothing_left
}

@test "EDT-05 a key is added" {
	enc_yaml
	chmod 600 enc.yaml
	grep '^[ab]:' enc.yaml >before
	editor add <<<'echo "c: 3" >>"$1"'
	try sealeaf edit enc.yaml
	rc 0
	err_empty
	grep '^[ab]:' enc.yaml | cmp - before
	[ "$(stat -c %a enc.yaml)" = 600 ]
	try sealeaf decrypt enc.yaml
	out_is "$(cat plain.yaml; echo 'c: 3')"
}

@test "EDT-06 bad syntax, then good" {
	enc_yaml
	two_rounds 'a: b: c'
	echo >enter
	feed enter sealeaf edit enc.yaml
	rc 0
	[ "$(wc -l <"$err")" -eq 1 ]
	err_has 'level=error msg="Could not load tree, probably due to invalid syntax. Press enter to return to the editor, or Ctrl+C to exit." error='
	try sealeaf decrypt enc.yaml
	out_is "x: good"
	nothing_left
}

@test "EDT-07 EDT-08 no valid tree, then one" {
	for text in 'sops: 1' ''; do
		enc_yaml
		rm -f second
		two_rounds "$text"
		echo >enter
		feed enter sealeaf edit enc.yaml
		rc 0
		err_has 'msg="Tree not valid for encryption. Press enter'
		try sealeaf decrypt enc.yaml
		out_is "x: good"
	done
	nothing_left
}

@test "Q-08 bad syntax and nobody there" {
	enc_yaml
	cp enc.yaml before
	editor bad <<<'echo "a: b: c" >"$1"'
	try sealeaf edit enc.yaml
	rc 1
	err_has "there is nobody at standard input"
	same enc.yaml before
	nothing_left
}

@test "EDT-09 EDT-10 EDT-13 EDT-14 EDT-15 editors that do not work" {
	enc_yaml
	EDITOR=false try sealeaf edit enc.yaml
	rc 201
	err_is "Could not run editor: exit status 1"
	EDITOR='a "b' try sealeaf edit enc.yaml
	rc 201
	err_is 'Could not run editor: invalid $EDITOR: a "b'
	SOPS_EDITOR=false EDITOR=true try sealeaf edit enc.yaml
	rc 201
	EDITOR=/no/such/editor try sealeaf edit enc.yaml
	rc 201
	err_has "Could not run editor: fork/exec /no/such/editor: no such file"
	EDITOR=no-such-editor try sealeaf edit enc.yaml
	rc 201
	err_has 'exec: "no-such-editor": executable file not found in $PATH'
	for value in '' ' '; do
		try env SOPS_EDITOR="$value" EDITOR="$value" \
		    PATH=/nonexistent "$SEALEAF" edit enc.yaml
		rc 201
		err_has "vim, nano, vi"
	done
	nothing_left
}

@test "EDT-11 EDT-12 words of the editor's command line" {
	enc_yaml
	mkdir "$BATS_TEST_TMPDIR/with space"
	editor "with space/ed" <<<'printf "<%s>" "$@"; basename "$3"'
	EDITOR="'$EDITOR' --wait 'a b'" try sealeaf edit enc.yaml
	rc 200
	[[ "$(cat "$out")" == "<--wait><a b><"*"/enc.yaml>enc.yaml" ]]
	EDITOR="$BATS_TEST_TMPDIR/with\\ space/ed" try sealeaf edit enc.yaml
	rc 200
}

@test "EDT-16 the private file" {
	enc_yaml
	editor look <<<'stat -c "%a %F" "$1" "$(dirname "$1")"; ls "$TMPDIR"/*'
	try sealeaf edit enc.yaml
	rc 200
	[ "$(head -n 3 "$out" | tr '\n' ,)" = \
	    "600 regular file,700 directory,enc.yaml," ]
}

@test "in memory when no folder is chosen" {
	[ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] &&
		[ -w /dev/shm ] || skip "no tmpfs"
	enc_yaml
	unset TMPDIR XDG_RUNTIME_DIR
	editor where <<<'echo "$1"'
	try sealeaf edit enc.yaml
	rc 200
	[[ "$(cat "$out")" == /dev/shm/* ]]
	absent "$(dirname "$(cat "$out")")"
}

@test "EDT-17 Q-09 signals during the edit" {
	enc_yaml
	cp enc.yaml before
	editor slow <<-'END'
		: >"$(dirname "$1")/swap"
		: >started
		exec sleep 20
	END
	for name in TERM INT; do
		rm -f started
		try python3 "$signalled" started $name "$SEALEAF" edit enc.yaml
		rc 1
		err_is "User canceled operation"
		same enc.yaml before
		nothing_left
	done
}

# Every signal that ends a process, by number: those that may be sent at all.
ending()
{
	python3 -c 'import signal
harmless = "CHLD CONT URG WINCH TSTP TTIN TTOU PIPE KILL STOP".split()
never = {getattr(signal, "SIG" + name) for name in harmless}
print(*sorted(set(signal.valid_signals()) - never))'
}

@test "every signal takes the plaintext away, and then has its effect" {
	enc_yaml
	cp enc.yaml before
	editor slow <<-'END'
		mkdir "$(dirname "$1")/undo"
		: >"$(dirname "$1")/undo/swap"
		: >started
		exec sleep 20
	END
	[ "$(ending | wc -w)" -gt 40 ]
	for number in $(ending); do
		[ $number -ne 2 ] && [ $number -ne 15 ] || continue
		rm -f started
		try python3 "$signalled" started $number "$SEALEAF" edit enc.yaml
		rc $((128 + number))
		same enc.yaml before
		nothing_left
	done
}

@test "a signal while the user is asked" {
	enc_yaml
	editor bad <<<'echo "a: b: c" >"$1"'
	for name in HUP USR1 RTMIN; do
		status=0
		python3 "$tty" --expect "Press enter" --signal SIG$name -- \
		    "$SEALEAF" edit enc.yaml >"$out" || status=$?
		rc $((128 + $(kill -l $name)))
		nothing_left
	done
}

@test "plaintext that cannot be removed is named" {
	command -v strace >/dev/null || skip "no strace"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	enc_yaml
	editor add <<<'echo "c: 3" >>"$1"; echo x >"$(dirname "$1")/swap"'
	ASAN_OPTIONS=detect_leaks=0 try strace -qq -o /dev/null \
	    -e inject=unlinkat:error=EPERM "$SEALEAF" edit enc.yaml
	rc 0
	[ "$(grep -c "level=warning" "$err")" -eq 3 ]
	folder=$(echo "$TMPDIR"/sealeaf*)
	for path in "$folder" "$folder/swap" "$folder/enc.yaml"; do
		grep -q "could not be removed, and is left in $path[:\"]" "$err"
	done
	lacks "$folder/enc.yaml" two
	rm -r "$folder"
	ASAN_OPTIONS=detect_leaks=0 try strace -qq -o /dev/null \
	    -e inject=unlinkat:error=EPERM "$SEALEAF" exec-file --no-fifo \
	    enc.yaml true
	rc 0
	err_has "could not be removed, and is left in $TMPDIR/.sops"
}

@test "folders that were closed are removed all the same" {
	enc_yaml
	editor close <<-'END'
		mkdir "$(dirname "$1")/undo"
		: >"$(dirname "$1")/undo/swap"
		chmod 0 "$(dirname "$1")/undo" "$(dirname "$1")"
	END
	if [ "$(id -u)" -eq 0 ]; then
		sealeaf edit enc.yaml || [ $? -eq 200 ]
	else
		sealeaf edit enc.yaml || :
	fi
	nothing_left
}

@test "EDT-18 no such folder" {
	editor write <<<'echo "hello: world" >"$1"'
	try sealeaf edit --age "$R1" no/dir/f.yaml
	rc 3
	err_has "Could not open in-place file for writing: open $PWD/no/dir"
	nothing_left
}

@test "EDT-19 a plain file" {
	cp plain.yaml before
	EDITOR=true try sealeaf edit plain.yaml
	rc 1
	[ "$(head -n 1 "$err")" = "sops metadata not found" ]
	same plain.yaml before
}

@test "EDT-20 a bad MAC" {
	enc_yaml
	sed -i 's/^sops:/c_unencrypted: new\nsops:/' enc.yaml
	EDITOR=true try sealeaf edit enc.yaml
	rc 51
	EDITOR=true try sealeaf edit --ignore-mac enc.yaml
	rc 200
	nothing_left
}

@test "EDT-21 the keys are shown" {
	enc_yaml
	cp enc.yaml before
	editor show <<<'cat "$1"'
	try sealeaf edit -s enc.yaml
	rc 200
	[ "$(head -n 2 "$out")" = "$(cat plain.yaml)" ]
	out_has "recipient: $R1"
	out_has "
sops:"
	same enc.yaml before
	nothing_left
}

@test "EDT-22 Q-02 keys and rules that are edited with the values" {
	enc_yaml
	editor change <<-END
		sed -i -e 's/^b: two/b: new/' \\
		    -e 's/^    lastmodified:/        - recipient: $R2\\n&/' \\
		    -e 's/unencrypted_suffix: .*/encrypted_regex: ^b\$/' "\$1"
	END
	try sealeaf edit -s enc.yaml
	rc 0
	out_empty
	err_empty
	grep -qx 'a: 1' enc.yaml
	grep -q '^b: ENC' enc.yaml
	SOPS_AGE_KEY_FILE=$KEYS/age-2.txt try sealeaf decrypt enc.yaml
	rc 0
	out_is "$(printf 'a: 1\nb: new')"
	try sealeaf decrypt enc.yaml
	rc 0
	# And away again, by the other key alone.
	editor remove <<-END
		sed -i '1,/^ *recipient: $R1/b; /^ *- enc:/,/^ *recipient: $R2/d' "\$1"
	END
	try sealeaf edit --show-master-keys enc.yaml
	rc 0
	SOPS_AGE_KEY_FILE=$KEYS/age-2.txt try sealeaf decrypt enc.yaml
	rc 128
}

@test "keys that cannot be read, then can" {
	enc_yaml
	editor rounds <<-'END'
		if [ -e second ]; then
			mv second "$1"
			echo 'c: 3' | cat - "$1" >x && cat x >"$1"
		else
			cp "$1" second
			sed -i '/recipient:/,$d' "$1"
		fi
	END
	echo >enter
	feed enter sealeaf edit -s enc.yaml
	rc 0
	[ "$(wc -l <"$err")" -eq 1 ]
	err_has 'Press enter to return to the editor'
	try sealeaf decrypt enc.yaml
	out_has "c: 3"
}

@test "the keys of a new file" {
	editor new <<<'sed -i "s/^hello:.*/hello: keys/" "$1"'
	try sealeaf edit -s --age "$R1" new.yaml
	rc 0
	try sealeaf decrypt --extract '["hello"]' new.yaml
	rc 0
	printf keys | cmp - "$out"
}

@test "EDT-23 an older version is raised" {
	enc_yaml
	sed -i 's/version: 3.13.3/version: 3.9.0/' enc.yaml
	editor add <<<'echo "c: 3" >>"$1"'
	try sealeaf edit enc.yaml
	rc 0
	grep -q 'version: 3.13.3' enc.yaml
}

@test "EDT-24 a new file without keys" {
	EDITOR=true try sealeaf edit nonexists
	rc 1
	err_has "config file not found, or has no creation rules, and no keys"
	absent nonexists
	nothing_left
}

@test "EDT-25 streams are the editor's" {
	enc_yaml
	editor pass <<<'echo MARK; cat >"$1"'
	printf 'new: text\n' >text
	feed text sealeaf edit enc.yaml
	rc 0
	out_is MARK
	err_empty
	try sealeaf decrypt enc.yaml
	out_is "new: text"
}

@test "EDT-26 without a command, by a copying editor" {
	enc_yaml
	cp enc.yaml tmp
	printf 'other: 1\n' >text
	editor copy <<<'cp text "$1"'
	try sealeaf --config /dev/null --input-type yaml --output-type yaml tmp
	rc 0
	err_empty
	try sealeaf decrypt --input-type yaml --output-type yaml tmp
	out_is "other: 1"
}

@test "a file changed by someone else meanwhile is left alone" {
	enc_yaml
	editor race <<-'END'
		echo 'c: 3' >>"$1"
		echo '# someone' >>enc.yaml
	END
	try sealeaf edit enc.yaml
	rc 3
	err_has "was changed by another program"
	err_has "hint: your version is kept, encrypted, in"
	tail -n 1 enc.yaml | grep -qx '# someone'
	try sealeaf decrypt --input-type yaml --output-type yaml enc.yaml.edited
	rc 0
	out_is "$(cat plain.yaml; echo 'c: 3')"
	nothing_left
}

@test "an editor that saves by renaming, and leaves files of its own" {
	enc_yaml
	editor rename <<-'END'
		mkdir "$(dirname "$1")/undo"
		cp "$1" "$(dirname "$1")/undo/copy"
		cp "$1" "$1~"
		echo 'c: 3' >>"$1~"
		mv "$1~" "$1"
	END
	try sealeaf edit enc.yaml
	rc 0
	nothing_left
	try sealeaf decrypt enc.yaml
	out_has "c: 3"
}

@test "at a terminal: enter goes back to the editor" {
	enc_yaml
	two_rounds 'a: b: c'
	status=0
	python3 "$tty" --expect "Press enter" --send '\r' -- \
	    "$SEALEAF" edit enc.yaml >"$out" || status=$?
	rc 0
	try sealeaf decrypt enc.yaml
	out_is "x: good"
}

@test "at a terminal: ctrl-c instead of enter" {
	enc_yaml
	cp enc.yaml before
	editor bad <<<'echo "a: b: c" >"$1"'
	status=0
	python3 "$tty" --expect "Press enter" --send '\x03' -- \
	    "$SEALEAF" edit enc.yaml >"$out" || status=$?
	rc 1
	out_has "User canceled operation"
	same enc.yaml before
	nothing_left
}
