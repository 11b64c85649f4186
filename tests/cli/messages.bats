# SPDX-License-Identifier: Apache-2.0
# Messages that scripts match, to the byte.

load helper

@test "the refusal of a sops entry" {
	printf 'sops:\n  a: 1\n' >p.yaml
	ln -s "$SEALEAF" sops
	try ./sops encrypt --age "$R1" p.yaml
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

# The first line is SOPS's, which scripts match; what helps is below it.
first_is()
{
	[ "$(head -n 1 "$err")" = "$1" ]
}

@test "no configuration and no keys: what is missing, and a command" {
	local words="config file not found, or has no creation rules, and no keys provided through command line options"

	try sealeaf encrypt plain.yaml
	rc 1
	first_is "$words"
	err_has "hint: there is no .sops.yaml in this folder or above it"
	err_has "sealeaf encrypt --age RECIPIENT -i plain.yaml"
	cp plain.yaml 'two words.yaml'
	try sealeaf -e 'two words.yaml'
	rc 1
	err_has "sealeaf encrypt --age RECIPIENT -i 'two words.yaml'"
	echo 'stores: {}' >.sops.yaml
	try sealeaf encrypt plain.yaml
	rc 1
	first_is "$words"
	err_has ".sops.yaml has no creation_rules"
	rm .sops.yaml
	enc_yaml
	try sealeaf updatekeys enc.yaml
	rc 1
	first_is "config file not found"
	err_has "none in this folder or above"
}

@test "a plain file where an encrypted one is wanted" {
	for command in "decrypt plain.yaml" "-d plain.yaml" "edit plain.yaml" \
	    "rotate plain.yaml" "exec-env plain.yaml true" \
	    "exec-file plain.yaml true" "recipients plain.yaml" \
	    "unset plain.yaml [\"a\"]" "set plain.yaml [\"a\"] 1" \
	    "groups delete -f plain.yaml 0"; do
		try sealeaf $command
		rc 1
		err_has "sops metadata not found"
		err_has "hint: plain.yaml is not encrypted; to encrypt it: sealeaf encrypt -i plain.yaml"
	done
	feed plain.yaml sealeaf decrypt --input-type yaml
	rc 1
	first_is "sops metadata not found"
	err_has "standard input is not encrypted"
	enc_yaml
	feed enc.yaml sealeaf decrypt
	rc 1
	err_has "hint: standard input was taken for a binary file: name its type, as in --input-type yaml"
}

@test "no rule fits: the path that was tried, and explain" {
	printf 'creation_rules:\n- path_regex: ^secrets/\n  age: %s\n' "$R1" \
	    >.sops.yaml
	mkdir deep
	cp plain.yaml deep/
	cd deep || return 1
	for command in "encrypt" "-e" "encrypt --age $R1"; do
		try sealeaf $command ./plain.yaml
		rc 1
		first_is "error loading config: no matching creation rules found"
		err_has 'hint: no path_regex of ../.sops.yaml fits "deep/plain.yaml"; to see every rule: sealeaf explain ./plain.yaml'
	done
	try sealeaf encrypt --all -i plain.yaml
	rc 1
	err_has "plain.yaml: error loading config: no matching creation rules found"
	err_has "to see every rule: sealeaf explain plain.yaml"
	try sealeaf explain plain.yaml
	rc 1
	err_lacks "to see every rule"
}

@test "an encrypted file is refused in our own name" {
	enc_yaml
	try sealeaf encrypt --age "$R1" enc.yaml
	rc 203
	first_is "The file you have provided contains a top-level entry called 'sops', or for"
	[ "$(tail -n 1 "$err")" = 'for example: `sealeaf edit enc.yaml`' ]
	err_has "sealeaf can not encrypt files"
	ln -s "$SEALEAF" sops
	try ./sops encrypt --age "$R1" enc.yaml
	rc 203
	[ "$(tail -n 1 "$err")" = 'for example: `sops edit my_file.yaml`' ]
}

@test "a key that is not there: the one that was meant" {
	printf 'db:\n  password: hidden\n  user: me\nlist: [1]\n' >p.yaml
	sealeaf encrypt --age "$R1" -i p.yaml
	try sealeaf decrypt --extract '["db"]["pasword"]' p.yaml
	rc 1
	first_is "error truncating tree: component ['pasword'] not found"
	err_has "hint: did you mean '[\"password\"]'?"
	err_lacks hidden
	try sealeaf unset p.yaml '["db"]["Password"]'
	rc 1
	first_is "Key not found: Password"
	err_has "hint: did you mean '[\"password\"]'?"
	try sealeaf unset p.yaml '["dB"]'
	err_has "hint: did you mean '[\"db\"]'?"
	# Values are not guessed at.
	try sealeaf decrypt --extract '["db"]["hiddem"]' p.yaml
	rc 1
	err_lacks "hint"
	try sealeaf decrypt --extract '["list"]["x"]' p.yaml
	rc 1
	err_has "it is a list, which has positions"
	try sealeaf decrypt --extract '[0]' p.yaml
	rc 1
	err_has "it is a mapping, which has keys"
}

@test "hints use no words of another language's library" {
	enc_yaml
	for path in '[a]' 'a' '["a"' '[]' '["]' '[99999999999999999999]'; do
		for command in set unset extract; do
			case $command in
			set) try sealeaf set enc.yaml "$path" 1 ;;
			unset) try sealeaf unset enc.yaml "$path" ;;
			*) try sealeaf decrypt --extract "$path" enc.yaml ;;
			esac
			[ "$status" -eq 7 ] || [ "$status" -eq 91 ]
			grep -q '^hint: ' "$err"
			[ -z "$(grep '^hint: .*strconv' "$err")" ]
		done
	done
	try sealeaf set enc.yaml '[a]' 1
	err_has "[a] is neither a position nor a key in quotes"
}

@test "places are in files as they were typed" {
	printf 'a: [\n' >bad.yaml
	mkdir deep
	for name in bad.yaml ./bad.yaml deep/../bad.yaml "$PWD/bad.yaml"; do
		try sealeaf decrypt "$name"
		rc 1
		[[ $(head -n 1 "$err") == "$name:2:1: "* ]]
	done
	try sealeaf lint nope.yaml
	rc 1
	out_lacks "$PWD"
}
