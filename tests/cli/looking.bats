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
	try sealeaf recipients --json enc.yaml
	out_is "[
  {\"file\": \"enc.yaml\", \"needed\": 1, \"groups\": [[{\"type\": \"age\", \"key\": \"$R1\"}]]}
]"
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
matched\tplain.yaml
creation rule 1\tline 2\tno path_regex\tchosen
rule\tencrypted_regex\t^b$
key\t1\tage\t%s
clear\tline 1\ta
encrypted\tline 2\tb' "$PWD" "$R1")"
	cat >.sops.yaml <<END
creation_rules:
- path_regex: \.json\$
  age: $R2
- path_regex: ^plain
  age: $R1
- age: $R3
END
	try sealeaf explain plain.yaml
	rc 0
	out_has "$(printf 'creation rule 1\tline 2\tpath_regex \\.json$\tdoes not fit
creation rule 2\tline 4\tpath_regex ^plain\tchosen
creation rule 3\tline 6\tno path_regex\tfits too, but comes later')"
	out_has "$(printf 'key\t1\tage\t%s' "$R1")"
	out_lacks "$R3"
	SOPS_AGE_RECIPIENTS=$R2 try sealeaf explain plain.yaml
	out_has "keys from"
	out_has "$(printf 'key\t1\tage\t%s' "$R2")"
	sed -i '/^- age/,$d' .sops.yaml
	sed -i 's/\^plain/^other/' .sops.yaml
	try sealeaf explain plain.yaml
	rc 1
	out_has "path_regex ^other"
	err_has "no matching creation rules found"
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
	out_has "ok    age identity   $R1 from SOPS_AGE_KEY_FILE"
	out_lacks AGE-SECRET-KEY
	SOPS_AGE_KEY_FILE=/no/key try sealeaf doctor
	rc 1
	out_has "FAIL"
	echo 'creation_rules: [' >.sops.yaml
	try sealeaf doctor
	rc 1
	out_has "FAIL  configuration"
}

@test "doctor names keys and programs" {
	mkdir bin gnupg
	chmod 700 gnupg
	printf '#!/bin/sh\n' >bin/age-plugin-mine
	printf '%s\n' '#!/bin/sh' "echo sec:u:255:22:AAAA:1::::::scESC::::" \
	    "echo fpr:::::::::ABCDEF0123:" "echo fpr:::::::::SUBKEY:" >bin/gpg
	chmod +x bin/*
	PATH=$PWD/bin:$PATH GNUPGHOME=$PWD/gnupg try sealeaf doctor
	rc 0
	out_has "age plugin     $PWD/bin/age-plugin-mine"
	out_has "gpg            secret key ABCDEF0123"
	out_lacks SUBKEY
	out_has "gpg-agent      none answers"
}

@test "no key fits: which identities were tried" {
	sealeaf encrypt --age "$R2" --output two.yaml plain.yaml
	try sealeaf decrypt two.yaml
	rc 128
	err_has "hint: SOPS_AGE_KEY_FILE is empty: name a file with an identity in it"
	unset SOPS_AGE_KEY_FILE
	try sealeaf decrypt two.yaml
	rc 128
	err_has "hint: no age identity was found: name a file with one in SOPS_AGE_KEY_FILE"
	SOPS_AGE_KEY_FILE=$KEYS/age-1.txt try sealeaf decrypt two.yaml
	rc 128
	out_empty
	err_has "hint: age identities tried: $R1 from SOPS_AGE_KEY_FILE; the file is for the keys above"
	err_lacks AGE-SECRET-KEY
}
