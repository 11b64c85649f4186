# SPDX-License-Identifier: Apache-2.0
# .sops.yaml: where it is found, which rule counts, what is refused.

load helper

NO_KEYS="config file not found, or has no creation rules, and no keys provided through command line options"

# config TEXT: with @1, @2 and @3 for the recipients.
config()
{
	printf '%s\n' "$1" | sed "s/@1/$R1/g; s/@2/$R2/g; s/@3/$R3/g" \
		>"${2:-.sops.yaml}"
}

for_whom()
{
	grep -o 'age1[0-9a-z]*' "$out" | sort -u
}

@test "CFG-01 found two levels up" {
	config 'creation_rules: [{age: "@1"}]'
	mkdir -p x/y
	cp plain.yaml x/y/
	cd x/y
	try sealeaf encrypt plain.yaml
	rc 0
	[ "$(for_whom)" = "$R1" ]
}

@test "CFG-02 CFG-03 CFG-04 not found beside the document" {
	mkdir c
	config 'creation_rules: [{age: "@1"}]' c/.sops.yaml
	cp plain.yaml c/secret.yaml
	try sealeaf --config c/.sops.yaml encrypt c/secret.yaml
	rc 0
	SOPS_CONFIG=c/.sops.yaml try sealeaf encrypt c/secret.yaml
	rc 0
}

@test "CFG-05 CFG-06 SOPS_CONFIG" {
	enc_yaml
	SOPS_CONFIG=missing.yaml try sealeaf encrypt --age "$R1" plain.yaml
	rc 1
	err_has "could not read config file"
	out_empty
	SOPS_CONFIG= try sealeaf decrypt enc.yaml
	rc 0
}

@test "CFG-07 CFG-08 .sops.yml is not used" {
	enc_yaml
	config 'creation_rules: [{age: "@1"}]' .sops.yml
	try sealeaf encrypt plain.yaml
	rc 1
	err_has 'the config file must be called'
	err_has "$NO_KEYS"
	out_empty
	try sealeaf -d enc.yaml
	rc 0
	same "$out" plain.yaml
}

@test "CFG-10 a configuration that does not parse" {
	config 'creation_rules: ['
	try sealeaf encrypt --age "$R1" plain.yaml
	rc 1
	err_has "error loading config: Could not unmarshal config file"
	out_empty
}

@test "CFG-11 CFG-12 no rules" {
	for text in '' 'creation_rules:' 'destination_rules: []'; do
		config "$text"
		try sealeaf encrypt plain.yaml
		rc 1
		err_has "$NO_KEYS"
	done
	config 'creation_rules: []'
	try sealeaf encrypt plain.yaml
	rc 1
	err_has "error loading config: no matching creation rules found"
}

@test "CFG-13 CFG-14 the first rule that matches" {
	config 'creation_rules:
  - path_regex: foobar*
    age: "@1"
  - path_regex: dir/x.*
    age: "@2"
  - age: "@3"'
	mkdir dir
	cp plain.yaml foobar2000.yaml
	cp plain.yaml dir/xy.yaml
	try sealeaf encrypt foobar2000.yaml
	[ "$(for_whom)" = "$R1" ]
	try sealeaf encrypt dir/xy.yaml
	[ "$(for_whom)" = "$R2" ]
	try sealeaf encrypt plain.yaml
	[ "$(for_whom)" = "$R3" ]
}

@test "CFG-15 the configuration's folder is taken off first" {
	mkdir -p foo/foo foo/fuu
	config 'creation_rules: [{path_regex: foo/*, age: "@1"}]' foo/.sops.yaml
	cp plain.yaml foo/foo/bar.yaml
	cp plain.yaml foo/fuu/bar.yaml
	cd foo
	try sealeaf encrypt foo/bar.yaml
	rc 0
	try sealeaf encrypt fuu/bar.yaml
	rc 1
	err_has "no matching creation rules found"
}

