# SPDX-License-Identifier: Apache-2.0
# rotate, updatekeys, groups and filestatus: who can open a file.

load helper

also_setup()
{
	K1=$KEYS/age-1.txt K2=$KEYS/age-2.txt
}

# rule RECIPIENTS: the configuration's one rule.
rule()
{
	printf 'creation_rules:\n    - age: %s\n' "$1" >.sops.yaml
}

recipients()
{
	grep -o 'recipient: .*' "$1" | cut -d ' ' -f 2 | tr '\n' ' '
}

@test "ROT-01 rotate prints a new document" {
	enc_yaml
	cp enc.yaml before
	try sealeaf rotate enc.yaml
	rc 0
	err_empty
	same enc.yaml before
	for key in a b; do
		[ "$(grep "^$key:" "$out")" != "$(grep "^$key:" enc.yaml)" ]
	done
	cp "$out" new.yaml
	try sealeaf decrypt new.yaml
	same "$out" plain.yaml
}

@test "ROT-02 ROT-03 ROT-04 ROT-05 in place, keys added and removed" {
	enc_yaml
	try sealeaf rotate -i enc.yaml
	rc 0
	out_empty
	err_empty
	try sealeaf rotate -i --add-age "$R2" enc.yaml
	rc 0
	[ "$(recipients enc.yaml)" = "$R1 $R2 " ]
	# Q-28: not a second time.
	try sealeaf rotate -i --add-age "$R2" enc.yaml
	[ "$(recipients enc.yaml)" = "$R1 $R2 " ]
	for i in 1 2; do
		try sealeaf rotate -i --rm-age "$R2" enc.yaml
		rc 0
		[ "$(recipients enc.yaml)" = "$R1 " ]
	done
	try sealeaf rotate -i --rm-age "$R1" --add-age "$R2" enc.yaml
	rc 0
	[ "$(recipients enc.yaml)" = "$R2 " ]
	SOPS_AGE_KEY_FILE=$K2 try sealeaf decrypt enc.yaml
	same "$out" plain.yaml
}

@test "ROT-06 ROT-08 ROT-11 ROT-12 refusals" {
	enc_yaml
	cp enc.yaml before
	try sealeaf rotate -i --rm-age "$R1" enc.yaml
	rc 1
	err_is "Could not generate data key: [empty key group provided]"
	try sealeaf rotate -i --add-age foo enc.yaml
	rc 1
	same enc.yaml before
	try sealeaf rotate missing
	rc 2
	try sealeaf rotate --add-age "$R2" missing
	rc 49
	err_is "Error: cannot add or remove keys on non-existent file \
\"$PWD/missing\", use the \`edit\` subcommand instead."
	try sealeaf -r --add-age "$R2" missing
	rc 49
	err_has 'use `--kms` and `--pgp` instead'
}

@test "ROT-13 into another format" {
	enc_yaml
	try sealeaf rotate --output o.json --output-type json enc.yaml
	rc 0
	out_empty
	try sealeaf decrypt o.json
	out_has '"b": "two"'
}

@test "ROT-07 a recipient that is stored twice is removed wholly" {
	enc_yaml
	sealeaf rotate -i --add-age "$R2" enc.yaml
	# As rotate of SOPS writes it: the entry once more.
	awk '/^    age:/ { print; n = 1; next }
	n && /^        - enc: / { k++ }
	/^    lastmodified:/ { printf "%s", twice; n = 0 }
	n && k == 2 { twice = twice $0 "\n" }
	{ print }' enc.yaml >twice.yaml
	[ "$(recipients twice.yaml)" = "$R1 $R2 $R2 " ]
	try sealeaf rotate -i --rm-age "$R2" twice.yaml
	rc 0
	[ "$(recipients twice.yaml)" = "$R1 " ]
}

@test "ROT-09 ROT-10 a file that was tampered with" {
	enc_yaml
	sed -i 's/^sops:/c_unencrypted: new\nsops:/' enc.yaml
	cp enc.yaml before
	try sealeaf rotate -i enc.yaml
	rc 51
	out_empty
	try sealeaf --ignore-mac -r enc.yaml
	rc 0
	out_has "c_unencrypted: new"
	same enc.yaml before
}

