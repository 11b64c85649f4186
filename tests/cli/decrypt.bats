# SPDX-License-Identifier: Apache-2.0
# `sealeaf decrypt`: output, extraction, and that nothing gets out unverified.

load helper

nested()
{
	cat >nested.yaml <<-'END'
	top:
	  map:
	    k: v
	    num: 5
	  list:
	    - one
	    - 2
	text: |-
	  multi
	  line
	END
	sealeaf encrypt --age "$R1" --output nested.enc.yaml nested.yaml
}

@test "DEC-01 standard input with types" {
	printf '# head\na: 1 # tail\n' >f.yaml
	sealeaf encrypt --age "$R1" --output e.yaml f.yaml
	feed e.yaml sealeaf decrypt --input-type yaml --output-type yaml
	rc 0
	err_empty
	out_lacks sops
	same "$out" f.yaml
}

@test "DEC-02 standard input with a name" {
	enc_yaml
	feed enc.yaml sealeaf decrypt --filename-override x.yaml
	rc 0
	same "$out" plain.yaml
}

@test "DEC-03 standard input is binary when nothing says otherwise" {
	enc_yaml
	feed enc.yaml sealeaf decrypt
	rc 1
	out_empty
	err_has "Could not unmarshal input data"
}

@test "DEC-04 /dev/stdin as a path" {
	enc_yaml
	feed enc.yaml sealeaf -d --input-type yaml --output-type yaml /dev/stdin
	rc 0
	same "$out" plain.yaml
}

@test "DEC-05 a dash is a file name" {
	enc_yaml
	feed enc.yaml sealeaf decrypt -
	rc 100
	out_empty
}

@test "DEC-06 standard input cannot be changed in place" {
	enc_yaml
	feed enc.yaml sealeaf decrypt -i
	rc 8
	err_has "Error: cannot use --in-place when reading from stdin"
}

@test "DEC-07 a file without metadata" {
	try sealeaf decrypt plain.yaml
	rc 1
	err_has "sops metadata not found"
	out_empty
	for f in x.json x.env x.ini; do
		case $f in
		x.json) echo '{"a": 1}' ;;
		x.env) echo A=1 ;;
		x.ini) printf '[s]\na = 1\n' ;;
		esac >$f
		try sealeaf decrypt $f
		rc 1
		out_empty
		err_has "sops metadata not found"
	done
}

@test "DEC-08 a file without MAC" {
	enc_yaml
	sed '/^ *mac:/d' enc.yaml >f.yaml
	try sealeaf decrypt f.yaml
	rc 51
	err_has "no MAC"
	out_empty
	try sealeaf decrypt --ignore-mac f.yaml
	rc 0
	same "$out" plain.yaml
}

@test "DEC-09 a clear value changed by hand" {
	printf 'a: 1\nb_unencrypted: two\n' >f.yaml
	sealeaf encrypt --age "$R1" -i f.yaml
	sed -i 's/: two/: three/' f.yaml
	try sealeaf decrypt f.yaml
	rc 51
	grep -Eq 'MAC mismatch\. File has [0-9A-F]{128}, computed [0-9A-F]{128}' "$err"
	out_empty
	try sealeaf decrypt --ignore-mac f.yaml
	rc 0
	out_has 'b_unencrypted: three'
}

@test "DEC-10 damaged ciphertext" {
	enc_yaml
	cp enc.yaml good
	sed -i 's/^b: ENC\[AES256_GCM,data:..../b: ENC[AES256_GCM,data:AAAA/' enc.yaml
	try sealeaf decrypt enc.yaml
	rc 25
	out_empty
	err_has "Error decrypting tree"
	try sealeaf decrypt --ignore-mac enc.yaml
	rc 25
	out_empty
	# A value moved to another key does not open either.
	sed 's/^a: /c: /' good >enc.yaml
	try sealeaf decrypt enc.yaml
	rc 25
	out_empty
}

@test "DEC-11 an extracted string is raw" {
	nested
	try sealeaf decrypt --extract '["text"]' nested.enc.yaml
	rc 0
	printf 'multi\nline' | cmp - "$out"
}

@test "DEC-12 an extracted number" {
	enc_yaml
	try sealeaf decrypt --extract '["a"]' enc.yaml
	rc 0
	printf '1\n' | cmp - "$out"
	try sealeaf decrypt --extract '["a"]' --output-type json enc.yaml
	rc 0
	printf 1 | cmp - "$out"
}

@test "DEC-13 an extracted mapping, list and list item" {
	nested
	try sealeaf decrypt --extract '["top"]["map"]' nested.enc.yaml
	rc 0
	out_is $'k: v\nnum: 5'
	try sealeaf decrypt --extract '["top"]["list"]' nested.enc.yaml
	rc 0
	out_is $'- one\n- 2'
	try sealeaf decrypt --extract '["top"]["list"][0]' nested.enc.yaml
	rc 0
	printf one | cmp - "$out"
	try sealeaf decrypt --extract "['top']['list'][1]" nested.enc.yaml
	rc 0
	out_is 2
}

