#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manual pages, made from what the command says about itself (that is, the
# tables of commands and flags) and the prose in docs/manual.
#
#   tests/manuals.sh COMMAND            fails where docs/*.1 are not that
#   tests/manuals.sh --update COMMAND   writes them
#
# docs/manual/NAME.mdoc begins with the text of DESCRIPTION; the options come
# before its first section. A command without one gets its summary.
set -u

update=
if [ "${1:-}" = --update ]; then
	update=1
	shift
fi
sealeaf=${1:?"usage: manuals.sh [--update] COMMAND"}
docs=$(cd "$(dirname "$0")/.." && pwd)/docs
date="November 24, 2026"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset SOPS_CONFIG

# section NAME <HELP: the lines below the heading.
section()
{
	awk -v want="$1:" '/^[A-Z]/ { on = $0 == want; next }
	on && NF { print }'
}

# text: literal text to mdoc.
text()
{
	sed 's/\\/\\e/g; s/^\([.'\'']\)/\\\&\1/'
}

# options <HELP: a list of its flags.
options()
{
	section "$1" | awk '
	{
		sub(/^ +/, "")
		at = match($0, /  +/)
		flags = substr($0, 1, at - 1)
		said = substr($0, at + RLENGTH)
		n = split(flags, form, ", ")
		item = ".It"
		for (i = 1; i <= n; i++) {
			split(form[i], word, " ")
			item = item (i > 1 ? " ," : "") " Fl " substr(word[1], 2)
			if (word[2] != "")
				item = item " Ar " word[2]
		}
		env = ""
		if (match(said, / \[\$[A-Z_]+\]$/)) {
			env = substr(said, RSTART + 3, RLENGTH - 4)
			said = substr(said, 1, RSTART - 1)
		}
		gsub(/\\/, "\\e", said)
		print item
		print toupper(substr(said, 1, 1)) substr(said, 2) "."
		if (env != "")
			print "Where not given:\n.Ev " env "."
	}
	BEGIN { print ".Bl -tag -width Ds" }
	END { print ".El" }' | sed 's/^\.Ev \(.*\)\.$/.Ev \1 ./'
}

# list <HELP: the commands it names.
list()
{
	section COMMANDS | text | awk -v page="$1" '
	BEGIN { print ".Bl -tag -width Ds" }
	{
		sub(/^ +/, "")
		at = match($0, /  +/)
		name = substr($0, 1, at - 1)
		said = substr($0, at + RLENGTH)
		sub(/, h$/, "", name)
		print ".It Cm " name
		print toupper(substr(said, 1, 1)) substr(said, 2) "."
		if (page == "" && name != "help")
			print "See\n.Xr sealeaf-" name " 1 ."
	}
	END { print ".El" }'
}

# heading NAME SUMMARY
heading()
{
	echo ".\\\" SPDX-License-Identifier: Apache-2.0"
	echo ".\\\" Written by tests/manuals.sh from docs/manual: change that."
	echo ".Dd $date"
	echo ".Dt $(echo "$1" | tr a-z A-Z) 1"
	echo ".Os"
	echo ".Sh NAME"
	echo ".Nm $1"
	echo ".Nd $2"
}

# arguments "[file] index": as mdoc.
arguments()
{
	for word in $1; do
		case $word in
		\[*...\]) word=${word#\[}; echo ".Op Ar ${word%...\]} ..." ;;
		\[*\]) word=${word#\[}; echo ".Op Ar ${word%\]}" ;;
		*...) echo ".Ar ${word%...} ..." ;;
		*) echo ".Ar $word" ;;
		esac
	done
}

# synopsis HELP-FILE "NAME"
synopsis()
{
	args=$(section USAGE <"$1" | sed "s/^ *sealeaf $2 \[flags\] *//")
	echo ".Nm sealeaf"
	echo ".Cm $2"
	echo ".Op Ar flags"
	arguments "$args"
}

# prose NAME first|rest
prose()
{
	file=$docs/manual/$1.mdoc
	[ -f "$file" ] || return 0
	awk -v part="$2" '/^\.\\"/ { next } /^\.Sh / { later = 1 }
	(part == "rest") == (later + 0)' "$file"
}

