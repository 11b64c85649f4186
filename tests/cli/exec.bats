# SPDX-License-Identifier: Apache-2.0
# exec-env and exec-file: the child's streams, status, signals and leavings.

load helper

also_setup()
{
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
	printf 'foo: bar\nbar: |-\n    multi\n    line\n' >text.yaml
	printf 'i: 5\nf: 1.5\ng: 5.0\nb: true\nn: null\n' >types.yaml
}

# enc FILE: encrypts it in place.
enc()
{
	sealeaf encrypt --age "$R1" -i "$1"
}

nothing_left()
{
	[ -z "$(ls -A "$TMPDIR")" ] && return
	echo "-- left in TMPDIR: $(ls -A "$TMPDIR")"
	return 1
}

@test "EXE-01 EXE-19 values and streams" {
	enc text.yaml
	try sealeaf exec-env text.yaml 'echo "$foo:$bar"'
	rc 0
	err_empty
	out_is "$(printf 'bar:multi\nline')"
	echo in >input
	feed input sealeaf exec-env text.yaml cat
	out_is in
}

@test "EXE-02 EXE-03 EXE-04 EXE-21 the child's end is ours" {
	enc text.yaml
	try sealeaf exec-env text.yaml 'exit 3'
	rc 3
	err_is "exit status 3"
	try sealeaf exec-env text.yaml 'kill -9 $$'
	rc 255
	err_is "signal: killed"
	try sealeaf exec-env --same-process text.yaml 'exit 4'
	rc 4
	err_empty
	try sealeaf exec-env text.yaml nosuchcmd
	rc 127
	[ "$(tail -n 1 "$err")" = "exit status 127" ]
}

@test "EXE-05 EXE-09 what else is in the environment" {
	enc text.yaml
	foo=outside OTHER=1 try sealeaf exec-env text.yaml 'echo "$foo $OTHER"'
	out_is "bar 1"
	foo=outside try sealeaf exec-env --same-process text.yaml 'echo "$foo"'
	out_is bar
	OTHER=1 try sealeaf exec-env --pristine text.yaml '/usr/bin/env'
	rc 0
	out_has foo=bar
	out_lacks OTHER
	out_lacks SOPS_AGE
}

@test "EXE-06 EXE-07 values that make no variable" {
	printf 'a: 1\ndeep:\n    x: hidden\n' >f.yaml
	enc f.yaml
	try sealeaf exec-env f.yaml 'echo ran'
	rc 1
	out_empty
	err_is "cannot use complex value in environment; offending key deep"
	printf '"a=b": hidden\n' >g.yaml
	enc g.yaml
	try sealeaf exec-env g.yaml 'echo ran'
	rc 1
	out_empty
	err_is "cannot use keys with '=' in environment: a=b"
}

@test "EXE-08 EXE-17 EXE-18 types and formats" {
	enc types.yaml
	try sealeaf exec-env types.yaml 'echo "$i $f $g $b $n"'
	out_is "5 1.5 5.0 true <nil>"
	printf '# c\nA=x y\n' >f.env
	enc f.env
	try sealeaf exec-env f.env 'echo "$A"'
	out_is "x y"
	printf 'some text' >f.bin
	enc f.bin
	try sealeaf exec-env f.bin 'echo "$data"'
	out_is "some text"
}

@test "EXE-10 EXE-11 EXE-13 EXE-20 refusals" {
	enc text.yaml
	for args in text.yaml "text.yaml a b" "text.yaml a -- b" \
	    "-- text.yaml a b" "text.yaml --"; do
		try sealeaf exec-env $args
		rc 1
		[ "$(head -n 1 "$err")" = "error: missing file to decrypt" ]
		err_has "FILE -- COMMAND ARGUMENT..."
	done
	try sealeaf exec-env missing true
	rc 2
	err_is "Error reading file: open missing: no such file or directory"
	try sealeaf exec-env --background --same-process text.yaml true
	rc 8
	sed -i 's/^sops:/c_unencrypted: new\nsops:/' text.yaml
	try sealeaf exec-env text.yaml 'echo ran'
	rc 51
	out_empty
}

@test "EXE-12 in the background" {
	enc text.yaml
	try sealeaf exec-env --background text.yaml \
	    'sleep 1; echo x; echo "$foo" >done'
	rc 0
	out_empty
	err_has "exec-env's --background option is deprecated"
	absent done
	for i in $(seq 50); do
		[ -s done ] && break
		sleep 0.1
	done
	[ "$(cat done)" = bar ]
}

@test "EXE-14 EXE-16 as another user" {
	[ "$(id -u)" -eq 0 ] || skip "not root"
	enc text.yaml
	chmod 755 . "$BATS_TEST_TMPDIR"
	try sealeaf exec-env --user nobody text.yaml \
	    'id -un; id -Gn; echo "$HOME $USER"'
	rc 0
	out_is "$(id -un nobody; id -Gn nobody
		echo "$(getent passwd nobody | cut -d: -f6) nobody")"
	try sealeaf exec-env --user nosuch text.yaml true
	rc 1
	err_has "[EXEC]"
	err_has "user: unknown user nosuch"
}

