# SPDX-License-Identifier: Apache-2.0
# Help and completion, both made from the tables.

load helper

@test "help of the program" {
	for args in --help -h help h; do
		try sealeaf $args
		rc 0
		err_empty
		[ "$(head -n 1 "$out")" = "NAME:" ]
		for word in USAGE: VERSION: COMMANDS: "GLOBAL OPTIONS:" \
		    exec-env keyservice filestatus updatekeys \
		    "--kms value, -k value" '[$SOPS_KMS_ARN]' \
		    "--in-place, -i" --layout --strict --key-timeout; do
			out_has "$word"
		done
	done
}

@test "help of every command" {
	for cmd in exec-env exec-file publish keyservice filestatus updatekeys \
	    decrypt encrypt rotate edit set unset "groups add" \
	    "groups delete" "completion bash" completion groups; do
		try sealeaf $cmd --help
		rc 0
		out_has "   sealeaf $cmd - "
		out_has "EXAMPLE:"
		out_has "--help, -h"
		cp "$out" own
		try sealeaf help $cmd
		same "$out" own
	done
	# A subcommand is not needed to see what there is.
	try sealeaf groups
	rc 0
	out_has "delete"
}

@test "lines of the help are no wider than they need be" {
	try sealeaf encrypt --help
	out_has "--filename-override value"
	out_has "[\$SOPS_AGE_RECIPIENTS]"
	out_lacks "--extract"
}

# The sixteen of SOPS.
names="completion exec-env exec-file publish keyservice filestatus groups \
updatekeys decrypt encrypt rotate edit set unset help h"

@test "CMP-01 CMP-02 CMP-04 candidates for commands" {
	ln -s "$SEALEAF" "$BATS_TEST_TMPDIR/sops"
	try "$BATS_TEST_TMPDIR/sops" --generate-bash-completion
	rc 0
	out_is "$(printf '%s\n' $names)"
	try sealeaf groups --generate-bash-completion
	out_is "$(printf '%s\n' add delete help h)"
	try sealeaf encrypt --generate-bash-completion
	rc 0
	out_empty
	_CLI_ZSH_AUTOCOMPLETE_HACK=1 try sealeaf groups \
	    --generate-bash-completion
	out_has "add:"
}

@test "CMP-03 candidates for flags" {
	try sealeaf encrypt --in --generate-bash-completion
	rc 0
	[ "$(head -n 5 "$out" | tr '\n' ' ')" = "--in-place --input-type \
--indent --in-place --input-type " ]
	try sealeaf -- --generate-bash-completion
	out_lacks "
-i"
	try sealeaf --verbose --ver --generate-bash-completion
	out_is "--version"
}

@test "CMP-05 bash completes command names" {
	dir=$(dirname "$SEALEAF")
	PATH=$dir:$PATH try bash -c '
		source <(sealeaf completion bash)
		COMP_WORDS=(sealeaf dec) COMP_CWORD=1
		_cli_bash_autocomplete
		echo "${COMPREPLY[@]}"
		COMP_WORDS=(sealeaf decrypt --ig) COMP_CWORD=2
		_cli_bash_autocomplete
		echo "${COMPREPLY[@]}"'
	rc 0
	[ "$(head -n 1 "$out")" = "decrypt" ]
	[[ "$(sed -n 2p "$out")" == --ignore-mac* ]]
}

@test "scripts for the other shells" {
	try sealeaf completion zsh
	rc 0
	[ "$(head -n 1 "$out")" = "#compdef sealeaf" ]
	out_has _cli_zsh_autocomplete
	try sealeaf completion fish
	rc 0
	out_has "complete -c sealeaf"
}

@test "help goes no further than the terminal's width" {
	for width in 60 80 132; do
		for args in --help "encrypt --help" "groups add --help"; do
			python3 "$BATS_TEST_DIRNAME/../tools/pty_run.py" -- sh -c "stty cols $width; exec \"\$0\" $args" "$SEALEAF" |
				tr -d '\r' >wide
			grep -q '^OPTIONS:\|^GLOBAL OPTIONS:' wide
			# One word alone, a URL, cannot be helped.
			awk -v width="$width" 'length($0) > width && NF > 1 && !/^   sealeaf/ { print; bad = 1 }
			END { exit bad }' wide
		done
	done
	# In a pipe each flag has its line.
	try sealeaf encrypt --help
	grep -q '^   --kms value, -k value .*\[\$SOPS_KMS_ARN\]$' "$out"
}
