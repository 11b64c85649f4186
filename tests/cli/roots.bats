# SPDX-License-Identifier: Apache-2.0
# YAML whose root is a flow mapping or is indented: where programs that read
# SOPS files look for the block, and that the source comes back.

load helper

EARLY=$ROOT/testdata/early

also_setup()
{
	printf 'creation_rules:\n- age: %s,%s\n' "$R1" "$R2" >.sops.yaml
}

sources()
{
	mkdir -p src
	printf '{"a": 1, b: {c: [x, 2.50]}, n: null, e: {}}\n' >src/flow.yaml
	printf '{\r\n\t"a": "\\u00e9",\r\n\t"b": [1, {}]\r\n}\r\n' >src/crlf.yaml
	printf '{\n  "a": true,\n  "b": {"c": "x"}\n}' >src/json.yaml
	printf '{}\n' >src/empty.yaml
	printf '{}' >src/bare.yaml
	printf '{ # c\n}\n' >src/comment.yaml
	printf '# top\n  a: 1\n  # in\n  b:\n  - x # y\n' >src/indented.yaml
	printf '%s\n' '--- {a: b}' '---' 'c: d # e' '--- {}' '...' >src/many.yaml
	printf 'a: b\n---\n  c: d\n' >src/second.yaml
	printf '&x {a: &q [1, 0x1F], b: *q} # tail\n' >src/anchor.yaml
	printf '%%YAML 1.1\n--- !!map\n{a: "x\\ty", ? b : !v c}\n' >src/tags.yaml
	printf '\357\273\277{a: b}\n' >src/bom.yaml
}

# Flux, and helm-secrets: the block at the beginning of a line, the MAC in
# block style.
seen()
{
	grep -xq 'sops:\s*' "$1"
	grep -q '^sops:' "$1"
	grep -q 'mac: ENC\[' "$1"
}

@test "the block stands where it is looked for, and the source comes back" {
	sources
	for f in src/*.yaml; do
		echo "$f"
		sealeaf encrypt --age "$R1" "$f" >e.yaml
		seen e.yaml
		sealeaf decrypt e.yaml | cmp - "$f"
	done
}

@test "so it is after rotate, set, unset and edit" {
	sources
	for f in src/*.yaml; do
		echo "$f"
		sealeaf encrypt --age "$R1" "$f" >e.yaml
		sealeaf rotate -i e.yaml
		seen e.yaml
		sealeaf decrypt e.yaml | cmp - "$f"
		sealeaf set e.yaml '["zz"]' '"new"'
		seen e.yaml
		[ "$(sealeaf decrypt --extract '["zz"]' e.yaml)" = new ]
		EDITOR='sed -i s/new/newer/' sealeaf edit e.yaml
		seen e.yaml
		sealeaf decrypt e.yaml >plain
		sed s/newer/new/ plain | grep -q 'zz: new\|"zz": "new"'
		sealeaf unset e.yaml '["zz"]'
		seen e.yaml
		case $f in
		*/empty.yaml | */bare.yaml | */comment.yaml) continue ;;
		esac
		sealeaf decrypt e.yaml | cmp - "$f"
	done
}

@test "only what changed changes" {
	printf '{"a": 1, "b": {"c": "x"}}\n' >f.yaml
	sealeaf encrypt -i --age "$R1" f.yaml
	cp f.yaml before
	sealeaf set f.yaml '["b"]["c"]' '"y"'
	[ "$(sealeaf decrypt f.yaml)" = '{"a": 1, "b": {"c": "y"}}' ]
	grep -vE 'c:|lastmodified:|mac:|sealeaf_spelling:' before >rest
	grep -vE 'c:|lastmodified:|mac:|sealeaf_spelling:' f.yaml | cmp - rest
	sealeaf updatekeys -y f.yaml
	sealeaf rotate -i --add-age "$R2" f.yaml
	[ "$(grep -c 'recipient:' f.yaml)" = 2 ]
	[ "$(sealeaf decrypt f.yaml)" = '{"a": 1, "b": {"c": "y"}}' ]
}