@test "CFG-17 CFG-18 patterns that RE2 refuses" {
	config 'creation_rules: [{path_regex: "(?=a)", age: "@1"}]'
	try sealeaf encrypt plain.yaml
	rc 1
	err_has "can not compile regexp"
	out_empty
	config 'creation_rules: [{age: "@1"}, {path_regex: "(", age: "@2"}]'
	try sealeaf encrypt plain.yaml
	rc 0
}

@test "CFG-19 CFG-20 two selection rules" {
	config 'creation_rules:
  - age: "@1"
    encrypted_regex: a
    encrypted_suffix: b'
	try sealeaf encrypt plain.yaml
	rc 1
	err_has "cannot use more than one of"
	err_has "for the same rule"
	config 'creation_rules: [{age: "@1", encrypted_regex: a}]'
	try sealeaf encrypt --encrypted-suffix x plain.yaml
	rc 8
	err_has "Error: cannot use more than one of"
	out_empty
}

@test "CFG-21 a flag replaces the rule's pattern" {
	config 'creation_rules: [{age: "@1", encrypted_regex: a}]'
	try sealeaf encrypt --encrypted-regex '^b$' plain.yaml
	rc 0
	out_has 'a: 1'
	out_has 'b: ENC['
}

@test "CFG-22 each selection key is recorded" {
	for key in unencrypted_suffix encrypted_suffix unencrypted_regex \
		encrypted_regex unencrypted_comment_regex \
		encrypted_comment_regex; do
		config "creation_rules: [{age: \"@1\", $key: zz}]"
		try sealeaf encrypt plain.yaml
		rc 0
		out_has "$key: zz"
	done
	config 'creation_rules: [{age: "@1", mac_only_encrypted: true}]'
	try sealeaf encrypt plain.yaml
	rc 0
	out_has 'mac_only_encrypted: true'
}

@test "CFG-24 recipients in a literal block with a last comma" {
	config 'creation_rules:
  - age: |-
      @1,
      @2,'
	try sealeaf encrypt plain.yaml
	rc 0
	[ "$(for_whom | wc -l)" = 2 ]
}

@test "CFG-25 recipients of a wrong type" {
	for age in 5 '[5]' '{a: b}'; do
		config "creation_rules: [{age: $age}]"
		try sealeaf encrypt plain.yaml
		rc 1
		err_has "invalid age key configuration"
		out_empty
	done
}

@test "CFG-29 CFG-30 key_groups win over flat keys" {
	config 'creation_rules: [{age: "@2", key_groups: [{age: ["@1"]}]}]'
	try sealeaf encrypt plain.yaml
	rc 0
	[ "$(for_whom)" = "$R1" ]
	config 'creation_rules: [{age: "@1", key_groups: []}]'
	try sealeaf encrypt plain.yaml
	rc 0
	[ "$(for_whom)" = "$R1" ]
}

@test "CFG-31 a rule without keys" {
	for rule in '{path_regex: ""}' '{key_groups: []}' '{key_groups: [{}]}'; do
		config "creation_rules: [$rule]"
		cp plain.yaml before
		try sealeaf encrypt -i plain.yaml
		rc 1
		err_has "Could not generate data key: [empty key group provided]"
		same plain.yaml before
	done
}

@test "CFG-33 CFG-34 CFG-35 thresholds" {
	config 'creation_rules: [{key_groups: [{age: ["@1"]}, {age: ["@2"]}]}]'
	try sealeaf encrypt plain.yaml
	rc 0
	out_has 'shamir_threshold: 2'
	for n in 1 3; do
		config "creation_rules: [{shamir_threshold: $n,
		    key_groups: [{age: ['@1']}, {age: ['@2']}]}]"
		tr -d '\t' <.sops.yaml >x && mv x .sops.yaml
		try sealeaf encrypt plain.yaml
		rc 1
		out_empty
	done
	config 'creation_rules: [{shamir_threshold: 1, key_groups: [{age: ["@1"]}]}]'
	try sealeaf encrypt plain.yaml
	rc 0
	out_has 'shamir_threshold: 1'
}

