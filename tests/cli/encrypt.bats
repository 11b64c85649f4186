# SPDX-License-Identifier: Apache-2.0
# `sealeaf encrypt`: statuses, messages, selection, nothing written on failure.

load helper

NO_KEYS="config file not found, or has no creation rules, and no keys provided through command line options"

rule()
{
	printf 'creation_rules:\n  - age: %s\n' "$R1" >.sops.yaml
}

@test "ENC-01 a JSON file by a matching rule" {
	rule
	echo '{"foo": 2, "bar": "baz"}' >f.json
	try sealeaf encrypt f.json
	rc 0
	err_empty
	jq -e '.sops.age[0].recipient and (.foo | startswith("ENC[")) and
	    (.bar | startswith("ENC["))' "$out"
}

@test "ENC-02 a YAML file by a matching rule" {
	rule
	try sealeaf encrypt plain.yaml
	rc 0
	err_empty
	out_has 'a: ENC[AES256_GCM,data:'
	out_has 'b: ENC[AES256_GCM,data:'
	out_has 'sops:'
	out_has "$R1"
}

@test "ENC-03 YAML on standard input to JSON" {
	rule
	feed plain.yaml sealeaf encrypt --filename-override test.yaml \
		--output-type json
	rc 0
	jq -e '.a | startswith("ENC[")' "$out"
}

@test "ENC-04 standard input needs a name" {
	feed plain.yaml sealeaf encrypt --age "$R1"
	rc 8
	err_has "Error: must specify --filename-override when reading from stdin"
	out_empty
}

@test "ENC-05 standard input cannot be changed in place" {
	feed plain.yaml sealeaf encrypt --age "$R1" -i --filename-override a.yaml
	rc 8
	out_empty
	absent a.yaml
}

@test "ENC-06 in place and an output file exclude each other" {
	cp plain.yaml before
	try sealeaf encrypt --age "$R1" -i --output o plain.yaml
	rc 8
	err_has "Error: cannot operate on both --output and --in-place"
	absent o
	same before plain.yaml
}

@test "ENC-07 a missing file" {
	try sealeaf encrypt --age "$R1" missing.yaml
	rc 100
	err_has "Error: cannot operate on non-existent file \"$PWD/missing.yaml\""
	out_empty
}

@test "ENC-08 no keys from anywhere" {
	try sealeaf encrypt plain.yaml
	rc 1
	err_has "$NO_KEYS"
	out_empty
}

@test "ENC-09 an encrypted file is not encrypted again" {
	enc_yaml
	try sealeaf encrypt --age "$R1" enc.yaml
	rc 203
	err_has "The file you have provided contains a top-level entry called"
	out_empty
}

@test "ENC-10 dotenv keys that begin with sops_" {
	echo sops_x=1 >f.env
	try sealeaf encrypt --age "$R1" f.env
	rc 203
	out_empty
}

@test "ENC-11 the output type decides what is taken for metadata" {
	echo 'sops: 1' >f.yaml
	try sealeaf encrypt --age "$R1" --output-type dotenv f.yaml
	rc 0
	out_has 'sops=ENC['
}

@test "ENC-12 an empty YAML file holds no document" {
	: >f.yaml
	try sealeaf encrypt --age "$R1" f.yaml
	rc 92
	err_has "File cannot be completely empty, it must contain at least one document"
	out_empty
}

@test "ENC-13 an empty JSON file" {
	: >f.json
	try sealeaf encrypt --age "$R1" f.json
	rc 2
	err_has "Error unmarshalling file"
	out_empty
}

@test "ENC-14 empty dotenv, INI and binary files" {
	for f in f.env f.ini f.bin; do
		: >$f
		try sealeaf encrypt --age "$R1" $f
		rc 0
		err_empty
		try sealeaf encrypt --age "$R1" -i $f
		rc 0
		try sealeaf decrypt $f
		rc 0
		out_empty
	done
}

@test "ENC-15 a list or a scalar at the top, duplicate keys" {
	printf -- '- a\n- b\n' >list.yaml
	echo word >scalar.yaml
	printf 'a: 1\na: 2\n' >twice.yaml
	echo '[1, 2]' >list.json
	echo '"x"' >scalar.json
	for f in list.yaml scalar.yaml twice.yaml list.json scalar.json; do
		try sealeaf encrypt --age "$R1" $f
		rc 2
		out_empty
		err_has "Error unmarshalling file"
	done
}

@test "ENC-16 keys that are no strings" {
	for text in '1: x' 'true: x' '2020-01-01: x' '~: x' '1.5: x'; do
		echo "$text" >f.yaml
		try sealeaf encrypt --age "$R1" f.yaml
		rc 23
		out_empty
		err_has string
	done
	echo '"1": x' >f.yaml
	try sealeaf encrypt --age "$R1" f.yaml
	rc 0
}