@test "a rule keeps its clear values in sight" {
	printf '{"kind": "Secret", "data": {"k": "v"}}' >f.yaml
	sealeaf encrypt --age "$R1" --encrypted-regex '^data$' f.yaml >e.yaml
	grep -qx 'kind: Secret' e.yaml
	seen e.yaml
	sealeaf decrypt e.yaml | cmp - f.yaml
}

@test "a comment's envelope that its own rule would match is refused" {
	printf '{\n# x\n"a": 1}\n' >f.yaml
	try sealeaf encrypt --age "$R1" \
		--unencrypted-comment-regex 'ENC' f.yaml
	rc 23
	err_has "unencrypted_comment_regex"
	out_empty
}

@test "a flow root of another type is printed as SOPS prints it" {
	printf 'a: 1\nb:\n    - x\n    - n: 2.50\n' >f.yaml
	sealeaf encrypt --age "$R1" --input-type yaml \
		--filename-override k f.yaml >k
	[ "$(jq -r 'keys | join(" ")' k)" = 'a b sops' ]
	feed k sealeaf decrypt --input-type yaml --output-type yaml
	rc 0
	out_is 'a: 1
b:
    - x
    - "n": 2.5'
	printf '{"a": 1, "b": ["x"]}' >j.json
	sealeaf encrypt --age "$R1" j.json >k.yaml
	try sealeaf decrypt k.yaml
	out_is 'a: 1
b:
    - x'
	sealeaf updatekeys -y k.yaml
	jq -e .sops.mac k.yaml
	sealeaf set k.yaml '["b"][0]' '"w"'
	seen k.yaml
	[ "$(sealeaf decrypt k.yaml)" = 'a: 1
b:
    - w' ]
}

@test "files that have the block inside the braces come back as they were" {
	for f in flow indented; do
		cp "$EARLY/$f.yaml" f.yaml
		sealeaf decrypt f.yaml | cmp - "$EARLY/$f.plain.yaml"
		sealeaf updatekeys -y f.yaml
		sealeaf decrypt f.yaml | cmp - "$EARLY/$f.plain.yaml"
		sealeaf rotate -i f.yaml
		seen f.yaml
		sealeaf decrypt f.yaml | cmp - "$EARLY/$f.plain.yaml"
		cp "$EARLY/$f.yaml" f.yaml
		sealeaf set f.yaml '["a"]' 2
		seen f.yaml
		sealeaf decrypt f.yaml |
			diff - <(sed 's/a\(.*\) 1/a\1 2/' "$EARLY/$f.plain.yaml")
	done
}

@test "the other formats have what is looked for" {
	printf '{"a": 1}' >f.json
	sealeaf encrypt --age "$R1" f.json | grep -q '"mac": "ENC\['
	printf 'x' >f
	sealeaf encrypt --age "$R1" f | grep -q '"mac": "ENC\['
	printf 'A=1\n' >f.env
	sealeaf encrypt --age "$R1" f.env | grep -q 'sops_mac=ENC\['
	printf '[s]\na=1\n' >f.ini
	sealeaf encrypt --age "$R1" f.ini | grep -q '^\[sops\]'
}

@test "a last empty document in SOPS's layout" {
	printf 'a: b\n---\n{}\n' >f.yaml
	sealeaf encrypt --age "$R1" --layout sops f.yaml >e.yaml
	[ "$(grep -c '^sops:' e.yaml)" = 2 ]
	try sealeaf decrypt --layout sops e.yaml
	out_is 'a: b
---
{}'
	sealeaf encrypt --age "$R1" f.yaml >e.yaml
	[ "$(grep -c '^sops:' e.yaml)" = 2 ]
	sealeaf decrypt e.yaml | cmp - f.yaml
}

@test "a comment that somebody adds to the encrypted file is not lost" {
	printf '# top\n  kind: x\n  data:\n    k: v # in\n' >f.yaml
	sealeaf encrypt --age "$R1" --encrypted-regex '^data$' f.yaml >e.yaml
	sealeaf decrypt e.yaml | cmp - f.yaml
	sed 's/^kind:/# by hand\nkind:/' e.yaml >h.yaml
	try sealeaf decrypt h.yaml
	rc 0
	out_is '# top
# by hand
kind: x
data:
    k: v # in'
	EDITOR='sed -i s/kind/sort/' sealeaf edit h.yaml
	sealeaf decrypt h.yaml | grep -qx '# by hand'
}
