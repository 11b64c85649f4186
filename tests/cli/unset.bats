# SPDX-License-Identifier: Apache-2.0
# unset: one value of an encrypted file, taken away in place.

load helper

also_setup()
{
	printf '{"a":2,"b":"ba","c":[1,2]}\n' >plain.json
	printf 'a: 2\n# about b\nb: ba # b\nc:\n- 1\n- 2\nd:\n  k: v\n' \
	    >plain2.yaml
	sealeaf encrypt --age "$R1" plain.json >f.json
	sealeaf encrypt --age "$R1" plain2.yaml >f.yaml
}

plain()
{
	try sealeaf decrypt "$1"
	rc 0
	out_is "$2"
}

@test "UNS-01 UNS-02 UNS-03 UNS-04 JSON" {
	try sealeaf unset f.json '["a"]'
	rc 0
	out_empty
	err_empty
	plain f.json '{"b":"ba","c":[1,2]}'
	cp f.json before
	try sealeaf unset --idempotent f.json '["a"]'
	rc 0
	same f.json before
	try sealeaf unset f.json '["c"][1]'
	rc 0
	plain f.json '{"b":"ba","c":[1]}'
	cp f.json before
	try sealeaf unset --idempotent f.json '["c"][1]'
	rc 0
	same f.json before
}

@test "UNS-05 YAML" {
	try sealeaf unset f.yaml '["a"]'
	rc 0
	try sealeaf unset f.yaml '["c"][0]'
	rc 0
	plain f.yaml '# about b
b: ba # b
c:
- 2
d:
  k: v'
	cp f.yaml before
	try sealeaf unset --idempotent f.yaml '["c"][1]'
	rc 0
	same f.yaml before
}

@test "UNS-06 what is not there" {
	cp f.json before
	try sealeaf unset f.json '["zz"]'
	rc 1
	err_has "Key not found: zz"
	try sealeaf unset f.json '["c"][9]'
	rc 1
	err_has "Index 9 out of bounds"
	try sealeaf unset --idempotent f.json '["a"]["b"]'
	rc 1
	err_has "Unsupported type: int for item 'b'"
	same f.json before
}

@test "UNS-07 UNS-08 UNS-09 bad paths and positionals" {
	cp f.json before
	for path in '["d' ''; do
		try sealeaf unset f.json "$path"
		rc 7
		err_has "Invalid unset index format"
	done
	try sealeaf unset f.json
	rc 100
	try sealeaf unset f.json '["c"][-1]'
	rc 1
	try sealeaf unset f.json '["c"]["x"]'
	rc 1
	same f.json before
}

@test "UNS-10 the last key of a mapping" {
	try sealeaf unset f.yaml '["d"]["k"]'
	rc 0
	plain f.yaml 'a: 2
# about b
b: ba # b
c:
- 1
- 2
d: {}'
}

@test "the last key of all" {
	printf 'a: 1\n' >one.yaml
	sealeaf encrypt -i --age "$R1" one.yaml
	try sealeaf unset one.yaml '["a"]'
	rc 0
	plain one.yaml '{}'
	try sealeaf set one.yaml '["b"]' 1
	rc 0
	plain one.yaml 'b: 1'
}

@test "other lines stay as they are" {
	cp f.yaml before
	try sealeaf unset f.yaml '["b"]'
	rc 0
	diff before f.yaml | grep '^>' >lines || true
	grep -q '^> *mac:' lines
	! grep -v '^> *\(lastmodified\|mac\):' lines
}
