#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The golden vectors: what SOPS wrote, sealeaf reads, and what sealeaf writes
selects the same leaves.

    vectors.py SEALEAF [PATTERN ...]

For every case of testdata/vectors: (1) every version's file opens with a valid
MAC and prints what that version printed; (2) encrypting the input selects the
same leaves, with the same AAD, type and text, and decrypts to the input, byte
for byte; the reference opens it where it is on the PATH; (3) refused inputs
get the reference's exit status and write nothing.
"""
import collections
import fnmatch
import glob
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "tools"))
from harness import KEYS, VECTORS, Tally, World, difference, each, sops
import leaves
import yamltext
from compare import explain

# Where sealeaf is meant to differ, and why.
ACCEPTED = {
    # The reference fails on it, for no reason that a user could see.
    "refused/yaml-only-comment",
}
# The reference cannot read what it wrote: a key "-" is numbered on reading.
OWN_MAC = {"ini/dash-key"}
# A pattern that does not compile selects nothing there; here it is an error.
BAD_PATTERN = {"yaml/select-regex-invalid", "yaml/select-regex-lookahead"}
# The reference loses what follows or what is missing, without a word.
LOSES_DATA = {"json/trailing", "json/truncated"}
NEWEST = "3.13.3"
KIND = {"yaml": "yaml", "json": "json", "env": "env", "ini": "ini"}


def read(path):
    with open(path, "rb") as f:
        return f.read()


def arguments(case):
    lines = read(os.path.join(case, "args")).decode().split("\n")
    return [l for l in lines if l]


class Case:
    def __init__(self, folder):
        self.folder = folder
        self.name = os.path.relpath(folder, VECTORS)
        self.plain = glob.glob(os.path.join(folder, "plain.*"))[0]
        self.suffix = self.plain.rsplit(".", 1)[1]
        self.kind = KIND.get(self.suffix, "binary")
        self.args = arguments(folder)

    def versions(self):
        for path in sorted(glob.glob(os.path.join(self.folder, "*.enc.*"))):
            yield os.path.basename(path).split(".enc.")[0], path


class Vectors:
    def __init__(self, world, sealeaf, tally):
        self.w, self.sealeaf, self.tally = world, sealeaf, tally
        self.sops = sops()

    def environment(self, case):
        if case.name == "sources/age-pq":
            return {"SOPS_AGE_KEY_FILE": os.path.join(KEYS, "age-pq.txt")}
        if case.name.startswith("sources/age-ssh"):
            name = "ssh-" + case.name.rsplit("-", 1)[1]
            copy = self.w.secret_copy(os.path.join(KEYS, name), f"{name}-{case.suffix}")
            return {"SOPS_AGE_SSH_PRIVATE_KEY_FILE": copy}
        return {}

    def decrypt(self, case, version, path):
        name = f"{case.name} {version} decrypt"
        status, out, err = self.w.run([self.sealeaf, "decrypt", path], env=self.environment(case))
        if status and b"post-quantum" in err and case.name == "sources/age-pq":
            return self.tally.skip(name, "this build has no ML-KEM")
        if case.name in OWN_MAC:
            return self.tally.check(name, None if status in (0, 51) else f"status {status}")
        if status:
            return self.tally.fail(name, f"status {status}: {err.decode(errors='replace')[:300]}")
        if err:
            return self.tally.fail(name, f"standard error: {err[:200]}")
        shown = path.replace(".enc.", ".dec.")
        if not os.path.exists(shown):
            return self.tally.ok()
        reason = explain(case.kind, read(path), out, read(shown), read(case.plain))
        # Older versions print otherwise, and lose some lines: values count.
        if reason and version != NEWEST and any(
                same_values(case.kind, out, read(x)) for x in (shown, case.plain)):
            reason = None
        self.tally.check(name, reason)

    def encrypt(self, case):
        name = f"{case.name} encrypt"
        there = self.w.path(case.name.replace("/", "."))
        os.mkdir(there)
        plain = read(case.plain)
        with open(os.path.join(there, "plain." + case.suffix), "wb") as f:
            f.write(plain)
        config = os.path.join(case.folder, ".sops.yaml")
        if os.path.exists(config):
            with open(os.path.join(there, ".sops.yaml"), "wb") as f:
                f.write(read(config))
        env = self.environment(case)
        command = [self.sealeaf, "-e", *case.args, "plain." + case.suffix]
        status, out, err = self.w.run(command, cwd=there, env=env)
        if case.name in BAD_PATTERN or case.name in LOSES_DATA:
            want = 1 if case.name in BAD_PATTERN else 2
            return self.tally.check(name, None if status == want and not out else f"status {status}, wanted {want}")
        if status and b"post-quantum" in err:
            return self.tally.skip(name, "this build has no ML-KEM")
        if status:
            return self.tally.fail(name, f"status {status}: {err.decode(errors='replace')[:300]}")
        enc = os.path.join(there, "enc." + case.suffix)
        with open(enc, "wb") as f:
            f.write(out)
        self.tally.check(name, self.same_leaves(case, enc))
        self.round_trip(case, there, enc, plain, env)

    def round_trip(self, case, there, enc, plain, env):
        status, out, err = self.w.run([self.sealeaf, "decrypt", enc], cwd=there, env=env)
        reason = None
        if status:
            reason = f"status {status}: {err.decode(errors='replace')[:300]}"
        elif out != plain:
            reason = difference(out, plain)
        self.tally.check(f"{case.name} back again", reason)
        if self.sops and case.name not in OWN_MAC:
            status, out, err = self.w.run([self.sops, "-d", enc], cwd=there, env=env)
            reason = f"status {status}: {err.decode(errors='replace')[:300]}" if status else None
            self.tally.check(f"{case.name} opens in the reference", reason)

    def same_leaves(self, case, enc):
        expected = os.path.join(case.folder, "leaves.jsonl")
        if not os.path.exists(expected) or case.name in OWN_MAC:
            return None
        want = [json.loads(l) for l in read(expected).decode().split("\n") if l]
        if any(l["aad"] is None for l in want):
            return None  # a quoted INI key, which that reader does not know
        try:
            got = open_leaves(self.w, enc, case.kind)
        except (Exception, SystemExit) as problem:
            return f"cannot be read back: {problem!r}"
        want, got = ([shape(l) for l in x] for x in (want, got))
        # The reference moves comments; the values' order is the document's.
        for part in (0, 1):
            a = [l for l in want if (l[0] == "comment") == bool(part)]
            b = [l for l in got if (l[0] == "comment") == bool(part)]
            if a != b and not (part and comments_right(case, a, b)):
                return f"leaves differ: {first_difference(a, b)}"
        return None

    def refused(self, case):
        there = self.w.path(case.name.replace("/", "."))
        os.mkdir(there)
        name = "plain." + case.suffix
        with open(os.path.join(there, name), "wb") as f:
            f.write(read(case.plain))
        status, out, err = self.w.run([self.sealeaf, "encrypt", *case.args, name], cwd=there)
        want = int(read(os.path.join(case.folder, "status")).split()[0])
        reason = None
        if case.name in ACCEPTED and status == 0:
            pass
        elif status != want:
            reason = f"status {status}, wanted {want}: {err.decode(errors='replace')[:200]}"
        elif out:
            reason = "wrote to standard output"
        elif not err:
            reason = "said nothing"
        self.tally.check(case.name, reason)


def same_values(kind, a, b):
    if kind == "json":
        return json.loads(a, object_pairs_hook=list) == json.loads(b, object_pairs_hook=list)
    if kind == "yaml":
        return yamltext.values(a.decode()) == yamltext.values(b.decode())
    return False


def shape(leaf):
    """A leaf as something to compare: type, AAD, canonical text."""
    if "plain_b64" in leaf:
        return leaf["type"], leaf["aad"], leaf["plain_b64"]
    text = leaf["plain"]
    if leaf["type"] in ("float", "bool") and text is not None:
        text = leaves.canonical(leaf["type"], text.encode()).decode()
    return leaf["type"], leaf["aad"], text


def comments_right(case, want, got):
    """The same comments under the same paths. But in a few places (empty
    collections, flow copies of aliases) one tool loses what the other keeps,
    and a comment that the reference would look for elsewhere in the encrypted
    file is sealed for that place; that the reference opens it is checked."""
    missing, extra = (collections.Counter(x) - collections.Counter(y) for x, y in ((want, got), (got, want)))
    plain = read(case.plain).decode(errors="replace")
    if case.kind == "yaml":
        found = collections.Counter(c[1:] for _, c in yamltext.comments(plain) or [])
        moved = {l[2] for l in missing} & {l[2] for l in extra}
        texts = collections.Counter(l[2] for l in got)
        return (all(l[2] in moved or (l[2] in texts and "*" in plain) for l in missing) and
                all(texts[l[2]] <= found.get(l[2], 0) or "*" in plain for l in extra))
    # INI: values that a later one replaces, and comments that the reference
    # merges or loses, are sealed too.
    return case.kind == "ini" and not missing and all(l[2] in plain for l in extra)


def first_difference(a, b):
    if a and a[0][0] == "comment":
        a, b = collections.Counter(a), collections.Counter(b)
        return f"missing {list(a - b)[:2]}, too many {list(b - a)[:2]}"
    for x, y in zip(a, b):
        if x != y:
            return f"wanted {x}, got {y}"
    return f"wanted {len(a)}, got {len(b)}; first missing or too many: {(a[len(b):] + b[len(a):])[:1]}"


def open_leaves(world, path, kind):
    """What tests/tools/leaves.py says of a file, in a process of its own."""
    argv = [sys.executable, leaves.__file__, path, "--type", kind]
    status, out, err = world.run(argv)
    if status:
        raise ValueError(f"leaves.py: {err.decode(errors='replace')[-300:]} {out.decode(errors='replace')[-200:]}")
    return [json.loads(l) for l in out.decode().split("\n") if l]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sealeaf, patterns = os.path.abspath(sys.argv[1]), sys.argv[2:] or ["*"]
    folders = sorted(os.path.dirname(p) for p in glob.glob(os.path.join(VECTORS, "*", "*", "args")))
    cases = [Case(f) for f in folders]
    cases = [c for c in cases if any(fnmatch.fnmatch(c.name, p) for p in patterns)]
    tally = Tally("vectors")
    with World(pgp=True) as world:
        v = Vectors(world, sealeaf, tally)
        work = []
        for case in cases:
            if case.name.startswith("refused/"):
                work.append(lambda case=case: v.refused(case))
                continue
            for version, path in case.versions():
                work.append(lambda case=case, version=version, path=path: v.decrypt(case, version, path))
            work.append(lambda case=case: v.encrypt(case))
        each(lambda job: job(), work)
        if not v.sops:
            print("no sops on the PATH: nothing was opened with it")
    tally.finish()


if __name__ == "__main__":
    main()
