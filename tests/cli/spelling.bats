# SPDX-License-Identifier: Apache-2.0
# What an envelope holds, and how a value is spelled again.

load helper

EARLY=$ROOT/testdata/early

# The texts in the envelopes of a file, as another program reads them.
sealed_texts()
{
	python3 -c 'import cryptography, yaml' 2>/dev/null ||
		skip "no Python packages cryptography and yaml"
	python3 "$ROOT/tests/tools/leaves.py" \
		--identity "$KEYS/age-1.txt" "$1" 2>/dev/null |
		jq -r 'select(.aad != null) | "\(.aad) \(.type) \(.plain)"'
}

# The envelopes of booleans and floats.
envelopes()
{
	grep -o 'ENC\[AES256_GCM,[^]]*type:\(bool\|float\)\]' "$1" | sort
}

@test "booleans and floats are sealed in SOPS's own text" {
	cat >f.yaml <<'END'
a: TRUE
b: false
c: 2.50
d: 1e3
e: [.5, 1.0, -.INF, .NaN]
f: 123456789012345678901234
g: 1_000.5
h: -0.0
i: 0x1F
j: !!float 3
END
	sealeaf encrypt --age "$R1" f.yaml >e.yaml
	sealed_texts e.yaml >texts
	cat texts
	diff texts - <<'END'
a: bool True
b: bool False
c: float 2.5
d: float 1000
e: float 0.5
e: float 1
e: float -Inf
e: float NaN
f: float 123456789012345690000000
g: float 1000.5
h: float -0
i: int 31
j: float 3
END
	sealeaf decrypt e.yaml | cmp - f.yaml
	printf '{"a":true,"b":2.50,"c":[1e3,1E-7,-0.0],"d":1.0}' >f.json
	sealeaf encrypt --age "$R1" f.json >e.json
	sealed_texts e.json >texts
	diff texts - <<'END'
a: bool True
b: float 2.5
c: float 1000
c: float 0.0000001
c: float -0
d: float 1
END
	sealeaf decrypt e.json | cmp - f.json
}

