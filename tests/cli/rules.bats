# SPDX-License-Identifier: Apache-2.0
# Creation rules beyond config.bats: lists, groups, precedence, odd places.

load helper

# recipients FILE: the age recipients of its block, in order.
recipients()
{
	grep -o 'recipient: .*' "$1" | cut -d ' ' -f 2 | tr '\n' ' '
}

# keys: what explain said about the keys of a new file.
keys()
{
	sed -n 's/^key\t1\t//p' "$out"
}

@test "CFG-09 .sops.yml here, .sops.yaml above" {
	mkdir sub
	cp plain.yaml sub/secret.yaml
	touch sub/.sops.yml
	printf 'creation_rules:\n- age: %s\n' "$R1" >.sops.yaml
	cd sub
	try sealeaf encrypt secret.yaml
	rc 0
	out_has "recipient: $R1"
	err_has 'level=warning msg="ignoring \".sops.yml\" when searching for config file'
	err_has '; using \"../.sops.yaml\" instead"'
	[ "$(wc -l <"$err")" -eq 1 ]
}

@test "CFG-16 from the specific to the general" {
	cat >.sops.yaml <<-END
		creation_rules:
		- path_regex: stage/dev/feature-.*
		  age: $R1
		- path_regex: stage/dev/.*
		  age: $R2
		- path_regex: stage/.*/.*
		  age: $R3
	END
	for pair in "stage/dev/feature-1.yaml $R1" "stage/dev/feature1.yaml $R2" \
	    "stage/prod/x.yaml $R3"; do
		set -- $pair
		feed plain.yaml sealeaf encrypt --filename-override "$1"
		rc 0
		[ "$(recipients "$out")" = "$2 " ]
	done
	feed plain.yaml sealeaf encrypt --filename-override stage/x.yaml
	rc 1
	err_has "no matching creation rules found"
}

@test "CFG-23 lists of every kind make one group" {
	cat >.sops.yaml <<-END
		creation_rules:
		- pgp: [A1, B2]
		  kms: ["arn:aws:kms:us-east-1:1:key/foo"]
		  age: [$R1]
		  gcp_kms: [projects/p/locations/l/keyRings/r/cryptoKeys/k]
		  hc_vault_transit_uri: ["https://v:8200/v1/t/keys/k"]
	END
	try sealeaf explain plain.yaml
	rc 0
	diff <(keys) - <<-END
		age	$R1
		pgp	A1
		pgp	B2
		kms	arn:aws:kms:us-east-1:1:key/foo
		gcp_kms	projects/p/locations/l/keyRings/r/cryptoKeys/k
		hc_vault	https://v:8200/v1/t/keys/k
	END
}

@test "CFG-28 AWS keys that differ in profile, context or role only" {
	cat >.sops.yaml <<-END
		creation_rules:
		- key_groups:
		  - kms:
		    - arn: foo
		      aws_profile: bar
		    - arn: foo
		      context:
		        baz: bam
		    - arn: foo
		      aws_profile: bar
		      context:
		        baz: bam
		    - arn: foo
		      role: '123'
		    - arn: foo
		      aws_profile: bar
		      context:
		        baz: bam
		      role: '123'
		    - arn: foo
		      aws_profile: bar
	END
	try sealeaf explain plain.yaml
	rc 0
	diff <(keys) - <<-'END'
		kms	foo||bar
		kms	foo|baz:bam
		kms	foo|baz:bam|bar
		kms	foo+123
		kms	foo+123|baz:bam|bar
	END
}

@test "ENC-23 CFG-42 the context goes to the rule's keys too" {
	arn=arn:aws:kms:us-east-1:111122223333:key/x
	printf 'creation_rules:\n- kms: %s\n' $arn >.sops.yaml
	# Q-12: in both forms. The error names the key.
	for form in encrypt -e; do
		AWS_EC2_METADATA_DISABLED=true AWS_ACCESS_KEY_ID= try \
		    timeout 20 "$SEALEAF" --encryption-context AppName:myapp \
		    $form plain.yaml
		rc 1
		out_empty
		err_has "master key \"$arn|AppName:myapp\""
	done
}

@test "CFG-26 hckms takes a list only" {
	enc_yaml
	printf 'creation_rules:\n- hckms: "a:b"\n  age: %s\n' "$R1" >.sops.yaml
	try sealeaf encrypt plain.yaml
	rc 1
	out_empty
	err_has "error loading config: Could not unmarshal config file: "
	# Q-16: what only decrypts needs no rules.
	try sealeaf decrypt enc.yaml
	rc 0
	err_empty
}

@test "CFG-27 groups merged, ordered, without repetitions" {
	cat >.sops.yaml <<-END
		creation_rules:
		- key_groups:
		  - merge:
		    - age: [$R2]
		      merge:
		      - age: [$R3]
		    - age: [$R3, $R2]
		    age: [$R1, $R2, $R1]
	END
	try sealeaf encrypt plain.yaml
	rc 0
	[ "$(recipients "$out")" = "$R3 $R2 $R1 " ]
}

@test "CFG-32 a list for a key group" {
	printf 'creation_rules:\n- key_groups:\n  - - age: x\n' >.sops.yaml
	for file in plain.yaml "--age $R1 plain.yaml"; do
		try sealeaf encrypt $file
		rc 1
		out_empty
		err_has "Could not unmarshal config file"
	done
}

@test "CFG-38 who needs a matching rule" {
	enc_yaml
	cp enc.yaml before
	printf 'creation_rules:\n- path_regex: ^nothing\n  age: %s\n' "$R1" \
	    >.sops.yaml
	export EDITOR=true
	for args in enc.yaml "-r enc.yaml"; do
		try sealeaf $args
		rc 1
		out_empty
		err_has "error loading config: no matching creation rules found"
	done
	try sealeaf --set '["a"] 1' enc.yaml
	rc 1
	err_has "error loading config: no matching creation rules found"
	same enc.yaml before
	try sealeaf edit enc.yaml
	rc 200
	for args in "rotate enc.yaml" "-d enc.yaml" "decrypt enc.yaml"; do
		try sealeaf $args
		rc 0
		err_empty
	done
	try sealeaf set enc.yaml '["a"]' 2
	rc 0
	err_empty
}

@test "CFG-41 two spellings of one folder" {
	mkdir -p real/dir
	ln -s real link
	cp plain.yaml real/dir/s.yaml
	printf 'creation_rules:\n- path_regex: ^dir/\n  age: %s\n' "$R1" \
	    >real/.sops.yaml
	try sealeaf --config real/.sops.yaml encrypt real/dir/s.yaml
	rc 0
	try sealeaf --config real/.sops.yaml encrypt link/dir/s.yaml
	rc 1
	out_empty
	err_has "no matching creation rules found"
}
