# SPDX-License-Identifier: Apache-2.0
# set: one value of an encrypted file, written in place.

load helper

also_setup()
{
	printf '{"a":2,"b":"ba"}\n' >plain.json
	printf 'a: 2\nb: ba\nc: [1, 2]\nd:\n  k: v\n' >plain2.yaml
	sealeaf encrypt --age "$R1" plain.json >f.json
	sealeaf encrypt --age "$R1" plain2.yaml >f.yaml
}

# plain FILE TEXT: what FILE decrypts to.
plain()
{
	try sealeaf decrypt "$1"
	rc 0
	out_is "$2"
}

@test "SET-01 SET-02 SET-03 SET-04 a value, a file, standard input" {
	try sealeaf set f.json '["a"]' '{"aa": "aaa"}'
	rc 0
	out_empty
	err_empty
	grep -q '"a":{"aa":"ENC\[' f.json
	try sealeaf set f.json '["c"]' '{"cc": "ccc"}'
	rc 0
	echo '{"dd": "ddd"}' >v.json
	try sealeaf set --value-file f.json '["d"]' v.json
	rc 0
	feed v.json sealeaf set --value-stdin f.json '["e"]'
	rc 0
	plain f.json '{"a":{"aa":"aaa"},"b":"ba","c":{"cc":"ccc"},"d":{"dd":"ddd"},"e":{"dd":"ddd"}}'
}

@test "SET-05 YAML" {
	try sealeaf set f.yaml '["a"]' '{"aa": "aaa"}'
	rc 0
	try sealeaf set f.yaml '["e"]' '"aaa"'
	rc 0
	plain f.yaml 'a:
  aa: aaa
b: ba
c: [1, 2]
d:
  k: v
e: aaa'
}

@test "SET-06 SET-07 another output type, and nothing to change" {
	cp f.json before
	try sealeaf set --idempotent --output-type yaml f.json '["b"]' '"ba"'
	rc 0
	same f.json before
	try sealeaf set --output-type yaml f.json '["b"]' '"ba"'
	rc 0
	try sealeaf decrypt --input-type yaml --output-type yaml f.json
	rc 0
	out_is 'a: 2
b: ba'
}

@test "SET-08 an integer of the file equals an integer given" {
	cp f.json before
	try sealeaf set --idempotent f.json '["a"]' 2
	rc 0
	same f.json before
	try sealeaf set f.json '["a"]' 2
	rc 0
	! same f.json before
	[ "$(grep -o '"a":"[^"]*"' f.json)" = "$(grep -o '"a":"[^"]*"' before)" ]
}

@test "SET-09 SET-10 SET-11 SET-12 lists, and what is not there" {
	try sealeaf set f.yaml '["c"][0]' 9
	try sealeaf set f.yaml '["c"][7]' 8
	try sealeaf set f.yaml '["nn"]["m"][0]["k"]' '"v"'
	try sealeaf set f.yaml '["a"]["m"]' 1.5
	rc 0
	plain f.yaml 'a:
  m: 1.5
b: ba
c: [9, 2, 8]
d:
  k: v
nn:
  m:
    - k: v'
	cp "$out" before
	try sealeaf set f.yaml '["d"][0]' 1
	rc 0
	plain f.yaml "$(cat before)"
}

@test "SET-13 SET-14 arrays and empty objects" {
	try sealeaf set f.json '["a"]' '[1,2]'
	rc 0
	try sealeaf set f.json '["b"]' '{}'
	rc 0
	plain f.json '{"a":[1,2],"b":{}}'
}

@test "SET-15 SET-16 bad values and paths" {
	cp f.json before
	for value in notjson '' '1, "x": 2' '{'; do
		try sealeaf set f.json '["a"]' "$value"
		rc 7
		err_has "Value for --set is not valid JSON"
	done
	for path in '["z"' z '' '[]'; do
		try sealeaf set f.json "$path" 1
		rc 7
		err_has "Invalid set index format"
	done
	same f.json before
}

@test "SET-17 SET-18 positionals" {
	try sealeaf set f.json '["a"]'
	rc 100
	try sealeaf set f.json '["a"]' 1 2
	rc 100
	try sealeaf set --value-stdin f.json '["a"]' 1
	rc 100
	try sealeaf set --value-stdin --value-file f.json '["a"]'
	rc 1
}

@test "SET-19 the metadata's names" {
	printf 'A=1\n' >plain.env
	sealeaf encrypt --age "$R1" plain.env >f.env
	cp f.env before
	for args in 'f.yaml ["sops"]' 'f.json ["sops"]' 'f.env ["sops_x"]'; do
		try sealeaf set $args '"x"'
		rc 203
		err_has "The file you have provided contains a top-level entry"
	done
	same f.env before
}

@test "SET-20 SET-21 what flat formats cannot hold" {
	printf 'A=1\n' >plain.env
	printf '[s]\nk = v\n' >plain.ini
	sealeaf encrypt --age "$R1" plain.env >f.env
	sealeaf encrypt --age "$R1" plain.ini >f.ini
	try sealeaf set f.ini '["q"]' 5
	rc 4
	try sealeaf set f.env '["A"]' '{"b":1}'
	rc 4
	err_has "offending key A"
	try sealeaf set f.env '["A"]' 5
	rc 0
	plain f.env A=5
	try sealeaf set f.ini '["s"]["l"]' '"w"'
	rc 0
	plain f.ini '[s]
k = v
l = w'
}

@test "SET-22 a key into a list, a position before its first" {
	cp f.yaml before
	try sealeaf set f.yaml '["c"]["x"]' 1
	rc 7
	try sealeaf set f.yaml '["c"][-1]' 1
	rc 7
	same f.yaml before
}

@test "SET-23 binary" {
	printf hello >plain.bin
	sealeaf encrypt --age "$R1" plain.bin >f.bin
	try sealeaf set f.bin '["data"]' '"bye"'
	rc 0
	try sealeaf decrypt f.bin
	[ "$(cat "$out")" = bye ]
	cp f.bin before
	try sealeaf set f.bin '["data"]' 5
	rc 4
	same f.bin before
}

@test "SET-24 a plain file, and none" {
	try sealeaf set plain.json '["a"]' 1
	rc 1
	err_has "sops metadata not found"
	try sealeaf set none.json '["a"]' 1
	rc 2
	absent none.json
}

@test "SET-25 SET-26 big and negative numbers" {
	try sealeaf set f.json '["a"]' 9223372036854775807
	try sealeaf set f.json '["b"]' -1
	rc 0
	plain f.json '{"a":9223372036854775807,"b":-1}'
	try sealeaf set f.yaml '["a"]' 12345678901234567890
	rc 0
	try sealeaf decrypt --extract '["a"]' f.yaml
	out_has 1.2345678901234567e+19
}

@test "other lines stay as they are, and so does the version" {
	sed -i 's/version: .*/version: 3.9.0/' f.yaml
	cp f.yaml before
	try sealeaf set f.yaml '["b"]' '"new"'
	rc 0
	diff before f.yaml | grep '^>' >lines || true
	grep -q '^> b: ENC' lines
	grep -q '^> *mac:' lines
	! grep -v '^> *\(b\|lastmodified\|mac\):' lines
}

@test "comments inside what is replaced go with it" {
	printf 's:\n  a: 1\n  # secret\nt: x # clear\n' >c.yaml
	sealeaf encrypt -i --encrypted-regex '^s$' --age "$R1" c.yaml
	try sealeaf set c.yaml '["s"]' 2
	rc 0
	! grep secret c.yaml
	plain c.yaml 's: 2
t: x # clear'
}