@test "DEC-14 an extraction that names nothing" {
	enc_yaml
	try sealeaf decrypt --extract '["zz"]' enc.yaml
	rc 1
	err_has "component ['zz'] not found"
	out_empty
}

@test "DEC-15 an extraction through a scalar" {
	enc_yaml
	try sealeaf decrypt --extract '["b"]["c"]' enc.yaml
	rc 1
	out_empty
}

@test "DEC-16 a position in something that is no list" {
	enc_yaml
	try sealeaf decrypt --extract '["b"][0]' enc.yaml
	rc 1
	out_empty
}

@test "DEC-17 an extraction that cannot be parsed" {
	enc_yaml
	for path in b '["a"' '["a"]x["b"]' '[a]' '[]'; do
		try sealeaf decrypt --extract "$path" enc.yaml
		rc 91
		out_empty
	done
	try sealeaf decrypt --extract '' enc.yaml
	rc 0
	same "$out" plain.yaml
}

@test "DEC-18 dates keep their spelling, and are times in other types" {
	printf 'd: 2024-01-01\nt: 2024-01-01T10:00:00+02:00\n' >f.yaml
	cp f.yaml before
	sealeaf encrypt --age "$R1" -i f.yaml
	try sealeaf decrypt f.yaml
	rc 0
	same "$out" before
	try sealeaf decrypt --output-type json f.yaml
	rc 0
	[ "$(jq -r .d "$out")" = 2024-01-01T00:00:00Z ]
	[ "$(jq -r .t "$out")" = 2024-01-01T10:00:00+02:00 ]
}

@test "DEC-19 clear comments where the rule says encrypted" {
	enc_yaml
	sed '1i # clear' enc.yaml >f.yaml
	try sealeaf decrypt f.yaml
	rc 0
	out_has '# clear'
}

@test "DEC-20 a configuration without a matching rule does not matter" {
	enc_yaml
	printf 'creation_rules:\n  - path_regex: ^no$\n    age: %s\n' "$R2" >.sops.yaml
	try sealeaf decrypt enc.yaml
	rc 0
	err_empty
	same "$out" plain.yaml
}

@test "DEC-21 decrypting is deterministic" {
	enc_yaml
	try sealeaf decrypt --output-type json enc.yaml
	rc 0
	cp "$out" first
	try sealeaf decrypt --output-type json enc.yaml
	same "$out" first
}

@test "DEC-22 null in dotenv" {
	printf 'n: ~\nm: x\n' >f.yaml
	sealeaf encrypt --age "$R1" -i f.yaml
	try sealeaf decrypt --output-type dotenv f.yaml
	rc 0
	out_has 'n=<nil>'
}

@test "DEC-23 a templated suffix" {
	enc_yaml
	mv enc.yaml x.yaml.gotpl
	try sealeaf --decrypt --input-type yaml --output-type yaml x.yaml.gotpl
	rc 0
	same "$out" plain.yaml
}

@test "DEC-24 extraction from standard input" {
	enc_yaml
	feed enc.yaml sealeaf decrypt --filename-override a/b.yaml \
		--extract '["b"]'
	rc 0
	printf two | cmp - "$out"
}

@test "KEY-02 the wrong identity" {
	enc_yaml
	export SOPS_AGE_KEY_FILE=$KEYS/age-2.txt
	try sealeaf decrypt enc.yaml
	rc 128
	out_empty
	[ "$(head -n 1 "$err")" = "Failed to get the data key required to decrypt the SOPS file." ]
	err_has "$R1: FAILED"
	err_has "did not match any of"
}

@test "KEY-01 no identity anywhere" {
	enc_yaml
	unset SOPS_AGE_KEY_FILE
	try sealeaf decrypt enc.yaml
	rc 128
	out_empty
	err_has "Failed to get the data key required to decrypt the SOPS file."
}

@test "KEY-19 identities in the environment, separated by a blank" {
	sealeaf encrypt --age "$R2" --output enc.yaml plain.yaml
	SOPS_AGE_KEY_FILE= SOPS_AGE_KEY="$(grep -h ^AGE "$KEYS/age-1.txt" \
		"$KEYS/age-2.txt" | tr '\n' ' ')" try sealeaf decrypt enc.yaml
	rc 0
	same "$out" plain.yaml
}

@test "KEY-07 a key type named twice" {
	enc_yaml
	try sealeaf decrypt --decryption-order pgp,pgp enc.yaml
	rc 112
	err_has "Duplicate decryption key type: pgp"
	out_empty
}

@test "a newer version in the metadata is fine, a missing one is not" {
	enc_yaml
	sed 's/version: 3.13.3/version: 9.9.9/' enc.yaml >f.yaml
	try sealeaf decrypt f.yaml
	rc 0
	sed 's/version: 3.13.3/version: ""/' enc.yaml >f.yaml
	try sealeaf decrypt f.yaml
	rc 1
	err_has "Version string empty"
	out_empty
}

@test "several documents to JSON: the first alone" {
	printf 'a: 1\n---\nb: 2\n' >f.yaml
	sealeaf encrypt --age "$R1" -i f.yaml
	try sealeaf decrypt --output-type json f.yaml
	rc 0
	[ "$(jq -c . "$out")" = '{"a":1}' ]
}
