#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The acceptance cases (tests/cli/identifiers.txt): each is one test's, or is
# listed in tests/cli/not-applicable.txt with a reason; never both, never two.
# A test's name begins with the cases it stands for: @test "IO-01 IO-02 ...".
#
#   tests/acceptance.sh                 checks that
#   tests/acceptance.sh FOLDER          also counts the cases that passed, from
#                                       the TAP files below the folder
set -u

cli=$(cd "$(dirname "$0")" && pwd)/cli
reports=${1:-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

# leading: the cases that each line of names begins with, one a line.
leading()
{
	awk '{
		for (i = 1; i <= NF && $i ~ /^[A-Z][A-Z]+-[0-9]+$/; i++)
			if ($i !~ /^Q-/)
				print $i
	}'
}

sed '/^#/d' "$cli/identifiers.txt" | sort >all
sed -n 's/^@test "\(.*\)" {.*/\1/p' "$cli"/*.bats | leading | sort >tested
sed '/^#/d; /^$/d' "$cli/not-applicable.txt" >listed
awk 'NF < 2' listed >unexplained
awk '{ print $1 }' listed | sort >excused

status=0
# complain TEXT <CASES: a failure where there are any.
complain()
{
	while read -r id _; do
		echo "$id: $1"
		: >failed
	done
}

sort tested excused | uniq | comm -23 all - |
	complain "no test, and not in not-applicable.txt"
sort tested excused | uniq | comm -13 all - | complain "not in identifiers.txt"
uniq -d tested | complain "two tests"
uniq tested | comm -12 - excused | complain "tested, and in not-applicable.txt"
uniq -d excused | complain "twice in not-applicable.txt"
complain "no reason in not-applicable.txt" <unexplained
[ ! -e failed ] || status=1

if [ -n "$reports" ]; then
	find "$reports" -name '*.tap' -exec cat {} + >tap
	grep -E '^ok [0-9]+ .* # skip' tap | sed 's/^ok [0-9]* //' |
		leading | sort -u >skipped
	grep -E '^ok ' tap | grep -v ' # skip' | sed 's/^ok [0-9]* //' |
		leading | sort -u >passed
	grep -E '^not ok ' tap | sed 's/^not ok [0-9]* //' |
		leading | sort -u >broken
	complain "failed" <broken
	[ ! -s broken ] || status=1
	echo "$(wc -l <all) cases: $(comm -23 passed broken | wc -l) passed," \
		"$(wc -l <broken) failed, $(wc -l <skipped) skipped," \
		"$(wc -l <excused) not applicable," \
		"$(sort -u passed broken skipped excused |
			comm -23 all - | wc -l) not run"
else
	echo "$(wc -l <all) cases: $(uniq tested | wc -l) tested," \
		"$(wc -l <excused) not applicable"
fi
exit $status