@test "UPK-01 UPK-02 UPK-09 UPK-10 UPK-11 UPK-12 UPK-16 nothing to do" {
	enc_yaml
	try sealeaf updatekeys enc.yaml
	rc 1
	[ "$(head -n 1 "$err")" = "config file not found" ]
	rule "$R1"
	try sealeaf updatekeys enc.yaml
	rc 0
	out_empty
	grep -qE "^[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8} Syncing keys for file $PWD/enc.yaml$" "$err"
	err_has "File $PWD/enc.yaml already up to date"
	try sealeaf updatekeys
	rc 100
	try sealeaf updatekeys -y .
	rc 1
	err_is "can't operate on a directory"
	printf 'creation_rules: []\n' >.sops.yaml
	try sealeaf updatekeys -y enc.yaml
	rc 1
	err_has "no matching creation rules found"
	: >.sops.yaml
	try sealeaf updatekeys -y enc.yaml
	rc 1
	err_has "The config file .sops.yaml does not contain any creation rule"
	try sealeaf updatekeys --shamir-secret-sharing-threshold 2 f
	rc 1
	err_has "flag provided but not defined"
}

@test "UPK-03 UPK-15 a key is added" {
	enc_yaml
	rule "$R1,$R2"
	grep -E 'lastmodified|mac|^[ab]:' enc.yaml >before
	try sealeaf updatekeys -y enc.yaml
	rc 0
	out_is "The following changes will be made to the file's groups:
Group 1
    $R1
+++ $R2"
	err_has "File $PWD/enc.yaml synced with new keys"
	grep -E 'lastmodified|mac|^[ab]:' enc.yaml | cmp - before
	[ "$(recipients enc.yaml)" = "$R1 $R2 " ]
	rule "$R2,$R1"
	try sealeaf updatekeys enc.yaml
	rc 0
	err_has "already up to date"
}

@test "UPK-04 UPK-05 UPK-06 the question" {
	enc_yaml
	rule "$R2"
	cp enc.yaml before
	echo n >no
	feed no sealeaf updatekeys enc.yaml
	rc 0
	out_has "Is this okay? (y/n):"
	err_has "left unchanged"
	same enc.yaml before
	try sealeaf updatekeys enc.yaml
	rc 1
	err_has EOF
	same enc.yaml before
	# Q-25: an empty line asks again.
	printf 'foo\n\ny\n' >later
	feed later sealeaf updatekeys enc.yaml
	rc 0
	[ "$(grep -o 'Is this okay' "$out" | wc -l)" -eq 3 ]
	[ "$(recipients enc.yaml)" = "$R2 " ]
}

@test "UPK-07 UPK-08 failures, and several files" {
	enc_yaml
	rule "$R2"
	cp enc.yaml a.yaml
	cp enc.yaml b.yaml
	SOPS_AGE_KEY_FILE=$K2 try sealeaf updatekeys -y enc.yaml
	rc 128
	out_has "+++ $R2"
	try sealeaf updatekeys -y a.yaml b.yaml plain.yaml missing
	rc 1
	[ "$(tail -n 1 "$err")" = "failed updating 2 key(s)" ]
	[ "$(grep -c level=error "$err")" -eq 2 ]
	[ "$(recipients a.yaml)$(recipients b.yaml)" = "$R2 $R2 " ]
}

@test "UPK-13 UPK-14 groups come and go" {
	enc_yaml
	printf 'creation_rules:\n- key_groups:\n  - age: [%s]\n  - age: [%s]\n' \
	    "$R1" "$R2" >.sops.yaml
	try sealeaf updatekeys -y enc.yaml
	rc 0
	out_has "Group 2
+++ $R2"
	grep -q 'shamir_threshold: 2' enc.yaml
	cat "$K1" "$K2" >both
	rule "$R1"
	SOPS_AGE_KEY_FILE=both try sealeaf updatekeys -y enc.yaml
	rc 0
	out_has "+++ shamir_threshold: 1"
	out_has "--- shamir_threshold: 2"
	try sealeaf decrypt enc.yaml
	same "$out" plain.yaml
}

