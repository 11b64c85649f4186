#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The table of layers in docs/architecture.md, checked: who may include whom,
# and through which door each library comes in.
set -eu
cd "$(dirname "$0")/.."

# folder: the folders of ours that it may include; "public" is <sealeaf.h>.
allowed()
{
	case $1 in
	base) echo base public ;;
	doc) echo base doc public ;;
	crypt) echo base doc crypt public ;;
	format) echo base doc format public ;;
	net) echo base net public ;;
	key) echo base crypt net key public ;;
	sops) echo base doc crypt format net key sops public ;;
	store) echo base net store public ;;
	repo) echo base repo public ;;
	cli) echo base store repo cli public ;;
	esac
}

# doors HEADER: the files that may include a library, as a pattern for grep.
doors()
{
	case $1 in
	yaml.h) echo '^$' ;; # for tests: SOPS reads other than libyaml
	curl/*) echo '^src/(net|store)/' ;;
	nghttp2/*) echo '^src/net/h2' ;;
	openssl/*) echo '^src/(crypt|key|net)/' ;;
	sodium.h) echo '^src/(base|crypt|key)/' ;;
	pcre2.h) echo '^src/base/regex\.c$' ;;
	*) echo . ;;
	esac
}

problems=$(
	for file in src/*/*.[ch]; do
		folder=${file#src/}
		folder=${folder%%/*}
		may=" $(allowed "$folder") "
		[ "$may" != "  " ] ||
			echo "$file: src/$folder is not in the table of layers"
		sed -n 's/^[ \t]*#[ \t]*include[ \t]*\([<"][^>"]*\).*/\1/p' "$file" |
			while read -r name; do
				case $name in
				'"sealeaf.h' | '<sealeaf.h')
					continue ;;
				'"'*/*)
					layer=${name#\"}
					layer=${layer%%/*}
					case $may in
					*" $layer "*) ;;
					*) echo "$file: src/$folder may not include \"${name#\"}\"" ;;
					esac ;;
				'"'*)
					echo "$file: name the layer of \"${name#\"}\"" ;;
				'<'*)
					echo "$file" | grep -Eq "$(doors "${name#<}")" ||
						echo "$file: <${name#<}> has its door elsewhere" ;;
				esac
			done
	done
)

# What is printed goes through say() or target_print(), which let no control
# character of a file through. Help, completions and questions have fixed words.
prints=$(grep -nE '(^|[^a-z_])(v?f?printf|f?puts|f?putc|putchar|fwrite|perror|dprintf)\(' \
	src/*/*.c | grep -vE '^src/cli/(say|help|complete)\.c:' || true)
problems=$problems${prints:+"
printed past say():
$prints"}
if [ -n "$problems" ]; then
	echo "$problems"
	exit 1
fi
