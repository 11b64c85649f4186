# SPDX-License-Identifier: Apache-2.0
# lint: mistakes found without a key.

load helper

also_setup()
{
	export SOPS_AGE_KEY_FILE=
}

# says WHERE LEVEL CHECK: there is such a finding.
says()
{
	grep -qE "^$1: $2: .* \[$3\]\$" "$out" && return
	echo "-- no such finding: $*"
	return 1
}

rule()
{
	printf 'creation_rules:\n- age: %s\n' "$R1" >.sops.yaml
}

@test "clean files" {
	rule
	sealeaf encrypt --output enc.yaml plain.yaml
	try sealeaf lint plain.yaml enc.yaml .sops.yaml
	rc 0
	out_empty
	err_empty
	try sealeaf lint --json plain.yaml
	out_is '[]'
	try sealeaf lint
	rc 100
}

@test "spellings that SOPS changes" {
	cat >a.yaml <<'END'
octal: 0644
hex: 0x1F
under: 1_000
day: 2020-01-01
fold: >
  some
  text
escape: "\x41"
anchor: &a {x: 1}
alias: *a
m:
  <<: *a
yes: True
real: 1.50
fine: 1.5
also: 'single'
END
	try sealeaf lint a.yaml
	rc 0
	err_empty
	for at in 1:8 2:6 3:8 4:6 5:7 8:9 13:6 14:7; do
		says "a.yaml:$at" warning spelling
	done
	says a.yaml:10:8 warning alias
	says a.yaml:12:7 warning alias
	[ "$(grep -c '\[' "$out")" = 10 ]
	out_has 'octal, hexadecimal or binary at octal'
	out_has '    hint: sealeaf keeps the spelling'
	try sealeaf lint --strict a.yaml
	rc 1
	printf '{"a": "\\u00e9", "b": "x"}' >a.json
	try sealeaf lint a.json
	says a.json:1:7 warning spelling
	printf '[s]\nx = 1\n; the end\n' >a.ini
	try sealeaf lint a.ini
	says a.ini:3:1 warning ini-comment
}

@test "plain files that cannot be encrypted" {
	printf 'a: 1\nsops: x\n' >a.yaml
	printf 'a: 1\nsops:\n  x: 1\n' >b.yaml
	printf 'a: [\n' >c.yaml
	printf 'a: ENC[AES256_GCM,data:x]\n' >d.yaml
	printf 'sops_x=1\n' >e.env
	try sealeaf lint a.yaml b.yaml c.yaml d.yaml e.env gone.yaml
	rc 1
	says a.yaml:2:7 error reserved-name
	says b.yaml error metadata
	says c.yaml:2:1 error syntax
	says d.yaml:1:4 error no-metadata
	says e.env error metadata
	says gone.yaml error read
}

@test "encrypted files against their rule" {
	printf 'a: 1\nb: two\nc: three\nd: 0x10\n' >a.yaml
	sealeaf encrypt --age "$R1" --output enc.yaml a.yaml
	try sealeaf lint enc.yaml
	rc 0
	out_empty
	try sealeaf lint --verbose enc.yaml
	rc 0
	says 'enc.yaml:[0-9]*:1' note sealed-spelling
	sed -i 's/^b: .*/b: hunter2/; s/^c: /c_unencrypted: /' enc.yaml
	sed -i 's/^    mac: .*/    mac: ""/' enc.yaml
	try sealeaf lint enc.yaml
	rc 1
	says enc.yaml:2:4 error clear
	says enc.yaml:3:16 error not-selected
	says 'enc.yaml:[0-9]*:1' error mac
	out_lacks hunter2
	try sealeaf lint --json enc.yaml
	rc 1
	out_has '{"file": "enc.yaml", "line": 2, "column": 4, "level": "error", "check": "clear", "text": "the value at b is clear'
	if type -P python3; then
		python3 -m json.tool "$out"
	fi
}

@test "rules that select nothing" {
	printf 'creation_rules:\n- age: %s\n  encrypted_regex: ^pass$\n' "$R1" \
	    >.sops.yaml
	try sealeaf lint plain.yaml
	rc 0
	says plain.yaml:1:1 warning selects-nothing
	sealeaf encrypt --output enc.yaml plain.yaml
	try sealeaf lint --strict enc.yaml
	rc 1
	says enc.yaml:1:1 warning selects-nothing
	printf 'creation_rules:\n- age: %s\n  path_regex: x\n' "$R1" >.sops.yaml
	try sealeaf lint plain.yaml
	rc 1
	says plain.yaml error no-rule
}