@test "GRP-01 GRP-02 GRP-03 GRP-04 GRP-05 groups" {
	enc_yaml
	cat "$K1" "$K2" >both
	try sealeaf groups add -f enc.yaml --age "$R2" -i
	rc 0
	out_empty
	err_empty
	grep -q 'shamir_threshold: 2' enc.yaml
	try sealeaf decrypt enc.yaml
	rc 128
	export SOPS_AGE_KEY_FILE=both
	try sealeaf decrypt enc.yaml
	same "$out" plain.yaml
	try sealeaf groups delete -f enc.yaml 1
	rc 1
	out_empty
	err_has level=fatal
	err_has "make the Shamir threshold impossible to satisfy"
	cp enc.yaml two.yaml
	try sealeaf groups delete -f two.yaml \
	    --shamir-secret-sharing-threshold 1 1 -i
	rc 0
	SOPS_AGE_KEY_FILE=$K1 try sealeaf decrypt two.yaml
	same "$out" plain.yaml
	try sealeaf groups add -f enc.yaml --age "$R3" -i \
	    --shamir-secret-sharing-threshold 2
	rc 0
	try sealeaf groups delete -f enc.yaml 2 -i
	rc 0
	[ "$(grep -c 'recipient:' enc.yaml)" -eq 2 ]
}

@test "GRP-11 groups alone is its help" {
	try sealeaf groups
	rc 0
	err_empty
	out_has delete
}

@test "GRP-06 GRP-07 GRP-08 GRP-09 GRP-10 GRP-12 refusals" {
	enc_yaml
	cp enc.yaml before
	try sealeaf groups delete -f enc.yaml
	rc 1
	err_is "error: exactly one positional argument (index) required"
	try sealeaf groups delete -f enc.yaml x
	rc 1
	err_has 'level=fatal msg="failed to parse [index] argument'
	try sealeaf groups delete -f enc.yaml 5
	rc 1
	try sealeaf groups add -f enc.yaml x
	rc 1
	err_is "error: no positional arguments allowed"
	try sealeaf groups add --age "$R2"
	rc 2
	try sealeaf groups add -f missing --age "$R2"
	rc 2
	try sealeaf groups add -f plain.yaml --age "$R2"
	rc 1
	err_has 'level=fatal msg="sops metadata not found"'
	# Q-04: an empty group, and a key that cannot be used.
	SOPS_AGE_RECIPIENTS=$R2 try sealeaf groups add -f enc.yaml -i
	rc 1
	try sealeaf groups add -f enc.yaml --age foo -i
	rc 1
	same enc.yaml before
	SOPS_AGE_KEY_FILE=$K2 try sealeaf groups add -f enc.yaml --age "$R2"
	rc 1
	err_has 'level=fatal msg="Error getting data key: '
}

@test "FST-01 FST-02 FST-03 FST-04 FST-05 FST-06 FST-07 FST-08 filestatus" {
	enc_yaml
	try sealeaf filestatus enc.yaml
	rc 0
	out_is '{"encrypted":true}'
	feed enc.yaml sealeaf filestatus --input-type yaml /dev/stdin
	out_is '{"encrypted":true}'
	echo '{}' >f.json
	: >f.env
	: >f.ini
	: >f.yaml
	for file in plain.yaml f.json f.env f.ini f.yaml; do
		try sealeaf filestatus $file
		rc 0
		out_is '{"encrypted":false}'
	done
	grep -v '^    mac:' enc.yaml >no_mac.yaml
	grep -v '^    version:' enc.yaml >no_version.yaml
	for file in no_mac.yaml no_version.yaml; do
		try sealeaf filestatus $file
		rc 0
		out_is '{"encrypted":false}'
	done
	echo text >f.txt
	echo 'sops: 1' >s.yaml
	for args in missing . f.txt s.yaml "--input-type json enc.yaml"; do
		try sealeaf filestatus $args
		rc 1
		out_empty
		err_has 'level=fatal msg="cannot check file status: cannot load encrypted file: '
	done
	try sealeaf filestatus
	rc 100
}

