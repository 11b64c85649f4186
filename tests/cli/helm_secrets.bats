# SPDX-License-Identifier: Apache-2.0
# How helm-secrets calls the command: its flags, its ways of telling whether a
# file is encrypted and in which format, and its odd folder names.

load helper

also_setup()
{
	printf 'creation_rules:\n- age: %s\n' "$R1" >.sops.yaml
	cat >values.yaml <<'END'
global_secret: global_bar
service:
  port: 81   # by hand
key: |
  two
  lines
END
}

# As its scripts do.
is_encrypted()
{
	grep -q 'mac.*,type:str]' "$1"
}

type_of()
{
	if grep -xq 'sops:\s*' "$1"; then
		echo yaml
	elif grep -q '"data": "ENC' "$1"; then
		echo binary
	else
		echo json
	fi
}

backend()
{
	sealeaf "$1" --input-type "$2" --output-type "$2" "${@:3}"
}

# round FORMAT FILE
round()
{
	cp "$2" before
	run ! is_encrypted "$2"
	backend --encrypt "$1" --in-place "$PWD/$2"
	is_encrypted "$2"
	[ "$(type_of "$2")" = "${3:-$1}" ]
	backend --decrypt "$(type_of "$2")" --output "$PWD/plain.out" "$PWD/$2"
	same before plain.out
	backend --decrypt "$(type_of "$2")" "$2" >plain.out
	same before plain.out
	backend --decrypt "$(type_of "$2")" --in-place "$2"
	same before "$2"
}

@test "yaml, json and raw files go round" {
	round yaml values.yaml
	printf '{\n  "a": "x",\n  "b": 2\n}\n' >file.json
	round json file.json
	printf 'no newline at the end' >file.txt
	round binary file.txt
	printf 'newline\n\n' >file.raw
	round binary file.raw
}

@test "folders with odd names" {
	local odd=$PWD/'a@b§c!d\$e \f(g)h=i^j😀'

	mkdir "$odd"
	cp values.yaml "$odd/secrets.yaml"
	backend --encrypt yaml --in-place "$odd/secrets.yaml"
	is_encrypted "$odd/secrets.yaml"
	backend --decrypt yaml "$odd/secrets.yaml" | cmp - values.yaml
	(cd "$odd" && backend --decrypt yaml secrets.yaml) | cmp - values.yaml
	(cd "$odd" && backend --decrypt yaml ./secrets.yaml) | cmp - values.yaml
}

@test "through a symbolic link" {
	backend --encrypt yaml --in-place values.yaml
	ln -s values.yaml link.yaml
	backend --decrypt yaml link.yaml | grep -q 'global_secret: global_bar'
	backend --decrypt yaml --in-place link.yaml
	[ -L link.yaml ]
	grep -q 'global_secret: global_bar' values.yaml
}

@test "a literal on /dev/stdin" {
	printf '{"data": "secret"}' >l.json
	backend --encrypt json l.json >l.enc
	is_encrypted l.enc
	out=$(backend --decrypt json /dev/stdin <l.enc)
	[ "$out" = '{"data": "secret"}' ]
}

@test "edit" {
	backend --encrypt yaml --in-place values.yaml
	EDITOR="sed -i s/global_bar/changed/" \
	    sealeaf --input-type yaml --output-type yaml values.yaml
	is_encrypted values.yaml
	backend --decrypt yaml values.yaml | grep -q 'global_secret: changed'
}

@test "what is not encrypted fails with nothing on standard output" {
	try sealeaf --decrypt --input-type yaml --output-type yaml values.yaml
	[ "$status" -ne 0 ]
	out_empty
	err_has "sops metadata not found"
	try sealeaf --decrypt --input-type json --output-type json values.yaml
	[ "$status" -ne 0 ]
	out_empty
}

@test "a failed encryption leaves the file" {
	cp values.yaml before
	rm .sops.yaml
	try sealeaf --encrypt --input-type yaml --output-type yaml --in-place \
	    values.yaml
	[ "$status" -ne 0 ]
	same before values.yaml
}

@test "backend arguments come first" {
	backend --encrypt yaml --in-place values.yaml
	try sealeaf --verbose --decrypt --input-type yaml --output-type yaml \
	    values.yaml
	rc 0
	same "$out" <(sealeaf decrypt values.yaml)
}