@test "EXE-15 only root may become another user" {
	[ "$(id -u)" -eq 0 ] || skip "not root"
	command -v setpriv >/dev/null || skip "no setpriv"
	enc text.yaml
	chmod 755 . "$BATS_TEST_TMPDIR"
	cp "$SEALEAF" ./program
	# The folders above the test's own are closed to others.
	place=$(mktemp -d /tmp/sealeaf-test.XXXXXX)
	cp text.yaml program "$KEYS/age-1.txt" "$place"
	chmod -R a+rX "$place"
	cd "$place"
	SOPS_AGE_KEY_FILE=$place/age-1.txt try setpriv --reuid=65534 \
	    --clear-groups ./program exec-env --user root text.yaml 'echo ran'
	cd /
	rm -rf "$place"
	rc 1
	out_empty
	err_has "operation not permitted"
}

# signalled COMMAND…: its status after a TERM once the file "started" exists.
signalled()
{
	python3 "$ROOT/tests/tools/signalled.py" started "${number:-TERM}" "$@"
}

@test "Q-10 signals go on to the child" {
	enc text.yaml
	try signalled "$SEALEAF" exec-env text.yaml \
	    'trap "echo told; exit 7" TERM; : >started; while :; do sleep 0.1; done'
	rc 7
	out_is told
	rm started
	try signalled "$SEALEAF" exec-file --no-fifo text.yaml \
	    'trap "cat {}; exit 8" TERM; : >started; while :; do sleep 0.1; done'
	rc 8
	out_has "foo: bar"
	nothing_left
}

@test "every signal ends the child, takes the file away, and ends us" {
	enc text.yaml
	numbers=$(python3 -c 'import signal
harmless = "CHLD CONT URG WINCH TSTP TTIN TTOU PIPE KILL STOP".split()
never = {getattr(signal, "SIG" + name) for name in harmless}
print(*sorted(set(signal.valid_signals()) - never))')
	for number in $numbers; do
		rm -f started
		ulimit -c 0
		try signalled "$SEALEAF" exec-file --no-fifo text.yaml \
		    ': >started; exec sleep 20'
		rc $((128 + number))
		nothing_left
	done
	for number in 1 14 24 34; do
		rm -f started
		try signalled "$SEALEAF" exec-file text.yaml \
		    ': >started; exec sleep 20'
		rc $((128 + number))
		nothing_left
	done
}

@test "a clock that was set before ends it" {
	enc text.yaml
	try python3 -c 'import os, signal, sys
signal.alarm(2)
os.execv(sys.argv[1], sys.argv[1:])' "$SEALEAF" exec-file --no-fifo text.yaml \
	    'exec sleep 20'
	rc 142
	nothing_left
}

@test "EXF-01 EXF-02 EXF-03 EXF-04 the file" {
	enc text.yaml
	try sealeaf exec-file --output-type json text.yaml 'cat {}'
	rc 0
	err_empty
	[ "$(sed -n 2p "$out")" = '	"foo": "bar",' ]
	try sealeaf exec-file --no-fifo --filename foobar text.yaml 'echo {} {}'
	[[ "$(cat "$out")" == "$TMPDIR"/.sops*/foobar" $TMPDIR"/.sops*/foobar ]]
	try sealeaf exec-file text.yaml 'stat -c %A {} $(dirname {})'
	out_is "$(printf 'prw-------\ndrwx------')"
	try sealeaf exec-file --no-fifo text.yaml 'stat -c %A {}; cat {} {}'
	out_has "-rw-------"
	[ "$(grep -c 'foo: bar' "$out")" -eq 2 ]
	nothing_left
}

@test "EXF-05 EXF-06 EXF-07 EXF-08 EXF-09 EXF-11 ends and refusals" {
	enc text.yaml
	try sealeaf exec-file text.yaml 'exit 7'
	rc 7
	err_is "exit status 7"
	for name in /abs ../x a/../../x; do
		try sealeaf exec-file --filename "$name" text.yaml true
		rc 1
		err_is "The provided filename is not a local path."
	done
	try sealeaf exec-file --no-fifo --filename a/b text.yaml true
	rc 1
	err_has "no such file or directory"
	try sealeaf exec-file --input-type json text.yaml true
	rc 1
	try sealeaf exec-file --output-type binary text.yaml true
	rc 4
	try sealeaf exec-file text.yaml
	rc 1
	nothing_left
}

@test "EXF-10 for another user" {
	[ "$(id -u)" -eq 0 ] || skip "not root"
	enc text.yaml
	# The folders above the test's own are closed to others.
	TMPDIR=$(mktemp -d /tmp/sealeaf-test.XXXXXX)
	chmod 1777 "$TMPDIR"
	try sealeaf exec-file --user nobody --no-fifo text.yaml 'cat {}'
	ls -A "$TMPDIR"
	rmdir "$TMPDIR"
	rc 0
	out_has "foo: bar"
}

@test "EXF-12 a large file through the FIFO, and one nobody reads" {
	{ printf 'v: '; head -c 300000 /dev/zero | tr '\0' x; echo; } >big.yaml
	enc big.yaml
	try sealeaf exec-file big.yaml 'wc -c <{}'
	rc 0
	[ "$(tr -d ' ' <"$out")" -eq 300004 ]
	try sealeaf exec-file big.yaml 'head -c 1 {}'
	rc 0
	try sealeaf exec-file big.yaml true
	rc 0
	nothing_left
}

@test "Q-11 exec-file in the background keeps the file until the child ends" {
	enc text.yaml
	try sealeaf exec-file --background --no-fifo text.yaml \
	    'sleep 1; cat {} >done.tmp; mv done.tmp done'
	rc 0
	out_empty
	for i in $(seq 50); do
		[ -e done ] && break
		sleep 0.1
	done
	grep -q 'foo: bar' done
	for i in $(seq 50); do
		[ -z "$(ls -A "$TMPDIR")" ] && break
		sleep 0.1
	done
	nothing_left
}

@test "exec-env takes words that no shell reads" {
	enc text.yaml
	try sealeaf exec-env text.yaml -- printf '<%s>' 'a b' '$foo' '*' -- -n ''
	rc 0
	err_empty
	[ "$(cat "$out")" = '<a b><$foo><*><--><-n><>' ]
	try sealeaf exec-env text.yaml -- printenv foo bar
	rc 0
	out_is "$(printf 'bar\nmulti\nline')"
	# Flags of the command are the command's.
	try sealeaf exec-env --pristine text.yaml -- env -u bar
	rc 0
	out_is "foo=bar"
	try sealeaf exec-env --same-process text.yaml -- sh -c 'echo "$1:$foo"; exit 4' x y
	rc 4
	out_is "y:bar"
	err_empty
	try sealeaf exec-env text.yaml -- sh -c 'exit 3'
	rc 3
	err_is "exit status 3"
	cp text.yaml ./-o.yaml
	try sealeaf exec-env -- -o.yaml -- printenv foo
	rc 0
	out_is bar
}

@test "two arguments are a line for the shell, with -- or without" {
	enc text.yaml
	for args in "" first between last; do
		case $args in
		first) try sealeaf exec-env -- text.yaml 'echo "$foo" | cat' ;;
		between) try sealeaf exec-env text.yaml -- 'echo "$foo" | cat' ;;
		last) try sealeaf exec-env text.yaml 'echo "$foo" | cat' -- ;;
		*) try sealeaf exec-env text.yaml 'echo "$foo" | cat' ;;
		esac
		rc 0
		out_is bar
	done
	try sealeaf exec-file text.yaml -- 'stat -c %F {} {}'
	rc 0
	out_is "$(printf 'fifo\nfifo')"
	nothing_left
}

