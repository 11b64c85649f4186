# SPDX-License-Identifier: Apache-2.0
# Several writers of one file: what one of them has written stays, or the other
# says that it did not write. "without" runs a command whose flock() fails.

load helper

also_setup()
{
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
	for i in $(seq 0 9); do
		echo "key$i: old"
	done >keys.yaml
	printf 'creation_rules:\n- age: %s\n' "$R1" >.sops.yaml
	sealeaf encrypt --output f.yaml keys.yaml
	cp f.yaml before.yaml
}

without()
{
	# The leak check of a sanitizer cannot trace what is traced.
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -e trace=flock \
	    -e inject=flock:error="${number:-ENOLCK}" "$SEALEAF" "$@"
}

traceable()
{
	command -v strace >/dev/null || skip "no strace"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
}

# together COMMAND…: ten of it at once, with @ as the number; their statuses
# are in the files status0 to status9.
together()
{
	local i pids=()

	for i in $(seq 0 9); do
		{
			code=0
			"${@//@/$i}" </dev/null >"out$i" 2>"err$i" || code=$?
			echo "$code" >"status$i"
		} &
		pids+=($!)
	done
	wait "${pids[@]}"
	tail -n 3 err?
}

# No temporary file, nothing but what the test made.
tidy()
{
	[ -z "$(ls -A . "$TMPDIR" | grep sealeaf-)" ]
}

@test "ten values set at once are ten values" {
	together sealeaf set f.yaml '["key@"]' '"new@"'
	[ "$(cat status?)" = "$(printf '%s\n' 0 0 0 0 0 0 0 0 0 0)" ]
	try sealeaf decrypt f.yaml
	out_is "$(for i in $(seq 0 9); do echo "key$i: new$i"; done)"
	tidy
}

@test "... by several names of the file" {
	ln -s f.yaml soft.yaml
	mkdir there
	ln -s ../soft.yaml there/far.yaml
	names=(f.yaml soft.yaml there/far.yaml "$PWD/f.yaml" ./f.yaml)
	mix()
	{
		sealeaf set "${names[$(($1 % 5))]}" "[\"key$1\"]" "\"new$1\""
	}
	together mix @
	try sealeaf decrypt f.yaml
	out_is "$(for i in $(seq 0 9); do echo "key$i: new$i"; done)"
	[ -L soft.yaml ] && [ -L there/far.yaml ]
	tidy
}

@test "... by hard links, which stay links" {
	ln f.yaml g.yaml
	mix()
	{
		names=(f.yaml g.yaml)
		sealeaf set "${names[$(($1 % 2))]}" "[\"key$1\"]" "\"new$1\""
	}
	together mix @
	try sealeaf decrypt g.yaml
	out_is "$(for i in $(seq 0 9); do echo "key$i: new$i"; done)"
	[ f.yaml -ef g.yaml ]
	tidy
}

@test "commands of all kinds at once" {
	printf 'creation_rules:\n- age: %s\n' "$R1,$R2" >.sops.yaml
	editor()
	{
		printf '#!/bin/sh\necho "typed: $$" >>"$1"\n' >ed
		chmod +x ed
		EDITOR=$PWD/ed sealeaf edit f.yaml
	}
	mix()
	{
		case $1 in
		0 | 1 | 2) sealeaf set f.yaml "[\"key$1\"]" "\"new$1\"" ;;
		3 | 4) sealeaf unset f.yaml "[\"key$1\"]" ;;
		5) sealeaf rotate -i f.yaml ;;
		6) sealeaf updatekeys -y f.yaml ;;
		7) sealeaf groups add -f f.yaml --age "$R1" -i ;;
		8) sealeaf --set '["key8"] "new8"' f.yaml ;;
		9) editor ;;
		esac
	}
	together mix @
	grep -qx 0 status9 || grep -q "by another program" err9
	grep -lx 0 status[0-8] | wc -l | grep -qx 9
	try sealeaf decrypt --ignore-mac f.yaml
	rc 0
	sed '/^typed/d' "$out" | diff - <(for i in 0 1 2; do
		echo "key$i: new$i"
	done; printf 'key%s: old\n' 5 6 7; printf 'key8: new8\nkey9: old\n')
	grep -q typed "$out" || ! grep -qx 0 status9
	try sealeaf decrypt f.yaml
	rc 0
	sealeaf recipients f.yaml | grep -q "$R2"
	tidy
}

@test "one file twice on the command line" {
	printf 'creation_rules:\n- age: %s\n' "$R1,$R2" >.sops.yaml
	ln -s f.yaml soft.yaml
	ln f.yaml hard.yaml
	try timeout 60 "$SEALEAF" updatekeys -y f.yaml f.yaml soft.yaml hard.yaml
	rc 0
	cp before.yaml f.yaml
	try timeout 60 "$SEALEAF" decrypt --all -i f.yaml soft.yaml hard.yaml f.yaml
	rc 0
	same f.yaml keys.yaml
}

# While `holding` runs, the file is locked.
holding()
{
	python3 - "$1" <<-'END' &
		import fcntl, os, sys, time
		file = open(sys.argv[1])
		fcntl.flock(file, fcntl.LOCK_EX)
		open("held", "w").close()
		while not os.path.exists("let go"):
		    time.sleep(0.02)
	END
	holder=$!
	while [ ! -e held ]; do sleep 0.05; done
}

