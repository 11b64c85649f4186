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
	err_has "hint: your version is kept, encrypted: sealeaf edit $PWD/enc.edited.yaml"
	tail -n 1 enc.yaml | grep -qx '# someone'
	try sealeaf decrypt enc.edited.yaml
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

# kept TEXT: the command of the hint, pasted, opens what was typed.
kept()
{
	command=$(sed -n 's/^hint: your version is kept, encrypted: sealeaf //p' "$err")
	[ -n "$command" ]
	editor look <<<'cat "$1" >"'"$BATS_TEST_TMPDIR/seen"'"'
	cd /
	eval "sealeaf $command" || [ $? -eq 200 ]
	cd - >/dev/null
	diff "$BATS_TEST_TMPDIR/seen" - <<<"$1"
}

@test "a version that cannot be written is kept under a name that opens" {
	here=$PWD
	for name in app5.yaml "a b'c.json" x.env .env x.ini x.tar.yaml Dockerfile \
	    '-dash.yaml' $'new\nline.yaml' 'ü$(x).yaml'; do
		mkdir each
		cd each
		printf 'a=1\n' >plain
		case $name in
		*.yaml) printf 'a: 1\n' >plain ;;
		*.json) printf '{\n\t"a": 1\n}\n' >plain ;;
		esac
		sealeaf encrypt --age "$R1" --filename-override "$name" \
		    --output "./$name" plain
		editor race <<<"sed -i s/1/2/ \"\$1\"; echo >>'$PWD/here'
			for f in $PWD/* $PWD/.env; do
				[ ! -f \"\$f\" ] || echo >>\"\$f\"
			done"
		try sealeaf edit "./$name"
		rc 3
		kept "$(sed s/1/2/ plain)"
		cd "$here"
		rm -r each
	done
	nothing_left
}

@test "kept versions have numbers, and formats that were asked for" {
	enc_yaml
	editor race <<<'echo "c: 3" >>"$1"; echo "# x" >>data'
	for n in edited edited.2 edited.3; do
		cp enc.yaml data
		try sealeaf edit --input-type yaml --output-type yaml data
		rc 3
		err_has "sealeaf edit --input-type yaml --output-type yaml $PWD/data.$n"
		[ -e "data.$n" ]
	done
	kept "$(cat plain.yaml; echo 'c: 3')"
}

@test "a new file that somebody makes meanwhile" {
	editor race <<<'echo "c: 3" >"$1"; echo theirs >new.yaml'
	try sealeaf edit --age "$R1" new.yaml
	rc 3
	err_has "was made by another program meanwhile"
	[ "$(cat new.yaml)" = theirs ]
	kept "c: 3"
}

@test "a full target: kept elsewhere" {
	[ "$(id -u)" -eq 0 ] || skip "not root"
	mkdir full
	mount -t tmpfs -o size=64k tmpfs full 2>/dev/null || skip "no mount"
	(
		set -e
		enc_yaml
		cp enc.yaml full/f.yaml
		head -c 70000 /dev/zero >full/fill || :
		editor add <<<'echo "c: 3" >>"$1"'
		try sealeaf edit full/f.yaml
		rc 3
		err_has "no space left on device"
		same full/f.yaml enc.yaml
		err_has "sealeaf edit $PWD/f.edited.yaml"
		kept "$(cat plain.yaml; echo 'c: 3')"
	) || problem=1
	umount full
	[ -z "${problem:-}" ]
}

@test "a place that takes no file is said before the editor starts" {
	enc_yaml
	editor never <<<': >ran'
	try sealeaf edit --age "$R1" no/such/new.yaml
	rc 3
	err_has "Could not open in-place file for writing: open $PWD/no/such/new.yaml: no such file"
	err_has "hint: there is no folder $PWD/no/such"
	try sealeaf edit --age "$R1" plain.yaml/new.yaml
	[ "$status" -ne 0 ]
	absent ran
	mkdir closed
	cp enc.yaml closed
	if [ "$(id -u)" -eq 0 ]; then
		mount --bind closed closed 2>/dev/null &&
		    mount -o remount,bind,ro closed 2>/dev/null ||
		    skip "no mount"
	else
		chmod 444 closed/enc.yaml
		chmod 555 closed
	fi
	(
		set -e
		for args in closed/enc.yaml "--age $R1 closed/new.yaml"; do
			try sealeaf edit $args
			rc 3
			err_has "Could not open in-place file for writing"
			try sealeaf $args
			rc 3
		done
	) || problem=1
	if [ "$(id -u)" -eq 0 ]; then
		umount closed
	else
		chmod 755 closed
	fi
	[ -z "${problem:-}" ]
	absent ran
	nothing_left
}

@test "text that is not valid is kept as it is" {
	enc_yaml
	cp enc.yaml before
	printf 'a: "b\nc: 1\n' >typed
	editor bad <<<'cat typed >"$1"'
	try sealeaf edit enc.yaml
	rc 1
	err_has "there is nobody at standard input"
	same enc.yaml before
	lacks enc.yaml.edited 'a: "b'
	kept "$(cat typed)"
	# Also when the user gives up, and when the terminal goes.
	for step in "--send \\x03" "--signal SIGHUP"; do
		rm enc.yaml.edited
		editor bad <<<'cat typed >"$1"'
		python3 "$tty" --expect "Press enter" $step -- \
		    "$SEALEAF" edit enc.yaml >"$err" || :
		tr -d '\r' <"$err" >x
		mv x "$err"
		kept "$(cat typed)"
		same enc.yaml before
	done
	nothing_left
}

@test "an editor that fails after saving: kept" {
	enc_yaml
	editor crash <<<'echo "c: 3" >>"$1"; kill -SEGV $$'
	try sealeaf edit enc.yaml
	rc 201
	kept "$(cat plain.yaml; echo 'c: 3')"
	nothing_left
}

@test "the place of a mistake, and the editor opens there" {
	enc_yaml
	mkdir bin
	for name in vi vim.tiny nvim nano emacs emacsclient code code-insiders \
	    codium vscodium cursor subl other; do
		cat >"bin/$name" <<-'END'
			#!/bin/sh
			for file; do :; done
			file=${file%:3:*}
			case $file in *:*) exit 9 ;; esac
			echo "$@" | sed "s,$file,FILE," >>args
			if [ -e second ]; then
				echo 'x: good' >"$file"
			else
				printf 'a: 1\nb: 2\nc: d: e\n' >"$file"
				: >second
			fi
		END
		chmod +x "bin/$name"
		case $name in
		cod* | vscodium | cursor) wanted='--wait --goto FILE:3:[0-9]+' ;;
		subl) wanted='--wait FILE:3:[0-9]+' ;;
		other) wanted='--wait FILE' ;;
		*) wanted='--wait \+3 FILE' ;;
		esac
		for editor in "$name --wait" "env A=1 $PWD/bin/$name --wait"; do
			rm -f args second
			enc_yaml
			echo >enter
			EDITOR=$editor PATH=$PWD/bin:$PATH feed enter \
			    sealeaf edit enc.yaml
			rc 0
			err_has 'error="3:'
			# No plaintext in what may be a log.
			err_lacks "d: e"
			sed -n 1p args | grep -Eqx -e '(A=1 )?--wait FILE'
			sed -n 2p args | grep -Eqx -e "$wanted"
		done
	done
}

@test "at a terminal the wrong line is shown" {
	enc_yaml
	two_rounds "$(printf 'a: 1\nb: \033]0;x\007"q: z: y\n')"
	status=0
	python3 "$tty" --expect "Press enter" --expect '2 |' --send '\r' -- \
	    "$SEALEAF" edit enc.yaml >"$out" || status=$?
	rc 0
	out_has '2 | b: \x1b]0;x\x07"q: z: y'
	[ "$(tr -dc '\007' <"$out" | wc -c)" -eq 0 ]
}

@test "an editor that comes back at once" {
	enc_yaml
	mkdir bin
	for name in code cursor subl gvim; do
		printf '#!/bin/sh\n' >bin/$name
		chmod +x bin/$name
	done
	PATH=$PWD/bin:$PATH
	EDITOR=code try sealeaf edit enc.yaml
	rc 200
	err_has "File has not changed, exiting."
	err_has "hint: code does not wait to be closed: EDITOR='code --wait'"
	EDITOR="code -n" SOPS_EDITOR="$PWD/bin/cursor" try sealeaf edit enc.yaml
	err_has "hint: cursor does not wait to be closed: SOPS_EDITOR='$PWD/bin/cursor --wait'"
	EDITOR=gvim try sealeaf edit enc.yaml
	err_has "EDITOR='gvim --nofork'"
	for editor in "code --wait" "code -w" "gvim -f"; do
		EDITOR=$editor try sealeaf edit enc.yaml
		err_is "File has not changed, exiting."
	done
	status=0
	EDITOR=true python3 "$tty" -- "$SEALEAF" edit enc.yaml >"$out" ||
		status=$?
	rc 200
	out_has "hint: the editor came back at once"
}

@test "without a terminal and without EDITOR no editor is started" {
	enc_yaml
	cp enc.yaml before.yaml
	mkdir fake
	for name in vim nano vi; do
		printf '#!/bin/sh\n: >started\n' >fake/$name
		chmod +x fake/$name
	done
	PATH=$PWD/fake:$PATH try sealeaf edit enc.yaml
	rc 201
	err_has "Could not run editor: neither SOPS_EDITOR nor EDITOR is set, and there is no terminal to run vim on"
	err_has "hint: set EDITOR"
	absent started
	same enc.yaml before.yaml
	command -v python3 >/dev/null || skip "no python3"
	PATH=$PWD/fake:$PATH try python3 "$ROOT/tests/tools/pty_run.py" -- \
	    "$SEALEAF" edit enc.yaml
	[ -e started ]
}
