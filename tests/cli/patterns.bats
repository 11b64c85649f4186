# SPDX-License-Identifier: Apache-2.0
# Patterns that are hard to match: they are matched, or the command fails; no
# command takes what it could not find out for "no".

load helper

# Cost more than a document may spend, for names of some length.
COSTLY='^(a?){900}(a?){900}(a?){900}a{900}$'

also_setup()
{
	LONG_KEY=$(printf 'a%.0s' $(seq 1000))
	deep=a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y
}

# refused WHAT: the command failed for effort, named the pattern, and wrote
# nothing.
refused()
{
	rc 1
	err_has "$1: matching the pattern"
	err_has "takes too much effort"
	err_has "hint: write it without repetitions inside of repetitions"
}

@test "a secret is found behind an alternative that takes long" {
	key=DATABASECONNECTIONSTRINGFORPRODUCTION_PASSWORD
	printf '%s: hunter2\nname: x\n' $key >s.yaml
	cat >.sops.yaml <<-END
		creation_rules:
		- age: $R1
		  encrypted_regex: '^(([A-Z]+_?)+_ID|.*PASSWORD.*)$'
	END
	try sealeaf encrypt s.yaml
	rc 0
	out_lacks hunter2
	out_has "name: x"
	cp "$out" e.yaml
	try sealeaf set e.yaml "[\"$key\"]" '"hunter3"'
	rc 0
	grep -q "^$key: ENC\[" e.yaml
	try sealeaf decrypt --extract "[\"$key\"]" e.yaml
	[ "$(cat "$out")" = hunter3 ]
	try sealeaf explain s.yaml
	rc 0
	out_has "encrypted"$'\t'"line 1"$'\t'"$key"
	try sealeaf lint s.yaml
	rc 0
}

@test "the same for patterns over comments" {
	printf '# AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_PASSWORD\na: hunter2\nb: x\n' >c.yaml
	try sealeaf encrypt --age "$R1" --encrypted-comment-regex \
	    '^ ?(([A-Z]+_?)+_ID|.*PASSWORD.*)$' c.yaml
	rc 0
	out_lacks hunter2
	out_has "b: x"
	try sealeaf encrypt --age "$R1" --unencrypted-comment-regex \
	    '^ ?(([A-Z]+_?)+_ID|.*PASSWORD.*)$' c.yaml
	rc 0
	out_has "a: hunter2"
	out_lacks "b: x"
}

@test "the right rule for a path many folders deep" {
	mkdir -p $deep
	printf 'a: hunter2\n' >$deep/app.enc.yaml
	cat >.sops.yaml <<-END
		creation_rules:
		- path_regex: '^(.*/)*secrets/.*\.yaml\$|\.enc\.yaml\$'
		  age: $R1
		- age: $R2
	END
	try sealeaf encrypt $deep/app.enc.yaml
	rc 0
	out_has "recipient: $R1"
	out_lacks "$R2"
	try sealeaf explain $deep/app.enc.yaml
	rc 0
	out_has "chosen"
	out_has "key"$'\t'"1"$'\t'"age"$'\t'"$R1"
}

@test "a selection that takes too much effort is an error of every command" {
	printf '%s: hunter2\n' "$LONG_KEY" >s.yaml
	printf '# %s\na: hunter2\n' "$LONG_KEY" >c.yaml
	for rule in encrypted unencrypted; do
		try sealeaf encrypt --age "$R1" --$rule-regex "$COSTLY" s.yaml
		refused ${rule}_regex
		out_empty
		try sealeaf encrypt --age "$R1" --$rule-comment-regex \
		    "a$COSTLY" c.yaml
		rc 0 # anchored behind an a: no text gets far
		try sealeaf encrypt --age "$R1" --$rule-comment-regex \
		    "${COSTLY#^}" c.yaml
		refused ${rule}_comment_regex
		out_empty
	done
	# The file brings its own pattern along.
	sealeaf encrypt --age "$R1" --encrypted-regex '^a+$' s.yaml >e.yaml
	sed -i "s/encrypted_regex: .*/encrypted_regex: $COSTLY/" e.yaml
	cp e.yaml before
	for command in "decrypt e.yaml" "rotate e.yaml" "rotate -i e.yaml" \
	    "edit e.yaml" "set e.yaml [\"b\"] 1" "unset e.yaml [\"$LONG_KEY\"]" \
	    "lint e.yaml" "exec-env e.yaml true" "-d e.yaml" "-r e.yaml"; do
		EDITOR=true try timeout 60 "$SEALEAF" $command
		refused encrypted_regex
		same before e.yaml
	done
}

@test "a path rule that takes too much effort is an error of every command" {
	dir=$(printf 'a%.0s' $(seq 200))
	mkdir -p "$dir/$dir/$dir/$dir/$dir"
	file=$dir/$dir/$dir/$dir/$dir/s.yaml
	printf 'a: hunter2\n' >"$file"
	sealeaf encrypt --age "$R1" "$file" >"${file%s.yaml}e.yaml"
	cat >.sops.yaml <<-END
		creation_rules:
		- path_regex: '$(tr a . <<<"$COSTLY")'
		  age: $R1
		- age: $R2
	END
	for command in encrypt explain updatekeys edit lint; do
		name=$file
		[ $command != updatekeys ] || name=${file%s.yaml}e.yaml
		[ $command != edit ] || name=${file%s.yaml}new.yaml
		EDITOR=true try timeout 60 "$SEALEAF" $command "$name"
		[ $command != lint ] || err=$out
		refused path_regex
		err_lacks "no matching creation rules"
		out_lacks "$R2"
	done
}

@test "a file's own costly pattern over two thousand keys" {
	for i in $(seq 2000); do
		printf 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%s: 1\n' "$i"
	done >k.yaml
	sealeaf encrypt --age "$R1" --encrypted-regex 'nothing|a1$' k.yaml >e.yaml
	sed -i "s/encrypted_regex: .*/encrypted_regex: (a|a)*[bc]/" e.yaml
	# The keys do not match it: the envelopes stay as they are, and the MAC
	# says so. The time that a matcher which goes back takes is minutes.
	try timeout 60 "$SEALEAF" decrypt e.yaml
	[ "$status" -ne 0 ] && [ "$status" -ne 124 ]
	try timeout 60 "$SEALEAF" decrypt --ignore-mac e.yaml
	rc 0
}

@test "a pattern that this build cannot match is never taken for one without hits" {
	sealeaf encrypt --age "$R1" --encrypted-regex '^b$' plain.yaml >e.yaml
	sed -i 's/encrypted_regex: .*/encrypted_regex: (?i)^\\p{Lu}$/' e.yaml
	cp e.yaml before
	for command in decrypt rotate edit explain lint; do
		EDITOR=true try sealeaf $command e.yaml
		rc 1
		[ $command != lint ] || err=$out
		err_has "unsupported case-insensitive character class"
		err_has "hint: write the pattern in another way"
		same before e.yaml
	done
}