@test "configuration: names" {
	cat >.sops.yaml <<END
creation_rulez: []
my_own_things: 1
creation_rules:
- encrypted-regex: ^a
  Age: x
  age: $R1
  quite_other: 1
- key_groups:
  - pgpp: [x]
    kms: [{arm: x}]
    age: [$R1]
destination_rules:
- s3_buket: x
END
	try sealeaf lint .sops.yaml
	rc 1
	says .sops.yaml:1:1 error unknown-name
	says .sops.yaml:4:3 error unknown-name
	says .sops.yaml:5:3 error unknown-name
	says .sops.yaml:7:3 warning unknown-name
	says .sops.yaml:9:5 error unknown-name
	says .sops.yaml:10:12 error unknown-name
	says .sops.yaml:13:3 error unknown-name
	out_lacks my_own_things
	out_has 'did you mean "encrypted_regex"?'
	out_has 'did you mean "creation_rules"?'
}

@test "configuration: rules that are never reached" {
	cat >.sops.yaml <<END
creation_rules:
- path_regex: \\.yaml\$
  age: $R1
- path_regex: secrets/.*\\.yaml\$
  age: $R1
- path_regex: \\.yaml\$
  age: $R1
- path_regex: \\.yaml
  age: $R1
- age: $R1
- path_regex: \\.json\$
  age: $R1
END
	try sealeaf lint .sops.yaml
	rc 0
	says .sops.yaml:4:15 warning shadowed-rule
	says .sops.yaml:6:15 warning shadowed-rule
	says .sops.yaml:11:15 warning shadowed-rule
	[ "$(grep -c shadowed "$out")" = 3 ]
}

