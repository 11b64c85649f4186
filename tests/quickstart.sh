#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a fresh clone to an encrypted file and back: installs what is missing
# (Debian), builds, and encrypts, edits and decrypts a real values file with an
# age key that lives as long as this script. Then it says how to go on.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/tests/install.sh"
build=$root/build/quickstart
values=$root/testdata/quickstart/values.yaml

say()
{
	printf '\n== %s\n' "$*"
}

# shown COMMAND...: says what it runs, then runs it.
shown()
{
	printf '$ %s\n' "$*"
	"$@"
}

# difference OLD NEW: what changed; long lines are cut.
difference()
{
	diff -U 1 -F '^[a-z]' "$1" "$2" | tail -n +3 | cut -c 1-76
}

count()
{
	diff "$1" "$2" | grep -c '^>' || true
}

if [ -n "${SEALEAF:-}" ]; then
	say "Taking $SEALEAF"
else
	say "Installing Debian's packages for what is missing, if anything is"
	install_missing "$TO_BUILD
c:age-keygen age"
	say "Building in build/quickstart, which takes about half a minute"
	cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
		-DSEALEAF_TESTS=OFF >/dev/null
	cmake --build "$build" -- --quiet
	SEALEAF=$build/sealeaf
	build_here=yes
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$scratch/bin"
ln -s "$SEALEAF" "$scratch/bin/sealeaf"
PATH=$scratch/bin:$PATH
cd "$scratch"
# Nothing of the user's own setting may take part.
for name in $(env | sed -n 's/^\(SOPS_[A-Z_]*\)=.*/\1/p'); do
	unset "$name"
done

say "A key for this run, and a rule that says what is secret"
age-keygen -o key.txt 2>/dev/null
chmod 600 key.txt
export SOPS_AGE_KEY_FILE="$scratch/key.txt"
cat >.sops.yaml <<END
creation_rules:
- encrypted_regex: ^secrets$|Password$|^(api|access|secret)Key$|^(push|purge)Token$
  age: $(age-keygen -y key.txt)
END
cat .sops.yaml

say "Encrypting $(wc -c <"$values") bytes of Helm values"
cp "$values" values.yaml
cp "$values" plain.yaml
shown sealeaf encrypt -i values.yaml
cp values.yaml sealed.yaml
difference plain.yaml values.yaml | sed '/^+sops:/,$d' >shown
head -n 36 shown
echo "  ... $(($(wc -l <shown) - 36)) more lines, then the metadata block, sops:"
printf '%s of %s lines changed; every other line is as it was.\n' \
	"$(sed '/^sops:/,$d' values.yaml >head && count plain.yaml head)" \
	"$(wc -l <plain.yaml)"

say "Editing: a script takes the place of your editor and changes one password"
cat >editor <<'END'
#!/bin/sh
sed -i 's/correct horse battery staple/a new password/' "$1"
END
chmod 755 editor
# The date in the metadata counts seconds.
sleep 1
EDITOR=$scratch/editor
export EDITOR
shown sealeaf edit values.yaml
difference sealed.yaml values.yaml
printf '%s lines changed: the value, the MAC and the date.\n' \
	"$(count sealed.yaml values.yaml)"

say "Decrypting"
shown sealeaf decrypt -i values.yaml
echo "(the same edit of the original)"
shown ./editor plain.yaml
shown cmp plain.yaml values.yaml
echo
echo "Nothing differs: the decrypted file is the original byte for byte, with" \
	"one password edited."
say "To go on"
if [ "${build_here:-}" ]; then
	echo "The command is $SEALEAF"
	echo "To have it, its manual pages and completions on every path, run"
	echo "  sudo cmake --install $build && sudo ldconfig"
fi
echo "README.md makes a key that stays, and your first secret with it."
