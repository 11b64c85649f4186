# SPDX-License-Identifier: Apache-2.0
# Which format a file has, and printing in another one.

load helper

@test "TYP-01 suffixes are case-sensitive: anything unknown is binary" {
	cp plain.yaml x.YAML
	try sealeaf encrypt --age "$R1" x.YAML
	rc 0
	[ "$(jq -c 'keys' "$out")" = '["data","sops"]' ]
}

@test "TYP-02 a file named .env" {
	echo A=1 >.env
	try sealeaf encrypt --age "$R1" .env
	rc 0
	out_has 'A=ENC['
	out_has 'sops_version=3.13.3'
	out_has 'sops_age__list_0__map_recipient='
}

@test "TYP-03 the given type counts, not the suffix" {
	try sealeaf encrypt --age "$R1" --input-type json plain.yaml
	rc 2
	err_has "Error unmarshalling file"
	out_empty
}

@test "TYP-04 an unknown type is ignored" {
	cp plain.yaml p.txt
	try sealeaf encrypt --age "$R1" --input-type yml p.txt
	rc 0
	jq -e '.data | startswith("ENC[")' "$out"
}

@test "TYP-05 the output type does not follow the input type" {
	enc_yaml
	feed enc.yaml sealeaf decrypt --input-type yaml
	rc 4
	err_has "error emitting binary store"
	out_empty
}

@test "TYP-06 top-level scalars have no form in INI" {
	enc_yaml
	try sealeaf decrypt --output-type ini enc.yaml
	rc 4
	out_empty
}

@test "TYP-07 nested values have no form in dotenv" {
	printf 'top:\n  key: hidden\n' >f.yaml
	sealeaf encrypt --age "$R1" -i f.yaml
	try sealeaf decrypt --output-type dotenv f.yaml
	rc 4
	err_has "cannot use complex value in dotenv file; offending key"
	err_lacks hidden
	out_empty
}

@test "TYP-08 YAML to INI" {
	cat >f.yaml <<-'END'
	section:
	  int: 123
	  real: 1.23
	  yes: true
	  day: 2024-01-02
	  at: 2024-01-02T03:04:05Z
	  text: word
	END
	sealeaf encrypt --age "$R1" -i f.yaml
	try sealeaf decrypt --output-type ini f.yaml
	rc 0
	out_is "[section]
int  = 123
real = 1.23
yes  = true
day  = 2024-01-02T00:00:00Z
at   = 2024-01-02T03:04:05Z
text = word"
}

@test "TYP-09 the indentation of JSON" {
	enc_yaml
	try sealeaf --indent 2 decrypt --output-type json enc.yaml
	rc 0
	out_is '{
  "a": 1,
  "b": "two"
}'
	try sealeaf decrypt --output-type json enc.yaml
	rc 0
	out_is $'{\n\t"a": 1,\n\t"b": "two"\n}'
}

@test "TYP-10 an indentation that does not exist" {
	enc_yaml
	try sealeaf --indent -2 decrypt --output-type json enc.yaml
	rc 4
	out_empty
}

@test "TYP-11 an indentation in the configuration that does not exist" {
	printf 'a: {b: 1}\n' >f.yaml
	sealeaf encrypt --age "$R1" --output enc.json --output-type json f.yaml
	printf 'stores:\n  yaml:\n    indent: -1\n' >.sops.yaml
	try sealeaf decrypt --output-type yaml enc.json
	rc 4
	out_empty
}

@test "every type to JSON and YAML" {
	printf '# c\nA=1\nB=x y\n' >f.env
	printf '[s]\nk = v\n' >f.ini
	for f in f.env f.ini; do
		sealeaf encrypt --age "$R1" -i $f
		try sealeaf decrypt --output-type json $f
		rc 0
		jq -e . "$out"
		try sealeaf decrypt --output-type yaml $f
		rc 0
	done
	# The reference shows the empty section before all others, too.
	out_has $'s:\n    k: v'
}

@test "encrypting from one type to another" {
	printf '# c\na: 1\nb: two\n' >f.yaml
	try sealeaf encrypt --age "$R1" --output-type dotenv --output f.env f.yaml
	rc 0
	try sealeaf decrypt f.env
	rc 0
	out_has a=1
	out_has b=two
}

@test "TYP-12 files of earlier releases" {
	for ext in yaml json env ini; do
		dir=$ROOT/testdata/vectors/$ext/basic
		[ -d "$dir" ] || dir=$(ls -d "$ROOT/testdata/vectors/$ext"/* |
			head -n 1)
		for file in "$dir"/*.enc.*; do
			try sealeaf decrypt --layout sops "$file"
			rc 0
			err_empty
			same "$out" "$dir/3.13.3.dec.$ext"
		done
	done
}

@test "dotenv that is not UTF-8 comes back byte for byte" {
	printf 'A=\377\376\n#\377\nB_unencrypted=\376\n\377=1\nC=x\n' >a.env
	try sealeaf encrypt --age "$R1" --output a.enc.env a.env
	rc 0
	sealeaf decrypt a.enc.env >back
	same back a.env
	sealeaf rotate -i a.enc.env
	sealeaf set a.enc.env '["D"]' '"y"'
	sealeaf unset a.enc.env '["D"]'
	sealeaf decrypt a.enc.env >back
	same back a.env
	printf 'A=\377\nC=x\n' >b.env
	sealeaf encrypt --age "$R1" --output-type json --output b.json b.env
	sealeaf decrypt --output-type dotenv b.json >back
	same back b.env
}

@test "clear bytes that JSON cannot hold are not sealed as JSON" {
	for line in 'B_unencrypted=\376' '\377=1' '\377_unencrypted=1'; do
		printf "C=x\n$line\n" >a.env
		try sealeaf encrypt --age "$R1" --output-type json a.env
		rc 4
		out_empty
		err_has 'not valid UTF-8'
	done
}
