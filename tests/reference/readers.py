#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What readers by other people make of our files.

    readers.py SEALEAF

Each of the documents below is encrypted by SOPS and by sealeaf, and read with
SOPS's Go library, rops, the npm package sops-age and the PyPI package sops.
What a reader gets from our file has to be what it gets from SOPS's; where it
refuses SOPS's, ours need not please it. The readers come from their
registries, once, into ~/.cache/sealeaf-tests/readers; one that cannot be had
is named and left out.
"""
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tools"))
from harness import KEYS, SKIP, Tally, World, recipients, sops

import yaml

CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
                     "sealeaf-tests", "readers")
ROPS = "0.1.7"

DOCUMENTS = (
    ("plain", "yaml", "a: 1\nb: two\nc: [x, y]\n", []),
    ("booleans", "yaml", "a: true\nb: FALSE\nc: True\nl: [true, false]\n", []),
    ("floats", "yaml", "a: 2.50\nb: 1e3\nc: 0.1\nd: -1.5e-3\ne: 100.0\nl: [1.0, .5]\n", []),
    ("integers", "yaml", "a: 0644\nb: 0x1F\nc: -7\nd: 1_000\ne: 9007199254740993\n", []),
    ("strings", "yaml", "a: 'yes'\nb: \"\\u00e9\\t\"\nc: ''\nd: \" x \"\ne: ünï 漢 🙂\nf: no\n", []),
    ("blocks", "yaml", "a: |\n  one\n  two\nb: >-\n  fold\n  ed\nc: |+\n  kept\n\nd: 1\n", []),
    ("nulls", "yaml", "a: null\nb: ~\nc: {}\nd: []\ne: x\n", []),
    ("comments", "yaml", "# top\na: 1 # behind\n# head\nb:\n  # in\n  c: x\n\n# foot\n", []),
    ("list comments", "yaml", "l:\n# first\n- a\n# second\n- b: 1\n  # in\n  c: 2\n- d\n", []),
    ("aliases", "yaml", "a: &x {k: v}\nb: *x\nc:\n  <<: *x\n  l: w\n", []),
    ("flow root", "yaml", "{\"a\": 1, \"b\": {\"c\": [true, 2.50, null]}}\n", []),
    ("indented root", "yaml", "  a: 1\n  b:\n  - x\n", []),
    ("documents", "yaml", "a: 1\n---\nb: true\n", []),
    ("clear parts", "yaml", "kind: Secret\nnum: 2.50\ndata:\n  k: v\n  f: 1.50\n",
     ["--encrypted-regex", "^data$"]),
    ("mac of the encrypted", "yaml", "a: x\nb_unencrypted: TRUE\nc: 1.0\n", ["--mac-only-encrypted"]),
    ("deep", "yaml", "a:\n  - - b: [1, {c: d}]\n    - e\n  - f:\n      g: h\n", []),
    ("object", "json", "{\"a\": true, \"b\": 2.50, \"c\": [1, 1e3, null, \"\\u00e9\"], \"d\": {\"e\": \"\"}}\n", []),
    ("one line", "json", "{\"n\":-0.0,\"o\":{\"p\":[[]],\"q\":\"\\/\"},\"r\":false}", []),
    ("dotenv", "env", "# note\nA=1\nB=two words\n\nC=a\\nb\nD='q'\n", []),
    ("ini", "ini", "; note\n[a]\nb = 1\nc=x # behind\n\n[d]\ne = true\n", []),
)
FORMATS = {"env": "dotenv"}


def run(argv, **more):
    more.setdefault("timeout", 1800)
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)


def install(name, done, *steps):
    """The reader's file `done`, after `steps` where it is not there; else why not."""
    if os.path.exists(done):
        return None
    for argv, folder in steps:
        if shutil.which(argv[0]) is None:
            return f"no {argv[0]}"
        os.makedirs(folder, exist_ok=True)
        try:
            made = run(argv, cwd=folder)
        except subprocess.TimeoutExpired:
            return f"{argv[0]} takes too long"
        if made.returncode:
            return f"{' '.join(argv[:2])}: {made.stdout.decode(errors='replace').strip()[-200:]}"
    return None if os.path.exists(done) else f"{done} was not made"


def results(paths):
    """What a reader left beside the files: its text, or an error."""
    out = []
    for path in paths:
        name = path + ".out"
        if os.path.exists(name):
            with open(name, "rb") as f:
                out.append((True, f.read()))
            os.remove(name)
        else:
            name = path + ".err"
            with open(name, "rb") as f:
                out.append((False, f.read()))
            os.remove(name)
    return out


class Loose(yaml.SafeLoader):
    """Times as texts, and a key that stands twice is no matter."""