@test "words that name no program end as in a shell" {
	enc text.yaml
	try sealeaf exec-env text.yaml -- nosuchcmd x
	rc 127
	err_is 'exec: "nosuchcmd": executable file not found in $PATH'
	try sealeaf exec-env text.yaml -- ./nosuchcmd x
	rc 127
	err_has 'exec: "./nosuchcmd": '
	try sealeaf exec-env --same-process text.yaml -- ./plain.yaml x
	rc 126
	err_has 'exec: "./plain.yaml": '
	try sealeaf exec-file text.yaml -- nosuchcmd {}
	rc 127
	nothing_left
	# A file cannot choose the program that the words name.
	mkdir -p bin
	printf '#!/bin/sh\necho fooled\n' >bin/env
	chmod +x bin/env
	printf 'PATH: %s/bin\n' "$PWD" >path.yaml
	enc path.yaml
	try sealeaf exec-env path.yaml -- env -i
	rc 0
	out_empty
}

@test "exec-file takes words, and a file where {} stands twice" {
	enc text.yaml
	try sealeaf exec-file text.yaml -- stat -c '%F|%a' {}
	rc 0
	out_is "fifo|600"
	try sealeaf exec-file text.yaml -- head -n 1 {}
	out_is "foo: bar"
	try sealeaf exec-file text.yaml -- sh -c 'cat "$1"; cat "$2"' x {} {}
	rc 0
	[ "$(grep -c '^foo: bar$' "$out")" -eq 2 ]
	try sealeaf exec-file text.yaml -- stat -c '%F|%a' {} {}
	out_is "$(printf 'regular file|600\nregular file|600')"
	try sealeaf exec-file text.yaml -- echo 'in={},again={}'
	rc 0
	[[ $(cat "$out") =~ ^in=(/.*),again=(/.*)$ ]]
	[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
	try sealeaf exec-file --filename 'a b.yaml' text.yaml -- basename {} .yaml
	out_is "a b"
	nothing_left
}
