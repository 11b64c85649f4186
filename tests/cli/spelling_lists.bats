# SPDX-License-Identifier: Apache-2.0
# Sealed spellings of a source of several documents: each block has its own.

load helper

DATA=$BATS_TEST_DIRNAME/../../testdata/spellings

# lists FILE: how many different lists of spellings its blocks have.
lists()
{
	grep -o 'sealeaf_spelling: .*' "$1" | sort -u | wc -l
}

@test "a block has the list of its own document" {
	cp "$DATA/documents.yaml" d.yaml
	sealeaf encrypt --age "$R1" d.yaml >e.yaml
	[ "$(lists e.yaml)" -eq 4 ]
	try sealeaf decrypt e.yaml
	rc 0
	same "$out" d.yaml
}

@test "every command keeps the lists" {
	cp "$DATA/documents.yaml" d.yaml
	sed 's/^a: 0644/a: 7/' d.yaml >changed.yaml
	sealeaf encrypt --age "$R1" d.yaml >e.yaml
	cp e.yaml s.yaml
	sealeaf set s.yaml '["a"]' 7
	try sealeaf decrypt s.yaml
	same "$out" changed.yaml
	# The other documents' lists are not sealed anew.
	[ "$(cat e.yaml s.yaml | lists /dev/stdin)" -eq 5 ]
	printf 'creation_rules:\n- age: %s,%s\n' "$R1" "$R2" >.sops.yaml
	sealeaf updatekeys -y s.yaml
	[ "$(lists s.yaml)" -eq 4 ]
	try sealeaf decrypt s.yaml
	same "$out" changed.yaml
	sealeaf rotate -i s.yaml
	[ "$(lists s.yaml)" -eq 4 ]
	try sealeaf decrypt s.yaml
	same "$out" changed.yaml
	EDITOR='sed -i s/^a:.1e3/a:\ 0b11/' try sealeaf edit s.yaml
	rc 0
	try sealeaf decrypt s.yaml
	out_has "a: 0b11"
	out_has "a: 0x1F"
}

@test "files with the whole list in each block come back as they were" {
	cp "$DATA/documents.whole-list.yaml" e.yaml
	[ "$(lists e.yaml)" -eq 1 ]
	try sealeaf decrypt e.yaml
	rc 0
	same "$out" "$DATA/documents.yaml"
	printf 'creation_rules:\n- age: %s,%s\n' "$R1" "$R2" >.sops.yaml
	sealeaf updatekeys -y e.yaml
	try sealeaf decrypt e.yaml
	same "$out" "$DATA/documents.yaml"
	sealeaf set e.yaml '["a"]' 7
	try sealeaf decrypt e.yaml
	sed 's/^a: 0644/a: 7/' "$DATA/documents.yaml" | diff - "$out"
}
