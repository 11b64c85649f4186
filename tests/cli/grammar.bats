# SPDX-License-Identifier: Apache-2.0
# Flags and commands: what is read where, and what mistakes look like.

load helper

@test "CLI-01 nothing at all" {
	try sealeaf
	rc 100
	err_is "Error: no file specified"
	out_has "sealeaf help COMMAND"
	[ "$(wc -l <"$out")" -lt 15 ]
	ln -s "$SEALEAF" sops
	try ./sops
	rc 100
	out_empty
	err_is "Error: no file specified"
	try sealeaf -d
	rc 100
	out_empty
}

@test "CLI-02 unknown flag before a command" {
	ln -sf "$SEALEAF" sops
	try ./sops --bogus
	rc 1
	[ "$(head -n 1 "$out")" = \
	    "Incorrect Usage. flag provided but not defined: -bogus" ]
	[ -z "$(sed -n 2p "$out")" ]
	[ "$(sed -n 3p "$out")" = "NAME:" ]
	err_has 'level=fatal msg="flag provided but not defined: -bogus"'
}

@test "CLI-03 unknown flag of a command" {
	ln -sf "$SEALEAF" sops
	try ./sops encrypt --bogus plain.yaml
	rc 1
	[ "$(head -n 1 "$out")" = \
	    "Incorrect Usage: flag provided but not defined: -bogus" ]
	err_has level=fatal
}

@test "CLI-04 CLI-05 flags on either side of the file, one dash or two" {
	enc_yaml
	try sealeaf decrypt enc.yaml --output-type json
	rc 0
	err_empty
	[ "$(head -c 1 "$out")" = "{" ]
	try sealeaf decrypt -output-type=json enc.yaml
	rc 0
	[ "$(head -c 1 "$out")" = "{" ]
}

@test "CLI-06 without a command, flags behind the file are ignored" {
	enc_yaml
	try sealeaf -d enc.yaml --output-type json
	rc 0
	same "$out" plain.yaml
	[ "$(wc -l <"$err")" -eq 2 ]
	[[ "$(sed -n 2p "$err")" == *--output-type* ]]
}

@test "CLI-07 an unknown flag behind the file is positional" {
	enc_yaml
	try sealeaf decrypt enc.yaml --zork
	rc 0
	same "$out" plain.yaml
	[ "$(wc -l <"$err")" -eq 2 ]
	err_has "More than one positional argument provided. Only the first"
	err_has '\"--zork\", which looks like a flag.'
}

@test "CLI-08 two files" {
	enc_yaml
	try sealeaf decrypt enc.yaml other
	rc 0
	same "$out" plain.yaml
	[ "$(wc -l <"$err")" -eq 1 ]
}

@test "CLI-09 CLI-10 letters are not combined, nor spellings mixed" {
	enc_yaml
	cp enc.yaml before
	try sealeaf -di enc.yaml
	rc 1
	err_has "flag provided but not defined: -di"
	try sealeaf encrypt --in-place -i enc.yaml
	rc 1
	[ "$(head -n 1 "$out")" = "Incorrect Usage: \
Cannot use two forms of the same flag: i in-place" ]
	try sealeaf --in-place -i enc.yaml
	rc 1
	[ "$(head -n 1 "$out")" = \
	    "Cannot use two forms of the same flag: i in-place" ]
	[ "$(sed -n 2p "$out")" = "NAME:" ]
	same enc.yaml before
}

@test "CLI-11 after -- nothing is a flag" {
	enc_yaml
	try sealeaf decrypt -- enc.yaml
	rc 0
	same "$out" plain.yaml
	try sealeaf decrypt -- -i
	rc 100
}

# The reference ignores what stands before the command, and refuses some of
# it behind (Q-14); both are honoured here.
@test "CLI-12 CLI-13 verbose on either side of the command" {
	enc_yaml
	for place in "--verbose decrypt" "decrypt --verbose"; do
		try sealeaf $place enc.yaml
		rc 0
		same "$out" plain.yaml
		err_has 'level=info msg="Data key recovered successfully"'
	done
}

