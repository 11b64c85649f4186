# SPDX-License-Identifier: Apache-2.0
# Messages that scripts match, to the byte.

load helper

@test "the refusal of a sops entry" {
	printf 'sops:\n  a: 1\n' >p.yaml
	try sealeaf encrypt --age "$R1" p.yaml
	rc 203
	out_empty
	err_is "The file you have provided contains a top-level entry called 'sops', or for
flat file formats top-level entries starting with 'sops_'. This is
generally due to the file already being encrypted. SOPS uses a top-level
entry called 'sops' to store the metadata required to decrypt the file. For
this reason, SOPS can not encrypt files that already contain such an entry.

If this is an unencrypted file, rename the 'sops' entry.

If this is an encrypted file and you want to edit it, use the editor mode,
for example: \`sops edit my_file.yaml\`"
}

@test "a comment that is not encrypted is shown" {
	printf '# hello\na: 1\n' >p.yaml
	sealeaf encrypt --age "$R1" --output e.yaml p.yaml
	sed -i 's/^#ENC.*/# "clear"/' e.yaml
	try sealeaf decrypt e.yaml
	rc 0
	err_has 'msg="Found possibly unencrypted comment in file. This is to be expected if the file being decrypted was created with an older version of SOPS." comment=" \"clear\""'
	err_lacks "Decrypting tree"
	try sealeaf -d --verbose e.yaml
	err_has 'level=debug msg="Decrypting tree"'
}

@test "a malformed encryption context" {
	local arn=arn:aws:kms:us-east-1:123456789012:key/abc

	try sealeaf encrypt --kms "$arn" --encryption-context a plain.yaml
	rc 6
	out_empty
	err_has '[AWSKMS]'
	err_has 'level=warning msg="Encryption context contains a non-string value, context will not be used"'
	err_has 'Invalid KMS encryption context format'
}

@test "a dotenv line of a carriage return alone is named" {
	printf 'A=1\r\n\r\nB=2\r\n' >f.env
	try sealeaf encrypt --age "$R1" f.env
	rc 2
	out_empty
	err_has 'f.env:2:1: Error unmarshalling file: invalid dotenv input line'
	err_has 'hint: line 2 holds a carriage return alone'
	printf 'A=1\n  \n' >f.env
	try sealeaf encrypt --age "$R1" f.env
	rc 2
	err_has 'holds blanks alone'
}