@test "set, edit and rotate seal SOPS's text too" {
	printf 'a: x\nb: 1\n' >f.yaml
	sealeaf encrypt -i --age "$R1" f.yaml
	sealeaf set f.yaml '["a"]' 1.50
	EDITOR='sed -i s/1$/TRUE/' sealeaf edit f.yaml
	sealed_texts f.yaml >texts
	diff texts - <<'END'
a: float 1.5
b: bool True
END
	[ "$(sealeaf decrypt f.yaml)" = "a: 1.50
b: TRUE" ]
	sealeaf rotate -i f.yaml
	sealed_texts f.yaml | diff texts -
	[ "$(sealeaf decrypt f.yaml)" = "a: 1.50
b: TRUE" ]
}

@test "a file in another type has SOPS's text" {
	printf 'a: TRUE\nb: 1.50\n' >f.yaml
	sealeaf encrypt --age "$R1" --output-type json f.yaml >e.json
	sealed_texts e.json | diff - <(printf 'a: bool True\nb: float 1.5\n')
	sealeaf encrypt --age "$R1" --layout sops f.yaml >e.yaml
	sealed_texts e.yaml | diff - <(printf 'a: bool True\nb: float 1.5\n')
}

@test "many values are sealed in SOPS's text" {
	seq 1 20000 | sed 's/.*/k&: 0&.50/' >f.yaml
	sealeaf encrypt --age "$R1" f.yaml >e.yaml
	sealeaf decrypt e.yaml | cmp - f.yaml
	[ "$(grep -c 'type:float' e.yaml)" = 20000 ]
	# "20000.5" makes twelve digits of base64; no value is longer.
	! grep -E 'data:[^,]{13,},.*type:float' e.yaml
}

@test "files that were sealed as spelled open and keep their envelopes" {
	for type in yaml json; do
		cp "$EARLY/spelled.$type" f.$type
		sealeaf decrypt f.$type | cmp - "$EARLY/spelled.plain.$type"
		sealeaf set f.$type '["new"]' '"x"'
		envelopes "$EARLY/spelled.$type" >before
		envelopes f.$type | cmp - before
		EDITOR='sed -i s/new/newer/' sealeaf edit f.$type
		envelopes f.$type | cmp - before
		sealeaf unset f.$type '["newer"]'
		sealeaf decrypt f.$type | cmp - "$EARLY/spelled.plain.$type"
		envelopes f.$type | cmp - before
		sealeaf rotate -i f.$type
		sealeaf decrypt f.$type | cmp - "$EARLY/spelled.plain.$type"
		sealed_texts f.$type | grep -E 'bool|float' >texts
		! grep -E ' (TRUE|true|false|2\.50|1e3|1\.0+|\.5)$' texts
	done
}

@test "a value of such a file that is spelled in another way comes back so" {
	cp "$EARLY/spelled.yaml" f.yaml
	EDITOR='sed -i s/2.50/2.500/' sealeaf edit f.yaml
	sealeaf decrypt f.yaml | diff - <(
		sed s/2.50/2.500/ "$EARLY/spelled.plain.yaml")
}

@test "an empty comment of a list is no item to SOPS" {
	printf '%s\n' 'use:' '  #' '  - a #' '  # x' '  #' '  -' '    #' \
		'    b: 1' '  - | #' '    t' '  - [c, #' '   d]' '  #' >f.yaml
	sealeaf encrypt --age "$R1" f.yaml >e.yaml
	sealeaf decrypt e.yaml | cmp - f.yaml
	! sed '/^sops:/,$d' e.yaml | grep -E '^  #$|^  - .*#$'
	sealeaf rotate -i e.yaml
	sealeaf decrypt e.yaml | cmp - f.yaml
	sealeaf set e.yaml '["use"][0]' '"z"'
	sealeaf decrypt e.yaml | diff - <(sed 's/- a/- z/' f.yaml)
	sealeaf encrypt --age "$R1" --layout sops f.yaml >s.yaml
	command -v sops >/dev/null || skip "no sops to read it"
	sops decrypt e.yaml >plain
	! grep '""' plain
	sops decrypt s.yaml >plain
	! grep '""' plain
}

@test "an INI comment of empty lines does not stop SOPS" {
	for text in '##\n##\n[a]\nb=1\n' '[a]\n#\n;\nb=1\n' \
		'#\n#\n[a] ; x\nb=1\n' '[a]\r\n#\r\n#\r\nb=1\r\n' \
		'[a]\n#\n#\nb=1 ; y\n' '#\n#\nd=1\n[a]\nb=1\n'; do
		printf "$text" >f.ini
		sealeaf encrypt --age "$R1" f.ini >e.ini
		sealeaf decrypt e.ini | cmp - f.ini
		! grep -E '^[#;]+.?$' e.ini
		sealeaf set e.ini '["a"]["b"]' '"2"'
		sealeaf set e.ini '["a"]["b"]' '"1"'
		sealeaf decrypt e.ini | cmp - f.ini
	done
	printf '[a]\n#\n# x\nb=1\n' >f.ini
	sealeaf encrypt --age "$R1" --encrypted-regex '^b$' f.ini >c.ini
	sealeaf decrypt c.ini | cmp - f.ini
	command -v sops >/dev/null || skip "no sops to read it"
	sops decrypt e.ini
	sops decrypt c.ini
}

# A list that somebody changed is worth nothing, and the values are whole.
@test "a sealed spelling that does not open is dropped, and that is said" {
	printf 'a: 0x1F\nb: 1.50\n---\nc: 0o17\n' >f.yaml
	printf '{"a": 1.50, "b": "\\u0041"}\n' >f.json
	for file in f.yaml f.json; do
		"$SEALEAF" encrypt --age "$R1" -i "$file"
		sed -i 's/\(sealeaf_spelling"\{0,1\}: "\{0,1\}ENC\[AES256_GCM,data:\)..../\1AAAA/' "$file"
		try sealeaf decrypt "$file"
		rc 0
		[ "$(grep -c 'sealeaf_spelling was changed and does not open' "$err")" -eq 1 ]
		try sealeaf set "$file" '["a"]' 7
		rc 0
		grep -q 'does not open' "$err"
		# The file is whole again.
		try sealeaf decrypt "$file"
		rc 0
		[ ! -s "$err" ]
	done
	out_has '"a": 7'
}
