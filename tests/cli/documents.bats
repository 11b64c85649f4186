# SPDX-License-Identifier: Apache-2.0
# Which text is a document: what SOPS's own parser reads, and nothing else.

load helper

DOCUMENTS=$BATS_TEST_DIRNAME/../../testdata/documents

# Encrypt and decrypt the file, which must come back byte for byte, and which
# SOPS, where it is there, must open.
comes_back()
{
	local suffix=${1##*.}

	try sealeaf encrypt --age "$R1" --output "enc.$suffix" "$1"
	rc 0
	try sealeaf decrypt "enc.$suffix"
	rc 0
	cmp "$out" "$1"
	if command -v sops >/dev/null; then
		try sops decrypt "enc.$suffix"
		rc 0
	fi
}

# Write the text, which is refused with status 2 at the given place.
refused_at()
{
	printf '%b' "$2" >x.yaml
	try sealeaf encrypt --age "$R1" --encrypted-regex '^s$' x.yaml
	rc 2
	out_empty
	err_has "x.yaml:$1: Error unmarshalling file: "
}

@test "clear text that SOPS's parser refuses is not written" {
	try sealeaf encrypt --age "$R1" --encrypted-regex '^s$' \
		"$DOCUMENTS/escaped-slash.yaml"
	rc 2
	out_empty
	err_has 'escaped-slash.yaml:2:12: Error unmarshalling file: found unknown escape character'
	err_has 'write / alone'
	refused_at 2:6 's: x\na: [b?c]\n'
	refused_at 2:6 's: x\na: {b?c: d}\n'
	refused_at 3:1 's: x\na: [!t,b]\n'
	refused_at 1:1 '%YAML 1.001\n---\ns: x\n'
}

@test "what SOPS's parser reads comes back byte for byte" {
	for name in escaped-apostrophe bom-after-comment null-document \
		comment-and-empty; do
		comes_back "$DOCUMENTS/$name.yaml"
	done
	for text in 'a: [b:,c]\n' 'a: {b:}\n' 'a: !t,u b\n' 'a: !t[u] b\n' \
		'--- ~\n' '# x\n~ # y\n---\na: 1\n---\nnull # z\n' \
		'a: "\\x41\\'\''\\t"\n' "k: 'it''s'\n" \
		'abc\0357\0273\0277: 1\nb: 2\n' 'a: 1\0357\0273\0277\n'; do
		printf '%b' "$text" >x.yaml
		comes_back x.yaml
	done
}

@test "a mapping or a list as a key is refused, template braces by name" {
	try sealeaf encrypt --age "$R1" "$DOCUMENTS/helm-template.yaml"
	rc 2
	out_empty
	err_has "helm-template.yaml:2:10: Error unmarshalling file: invalid map key"
	err_has "template"
	for text in 'a: {{ x }}\n' '? {a: b}\n: c\n' '? [a]\n: c\n'; do
		printf '%b' "$text" >x.yaml
		try sealeaf encrypt --age "$R1" x.yaml
		rc 2
		out_empty
		err_has "invalid map key"
	done
}

@test "keys that are no strings and large integers in SOPS's words" {
	printf '1: a\n' >x.yaml
	try sealeaf encrypt --age "$R1" x.yaml
	rc 23
	err_has "Error encrypting tree: Error walking tree: Tree contains a non-string key (type int)"
	printf 'a: 18446744073709551615\n' >x.yaml
	try sealeaf encrypt --age "$R1" x.yaml
	rc 23
	err_has "Error encrypting tree: Error walking tree: Cannot walk value, unknown type: uint64"
}

@test "an empty mapping beside comments that SOPS encrypted comes back" {
	command -v sops >/dev/null || skip "no sops"
	printf '# nothing yet\n{}\n' >x.yaml
	sops encrypt --age "$R1" x.yaml >enc.yaml
	try sealeaf decrypt enc.yaml
	rc 0
	cmp "$out" x.yaml
}

@test "a key sops in a later document is refused in SOPS's words" {
	printf 'a: 1\n---\nsops: 1\n' >x.yaml
	try sealeaf encrypt --age "$R1" x.yaml
	rc 4
	out_empty
	err_has 'Found key "sops" in encrypted data, which is a reserved key used for SOPS metadata'
}

@test "files of versions 1.18 and v3.8.1 open" {
	export SOPS_AGE_KEY_FILE=$DOCUMENTS/key.txt
	for version in 1.18 v3.8.1; do
		try sealeaf decrypt "$DOCUMENTS/version-$version.yaml"
		rc 0
		out_has "a: "
		try sealeaf filestatus "$DOCUMENTS/version-$version.yaml"
		rc 0
		try sealeaf recipients "$DOCUMENTS/version-$version.yaml"
		rc 0
	done
}

@test "a text that would not come back is no fault of the program's" {
	printf 's: x\nb: {&a k: 1, *a : 2}\n' >alias.yaml
	try sealeaf encrypt --age "$R1" alias.yaml
	rc 4
	[ ! -s "$out" ]
	grep -q 'would not come back byte for byte' "$err"
	! grep -q 'fault' "$err"
	# What the file's own layout cannot carry, that of SOPS does.
	printf 'a: 1\n%%TAG ! x\n---\nb: 2\n' >tag.yaml
	sealeaf encrypt --age "$R1" tag.yaml >sealed.yaml
	sealeaf decrypt sealed.yaml | cmp - tag.yaml
}

@test "a source in UTF-16 by its byte order mark is read, and comes back in its own bytes" {
	printf 'a: h\303\251\360\237\230\200\nb: 1.50 # c\n' >utf8.yaml
	for code in LE:'\377\376' BE:'\376\377'; do
		{ printf "${code#*:}"; iconv -f UTF-8 -t "UTF-16${code%%:*}" utf8.yaml; } >plain.yaml
		sealeaf encrypt --age "$R1" plain.yaml >sealed.yaml
		sealeaf decrypt sealed.yaml | cmp - plain.yaml
		cp sealed.yaml again.yaml
		sealeaf rotate -i again.yaml
		sealeaf decrypt again.yaml | cmp - plain.yaml
		# A change makes it UTF-8, as SOPS does.
		sealeaf set again.yaml '["n"]' 1
		try sealeaf decrypt --extract '["a"]' again.yaml
		rc 0
		[ "$(cat "$out")" = "$(printf 'h\303\251\360\237\230\200')" ]
		# The encrypted file, and the configuration, saved so by an editor.
		{ printf "${code#*:}"; iconv -f UTF-8 -t "UTF-16${code%%:*}" sealed.yaml; } >wide.yaml
		sealeaf decrypt wide.yaml | cmp - plain.yaml
		try sealeaf filestatus wide.yaml
		out_has '"encrypted":true'
		{ printf "${code#*:}"; printf 'creation_rules:\n- age: %s\n' "$R1" |
			iconv -f UTF-8 -t "UTF-16${code%%:*}"; } >.sops.yaml
		sealeaf encrypt utf8.yaml >/dev/null
		rm .sops.yaml
	done
	printf '\377\376a\000:\000 \000\000\330' >bad.yaml
	try sealeaf encrypt --age "$R1" bad.yaml
	rc 2
	grep -q '^bad.yaml:1:1: .*UTF-16' "$err"
}
