# SPDX-License-Identifier: Apache-2.0
# Where keys come from, in which order, and what is said when none fits.

load helper

also_setup()
{
	K1=$KEYS/age-1.txt K2=$KEYS/age-2.txt
	FP1=950B9B83713A24C115DA1965D40356287D886C47
	FP2=349DC539279D7662DC5F86200F535151F4E03E1C
	UNKNOWN=1022470DE3F0BC54BC6AB62DE05550BC07FB1A0A
}

# gpg_with FILE...: a GnuPG home with these secret keys. Its path is short, for
# the agent's socket has to fit.
gpg_with()
{
	local file

	command -v gpg >/dev/null || skip "no gpg"
	if [ -z "${GNUPGHOME:-}" ]; then
		GNUPGHOME=$(mktemp -d /tmp/sealeaf-gpg.XXXXXX)
		export GNUPGHOME
	fi
	for file; do
		gpg --batch -q --import "$KEYS/$file" 3>&-
	done
}

teardown()
{
	[ -n "${GNUPGHOME:-}" ] || return 0
	gpgconf --kill all >/dev/null 2>&1 || :
	rm -rf "$GNUPGHOME"
}

@test "KEY-03 a file of identities that is not there" {
	enc_yaml
	SOPS_AGE_KEY_FILE=$PWD/none try sealeaf decrypt enc.yaml
	rc 128
	out_empty
	err_has "failed to open SOPS_AGE_KEY_FILE file: open"
	err_has "$R1: FAILED"
}

@test "KEY-04 two PGP groups, both keys at hand" {
	gpg_with pgp-1.asc pgp-2.asc
	printf 'creation_rules:\n- key_groups:\n  - pgp: [%s]\n  - pgp: [%s]\n' \
	    $FP1 $FP2 >.sops.yaml
	cp plain.yaml f.yaml
	try sealeaf encrypt -i f.yaml
	rc 0
	out_empty
	err_empty
	try sealeaf decrypt f.yaml
	rc 0
	same "$out" plain.yaml
}

@test "KEY-05 two PGP groups, one key missing" {
	gpg_with pgp-1.asc pgp-2.asc
	printf 'creation_rules:\n- key_groups:\n  - pgp: [%s]\n  - pgp: [%s]\n' \
	    $FP1 $FP2 >.sops.yaml
	sealeaf encrypt --output f.yaml plain.yaml
	gpg --batch --yes --delete-secret-keys $FP2
	try sealeaf decrypt f.yaml
	rc 128
	out_empty
	err_has "Group 0: SUCCESS

Group 1: FAILED
  $FP2: FAILED
    - | "
	err_has "encrypted with a Shamir threshold of
2, but only 1 part(s) were successfully recovered"
}

@test "KEY-06 one usable key among several kinds" {
	gpg_with pgp-1.asc
	sealeaf encrypt --age "$R2" --pgp $FP1 --output f.yaml plain.yaml
	try sealeaf decrypt f.yaml
	rc 0
	err_empty
	same "$out" plain.yaml
	gpg --batch --yes --delete-secret-keys $FP1
	try sealeaf decrypt f.yaml
	rc 128
	SOPS_AGE_KEY_FILE=$K2 try sealeaf decrypt f.yaml
	rc 0
	err_empty
}

@test "KEY-08 unknown kinds in the order do no harm" {
	enc_yaml
	try sealeaf decrypt --decryption-order foo enc.yaml
	rc 0
	err_empty
	SOPS_DECRYPTION_ORDER= try sealeaf decrypt enc.yaml
	rc 0
	err_empty
}

@test "KEY-12 no key service at all to decrypt" {
	enc_yaml
	try sealeaf decrypt --enable-local-keyservice=false enc.yaml
	rc 128
	out_empty
	err_is "Failed to get the data key required to decrypt the SOPS file.

Group 0: FAILED
  $R1: FAILED


Recovery failed because no master key was able to decrypt the file. In
order for SOPS to recover the file, at least one key has to be successful,
but none were."
	SOPS_ENABLE_LOCAL_KEYSERVICE= try sealeaf decrypt enc.yaml
	rc 128
}

@test "KEY-13 no key service at all to encrypt" {
	try sealeaf encrypt --enable-local-keyservice=false --age "$R1" plain.yaml
	rc 1
	out_empty
	err_is "Could not generate data key: [no key services provided, \
cannot update master keys]"
}

@test "KEY-15 no recipient" {
	try sealeaf encrypt --age foo plain.yaml
	rc 1
	out_empty
	err_has 'failed to parse input, unknown recipient type: "foo"'
}

@test "KEY-16 a PGP key that nobody has" {
	gpg_with
	try sealeaf encrypt --pgp $UNKNOWN plain.yaml
	rc 1
	out_empty
	err_has "Could not generate data key: [failed to encrypt new data key \
with master key \"$UNKNOWN\": "
}

@test "KEY-17 likewise for a new file in the editor" {
	gpg_with
	EDITOR='touch ran' try sealeaf edit --pgp $UNKNOWN new.yaml
	rc 128
	out_empty
	err_has "Error encrypting the data key with one or more master keys: [\
failed to encrypt new data key with master key \"$UNKNOWN\": "
	absent ran new.yaml
}

@test "KEY-18 an encryption context that is none" {
	try sealeaf encrypt --age "$R1" --encryption-context a plain.yaml
	rc 6
	out_empty
	err_has 'level=warning msg="Encryption context contains a non-string value, context will not be used"'
	[ "$(tail -n 1 "$err")" = "Invalid KMS encryption context format" ]
}

@test "ENC-22 a role, a profile and a context make a key's name" {
	arn=arn:aws:kms:us-east-1:111122223333:key/x
	role=arn:aws:iam::111122223333:role/r
	try sealeaf encrypt --enable-local-keyservice=false --age "$R1" \
	    --kms "$arn+$role" --aws-profile p --encryption-context b:2,a:1 \
	    plain.yaml
	rc 1
	# The name shows where the key cannot be used.
	printf 'sops:\n    kms:\n        - arn: %s\n          role: %s\n          context:\n              b: "2"\n              a: "1"\n          aws_profile: p\n          enc: eA==\n          created_at: "2024-01-01T00:00:00Z"\n    lastmodified: "2024-01-01T00:00:00Z"\n    version: 3.13.3\n' \
	    $arn $role >f.yaml
	try sealeaf decrypt --enable-local-keyservice=false f.yaml
	rc 128
	err_has "  $arn+$role|a:1,b:2|p: FAILED"
}