Loose.yaml_implicit_resolvers = {
    k: [r for r in v if r[0] != "tag:yaml.org,2002:timestamp"]
    for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Loose.add_constructor("tag:yaml.org,2002:merge", yaml.SafeLoader.construct_yaml_str)


def value(text, kind):
    """The values in a reader's plaintext, whatever its layout."""
    text = text.decode()
    if kind == "yaml":
        return list(yaml.load_all(text, Loader=Loose))
    if kind == "json":
        return json.loads(text)
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


class Go:
    name = "SOPS's Go library"
    kinds = ("yaml", "json", "env", "ini")

    def prepare(self):
        self.program = os.path.join(CACHE, "go-reader")
        return install(self.name, self.program,
                       (["go", "build", "-o", self.program, "."], os.path.join(HERE, "go")))

    def read(self, world, paths, kind):
        world.run([self.program, FORMATS.get(kind, kind), *paths])
        return results(paths)


class Rops:
    name = "rops"
    kinds = ("yaml", "json")

    def prepare(self):
        self.program = shutil.which("rops") or os.path.join(CACHE, "bin", "rops")
        return install(self.name, self.program,
                       (["cargo", "install", "--quiet", "--locked", "rops-cli", "--version", ROPS,
                         "--root", CACHE], CACHE))

    def read(self, world, paths, kind):
        out = []
        with open(os.path.join(KEYS, "age-1.txt")) as f:
            key = next(l.strip() for l in f if l.startswith("AGE-SECRET-KEY"))
        world.env["ROPS_AGE"] = key
        for path in paths:
            with open(path, "rb") as f:
                status, text, err = world.run([self.program, "decrypt", "--format", kind], input=f.read())
            out.append((status == 0, text if status == 0 else err))
        return out


class Npm:
    name = "sops-age (npm)"
    kinds = ("yaml", "json", "env")

    def prepare(self):
        folder = os.path.join(CACHE, "npm")
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(HERE, "npm", name), folder)
        return install(self.name, os.path.join(folder, "node_modules", "sops-age"),
                       (["npm", "ci", "--silent"], folder))

    def read(self, world, paths, kind):
        run(["node", os.path.join(HERE, "npm", "read.mjs"), FORMATS.get(kind, kind), *paths],
            cwd=self.folder, env=world.env)
        # It gives values, which it prints as JSON.
        return results(paths)


class Pypi:
    """The last SOPS in Python; it knows no age, so it is given a PGP key."""
    name = "sops (PyPI)"
    kinds = ("yaml", "json", "env")

    def prepare(self):
        folder = os.path.join(CACHE, "pypi")
        self.program = os.path.join(folder, "bin", "sops")
        if shutil.which("gpg") is None:
            return "no gpg"
        return install(self.name, self.program,
                       ([sys.executable, "-m", "venv", folder], CACHE),
                       ([os.path.join(folder, "bin", "pip"), "install", "--quiet", "setuptools<81",
                         "-r", os.path.join(HERE, "requirements.txt")], folder))

    def read(self, world, paths, kind):
        out = []
        for path in paths:
            status, text, err = world.run([os.path.join(os.path.dirname(self.program), "python"),
                                           self.program, "-d", path])
            out.append((status == 0, text if status == 0 else err + text))
        return out


def same(kind, reader, theirs, ours):
    if theirs == ours:
        return True
    try:
        kind = "json" if isinstance(reader, Npm) else kind
        return value(theirs, kind) == value(ours, kind)
    except (ValueError, yaml.YAMLError):
        return False


def encrypt_both(world, sealeaf, index, keys):
    """The two encrypted files of a document, and what is wrong."""
    name, kind, text, options = DOCUMENTS[index]
    paths = []
    plain = world.path(f"{index}.{kind}")
    with open(plain, "w") as f:
        f.write(text)
    for who, program in (("sops", "sops"), ("sealeaf", sealeaf)):
        status, out, err = world.run([program, "-e", *keys, *options, plain])
        if status:
            return None, f"{who}: {err.decode(errors='replace')[:200]}"
        paths.append(world.path(f"{index}-{who}.{kind}"))
        with open(paths[-1], "wb") as f:
            f.write(out)
    return paths, None


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sealeaf = os.path.abspath(sys.argv[1])
    if sops() is None:
        print("skipped: no sops 3.13.3 on the PATH to compare with")
        sys.exit(SKIP)
    os.makedirs(CACHE, exist_ok=True)
    readers = []
    for reader in (Go(), Rops(), Npm(), Pypi()):
        reason = reader.prepare()
        if reason is None:
            readers.append(reader)
        else:
            print(f"left out: {reader.name}: {reason}")
    if not readers:
        print("skipped: no reader can be had")
        sys.exit(SKIP)
    tally = Tally("readers")
    keys = recipients()
    with World(pgp=True) as world:
        files = []
        for i, (name, *_) in enumerate(DOCUMENTS):
            paths, reason = encrypt_both(world, sealeaf, i,
                                         ["--age", keys["age"][0], "--pgp", keys["pgp"][0]])
            tally.check(name, reason)
            files.append(paths)
        for reader in readers:
            both = alike = 0
            for (name, kind, *_), paths in zip(DOCUMENTS, files):
                if paths is None or kind not in reader.kinds:
                    continue
                (good, theirs), (fine, ours) = reader.read(world, paths, kind)
                both += good
                alike += good and theirs == ours
                if good and not fine:
                    tally.check(f"{reader.name}, {name}",
                              f"opens SOPS's file, not ours: {ours.decode(errors='replace')[-300:]}")
                elif good and not same(kind, reader, theirs, ours):
                    tally.check(f"{reader.name}, {name}", f"{theirs!r} from SOPS's file, {ours!r} from ours")
                else:
                    tally.check(f"{reader.name}, {name}", None)
            # Where a reader opens nothing, nothing was compared.
            tally.check(reader.name, None if both else f"opens none of SOPS's files: {theirs[-300:]!r}")
            print(f"{reader.name}: opens {both} of SOPS's files, {alike} give the same text")
    tally.finish()


if __name__ == "__main__":
    main()