# page NAME SUMMARY: of one command.
page()
{
	help=$scratch/$1.help
	"$sealeaf" help "$1" >"$help" || exit 1
	heading "sealeaf-$1" "$2"
	echo ".Sh SYNOPSIS"
	subs=$(section COMMANDS <"$help" | awk '{ print $1 }')
	for sub in ${subs:-''}; do
		if [ -z "$sub" ]; then
			synopsis "$help" "$1"
		else
			"$sealeaf" help "$1" "$sub" >"$help-$sub" || exit 1
			synopsis "$help-$sub" "$1 $sub"
		fi
	done
	echo ".Sh DESCRIPTION"
	if [ -f "$docs/manual/$1.mdoc" ]; then
		prose "$1" first
	else
		echo "$2." | text | awk '{ print toupper(substr($0, 1, 1)) \
			substr($0, 2) }'
	fi
	if [ -n "$subs" ]; then
		list "$1" <"$help"
	fi
	for sub in ${subs:-''}; do
		if [ -z "$sub" ]; then
			echo ".Sh OPTIONS"
			options OPTIONS <"$help"
		else
			echo ".Sh OPTIONS OF $(echo "$sub" | tr a-z A-Z)"
			options OPTIONS <"$help-$sub"
		fi
	done
	prose "$1" rest
	if ! prose "$1" rest | grep -q '^\.Sh EXAMPLES'; then
		echo ".Sh EXAMPLES"
		section EXAMPLE <"$help" | sed 's/^ */.Dl /; s/\\/\\e/g'
	fi
	echo ".Sh SEE ALSO"
	echo ".Xr sealeaf 1 ,"
	echo ".Xr sealeaf.yaml 5"
}

main_page()
{
	help=$scratch/main
	"$sealeaf" --help >"$help"
	heading sealeaf "encrypt the values of configuration files"
	echo ".Sh SYNOPSIS"
	printf '.Nm\n.Op Ar flags\n.Ar command\n.Op Ar flags\n.Op Ar arguments\n'
	printf '.Nm\n.Op Ar flags\n.Ar file\n'
	echo ".Sh DESCRIPTION"
	prose sealeaf first
	echo ".Sh COMMANDS"
	list "" <"$help"
	echo ".Sh OPTIONS"
	echo "These stand before a command, or before the file where there is"
	echo "no command."
	options "GLOBAL OPTIONS" <"$help"
	prose sealeaf rest
	echo ".Sh SEE ALSO"
	section COMMANDS <"$help" | awk '$1 != "help," { print $1 }' | sort |
		sed 's/.*/.Xr sealeaf-& 1 ,/'
	echo ".Xr sealeaf.yaml 5"
}

mkdir "$scratch/pages"
main_page >"$scratch/pages/sealeaf.1"
"$sealeaf" --help | section COMMANDS | sed 's/^ *//; s/  */ /' |
	while read -r name summary; do
		[ "$name" != help, ] || continue
		page "$name" "$summary" >"$scratch/pages/sealeaf-$name.1"
	done

status=0
for new in "$scratch"/pages/*; do
	old=$docs/${new##*/}
	cmp -s "$new" "$old" && continue
	if [ -n "$update" ]; then
		cp "$new" "$old"
		echo "wrote docs/${new##*/}"
	else
		diff -u "$old" "$new" | head -n 20
		status=1
	fi
done
for old in "$docs"/sealeaf*.1; do
	[ ! -f "$scratch/pages/${old##*/}" ] || continue
	echo "no such command: ${old##*/}"
	status=1
done
for file in "$docs"/manual/*.mdoc; do
	name=$(basename "$file" .mdoc)
	[ "$name" != sealeaf ] || continue
	[ ! -f "$scratch/pages/sealeaf-$name.1" ] || continue
	echo "prose for no command: ${file##*/}"
	status=1
done

# Each variable and each key of the configuration that there is, is explained.
for word in $("$sealeaf" --help | grep -oE '\$SOPS_[A-Z_]+' | tr -d '$'); do
	grep -q "$word" "$docs/sealeaf.1" && continue
	echo "not in sealeaf.1: $word"
	status=1
done
if command -v mandoc >/dev/null 2>&1; then
	for file in "$docs"/*.[1-9]; do
		# Pages refer to each other before they are installed.
		mandoc -T lint -W warning "$file" | grep -v ' Xr ' && status=1
	done
elif command -v groff >/dev/null 2>&1; then
	for file in "$docs"/*.[1-9]; do
		[ -z "$(groff -mdoc -Tutf8 -ww -z "$file" 2>&1)" ] || status=1
	done
fi
[ $status -eq 0 ] || [ -n "$update" ] ||
	echo "the pages are written by: tests/manuals.sh --update $sealeaf"
exit $status
