# SPDX-License-Identifier: Apache-2.0
# The calls that other programs make, as they make them: helm-secrets,
# Ansible's community.sops, the extensions for VS Code, IntelliJ, Emacs and
# vim, mise, direnv, git. They run "sops", so this is a link of that name.

load helper

also_setup()
{
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$SEALEAF" "$BATS_TEST_TMPDIR/bin/sops"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	K2=$KEYS/age-2.txt
}

rule()
{
	printf 'creation_rules:\n- age: %s\n' "$R1" >.sops.yaml
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

# merged CMD...: both streams in one file, as programs see them that ask so.
merged()
{
	"$@" 2>&1
}

# --- helm-secrets ---

@test "WRP-01 helm-secrets: --verbose says that there is a key" {
	enc_yaml
	try sops --verbose --decrypt --input-type yaml --output-type yaml enc.yaml
	rc 0
	same "$out" plain.yaml
	err_has "Data key recovered successfully"
}

@test "WRP-02 helm-secrets: the user's own arguments in front" {
	enc_yaml
	try sops --verbose --output-type yaml --decrypt --input-type yaml \
	    --output-type yaml enc.yaml
	rc 0
	same "$out" plain.yaml
	try sops --output-type json --decrypt --input-type yaml \
	    --output-type yaml enc.yaml
	same "$out" plain.yaml
}

@test "WRP-03 helm-secrets: encryption in place is silent" {
	rule
	cp plain.yaml f
	try sops --encrypt --input-type yaml --output-type yaml --in-place f
	rc 0
	out_empty
	err_empty
	grep -q ENC f
	# How it tells encrypted files.
	grep -q 'mac.*,type:str]' f
	grep -Eq '^sops:[[:space:]]*$' f
	printf text >g
	try sops --encrypt --input-type binary --output-type binary --in-place g
	rc 0
	grep -q '"data": "ENC' g
}

@test "WRP-04 helm-secrets: binary content with its last newlines" {
	rule
	printf 'x\n\n\n' >f
	cp f before
	try sops --encrypt --input-type binary --output-type binary --in-place f
	rc 0
	try sops --decrypt --input-type binary --output-type binary f
	rc 0
	same "$out" before
}

@test "WRP-05 helm-secrets: odd names" {
	rule
	editor append <<<'echo "c: 3" >>"$1"'
	mkdir "a b"
	for name in "a b/s p.yaml" "a b/it's.yaml" 'a b/$x&(y)[1].yaml' \
	    "a b/ü ~.yaml" 'a b/"q".yaml' 'a b/new
line.yaml'; do
		cp plain.yaml "$name"
		try sops --encrypt --input-type yaml --output-type yaml \
		    --in-place "$name"
		rc 0
		err_empty
		try sops --input-type yaml --output-type yaml "$name"
		rc 0
		err_empty
		try sops --decrypt --input-type yaml --output-type yaml "$name"
		rc 0
		out_is "$(printf 'a: 1\nb: two\nc: 3')"
	done
}

@test "WRP-06 helm-secrets: carriage returns" {
	rule
	printf 'a: 1\r\nb: two\r\n' >f.yaml
	try sops --encrypt --in-place f.yaml
	rc 0
	try sops --decrypt f.yaml
	rc 0
	err_empty
	out_has "b: two"
	try sops --decrypt --extract '["b"]' f.yaml
	[ "$(cat "$out")" = two ]
	# A file encrypted elsewhere, brought here by a program that changes
	# line ends.
	enc_yaml
	sed -i 's/$/\r/' enc.yaml
	try sops --decrypt enc.yaml
	rc 0
	err_empty
}

@test "WRP-07 helm-secrets: nothing to edit and no keys" {
	EDITOR=true try sops --input-type yaml --output-type yaml nonexists
	rc 1
	out_empty
	err_has "config file not found, or has no creation rules, and no keys provided through command line options"
}

@test "WRP-08 helm-secrets: a new file in the editor" {
	rule
	editor write <<<'echo "hello: world" >"$1"'
	try sops --input-type yaml --output-type yaml new
	rc 0
	out_empty
	err_empty
	try sops --decrypt --input-type yaml --output-type yaml new
	out_is "hello: world"
}

@test "WRP-09 helm-secrets: a document in a variable" {
	sealeaf encrypt --age "$R1" --output-type json --output e plain.yaml
	json=$(cat e)
	echo "$json" >piped
	feed piped sops --decrypt --input-type json --output-type json /dev/stdin
	rc 0
	err_empty
	[ "$(cat "$out")" = '{
	"a": 1,
	"b": "two"
}' ]
	echo "$json" | sops --decrypt --input-type json --output-type json \
	    /dev/stdin | cmp - "$out"
}

# --- community.sops ---

@test "WRP-10 Ansible: a file that is not encrypted" {
	try sops decrypt plain.yaml
	rc 1
	out_empty
	[ "$(head -n 1 "$err")" = "sops metadata not found" ]
}

@test "WRP-11 Ansible: the wrong identity" {
	enc_yaml
	SOPS_AGE_KEY_FILE=$K2 try sops decrypt enc.yaml
	rc 128
	out_empty
}

@test "WRP-12 Ansible: --extract with single quotes" {
	printf 'foo: 1\nbaz:\n    bar:\n        - first\n        - 2\n' >f.yaml
	for type in yaml json; do
		sealeaf encrypt --age "$R1" --output-type $type f.yaml >e.$type
		try sops decrypt --extract "['baz']['bar'][0]" e.$type
		rc 0
		err_empty
		printf first | cmp - "$out"
	done
}

@test "WRP-13 Ansible: the types that flags say, under any suffix" {
	printf '{\n\t"a": 1\n}\n' >json
	printf 'a: 1\n' >yaml
	printf 'a: 1\n' >binary
	for type in json yaml binary; do
		for suffix in yaml json env txt; do
			cp $type f.$suffix
			try sops encrypt --age "$R1" --input-type $type \
			    --output-type $type f.$suffix
			rc 0
			cp "$out" f.$suffix
			try sops decrypt --input-type $type --output-type $type \
			    f.$suffix
			rc 0
			same "$out" $type
		done
	done
	cp json f.txt
	sealeaf encrypt --age "$R1" --input-type json --output-type json -i f.txt
	try sops decrypt --input-type json --output-type yaml f.txt
	rc 0
	out_is "a: 1"
}

@test "WRP-14 Ansible: encryption under a name, in its folder" {
	printf 'creation_rules:\n- path_regex: ^dir/secret\n  age: %s\n' "$R1" \
	    >.sops.yaml
	mkdir dir
	cd dir
	feed ../plain.yaml sops encrypt --input-type yaml --output-type yaml \
	    --filename-override secret.yaml /dev/stdin
	rc 0
	err_empty
	out_has "recipient: $R1"
	feed ../plain.yaml sops encrypt --input-type yaml --output-type yaml \
	    --filename-override other.yaml /dev/stdin
	rc 1
	out_empty
}

@test "WRP-15 Ansible: several identities in one file" {
	cat "$KEYS/age-3.txt" "$K2" "$KEYS/age-1.txt" >all
	cat "$KEYS/age-1.txt" "$K2" >some
	for to in "$R1" "$R2" "$R2,$R3" "$R1,$R2,$R3"; do
		sealeaf encrypt --age "$to" --output e.yaml plain.yaml
		for file in all some; do
			SOPS_AGE_KEY_FILE=$file try sops decrypt e.yaml
			rc 0
			err_empty
			same "$out" plain.yaml
		done
	done
	sealeaf encrypt --age "$R3" --output e.yaml plain.yaml
	SOPS_AGE_KEY_FILE=some try sops decrypt e.yaml
	rc 128
}

@test "WRP-16 Ansible: SOPS_AGE_KEY with one line or many" {
	enc_yaml
	unset SOPS_AGE_KEY_FILE
	one=$(grep -v '^#' "$KEYS/age-1.txt")
	many=$(cat "$K2" "$KEYS/age-1.txt" "$KEYS/age-3.txt")
	for keys in "$one" "$many"; do
		SOPS_AGE_KEY=$keys try sops decrypt enc.yaml
		rc 0
		err_empty
		same "$out" plain.yaml
	done
}

@test "WRP-17 Ansible, IntelliJ, Emacs: the version" {
	for args in "--version --disable-version-check" --version; do
		try sops $args
		rc 0
		err_empty
		grep -Eq '^sops [0-9]+\.[0-9]+\.[0-9]+' "$out"
		[ "$(grep -oE '[0-9]+\.[0-9]+\.[0-9]+' "$out" | head -n 1)" = \
		    3.13.3 ]
	done
	try sops --help
	rc 0
}

@test "WRP-18 Ansible: filestatus" {
	enc_yaml
	try sops filestatus enc.yaml
	rc 0
	err_empty
	jq -e '.encrypted == true' "$out"
	try sops filestatus plain.yaml
	rc 0
	err_empty
	jq -e '.encrypted == false' "$out"
}

# --- VS Code ---

@test "WRP-19 VS Code: /dev/null for a configuration" {
	enc_yaml
	cp enc.yaml tmp
	for config in 'creation_rules: [' 'creation_rules: []'; do
		echo "$config" >.sops.yaml
		try sops --config /dev/null --output-type yaml --input-type yaml \
		    --decrypt tmp
		rc 0
		err_empty
		same "$out" plain.yaml
		try sops --aws-profile p --ignore-mac --config /dev/null \
		    --output-type yaml --input-type yaml --decrypt tmp
		rc 0
		err_empty
	done
}

@test "WRP-20 VS Code: of two configurations the second" {
	rule
	mv .sops.yaml copied
	cp plain.yaml tmp
	try sops --config /dev/null --config copied --output-type yaml \
	    --input-type yaml --encrypt tmp
	rc 0
	err_empty
	out_has "recipient: $R1"
	printf 'creation_rules:\n- path_regex: nothing\n  age: %s\n' "$R1" >none
	try sops --config /dev/null --config none --output-type yaml \
	    --input-type yaml --encrypt tmp
	rc 1
	out_empty
	err_has "no matching creation rules found"
}

@test "WRP-21 VS Code: a type that is none" {
	printf 'some text\n\n' >f
	rule
	try sops --input-type plaintext --output-type plaintext --encrypt f
	rc 0
	err_empty
	cp "$out" e
	try sops --input-type plaintext --output-type plaintext --decrypt e
	rc 0
	err_empty
	same "$out" f
}

@test "WRP-22 VS Code: an editor that copies a file" {
	enc_yaml
	cp enc.yaml tmp
	printf 'a: 1\nb: three\n' >prepared
	editor copy <<<"cp '$PWD/prepared' \"\$1\""
	try sops --config /dev/null --output-type yaml --input-type yaml tmp
	rc 0
	out_empty
	err_empty
	try sops -d --input-type yaml --output-type yaml tmp
	same "$out" prepared
	cp tmp before
	try sops --config /dev/null --output-type yaml --input-type yaml tmp
	rc 200
	same tmp before
}

# --- IntelliJ, Emacs, vim ---

@test "WRP-23 IntelliJ: the editor's streams are ours" {
	enc_yaml
	mkdir "my editor"
	cat >"my editor/ed.sh" <<-'END'
		#!/bin/sh
		echo MARKER
		cat >"$1"
	END
	chmod +x "my editor/ed.sh"
	printf 'a: 1\nb: new\n' >text
	EDITOR="$PWD/my\\ editor/ed.sh" feed text sops edit enc.yaml
	rc 0
	out_is MARKER
	err_empty
	try sops decrypt enc.yaml
	same "$out" text
}

@test "WRP-24 IntelliJ: the document on standard input, with its name" {
	enc_yaml
	feed enc.yaml sops decrypt --filename-override enc.yaml
	rc 0
	err_empty
	same "$out" plain.yaml
	rule
	cp plain.yaml f.yaml
	try sops encrypt --in-place f.yaml
	rc 0
	out_empty
	err_empty
}

@test "WRP-25 Emacs: both streams merged are the document" {
	rule
	feed plain.yaml merged sops --filename-override F.yaml --encrypt /dev/stdin
	rc 0
	cp "$out" F.yaml
	[ "$(sed -n 3p F.yaml)" = sops: ]
	try merged sops -d F.yaml
	rc 0
	same "$out" plain.yaml
}

@test "vim-sops: EDITOR of several words" {
	enc_yaml
	editor vim <<-'END'
		[ "$1 $2 $3" = "--servername X --remote-wait" ] || exit 1
		[ "$(basename "$4")" = enc.yaml ] || exit 1
		echo "c: 3" >>"$4"
	END
	EDITOR="$EDITOR --servername X --remote-wait" try merged sops enc.yaml
	rc 0
	out_empty
	try merged sops -d enc.yaml
	out_is "$(printf 'a: 1\nb: two\nc: 3')"
}

# --- mise, direnv, git ---

@test "WRP-26 mise: standard input without a name" {
	for type in yaml json; do
		sealeaf encrypt --age "$R1" --output-type $type plain.yaml >e
		sealeaf decrypt --input-type $type --output-type $type e >p
		feed e sops decrypt --input-type $type --output-type $type
		rc 0
		err_empty
		same "$out" p
	done
}

@test "WRP-27 direnv: YAML to variables" {
	printf 'A: 1\nB: two words\nC: |\n    x\n    y\nE:\n    F: deep\n' >f.yaml
	sealeaf encrypt --age "$R1" -i f.yaml
	try sops -d --output-type dotenv --extract "['E']" f.yaml
	rc 0
	err_empty
	out_is F=deep
	printf 'A: 1\nB: two words\nC: |\n    x\n    y\n' >f.yaml
	sealeaf encrypt --age "$R1" -i f.yaml
	try sops -d --output-type dotenv f.yaml
	rc 0
	err_empty
	out_is 'A=1
B=two words
C=x\ny\n'
}

@test "WRP-28 pre-commit: every leaf is encrypted" {
	printf 'a:\n    b:\n        - 1\n        - x: two\n    e: ""\n' >f.yaml
	sealeaf encrypt --age "$R1" --output-type json f.yaml >e.json
	sealeaf encrypt --age "$R1" -i f.yaml
	grep -q 'ENC\[AES256_GCM' f.yaml
	jq -e '[del(.sops) | .. | scalars | select(. != "" and
	    (tostring | startswith("ENC[") | not))] == []' e.json
	jq -e 'has("sops")' e.json
}