@test "ENC-17 comments are encrypted too, inside lists as well" {
	cat >f.yaml <<-'END'
	# remark one
	list:
	  # remark two
	  - x # remark three
	END
	try sealeaf encrypt --age "$R1" f.yaml
	rc 0
	out_lacks remark
	[ "$(envelopes "$out")" -ge 5 ]
}

@test "ENC-18 truncated JSON is refused" {
	printf '{"a":' >f.json
	try sealeaf encrypt --age "$R1" f.json
	rc 2
	out_empty
}

@test "ENC-19 binary content takes no selection rule" {
	head -c 300 /dev/urandom >f.bin
	try sealeaf encrypt --age "$R1" --encrypted-regex x --input-type binary \
		f.bin
	rc 0
	[ "$(grep -c 'Using an encrypted regex does not make sense' "$err")" = 1 ]
	out_lacks encrypted_regex
	jq -e '.data | startswith("ENC[")' "$out"
}

@test "ENC-20 arbitrary bytes come back" {
	head -c 70000 /dev/urandom >f
	cp f before
	try sealeaf encrypt --age "$R1" -i f
	rc 0
	out_empty
	! cmp -s f before
	try sealeaf decrypt -i f
	rc 0
	same f before
}

@test "ENC-21 each of several documents gets a block" {
	printf 'a: 1\n---\nb: 2\n' >f.yaml
	cp f.yaml before
	try sealeaf encrypt --age "$R1" -i f.yaml
	rc 0
	[ "$(grep -c '^sops:' f.yaml)" = 2 ]
	try sealeaf decrypt f.yaml
	rc 0
	same "$out" before
}

@test "ENC-25 the filter of git: /dev/stdin as a path" {
	feed plain.yaml sealeaf --age "$R1" --encrypt --input-type binary \
		--output-type binary /dev/stdin
	rc 0
	cp "$out" sealed
	feed sealed sealeaf --decrypt --input-type binary --output-type binary \
		/dev/stdin
	rc 0
	same "$out" plain.yaml
}

@test "a bad recipient is named, and nothing is written (KEY-15)" {
	try sealeaf encrypt --age foo plain.yaml
	rc 1
	err_has 'unknown recipient type: "foo"'
	out_empty
}

@test "selection: a suffix keeps values clear by default" {
	printf 'a: 1\nb_unencrypted: two\n' >f.yaml
	try sealeaf encrypt --age "$R1" f.yaml
	rc 0
	out_has 'b_unencrypted: two'
	out_has 'a: ENC['
	out_has 'unencrypted_suffix: _unencrypted'
}

@test "selection: encrypted_regex, encrypted_suffix, unencrypted_regex" {
	printf 'open:\n  x: 1\nshut:\n  y: 2\n' >f.yaml
	for flags in '--encrypted-regex ^shut$' '--encrypted-suffix shut' \
		'--unencrypted-regex ^op' '--unencrypted-suffix pen'; do
		try sealeaf encrypt --age "$R1" $flags f.yaml
		rc 0
		out_has '  x: 1'
		out_has '  y: ENC['
		cp "$out" sealed.yaml
		try sealeaf decrypt sealed.yaml
		rc 0
		same "$out" f.yaml
	done
}

@test "selection: two rules at once" {
	try sealeaf encrypt --age "$R1" --encrypted-regex a \
		--encrypted-suffix b plain.yaml
	rc 8
	err_has "Error: cannot use more than one of"
	out_empty
}

@test "Q-05 a pattern that does not compile is refused before writing" {
	try sealeaf encrypt --age "$R1" --encrypted-regex '(' plain.yaml
	rc 1
	out_empty
	cp plain.yaml before
	try sealeaf encrypt --age "$R1" --encrypted-regex '(?!x)' -i plain.yaml
	rc 1
	same plain.yaml before
}

@test "the metadata says which rules hold" {
	try sealeaf encrypt --age "$R1,$R2" plain.yaml
	rc 0
	out_has 'version: 3.13.3'
	out_has "$R1"
	out_has "$R2"
	[ "$(grep -c 'BEGIN AGE ENCRYPTED FILE' "$out")" = 2 ]
	grep -Eq 'lastmodified: "20..-..-..T..:..:..Z"' "$out"
}

@test "two runs share no ciphertext" {
	sealeaf encrypt --age "$R1" plain.yaml >one
	sealeaf encrypt --age "$R1" plain.yaml >two
	! grep -o 'data:[^,]*,iv:[^,]*' one | grep -qFf - two
}
