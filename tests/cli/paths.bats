# SPDX-License-Identifier: Apache-2.0
# Paths into a document, as --extract takes them (set and unset: set.bats).

load helper

also_setup()
{
	printf 'a:\n    b:\n        - one\n        - two\n    "x]y": odd\n' >deep.yaml
	sealeaf encrypt --age "$R1" -i deep.yaml
}

@test "PTH-01 both quotes" {
	for path in '["a"]["b"][0]' "['a']['b'][0]" "['a'][\"b\"][0]"; do
		try sealeaf decrypt --extract "$path" deep.yaml
		rc 0
		err_empty
		[ "$(cat "$out")" = one ]
	done
	try sealeaf decrypt --extract '["a"]["x]y"]' deep.yaml
	rc 0
	[ "$(cat "$out")" = odd ]
}

@test "PTH-02 parts without an end" {
	for path in '["a"' a '["a"]x["b"]'; do
		try sealeaf decrypt --extract "$path" deep.yaml
		rc 91
		out_empty
		err_has "error parsing --extract path: component "
		err_has "doesn't end with ]"
	done
}

@test "PTH-03 a part that is no number" {
	try sealeaf decrypt --extract '[a]' deep.yaml
	rc 91
	out_empty
	err_has 'strconv.Atoi: parsing "a": invalid syntax'
	try sealeaf decrypt --extract '[99999999999999999999]' deep.yaml
	rc 91
	out_empty
}

@test "PTH-04 an empty part" {
	for path in '[]' '["]'; do
		try sealeaf decrypt --extract "$path" deep.yaml
		rc 91
		out_empty
		err_has "error parsing --extract path: "
	done
}

@test "PTH-05 a negative index" {
	try sealeaf decrypt --extract '["a"]["b"][-1]' deep.yaml
	rc 1
	out_empty
	err_is "error truncating tree: component [-1] accesses out of bounds"
	try sealeaf decrypt --extract '["a"]["b"][2]' deep.yaml
	rc 1
	err_is "error truncating tree: component [2] accesses out of bounds"
}

@test "a position that no list has is named as it was written" {
	for n in -5 -9223372036854775808 4294967295 5000000000; do
		try sealeaf decrypt --extract "['a'][[\"b\"][$n][\"c\"]" deep.yaml
		rc 1
		out_empty
		err_is "error truncating tree: component [$n] accesses out of bounds"
	done
	try sealeaf decrypt --extract '["a"]["b"][0][-7]' deep.yaml
	rc 1
	err_is "error truncating tree: component [-7] is integer, but tree part is not a slice"
}

@test "PTH-06 an empty path" {
	cp deep.yaml before
	for path in '' '[' '[[['; do
		sealeaf decrypt deep.yaml >all
		try sealeaf decrypt --extract "$path" deep.yaml
		rc 0
		same "$out" all
		try sealeaf set deep.yaml "$path" 1
		rc 7
		out_empty
		try sealeaf unset deep.yaml "$path"
		rc 7
		out_empty
		same deep.yaml before
	done
}