@test "WRP-29 git: clean and smudge" {
	head -c 3000 /dev/urandom >f
	rule
	feed f sops --encrypt --input-type binary --output-type binary /dev/stdin
	rc 0
	err_empty
	cp "$out" e
	feed e sops --decrypt --input-type binary /dev/stdin
	rc 0
	err_empty
	same "$out" f
	command -v git >/dev/null || return 0
	git init -q repo
	mv .sops.yaml repo
	cd repo
	git config filter.s.clean "sops --encrypt --input-type binary \
--output-type binary /dev/stdin"
	git config filter.s.smudge "sops --decrypt --input-type binary \
--output-type binary /dev/stdin"
	git config filter.s.required true
	echo 'secret filter=s' >.gitattributes
	cp ../f secret
	git add secret
	git show :secret | grep -q 'ENC\[AES256_GCM'
	rm secret
	git checkout -q secret
	same secret ../f
}

@test "WRP-30 git: textconv" {
	command -v git >/dev/null || skip "no git"
	git init -q repo
	cd repo
	cp ../plain.yaml s.yaml
	sealeaf encrypt --age "$R1" -i s.yaml
	echo '*.yaml diff=sops' >.gitattributes
	git config diff.sops.textconv 'sops decrypt'
	git add .
	printf 'a: 1\nb: three\n' >s.yaml
	sealeaf encrypt --age "$R1" -i s.yaml
	try git diff s.yaml
	rc 0
	err_empty
	out_has "-b: two
+b: three"
	mkdir "$BATS_TEST_TMPDIR/x"
	cp s.yaml "$BATS_TEST_TMPDIR/x/file.yaml"
	try sops decrypt "$BATS_TEST_TMPDIR/x/file.yaml"
	rc 0
	out_has "b: three"
}
