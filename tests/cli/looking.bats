# SPDX-License-Identifier: Apache-2.0
# explain, recipients and doctor: looking without a key.

load helper

also_setup()
{
	export SOPS_AGE_KEY_FILE=
}

@test "recipients lists keys" {
	enc_yaml
	try sealeaf recipients enc.yaml
	rc 0
	err_empty
	out_is "$(printf '1\tage\t%s' "$R1")"
	cp enc.yaml two.yaml
	try sealeaf recipients enc.yaml two.yaml
	[ "$(tail -n 1 "$out")" = "$(printf 'two.yaml\t1\tage\t%s' "$R1")" ]
	try sealeaf recipients plain.yaml
	rc 1
	err_has "sops metadata not found"
	try sealeaf recipients
	rc 100
}

@test "explain says what encryption would do" {
	printf 'creation_rules:\n    - age: %s\n      encrypted_regex: ^b$\n' \
	    "$R1" >.sops.yaml
	try sealeaf explain plain.yaml
	rc 0
	err_empty
	out_is "$(printf 'file\t%s/plain.yaml\tyaml\tplain
configuration\t.sops.yaml
rule\tencrypted_regex\t^b$
key\t1\tage\t%s
clear\tline 1\ta
encrypted\tline 2\tb' "$PWD" "$R1")"
	rm .sops.yaml
	try sealeaf explain plain.yaml
	rc 1
	err_has "config file not found, or has no creation rules"
}

@test "explain says what was done" {
	enc_yaml
	try sealeaf explain enc.yaml
	rc 0
	out_has "$(printf 'encrypted\tline 2\tb')"
	out_has "$(printf 'rule\tunencrypted_suffix\t_unencrypted')"
	out_lacks two
}

@test "doctor" {
	try sealeaf doctor
	rc 0
	err_empty
	out_has "note  age identities none"
	cp "$KEYS/age-1.txt" key
	chmod 644 key
	SOPS_AGE_KEY_FILE=$PWD/key try sealeaf doctor
	rc 0
	out_has "warn  age identities $PWD/key (others may read it"
	out_lacks AGE-SECRET-KEY
	SOPS_AGE_KEY_FILE=/no/key try sealeaf doctor
	rc 1
	out_has "FAIL"
	echo 'creation_rules: [' >.sops.yaml
	try sealeaf doctor
	rc 1
	out_has "FAIL  configuration"
}