@test "who waits says so, and can be ended" {
	holding f.yaml
	"$SEALEAF" set f.yaml '["key1"]' '"new"' 2>waiting &
	for _ in $(seq 100); do
		[ ! -s waiting ] || break
		sleep 0.1
	done
	grep -q "Waiting until another command has finished with $PWD/f.yaml" \
	    waiting
	[ "$(wc -l <waiting)" -eq 1 ]
	kill -TERM $!
	code=0
	wait $! || code=$?
	[ "$code" -eq 143 ]
	same f.yaml before.yaml
	# Commands that only read do not wait.
	for args in "decrypt f.yaml" "rotate f.yaml" "filestatus f.yaml" \
	    "recipients f.yaml" "exec-file f.yaml true" "edit f.yaml"; do
		EDITOR=true try timeout 20 "$SEALEAF" $args
		[ "$status" -eq 0 ] || [ "$status" -eq 200 ]
	done
	touch "let go"
	wait $holder
	try sealeaf set f.yaml '["key1"]' '"new"'
	rc 0
}

@test "who waited reads the file that is there then" {
	holding f.yaml
	"$SEALEAF" set f.yaml '["key1"]' '"mine"' &
	sleep 0.3
	cp before.yaml other.yaml
	SOPS_AGE_KEY_FILE=$KEYS/age-1.txt sealeaf set other.yaml '["key2"]' \
	    '"theirs"'
	mv other.yaml f.yaml
	touch "let go"
	wait $!
	try sealeaf decrypt f.yaml
	out_has "key1: mine"
	out_has "key2: theirs"
}

@test "a pipe from a command on the same file" {
	printf '"piped"' >value
	timeout 20 "$SEALEAF" decrypt --extract '["key1"]' f.yaml |
		sed 's/.*/"&"/' |
		timeout 20 "$SEALEAF" set --value-stdin f.yaml '["key2"]'
	try sealeaf decrypt --extract '["key2"]' f.yaml
	[ "$(cat "$out")" = old ]
}

# slowly COMMAND…: its fsync() waits until the file "go" is there: between
# reading and writing somebody else can write.
slowly()
{
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -e trace=fsync \
	    -e inject=fsync:delay_enter=1500000:when=1 "$SEALEAF" "$@"
}

@test "a writer that takes no lock: an error, and nothing lost" {
	traceable
	printf 'creation_rules:\n- age: %s\n' "$R1,$R2" >.sops.yaml
	cp before.yaml theirs.yaml
	sealeaf set theirs.yaml '["key9"]' '"theirs"'
	for how in mv cp rm; do
		for args in 'set f.yaml ["key1"] "mine"' 'unset f.yaml ["key1"]' \
		    "rotate -i f.yaml" "updatekeys -y f.yaml" "decrypt -i f.yaml" \
		    "groups add -i --age $R1 -f f.yaml" "-d -i f.yaml" \
		    "-r -i f.yaml" "decrypt --output f.yaml f.yaml" \
		    "rotate --output ./f.yaml f.yaml"; do
			cp before.yaml f.yaml
			{
				while ! ls -A | grep -q sealeaf-; do
					sleep 0.05
				done
				cp theirs.yaml new.yaml
				case $how in
				rm) rm f.yaml ;;
				cp) cp new.yaml f.yaml ;;
				mv) mv new.yaml f.yaml ;;
				esac
			} &
			try slowly $args
			wait $!
			[ "$status" -ne 0 ]
			err_has "by another program meanwhile, and was left alone"
			[ $how = rm ] || same f.yaml theirs.yaml
			[ $how != rm ] || absent f.yaml
			tidy
		done
	done
	cp plain.yaml f.yaml
	{
		while ! ls -A | grep -q sealeaf-; do sleep 0.05; done
		echo 'c: 3' >>f.yaml
	} &
	try slowly encrypt -i f.yaml
	rc 3
	[ "$(cat f.yaml)" = "$(cat plain.yaml; echo 'c: 3')" ]
}

@test "without locks: kept or an error, never lost" {
	traceable
	for number in ENOLCK EOPNOTSUPP ENOSYS EBADF EINVAL; do
		cp before.yaml f.yaml
		together without set f.yaml '["key@"]' '"new@"'
		sealeaf decrypt f.yaml >now
		some=0
		for i in $(seq 0 9); do
			case $(cat status$i) in
			0)
				some=1
				grep -qx "key$i: new$i" now
				;;
			*)
				grep -qx "key$i: old" now
				grep -q "by another" err$i
				;;
			esac
		done
		[ $some -eq 1 ]
		tidy
	done
}

@test "without locks: what a kill left behind is named" {
	traceable
	status=0
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null \
	    -e inject=flock:error=ENOLCK -e inject=rename:signal=KILL \
	    "$SEALEAF" set f.yaml '["key1"]' '"new"' || status=$?
	[ "$status" -ne 0 ]
	same f.yaml before.yaml
	left=$(ls -A | grep sealeaf-)
	try without set f.yaml '["key1"]' '"new"'
	rc 3
	err_has "f.yaml is being written by another command"
	err_has "$left"
	same f.yaml before.yaml
	rm "$left"
	try without set f.yaml '["key1"]' '"new"'
	rc 0
	tidy
}

@test "updatekeys asks, and nobody waits meanwhile" {
	printf 'creation_rules:\n- age: %s\n' "$R1,$R2" >.sops.yaml
	mkfifo answer
	"$SEALEAF" updatekeys f.yaml <answer >asked 2>said &
	exec 7>answer
	while ! grep -q okay asked; do sleep 0.05; done
	try timeout 20 "$SEALEAF" set f.yaml '["key1"]' '"new"'
	rc 0
	cp f.yaml now.yaml
	echo y >&7
	exec 7>&-
	code=0
	wait $! || code=$?
	cat said
	[ "$code" -ne 0 ]
	grep -q "was changed by another program meanwhile" said
	same f.yaml now.yaml
}
