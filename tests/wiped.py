#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No freed memory holds a plaintext: wiped.py SEALEAF LIBRARY

Runs commands over every format with a library before the C library's that
looks into what is freed. Skipped (77) in builds with sanitizers, which have an
allocator of their own.
"""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KEY = os.path.join(ROOT, "testdata", "vectors", "keys", "age-1.txt")
R1 = "age1s758stteykslpxkf3yftz0zwv7udndt2g70h4xks9jyvg7hj2guq7uszwx"
MARK = "5ekreT-plaintext-mark"
NUMBER = "314159265358979323"

FILES = {
    "a.yaml": "a: %s\nb: [%s, \"x %s\"]\n# about %s\nc: |\n  %s\n  more\nd: %s\n---\ne: {f: %s}\n" % ((MARK,) * 5 + (NUMBER, MARK)),
    "odd.yaml": "{a: %s, b: [1.50, \"\\u0041 %s\"]}\n" % (MARK, MARK),
    "a.json": json.dumps({"a": MARK, "b": [MARK, {"c": int(NUMBER)}]}, indent=1) + "\n",
    "a.env": "A=%s\n# %s\nB=\"%s\"\n" % (MARK, MARK, NUMBER),
    "a.ini": "[a]\nb = %s\n; %s\nc = \"%s\"\n" % (MARK, MARK, NUMBER),
    "a.bin": "\x00 %s \xff" % MARK,
}
INDEX = {"a.yaml": '["a"]', "odd.yaml": '["a"]', "a.json": '["a"]', "a.env": '["A"]', "a.ini": '["a"]["b"]'}


def commands(name, plain):
    """Arguments, and what standard input holds, one run after the other."""
    yield ["decrypt", name], ""
    yield ["decrypt", "--output-type", "json", name], ""
    yield ["decrypt", "--output-type", "yaml", name], ""
    yield ["decrypt", "--layout", "sops", name], ""
    yield ["exec-env", name, "true"], ""
    yield ["exec-file", name, "true"], ""
    yield ["rotate", "-i", name], ""
    yield ["edit", name], ""
    yield ["encrypt", "--age", R1, plain], ""
    yield ["encrypt", "--age", R1, "--output-type", "json", plain], ""
    yield ["encrypt", "--age", R1, "--all", "-i", plain], ""
    if name in INDEX:
        yield ["decrypt", "--extract", INDEX[name], name], ""
        for value in ('"%s 2"' % MARK, '{"x": "%s", "y": [%s, null, 1.5]}' % (MARK, NUMBER), '[%s, "%s"]' % (NUMBER, MARK), "{%s" % MARK):
            yield ["set", "--value-stdin", name, INDEX[name]], value
        yield ["unset", name, INDEX[name]], ""


def main():
    program, library = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    with open(program, "rb") as f:
        if b"__asan_" in f.read():
            print("needs a build without sanitizers")
            return 77
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("editor", "w", encoding="ascii") as f:
            f.write('#!/bin/sh\nunset LD_PRELOAD\nsed -i "s/plaintext-mark/plaintext-mark and more/" "$1"\n')
        os.chmod("editor", 0o755)
        env = {"PATH": os.environ["PATH"], "HOME": folder, "SOPS_AGE_KEY_FILE": KEY, "EDITOR": os.path.join(folder, "editor")}
        for name, text in FILES.items():
            plain = "plain-" + name
            for to in (name, plain):
                with open(to, "w", encoding="latin-1", newline="") as f:
                    f.write(text)
            subprocess.run([program, "encrypt", "--age", R1, "-i", name], env=env, check=True)
            for args, typed in commands(name, plain):
                for mark in (MARK, NUMBER):
                    watched = dict(env, WIPED_MARK=mark)
                    done = subprocess.run(["env", "LD_PRELOAD=" + library, program, *args], env=watched, input=typed.encode(),
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
                    if b"NOT WIPED" in done.stderr:
                        failed += 1
                        print("FAILED %s %r\n%s" % (" ".join(args), typed, done.stderr.decode(errors="replace")[:3000]))
                    else:
                        passed += 1
    print("wiped: %d passed, %d failed, 0 skipped" % (passed, failed))
    return failed > 0 or passed < 100


if __name__ == "__main__":
    sys.exit(main())