@test "CLI-14 recipients before the command count" {
	try sealeaf --age "$R1" encrypt plain.yaml
	rc 0
	out_has "recipient: $R1"
	try sealeaf --age "$R1" encrypt --age "$R2" plain.yaml
	rc 0
	out_has "$R2"
	out_lacks "$R1"
}

@test "CLI-15 unknown topics" {
	for args in "groups foo" "completion foo" "help foo"; do
		try sealeaf $args
		rc 3
		err_is "No help topic for 'foo'"
	done
}

@test "CLI-16 a malformed boolean in the environment" {
	enc_yaml
	export SOPS_DISABLE_VERSION_CHECK=maybe
	try sealeaf -d enc.yaml
	rc 1
	out_empty
	err_has 'level=fatal msg="could not parse maybe as bool value for '
	unset SOPS_DISABLE_VERSION_CHECK
	export SOPS_ENABLE_LOCAL_KEYSERVICE=
	try sealeaf -d enc.yaml
	rc 128
}

@test "CLI-17 a boolean takes no separate value" {
	enc_yaml
	try sealeaf decrypt --ignore-mac false enc.yaml
	rc 100
	err_has "Error: cannot operate on non-existent file \"$PWD/false\""
}

@test "Q-03 a flag between files does not move them" {
	enc_yaml
	cp enc.yaml f
	cp enc.yaml g
	try sealeaf decrypt f --input-type yaml -i --output-type yaml g
	rc 0
	same f plain.yaml
	same g enc.yaml
}

@test "Q-14 global flags are read after the command" {
	printf 'n:\n    m: 1\n' >n.yaml
	printf 'creation_rules:\n    - age: %s\n' "$R2" >c.yaml
	try sealeaf encrypt --config c.yaml --mac-only-encrypted n.yaml
	rc 0
	out_has "recipient: $R2"
	out_has "mac_only_encrypted: true"
}

@test "Q-14 an ignored MAC before rotate" {
	enc_yaml
	sed -i 's/^sops:/c_unencrypted: new\nsops:/' enc.yaml
	try sealeaf rotate enc.yaml
	rc 51
	out_empty
	try sealeaf --ignore-mac rotate enc.yaml
	rc 0
	try sealeaf rotate --ignore-mac enc.yaml
	rc 0
}

@test "the last of two values wins" {
	enc_yaml
	try sealeaf -d --output-type yaml --output-type json enc.yaml
	rc 0
	[ "$(head -c 1 "$out")" = "{" ]
}

@test "log lines at a terminal" {
	enc_yaml
	run_tty() {
		python3 "$ROOT/tests/tools/pty_run.py" "$@" | tr -d '\r'
	}
	esc=$(printf '\033')
	TERM=xterm try run_tty -- "$SEALEAF" -d enc.yaml x
	out_has "$esc[1m[CMD]$esc[22m	 $esc[33mWARN$esc[0m[0000] More than"
	# The name's weight follows standard output, the level's colour does not.
	TERM=xterm try run_tty --pipe-out -- "$SEALEAF" -d enc.yaml x
	out_has "[CMD]	 $esc[33mWARN$esc[0m[0000] More than"
	out_lacks "$esc[1m"
	TERM=xterm NO_COLOR=1 try run_tty -- "$SEALEAF" -d enc.yaml x
	out_lacks "$esc[1m"
	TERM=xterm try run_tty --pipe-err -- "$SEALEAF" -d enc.yaml x
	err_has "$esc[1m[CMD]$esc[22m	 time="
}

@test "an unknown flag: the one that was meant" {
	try sealeaf decrypt --ouput-type json plain.yaml
	rc 1
	err_has level=fatal
	err_has "hint: did you mean --output-type?"
	try sealeaf --decrpyt plain.yaml
	rc 1
	err_has "hint: did you mean --decrypt?"
	try sealeaf decrypt --zork plain.yaml
	rc 1
	err_has "hint: see sealeaf decrypt --help"
	[ ! -s "$out" ]
	[ "$(wc -l <"$err")" -eq 2 ]
	try sealeaf --zork
	err_has "hint: see sealeaf --help"
	try sealeaf groups add --zork
	err_has "hint: see sealeaf groups add --help"
}
