#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real configuration files through encrypt and decrypt.

    corpus.py SEALEAF [FOLDER]

Each must come back byte for byte; and in the encrypted file nothing but
values, comments and the metadata block may differ from the source: every other
byte stays. Files of other projects are not part of this tree: where the folder
is missing, the test says so and is skipped. Two passes: everything encrypted,
and a selection of keys.
"""
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "tools"))
from harness import ROOT, SKIP, Tally, World, difference, each, recipients
import layout

SELECTIONS = (
    [],
    ["--encrypted-regex", "^(data|stringData|env|.*[Pp]assword.*|.*[Ss]ecret.*|image|description|name)$"],
)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sealeaf = os.path.abspath(sys.argv[1])
    folder = sys.argv[2] if len(sys.argv) > 2 else os.environ.get(
        "SEALEAF_CORPUS", os.path.join(ROOT, "..", "shared", "corpus"))
    files = sorted(p for p in glob.glob(os.path.join(folder, "*", "*.*")))
    if not files:
        print(f"corpus: skipped, no real files in {folder}")
        sys.exit(SKIP)
    tally = Tally("corpus")
    recipient = recipients()["age"][0]
    with World() as world:
        def one(job):
            path, number = job
            name = f"{os.path.relpath(path, folder)} ({'all' if number == 0 else 'some'})"
            with open(path, "rb") as f:
                plain = f.read()
            status, enc, err = world.run([sealeaf, "encrypt", "--age", recipient, *SELECTIONS[number], path])
            if status:
                return name, f"encrypt: status {status}: {err.decode(errors='replace')[:300]}"
            if number == 0 and enc == plain:
                return name, "nothing was encrypted"
            sealed = world.path(f"{number}.{os.path.basename(path)}")
            with open(sealed, "wb") as f:
                f.write(enc)
            reason = layout.check(path.rsplit(".", 1)[1], plain, enc)
            if reason:
                return name, f"outside the values: {reason}"
            status, back, err = world.run([sealeaf, "decrypt", sealed])
            if status:
                return name, f"decrypt: status {status}: {err.decode(errors='replace')[:300]}"
            if back != plain:
                return name, f"does not come back: {difference(back, plain)}"
            return name, None

        for name, reason in each(one, [(p, n) for p in files for n in range(len(SELECTIONS))]):
            tally.check(name, reason)
    tally.finish()


if __name__ == "__main__":
    main()
