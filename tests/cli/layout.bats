# SPDX-License-Identifier: Apache-2.0
# SOPS's own layout, asked for by a flag or by a variable.

load helper

also_setup()
{
	cat >c.yaml <<'END'
a: 1 # one
# head
c: # three
  d: x # four
l: # five
  - p # six
  # lone
  - q: 1 # seven
    r: 2 # eight
m: | # ten
  text
n: [1, 2] # eleven
f: null # thirteen
g: "q" #
# foot
END
	cat >sops.yaml <<'END'
# one
a: 1
# head
# three
c:
    # four
    d: x
# five
l:
    # six
    - p
    # lone
    # seven
    - q: 1
      # eight
      r: 2
# ten
m: |
    text
"n":
    # eleven
    - 1
    - 2
# thirteen
f: null
g: q #
# foot
END
}

# Envelopes without what is different each time, metadata left out.
shape()
{
	sed 's/ENC\[[^]]*type:\([a-z]*\)\]/ENC \1/g; /^sops:/,$d' "$1"
}

@test "comments behind values go above them when they are decrypted" {
	sealeaf encrypt --age "$R1" --layout sops c.yaml >e.yaml
	sealeaf decrypt --layout sops e.yaml | diff - sops.yaml
	sealeaf encrypt --age "$R1" c.yaml >e.yaml
	sealeaf decrypt --layout sops e.yaml | diff - sops.yaml
	sealeaf decrypt e.yaml | cmp - c.yaml
}

@test "comments of lists are items, those behind values stay when encrypted" {
	sealeaf encrypt --age "$R1" --layout sops c.yaml >e.yaml
	shape e.yaml | diff - <(cat <<'END'
a: ENC int #ENC comment
#ENC comment
#ENC comment
c:
    d: ENC str #ENC comment
#ENC comment
l:
    - ENC comment
    - ENC str
    - ENC comment
    - q: ENC int #ENC comment
      r: ENC int #ENC comment
m: ENC str #ENC comment
"n":
    - ENC comment
    - ENC int
    - ENC int
f: null #ENC comment
g: ENC str #
#ENC comment
END
)
	# Nothing stands between the last comment and the block.
	[ "$(sed -n '/^sops:/=' e.yaml)" = 21 ]
}

@test "clear comments stay behind their values" {
	printf 'a: 1 # one\nb: x\n' >f.yaml
	sealeaf encrypt --age "$R1" --encrypted-regex '^b$' --layout sops \
		f.yaml >e.yaml
	try sealeaf decrypt --layout sops e.yaml
	out_is 'a: 1 # one
b: x'
}

@test "SEALEAF_LAYOUT does what the flag does" {
	export SEALEAF_LAYOUT=sops
	sealeaf encrypt --age "$R1" c.yaml >e.yaml
	grep -qx '    - ENC.*type:comment\]' e.yaml
	sealeaf decrypt e.yaml | diff - sops.yaml
	sealeaf --decrypt e.yaml | diff - sops.yaml
	sealeaf set e.yaml '["a"]' 2
	sealeaf decrypt e.yaml | diff - <(sed 's/^a: 1/a: 2/' sops.yaml)
	SEALEAF_LAYOUT=keep sealeaf encrypt --age "$R1" c.yaml >e.yaml
	SEALEAF_LAYOUT= sealeaf decrypt e.yaml | cmp - c.yaml
	SEALEAF_LAYOUT=mine try sealeaf decrypt e.yaml
	[ "$status" -ne 0 ]
	err_has 'unknown layout "mine"'
	out_empty
}

@test "SOPS writes and reads the same" {
	command -v sops >/dev/null || skip "no sops"
	sops encrypt --age "$R1" c.yaml >s.yaml
	shape s.yaml >want
	sealeaf encrypt --age "$R1" --layout sops c.yaml >e.yaml
	shape e.yaml | diff - want
	sops decrypt e.yaml | diff - sops.yaml
	sops decrypt s.yaml | diff - sops.yaml
	sealeaf decrypt --layout sops s.yaml | diff - sops.yaml
}