@test "configuration: patterns, rules and keys" {
	cat >.sops.yaml <<END
creation_rules:
- path_regex: ^/etc/
  age: $R1
  encrypted_regex: (?=x)
  encrypted_suffix: _x
- path_regex: x(
  age: nobody
- path_regex: y
- path_regex: z
  key_groups:
  - age: [$R1]
  - age: [$R1]
  - {}
  pgp: FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4
  shamir_threshold: 4
- path_regex: w
  age: $R1
  shamir_threshold: 2
END
	try sealeaf lint .sops.yaml
	rc 1
	says .sops.yaml:2:15 warning pattern
	says .sops.yaml:4:20 error pattern
	says '.sops.yaml:[45]:[0-9]*' error two-rules
	says .sops.yaml:6:15 error pattern
	says '.sops.yaml:6:[0-9]*' error keys
	says '.sops.yaml:8:[0-9]*' error no-keys
	says .sops.yaml:14:8 error ignored-key
	says .sops.yaml:15:21 error threshold
	says .sops.yaml:15:21 error no-keys
	says .sops.yaml:15:21 warning shared-key
	says .sops.yaml:18:21 warning threshold
	out_has "did you mean" && return 1
	echo 'creation_rules: [' >.sops.yaml
	try sealeaf lint plain.yaml
	rc 1
	says '.sops.yaml:2:1' error syntax
}

@test "a clear comment at the top has a place and a name" {
	printf '# yamllint disable\nl:\n- x\n' >f.yaml
	sealeaf encrypt --age "$R1" f.yaml |
		sed 's/^#ENC.*/# yamllint disable/' >e.yaml
	try sealeaf lint e.yaml
	rc 0
	out_has 'e.yaml:1:1: warning: a comment at the top of the file is clear'
	printf '# note\nA=1\n' >f.env
	sealeaf encrypt --age "$R1" f.env | sed 's/^#ENC.*/# note/' >e.env
	try sealeaf lint e.env
	out_has 'e.env:1:1: warning: a comment at the top of the file is clear'
	printf 'l:\n- x\nm:\n  # in\n  a: 1\n' >f.yaml
	sealeaf encrypt --age "$R1" f.yaml | sed 's/#ENC.*/# in/' >e.yaml
	try sealeaf lint e.yaml
	out_has 'e.yaml:4:3: warning: a comment in m is clear'
}

@test "a list with comments, where SOPS counts other positions" {
	printf 'users:\n  # the administrator\n  - alice\n  - bob\n' >f.yaml
	printf 'm:\n- a\n# last\nn: [x, y]\n# c\no:\n  # d\n  p: 1\n' >g.yaml
	try sealeaf lint f.yaml g.yaml
	rc 0
	out_has 'f.yaml:2:3: note: the list at users holds comments'
	[ "$(grep -c list-comment "$out")" = 1 ]
	sealeaf encrypt --age "$R1" f.yaml >e.yaml
	try sealeaf lint e.yaml
	out_has 'e.yaml:2:3: note: the list at users holds comments'
	export SOPS_AGE_KEY_FILE=$KEYS/age-1.txt
	[ "$(sealeaf decrypt --extract '["users"][1]' e.yaml)" = bob ]
}

@test "a plain file that a rule names by its path" {
	printf 'creation_rules:\n- path_regex: ^secrets/\n  age: %s\n  encrypted_regex: ^b$\n- age: %s\n' \
	    "$R1" "$R1" >.sops.yaml
	mkdir secrets
	cp plain.yaml secrets/
	echo 'a: 1' >secrets/clear.yaml
	echo hidden-words >secrets/key.pem
	try sealeaf lint plain.yaml
	rc 0
	out_empty
	try sealeaf lint secrets/plain.yaml
	rc 1
	says secrets/plain.yaml:2:4 error not-encrypted
	out_has 'path_regex ^secrets/ of creation rule 1'
	try sealeaf lint secrets/key.pem
	rc 1
	says secrets/key.pem:1:1 error not-encrypted
	out_lacks hidden-words
	try sealeaf lint secrets/clear.yaml
	rc 0
	sealeaf encrypt -i secrets/plain.yaml
	try sealeaf lint secrets/plain.yaml
	rc 0
}

@test "damaged envelopes" {
	sealeaf encrypt --age "$R1" plain.yaml >enc.yaml
	sed '1s/data:./data:!/' enc.yaml >data.yaml
	sed '1s/,tag:[^,]*,/,tag:AAAA,/' enc.yaml >tag.yaml
	sed '1s/,type:int]/,type:in/' enc.yaml >cut.yaml
	sed '1s/,iv:[^,]*//' enc.yaml >iv.yaml
	for name in data tag cut iv; do
		try sealeaf lint $name.yaml
		rc 1
		says $name.yaml:1:4 error envelope
	done
	sed '/mac: /s/,tag:[^,]*,/,tag:AAAA,/' enc.yaml >mac.yaml
	try sealeaf lint mac.yaml
	rc 1
	says 'mac.yaml:[0-9]*:1' error mac
	try sealeaf lint enc.yaml
	rc 0
}

@test "conflict markers have a sentence of their own" {
	local said="the file holds the conflict markers of a merge that was not resolved"

	rule
	sealeaf encrypt plain.yaml >enc.yaml
	{ echo '<<<<<<< HEAD'; cat enc.yaml; echo =======; cat enc.yaml
		echo '>>>>>>> theirs'; } >both.yaml
	sed '1s/.*/<<<<<<< ours\r/; s/^=======$/&\r/' both.yaml >crlf.yaml
	sealeaf encrypt --output-type json plain.yaml >enc.json
	{ echo '{'; echo '<<<<<<< HEAD'; echo '"a": 1'; echo '||||||| base'
		echo =======; echo '"a": 2'; echo '>>>>>>> x'; echo '}'; } >both.json
	printf 'A=1\n<<<<<<< HEAD\nB=1\n=======\nB=2\n>>>>>>> x\n' >both.env
	for at in both.yaml:1:1 crlf.yaml:1:1 both.json:2:1 both.env:2:1; do
		file=${at%%:*}
		try sealeaf lint "$file"
		rc 1
		says "$at" error syntax
		out_has "$said"
		for command in decrypt edit "decrypt -i" rotate "-d"; do
			EDITOR=true try sealeaf $command "$file"
			rc 1
			out_empty
			err_has "$at: "
			err_has "$said"
			err_has "git checkout --ours"
		done
		try sealeaf encrypt "$file"
		rc 2
		err_has "$at: Error unmarshalling file: $said"
	done
	# Text that shows markers is nobody's mistake.
	printf 'a: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> x\n' >text.yaml
	try sealeaf encrypt text.yaml
	rc 0
	{ echo '<<<<<<< HEAD'; cat .sops.yaml; echo =======
		echo '>>>>>>> x'; } >broken
	mv broken .sops.yaml
	try sealeaf encrypt plain.yaml
	rc 1
	err_has ".sops.yaml:1:1: error loading config: Could not unmarshal config file: $said"
}

@test "folders: what is secret in them, and nothing else" {
	printf 'creation_rules:\n- path_regex: secret\n  age: %s\n' "$R1" \
	    >.sops.yaml
	mkdir -p tree/deep tree/.git
	printf 'a: {{ x }}\nb: 0644\n' >tree/template.yaml
	printf '// note\n{}\n' >tree/settings.json
	echo '# ENC[AES256_GCM,data:x' >tree/README.md
	cp plain.yaml tree/deep/secret.yaml
	cp plain.yaml tree/.git/secret.yaml
	cp plain.yaml tree/deep/my-secret-2.yaml
	sealeaf encrypt -i tree/deep/my-secret-2.yaml
	ln -s ../deep tree/deep/loop
	try sealeaf lint tree
	rc 1
	says tree/deep/secret.yaml:1:4 error not-encrypted
	[ "$(grep -c '\[' "$out")" = 1 ]
	try sealeaf lint tree/
	says tree/deep/secret.yaml:1:4 error not-encrypted
	sealeaf encrypt -i tree/deep/secret.yaml
	try sealeaf lint tree .
	rc 0
	out_empty
	sed -i '/mac: /d' tree/deep/secret.yaml
	try sealeaf lint .
	rc 1
	says './tree/deep/secret.yaml:[0-9]*:1' error mac
	try sealeaf lint missing-folder
	rc 1
}