@test "the entry that fits an identity at hand is asked first" {
	sealeaf encrypt --age "$R2,$R3,$R1" plain.yaml >e.yaml
	SOPS_AGE_KEY_CMD='touch ran' try sealeaf --verbose decrypt e.yaml
	rc 0
	out_has "b: two"
	# The others would have wanted the command's identities too.
	absent ran
	err_lacks "Decryption failed"
	# What the metadata says does not decide: the entry under another name.
	sed -i "s/$R1/$R2/" e.yaml
	try sealeaf decrypt e.yaml
	rc 0
	out_has "b: two"
}

@test "keys of several groups in order, one walk" {
	cat >.sops.yaml <<-END
		creation_rules:
		- shamir_threshold: 2
		  key_groups:
		  - age: [$R1, $R2]
		  - age: [$R3]
	END
	sealeaf encrypt plain.yaml >e.yaml
	try sealeaf recipients e.yaml
	out_is "1	age	$R1
1	age	$R2
2	age	$R3"
	try sealeaf recipients --json e.yaml
	[ "$(jq -c '[.. | objects | .key // empty]' "$out")" = \
	    "[\"$R1\",\"$R2\",\"$R3\"]" ]
	[ "$(jq -c '[.. | .groups? // empty | map(length)]' "$out")" = '[[2,1]]' ]
}

@test "updatekeys over several files tells of each failure in full" {
	enc_yaml
	cp enc.yaml a.yaml
	cp enc.yaml b.yaml
	rule "$R2"
	SOPS_AGE_KEY_FILE=$K2 try sealeaf updatekeys -y a.yaml b.yaml
	rc 1
	[ "$(grep -c 'Error getting data key: 1 successful\|Error getting data key: 0 successful' "$err")" -eq 2 ]
	for name in a b; do
		err_has "$name.yaml: Failed to get the data key required to decrypt the SOPS file."
	done
	[ "$(grep -c "  $R1: FAILED" "$err")" -eq 2 ]
	[ "$(tail -n 1 "$err")" = "failed updating 2 key(s)" ]
	try sealeaf updatekeys -y plain.yaml a.yaml
	rc 1
	err_has "plain.yaml is not encrypted"
}

@test "updatekeys says what removal does not do" {
	enc_yaml
	rule "$R1,$R2"
	try sealeaf updatekeys -y enc.yaml
	rc 0
	err_lacks hint
	rule "$R1"
	try sealeaf updatekeys -y enc.yaml
	rc 0
	err_has "whoever was removed may still know the data key of enc.yaml"
	err_has "sealeaf rotate -i enc.yaml"
}

@test "a second key for files with documents that are empty, or comments" {
	cat "$KEYS/age-1.txt" "$KEYS/age-2.txt" >"$BATS_TEST_TMPDIR/both.txt"
	i=0
	for text in 'a: 1\n---\n' '---\n# Source: chart/x.yaml\n---\na: 1\n' \
		'a: 1\n---\n# only\n' '---\n---\na: 1\n---\n' '# c\n---\na: b\n' \
		'a: b\n---\n{}\n---\nc: d\n' 'a: b\n---\n~\n---\n# x\nnull\n' \
		'{}\n' '# only\n' '---\n# a\n---\n# b\n...\n' \
		'%%YAML 1.1\n---\na: 1\n...\n---\n'; do
		printf -- "$text" >plain.yaml
		for way in groups updatekeys; do
			cp plain.yaml sealed.yaml
			sealeaf encrypt --age "$R1" -i sealed.yaml
			if [ "$way" = groups ]; then
				try sealeaf groups add -f sealed.yaml -i --age "$R2"
			else
				printf 'creation_rules:\n- age: %s,%s\n' "$R1" "$R2" >.sops.yaml
				try sealeaf updatekeys -y sealed.yaml
				rm .sops.yaml
			fi
			rc 0
			grep -q "$R1" sealed.yaml
			grep -q "$R2" sealed.yaml
			SOPS_AGE_KEY_FILE=$BATS_TEST_TMPDIR/both.txt \
				sealeaf decrypt sealed.yaml | cmp - plain.yaml
		done
	done
}
