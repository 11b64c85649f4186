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

@test "doctor: a broken configuration has its place, a good one no warning" {
	printf 'creation_rules:\n  - age: [\n' >.sops.yaml
	try sealeaf doctor
	rc 1
	out_has "FAIL  configuration  $(sealeaf encrypt plain.yaml 2>&1 >/dev/null |
	    sed -n 's/.*\(.sops.yaml:[0-9]*:[0-9]*:\).*/\1/p' | head -n 1)"
	printf 'creation_rules:\n- encrypted_regex: ^a$\n  age: %s\n' "$R1" \
	    >.sops.yaml
	try sealeaf doctor
	rc 0
	err_empty
}

@test "doctor: which rules my identities open" {
	cat >.sops.yaml <<-END
	creation_rules:
	- path_regex: ^dev/
	  age: $R1,$R2
	- path_regex: ^prod/
	  key_groups:
	  - age: [$R1]
	  - age: [$R2]
	- path_regex: ^any/
	  shamir_threshold: 2
	  key_groups:
	  - age: [$R2, $R1]
	  - hc_vault: ['https://vault.example/v1/transit/keys/k']
	  - age: [$R2]
	- age: $R2
	END
	SOPS_AGE_KEY_FILE=$KEYS/age-1.txt try sealeaf doctor
	rc 0
	out_has "ok    rule           1 (^dev/): your keys open what it makes"
	out_has "warn  rule           2 (^prod/): your keys do not open what it makes (1 of 2 groups, 2 needed)"
	out_has "note  rule           3 (^any/): depends on keys that are not tried here (1 of 3 groups, 2 needed)"
	out_has "warn  rule           4: your keys do not open what it makes"
	printf 'creation_rules:\n- path_regex: ^x\n  age: age1broken\n' >.sops.yaml
	SOPS_AGE_KEY_FILE=$KEYS/age-1.txt try sealeaf doctor
	rc 1
	out_has "FAIL  rule"
}

@test "doctor: an editor that is not there" {
	EDITOR='no-such-editor --wait' try sealeaf doctor
	rc 1
	out_has "FAIL  editor         no-such-editor --wait, which EDITOR names, is not there"
	SOPS_EDITOR=$PWD/none EDITOR=true try sealeaf doctor
	rc 1
	out_has "which SOPS_EDITOR names"
	EDITOR='true --wait' try sealeaf doctor
	rc 0
	out_has "ok    editor         true --wait"
	SOPS_GPG_EXEC=none try sealeaf doctor
	rc 1
	out_has "FAIL  gpg            none, which SOPS_GPG_EXEC names"
}

@test "doctor: PGP keys that nobody can encrypt for" {
	local line want

	mkdir bin
	while IFS='|' read -r line want; do
		printf '%s\n' '#!/bin/sh' "echo '$line'" \
		    "echo fpr:::::::::ABCDEF0123:" >bin/gpg
		chmod +x bin/gpg
		PATH=$PWD/bin:$PATH try sealeaf doctor
		rc 0
		out_has "$want"
	done <<-'END'
	sec:e:255:22:AAAA:1:2:::::sc::::|warn  gpg            secret key ABCDEF0123 has expired
	sec:r:255:22:AAAA:1:2:::::sc::::|warn  gpg            secret key ABCDEF0123 is revoked
	sec:u:255:22:AAAA:1::::::scSC::::|warn  gpg            secret key ABCDEF0123 has no part that can encrypt
	sec:u:255:22:AAAA:1::::::scESCD::::|warn  gpg            secret key ABCDEF0123 is disabled
	sec:u:255:22:AAAA:1::::::scESC::::|ok    gpg            secret key ABCDEF0123
	END
}

@test "doctor --json stays JSON with hostile names" {
	local name

	command -v python3 >/dev/null || skip "no python3"
	name=$(printf 'a"b\\c\n\033[2J\377')
	SOPS_AGE_KEY_FILE=$PWD/$name EDITOR=$name try sealeaf doctor --json
	rc 1
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
assert d["good"] is False
assert set(d) == {"good", "checks"}
for c in d["checks"]:
    assert set(c) == {"verdict", "subject", "text"}
    assert c["verdict"] in ("ok", "note", "warn", "FAIL"), c
assert any(c["subject"] == "editor" and c["verdict"] == "FAIL"
           for c in d["checks"])' "$out"
	unset SOPS_AGE_KEY_FILE
	EDITOR=true try sealeaf doctor --json
	rc 0
	out_has '{"good": true, "checks": ['
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
