# SPDX-License-Identifier: Apache-2.0
# The form without a command word, which most wrappers still use.

load helper

@test "LEG-01 encrypt, set and decrypt in place" {
	export SOPS_AGE_RECIPIENTS=$R1
	echo 'a: x' >f.yaml
	try sealeaf -e -i f.yaml
	rc 0
	try sealeaf --set '["a"] "aaa"' -i f.yaml
	rc 0
	try sealeaf -d -i f.yaml
	rc 0
	[ "$(cat f.yaml)" = 'a: aaa' ]
}

@test "LEG-02 LEG-03 decrypt and extract" {
	enc_yaml
	try sealeaf -d enc.yaml
	rc 0
	err_empty
	same "$out" plain.yaml
	try sealeaf -d --extract '["b"]' enc.yaml
	rc 0
	printf two | cmp - "$out"
}

@test "LEG-04 to an output file" {
	enc_yaml
	try sealeaf --decrypt --output o enc.yaml
	rc 0
	out_empty
	same o plain.yaml
}

@test "LEG-05 a missing file" {
	for mode in -d -e -r; do
		try sealeaf $mode missing
		rc 100
		out_empty
	done
}

@test "LEG-07 two modes at once" {
	enc_yaml
	try sealeaf -d -e --age "$R1" enc.yaml
	rc 0
	err_has "More than one command"
	same "$out" plain.yaml
}

@test "LEG-08 LEG-09 LEG-10 --set is in place" {
	export SOPS_AGE_RECIPIENTS=$R1
	echo '{"y": "old"}' >f.json
	sealeaf -e -i f.json
	try sealeaf --set '["z"] "x"' f.json
	rc 0
	try sealeaf --set '["y"]  "new"' f.json
	rc 0
	try sealeaf -d f.json
	[ "$(jq -r .z "$out")" = x ]
	[ "$(jq -r .y "$out")" = new ]
	cp f.json before
	try sealeaf --set '["z"]"x"' f.json
	rc 7
	err_has "Invalid --set format"
	same f.json before
}

@test "LEG-12 --set does not write to an output file" {
	export SOPS_AGE_RECIPIENTS=$R1
	echo '{"y": "old"}' >f.json
	sealeaf -e -i f.json
	try sealeaf --set '["z"] "x"' --output o f.json
	rc 0
	absent o
}

@test "LEG-13 --verbose tells about the data key" {
	enc_yaml
	try sealeaf --verbose -d enc.yaml
	rc 0
	err_has "Data key recovered successfully"
	same "$out" plain.yaml
}

@test "LEG-14 a comment selects what is encrypted" {
	printf 'a: 1\n# sops:enc\nb: two\nc: 3\n' >f.yaml
	try sealeaf --age "$R1" --encrypted-comment-regex sops:enc -e f.yaml
	rc 0
	out_has 'a: 1'
	out_has '# sops:enc'
	out_has 'b: ENC['
	out_has 'c: 3'
}

@test "LEG-15 --mac-only-encrypted" {
	try sealeaf --age "$R1" --mac-only-encrypted -e plain.yaml
	rc 0
	out_has 'mac_only_encrypted: true'
	cp "$out" e.yaml
	try sealeaf -d e.yaml
	rc 0
	same "$out" plain.yaml
}

@test "LEG-16 no standard input without a path" {
	enc_yaml
	feed enc.yaml sealeaf -d --input-type yaml
	rc 100
	err_has "Error: no file specified"
}

@test "in place and an output file exclude each other" {
	enc_yaml
	cp enc.yaml before
	try sealeaf -d -i --output o enc.yaml
	rc 8
	absent o
	same enc.yaml before
}

@test "LEG-06 keys of a missing file" {
	for args in "-r --add-age $R2 missing" "--add-age $R2 missing" \
	    "--rm-pgp A missing"; do
		try sealeaf $args
		rc 49
		out_empty
		err_has 'use `--kms` and `--pgp` instead'
	done
	absent missing
}

@test "LEG-17 the override's name chooses the example" {
	cat >"$BATS_TEST_TMPDIR/ed" <<-'END'
		#!/bin/sh
		cat "$1"
		echo '{"new": 1}' >"$1"
	END
	chmod +x "$BATS_TEST_TMPDIR/ed"
	EDITOR=$BATS_TEST_TMPDIR/ed try sealeaf --age "$R1" \
	    --filename-override x.json new.yaml
	rc 0
	err_empty
	out_has '"example_key": "example_value"'
	absent x.json
	jq -e .sops new.yaml
}

@test "LEG-18 editing without a command wants a rule that fits" {
	enc_yaml
	printf 'creation_rules:\n- path_regex: nothing\n' >.sops.yaml
	EDITOR=true try sealeaf enc.yaml
	rc 1
	out_empty
	err_has "no matching creation rules found"
	EDITOR=true try sealeaf edit enc.yaml
	rc 200
}

@test "LEG-11 where --set is split" {
	echo '{"z": 1}' >f.json
	sealeaf encrypt --age "$R1" -i f.json
	try sealeaf --set '["z"] "a] b"' f.json
	rc 0
	out_empty
	try sealeaf decrypt --extract '["z"]' f.json
	[ "$(cat "$out")" = "a] b" ]
	try sealeaf --set '["a] b"] "v"' f.json
	rc 7
	out_empty
}

@test "Q-19 a word like a command is a file, but is asked about" {
	export EDITOR=true
	for pair in "encryp encrypt" "updatekys updatekeys" "edti edit"; do
		set -- $pair
		try sealeaf "$1" enc.yaml
		rc 1
		out_empty
		err_has "config file not found, or has no creation rules"
		err_has "hint: \"$1\" was taken for a file; there is a command $2"
	done
	for name in bogus encryp.yaml ./encryp; do
		try sealeaf $name
		rc 1
		err_lacks "taken for a file"
	done
}

@test "a word like a command is answered before an editor starts" {
	printf 'creation_rules:\n- age: %s\n' "$R1" >.sops.yaml
	printf '#!/bin/sh\n: >started\necho x: 1 >"$1"\n' >ed
	chmod +x ed
	export EDITOR=$PWD/ed
	for pair in "decryp decrypt" "version --version" "Encrypt encrypt"; do
		set -- $pair
		try sealeaf "$1"
		rc 1
		out_empty
		err_has "\"$1\" is no command, and no file of that name is here"
		err_has "there is a command $2"
		absent started "$1"
	done
	# A file of that name still opens, and another word is a new file.
	sealeaf encrypt --input-type binary --output-type binary plain.yaml >decryp
	try sealeaf decryp
	rc 0
	rm started
	try sealeaf edit version
	rc 0
	rm started
	try sealeaf ./encryp
	rc 0
}