@test "a threshold is cut to a whole number, as in SOPS" {
	for n in 2.0 2e0 2.5 '!!float 2' 0x2; do
		config "creation_rules: [{shamir_threshold: $n, key_groups: [{age: ['@1']}, {age: ['@2']}]}]"
		try sealeaf encrypt plain.yaml
		rc 0
		out_has 'shamir_threshold: 2'
	done
	for n in 3.0 1.5 -1.0 1e30 .inf .nan "'2'" true; do
		config "creation_rules: [{shamir_threshold: $n, key_groups: [{age: ['@1']}, {age: ['@2']}]}]"
		try sealeaf encrypt plain.yaml
		rc 1
		out_empty
	done
}

@test "nothing behind the first document of the configuration counts" {
	for more in '{{{' 'a: *nope' '}' 'creation_rules: 5' '- a' \
	    'creation_rules: [{age: "@2"}]'; do
		config 'creation_rules: [{age: "@1"}]'
		printf -- '---\n%s\n' "$more" >>.sops.yaml
		try sealeaf encrypt plain.yaml
		rc 0
		[ "$(for_whom)" = "$R1" ]
	done
	config 'stores: {}'
	printf -- '---\ncreation_rules: [{age: %s}]\n' "$R1" >>.sops.yaml
	try sealeaf encrypt plain.yaml
	rc 1
	out_empty
	config '{{{'
	printf -- '---\ncreation_rules: [{age: %s}]\n' "$R1" >>.sops.yaml
	try sealeaf encrypt plain.yaml
	rc 1
	out_empty
}

@test "CFG-36 CFG-37 recipients from the environment" {
	config 'creation_rules: [{age: "@1", encrypted_regex: ^b$}]'
	SOPS_AGE_RECIPIENTS=$R2 try sealeaf encrypt plain.yaml
	rc 0
	[ "$(for_whom)" = "$R2" ]
	out_has 'a: 1'
	config 'creation_rules: [{path_regex: ^no$, age: "@1"}]'
	SOPS_AGE_RECIPIENTS=$R2 try sealeaf encrypt plain.yaml
	rc 1
	err_has "no matching creation rules found"
	out_empty
}

@test "CFG-39 unknown keys are ignored" {
	config 'creation_rulez: []
creation_rules: [{age: "@1", hc_vault_uris: x}]'
	try sealeaf encrypt plain.yaml
	rc 0
}

@test "CFG-40 the override's name is matched" {
	config 'creation_rules: [{path_regex: ^a/, age: "@1"}]'
	try sealeaf encrypt --filename-override a/zz.yaml plain.yaml
	rc 0
	try sealeaf encrypt plain.yaml
	rc 1
}

@test "CFG-45 a folder named .sops.yaml" {
	mkdir .sops.yaml
	try sealeaf encrypt --age "$R1" plain.yaml
	rc 1
	err_has "could not read config file"
	out_empty
}

@test "CFG-46 indentation from the configuration" {
	echo '{"a": {"b": 1}}' >f.json
	sealeaf encrypt --age "$R1" -i f.json
	printf 'stores:\n  yaml:\n    indent: 2\n' >.sops.yaml
	try sealeaf decrypt --output-type yaml f.json
	rc 0
	out_is $'a:\n  b: 1'
	try sealeaf --indent 5 decrypt --output-type yaml f.json
	rc 0
	out_is $'a:\n     b: 1'
}

@test "what no rule uses stops no rule" {
	for text in 'keys:\n- &me 0xAB5ACCD7D2C90456\n' '1: x\n' 'x: {1: 2, true: 3, 1.5: 4}\n' \
		'x: !!int abc\n' 'x: !!binary "#"\n' 'x: 99999999999999999999\n'; do
		printf -- "${text}creation_rules:\n- age: %s\n" "$R1" >.sops.yaml
		try sealeaf encrypt plain.yaml
		rc 0
		out_has "recipient: $R1"
	done
	# A key's number is its name, as it is written.
	printf 'creation_rules:\n- pgp: 0xAB5ACCD7D2C90456\n' >.sops.yaml
	try sealeaf encrypt plain.yaml
	rc 1
	grep -q '"0xAB5ACCD7D2C90456"' "$err"
}
